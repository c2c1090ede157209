"""Lessons as child processes: start, progress, cancel, queue, recover."""

DONE, FAILED, ENDED = 0, 3, 130  # exit codes of a lesson: model written; told why not; ended from outside
