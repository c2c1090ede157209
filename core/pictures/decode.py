"""Bytes of any kind to an upright picture, or a sentence saying why not. What a file is, its content says, not its
name."""

from __future__ import annotations

import warnings
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import (  # the plugins: each makes its format known to `Image.OPEN`
    AvifImagePlugin,  # noqa: F401
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    IcoImagePlugin,  # noqa: F401
    Image,
    Jpeg2KImagePlugin,  # noqa: F401
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,
    WebPImagePlugin,  # noqa: F401
)

from core import settings
from core.errors import PictureError
from core.pictures import kinds
from core.pictures.picture import Picture

# Endings that people know, for upload fields and sentences.
ACCEPTED = ("jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "avif", "heic", "heif", "jp2", "ico")

# No other decoder of Pillow's is reachable: some start programs (EPS), most are never photographs.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "JPEG2000", "ICO")
_JPEG = ("JPEG", "MPO")  # MPO: several JPEG in one file, as some cameras write them
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

_BITS = 258  # the TIFF tag that says how many there are in a sample

warnings.filterwarnings("ignore", module="PIL")  # about metadata that are of no matter here
# Pillow raises at twice this, where a picture is decoded as it is opened (ICO, WebP); `_opened` looks at all others.
Image.MAX_IMAGE_PIXELS = settings.MAX_WHOLE_PIXELS // 2


def decode(data: bytes, *, shortest: int | None = None, pixels: int | None = None) -> Picture:
    """The picture in `data`: upright, RGB uint8 (height, width, 3), transparency over white, the first frame of
    several. With `shortest`, a large one may come reduced (JPEG at 1/2, 1/4 or 1/8, others at any whole fraction), its
    shorter side no less than `shortest` px; JPEG above `MAX_WHOLE_PIXELS` always does. One of more than `pixels`, where
    given, is refused before anything is decoded. Raises PictureError."""
    image = _opened(data, pixels)
    try:
        if image.format in _JPEG:
            _reduce_jpeg(image, shortest)
        image.load()
        small = _reduced(_rgb(_reduced(image, shortest)), shortest)
        return np.ascontiguousarray(_upright(small, image))
    except MemoryError as error:
        raise _too_large(image, settings.MAX_WHOLE_PIXELS) from error
    except Exception as error:  # whatever a decoder stumbles over in a hostile or broken file
        raise PictureError("picture.broken") from error


def _opened(data: bytes, pixels: int | None) -> Image.Image:
    """The image with its header read and nothing decoded. Raises PictureError."""
    if not data:
        raise PictureError("picture.empty")
    for name in (*_FORMATS, "HEIF") if _reads_heic() else _FORMATS:
        # Not by `Image.open`: that would refuse what is large before we know how large, JPEG that can be reduced too.
        factory, accept = Image.OPEN[name]
        if accept and accept(data[:16]) is True:
            try:
                image = factory(BytesIO(data), "")
            except Image.DecompressionBombError as error:
                raise PictureError("picture.too_many_pixels", limit=settings.MAX_WHOLE_PIXELS // 1_000_000) from error
            except Exception:  # not of this format, or broken: `kinds.reason` tells
                continue
            limit = settings.MAX_PIXELS if pixels is None else pixels
            if image.format not in _JPEG:
                limit = min(limit, settings.MAX_WHOLE_PIXELS)
            if image.width * image.height > limit:
                raise _too_large(image, limit)
            if name == "HEIF" and kinds.is_cut_off(data):  # its decoder fills up what is missing
                raise PictureError("picture.broken")
            return image
    raise PictureError(kinds.reason(data, reads_heic=_reads_heic()))


def _too_large(image: Image.Image, limit: int) -> PictureError:
    return PictureError("picture.too_large", width=image.width, height=image.height, limit=limit // 1_000_000)


@cache
def _reads_heic() -> bool:
    """Is the optional extra installed? (Its wheels are GPL as a whole, so it is no dependency.)"""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True


def _reduce_jpeg(image: Image.Image, shortest: int | None) -> None:
    """Let the decoder leave out what will not be seen: it can halve the size up to three times at no cost."""
    scale = 1
    while scale < 8:
        fine = shortest and min(image.size) >= 2 * scale * shortest
        if not fine and image.width * image.height <= settings.MAX_WHOLE_PIXELS * scale**2:
            break
        scale *= 2
    if scale > 1:
        image.draft(image.mode, (image.width // scale, image.height // scale))


def _reduced(image: Image.Image, shortest: int | None) -> Image.Image:
    """Means of areas, as early as can be, so that nothing else takes memory for all of it."""
    factor = min(image.size) // (shortest or min(image.size))
    if factor < 2 or image.mode not in ("RGB", "RGBA", "L", "LA") or "transparency" in image.info:
        return image
    return image.reduce(factor)


def _rgb(image: Image.Image) -> Image.Image:
    """Any mode to RGB: 16 bits to 8, transparency over white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_eight_bits(image)).convert("RGB")
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    return image.convert("RGB")


def _eight_bits(image: Image.Image) -> NDArray[np.uint8]:
    """Grey of 12, 16 or 32 bits, or of floats from 0 to 1 or to 255, as uint8 (height, width)."""
    grey = np.asarray(image)
    if image.mode == "F":
        white = 1.0 if np.nanmax(grey, initial=0) <= 1 else 255.0
    elif image.mode == "I":
        white = 255.0 if grey.max(initial=0) <= 255 else 65535.0
    else:
        bits = image.tag_v2.get(_BITS, (16,))[0] if isinstance(image, TiffImagePlugin.TiffImageFile) else 16
        white = 2.0**bits - 1
    scaled = np.nan_to_num(grey.astype(np.float32)) * np.float32(255 / white)
    eight: NDArray[np.uint8] = np.clip(scaled + 0.5, 0, 255).astype(np.uint8)
    return eight


def _upright(image: Image.Image, source: Image.Image) -> Image.Image:
    """Turned as the camera held it; `source` is the image as it was opened, which has the EXIF."""
    try:
        turn = _UPRIGHT.get(source.getexif().get(_ORIENTATION, 1))
    except Exception:  # metadata that cannot be read are none
        turn = None
    return image.transpose(turn) if turn is not None else image
