"""A model as a card with what can be done to it, files that cannot be opened, and the way in for model files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import streamlit as st

from core import settings
from core.errors import TeachLensError
from core.messages import percent
from core.model import store
from core.model.file import ENDING, load
from core.model.store import StoredModel
from core.pictures.names import safe_file_name
from core.work import opening
from ui import answer, correcting, errors, more, page, shell, take_away, visit
from ui.dates import date
from ui.model_store import choose
from ui.texts import t

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_NOTICE = "models_notice"


@dataclass(frozen=True)
class _Notice:
    """What was just done with a model."""

    kind: Literal["deleted", "opened"]
    title: str
    path: Path  # where the model lies now


def show(one: StoredModel) -> None:
    """The card of one model. A sample can be used and downloaded only."""
    name = one.path.stem
    with page.card(f"model_{name}"):
        st.html(_words(one))
        with st.container(horizontal=True, gap="small"):
            if st.button(t("models.recognise"), icon=":material/image_search:", key=f"recognise_m_{name}"):
                choose(one.path)
                shell.go("recognise")
            if correcting.possible(one.path) and st.button(
                t("more.title"), icon=":material/videocam:", key=f"more_{name}"
            ):
                choose(one.path)
                more.open_it("recognise")
                shell.go("recognise")
            if not one.is_foreign:
                st.button(
                    t("take_away.open"),
                    icon=":material/output:",
                    key=f"take_away_m_{name}",
                    on_click=take_away.open_for,
                    args=(one.path,),
                )
            st.download_button(
                t("models.download"),
                one.path.read_bytes,  # read when it is tapped, not before
                file_name=file_name(one.title),
                mime="application/zip",
                icon=":material/download:",
                on_click="ignore",
                key=f"download_{name}",
            )
            if not one.sample:
                _rename(one)
                st.button(
                    t("models.delete"),
                    type="tertiary",
                    icon=":material/delete:",
                    key=f"delete_{name}",
                    on_click=errors.guarded(_delete),
                    args=(one.path, one.title),
                )
    if take_away.is_open(one.path):
        take_away.show(one)


def unreadable(paths: Sequence[Path]) -> None:
    """Files among the visit's models that cannot be opened, each with the way to delete it."""
    for path in paths:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"unreadable_{path.stem}"):
            page.note(t("models.unreadable", name=path.name))
            st.button(
                t("models.delete"),
                type="tertiary",
                icon=":material/delete:",
                key=f"delete_{path.stem}",
                on_click=errors.guarded(_delete),
                args=(path, path.name),
            )


def notice() -> None:
    """What was just done, and what can be done about it: a bar that stays in view until it is closed."""
    change: _Notice | None = st.session_state.get(_NOTICE)
    if change is None:
        return
    with page.notice("models", t(f"models.{change.kind}", title=change.title)):
        if change.kind == "deleted":
            st.button(
                t("models.undo"),
                icon=":material/undo:",
                key="models_undo",
                on_click=errors.guarded(_restore),
                args=(change.path,),
            )
        elif st.button(t("models.use"), icon=":material/image_search:", key="models_use"):
            _close()
            choose(change.path)
            shell.go("recognise")
        st.button(t("models.close"), icon=":material/close:", type="tertiary", key="models_close", on_click=_close)


def opener() -> None:
    """Open a model file, or a model that was made elsewhere, from files or a link; what is none is refused in words."""
    generation = st.session_state.get("models_generation", 0)
    files = st.file_uploader(
        t("models.open_label"),
        max_upload_size=settings.MAX_MODEL_BYTES // 2**20,
        accept_multiple_files=True,
        key=f"models_file_{generation}",
        label_visibility="collapsed",
    )
    with st.expander(t("models.link"), icon=":material/link:"), st.form(f"models_link_{generation}", border=False):
        address = st.text_input(t("models.link_label"), max_chars=2_000, placeholder="https://…")
        page.note(t("models.link_note"))
        wants_link = st.form_submit_button(t("models.link_open"))
    try:
        if wants_link:
            with st.spinner(t("models.link_fetching")):
                area = visit.area(keep=True)
                paths = [opening.add(area, opening.from_link(address, own_machine=not area.is_hosted))]
        elif files:
            paths = _open(files)
        else:
            return
    except TeachLensError as error:
        errors.explain(error)
        return
    choose(paths[-1])
    st.session_state[_NOTICE] = _Notice("opened", load(paths[-1], tuned_weights=False).card.title, paths[-1])
    st.session_state["models_generation"] = generation + 1  # an empty widget again, and the bytes given back
    st.rerun()


def file_name(title: str) -> str:
    """A file name that every system takes, with the ending of model files."""
    name = safe_file_name(f"{title}{ENDING}")
    return name if name.endswith(ENDING) else f"model{ENDING}"  # nothing of the title was left


def _open(files: Sequence[UploadedFile]) -> list[Path]:
    """Add what was given to the visit's models: model files one by one, other files as the parts of one model."""
    area = visit.area(keep=True)
    model_files = [file for file in files if opening.is_own(file.name, file)]
    parts = [(file.name, file) for file in files if file not in model_files]
    foreign = opening.from_files(parts) if parts else None
    paths = [store.add(area, file.getvalue(), file.name) for file in model_files]
    return [*paths, opening.add(area, foreign)] if foreign else paths


def _words(one: StoredModel) -> str:
    score = one.score
    if one.is_foreign:
        words = t("models.elsewhere")
    elif not one.taught:
        words = t("models.by_others", count=f"{len(one.labels):,}")
    elif score.total:
        words = t(
            "models.score",
            share=percent(score.value),
            total=f"{score.total:,}",
            low=percent(score.low),
            high=percent(score.high),
        )
    else:
        words = t("models.untested")
    share = f'<span class="tl-score">{escape(percent(score.value))}</span>' if score.total else ""
    is_named = one.taught or one.is_foreign
    made = f'<p class="tl-note">{escape(t("models.made", date=date(one.made)))}</p>' if is_named else ""
    return (
        f'<div class="tl-model"><div><h3>{escape(one.title)}</h3>{made}</div>{share}</div>'
        f'{answer.chips(one.labels) if is_named else ""}<p class="tl-note">{escape(words)}</p>'
        f"{correcting.since(one.added)}"
    )


def _rename(one: StoredModel) -> None:
    name = one.path.stem
    with (
        st.popover(t("models.rename"), icon=":material/edit:", key=f"rename_{name}"),
        st.form(f"rename_form_{name}", border=False),
    ):
        title = st.text_input(t("models.new_name"), one.title, max_chars=settings.MAX_LABEL_LENGTH, key=f"title_{name}")
        if st.form_submit_button(t("models.save_name"), type="primary", width="stretch") and title.strip():
            store.rename(one.path, title.strip())
            st.rerun()


def _delete(path: Path, title: str) -> None:
    st.session_state[_NOTICE] = _Notice("deleted", title, store.remove(visit.area(), path))


def _restore(thrown: Path) -> None:
    store.restore(visit.area(), thrown)
    _close()


def _close() -> None:
    st.session_state.pop(_NOTICE, None)
