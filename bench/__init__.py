"""What TeachLens costs and is worth, each line beside its baseline in the same run: `python -m bench`."""
