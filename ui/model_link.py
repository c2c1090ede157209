"""A link under which this app gives a model out to Scratch and friends."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import segno
import streamlit as st

from server import model_links, visits
from ui import errors, page
from ui.texts import t

FORMAT = "teachable-machine"  # whose files are given out
_SCALE = 4  # pixels of a module of the QR code


def show(model: Path, zip_file: Path) -> None:
    """The link of a model whose export is `zip_file`: begun where there is that, shown and ended where it was begun;
    nothing where the host does not allow any."""
    address = st.context.ip_address
    local = visits.is_local(st.context.url, address if isinstance(address, str) else None, st.context.headers)
    secret = model_links.find(model)
    if secret is None and not (zip_file.exists() and (local or model_links.is_allowed())):
        return
    page.section(t("take_away.link_title"), t("take_away.link_note"))
    if secret is None:
        st.button(
            t("take_away.link_start"),
            icon=":material/link:",
            key="take_away_link",
            on_click=errors.guarded(model_links.start),
            args=(model, zip_file),
        )
        return
    link = f"{_origin()}{model_links.path(secret)}"
    st.code(link, language=None)
    if local:
        page.note(t("take_away.link_local"))
    else:
        code = segno.make(link).svg_data_uri(scale=_SCALE, border=4, light="#fff")
        st.html(f'<img class="tl-code" alt="{escape(t("take_away.link_code"))}" src="{escape(code)}">')
    st.button(
        t("take_away.link_stop"),
        icon=":material/link_off:",
        key="take_away_link_stop",
        on_click=errors.guarded(model_links.stop),
        args=(secret,),
    )


def _origin() -> str:
    """Scheme, host and port of the app as the browser knows it."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}"
