"""The models that a visit can use: its own and the samples; and which one was chosen last."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from core.errors import TeachLensError
from core.model import store
from core.model.store import StoredModel
from ui import visit
from ui.dates import clock, date
from ui.language import current
from ui.texts import t

logger = logging.getLogger("teachlens")
_CHOSEN = "recognise_model"
CHOICE, _NOW = "recognise_choice", "recognise_choose_now"  # the widget in which it is chosen; whether it must follow


def visit_models() -> list[StoredModel]:
    """The models of this visit, newest first."""
    return store.listing(visit.area())


def unreadable() -> list[Path]:
    """The files among this visit's models that cannot be opened."""
    return store.unreadable(visit.area())


def everyday() -> list[StoredModel]:
    """The model that knows everyday things, in the page's language; none where it cannot be made."""
    try:
        return [store.ready(current())]
    except TeachLensError:
        logger.exception("the model of everyday things could not be made")
        return []


def samples() -> list[StoredModel]:
    """The models taught on our own drawings, in the page's language: doodles.en.teachlens and its like."""
    return [one for one in store.listing_of(store.SAMPLES) if one.path.stem.endswith(f".{current()}")]


def all_models() -> list[StoredModel]:
    """The visit's models, then those that come with TeachLens: a newcomer's first picture is for the one that knows
    most."""
    return visit_models() + everyday() + samples()


def name(one: StoredModel) -> str:
    """The title of a model, marked where it is a sample."""
    return t("recognise.sample", title=one.title) if one.sample and one.taught else one.title


def distinct_names(models: Sequence[StoredModel]) -> dict[Path, str]:
    """A name for each model that no other has: those of one title carry their day and time, and then a number. A choice
    among equal names would be taken for another, by people and by Streamlit."""
    names = {one.path: name(one) for one in models}
    shared = {title for title, count in Counter(names.values()).items() if count > 1}
    for one in models:
        if names[one.path] in shared:
            names[one.path] += f" ({date(one.made)}, {clock(one.made)})"
    taken: Counter[str] = Counter()
    for path, title in names.items():
        taken[title] += 1
        if taken[title] > 1:
            names[path] = f"{title} · {taken[title]}"
    return names


def choose(path: Path) -> None:
    """Remember the model that Recognise shall use."""
    st.session_state[_CHOSEN] = str(path)


def choose_now(path: Path) -> None:
    """The same where Recognise itself is the page, whose widget is there already: it follows with the next run."""
    choose(path)
    st.session_state[_NOW] = True


def prepare_choice(paths: Sequence[Path]) -> None:
    """Let the widget begin with the model that was chosen last."""
    if st.session_state.pop(_NOW, False) or st.session_state.get(CHOICE) not in paths:
        st.session_state[CHOICE] = chosen(paths)


def chosen(paths: Sequence[Path]) -> Path:
    """The model that was chosen last where it is still among `paths`, else the first."""
    last = Path(st.session_state.get(_CHOSEN, ""))
    if last in paths:
        return last
    # A sample that was chosen in the other language is here under the same name.
    return next((path for path in paths if path.parent == last.parent and _bare(path) == _bare(last)), paths[0])


def _bare(path: Path) -> str:
    return path.name.split(".")[0]
