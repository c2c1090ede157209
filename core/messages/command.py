"""Sentences of the command line, `python -m core`: key: (English, Korean)."""

MESSAGES: dict[str, tuple[str, str]] = {}
