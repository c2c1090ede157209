"""Pictures in, answers out, for the pages: loaded models are kept, and what was looked at is kept small."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.errors import TeachLensError

if TYPE_CHECKING:
    from core.backbones import Backbone
    from core.model.model import Model
    from core.pictures.picture import Picture

PREVIEW = 720  # pixels, the longer side of a picture shown large
THUMBNAIL = 96  # pixels, the longer side in a table


@dataclass(frozen=True)
class Looked:
    """A picture that was looked at: its answer, and small JPEGs in place of the picture itself."""

    name: str
    labels: tuple[str, ...]  # best first
    probabilities: tuple[float, ...]
    sure: bool
    familiar: bool  # False: like nothing that the model was taught
    size: tuple[int, int]  # width and height of the whole picture, or of its reduced decoding
    side: int  # pixels, of the square that the model saw
    preview: bytes  # JPEG of the whole picture; a thumbnail where there are many
    seen: bytes  # JPEG of what the model saw; empty where there are many
    finer: str = ""  # what the best label is more exactly; "" where that is not clear


@dataclass(frozen=True)
class Refused:
    """A picture that could not be looked at, and why."""

    name: str
    error: TeachLensError


class Loaded:
    """A model that is ready to answer, for all sessions: one picture at a time."""

    def __init__(self, path: Path) -> None:
        from core.backbones.weights import NOTHING
        from core.model.file import load
        from core.model.recognise import Recogniser

        model = load(path)
        backbone, self._lock = _own(model) if model.own else _backbone(model.backbone)
        # What was tuned is in the network now: kept here as well, it would take its memory twice.
        self._recogniser = Recogniser(replace(model, own=NOTHING), backbone=backbone)

    @property
    def model(self) -> Model:
        """The model itself, without what its lesson tuned of the backbone."""
        return self._recogniser.model

    def look(self, name: str, data: bytes, *, large: bool = True) -> Looked:
        """The answer for the bytes of a picture file. Raises PictureError."""
        from core.pictures.decode import decode

        # Decoded just as in teaching, so that the same file gets the same answer everywhere.
        return self.look_at(name, decode(data, shortest=self._recogniser.backbone.card.size), large=large)

    def look_at(self, name: str, picture: Picture, *, large: bool = True) -> Looked:
        """The answer for an upright RGB uint8 picture (height, width, 3)."""
        with self._lock:
            answer = self._recogniser.recognise(picture)
        height, width = picture.shape[:2]
        return Looked(
            name=name,
            labels=answer.labels,
            probabilities=answer.probabilities,
            sure=answer.sure,
            familiar=answer.familiar,
            size=(width, height),
            side=answer.seen.shape[0],
            preview=jpeg(picture, PREVIEW if large else THUMBNAIL),
            seen=jpeg(answer.seen, answer.seen.shape[0]) if large else b"",
            finer=answer.finer,
        )


@st.cache_resource(show_spinner=False)
def _backbone(name: str) -> tuple[Backbone, threading.Lock]:
    """The network is what takes memory, some 40 MB: one for all models that were taught with it, used in turn."""
    from core.backbones import Backbone

    return Backbone(name), threading.Lock()


def _own(model: Model) -> tuple[Backbone, threading.Lock]:
    """A network of the model's own."""
    from core.backbones import Backbone

    return Backbone(model.backbone, own=model.own), threading.Lock()


@st.cache_data(max_entries=256, show_spinner=False)  # every rerun asks, and a file of 50,000 thumbnails is slow to open
def _is_tuned(path: str, changed: int, size: int) -> bool:
    from core.model.file import is_tuned

    return is_tuned(Path(path))


@st.cache_resource(max_entries=16, show_spinner=False)
def _loaded(path: str, changed: int, size: int) -> Loaded:
    return Loaded(Path(path))


@st.cache_resource(max_entries=3, show_spinner=False)
def _loaded_tuned(path: str, changed: int, size: int) -> Loaded:
    """Few of those with a network of their own, which may take 200 MB each."""
    return Loaded(Path(path))


def loaded(path: Path) -> Loaded:
    """The model at `path`, loaded once for all sessions until the file changes. Raises ModelError, BackboneError."""
    from core.errors import ModelError

    try:
        stat = path.stat()
    except OSError as error:
        raise ModelError("model.missing", name=path.stem) from error
    there = str(path), stat.st_mtime_ns, stat.st_size
    return (_loaded_tuned if _is_tuned(*there) else _loaded)(*there)


def jpeg(picture: Picture, longest: int, quality: int = 85) -> bytes:
    """`picture`, its longer side at most `longest` pixels, as JPEG."""
    import cv2

    height, width = picture.shape[:2]
    scale = longest / max(height, width)
    if scale < 1:
        smaller = (max(1, round(width * scale)), max(1, round(height * scale)))
        picture = cv2.resize(picture, smaller, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    written, data = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not written:
        raise RuntimeError("OpenCV could not write a JPEG")
    return bytes(data)
