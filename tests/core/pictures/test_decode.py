"""From the bytes of any kind of file to an upright picture, or to a sentence."""

from __future__ import annotations

import csv
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from drawn import corners, encoded
from PIL import Image

from core import settings
from core.errors import PictureError
from core.messages import say
from core.pictures import decode as decoding
from core.pictures.decode import ACCEPTED, decode, is_picture
from core.pictures.picture import see

LOSSLESS = ("PNG", "BMP", "TIFF", "GIF", "ICO", "WEBP", "JPEG2000")
FORMATS = (*LOSSLESS, "JPEG", "AVIF")


def options(format: str) -> dict[str, object]:
    """How to write a format so that colours stay."""
    return {
        "WEBP": {"lossless": True},
        "JPEG": {"quality": 95, "subsampling": 0},
        "AVIF": {"quality": 95, "subsampling": "4:4:4"},
        "ICO": {"sizes": [(48, 32)]},
    }.get(format, {})


def refusal(data: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        decode(data)
    for language in ("en", "ko"):
        assert caught.value.say(language)
    return caught.value.key


def same(picture: np.ndarray, expected: np.ndarray, apart: int = 12) -> bool:
    """Equal but for what lossy formats do to the edges of the quarters."""
    assert picture.dtype == np.uint8 and picture.shape == expected.shape
    return bool(np.median(np.abs(picture.astype(int) - expected)) <= apart / 4) and all(
        np.abs(picture[y, x].astype(int) - expected[y, x]).max() <= apart
        for y in (4, picture.shape[0] - 5)
        for x in (4, picture.shape[1] - 5)
    )


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


def photo(width: int, height: int) -> np.ndarray:
    """Smooth light with some structure, as a photograph has."""
    y, x = np.mgrid[:height, :width] / (width, height)[0]
    waves = [np.sin(9 * x + 5 * y), np.sin(4 * x - 7 * y), np.cos(6 * x * y + 2 * x)]
    return (127 + 100 * np.stack(waves, axis=2)).astype(np.uint8)


def test_a_large_jpeg_comes_reduced_and_looks_the_same_to_a_model() -> None:
    data = encoded(photo(1600, 1200), "JPEG", quality=92)
    whole, reduced = decode(data), decode(data, shortest=224)
    assert whole.shape == (1200, 1600, 3)
    assert reduced.shape == (300, 400, 3)
    difference = np.abs(see(whole, 224).astype(int) - see(reduced, 224))
    assert difference.mean() < 1 and difference.max() < 12


@pytest.mark.parametrize("side", [225, 447, 448, 449, 895, 1785, 1791, 1792, 1793])
def test_the_shorter_side_never_falls_below_what_was_asked(side: int) -> None:
    data = encoded(np.zeros((side, side + 300, 3), np.uint8), "JPEG")
    assert min(decode(data, shortest=224).shape[:2]) >= 224


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_cmyk_come_reduced_too(mode: str) -> None:
    data = encoded(Image.fromarray(photo(1600, 1200)).convert(mode), "JPEG")
    assert decode(data, shortest=224).shape == (300, 400, 3)


def test_a_reduced_jpeg_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = np.ascontiguousarray(np.rot90(corners(1600, 1200), 1))
    picture = decode(encoded(stored, "JPEG", exif=exif.tobytes()), shortest=224)
    assert picture.shape == (300, 400, 3)
    assert same(picture, corners(400, 300))


def test_a_small_picture_is_not_made_larger() -> None:
    assert decode(encoded(corners(), "JPEG"), shortest=224).shape == (32, 48, 3)


def png(width: int, height: int, content: bytes, depth: int = 8) -> bytes:
    """A PNG of RGB that claims a size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def test_a_pixel_bomb_is_refused_before_anything_is_decoded() -> None:
    bomb = png(100_000, 100_000, zlib.compress(bytes(2**20)))
    tracemalloc.start()
    with pytest.raises(PictureError) as caught:
        decode(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.key == "picture.too_large"
    assert "100000 × 100000" in caught.value.say("en")
    assert peak < 2**20


@pytest.mark.parametrize("format", FORMATS)
def test_a_picture_above_the_limit_is_refused_in_every_format(format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_PIXELS", 48 * 32 - 1)
    assert refusal(encoded(corners(), format, **options(format))) == "picture.too_large"


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "ICO"])
def test_a_truncated_picture_is_refused_whole(format: str) -> None:
    data = encoded(photo(200, 150), format, **options(format))
    assert refusal(data[: len(data) * 6 // 10]) == "picture.broken"


def test_a_png_with_a_broken_stream_is_refused() -> None:
    assert refusal(png(64, 64, b"this is not zlib at all")) == "picture.broken"


def test_bytes_that_were_garbled_on_the_way_never_crash() -> None:
    chance = np.random.default_rng(0)
    for format in FORMATS:
        whole = np.frombuffer(encoded(corners(), format), np.uint8)
        for _ in range(25):
            garbled = whole.copy()
            garbled[chance.integers(0, len(whole), 6)] = chance.integers(0, 256, 6)
            try:
                picture = decode(garbled.tobytes(), shortest=16)
            except PictureError as error:
                assert error.say("en")
            else:
                assert picture.ndim == 3 and picture.shape[2] == 3


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "picture.empty"),
        (b"\n <!DOCTYPE html><html><body>404</body></html>", "picture.html"),
        (b"\xef\xbb\xbf<HTML><head></head></HTML>", "picture.html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "picture.svg"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", "picture.svg"),
        (b"%PDF-1.7\n1 0 obj", "picture.pdf"),
        (b"\0\0\0\x20ftypisom" + bytes(64), "picture.video"),
        (b"just some words", "picture.unknown"),
        (b"PK\x03\x04" + bytes(40), "picture.unknown"),
        (b"\xff\xd8\xff", "picture.broken"),
    ],
)
def test_what_is_no_picture_is_told_in_its_own_words(data: bytes, key: str) -> None:
    assert refusal(data) == key


def test_an_iphone_picture_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_reads_heic", lambda: False)
    assert refusal(HEIC) == "picture.heic"
    assert "iPhone" in say("picture.heic", "en") and "아이폰" in say("picture.heic", "ko")


def test_a_postscript_file_starts_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr("subprocess.Popen", lambda *arguments, **_: started.append(arguments))
    assert refusal(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n") == "picture.unknown"
    assert not started


def _listed(shared: Path) -> list[dict[str, str]]:
    with (shared / "data" / "pictures" / "LIST.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_real_and_broken_files_are_read_or_refused_as_their_list_says(shared: Path) -> None:
    folder = shared / "data" / "pictures"
    if not folder.is_dir():
        pytest.skip("no pictures among the shared data")
    wrong = []
    rows = _listed(shared)
    assert len(rows) > 40
    for row in rows:
        data = (folder / row["file"]).read_bytes()
        good = row["kind"] in ("ok", "tiff", "jp2") or (row["kind"] == "made" and "decodes" in row["pillow"])
        if row["kind"] == "heic":
            good = decoding._reads_heic()
        try:
            picture = decode(data)
        except PictureError as error:
            assert error.say("ko")
            if good:
                wrong.append((row["file"], error.key))
            continue
        assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[2] == 3
        if not good:
            wrong.append((row["file"], "was read"))
    assert not wrong


def test_real_phone_photos_come_upright_and_reduced(shared: Path) -> None:
    folder = shared / "data" / "pictures"
    if not folder.is_dir():
        pytest.skip("no pictures among the shared data")
    for row in _listed(shared):
        if "EXIF orientation 6" in row["what"]:
            height, width, _ = decode((folder / row["file"]).read_bytes(), shortest=224).shape
            assert height > width >= 224 and height < 1000


def test_the_endings_offered_are_plain_and_unique() -> None:
    assert len(set(ACCEPTED)) == len(ACCEPTED)
    assert all(ending.isalnum() and ending.islower() for ending in ACCEPTED)
