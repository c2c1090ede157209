"""The drawings of the sample data sets: `samples` draws and packs them, `scene` makes one picture.

`shapes` lists what can be drawn (`nature`, `things`, `signs`), of `parts`; `hand` and `pens` draw their lines,
`papers` and `grounds` lie below, and `photo` takes the photograph.
"""
