"""Ways in for pictures: zips and loose pictures, or the sample drawings; said before what is taken."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from core import settings
from core.errors import TeachLensError
from core.pictures import archive, samples
from core.pictures.decode import ACCEPTED
from ui import errors, language, page
from ui.teaching import draft as drafts
from ui.texts import t

MAX_MEGABYTES = 2048  # one upload, as .streamlit/config.toml says


def layouts() -> None:
    """What is taken, drawn: a folder for each thing, packed as a zip."""
    first, second = t("teach.example_one"), t("teach.example_two")
    tree = f'<span class="tl-symbol">folder_zip</span><b>{escape(t("teach.example_zip"))}</b>' + "".join(
        f'<span class="tl-symbol tl-in">folder</span><b>{escape(name)}</b>'
        f'<span class="tl-symbol tl-in2">image</span><span>IMG_0{n}1.jpg, IMG_0{n}2.jpg …</span>'
        for n, name in enumerate((first, second), start=1)
    )
    rules = "".join(f"<li>{escape(t(f'teach.rule_{number}', **_limits()))}</li>" for number in range(1, 5))
    st.html(f'<div class="tl-layouts"><div class="tl-tree" aria-hidden="true">{tree}</div><ul>{rules}</ul></div>')


def _limits() -> dict[str, Any]:
    return {
        "least": settings.MIN_PICTURES,
        "classes": f"{settings.MAX_CLASSES:,}",
        "gigabytes": MAX_MEGABYTES // 1024,
    }


def uploader(area: Path, *, first: bool) -> None:
    """Take uploads; each is copied to disk at once, looked through, and refused in words where it must be."""
    turn = st.session_state.get("teach_turn", 0)
    files = st.file_uploader(
        t("teach.upload" if first else "teach.upload_more"),
        type=["zip", *ACCEPTED],
        accept_multiple_files=True,
        max_upload_size=MAX_MEGABYTES,
        key=f"teach_files_{turn}",
    )
    for error, name in st.session_state.pop("teach_refused", ()):
        errors.explain(error, name)
    if not files:
        return
    area.mkdir(parents=True, exist_ok=True)
    now = drafts.load(area)
    sources, refused = list(now.sources), []
    loose = _free_class(area, now)
    with st.spinner(t("teach.reading"), show_time=False):
        for file in files:
            zipped = Path(file.name).suffix.casefold() not in {f".{ending}" for ending in ACCEPTED}
            path = drafts.store(area, file.name, None if zipped else loose, file)
            try:
                archive.find([path])
                sources.append(path)
            except TeachLensError as error:
                refused.append((error, file.name))
                drafts.forget(area, path)
    title = now.title or next((Path(path).stem for path in sources if path.suffix.casefold() == ".zip"), "")
    drafts.save(area, replace(now, sources=tuple(sources), title=title[: settings.MAX_LABEL_LENGTH]))
    st.session_state["teach_refused"] = refused
    # A new widget in its place, so that the bytes of the uploads are given back.
    st.session_state["teach_turn"] = turn + 1
    st.rerun()


def _free_class(area: Path, now: drafts.Draft) -> str:
    """A name for the class of loose pictures that no source has yet."""
    taken = {path.parent.name for path in now.sources}
    number = 1
    while t("teach.new_class", number=number) in taken:
        number += 1
    return t("teach.new_class", number=number)


def sample_button(area: Path) -> None:
    """For those who have no pictures at hand."""
    if st.button(t("teach.use_samples"), icon=":material/draw:", key="teach_samples"):
        area.mkdir(parents=True, exist_ok=True)
        with st.spinner(t("teach.drawing"), show_time=False):
            path = area / "uploads" / "samples" / f"{t('teach.samples_name')}.zip"
            path.parent.mkdir(parents=True, exist_ok=True)
            samples.write_zip(path, language=language.current())
        now = drafts.load(area)
        sources = tuple(dict.fromkeys((*now.sources, path)))
        drafts.save(area, replace(now, sources=sources, title=now.title or path.stem))
        st.rerun()
    page.note(t("teach.samples_note"))
