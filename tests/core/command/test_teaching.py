"""The command line in a process of its own: `teach` and `evaluate`."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from command_line import PAINTS, CommandLine, picture, zipped

from core.command import DONE, REFUSED
from core.model.file import load

pytestmark = pytest.mark.slow  # together they take long


def test_teach_writes_a_model_and_says_how_good_it_is(teachlens: CommandLine) -> None:
    output = teachlens.taught.stdout
    assert "Found: 16 pictures, 2 classes." in output
    assert f"Taught 2 classes in {round(load(teachlens.model).card.seconds, 1)} s: {teachlens.model}" in output
    score = load(teachlens.model).report.score
    assert score.total == 16
    assert f"It got {score.right} of {score.total} pictures right" in output
    assert "  빨강: " in output
    assert load(teachlens.model).labels == ("blue", "빨강")
    assert load(teachlens.model).card.title == "우리 물감" and load(teachlens.model).card.seed == 5


def test_teach_tells_the_way_on_stderr_in_plain_lines(teachlens: CommandLine) -> None:
    lines = teachlens.taught.stderr.splitlines()
    assert lines[-1].startswith("100%  saving")
    assert any("looking at the pictures  16/16" in line for line in lines)
    assert "\r" not in teachlens.taught.stderr and "INFO" not in teachlens.taught.stderr


def test_teach_gives_its_events_and_result_as_json_lines(teachlens: CommandLine) -> None:
    broken = teachlens.folder / "broken.zip"
    shutil.copy(teachlens.source, broken)
    with zipfile.ZipFile(broken, "a") as archive:
        archive.writestr("blue/broken.png", picture("blue", 0)[:60])
        archive.writestr("blue/notes.txt", "x")
    code, lines = teachlens.json("teach", broken, "-o", teachlens.folder / "named")
    assert code == DONE
    kinds = [kind for kind, _ in lines]
    assert kinds[:2] == ["skipped", "found"] and kinds[-1] == "result" and set(kinds[2:-1]) == {"progress"}
    assert lines[0][1]["name"] == "blue/notes.txt" and lines[0][1]["key"] == "layout.no_picture"
    assert lines[1][1] == {"pictures": 17, "classes": {"blue": 9, "빨강": 8}}
    progress = [content for kind, content in lines if kind == "progress"]
    assert list(dict.fromkeys(step["stage"] for step in progress)) == ["read", "look", "learn", "test", "save"]
    shares = [step["share"] for step in progress]
    assert shares == sorted(shares) and shares[-1] == 1
    result = lines[-1][1]
    assert result["model"] == str(teachlens.folder / "named.teachlens")  # it was given no ending
    assert load(Path(result["model"])).card.title == "broken" == result["title"]
    assert result["classes"] == {"blue": 8, "빨강": 8} and result["skipped"] == 2
    assert result["total"] == sum(map(sum, result["confusion"]))


def test_teach_names_what_could_not_be_read(teachlens: CommandLine) -> None:
    broken = teachlens.folder / "broken too.zip"
    shutil.copy(teachlens.source, broken)
    with zipfile.ZipFile(broken, "a") as archive:
        archive.writestr("blue/broken.png", picture("blue", 0)[:60])
    done = teachlens("teach", broken, "-o", "broken_too.teachlens")
    assert done.returncode == DONE
    assert "Left out because they could not be read: 1 pictures." in done.stdout


def test_teach_says_everything_that_is_missing(teachlens: CommandLine) -> None:
    with zipfile.ZipFile(teachlens.folder / "few.zip", "w") as archive:
        for label in ("blue", "빨강"):
            archive.writestr(f"{label}/1.png", picture(label, 1))
    done = teachlens("teach", "few.zip", "-o", "few.teachlens")
    assert done.returncode == REFUSED
    assert "“blue” needs 1 more" in done.stderr and "“빨강” needs 1 more" in done.stderr
    assert not (teachlens.folder / "few.teachlens").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gone.zip", "-o", "x.teachlens"), "gone.zip cannot be found"),
        (("물감.zip", "-o", "x.teachlens", "--backbone", "dragonfly"), "dragonfly"),
        (("물감.zip", "-o", "."), "is a folder"),
        (("물감.zip", "-o", "물감.zip/x.teachlens"), "nothing can be written to"),
    ],
)
def test_teach_refuses_in_words_what_cannot_be_used(
    teachlens: CommandLine, arguments: tuple[str, ...], words: str
) -> None:
    done = teachlens("teach", *arguments)
    assert done.returncode == REFUSED
    assert words in done.stderr and "Traceback" not in done.stderr
    assert not (teachlens.folder / "x.teachlens").exists()


def test_evaluate_tests_on_other_pictures(teachlens: CommandLine) -> None:
    other = zipped(teachlens.folder / "other.zip", tuple(PAINTS), 3, first=500)
    code, lines = teachlens.json("evaluate", teachlens.model, other)
    assert code == DONE
    result = lines[-1][1]
    assert result["unknown_labels"] == ["green"]
    assert result["labels"] == ["blue", "빨강"]
    assert result["total"] == 6 and [sum(row) for row in result["confusion"]] == [3, 3]
    assert result["right"] == result["confusion"][0][0] + result["confusion"][1][1]
    done = teachlens("evaluate", teachlens.model, other)
    assert f"It gets {result['right']} of these 6" in done.stdout and "was not taught them: green" in done.stdout


def test_evaluate_says_which_labels_were_mixed_up(teachlens: CommandLine, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "wrong.zip", "w") as archive:
        for number in range(2):
            archive.writestr(f"blue/{number}.png", picture("빨강", 600 + number))
            archive.writestr(f"빨강/{number}.png", picture("빨강", 700 + number))
    done = teachlens("evaluate", teachlens.model, tmp_path / "wrong.zip", "--language", "ko")
    assert "blue를 빨강으로 잘못 봄: 2번" in done.stdout


def test_evaluate_without_a_known_label_is_refused(teachlens: CommandLine, tmp_path: Path) -> None:
    done = teachlens("evaluate", teachlens.model, zipped(tmp_path / "green.zip", ("green",), 2))
    assert done.returncode == REFUSED
    assert "blue, 빨강" in done.stderr


def test_a_model_taught_without_keeping_its_pictures_cannot_be_put_right(
    teachlens: CommandLine, tmp_path: Path
) -> None:
    model = tmp_path / "m.teachlens"
    taught = teachlens("teach", teachlens.source, "-o", model, "--no-examples")
    assert taught.returncode == DONE and "cannot be put right or taught more" in taught.stdout
    assert "cannot be put right" not in teachlens("teach", teachlens.source, "-o", tmp_path / "kept").stdout
    assert model.stat().st_size < teachlens.model.stat().st_size
    (tmp_path / "new.png").write_bytes(picture("blue", 90))
    assert "blue" in teachlens("recognise", model, tmp_path / "new.png").stdout
    assert teachlens("inspect", model).returncode == DONE
    refused = teachlens("correct", model, tmp_path / "new.png", "--label", "blue")
    assert refused.returncode == REFUSED and "without its pictures" in refused.stderr


def test_teach_and_inspect_give_the_advice_of_the_page(teachlens: CommandLine) -> None:
    few = "2 classes (blue, 빨강) have fewer than 20 pictures. Add more of these first."
    assert f"→ {few}" in teachlens.taught.stdout and f"→ {few}" in teachlens("inspect", teachlens.model).stdout
    _, lines = teachlens.json("inspect", teachlens.model)
    assert {"key": "review.few.many", "message": few} in lines[-1][1]["advice"]
    assert "20장보다 적어요" in teachlens("inspect", teachlens.model, "--language", "ko").stdout
