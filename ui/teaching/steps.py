"""Where one is on the way: pictures, learning, result."""

from __future__ import annotations

from html import escape

from ui.texts import t

STEPS = ("pictures", "learning", "result")


def view(here: int) -> str:
    """The three steps as HTML, the one at `here` marked, those before it ticked."""
    rows = ""
    for number, step in enumerate(STEPS):
        mark = '<span class="tl-symbol" aria-hidden="true">check</span>' if number < here else f"{number + 1}"
        kind = "tl-here" if number == here else "tl-past" if number < here else ""
        current = ' aria-current="step"' if number == here else ""
        rows += f'<li class="{kind}"{current}><span class="tl-step">{mark}</span>{escape(t(f"teach.step_{step}"))}</li>'
    return f'<ol class="tl-steps" aria-label="{escape(t("teach.steps"))}">{rows}</ol>'
