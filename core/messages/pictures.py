"""Sentences of `core.pictures`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {}
