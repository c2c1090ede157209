"""A door for whole folders: the browser packs them as a zip and hands that to the uploader beside it.

Streamlit's uploader alone forgets in which folders the files of a dropped folder lay, and fails above a thousand files.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.settings import MAX_ENTRIES
from ui.texts import t

_SCRIPT = Path(__file__).with_name("folder.js").read_text("utf-8")

_door = st.components.v2.component(
    "teachlens_folder",
    html='<div class="tl-folder"></div>',
    js=_SCRIPT,
    isolate_styles=False,
)


def door(uploader: str, megabytes: int) -> None:
    """A button that takes a folder, and folders that are dropped, into the uploader with the key `uploader`."""
    most = min(MAX_ENTRIES, 65_000)  # what a zip without extensions can hold
    words = {name: t(f"teach.folder_{name}") for name in ("choose", "empty", "large", "name")}
    packing = t("teach.folder_packing", done="{done}", total="{total}")  # filled in the browser
    limits = {"bytes": megabytes * 2**20, "files": most}
    _door(data={"uploader": f".st-key-{uploader}", "packing": packing, **limits, **words}, key=f"folder_{uploader}")
