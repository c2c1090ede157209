"""Lessons as child processes: start, progress, cancel, queue, recover; the draft of what is about to be taught.

Read `draft`, `lessons`, `journal`, `job_queue`, `job_process`, `child`, `events`; `fetching` stands by itself,
and so do `opening` and `link`, for models that were made elsewhere.
"""

DONE, FAILED, NO_ROOM, ENDED = 0, 3, 4, 130  # exit codes of a job: done; its events say why not; full disk; told to end
