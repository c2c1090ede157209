"""The models that a visit can use: its own and the samples; and which one was chosen last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from core.model import shelf
from core.model.model import Score
from core.settings import PROJECT
from ui import visit
from ui.language import current
from ui.texts import t

SAMPLES = PROJECT / "models" / "samples"
_CHOSEN = "recognise_model"


@dataclass(frozen=True)
class Standing:
    """A model that stands on the shelf."""

    path: Path
    title: str
    made: str  # ISO 8601, UTC
    labels: tuple[str, ...]
    score: Score
    sample: bool

    @property
    def name(self) -> str:
        """The title, marked where it is a sample."""
        return t("recognise.sample", title=self.title) if self.sample else self.title


def own() -> list[Standing]:
    """The models of this visit, newest first."""
    return [_standing(one, False) for one in shelf.listing(visit.area())]


def samples() -> list[Standing]:
    """The models that come with TeachLens, in the page's language: doodles.en.teachlens and its like."""
    return [_standing(one, True) for one in shelf.listing_of(SAMPLES) if one.path.stem.endswith(f".{current()}")]


def all_models() -> list[Standing]:
    """Own models, then samples."""
    return own() + samples()


def choose(path: Path) -> None:
    """Remember the model that Recognise shall use."""
    st.session_state[_CHOSEN] = str(path)


def chosen(paths: Sequence[Path]) -> Path:
    """The model that was chosen last where it is still among `paths`, else the first."""
    last = Path(st.session_state.get(_CHOSEN, ""))
    if last in paths:
        return last
    # A sample that was chosen in the other language is here under the same name.
    return next((path for path in paths if path.parent == last.parent and _bare(path) == _bare(last)), paths[0])


def _bare(path: Path) -> str:
    return path.name.split(".")[0]


def _standing(one: shelf.Shelved, sample: bool) -> Standing:
    return Standing(one.path, one.title, one.made, tuple(one.labels), one.score, sample)
