"""`python -m core teach|recognise|evaluate|inspect|backbones`."""

import os
import sys

from core.command.main import main, quieten
from core.machine import CALM

if __name__ == "__main__":
    os.environ |= {**CALM, **os.environ}
    quieten()
    sys.exit(main())
