"""Networks that have to be fetched once, among the settings: chosen, offered with their size, watched as they come."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from core.backbones import catalogue, downloadable, litert_files
from core.backbones.card import Card
from core.errors import BackboneError
from core.storage.area import VisitArea
from core.work import draft as drafts
from core.work import fetching
from core.work.draft import Draft
from core.work.fetching import Status
from ui import errors, page
from ui.texts import t

_RHYTHM = 0.5  # seconds between two looks at it


def ready(name: str) -> str:
    """The backbone of that name where lessons can use it; empty for one that has yet to be fetched."""
    return name if downloadable.find(name) is None or litert_files.is_ready(name) else ""


def show(area: VisitArea, draft: Draft, *, disabled: bool) -> None:
    """The choice of such a network and, where it is not here yet, the way to get it."""
    chosen = downloadable.find(draft.backbone)
    st.session_state["teach_network"] = chosen.name if chosen else ""
    labels = {"": t("fetching.none")} | {one.name: _label(one) for one in catalogue.downloadable_cards()}
    st.selectbox(
        t("fetching.network"),
        list(labels),
        format_func=labels.__getitem__,
        disabled=disabled,
        key="teach_network",
        on_change=errors.guarded(_keep),
        args=(area,),
    )
    if chosen and not disabled and not litert_files.is_ready(chosen.name):
        with page.card("fetching"):
            _offer(chosen, fetching.status(chosen.name))


def _label(one: Card) -> str:
    kind = "here" if litert_files.is_ready(one.name) else "away"
    return t(f"fetching.{kind}", title=one.title, size=one.download.megabytes)


def _keep(area: VisitArea) -> None:
    drafts.change(area, backbone=st.session_state["teach_network"])


def _offer(one: Card, status: Status | None) -> None:
    """What it takes, or how it goes, with the one button for that."""
    name = one.name
    if status and status.state == "running":
        _watch(name)
        st.button(
            t("fetching.cancel"),
            icon=":material/close:",
            key="teach_fetch_cancel",
            on_click=errors.guarded(fetching.cancel),
            args=(name,),
        )
        return
    if status and status.error:
        errors.explain(BackboneError(status.error[0], **status.error[1]))
        page.note(t("fetching.stays"))
    else:
        host = urlsplit(one.download.url).hostname
        about = {"size": one.download.megabytes, "source": one.source, "licence": one.licence, "host": host}
        page.note(t("fetching.offer", None, title=one.title, **about))
        if one.costs:
            page.note(t("fetching.costs", **one.costs.values()))
    st.button(
        t("fetching.again") if status and status.error else t("fetching.fetch", size=one.download.megabytes),
        icon=":material/download:",
        key="teach_fetch",
        on_click=errors.guarded(fetching.start),
        args=(name,),
    )


@st.fragment(run_every=_RHYTHM)
@errors.guarded
def _watch(name: str) -> None:
    one, status = downloadable.find(name), fetching.status(name)
    if one is None or status is None or status.state != "running":
        st.rerun(scope="app")
    st.html(view(one, status))


def view(one: Card, status: Status) -> str:
    """How far it is, as HTML."""
    head = t(f"fetching.now_{status.stage}", title=one.title)
    share, amount = float(status.stage == "convert"), ""
    if status.stage == "fetch":
        share = status.done / max(status.total, 1)
        amount = t("fetching.amount", done=f"{status.done / 1e6:.0f}", total=f"{status.total / 1e6:.0f}")
    return page.progress_html(head, amount, share, t("fetching.progress"))
