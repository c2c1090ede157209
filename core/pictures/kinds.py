"""The kind of a file by its content: some kind of picture, or why it is none."""

from __future__ import annotations

_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")
_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\x01\0", b"\0\0\0\x0cjP")
_WEB_PAGES = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml")


def is_picture(start: bytes) -> bool:
    r"""Whether a file begins like one of the kinds that are decoded, from its first 16 bytes or more.

    >>> is_picture(b"\x89PNG\r\n\x1a\n" + bytes(8))
    True
    """
    kind = start[8:12]
    return (
        start.startswith(_STARTS) or kind == b"WEBP" or (start[4:8] == b"ftyp" and kind in _AVIF_BRANDS + _HEIC_BRANDS)
    )


def reason(data: bytes, *, reads_heic: bool) -> str:
    """The key of the sentence of `core.messages` for a file that no decoder could open."""
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_boxed = data[4:8] == b"ftyp"
    is_video = data.startswith(b"\x1aE\xdf\xa3") or (data.startswith(b"RIFF") and data[8:12] == b"AVI ")
    kinds = {
        "picture.heic": is_boxed and data[8:12] in _HEIC_BRANDS and not reads_heic,
        "picture.broken": is_picture(data),
        "picture.video": is_boxed or is_video,
        "picture.svg": b"<svg" in start,
        "picture.html": start.startswith(_WEB_PAGES),
        "picture.pdf": start.startswith(b"%pdf"),
    }
    return next((key for key, matches in kinds.items() if matches), "picture.unknown")


def is_cut_off(data: bytes) -> bool:
    """Whether a file made of boxes (ISO/IEC 14496-12, 4.2) ends before its last box does."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:  # the last box, up to the end of the file
            return False
        if size < 8:
            return True
        at += size
    return at != len(data)
