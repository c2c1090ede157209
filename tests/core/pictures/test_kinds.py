"""What a file is by its content, whatever it is called."""

from __future__ import annotations

import pytest
from drawn import corners, encoded

from core.pictures import kinds


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "ICO", "AVIF", "JPEG2000"])
def test_every_kind_that_is_decoded_is_known_by_its_first_bytes(format: str) -> None:
    assert kinds.is_picture(encoded(corners(), format)[:16])


@pytest.mark.parametrize("start", [b"", b"PK\x03\x04", b"%PDF-1.7", b"<svg", b"\0" * 16, b"RIFF\0\0\0\0WAVE"])
def test_other_files_are_none(start: bytes) -> None:
    assert not kinds.is_picture(start)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"\0\0\0\x18ftypheic" + b"\0" * 20, "picture.heic"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 20, "picture.video"),
        (b"\x1aE\xdf\xa3", "picture.video"),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "picture.html"),
        (b"<?xml version='1.0'?><svg>", "picture.svg"),
        (b"%PDF-1.7", "picture.pdf"),
        (b"\x89PNG\r\n\x1a\n", "picture.broken"),
        (b"hello", "picture.unknown"),
    ],
)
def test_the_reason_why_a_file_could_not_be_opened(data: bytes, key: str) -> None:
    assert kinds.reason(data, reads_heic=False) == key


def test_a_file_of_boxes_says_where_it_ends() -> None:
    box = (16).to_bytes(4, "big") + b"mdat" + bytes(8)
    large = (1).to_bytes(4, "big") + b"mdat" + (24).to_bytes(8, "big") + bytes(8)
    to_the_end = (0).to_bytes(4, "big") + b"mdat" + bytes(3)
    assert not any(map(kinds.is_cut_off, (box, box + large, box + to_the_end)))
    assert kinds.is_cut_off(box[:-1]) and kinds.is_cut_off(box + large[:-1])
    assert kinds.is_cut_off((4).to_bytes(4, "big") + b"mdat"), "a box cannot be smaller than its head"


def test_an_iphone_picture_is_broken_only_where_it_could_be_read() -> None:
    heic = b"\0\0\0\x18ftypheic" + bytes(16)
    assert kinds.reason(heic, reads_heic=False) == "picture.heic"
    assert kinds.reason(heic, reads_heic=True) == "picture.broken"
