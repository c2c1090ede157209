"""What stands around every page: look, navigation, language; and what runs the page that was asked for."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path

import streamlit as st

from ui import errors, language, visit
from ui.texts import t

STYLE = Path(__file__).with_name("style.css")
MARK = Path(__file__).with_name("art") / "mark.svg"
# name (the file in pages/, and the key of the title), Material symbol
PAGES = (
    ("start", ":material/home:"),
    ("teach", ":material/school:"),
    ("recognise", ":material/image_search:"),
    ("models", ":material/category:"),
)


def show() -> None:
    """One run of the app: the shell, and within it the page that was asked for."""
    st.set_page_config(page_title=t("shell.name"), page_icon=str(MARK), layout="wide")
    st.html(STYLE)
    _variables()
    language.keep_in_address()
    visit.keep_in_address()
    page = st.navigation(_pages(), position="hidden")
    _bar(page.url_path)
    with st.container(key=f"page_{page.url_path or 'start'}"):
        try:
            page.run()
        except Exception as error:
            errors.apologise(error)


def address() -> dict[str, str]:
    """The query parameters that go along to another page: `st.switch_page(..., query_params=address())`."""
    return {name: st.query_params[name] for name in (language.PARAMETER, visit.PARAMETER) if name in st.query_params}


def go(name: str) -> None:
    """Leave for the page `name`: "start", "teach", "recognise" or "models"."""
    st.switch_page(f"pages/{name}.py", query_params=address())


def link(name: str, label: str, *, icon: str | None = None, width: str = "content") -> None:
    """A link to the page `name` that keeps language and visit, in a new tab too."""
    st.page_link(f"pages/{name}.py", label=label, icon=icon, width=width, query_params=address())  # type: ignore[arg-type]


def _variables() -> None:
    """Give the style sheet our mark, and the words for Streamlit's own widgets in the page's language."""
    words = {name: json.dumps(t(f"shell.{name}"), ensure_ascii=False) for name in ("choose", "drop")}
    rules = "".join(f"--tl-word-{name}:{word};" for name, word in words.items())
    rules += f"--tl-mark:url(data:image/svg+xml;base64,{_mark()});"
    st.html(f"<style>.stApp{{{rules}}}</style>")


@cache
def _mark() -> str:
    return base64.b64encode(MARK.read_bytes()).decode("ascii")


def _pages() -> list[st.Page]:
    return [
        st.Page(f"pages/{name}.py", title=t(f"shell.{name}"), icon=icon, url_path=name, default=name == "start")
        for name, icon in PAGES
    ]


def _bar(current: str) -> None:
    """The bar at the top: name, pages, language. One row on a wide screen; on a phone the pages move to the bottom."""
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="brand", width="content"):
            link("start", t("shell.name"), icon=":material/center_focus_strong:")
        with st.container(key="pages", horizontal=True, width="stretch", gap="xxsmall"):
            for name, icon in PAGES:
                here = name == (current or "start")
                with st.container(key="here" if here else f"nav_{name}", width="content"):
                    link(name, t(f"shell.{name}"), icon=icon)
        other = language.other()
        st.button(
            language.NAMES[other],
            key="language_switch",
            type="tertiary",
            icon=":material/translate:",
            on_click=language.choose,
            args=(other,),
        )
