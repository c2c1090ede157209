"""The colours of labels: the same label of a model has the same colour on every page, in light and in dark."""

from __future__ import annotations

from collections.abc import Iterable

# Ten hues that stay apart from one another, also for most colour-blind eyes because light and dark alternate; each at
# least 3:1 against the cards of its theme (tests/ui/test_theme.py).
PALETTE = (
    ("#0e7a72", "#4fc3b6"),  # teal
    ("#b9552f", "#ec946f"),  # clay
    ("#4a5cad", "#96a6ef"),  # indigo
    ("#97700d", "#d9b04e"),  # ochre
    ("#8c4688", "#d494d0"),  # plum
    ("#55762a", "#a6c868"),  # moss
    ("#2b779f", "#76bce6"),  # sky
    ("#b8416a", "#ee8fac"),  # rose
    ("#5a6872", "#aab8c2"),  # slate
    ("#80583a", "#cea57d"),  # umber
)


def colour(position: int) -> str:
    """CSS colour of the label that stands at `position` among the labels of a model."""
    light, dark = PALETTE[position % len(PALETTE)]
    return f"light-dark({light}, {dark})"


def colours(labels: Iterable[str]) -> dict[str, str]:
    """CSS colour of each label, given in the order of the model."""
    return {label: colour(position) for position, label in enumerate(labels)}
