"""Small files that decode to much are read within the limit or refused; several at once share it."""

from __future__ import annotations

import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from decoding import png, refusal
from drawn import encoded
from PIL import Image

from core import settings
from core.pictures.decode import decode
from core.pictures.memory import MemoryBudget, decoding_bytes, icon_bytes, jpeg_bytes, stored_bytes
from core.settings import PROJECT

pytestmark = pytest.mark.slow  # together they take long

SIDE = 5000  # 25 megapixels of one colour pack into some kB
_CHILD = """
import resource, sys
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from core.errors import PictureError
from core.pictures.decode import decode

def one(path):
    try:
        return decode(Path(path).read_bytes(), shortest=320).shape
    except PictureError as error:
        return error.key

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

one(sys.argv[1])
before = peak()
with ThreadPoolExecutor(3) as pool:
    answers = list(pool.map(one, sys.argv[2:]))
print(peak() - before, all(answer == "picture.too_large" or 320 <= answer[0] < 640 for answer in answers))
"""


def flat(mode: str, side: int = SIDE) -> Image.Image:
    return Image.new(mode, (side, side))


HOSTILE: dict[str, Callable[[], bytes]] = {
    "PNG of 16 bits, grey": lambda: encoded(flat("I;16"), compress_level=1),
    "PNG with alpha, beyond the limit": lambda: encoded(flat("RGBA", 7050), compress_level=1),
    "palette with a transparent colour": lambda: encoded(flat("P"), compress_level=1, transparency=0),
    "grey with alpha": lambda: encoded(flat("LA"), compress_level=1),
    "progressive JPEG": lambda: encoded(flat("RGB", 7000), "JPEG", progressive=True, subsampling=0),
    "TIFF of floats": lambda: encoded(flat("F"), "TIFF", compression="tiff_adobe_deflate"),
    "CMYK TIFF": lambda: encoded(flat("CMYK"), "TIFF", compression="tiff_adobe_deflate"),
    "WebP": lambda: encoded(flat("RGB", 3400), "WEBP", lossless=True, method=0),
}


@pytest.mark.skipif(sys.platform == "win32", reason="the peak of a process is asked for in the way of Unix")
@pytest.mark.parametrize("name", HOSTILE)
def test_three_hostile_pictures_at_once_stay_within_the_limit(name: str, tmp_path: Path) -> None:
    (tmp_path / "small.png").write_bytes(encoded(flat("RGB", 64)))
    path = tmp_path / "hostile"
    path.write_bytes(HOSTILE[name]())
    assert path.stat().st_size < 2**20
    command = [sys.executable, "-c", _CHILD, str(tmp_path / "small.png"), *[str(path)] * 3]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=True)
    peak, right = done.stdout.split()
    assert right == "True"
    assert int(peak) < 1.2 * settings.MAX_DECODED_BYTES


@pytest.mark.parametrize("size", [(60_000, 80), (80, 60_000)])
def test_a_picture_that_is_all_length_is_refused_in_words(size: tuple[int, int]) -> None:
    assert refusal(png(*size, zlib.compress(bytes(size[1] * (1 + 3 * size[0])), 1))) == "picture.too_thin"


def test_a_long_screenshot_is_read() -> None:
    assert decode(encoded(Image.new("L", (20, 2000)))).shape == (2000, 20, 3)


@pytest.mark.parametrize("shortest", [None, 30])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "JPEG2000", "TIFF", "WEBP", "AVIF"])
def test_whether_a_picture_is_read_does_not_depend_on_how_large_it_is_wanted(
    format: str, shortest: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(Image.new("RGB", (300, 300)), format)
    monkeypatch.setattr(settings, "MAX_DECODED_BYTES", 16 * 300 * 300)
    assert min(decode(data, shortest=shortest).shape[:2]) >= (shortest or 1)
    monkeypatch.setattr(settings, "MAX_DECODED_BYTES", 100)
    assert refusal(data) == "picture.too_large"


def test_jpeg_2000_comes_halved_where_it_would_take_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    data = encoded(Image.new("RGB", (400, 400), (200, 100, 50)), "JPEG2000")
    monkeypatch.setattr(settings, "MAX_DECODED_BYTES", 10 * 400 * 400)
    picture = decode(data, shortest=90)
    assert picture.shape == (100, 100, 3) and picture[50, 50].tolist() == [200, 100, 50]


def test_a_jpeg_of_several_scans_counts_all_its_coefficients() -> None:
    sizes = []
    for progressive in (False, True):
        data = encoded(flat("RGB", 64), "JPEG", progressive=progressive, subsampling=0)
        with Image.open(BytesIO(data)) as image:
            sizes.append(jpeg_bytes(image, data, 8))
    assert sizes == [64 * 64 * 4 / 64, 64 * 64 * (4 / 64 + 6)]


def test_an_icon_counts_by_what_lies_within() -> None:
    assert icon_bytes(encoded(flat("RGB", 48), "ICO", sizes=[(48, 48), (16, 16)])) == 12 * 48 * 48
    assert icon_bytes(b"\0\0\1\0\xff\xff") == 0


def test_bytes_of_a_pixel() -> None:
    assert [stored_bytes(mode) for mode in ("1", "L", "P", "I;16B", "LA", "RGB", "F")] == [1, 1, 1, 2, 4, 4, 4]


def test_large_pictures_wait_for_one_another_and_small_ones_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_DECODED_BYTES", 20 * 2**20)
    budget = MemoryBudget()
    inside: list[int] = []
    most: list[int] = []

    def large() -> None:
        with budget.hold(15 * 2**20):
            inside.append(1)
            most.append(len(inside))
            with budget.hold(2**20):  # small: goes ahead
                pass
            inside.pop()

    threads = [threading.Thread(target=large) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1] * 12


def test_memory_is_given_back_when_decoding_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_DECODED_BYTES", 30 * 2**20)
    broken = png(2000, 2000, b"no zlib")
    for _ in range(5):
        assert refusal(broken) == "picture.broken"
    assert decode(encoded(Image.fromarray(np.zeros((2000, 2000), np.uint8)))).shape == (2000, 2000, 3)


def test_a_heic_of_a_phone_may_take_more_than_other_pictures_where_that_extra_is_installed() -> None:
    phone = Image.new("RGB", (5712, 4284))
    phone.format = "HEIF"
    assert settings.MAX_DECODED_BYTES < decoding_bytes(phone) < settings.MAX_HEIC_BYTES
