"""Lessons as child processes: start, progress, cancel, queue, recover."""
