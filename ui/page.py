"""The pieces that every page is made of: heading, section, card, empty state, undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import streamlit as st
from streamlit.errors import StreamlitAPIException

_BRING = """
export default function ({ parentElement, data }) {
  if (parentElement.dataset.revision === data.revision) return;
  parentElement.dataset.revision = data.revision;
  const behavior = matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth';
  // once it stands in the page
  setTimeout(() => document.querySelector(data.selector)?.scrollIntoView({ block: 'start', behavior }), 500);
}
"""
_bring = st.components.v2.component("teachlens_bring", html="<i></i>", js=_BRING, isolate_styles=False)


def heading(title: str, lead: str | None = None) -> None:
    """The page's title and, below it, one calm sentence."""
    text = f'<p class="tl-lead">{escape(lead)}</p>' if lead else ""
    st.html(f'<header class="tl-heading"><h1>{escape(title)}</h1>{text}</header>')


def section(title: str, note: str | None = None) -> None:
    """The title of a part of a page."""
    text = f'<p class="tl-note">{escape(note)}</p>' if note else ""
    st.html(f'<div class="tl-section"><h2>{escape(title)}</h2>{text}</div>')


@contextmanager
def card(key: str) -> Iterator[None]:
    """A bordered card; what is written inside `with` stands in it. `key` is unique on the page."""
    with st.container(border=True, key=f"card_{key}"):
        yield


@contextmanager
def empty(key: str, icon: str, text: str) -> Iterator[None]:
    """An empty state: a Material symbol (its bare name), what to do, and inside `with` the one button that does it."""
    with st.container(border=True, key=f"empty_{key}", horizontal_alignment="center"):
        symbol(icon, text)
        yield


def symbol(icon: str, text: str) -> None:
    """A Material symbol (its bare name) above a sentence, centred."""
    st.html(
        f'<div class="tl-empty"><span class="tl-symbol" aria-hidden="true">{escape(icon)}</span>'
        f"<p>{escape(text)}</p></div>"
    )


@contextmanager
def notice(key: str, text: str) -> Iterator[None]:
    """A bar at the foot of the window that says what was just done; inside `with` stand the buttons that answer it."""
    with st.container(key=f"notice_{key}", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p role="status">{escape(text)}</p>')
        yield


def progress_html(what: str, amount: str, share: float, label: str) -> str:
    """A bar of what is under way: in words what is happening and how far it is, the share from 0 to 1, and what the bar
    is called."""
    return (
        f'<div class="tl-lesson"><p class="tl-now" role="status"><strong>{escape(what)}</strong>'
        f'<span class="tl-note">{escape(amount)}</span></p>'
        f'<div class="tl-whole-bar" role="progressbar" aria-valuenow="{round(share * 100)}" aria-valuemin="0" '
        f'aria-valuemax="100" aria-label="{escape(label)}"><span style="width:{share * 100:.1f}%"></span></div></div>'
    )


def note(text: str) -> None:
    """A quiet line below something."""
    st.html(f'<p class="tl-note">{escape(text)}</p>')


def bring(selector: str, revision: str, key: str) -> None:
    """Bring what the selector finds into view, smoothly, once for each `revision`."""
    _bring(data={"revision": revision, "selector": selector}, key=key)


def again() -> None:
    """Draw the fragment again that is being drawn; the whole page where it is drawn as part of that."""
    try:
        st.rerun(scope="fragment")
    except StreamlitAPIException:  # not a run of a fragment alone
        st.rerun()
