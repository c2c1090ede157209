"""Draw the picture of the page "Start" and the app's mark: ui/art/hero-light.svg, hero-dark.svg, mark.svg.

Doodles go through a lens and come out as bars. The doodles are those of the samples, their lines as a hand draws them;
there is no word in the picture, so it needs no translation.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from doodles.hand import Points, spaced, unclosed, wobbled, zigzag  # noqa: E402
from doodles.parts import Part  # noqa: E402
from doodles.shapes import SHAPES  # noqa: E402

ART = PROJECT / "ui" / "art"
WIDTH, HEIGHT = 640, 440
STEP = 0.07  # between points of a line, in the doodle's own box
CARD = 112  # side of a sheet of paper


@dataclass(frozen=True)
class Theme:
    """The colours of one theme, as in .streamlit/config.toml and ui/style.css."""

    paper: str
    edge: str
    shadow: str
    ink: str
    accent: str
    soft: str  # the accent, hardly there
    card: str
    line: str
    track: str
    crayons: dict[str, str]


_CRAYONS = {
    "red": "#c9503c",
    "orange": "#dd8a3b",
    "yellow": "#e3b23c",
    "green": "#4f8a4e",
    "leaf": "#8aa84a",
    "sky": "#7fb0c4",
    "blue": "#4a6fa5",
    "purple": "#82609c",
    "pink": "#d98a94",
    "brown": "#8b6245",
    "grey": "#8b8f90",
}
THEMES = {
    "light": Theme(
        "#fffefa", "#dfd8c9", "#5c4a2e", "#3a3f42", "#0e6b65", "#dcebe7", "#fffefa", "#dfd8c9", "#ece6d8", _CRAYONS
    ),
    "dark": Theme(
        "#ece6d8", "#cfc7b4", "#000000", "#3a3f42", "#4fb3a8", "#1b3533", "#1e2426", "#343d3f", "#2c3436", _CRAYONS
    ),
}
# Kind, seed of its drawing, centre and rotation of its sheet; the first ones lie below.
SHEETS = (
    ("tree", 108, 206, 74, 7),
    ("house", 103, 90, 350, -5),
    ("heart", 120, 208, 366, 8),
    ("sun", 101, 80, 92, -8),
    ("star", 105, 92, 222, 5),
)
IN_LENS = ("fish", 157)
LENS = (314, 220, 100)
ROWS = ((*IN_LENS, 1.0), ("star", 105, 0.2), ("heart", 120, 0.11), ("sun", 101, 0.06))


def tag(name: str, *inside: str, **attributes: object) -> str:
    """An SVG element; an underscore in an attribute's name stands for a hyphen."""
    written = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def doodle(kind: str, seed: int, theme: Theme, *, weight: float = 5.5) -> str:
    """A doodle in a box from -100 to 100; `weight` is the width of its lines."""
    r = np.random.default_rng(seed)
    parts = SHAPES[kind](r)
    marks = [_coloured_in(part, theme, r) for part in parts if part.filled and part.colour in theme.crayons]
    for part in parts:
        if part.outlined:
            data = _d(_by_hand(part.points, r, closed=part.closed))
            fill = theme.ink if part.inked else "none"
            marks.append(tag("path", d=data, fill=fill, stroke=theme.ink, stroke_width=round(weight * part.weight, 1)))
    return tag("g", *marks, fill="none", stroke_linecap="round", stroke_linejoin="round")


def _coloured_in(part: Part, theme: Theme, r: np.random.Generator) -> str:
    data = " ".join(_d(stroke) for stroke in zigzag(part.points, 0.085, -0.7, r))
    return tag("path", d=data, stroke=theme.crayons[part.colour], stroke_width=7, stroke_opacity=0.85)


def _by_hand(points: Points, r: np.random.Generator, *, closed: bool) -> Points:
    size = float(np.ptp(points, axis=0).max())
    step = min(STEP, size / 7)
    points = spaced(points, step, closed=closed)
    if closed:
        points = unclosed(points, min(0.02, size * 0.06), r)
    return wobbled(points, step, min(0.012, size * 0.04), 0.7, r)


def _d(points: Points) -> str:
    """Points as the data of a path, in hundredths."""
    return "M" + " ".join(f"{x:.0f} {y:.0f}" for x, y in (100 * points).tolist())


def sheet(kind: str, seed: int, pose: tuple[float, float, float], theme: Theme) -> str:
    """A doodle on its sheet of paper: centre x, centre y, rotation in degrees."""
    x, y, rotation = pose
    size = {"width": CARD, "height": CARD, "rx": 5}
    return tag(
        "g",
        tag("rect", x=2 - CARD / 2, y=5 - CARD / 2, **size, fill=theme.shadow, opacity=0.1),
        tag("rect", x=-CARD / 2, y=-CARD / 2, **size, fill=theme.paper, stroke=theme.edge),
        tag("g", doodle(kind, seed, theme), transform=f"scale({CARD * 0.0038:.3f})"),
        transform=f"translate({x} {y}) rotate({rotation})",
    )


def lens(theme: Theme) -> str:
    """The lens, a doodle large in it."""
    x, y, radius = LENS
    glint = "M-72 -44A84 84 0 0 1 -36 -76"
    return tag(
        "g",
        tag("circle", r=radius, cy=6, fill=theme.shadow, opacity=0.12),
        tag("circle", r=radius, fill=theme.paper),
        tag("g", doodle(*IN_LENS, theme, weight=5), transform=f"scale({radius * 0.007:.3f}) rotate(-4)"),
        tag("circle", r=radius, fill="none", stroke=theme.accent, stroke_width=9),
        tag("path", d=glint, fill="none", stroke="#fff", stroke_width=7, stroke_linecap="round", opacity=0.8),
        transform=f"translate({x} {y})",
    )


def bars(theme: Theme) -> str:
    """What comes out: a bar for each class, with its doodle for a name."""
    left, top, row = 452, 92, 64
    size = {"width": 176, "height": row * len(ROWS), "rx": 16}
    track = {"x": left + 68, "height": 12, "rx": 6}
    marks = [
        tag("rect", x=left, y=top + 4, **size, fill=theme.shadow, opacity=0.08),
        tag("rect", x=left, y=top, **size, fill=theme.card, stroke=theme.line),
    ]
    for number, (kind, seed, share) in enumerate(ROWS):
        x, y, best = left + 36, top + row * number + row // 2, number == 0
        rim = {"stroke": theme.accent, "stroke_width": 2} if best else {"stroke": theme.edge}
        marks += [
            tag("circle", cx=x, cy=y, r=23, fill=theme.paper, **rim),
            tag("g", doodle(kind, seed, theme, weight=9), transform=f"translate({x} {y}) scale(.155)"),
            tag("rect", y=y - 6, width=92, **track, fill=theme.track),
            tag("rect", y=y - 6, width=round(86 * share), **track, fill=theme.accent, opacity=1 if best else 0.4),
        ]
    return "".join(marks)


def flow(theme: Theme) -> str:
    """The way from the sheets through the lens to the bars."""
    ways = ("M190 124C205 134 215 143 226 152", "M158 222H200", "M196 312C208 304 216 297 226 288", "M426 220H444")
    dots = {"stroke_width": 3, "stroke_linecap": "round", "stroke_dasharray": "1 9", "opacity": 0.6}
    return "".join(tag("path", d=way, fill="none", stroke=theme.accent, **dots) for way in ways)


def hero(theme: Theme) -> str:
    """The whole picture."""
    return tag(
        "svg",
        tag("ellipse", cx=LENS[0], cy=LENS[1], rx=190, ry=196, fill=theme.soft, opacity=0.55),
        flow(theme),
        *(sheet(kind, seed, (x, y, rotation), theme) for kind, seed, x, y, rotation in SHEETS),
        lens(theme),
        bars(theme),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
    )


def mark() -> str:
    """The app's mark: a lens between the corners of a viewfinder."""
    corner = "M7 11.5V9.5a2.5 2.5 0 0 1 2.5 -2.5h2"
    corners = [tag("path", d=corner, transform=f"rotate({rotation} 16 16)") for rotation in (0, 90, 180, 270)]
    lines = {"fill": "none", "stroke": "#faf8f3", "stroke_width": 2.4, "stroke_linecap": "round"}
    return tag(
        "svg",
        tag("rect", width=32, height=32, rx=8, fill=THEMES["light"].accent),
        tag("g", *corners, tag("circle", cx=16, cy=16, r=5.2), **lines),
        tag("circle", cx=17.9, cy=14.1, r=1.3, fill=_CRAYONS["yellow"]),
        xmlns="http://www.w3.org/2000/svg",
        viewBox="0 0 32 32",
    )


if __name__ == "__main__":
    ART.mkdir(parents=True, exist_ok=True)
    for name, theme in THEMES.items():
        (ART / f"hero-{name}.svg").write_text(hero(theme) + "\n", encoding="utf-8")
    (ART / "mark.svg").write_text(mark() + "\n", encoding="utf-8")
    for path in sorted(ART.glob("*.svg")):
        print(f"{path.relative_to(PROJECT)}: {path.stat().st_size / 1e3:.1f} kB")
