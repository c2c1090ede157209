"""TeachLens without a browser: `python -m core`."""

from core.errors import TeachLensError

# How a command ends; `python -m core --help` tells them.
DONE, BUG, USAGE, REFUSED, PARTLY, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 4, 130, 141


class CommandError(TeachLensError):
    """Something that was asked on the command line and cannot be done."""
