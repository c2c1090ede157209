"""Sentences of `core.work`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {}
