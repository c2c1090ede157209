"""From the bytes of any kind of picture to an upright one."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from decoding import FORMATS, options, photo, png, refusal, same
from drawn import corners, encoded
from PIL import Image

from core.pictures import decode as decoding
from core.pictures.decode import ACCEPTED, decode
from core.pictures.kinds import is_picture
from core.settings import PROJECT


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_read(format: str) -> None:
    picture = decode(encoded(corners(), format, **options(format)))
    assert same(picture, corners())
    assert picture.flags.c_contiguous


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_is_known_by_its_first_bytes(format: str) -> None:
    assert is_picture(encoded(corners(), format)[:64])


def test_text_does_not_look_like_a_picture() -> None:
    for start in (b"", b"hello, this is a text", b"PK\x03\x04 and so on and on", b"%PDF-1.7 and so on"):
        assert not is_picture(start)


ORIENTED = {  # what the camera stored, for a picture that is `corners` when it is held upright
    1: corners(),
    2: corners()[:, ::-1],
    3: corners()[::-1, ::-1],
    4: corners()[::-1],
    5: corners().transpose(1, 0, 2),
    6: np.rot90(corners(), 1),
    7: corners()[::-1, ::-1].transpose(1, 0, 2),
    8: np.rot90(corners(), -1),
}


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", ORIENTED)
def test_every_exif_orientation_comes_upright(format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(ORIENTED[orientation])
    assert same(decode(encoded(stored, format, exif=exif.tobytes(), **options(format))), corners())


def test_an_orientation_that_does_not_exist_is_passed_over() -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    assert same(decode(encoded(corners(), "JPEG", exif=exif.tobytes(), quality=95, subsampling=0)), corners())


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_exif_that_is_nonsense_does_no_harm() -> None:
    data = encoded(corners(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff nonsense", quality=95, subsampling=0)
    assert same(decode(data), corners())


def test_grey_becomes_three_equal_channels() -> None:
    grey = np.tile(np.arange(40, dtype=np.uint8) * 6, (30, 1))
    picture = decode(encoded(grey))
    assert picture.shape == (30, 40, 3)
    assert np.array_equal(picture, np.repeat(grey[..., None], 3, axis=2))


def test_black_and_white_of_one_bit() -> None:
    image = Image.fromarray(np.eye(16, dtype=np.uint8) * 255).convert("1")
    assert np.array_equal(decode(encoded(image))[..., 0], np.eye(16) * 255)


@pytest.mark.parametrize("format", ["PNG", "GIF"])
def test_a_palette_with_a_transparent_colour_lies_on_white(format: str) -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([10, 20, 30, 200, 100, 50])
    image.paste(1, (0, 0, 4, 8))
    picture = decode(encoded(image, format, transparency=0))
    assert picture[4, 6].tolist() == [255, 255, 255]
    assert picture[4, 1].tolist() == [200, 100, 50]


def test_a_transparent_colour_of_an_rgb_png_lies_on_white() -> None:
    image = Image.new("RGB", (8, 8), (1, 2, 3))
    image.paste((200, 100, 50), (0, 0, 4, 8))
    picture = decode(encoded(image, transparency=(1, 2, 3)))
    assert picture[4, 6].tolist() == [255, 255, 255]
    assert picture[4, 1].tolist() == [200, 100, 50]


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
def test_alpha_lies_over_white(format: str) -> None:
    half = np.zeros((8, 8, 4), np.uint8)
    half[:, :4] = (255, 0, 0, 128)
    half[:, 4:] = (0, 0, 0, 0)
    picture = decode(encoded(half, format, **options(format)))
    assert np.abs(picture[4, 1].astype(int) - (255, 127, 127)).max() <= 1
    assert picture[4, 6].tolist() == [255, 255, 255]


def test_grey_with_alpha_lies_over_white() -> None:
    image = Image.merge("LA", (Image.new("L", (4, 4), 100), Image.new("L", (4, 4), 0)))
    assert (decode(encoded(image)) == 255).all()


def test_cmyk_becomes_rgb() -> None:
    picture = decode(encoded(Image.fromarray(corners()).convert("CMYK"), "JPEG", quality=95, subsampling=0))
    assert same(picture, corners(), apart=25)


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_sixteen_bits_of_grey_become_eight(format: str) -> None:
    grey = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (16, 1))
    picture = decode(encoded(Image.fromarray(grey), format))
    assert np.abs(picture[0, :, 0].astype(float) - grey[0] / 257).max() <= 1
    assert picture[0, 0, 0] == 0 and picture[0, -1, 0] == 255


def test_sixteen_bits_of_colour_become_eight() -> None:
    rows = np.zeros((6, 5, 3), ">u2")
    rows[:] = (65535, 32768, 256)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    data = png(5, 6, zlib.compress(raw), depth=16)
    assert np.abs(decode(data)[3, 3].astype(int) - (255, 128, 1)).max() <= 1


def test_grey_of_floats_from_nothing_to_one() -> None:
    grey = np.tile(np.linspace(0, 1, 32, dtype=np.float32), (8, 1))
    picture = decode(encoded(Image.fromarray(grey), "TIFF"))
    assert picture[0, 0, 0] == 0 and picture[0, -1, 0] == 255


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_the_first_frame_of_several_is_taken(format: str) -> None:
    frames = [Image.new("RGB", (24, 24), colour) for colour in ((220, 20, 20), (20, 220, 20), (20, 20, 220))]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:], **options(format))
    assert np.abs(decode(data).astype(int) - (220, 20, 20)).max() < 12


def test_what_a_file_is_its_content_says() -> None:
    assert same(decode(encoded(corners(), "WEBP", lossless=True)), corners())
    assert refusal(b"this is a text that was named photo.jpg") == "picture.unknown"


def test_a_tiff_is_turned_upright_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = Image.fromarray(np.ascontiguousarray(np.rot90(corners(), 1)))
    assert same(decode(encoded(stored, "TIFF", exif=exif)), corners())


def test_an_orientation_in_xmp_alone_counts() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf tiff:Orientation="3"/></x:xmpmeta>'
    stored = np.ascontiguousarray(corners()[::-1, ::-1])
    assert same(decode(encoded(stored, "JPEG", xmp=xmp, quality=95, subsampling=0)), corners())


def test_twelve_bits_of_grey_in_a_tiff_become_eight() -> None:
    samples = np.tile([0, 4095, 2048, 1024], (4, 1))  # packed two in three bytes
    packed = b"".join(struct.pack(">L", (a << 12 | b) << 8)[:3] for a, b in samples.reshape(-1, 2).tolist())
    tags = {256: 4, 257: 4, 258: 12, 259: 1, 262: 1, 273: 8 + 2 + 12 * 9 + 4, 277: 1, 278: 4, 279: len(packed)}
    entries = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in tags.items())
    data = b"II*\0" + struct.pack("<LH", 8, len(tags)) + entries + bytes(4) + packed
    assert decode(data)[0, :, 0].tolist() == [0, 255, 128, 64]


def test_dark_pictures_of_sixteen_bits_stay_dark() -> None:
    assert decode(encoded(Image.fromarray(np.full((8, 8), 250, np.uint16)))).max() == 1


def test_decoding_says_nothing_on_the_side() -> None:
    """Pillow warns of odd metadata; Python would print that."""
    code = (
        "import sys; from core.pictures.decode import decode;"
        "picture = decode(sys.stdin.buffer.read()); assert picture.shape == (32, 48, 3)"
    )
    nonsense = b"Exif\0\0MM\0*\xff\xff\xff\xff nonsense"
    data = encoded(corners(), "JPEG", exif=nonsense)
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, cwd=PROJECT, check=True)
    assert done.stderr == b"" and done.stdout == b""


def test_many_threads_decode_at_once() -> None:
    files = [
        encoded(np.full((64, 64, 3), shade, np.uint8), format)
        for shade in range(0, 250, 10)
        for format in ("PNG", "JPEG", "WEBP")
    ]
    alone = [decode(data, shortest=16) for data in files]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda data: decode(data, shortest=16), files))
    assert all(map(np.array_equal, alone, together))


def test_the_endings_offered_are_plain_and_unique() -> None:
    assert len(set(ACCEPTED)) == len(ACCEPTED)
    assert all(ending.isalnum() and ending.islower() for ending in ACCEPTED)


def test_more_pixels_than_asked_for_are_refused_before_anything_is_decoded() -> None:
    data = encoded(corners(60, 40), "JPEG")
    assert decode(data, pixels=60 * 40).shape == (40, 60, 3)
    assert refusal(data, 60 * 40 - 1) == "picture.too_large"
    cut = data[: data.index(b"\xff\xda")]  # the header alone tells
    assert refusal(cut, 100) == "picture.too_large" and refusal(cut) == "picture.broken"


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("lossless", [True, False])
def test_a_large_webp_has_the_pixels_that_a_small_one_has(
    mode: str, lossless: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(Image.fromarray(photo(96, 64)).convert(mode), "WEBP", lossless=lossless, exif=exif.tobytes())
    small = decode(data)
    monkeypatch.setattr(decoding, "_LARGE_WEBP_PIXELS", 0)
    assert small.shape == (96, 64, 3) and np.array_equal(decode(data), small)
    assert refusal(data[: len(data) // 2]) == "picture.broken"
