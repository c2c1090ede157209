"""Bombs, broken files and what is no picture are refused, each in its own words."""

from __future__ import annotations

import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from decoding import FORMATS, options, photo, png, refusal
from drawn import corners, encoded
from PIL import Image

from core import settings
from core.errors import PictureError
from core.messages import say
from core.pictures import decode as decoding
from core.pictures.decode import decode
from core.pictures.kinds import is_cut_off


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


def test_a_bomb_within_an_icon_is_refused_before_it_is_decoded() -> None:
    inner = encoded(Image.new("1", (9000, 9000)))
    icon = struct.pack("<HHHBBBBHHLL", 0, 1, 1, 48, 32, 0, 0, 1, 32, len(inner), 22) + inner
    assert refusal(icon) == "picture.too_many_pixels"


@pytest.mark.parametrize("format", [format for format in FORMATS if format != "ICO"])
def test_a_truncated_picture_is_refused_whole(format: str) -> None:
    data = encoded(photo(200, 150), format, **options(format))
    assert refusal(data[: len(data) * 6 // 10]) == "picture.broken"


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("shortest", [None, 32])
@pytest.mark.parametrize("missing", [2, 10, 400])
def test_a_jpeg_that_lacks_its_end_is_refused_reduced_or_not(
    progressive: bool, shortest: int | None, missing: int
) -> None:
    data = encoded(photo(400, 300), "JPEG", progressive=progressive)
    with pytest.raises(PictureError):
        decode(data[:-missing], shortest=shortest)


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
        (b"\x1aE\xdf\xa3" + bytes(40), "picture.video"),
        (b"RIFF\0\0\0\0AVI LIST" + bytes(40), "picture.video"),
        (b"\xff\xd8\xff", "picture.broken"),
    ],
)
def test_what_is_no_picture_is_told_in_its_own_words(data: bytes, key: str) -> None:
    assert refusal(data) == key


def test_an_iphone_picture_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_reads_heic", lambda: False)
    assert refusal(HEIC) == "picture.heic"
    assert "iPhone" in say("picture.heic", "en") and "아이폰" in say("picture.heic", "ko")


def test_a_broken_iphone_picture_is_called_broken_where_they_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_reads_heic", lambda: True)
    monkeypatch.setitem(Image.OPEN, "HEIF", (Image.open, lambda start: False))
    assert refusal(HEIC) == "picture.broken"


def test_a_file_of_boxes_that_was_cut_off_is_known() -> None:
    boxes = b"\0\0\0\x10ftypheicmif1" + b"\0\0\0\x01mdat" + struct.pack(">Q", 116) + bytes(100)
    assert not is_cut_off(boxes) and not is_cut_off(boxes[:16] + b"\0\0\0\0mdat" + bytes(9))
    assert (
        is_cut_off(boxes[:-1]) and is_cut_off(boxes[:20]) and is_cut_off(boxes + b"\0\0\0\x01") and is_cut_off(bytes(7))
    )


def test_a_postscript_file_starts_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr("subprocess.Popen", lambda *arguments, **_: started.append(arguments))
    assert refusal(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n") == "picture.unknown"
    assert not started
