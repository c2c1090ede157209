"""The colours of both themes can be read: WCAG 2.1, 4.5:1 for text and 3:1 for what is not text."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ui.colours import PALETTE, colour, colours

ROOT = Path(__file__).resolve().parents[2]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
STYLE = (ROOT / "ui" / "style.css").read_text(encoding="utf-8")
VARIABLES = {name: pair for name, *pair in re.findall(r"(--tl-[\w-]+): light-dark\((#\w+), (#\w+)\)", STYLE)}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("position", "theme"), [(0, "light"), (1, "dark")])
def test_text_can_be_read_on_every_ground(position: int, theme: str) -> None:
    grounds = [THEME[theme]["backgroundColor"], THEME[theme]["secondaryBackgroundColor"]]
    grounds += [VARIABLES[name][position] for name in ("--tl-card", "--tl-sunk")]
    inks = [THEME[theme]["textColor"], THEME[theme]["linkColor"]]
    inks += [VARIABLES[name][position] for name in ("--tl-ink", "--tl-quiet", "--tl-accent", "--tl-unsure")]
    assert min(contrast(ink, ground) for ink in inks for ground in grounds) >= 4.5


@pytest.mark.parametrize("position", [0, 1])
def test_text_can_be_read_on_its_soft_ground(position: int) -> None:
    for name in ("accent", "unsure"):
        for ink in (VARIABLES[f"--tl-{name}"], VARIABLES["--tl-ink"]):
            assert contrast(ink[position], VARIABLES[f"--tl-{name}-soft"][position]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_white_can_be_read_on_a_primary_button(theme: str) -> None:
    assert contrast("#ffffff", THEME[theme]["primaryColor"]) >= 4.5


@pytest.mark.parametrize("position", [0, 1])
def test_the_colours_of_labels_stand_out_from_cards_and_tracks(position: int) -> None:
    for pair in PALETTE:
        for ground in ("--tl-card", "--tl-sunk"):
            assert contrast(pair[position], VARIABLES[ground][position]) >= 3


def test_a_label_keeps_its_colour_and_neighbours_differ() -> None:
    given = colours(f"label {number}" for number in range(25))
    assert given["label 3"] == colour(3) == colour(13)
    assert len({given[f"label {number}"] for number in range(10)}) == 10


def test_the_shared_style_is_well_formed() -> None:
    assert STYLE.count("{") == STYLE.count("}")
    assert len(VARIABLES) >= 9
