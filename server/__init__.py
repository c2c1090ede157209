"""What stands beside the pages: start and stop, response headers, visits, loaded models, the live-recognition route."""
