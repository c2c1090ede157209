"""What stands beside the pages in the server's process: `lifecycle` (start and stop), `headers`, `visits`, `loaded`
(models that are ready to answer), `live` (the camera's WebSocket). Read `loaded` before `live`."""
