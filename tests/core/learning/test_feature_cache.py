"""Features by the hash of a picture's bytes: never wrong ones, never for long, and never in a lesson's way."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from drawn import painted, zipped

from core import settings
from core.backbones import cards, ensure
from core.learning import feature_cache
from core.learning.feature_cache import CachedFeatures, FeatureCache, content_hash, prune
from core.learning.features import Features, extract
from core.pictures import archive
from core.pictures.dataset import Dataset

NAME = cards()[0].name
SHA256 = "ab" * 32
DAY = 24 * 3600


def of_picture(seed: int = 0, views: int = 2) -> CachedFeatures:
    vectors = np.random.default_rng(seed).normal(size=(views, 8)).astype(np.float16)
    return CachedFeatures(vectors, bytes(range(32)), b"jpeg %d " % seed * 100)


def opened(folder: Path, now: float | None = None) -> FeatureCache:
    return FeatureCache(SHA256, 8, folder, now)


def kept(folder: Path, count: int = 1, now: float | None = None) -> Path:
    """The file of a cache with the features of some pictures, under the keys b"0", b"1", …"""
    cache = opened(folder, now)
    for number in range(count):
        cache.put(b"%d" % number, of_picture(number))
    cache.close()
    (path,) = folder.glob("*.sqlite")
    return path


def in_it(folder: Path, count: int, now: float | None = None) -> list[int]:
    """Which of the first so many keys are there, and right."""
    cache = opened(folder, now)
    there = {number: cache.get(b"%d" % number, 2, touch=False) for number in range(count)}
    cache.close()
    for number, features in there.items():
        if features is not None:
            expected = of_picture(number)
            assert np.array_equal(features.vectors, expected.vectors) and features.thumbnail == expected.thumbnail
    return [number for number, features in there.items() if features is not None]


def test_what_is_put_is_there_for_this_backbone_and_picture(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    assert cache.get(b"key", 2) is None
    cache.put(b"key", of_picture())
    assert cache.get(b"key", 2) is not None  # also before it is written
    cache.close()
    again = opened(tmp_path)
    features = again.get(b"key", 2)
    assert features is not None and np.array_equal(features.vectors, of_picture().vectors)
    assert (features.perceptual_hash, features.thumbnail) == (of_picture().perceptual_hash, of_picture().thumbnail)
    fewer = again.get(b"key", 1)
    assert fewer is not None and np.array_equal(fewer.vectors, of_picture().vectors[:1])
    assert again.get(b"other", 1) is None
    assert FeatureCache("cd" * 32, 8, tmp_path).get(b"key", 1) is None
    again.close()


def test_features_of_too_few_views_are_no_help_and_are_replaced(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    cache.put(b"key", of_picture(views=1))
    cache.flush()
    assert cache.get(b"key", 2) is None
    cache.put(b"key", of_picture())
    cache.close()
    features = opened(tmp_path).get(b"key", 2)
    assert features is not None and len(features.vectors) == 2


def test_the_key_is_the_content() -> None:
    assert content_hash(b"a") == content_hash(b"a") != content_hash(b"b")
    assert len(content_hash(b"")) == 16


def test_two_caches_at_once_see_what_either_has_flushed(tmp_path: Path) -> None:
    one, other = opened(tmp_path), opened(tmp_path)
    one.put(b"0", of_picture(0))
    other.put(b"1", of_picture(1))
    one.flush()
    other.flush()
    assert one.get(b"1", 2) is not None and other.get(b"0", 2) is not None
    one.close()
    other.close()


MANY = """
import sys
from pathlib import Path
import numpy as np
from core.learning.feature_cache import CachedFeatures, FeatureCache
print(flush=True)
sys.stdin.readline()
first = int(sys.argv[2])
cache = FeatureCache("ab" * 32, 8, Path(sys.argv[1]))
for number in range(first, first + 450):
    vectors = np.random.default_rng(number).normal(size=(2, 8)).astype(np.float16)
    cache.put(b"%d" % number, CachedFeatures(vectors, bytes(range(32)), b"jpeg %d " % number * 100))
cache.close()
"""


def test_lessons_at_once_all_keep_theirs(tmp_path: Path) -> None:
    """From the making of the file on; one that comes while another makes it may go without."""
    for start in (0, 1_350):
        commands = [[sys.executable, "-c", MANY, str(tmp_path), str(start + first)] for first in (0, 450, 900)]
        writers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=settings.PROJECT)
            for command in commands
        ]
        assert all(writer.stdout and writer.stdout.readline() for writer in writers)  # they are ready
        for writer in writers:
            assert writer.stdin
            writer.stdin.write(b"go\n")
            writer.stdin.close()
        assert [writer.wait() for writer in writers] == [0, 0, 0]
    there = in_it(tmp_path, 2_700)
    assert len(there) >= 450 and there[-1_350:] == list(range(1_350, 2_700))


# --- What goes, and when ----------------------------------------------------------------------------------------


def test_what_is_not_used_for_three_days_goes_bytes_and_all(tmp_path: Path) -> None:
    path = kept(tmp_path, 300, now=0)
    before = path.stat().st_size
    assert of_picture(7).thumbnail in path.read_bytes()
    prune(3 * DAY, tmp_path)
    assert in_it(tmp_path, 300, now=3 * DAY) == list(range(300))
    prune(3 * DAY + 1, tmp_path)
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"jpeg" not in left and of_picture(7).vectors.tobytes() not in left
    assert path.stat().st_size < before / 5
    assert in_it(tmp_path, 300, now=3 * DAY) == []


def test_opening_prunes_too(tmp_path: Path) -> None:
    kept(tmp_path, 3, now=0)
    assert in_it(tmp_path, 3, now=4 * DAY) == []


def test_a_use_lets_features_stay_for_another_three_days_unless_it_does_not_count(tmp_path: Path) -> None:
    kept(tmp_path, 2, now=0)
    cache = opened(tmp_path, now=2 * DAY)
    assert cache.get(b"0", 2) is not None and cache.get(b"1", 2, touch=False) is not None
    cache.close()
    assert in_it(tmp_path, 2, now=4 * DAY) == [0]
    assert in_it(tmp_path, 2, now=6 * DAY) == []


def test_a_clock_that_jumps_makes_nothing_stay_for_ever_and_nothing_fail(tmp_path: Path) -> None:
    kept(tmp_path, 3, now=1_000 * DAY)  # the clock was far ahead
    assert in_it(tmp_path, 3, now=10 * DAY) == [0, 1, 2]
    assert in_it(tmp_path, 3, now=12 * DAY) == [0, 1, 2]
    assert in_it(tmp_path, 3, now=14 * DAY) == []
    kept(tmp_path, 3, now=14 * DAY)
    prune(-5 * DAY, tmp_path)
    assert in_it(tmp_path, 3, now=-4 * DAY) == [0, 1, 2]


@pytest.mark.parametrize("used", ["null", "'text'", "x'00'", "1e300", "-1e300", "9223372036854775807"])
def test_a_time_that_is_none_does_not_let_features_stay(tmp_path: Path, used: str) -> None:
    path = kept(tmp_path, 3, now=0)
    changed(path, f"update features set used={used} where rowid = 2")
    prune(1, tmp_path)
    prune(3 * DAY + 2, tmp_path)
    assert rows(path) == 0


def test_above_its_limit_the_oldest_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept(tmp_path, 200, now=0)
    monkeypatch.setattr(settings, "MAX_CACHE_BYTES", path.stat().st_size)
    cache = opened(tmp_path, now=DAY)
    for number in range(200, 260):
        cache.put(b"%d" % number, of_picture(number))
    cache.close()
    assert path.stat().st_size <= settings.MAX_CACHE_BYTES
    left = in_it(tmp_path, 260, now=DAY)
    assert left[-60:] == list(range(200, 260)) and 100 < len(left) < 260
    assert left == list(range(left[0], 260))


def test_a_long_lesson_never_exceeds_the_limit_by_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAX_CACHE_BYTES", 200_000)
    cache = opened(tmp_path)
    largest = 0
    for number in range(3_000):
        cache.put(b"%d" % number, of_picture(number))
        largest = max(largest, sum(file.stat().st_size for file in tmp_path.glob("*.sqlite")))
    cache.close()
    assert largest < 200_000 + 2 * feature_cache._FLUSH_ROWS * 1_500


def test_a_limit_below_everything_keeps_nothing_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, 5)
    monkeypatch.setattr(settings, "MAX_CACHE_BYTES", 10)
    assert in_it(tmp_path, 5) == []


def test_files_of_former_versions_go_at_first_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path))
    for name in ("looks/abcd-1.sqlite", "looks/abcd-1.sqlite-wal", "features/features-1.sqlite", "backbones/x.tflite"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"thumbnails")
    prune()
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["x.tflite"]
    assert not (tmp_path / "looks").exists()


def test_pruning_where_there_is_nothing_makes_nothing(tmp_path: Path) -> None:
    prune(folder=tmp_path / "none")
    assert not (tmp_path / "none").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "features"
    folder.mkdir(mode=0o755)
    cache = opened(folder)
    cache.put(b"key", of_picture())
    cache.flush()
    assert {path.name.removeprefix("features-2.sqlite") for path in folder.iterdir()} == {"", "-wal", "-shm"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    cache.close()


# --- Damage -----------------------------------------------------------------------------------------------------


def changed(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def rows(path: Path) -> int:
    connection = sqlite3.connect(path)
    (count,) = connection.execute("select count(*) from features").fetchone()
    connection.close()
    return int(count)


NOT_A_NUMBER = np.full((2, 8), np.nan, np.float16).tobytes().hex()
HARM = [
    *(f"{column} = null" for column in ("views", "vectors", "perceptual_hash", "thumbnail", "checksum", "used")),
    *(f"{column} = 'text'" for column in ("views", "vectors", "perceptual_hash", "thumbnail", "checksum", "used")),
    *(f"{column} = x''" for column in ("vectors", "perceptual_hash", "thumbnail", "checksum")),
    *(f"{column} = cast(x'ff' as text)" for column in ("vectors", "perceptual_hash", "thumbnail", "checksum")),
    *(f"{column} = {column} || x'00'" for column in ("vectors", "perceptual_hash", "thumbnail", "checksum")),
    *(f"{column} = 1.5" for column in ("views", "vectors", "thumbnail")),
    f"vectors = x'{NOT_A_NUMBER}'",
    "views = 7",
    "views = -2",
    "views = 9223372036854775807",
]


@pytest.mark.parametrize("harm", HARM)
def test_a_row_that_is_not_what_was_put_is_a_miss_and_is_written_again(tmp_path: Path, harm: str) -> None:
    path = kept(tmp_path, 3)
    changed(path, f"update features set {harm} where rowid = 2")
    cache = opened(tmp_path)
    assert cache.get(b"0", 2) is not None and cache.get(b"2", 2) is not None
    if not harm.startswith("used = 'text'"):  # that one is put right
        assert cache.get(b"1", 2) is None
    cache.put(b"1", of_picture(1))
    cache.close()
    assert in_it(tmp_path, 3) == [0, 1, 2]


def test_numbers_that_are_none_never_come_back(tmp_path: Path) -> None:
    """Even with the right checksum."""
    cache = opened(tmp_path)
    cache.put(b"key", CachedFeatures(np.full((2, 8), np.nan, np.float16), bytes(32), b""))
    cache.close()
    assert opened(tmp_path).get(b"key", 2) is None


def test_the_row_of_another_picture_is_a_miss(tmp_path: Path) -> None:
    path = kept(tmp_path, 2)
    columns = ("views", "vectors", "perceptual_hash", "thumbnail", "checksum")
    changed(
        path, f"update features set {', '.join(f'{c} = (select {c} from features where rowid = 1)' for c in columns)}"
    )
    assert in_it(tmp_path, 2) == [0]


@pytest.mark.parametrize("seed", range(30))
def test_flipped_bits_anywhere_never_give_other_features(tmp_path: Path, seed: int) -> None:
    path = kept(tmp_path, 60)
    content = bytearray(path.read_bytes())
    generator = np.random.default_rng(seed)
    for position in generator.integers(0 if seed % 3 == 0 else 100, len(content), 40 * (1 + seed % 5)):
        content[position] ^= 1 << int(generator.integers(0, 8))
    path.write_bytes(content)
    in_it(tmp_path, 60)  # asserts that what is there is right
    kept(tmp_path, 60)
    assert in_it(tmp_path, 60) == list(range(60))


def a_directory(path: Path) -> None:
    path.unlink()
    (path / "in it").mkdir(parents=True)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no database": lambda path: path.write_bytes(b"this is no database" * 100),
    "a header alone": lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(200)),
    "cut to nothing": lambda path: path.write_bytes(b""),
    "cut in a page": lambda path: path.write_bytes(path.read_bytes()[:5_000]),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 8192 * 4096]),
    "zeros": lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(path.stat().st_size - 4096)),
    "other columns": lambda path: [path.unlink(), changed(path, "create table features (hash blob, look blob)")],
    "a damaged log": lambda path: path.with_name(path.name + "-wal").write_bytes(os.urandom(10_000)),
    "a directory in its place": a_directory,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_replaced(tmp_path: Path, damage: str) -> None:
    DAMAGE[damage](kept(tmp_path, 40))
    in_it(tmp_path, 40)
    cache = opened(tmp_path)
    for number in range(40):
        if cache.get(b"%d" % number, 2) is None:
            cache.put(b"%d" % number, of_picture(number))
    cache.close()
    assert in_it(tmp_path, 40) == ([] if damage == "a directory in its place" else list(range(40)))
    prune(folder=tmp_path)


# --- In nobody's way --------------------------------------------------------------------------------------------


def used_in_vain(folder: Path) -> None:
    """Everything that a lesson does with a cache that cannot be used."""
    cache = opened(folder)
    assert cache.get(b"other", 1) is None
    for number in range(250):
        cache.put(b"%d" % number, of_picture(number))
    cache.flush()
    cache.close()
    cache.close()
    prune(folder=folder)


def test_a_cache_without_a_place_keeps_nothing_and_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    used_in_vain(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="who may do everything is stopped by no mode")
def test_a_folder_that_cannot_be_written_harms_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "above" / "features"
    folder.parent.mkdir(mode=0o500)
    used_in_vain(folder)


@pytest.mark.parametrize("error", [PermissionError(13, "read-only"), OSError(28, "full")])
def test_a_file_that_cannot_be_made_harms_nothing(
    tmp_path: Path, error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise error

    monkeypatch.setattr(feature_cache.os, "open", refuse)
    used_in_vain(tmp_path)


def test_a_database_that_can_only_be_read_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept(tmp_path, 3)
    really = sqlite3.connect
    monkeypatch.setattr(
        feature_cache.sqlite3, "connect", lambda path, **more: really(f"file:{path}?mode=ro", uri=True, **more)
    )
    used_in_vain(tmp_path)
    monkeypatch.undo()
    assert rows(path) == 3


def test_a_full_disk_harms_nothing(tmp_path: Path) -> None:
    path = kept(tmp_path, 3)
    cache = opened(tmp_path)
    assert cache._table is not None
    cache._table.execute(f"pragma max_page_count={path.stat().st_size // 4096}")
    for number in range(3, 500):
        cache.put(b"%d" % number, of_picture(number))
    cache.close()
    assert in_it(tmp_path, 3) == [0, 1, 2]


HOLD = """
import sqlite3, sys
holder = sqlite3.connect(sys.argv[1], isolation_level=None)
holder.execute("pragma locking_mode=exclusive") if sys.argv[2] == "all" else None
holder.execute("begin exclusive")
holder.execute("update features set used=used")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["writing", "all"])
def held(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache with three pictures that another process holds: against others' writing, or altogether."""
    monkeypatch.setattr(feature_cache, "_WAIT_SECONDS", 0.01)
    path = kept(tmp_path, 3)
    command = [sys.executable, "-c", HOLD, str(path), str(request.param)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdin and holder.stdout and holder.stdout.readline().strip() == b"held"
    yield tmp_path
    holder.stdin.close()
    holder.wait()
    holder.stdout.close()
    assert in_it(tmp_path, 3) == [0, 1, 2]  # it is as it was


def test_a_file_that_another_process_holds_is_waited_for_once_and_left_alone(held: Path) -> None:
    used_in_vain(held)
    prune(time.time() + 4 * DAY, held)


# --- In lessons -------------------------------------------------------------------------------------------------


@pytest.fixture
def own_cache(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with the LiteRT file and no features."""
    ensure(NAME)
    shutil.copytree(cache / "backbones", tmp_path / "cache" / "backbones", copy_function=os.link)
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "features"


def extracted(path: Path, *, keep: bool = True) -> Features:
    files = {f"{paint}/{number}.png": painted(paint, number) for paint in ("red", "blue") for number in range(2)}
    dataset: Dataset = archive.find([zipped(path, files)])
    return extract(dataset, NAME, 1, lambda done, total: None, keep=keep)


def test_what_is_not_to_be_kept_is_not_in_the_cache_and_does_not_stay_longer(tmp_path: Path, own_cache: Path) -> None:
    extracted(tmp_path / "a.zip", keep=False)
    (path,) = own_cache.glob("*.sqlite")
    assert rows(path) == 0
    extracted(tmp_path / "a.zip")
    assert rows(path) == 4
    changed(path, f"update features set used={int(time.time()) - 2 * DAY}")
    extracted(tmp_path / "a.zip", keep=False)
    prune(time.time() + 2 * DAY)
    assert rows(path) == 0


@pytest.mark.parametrize("harm", [*HARM, "vectors = zeroblob(length(vectors))"])
def test_damaged_rows_change_no_lesson(tmp_path: Path, own_cache: Path, harm: str) -> None:
    first = extracted(tmp_path / "a.zip")
    (path,) = own_cache.glob("*.sqlite")
    changed(path, f"update features set {harm}")
    again = extracted(tmp_path / "a.zip")
    assert np.array_equal(first.vectors, again.vectors) and list(first.thumbnails) == list(again.thumbnails)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_changes_no_lesson(tmp_path: Path, own_cache: Path, damage: str) -> None:
    first = extracted(tmp_path / "a.zip")
    (path,) = own_cache.glob("*.sqlite")
    DAMAGE[damage](path)
    assert np.array_equal(first.vectors, extracted(tmp_path / "a.zip").vectors)
