"""How a network does from epoch to epoch, drawn as two small charts: share of right answers, and loss."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Callable, Sequence
from html import escape

from core.learning.progress import Epoch
from core.messages import percent
from ui.colours import PALETTE
from ui.texts import plural, t

_WIDTH, _HEIGHT = 320, 150  # of a chart, in its own units: about pixels
_LEFT, _RIGHT, _TOP, _BOTTOM = 38, 8, 8, 20  # margins for the scales
_LEAST = 10  # epochs that a chart is wide, so that its lines grow from left to right
# Light and dark, as in ui/style.css: a picture does not see its page's colours.
_GRID, _QUIET = ("#dfd8c9", "#343d3f"), ("#5b6366", "#a9b0b0")
_LINES = {"learned": PALETTE[0], "held": PALETTE[1]}
_ROOM = 1.25  # above the highest loss on the pictures it learns from, and the lowest on held-out ones, whose others may
# go far beyond, and are cut


def view(epochs: Sequence[Epoch]) -> str:
    """The charts as HTML; empty before the first epoch is over."""
    if not epochs:
        return ""
    least = min((epoch.held_out_loss for epoch in epochs if math.isfinite(epoch.held_out_loss)), default=0.0)
    top = _ROOM * max(1e-3, least, *(epoch.loss for epoch in epochs))
    learned, held = [epoch.accuracy for epoch in epochs], [epoch.held_out_accuracy for epoch in epochs]
    right = _chart(t("teach.curve_accuracy"), learned, held, 1.0, percent)
    learned, held = [epoch.loss for epoch in epochs], [epoch.held_out_loss for epoch in epochs]
    loss = _chart(t("teach.curve_loss"), learned, held, top, _number)
    legend = "".join(
        f'<span class="tl-curve-{kind}"><i aria-hidden="true"></i>{escape(t(f"teach.curve_{kind}"))}</span>'
        for kind in ("learned", "held")
    )
    after = escape(plural("teach.curve_epochs", len(epochs)))
    return f'<div class="tl-curves">{right}{loss}<p class="tl-note">{legend}<span>{after}</span></p></div>'


def _chart(
    title: str, learned: Sequence[float], held: Sequence[float], top: float, words: Callable[[float], str]
) -> str:
    last = {kind: values[-1] for kind, values in (("learned", learned), ("held", held)) if math.isfinite(values[-1])}
    values = "".join(f'<b class="tl-curve-{kind}">{escape(words(value))}</b>' for kind, value in last.items())
    description = ", ".join(f"{t(f'teach.curve_{kind}')}: {words(value)}" for kind, value in last.items())
    pictures = "".join(
        f'<img class="tl-only-{theme}" alt="{escape(f"{title}. {description}", quote=True)}" '
        f'src="data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}">'
        for theme, drawn in ((theme, chart(learned, held, top, words, theme)) for theme in ("light", "dark"))
    )
    return f"<figure><figcaption>{escape(title)} {values}</figcaption>{pictures}</figure>"


def chart(
    learned: Sequence[float], held: Sequence[float], top: float, words: Callable[[float], str], theme: str
) -> str:
    """An SVG with a line for each, from 0 to `top`; `words` writes the scale. A picture, because pages take no SVG
    within HTML; and so there is one for each theme."""
    number = ("light", "dark").index(theme)
    across = max(len(learned), _LEAST) - 1

    def point(epoch: int, value: float) -> tuple[float, float]:
        x = _LEFT + epoch / across * (_WIDTH - _LEFT - _RIGHT)
        return x, _HEIGHT - _BOTTOM - min(value / top, 1) * (_HEIGHT - _TOP - _BOTTOM)

    drawn = ""
    for value in (0.0, top / 2, top):
        _, y = point(0, value)
        drawn += f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="{_GRID[number]}"/>'
        drawn += f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(words(value))}</text>'
    for epoch in sorted({0, len(learned) - 1}):
        x, _ = point(epoch, 0)
        drawn += f'<text x="{x:.1f}" y="{_HEIGHT - 4}" text-anchor="middle">{epoch + 1}</text>'
    for kind, values in (("learned", learned), ("held", held)):
        points = [point(epoch, value) for epoch, value in enumerate(values) if math.isfinite(value)]
        if points:
            line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            x, y = points[-1]
            colour, dashes = _LINES[kind][number], "1 4" if kind == "learned" else "none"
            drawn += f'<path d="M{line}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
            drawn += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="system-ui,sans-serif" '
        f'font-size="11"><g fill="none" stroke-linecap="round" stroke-linejoin="round">{drawn}</g></svg>'
    ).replace("<text ", f'<text fill="{_QUIET[number]}" ')


def _number(value: float) -> str:
    """A loss as people read it: two digits that mean something."""
    if value == 0:
        return "0"
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"
