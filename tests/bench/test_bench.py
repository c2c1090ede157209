"""The bench: what its table says and how it measures. No times are asserted; those are for a quiet machine."""

from __future__ import annotations

import os
import re
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from drawn import PAINTS, painted, zipped

from bench import against, camera, dinov2, scale
from bench.__main__ import NAMES, main
from bench.calibration import calibration_error_by_chance
from bench.measure import HEADER, Line, Watch, compared, in_turn, machine, now_mb, run, times
from core.machine import cores
from core.pictures import archive

HOLD_100_MB = "import sys; held = bytearray(100_000_000); held[::4096] = bytes(len(held[::4096])); sys.stdin.read()"


@pytest.fixture(autouse=True)
def places(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `main` sets in the environment ends with the test."""
    for name in ("TEACHLENS_CACHE", "TEACHLENS_HOME"):
        monkeypatch.setenv(name, os.environ[name])


def test_a_line_has_as_many_cells_as_the_table() -> None:
    row = Line("a deed", "1 s", "2 s, another way", "0.50 ×").row()
    assert row == "| a deed | 1 s | 2 s, another way | 0.50 × |"
    assert all(line.count("|") == row.count("|") for line in HEADER.splitlines())


@pytest.mark.parametrize(("ratio", "said"), [(0.5, "0.50 ×"), (1.234, "1.23 ×"), (9.99, "9.99 ×"), (104.4, "104 ×")])
def test_ratios_are_said_as_people_read_them(ratio: float, said: str) -> None:
    assert times(ratio) == said


def test_the_ratio_is_the_median_of_ratios_so_that_one_slow_while_changes_nothing() -> None:
    pairs = [(2.0, 1.0), (20.0, 10.0), (3.0, 1.0)]  # the second was taken while all was ten times slower
    assert compared(pairs) == (3.0, 1.0, 2.0)


def test_both_sides_take_turns_at_being_first_after_one_round_uncounted() -> None:
    done: list[str] = []
    pairs = in_turn(lambda: done.append("ours"), lambda: done.append("baseline"), 2)
    assert done == ["ours", "baseline", "ours", "baseline", "baseline", "ours"]
    assert len(pairs) == 2


def test_a_command_is_run_in_the_project_and_its_memory_watched() -> None:
    done = run(["-c", f"import os; print(os.path.exists('bench')); {HOLD_100_MB}; import time; time.sleep(0.5)"])
    assert done.output == "True\n"
    assert 100 < done.peak_mb < 250
    assert done.seconds > 0


def test_what_a_line_wants_and_is_not_here_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dinov2, "NEEDS", ("json", "no_such_package"))
    main(["dinov2"])
    said = capsys.readouterr()
    assert "no_such_package" in said.err and "json" not in said.err and "DINOv2" not in said.out


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"exit code 1\n(.|\n)*no such thing"):
        run(["-c", "raise SystemExit('no such thing')"])


def test_memory_of_children_counts_too() -> None:
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLD_100_MB!r}], stdin=subprocess.DEVNULL)"
    slow = child.replace("sys.stdin.read()", "import time; time.sleep(0.5)")
    assert run(["-c", slow]).peak_mb > 100


def test_memory_of_a_process_that_has_ended_is_none() -> None:
    with Watch(2**22 + 1) as watch:  # above the highest id that Linux gives
        pass
    assert watch.peak_mb == 0
    assert now_mb(os.getpid()) > 10


def test_the_machine_is_described() -> None:
    assert machine().startswith(f"{cores()} cores (")
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in machine()


@pytest.mark.slow
def test_a_generated_dataset_has_six_classes_and_no_picture_twice(tmp_path: Path) -> None:
    scale.write(tmp_path / "some.zip", 30)
    dataset = archive.find([tmp_path / "some.zip"])
    assert list(dataset.counts.values()) == [5] * 6
    with zipfile.ZipFile(tmp_path / "some.zip") as pictures:
        assert len({entry.CRC for entry in pictures.infolist()}) == 30


def test_a_line_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(SystemExit, match=f"nonsense; there are: {', '.join(NAMES)}"):
        main(["accuracy", "nonsense"])


def test_what_needs_absent_data_is_left_out_and_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["accuracy"], shared=tmp_path / "absent")
    told = capsys.readouterr()
    assert told.out.startswith(HEADER) and "accuracy" not in told.out
    assert "accuracy is left out" in told.err


@pytest.mark.slow
def test_the_lines_that_are_named_are_measured_on_the_data_sets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flowers = tmp_path / "data" / "classification" / "flowers.zip"
    flowers.parent.mkdir(parents=True)
    zipped(flowers, {f"{paint}/{seed}.png": painted(paint, seed) for paint in PAINTS for seed in range(3)})
    main(["cold"], shared=tmp_path)
    rows = capsys.readouterr().out.splitlines()[2:-2]
    assert len(rows) == 1 and rows[0].startswith("| `recognise`, cold") and rows[0].endswith(" × |")


@pytest.mark.slow
def test_live_cameras_are_measured_over_the_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(camera, "_SECONDS", 0.5)
    monkeypatch.setattr(camera, "_ROUNDS", 1)
    flowers = tmp_path / "data" / "classification" / "flowers.zip"
    flowers.parent.mkdir(parents=True)
    zipped(flowers, {f"{paint}/{seed}.png": painted(paint, seed) for paint in PAINTS for seed in range(3)})
    model = tmp_path / "model.teachlens"
    run(["-m", "core", "teach", str(flowers), "-o", str(model)])
    frame, explained, together = (line.row() for line in camera.alone(model))
    assert frame.endswith(" × |") and explained.endswith(" × |")
    rates = re.findall(r"\d+", together.split("|")[2].partition(" a second")[0])
    assert len(rates) == 3 and all(int(rate) > 0 for rate in rates)


def test_figures_of_two_commits_are_read_from_their_tables() -> None:
    table = f"{HEADER}\n{Line('a lesson', '1 s', '2 s, another way', '0.50 ×').row()}\n\nMeasured on …"
    assert dict(against.rows(table)) == {"a lesson": ("1 s", "0.50 ×")}


@pytest.mark.skipif(not (against.PROJECT / ".git").exists(), reason="no history here")
def test_an_earlier_commit_stands_beside_the_data_while_it_is_measured() -> None:
    with against.checkout("HEAD") as tree:
        assert (tree / "bench" / "__main__.py").is_file()
        assert (tree.parent / "shared").exists() == against.SHARED.is_dir()
    assert not tree.exists()


def test_even_a_perfectly_calibrated_model_is_off_by_chance_and_less_so_with_more_pictures() -> None:
    few, many = (calibration_error_by_chance(np.full(count, 0.5, np.float32)) for count in (100, 10_000))
    assert few == pytest.approx((2 / np.pi) ** 0.5 * 0.5 / 10, rel=0.1)  # the mean distance of a coin's share of heads
    assert many == pytest.approx(few / 10, rel=0.1)
    assert calibration_error_by_chance(np.ones(10, np.float32)) == 0
