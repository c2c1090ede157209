"""Networks taught elsewhere: which there are, reading and verifying their weights, writing and running LiteRT files."""
