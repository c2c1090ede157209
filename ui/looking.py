"""Pictures in, answers out, for the pages: what was looked at is kept small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import TeachLensError

if TYPE_CHECKING:
    from core.pictures.picture import Picture
    from server.loaded import Loaded

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
    subclass: str = ""  # what the best label is more exactly; "" where that is not clear


@dataclass(frozen=True)
class Refused:
    """A picture that could not be looked at, and why."""

    name: str
    error: TeachLensError


def look(ready: Loaded, name: str, data: bytes, *, large: bool = True) -> Looked:
    """The answer for the bytes of a picture file. Raises PictureError."""
    from core.pictures.decode import decode

    # Decoded just as in teaching, so that the same file gets the same answer everywhere.
    return look_at(ready, name, decode(data, shortest=ready.side), large=large)


def look_at(ready: Loaded, name: str, picture: Picture, *, large: bool = True) -> Looked:
    """The answer for an upright RGB uint8 picture (height, width, 3)."""
    answer = ready.answer(picture)
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
        subclass=answer.subclass,
    )


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
