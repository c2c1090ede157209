"""Bytes to pictures, and files to datasets.

Pictures: `picture` (the type, a network's input), `decode` with `kinds`, `memory` and `rgb`. Datasets: `dataset`, then
`archive`, which lists files (`sources`, `zips`, `unzip`) and labels them (`layout`, `tables`). `camera_bursts` and
`names` write files.
"""
