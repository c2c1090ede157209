"""TeachLens without a browser: `python -m core`.

`main` parses the command line and calls a command; a command's module prints with `console` and `scores`.
"""

from core.errors import TeachLensError

# Exit codes, as `python -m core --help` lists them.
DONE, BUG, USAGE, REFUSED, PARTLY, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 3, 4, 130, 141


class CommandError(TeachLensError):
    """A request on the command line that cannot be carried out."""
