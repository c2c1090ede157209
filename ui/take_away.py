"""Taking a model away: what for, how far it is, what is known of it, and the file."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from core.errors import ExportError
from core.export import FORMATS
from core.messages import say
from core.model.store import StoredModel
from core.pictures.names import safe_file_name
from core.work import exporting
from core.work.exporting import Status
from ui import errors, model_link, page, visit
from ui.language import current
from ui.texts import t

_OPEN, _ALL = "take_away_open", "take_away_all"
_FIRST = ("web-page", "teachable-machine", "python", "litert", "frigate", "onnx")  # what most people look for
_RHYTHM = 0.5  # seconds between two looks at it


def open_for(path: Path) -> None:
    """Open the panel below that model's card."""
    st.session_state[_OPEN] = str(path)


def is_open(path: Path) -> bool:
    """Whether the panel is open for that model."""
    return st.session_state.get(_OPEN) == str(path)


def show(one: StoredModel) -> None:
    """The panel for a model."""
    with page.card("take_away"):
        page.bring(".st-key-card_take_away", str(one.path), key="take_away_bring")
        page.section(t("take_away.title", title=one.title), t("take_away.lead"))
        formats = FORMATS if st.session_state.get(_ALL) else _FIRST
        names = {name: t(f"take_away.{_key(name)}") for name in formats}
        chosen = st.radio(
            t("take_away.choose"),
            formats,
            format_func=names.__getitem__,
            captions=[t(f"take_away.{_key(name)}_note") for name in formats],
            key="take_away_format",
        )
        st.toggle(t("take_away.more"), key=_ALL)
        _state(one, str(chosen))
        if chosen == model_link.FORMAT:
            model_link.show(one.path, exporting.target(visit.area(), one.path, str(chosen), current()))
        page.note(t("take_away.limits"))
        st.button(
            t("take_away.close"), icon=":material/close:", type="tertiary", key="take_away_close", on_click=_close
        )


def _key(name: str) -> str:
    """A format's name as keys of texts have it."""
    return name.replace("-", "_")


def _state(one: StoredModel, name: str) -> None:
    """How the export in that format stands, with the buttons for that."""
    area = visit.area()
    status = exporting.status(area, one.path, name, current())
    if status and status.state == "running":
        _watch(one.path, name)
        st.button(
            t("take_away.cancel"),
            icon=":material/close:",
            key="take_away_cancel",
            on_click=errors.guarded(exporting.forget),
            args=(area, one.path, name, current()),
        )
        return
    if status and status.state == "done":
        _result(one, name, status)
        return
    if status and status.error:
        errors.explain(ExportError(status.error[0], **status.error[1]))
    st.button(
        t("take_away.again") if status and status.error else t("take_away.make"),
        icon=":material/output:",
        type="primary",
        key="take_away_make",
        on_click=errors.guarded(_start),
        args=(one.path, name),
    )


def _result(one: StoredModel, name: str, status: Status) -> None:
    zip_file = exporting.target(visit.area(), one.path, name, current())
    proof, *others = status.sentences
    kind, symbol = ("proof", "verified") if status.proved else ("problem", "info")
    st.html(
        f'<div class="tl-{kind}" role="status"><span class="tl-symbol" aria-hidden="true">{symbol}</span>'
        f"<p>{escape(proof)}</p></div>" + "".join(f'<p class="tl-note">{escape(other)}</p>' for other in others)
    )
    st.download_button(
        t("take_away.download", size=f"{zip_file.stat().st_size / 1e6:.0f}"),
        zip_file.read_bytes,  # read when it is tapped, not before
        file_name=safe_file_name(f"{one.title}-{name}.zip"),
        mime="application/zip",
        icon=":material/download:",
        type="primary",
        on_click="ignore",
        key="take_away_download",
    )
    with st.expander(t("take_away.how")):
        st.markdown(say(f"export.use.{name}", current()))


@st.fragment(run_every=_RHYTHM)
@errors.guarded
def _watch(path: Path, name: str) -> None:
    status = exporting.status(visit.area(), path, name, current())
    if status is None or status.state != "running":
        st.rerun(scope="app")
    st.html(view(status))


def view(status: Status) -> str:
    """How far it is, as HTML."""
    what = say(f"export.stage.{status.stage}", current())
    amount = f"{status.done} / {status.total}" if status.total > 1 else ""
    return page.progress_html(what, amount, status.done / status.total, t("take_away.progress"))


def _start(path: Path, name: str) -> None:
    exporting.start(visit.area(keep=True), path, name, current())


def _close() -> None:
    st.session_state.pop(_OPEN, None)
