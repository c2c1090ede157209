"""Bytes of any kind to an upright picture, or a sentence saying why not. What a file is, its content says, not its
name."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import cast

import cv2
import numpy as np
from PIL import (  # the plugins: each makes its format known to `Image.OPEN`
    AvifImagePlugin,  # noqa: F401
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    IcoImagePlugin,  # noqa: F401
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

from core import settings
from core.errors import PictureError
from core.pictures import kinds, memory, rgb
from core.pictures.picture import Picture

# Endings that people know, for upload fields and sentences.
ACCEPTED = ("jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "avif", "heic", "heif", "jp2", "ico")

# No other decoder of Pillow's is reachable: some start programs (EPS), most are never photographs.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "JPEG2000", "ICO")
_ORIENTATION = 0x0112  # the EXIF tag, and what undoes each of its values
_UPRIGHT: dict[int, Callable[[Picture], Picture]] = {
    2: lambda picture: picture[:, ::-1],
    3: lambda picture: picture[::-1, ::-1],
    4: lambda picture: picture[::-1],
    5: lambda picture: picture.transpose(1, 0, 2),
    6: lambda picture: np.rot90(picture, -1),
    7: lambda picture: picture[::-1, ::-1].transpose(1, 0, 2),
    8: np.rot90,
}
_LARGE_WEBP_PIXELS = 2**20  # above, OpenCV decodes it to the same pixels with half the memory
_RGB_BYTES = 3  # a pixel of a picture

warnings.filterwarnings("ignore", module="PIL")  # about metadata that are of no matter here
# Pillow raises at twice this, where it looks at the size before we can (ICO, WebP); `_open` looks at all others.
Image.MAX_IMAGE_PIXELS = settings.MAX_WHOLE_PIXELS // 2
# One block for each image: above 32 MiB it goes back to the system at once; glibc keeps smaller ones, for each thread.
Image.core.set_block_size(256 * 2**20)  # type: ignore[attr-defined]
_budget = memory.MemoryBudget()


def decode(data: bytes, *, shortest: int | None = None, pixels: int | None = None) -> Picture:
    """The picture in `data`: upright, RGB uint8 (height, width, 3), transparency over white, the first frame of
    several.

    With `shortest`, a large one may come reduced (JPEG at 1/2, 1/4 or 1/8, others at any whole fraction), its shorter
    side no less than `shortest` px; without, only what would not fit into `MAX_DECODED_BYTES`. One of more than
    `pixels`, where given, is refused before anything is decoded. All threads together hold no more than
    `MAX_DECODED_BYTES` of large pictures; others wait. Raises PictureError.

        >>> decode(Path("cat.jpg").read_bytes(), shortest=224).shape
        (378, 504, 3)
    """
    image = _open(data, pixels)
    try:
        needed, factor = _plan(image, data, shortest)
        with _budget.hold(needed):
            return _decoded(image, data, factor)
    except PictureError:
        raise
    except MemoryError as error:
        raise _too_large(image, settings.MAX_WHOLE_PIXELS) from error
    except Exception as error:  # whatever a decoder stumbles over in a hostile or broken file
        raise PictureError("picture.broken") from error


def _open(data: bytes, pixels: int | None) -> Image.Image:
    """The image with its header read and nothing decoded. Raises PictureError."""
    if not data:
        raise PictureError("picture.empty")
    for name in (*_FORMATS, "HEIF") if _reads_heic() else _FORMATS:
        # Not by `Image.open`: that would refuse what is large before we know how large, JPEG that can be reduced too.
        factory, accept = Image.OPEN[name]
        if accept and accept(data[:16]) is True:
            if name == "ICO" and memory.icon_bytes(data) > settings.MAX_DECODED_BYTES:
                raise _too_many_pixels()
            try:
                image = factory(BytesIO(data), "")
            except Image.DecompressionBombError as error:
                raise _too_many_pixels() from error
            except Exception:  # not of this format, or broken: `kinds.reason` tells
                continue
            limit = settings.MAX_PIXELS if pixels is None else pixels
            if image.format not in memory.JPEG_FORMATS:
                limit = min(limit, settings.MAX_WHOLE_PIXELS)
            if image.width * image.height > limit:
                raise _too_large(image, limit)
            if max(image.size) > settings.MAX_ASPECT_RATIO * min(image.size):
                size = {"width": image.width, "height": image.height}
                raise PictureError("picture.too_thin", **size, limit=settings.MAX_ASPECT_RATIO)
            if name == "HEIF" and kinds.is_cut_off(data):  # its decoder fills up what is missing
                raise PictureError("picture.broken")
            return image
    raise PictureError(kinds.reason(data, reads_heic=_reads_heic()))


def _too_large(image: Image.Image, limit: float) -> PictureError:
    """`limit` is in pixels."""
    return PictureError("picture.too_large", width=image.width, height=image.height, limit=int(limit // 1_000_000))


def _too_many_pixels() -> PictureError:
    return PictureError("picture.too_many_pixels", limit=settings.MAX_WHOLE_PIXELS // 1_000_000)


@cache
def _reads_heic() -> bool:
    """Is the optional extra installed? (Its wheels are GPL as a whole, so it is no dependency.)"""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True


def _plan(image: Image.Image, data: bytes, shortest: int | None) -> tuple[float, int]:
    """How to decode within `MAX_DECODED_BYTES`: the bytes that it takes in all, and by which whole number the sides are
    divided once decoded. A decoder that can reduce by itself is told to. Raises PictureError."""
    limit = settings.MAX_HEIC_BYTES if image.format == "HEIF" else settings.MAX_DECODED_BYTES
    pixels = image.width * image.height
    if image.format in memory.JPEG_FORMATS:
        held = _reduce_jpeg(image, data, shortest)
        size = image.size
    elif image.format == "JPEG2000":
        held, size = _reduce_jpeg2000(cast(Jpeg2KImagePlugin.Jpeg2KImageFile, image), data, shortest)
    else:
        held, size = memory.decoding_bytes(image), image.size
    side = min(size)
    factor = max(1, side // (shortest or side))
    while shortest is None and factor < side and held < limit < _with_picture(held, size, factor):
        factor += 1
    needed = _with_picture(held, size, factor)
    if needed > limit:
        fitting = pixels * limit / (held if held > limit else needed)
        raise _too_large(image, max(1_000_000, min(settings.MAX_WHOLE_PIXELS, fitting)))
    return needed, factor


def _with_picture(held: float, size: tuple[int, int], factor: float) -> float:
    """Bytes at the most: what the decoder holds and then the picture, or the picture once more while it is turned."""
    picture = _RGB_BYTES * size[0] * size[1] / factor**2
    return max(held, picture) + picture


def _reduce_jpeg(image: Image.Image, data: bytes, shortest: int | None) -> float:
    """Let the decoder leave out what will not be seen: it can halve the size up to three times at no cost. Returns the
    bytes that it holds."""
    scale = 1
    while scale < 8:
        fine = shortest and min(image.size) >= 2 * scale * shortest
        needed = _with_picture(memory.jpeg_bytes(image, data, scale), image.size, scale)
        fits = needed <= settings.MAX_DECODED_BYTES
        if not fine and fits and image.width * image.height <= settings.MAX_WHOLE_PIXELS * scale**2:
            break
        scale *= 2
    held = memory.jpeg_bytes(image, data, scale)
    if scale > 1:
        image.draft(image.mode, (image.width // scale, image.height // scale))
    return held


def _reduce_jpeg2000(
    image: Jpeg2KImagePlugin.Jpeg2KImageFile, data: bytes, shortest: int | None
) -> tuple[float, tuple[int, int]]:
    """The same for JPEG 2000, only where it would take too much whole. Returns the size as well: the image learns its
    own when it is loaded."""
    reduction, levels = 0, memory.jpeg2000_levels(data)

    def held() -> float:
        return memory.jpeg2000_bytes(image, data, reduction)

    while (
        reduction < levels
        and min(image.size) >> reduction + 1 >= (shortest or 1)
        and _with_picture(held(), image.size, 2**reduction) > settings.MAX_DECODED_BYTES
    ):
        reduction += 1
    if reduction:
        image.reduce = reduction
    return held(), (-(-image.width >> reduction), -(-image.height >> reduction))


def _decoded(image: Image.Image, data: bytes, factor: int) -> Picture:
    is_webp = image.format == "WEBP" and not getattr(image, "is_animated", False)
    if is_webp and image.width * image.height > _LARGE_WEBP_PIXELS:
        bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION)
        if bgr is None or bgr.shape[:2] != (image.height, image.width):
            raise PictureError("picture.broken")
        picture = rgb.bgr_to_rgb(cast(Picture, bgr), factor)
        del bgr
    else:
        image.load()
        picture = rgb.to_rgb(image, factor)
    orientation = _orientation(image)  # only now: a TIFF was turned as it was loaded
    image.close()
    return np.ascontiguousarray(_upright(picture, orientation))


def _orientation(image: Image.Image) -> int:
    """How the camera was held, as EXIF counts; 1 where metadata cannot be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        return 1


def _upright(picture: Picture, orientation: int) -> Picture:
    """A view of the picture, turned or mirrored as its EXIF orientation asks for."""
    return _UPRIGHT[orientation](picture) if orientation in _UPRIGHT else picture
