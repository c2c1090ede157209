"""Bytes to pictures to datasets."""
