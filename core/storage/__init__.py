"""Files and their owners: replacing a file whole, locks that other processes see, what lies where in a visitor's area.

Read `atomic`, then `locks`, then `area`; `room` tells a full disk, `clock` how old a file is. Nobody else renames a
part into place, locks a file, or asks a path for its grandparent's name.
"""
