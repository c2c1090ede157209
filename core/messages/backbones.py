"""Sentences of `core.backbones`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {}
