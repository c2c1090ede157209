"""TeachLens without a browser: `python -m core`."""
