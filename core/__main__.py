"""`python -m core teach|recognise|evaluate|inspect|backbones`."""

import os
import sys

from core.command.main import main, quieten
from core.machine import SINGLE_THREADED_BLAS

if __name__ == "__main__":
    os.environ |= {**SINGLE_THREADED_BLAS, **os.environ}
    quieten()
    sys.exit(main())
