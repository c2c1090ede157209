"""`python -m core teach|recognise|evaluate|inspect|backbones`."""

import sys

from core.command.main import main

if __name__ == "__main__":
    sys.exit(main())
