"""`python -m core teach|recognise|evaluate|correct|inspect|backbones`."""

import os
import sys

from core.machine import CALM

os.environ |= {**CALM, **os.environ}  # before NumPy is loaded, which reads it then and never again

from core.command.main import main, quieten

if __name__ == "__main__":
    quieten()
    sys.exit(main())
