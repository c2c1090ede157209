"""Bursts of camera frames: kept without near-duplicates, hidden and brought back, packed and read again."""

from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn import CALM, STILL, encoded, film

from core.pictures import archive, camera_bursts
from core.pictures.dataset import Entry
from core.storage import atomic
from doodles.samples import draw


def found(source: Path) -> list[tuple[str, str]]:
    return [(entry.label, entry.name) for entry in archive.find([source]).entries]


def test_a_name_carries_its_burst_wherever_it_lies() -> None:
    burst = "0f1e2d3c4b5a"
    assert (
        camera_bursts.burst_of(f"a/b/shown-{burst}-0001.jpg")
        == camera_bursts.burst_of(f"shown-{burst}-0199.JPG")
        == burst
    )
    assert camera_bursts.burst_of("a/IMG_0001.jpg") is None
    assert camera_bursts.burst_of("unshown-123456781234-0001.jpg") is None


def test_near_duplicates_are_left_out_and_other_frames_stay(tmp_path: Path) -> None:
    assert len(camera_bursts.without_near_duplicates(film("sun", 20, STILL))) == camera_bursts.MIN_FRAMES
    assert len(camera_bursts.without_near_duplicates(film("sun", 20, CALM))) == 20


def test_a_burst_that_comes_in_parts_is_one(tmp_path: Path) -> None:
    still = film("sun", 12, STILL)
    assert [camera_bursts.add(tmp_path, "sun", part, "000000000001") for part in (still[:6], still[6:])] == [
        camera_bursts.MIN_FRAMES,
        0,
    ]
    assert camera_bursts.add(tmp_path, "sun", still[:3], "000000000002") == 3  # another burst is another look


def test_what_is_no_jpeg_is_left_out(tmp_path: Path) -> None:
    (frame,) = film("sun", 1)
    bad = [b"", b"\xff\xd8\xff nothing", frame[:300], encoded(draw("sun", 1, 64), "PNG")]
    assert camera_bursts.add(tmp_path, "sun", [*bad, frame], "000000000001") == 1


@pytest.mark.parametrize("label", ["cup", "1", "test", "사진", "a/b: c?", "Grüße, “x”", ".hidden", "해당 없음"])
def test_a_class_is_called_as_it_was_named(tmp_path: Path, label: str) -> None:
    source = tmp_path / "shown-place"
    camera_bursts.add(source, label, film("sun", 2), "000000000001")
    camera_bursts.add(source, label, film("sun", 2, seed=1), "000000000002")
    other = tmp_path / "more"
    (other / "dog").mkdir(parents=True)
    (other / "cow").mkdir()
    for name in ("dog", "cow"):
        (other / name / "a.png").write_bytes(encoded(draw("cat", 1, 64)))
    assert {one for one, _ in found(source)} == {label}
    both = archive.find([other, source])
    assert both.counts == {"cow": 1, "dog": 1, label: 4}
    assert not both.skipped and not any(entry.split for entry in both.entries)


def test_more_of_a_class_with_a_name_that_says_nothing_joins_it(tmp_path: Path) -> None:
    for number, folder in enumerate(("all/1", "all/2", "more/1")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "a.png").write_bytes(encoded(draw("cat", number, 64)))
    assert archive.find([tmp_path / "all", tmp_path / "more"]).counts == {"1": 2, "2": 1}


def test_pictures_are_hidden_and_brought_back(tmp_path: Path) -> None:
    camera_bursts.add(tmp_path, "sun", film("sun", 3), "000000000001")
    camera_bursts.add(tmp_path, "fish", film("fish", 3), "000000000002")
    before = found(tmp_path)
    hidden = camera_bursts.hide(tmp_path, ["sun/shown-000000000001-0002.jpg", "nothing.jpg"])
    assert found(tmp_path) == [row for row in before if row[1] != "sun/shown-000000000001-0002.jpg"]
    assert archive.find([tmp_path]).skipped == ()
    camera_bursts.unhide(tmp_path, hidden)
    assert found(tmp_path) == before
    everything = camera_bursts.hide(tmp_path, list(camera_bursts.read_labels(tmp_path)))
    assert archive.find([tmp_path]).entries == () == archive.find([tmp_path]).skipped
    camera_bursts.unhide(tmp_path, everything)
    assert found(tmp_path) == before


def test_a_number_is_given_once_though_pictures_were_hidden(tmp_path: Path) -> None:
    frames = film("sun", 8)
    camera_bursts.add(tmp_path, "sun", frames[:4], "000000000001")
    hidden = camera_bursts.hide(tmp_path, ["sun/shown-000000000001-0004.jpg"])
    camera_bursts.add(tmp_path, "sun", frames[4:], "000000000001")
    camera_bursts.unhide(tmp_path, hidden)
    assert len(found(tmp_path)) == 8


def test_frames_are_packed_and_read_again_with_their_bursts(tmp_path: Path) -> None:
    source = tmp_path / "shown"
    for label, burst in (("1", "00000000000a"), ("1", "00000000000b"), ("해", "00000000000c")):
        camera_bursts.add(source, label, film("sun", 3, seed=int(burst, 16)), burst)
    entries = archive.find([source]).entries
    stranger = Entry(tmp_path / "x.png", None, "x.png", "x")
    zipped = tmp_path / "shown.zip"
    zipped.write_bytes(camera_bursts.to_zip([*entries, *entries, stranger]))
    again = archive.find([zipped]).entries
    assert archive.find([zipped]).skipped == ()
    said = [[(entry.label, camera_bursts.burst_of(entry.name)) for entry in each] for each in (entries, again)]
    assert sorted(map(str, said[0])) == sorted(map(str, said[1])) and len(again) == 9
    contents = [{data for _, data in archive.read(each)} for each in (entries, again)]
    assert contents[0] == contents[1]


def test_one_burst_alone_is_known() -> None:
    one, two = "a/shown-000000000001-0001.jpg", "a/shown-000000000002-0001.jpg"
    assert camera_bursts.is_one_burst([one, one])
    assert not camera_bursts.is_one_burst([one, two])
    assert not camera_bursts.is_one_burst([one, "photo.jpg"])
    assert not camera_bursts.is_one_burst(["photo.jpg"])
    assert not camera_bursts.is_one_burst([])


def test_small_versions_see_what_moves_and_not_the_light() -> None:
    picture = draw("house", 3, 320)
    darker = cv2.convertScaleAbs(picture, alpha=1.0, beta=-12)
    frames = [encoded(one, "JPEG") for one in [picture] * camera_bursts.MIN_FRAMES + [np.asarray(darker, np.uint8)]]
    assert len(camera_bursts.without_near_duplicates(frames)) == camera_bursts.MIN_FRAMES
    turned = np.ascontiguousarray(np.rot90(picture))
    assert (
        len(camera_bursts.without_near_duplicates([*frames, encoded(turned, "JPEG")])) == camera_bursts.MIN_FRAMES + 1
    )


def test_of_bursts_that_come_from_two_tabs_at_once_nothing_is_lost(tmp_path: Path) -> None:
    films = {f"{number:012x}": film("sun", 3, seed=number) for number in range(8)}
    one_burst = "f" * 12
    frames = film("sun", 16, CALM)
    with ThreadPoolExecutor(4) as pool:
        several = [pool.submit(camera_bursts.add, tmp_path, "sun", films[burst], burst) for burst in films]
        parts = [pool.submit(camera_bursts.add, tmp_path, "sun", [frame], one_burst) for frame in frames]
        kept = sum(job.result() for job in (*several, *parts))
    labels = camera_bursts.read_labels(tmp_path)
    assert len(labels) == kept == len(list((tmp_path / "sun").iterdir()))
    assert {camera_bursts.burst_of(name) for name in labels} == {*films, one_burst}


def test_a_burst_for_which_there_is_no_room_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    camera_bursts.add(tmp_path, "sun", film("sun", 3), "000000000001")
    before = found(tmp_path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(atomic, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        camera_bursts.add(tmp_path, "fish", film("fish", 3), "000000000002")
    assert found(tmp_path) == before and list((tmp_path / "fish").iterdir()) == []


def test_the_table_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    camera_bursts.add(tmp_path, "1", film("sun", 2), "000000000001")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["_1", "labels.csv"]
    camera_bursts.hide(tmp_path, list(camera_bursts.read_labels(tmp_path)))
    assert [path.name for path in tmp_path.iterdir()] == ["_1"]  # a table that names nothing says nothing
