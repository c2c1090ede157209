"""Pictures in, answers out, for the pages: an answer is kept with small JPEGs in place of the picture itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import TeachLensError

if TYPE_CHECKING:
    from core.model.answer import Answer
    from core.pictures.picture import Picture
    from server.loaded import Loaded

PREVIEW = 720  # pixels, the longer side of a picture shown large
THUMBNAIL = 96  # pixels, the longer side in a table


@dataclass(frozen=True)
class AnsweredPicture:
    """A picture with its answer."""

    name: str
    answer: Answer  # without its pictures
    size: tuple[int, int]  # width and height of the whole picture, or of its reduced decoding
    side: int  # pixels, of the model's square input
    preview: bytes  # JPEG of the whole picture; a thumbnail where there are many
    model_input: bytes  # JPEG of the model's input; empty where there are many


@dataclass(frozen=True)
class RefusedPicture:
    """A picture that could not be answered, and why."""

    name: str
    error: TeachLensError


def answer_picture(
    ready: Loaded, name: str, given: bytes | Picture, *, large: bool = True
) -> AnsweredPicture | RefusedPicture:
    """The answer for the bytes of a picture file, or for an upright RGB uint8 picture (height, width, 3)."""
    try:
        answer = ready.answer(given)
    except TeachLensError as error:
        return RefusedPicture(name, error)
    picture, model_input = answer.picture, answer.model_input
    assert picture is not None and model_input is not None  # fresh answers have both
    height, width = picture.shape[:2]
    side = len(model_input)
    return AnsweredPicture(
        name=name,
        answer=answer.without_pictures(),
        size=(width, height),
        side=side,
        preview=jpeg(picture, PREVIEW if large else THUMBNAIL),
        model_input=jpeg(model_input, side) if large else b"",
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
