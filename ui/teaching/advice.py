"""The advice of `core.review` on a page: each piece with its Material symbol."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from core.review.advice import Advice
from ui.language import current

_SYMBOLS = {
    "review.good": "sentiment_satisfied",
    "review.low": "search",
    "review.shown_once": "videocam",
    "review.untested": "filter_none",
    "review.mixed": "compare_arrows",
    "review.weak": "trending_down",
    "review.few": "add_photo_alternate",
    "review.uneven": "balance",
    "review.alike": "filter_none",
}


def html(advice: Sequence[Advice]) -> str:
    """A list of the pieces in the page's language; empty where there is none."""
    rows = "".join(
        f'<li><span class="tl-symbol" aria-hidden="true">{_symbol(piece.key)}</span>'
        f"<span>{escape(piece.say(current()))}</span></li>"
        for piece in advice
    )
    return f'<ul class="tl-hints">{rows}</ul>' if rows else ""


def _symbol(key: str) -> str:
    return _SYMBOLS.get(key.removesuffix(".one").removesuffix(".many"), "info")
