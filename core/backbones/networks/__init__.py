"""The backbones that there are: a file defines some in its `CARDS`, and is found by lying here. They are listed in the
order of the files' names and then of the cards'; the first is the default."""
