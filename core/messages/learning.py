"""Sentences of `core.learning`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {}
