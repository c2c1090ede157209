"""Backbone + head + labels + card in one file, and the answers it gives."""
