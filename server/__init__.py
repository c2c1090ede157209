"""What stands beside the pages: start and stop, response headers, visits; later the live-recognition route."""
