"""`python -m core teach|recognise|evaluate|inspect|backbones`."""

import sys

from core.command.main import main, quieten

if __name__ == "__main__":
    quieten()
    sys.exit(main())
