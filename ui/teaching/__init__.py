"""The Teach page, part by part: gather pictures, see what was found, watch it learn, read how well it knows them."""

from pathlib import Path

STYLE = Path(__file__).with_name("style.css")
