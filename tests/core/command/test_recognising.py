"""The command line in a process of its own: `recognise`."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import CommandLine, picture, posix_only

from core.command import DONE, PARTLY, REFUSED

pytestmark = pytest.mark.slow  # together they take long


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with a picture of each known label, one deeper, a text file and hidden things."""
    folder = tmp_path / "새 사진"
    (folder / "안쪽").mkdir(parents=True)
    (folder / "빨강 1.png").write_bytes(picture("빨강", 100))
    (folder / "안쪽" / "=blue.png").write_bytes(picture("blue", 101))
    (folder / "notes.txt").write_text("not a picture")
    (folder / ".hidden.png").write_bytes(picture("blue", 102))
    return folder


def test_recognise_answers_for_one_picture(teachlens: CommandLine, pictures: Path) -> None:
    done = teachlens("recognise", teachlens.model, pictures / "빨강 1.png", "--top", "1")
    assert done.returncode == DONE
    assert done.stdout.startswith(f"{pictures / '빨강 1.png'}: ")
    assert "빨강" in done.stdout.partition(": ")[2] and "blue" not in done.stdout
    assert done.stderr == ""


def test_recognise_goes_through_folders_and_zips(teachlens: CommandLine, pictures: Path) -> None:
    code, lines = teachlens.json("recognise", teachlens.model, pictures, teachlens.source)
    assert code == DONE
    answers = [content for kind, content in lines if kind == "answer"]
    assert len(answers) == len(lines) == 2 + 16
    assert [answer["picture"] for answer in answers[:2]] == [
        str(pictures / "빨강 1.png"),
        str(pictures / "안쪽" / "=blue.png"),
    ]
    assert [answer["labels"][0]["label"] for answer in answers[:2]] == ["빨강", "blue"]
    assert answers[2]["picture"] == str(teachlens.source / "빨강" / "0.png")
    for answer in answers:
        assert sum(label["probability"] for label in answer["labels"]) == pytest.approx(1, abs=1e-3)
        assert answer["sure"] in (True, False)


def test_recognise_writes_a_table_that_a_spreadsheet_opens_safely(
    teachlens: CommandLine, pictures: Path, tmp_path: Path
) -> None:
    (pictures / "z.jpg").write_bytes(b"\xff\xd8\xff broken")
    table = tmp_path / "tables" / "answers.csv"
    arguments = ("recognise", teachlens.model, "=blue.png", "../z.jpg", "--csv", table)
    with teachlens.start(*arguments, cwd=pictures / "안쪽", stderr=subprocess.PIPE) as process:
        process.communicate()
    assert process.returncode == PARTLY
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    head, answer, problem = csv.reader(table.read_text("utf-8-sig").splitlines())
    assert head == ["file", "answer", "sure", "guess_1", "probability_1", "guess_2", "probability_2", "problem"]
    assert answer[0] == "'=blue.png" and answer[3] == "blue" and float(answer[4]) > 0.5 and answer[7] == ""
    assert problem[0].endswith("z.jpg") and problem[1:7] == [""] * 6 and "damaged" in problem[7]


def test_recognise_names_a_bad_picture_and_goes_on(teachlens: CommandLine, pictures: Path) -> None:
    (pictures / "a.jpg").write_bytes(b"")
    code, lines = teachlens.json("recognise", teachlens.model, "gone.jpg", pictures, pictures / "notes.txt")
    assert code == PARTLY
    assert [kind for kind, _ in lines] == ["skipped", "skipped", "answer", "answer", "skipped"]
    keys = [content["key"] for kind, content in lines if kind == "skipped"]
    assert keys == ["archive.gone", "picture.empty", "layout.no_picture"]


def test_recognise_without_one_readable_picture_is_refused(teachlens: CommandLine, tmp_path: Path) -> None:
    done = teachlens("recognise", teachlens.model, "gone.jpg", "--csv", tmp_path / "answers.csv")
    assert done.returncode == REFUSED
    assert "gone.jpg cannot be found" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_recognise_refuses_what_is_no_model(teachlens: CommandLine, pictures: Path) -> None:
    code, lines = teachlens.json("recognise", teachlens.source, pictures)
    assert code == REFUSED
    assert [kind for kind, _ in lines] == ["error"]
    code, lines = teachlens.json("recognise", "gone.teachlens", pictures)
    assert code == REFUSED
    assert lines[0][1]["key"] == "model.missing" and lines[0][1]["values"] == {"name": "gone.teachlens"}
    assert "gone.teachlens" in lines[0][1]["message"]


def test_recognise_imports_only_what_answering_needs(teachlens: CommandLine, pictures: Path) -> None:
    code = "import sys; from core.command.main import main; main(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "recognise", str(teachlens.model), str(pictures)],
        env=teachlens.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "ai_edge_litert.interpreter" in loaded
    heavy = {"tensorflow", "keras", "sklearn", "scipy", "pandas", "streamlit", "core.learning.teach", "core.work"}
    assert not loaded & heavy


@posix_only
def test_a_name_that_is_no_text_does_no_harm(teachlens: CommandLine, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe.png"
    try:
        Path(os.fsdecode(path)).write_bytes(picture("blue", 3))
    except OSError:
        pytest.skip("this file system takes no such name")
    code, lines = teachlens.json("recognise", teachlens.model, tmp_path)
    assert code == DONE and lines[0][1]["picture"].endswith("\udcff\udcfe.png")
    assert teachlens("recognise", teachlens.model, tmp_path).returncode == DONE


@pytest.mark.parametrize("encoding", ["ascii", "cp949"])
def test_korean_is_written_whatever_the_terminal_says_it_can(
    teachlens: CommandLine, pictures: Path, encoding: str
) -> None:
    done = teachlens("recognise", teachlens.model, pictures, PYTHONIOENCODING=encoding, LC_ALL="C")
    assert done.returncode == DONE
    assert "빨강 1.png" in done.stdout


def test_everyday_things_are_recognised_before_anything_was_taught(teachlens: CommandLine, pictures: Path) -> None:
    code, lines = teachlens.json("recognise", "everyday", pictures, "--language", "ko")
    assert code == DONE
    answers = [content for _, content in lines]
    assert len(answers) == 2 and all(len(answer["labels"]) == 3 for answer in answers)
    assert all("가" <= label["label"][0] <= "힣" for answer in answers for label in answer["labels"])
    assert all(isinstance(answer["finer"], str) for answer in answers)
    assert "everyday" in teachlens("recognise", "--help").stdout
    (file,) = (teachlens.folder / "cache").rglob("everyday.ko.teachlens")
    done = teachlens("inspect", file)
    assert "Knows 672 things" in done.stdout and "0%" not in done.stdout and "not known" not in done.stdout


def test_a_file_called_everyday_is_meant_where_there_is_one(teachlens: CommandLine, pictures: Path) -> None:
    shutil.copy(teachlens.model, pictures / "everyday")
    with teachlens.start("recognise", "everyday", "빨강 1.png", "--json", cwd=pictures) as process:
        output, _ = process.communicate()
    assert {label["label"] for label in json.loads(output)["answer"]["labels"]} == {"빨강", "blue"}
