"""Sentences of `core.model`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {}
