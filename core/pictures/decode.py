"""Bytes of any kind to an upright picture, or a sentence saying why not. What a file is, its content says, not its
name."""

from __future__ import annotations

import warnings
from functools import cache
from io import BytesIO

import numpy as np
from PIL import (  # the plugins: only what is imported here can be opened
    AvifImagePlugin,  # noqa: F401
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    IcoImagePlugin,  # noqa: F401
    Image,
    Jpeg2KImagePlugin,  # noqa: F401
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from core import settings
from core.errors import PictureError
from core.pictures.picture import Picture

# Endings that people know, for upload fields and sentences.
ACCEPTED = ("jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "avif", "heic", "heif", "jp2", "ico")

# No other decoder of Pillow's is reachable: some start programs (EPS), most are never photographs.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "DIB", "GIF", "TIFF", "AVIF", "JPEG2000", "ICO")
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\x01\0", b"\0\0\0\x0cjP")
_ORIENTATION = 0x0112  # the EXIF tag, and what undoes each of its values
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

warnings.filterwarnings("ignore", module="PIL")  # about metadata that are of no matter here
Image.MAX_IMAGE_PIXELS = None  # `_opened` refuses bombs itself, in words, at the limit of our settings


def decode(data: bytes, *, shortest: int | None = None) -> Picture:
    """The picture in `data`: upright, RGB uint8 (height, width, 3), transparency over white, the first frame of
    several. With `shortest`, a large JPEG may come at 1/2, 1/4 or 1/8 of its size, its shorter side no less than
    `shortest` px. Raises PictureError."""
    image = _opened(data)
    try:
        if shortest and image.format in ("JPEG", "MPO"):
            _reduce(image, shortest)
        image.load()
        return np.ascontiguousarray(_upright(_rgb(image), image))
    except Exception as error:  # whatever a decoder stumbles over in a hostile or broken file
        raise PictureError("picture.broken") from error


def _opened(data: bytes) -> Image.Image:
    """The image with its header read and nothing decoded. Raises PictureError."""
    if not data:
        raise PictureError("picture.empty")
    formats = (*_FORMATS, "HEIF") if _reads_heic() else _FORMATS
    try:
        image = Image.open(BytesIO(data), formats=formats)
    except UnidentifiedImageError as error:
        raise PictureError(_kind_of(data)) from error
    except Exception as error:
        raise PictureError("picture.broken") from error
    if image.width * image.height > settings.MAX_PIXELS:
        raise PictureError(
            "picture.too_large",
            width=image.width,
            height=image.height,
            limit=settings.MAX_PIXELS // 1_000_000,
        )
    return image


@cache
def _reads_heic() -> bool:
    """Is the optional extra installed? (Its wheels are GPL as a whole, so it is no dependency.)"""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True


def _kind_of(data: bytes) -> str:
    """The key of the sentence for a file that no decoder knows."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    boxed = data[4:8] == b"ftyp"
    kinds = {
        "picture.heic": boxed and data[8:12] in _HEIC_BRANDS,
        "picture.video": boxed and data[8:12] not in _AVIF_BRANDS,
        "picture.svg": b"<svg" in start,
        "picture.html": start.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<?xml")),
        "picture.pdf": start.startswith(b"%pdf"),
        "picture.broken": is_picture(data),
    }
    return next((key for key, found in kinds.items() if found), "picture.unknown")


def is_picture(start: bytes) -> bool:
    """Do these first bytes (16 or more) look like one of the kinds that are decoded? For files whose names do not
    say."""
    kind = start[8:12]
    return (
        start.startswith(_STARTS) or kind == b"WEBP" or (start[4:8] == b"ftyp" and kind in _AVIF_BRANDS + _HEIC_BRANDS)
    )


def _reduce(image: Image.Image, shortest: int) -> None:
    """Let the JPEG decoder leave out what will not be seen."""
    scale = shortest / min(image.size)
    if scale < 1:
        image.draft(image.mode, (max(1, int(image.width * scale)), max(1, int(image.height * scale))))


def _rgb(image: Image.Image) -> Image.Image:
    """Any mode to RGB: 16 bits to 8, transparency over white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_eight_bits(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return image.convert("RGB")


def _eight_bits(grey: np.ndarray) -> np.ndarray:
    """Grey of 16 or 32 bits, or of floats from 0 to 1 or to 255, as uint8."""
    if np.issubdtype(grey.dtype, np.floating):
        grey = np.nan_to_num(grey) * (255.0 if np.nanmax(grey, initial=0) <= 1 else 1.0)
    elif grey.max(initial=0) > 255:
        grey = grey / 257.0
    return np.clip(grey + 0.5, 0, 255).astype(np.uint8)


def _upright(image: Image.Image, source: Image.Image) -> Image.Image:
    """Turned as the camera held it; `source` is the image as it was opened, which has the EXIF."""
    try:
        turn = _UPRIGHT.get(source.getexif().get(_ORIENTATION, 1))
    except Exception:  # metadata that cannot be read are none
        turn = None
    return image.transpose(turn) if turn is not None else image
