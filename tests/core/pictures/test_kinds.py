"""What a file is by its content."""

from __future__ import annotations

import pytest
from decoding import FORMATS
from drawn import corners, encoded

from core.pictures import kinds


@pytest.mark.parametrize("format", FORMATS)
def test_a_damaged_picture_of_any_format_is_called_broken(format: str) -> None:
    assert kinds.reason(encoded(corners(), format)[:40], reads_heic=False) == "picture.broken"


def test_an_iphone_picture_is_broken_only_where_it_could_be_read() -> None:
    heic = b"\0\0\0\x18ftypheic" + bytes(16)
    assert kinds.reason(heic, reads_heic=False) == "picture.heic"
    assert kinds.reason(heic, reads_heic=True) == "picture.broken"


def test_a_byte_order_mark_and_spaces_before_a_web_page_do_not_hide_it() -> None:
    assert kinds.reason(b"\xef\xbb\xbf \r\n<!DOCTYPE html>", reads_heic=False) == "picture.html"
