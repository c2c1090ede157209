"""The command line, as people and scripts meet it: in a process of its own."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from serving import HDF5, serving, status

from core import settings
from core.command import BROKEN_PIPE, BUG, DONE, INTERRUPTED, PARTLY, REFUSED, USAGE
from core.model.file import load

PAINTS = {"빨강": (40, 40, 220), "blue": (220, 60, 30), "green": (50, 180, 60)}  # BGR
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and terminals")


def picture(label: str, seed: int) -> bytes:
    """Blots of one paint on paper of any colour, as PNG bytes."""
    chance = np.random.default_rng(seed)
    paper = np.full((96, 96, 3), chance.integers(90, 256, 3), np.uint8)
    for _ in range(chance.integers(2, 7)):
        x, y, radius = (int(value) for value in chance.integers((0, 0, 8), (96, 96, 40)))
        cv2.ellipse(paper, (x, y), (radius, radius // 2 + 3), int(chance.integers(180)), 0, 360, PAINTS[label], -1)
    return cv2.imencode(".png", paper)[1].tobytes()


def zipped(path: Path, labels: tuple[str, ...], count: int, first: int = 0) -> Path:
    """A zip with so many pictures a class."""
    with zipfile.ZipFile(path, "w") as archive:
        for label in labels:
            for number in range(first, first + count):
                archive.writestr(f"{label}/{number}.png", picture(label, number))
    return path


class Shop:
    """A folder to work in, a model taught there by the command line itself, and the command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = zipped(folder / "물감.zip", ("빨강", "blue"), 8)
        self.model = folder / "물감.teachlens"
        self.taught = self("teach", self.source, "-o", self.model, "--title", "우리 물감", "--seed", 5)
        assert self.taught.returncode == DONE, self.taught.stderr

    def environment(self, **more: str) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHONIO"))}
        plain |= {"PYTHONPATH": str(settings.PROJECT), "TEACHLENS_CACHE": str(self.folder / "cache")}
        return plain | {"LANG": "en_GB.UTF-8"} | more

    def start(self, *arguments: object, **more: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "core", *map(str, arguments)]
        environment = self.environment(**more.pop("environment", {}))
        return subprocess.Popen(command, **{"cwd": self.folder, "env": environment, "stdout": subprocess.PIPE, **more})

    def __call__(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        with self.start(*arguments, stderr=subprocess.PIPE, environment=environment) as process:
            said, aside = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, said.decode("utf-8"), aside.decode("utf-8"))

    def json(self, *arguments: object) -> tuple[int, list[tuple[str, Any]]]:
        """The exit code, and the kind and content of every line."""
        done = self(*arguments, "--json")
        assert done.stderr == ""
        return done.returncode, [next(iter(json.loads(line).items())) for line in done.stdout.splitlines()]

    def leftovers(self) -> list[str]:
        return [path.name for path in self.folder.rglob("*") if path.suffix in (".part", ".tmp")]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop"))


# --- teach ------------------------------------------------------------------------------------------------------


def test_teach_writes_a_model_and_says_how_good_it_is(shop: Shop) -> None:
    said = shop.taught.stdout
    assert "Found: 16 pictures, 2 classes." in said
    assert f"Taught 2 classes in {round(load(shop.model).card.seconds, 1)} s: {shop.model}" in said
    score = load(shop.model).report.score
    assert score.total == 16
    assert f"It got {score.right} of {score.total} pictures right" in said
    assert "  빨강: " in said
    assert load(shop.model).labels == ("blue", "빨강")
    assert load(shop.model).card.title == "우리 물감" and load(shop.model).card.seed == 5


def test_teach_tells_the_way_on_stderr_in_plain_lines(shop: Shop) -> None:
    lines = shop.taught.stderr.splitlines()
    assert lines[-1].startswith("100%  saving")
    assert any("looking at the pictures  16/16" in line for line in lines)
    assert "\r" not in shop.taught.stderr and "INFO" not in shop.taught.stderr


def test_teach_gives_its_events_and_result_as_json_lines(shop: Shop) -> None:
    broken = shop.folder / "broken.zip"
    shutil.copy(shop.source, broken)
    with zipfile.ZipFile(broken, "a") as archive:
        archive.writestr("blue/broken.png", picture("blue", 0)[:60])
        archive.writestr("blue/notes.txt", "x")
    code, lines = shop.json("teach", broken, "-o", shop.folder / "named")
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
    assert result["model"] == str(shop.folder / "named.teachlens")  # it was given no ending
    assert load(Path(result["model"])).card.title == "broken" == result["title"]
    assert result["classes"] == {"blue": 8, "빨강": 8} and result["skipped"] == 2
    assert result["total"] == sum(map(sum, result["confusion"]))


def test_teach_names_what_could_not_be_read(shop: Shop) -> None:
    broken = shop.folder / "broken too.zip"
    shutil.copy(shop.source, broken)
    with zipfile.ZipFile(broken, "a") as archive:
        archive.writestr("blue/broken.png", picture("blue", 0)[:60])
    done = shop("teach", broken, "-o", "broken_too.teachlens")
    assert done.returncode == DONE
    assert "Left out because they could not be read: 1 pictures." in done.stdout


def test_teach_says_everything_that_is_missing(shop: Shop) -> None:
    with zipfile.ZipFile(shop.folder / "few.zip", "w") as archive:
        for label in ("blue", "빨강"):
            archive.writestr(f"{label}/1.png", picture(label, 1))
    done = shop("teach", "few.zip", "-o", "few.teachlens")
    assert done.returncode == REFUSED
    assert "“blue” needs 1 more" in done.stderr and "“빨강” needs 1 more" in done.stderr
    assert not (shop.folder / "few.teachlens").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gone.zip", "-o", "x.teachlens"), "gone.zip cannot be found"),
        (("물감.zip", "-o", "x.teachlens", "--backbone", "dragonfly"), "dragonfly"),
        (("물감.zip", "-o", "."), "is a folder"),
        (("물감.zip", "-o", "물감.zip/x.teachlens"), "nothing can be written to"),
    ],
)
def test_teach_refuses_in_words_what_cannot_be_used(shop: Shop, arguments: tuple[str, ...], words: str) -> None:
    done = shop("teach", *arguments)
    assert done.returncode == REFUSED
    assert words in done.stderr and "Traceback" not in done.stderr
    assert not (shop.folder / "x.teachlens").exists()


# --- recognise --------------------------------------------------------------------------------------------------


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


def test_recognise_answers_for_one_picture(shop: Shop, pictures: Path) -> None:
    done = shop("recognise", shop.model, pictures / "빨강 1.png", "--top", "1")
    assert done.returncode == DONE
    assert done.stdout.startswith(f"{pictures / '빨강 1.png'}: ")
    assert "빨강" in done.stdout.partition(": ")[2] and "blue" not in done.stdout
    assert done.stderr == ""


def test_recognise_goes_through_folders_and_zips(shop: Shop, pictures: Path) -> None:
    code, lines = shop.json("recognise", shop.model, pictures, shop.source)
    assert code == DONE
    answers = [content for kind, content in lines if kind == "answer"]
    assert len(answers) == len(lines) == 2 + 16
    assert [answer["picture"] for answer in answers[:2]] == [
        str(pictures / "빨강 1.png"),
        str(pictures / "안쪽" / "=blue.png"),
    ]
    assert [answer["labels"][0]["label"] for answer in answers[:2]] == ["빨강", "blue"]
    assert answers[2]["picture"] == str(shop.source / "빨강" / "0.png")
    for answer in answers:
        assert sum(one["probability"] for one in answer["labels"]) == pytest.approx(1, abs=1e-3)
        assert answer["sure"] in (True, False)


def test_recognise_writes_a_table_that_a_spreadsheet_opens_safely(shop: Shop, pictures: Path, tmp_path: Path) -> None:
    (pictures / "z.jpg").write_bytes(b"\xff\xd8\xff broken")
    table = tmp_path / "tables" / "answers.csv"
    asked = ("recognise", shop.model, "=blue.png", "../z.jpg", "--csv", table)
    with shop.start(*asked, cwd=pictures / "안쪽", stderr=subprocess.PIPE) as process:
        process.communicate()
    assert process.returncode == PARTLY
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    head, answer, problem = csv.reader(table.read_text("utf-8-sig").splitlines())
    assert head == ["file", "answer", "sure", "guess_1", "probability_1", "guess_2", "probability_2", "problem"]
    assert answer[0] == "'=blue.png" and answer[3] == "blue" and float(answer[4]) > 0.5 and answer[7] == ""
    assert problem[0].endswith("z.jpg") and problem[1:7] == [""] * 6 and "damaged" in problem[7]


def test_recognise_names_a_bad_picture_and_goes_on(shop: Shop, pictures: Path) -> None:
    (pictures / "a.jpg").write_bytes(b"")
    code, lines = shop.json("recognise", shop.model, "gone.jpg", pictures, pictures / "notes.txt")
    assert code == PARTLY
    assert [kind for kind, _ in lines] == ["skipped", "skipped", "answer", "answer", "skipped"]
    keys = [content["key"] for kind, content in lines if kind == "skipped"]
    assert keys == ["archive.gone", "picture.empty", "layout.no_picture"]


def test_recognise_without_one_readable_picture_is_refused(shop: Shop, tmp_path: Path) -> None:
    done = shop("recognise", shop.model, "gone.jpg", "--csv", tmp_path / "answers.csv")
    assert done.returncode == REFUSED
    assert "gone.jpg cannot be found" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_recognise_refuses_what_is_no_model(shop: Shop, pictures: Path) -> None:
    code, lines = shop.json("recognise", shop.source, pictures)
    assert code == REFUSED
    assert [kind for kind, _ in lines] == ["error"]
    code, lines = shop.json("recognise", "gone.teachlens", pictures)
    assert code == REFUSED
    assert lines[0][1]["key"] == "model.missing" and lines[0][1]["values"] == {"name": "gone.teachlens"}
    assert "gone.teachlens" in lines[0][1]["message"]


def test_recognise_imports_only_what_answering_needs(shop: Shop, pictures: Path) -> None:
    code = "import sys; from core.command.main import main; main(sys.argv[1:]); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "recognise", str(shop.model), str(pictures)],
        env=shop.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "ai_edge_litert.interpreter" in loaded
    heavy = {"tensorflow", "keras", "sklearn", "scipy", "pandas", "streamlit", "core.learning.teach", "core.work"}
    assert not loaded & heavy


@posix_only
def test_a_name_that_is_no_text_does_no_harm(shop: Shop, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe.png"
    try:
        Path(os.fsdecode(path)).write_bytes(picture("blue", 3))
    except OSError:
        pytest.skip("this file system takes no such name")
    code, lines = shop.json("recognise", shop.model, tmp_path)
    assert code == DONE and lines[0][1]["picture"].endswith("\udcff\udcfe.png")
    assert shop("recognise", shop.model, tmp_path).returncode == DONE


@pytest.mark.parametrize("encoding", ["ascii", "cp949"])
def test_korean_is_written_whatever_the_terminal_says_it_can(shop: Shop, pictures: Path, encoding: str) -> None:
    done = shop("recognise", shop.model, pictures, PYTHONIOENCODING=encoding, LC_ALL="C")
    assert done.returncode == DONE
    assert "빨강 1.png" in done.stdout


def test_everyday_things_are_recognised_before_anything_was_taught(shop: Shop, pictures: Path) -> None:
    code, lines = shop.json("recognise", "everyday", pictures, "--language", "ko")
    assert code == DONE
    answers = [content for _, content in lines]
    assert len(answers) == 2 and all(len(answer["labels"]) == 3 for answer in answers)
    assert all("가" <= one["label"][0] <= "힣" for answer in answers for one in answer["labels"])
    assert all(isinstance(answer["finer"], str) for answer in answers)
    assert "everyday" in shop("recognise", "--help").stdout
    (file,) = (shop.folder / "cache").rglob("everyday.ko.teachlens")
    done = shop("inspect", file)
    assert "Knows 672 things" in done.stdout and "0%" not in done.stdout and "not known" not in done.stdout


def test_a_file_called_everyday_is_meant_where_there_is_one(shop: Shop, pictures: Path) -> None:
    shutil.copy(shop.model, pictures / "everyday")
    with shop.start("recognise", "everyday", "빨강 1.png", "--json", cwd=pictures) as process:
        said, _ = process.communicate()
    assert {one["label"] for one in json.loads(said)["answer"]["labels"]} == {"빨강", "blue"}


# --- evaluate, inspect, backbones -------------------------------------------------------------------------------


def test_evaluate_tests_on_other_pictures(shop: Shop) -> None:
    other = zipped(shop.folder / "other.zip", tuple(PAINTS), 3, first=500)
    code, lines = shop.json("evaluate", shop.model, other)
    assert code == DONE
    result = lines[-1][1]
    assert result["unknown_labels"] == ["green"]
    assert result["labels"] == ["blue", "빨강"]
    assert result["total"] == 6 and [sum(row) for row in result["confusion"]] == [3, 3]
    assert result["right"] == result["confusion"][0][0] + result["confusion"][1][1]
    done = shop("evaluate", shop.model, other)
    assert f"{result['right']} of 6" in done.stdout and "was not taught them: green" in done.stdout


def test_evaluate_says_which_labels_were_mixed_up(shop: Shop, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "wrong.zip", "w") as archive:
        for number in range(2):
            archive.writestr(f"blue/{number}.png", picture("빨강", 600 + number))
            archive.writestr(f"빨강/{number}.png", picture("빨강", 700 + number))
    done = shop("evaluate", shop.model, tmp_path / "wrong.zip", "--language", "ko")
    assert "blue를 빨강으로 잘못 봄: 2번" in done.stdout


def test_evaluate_without_a_known_label_is_refused(shop: Shop, tmp_path: Path) -> None:
    done = shop("evaluate", shop.model, zipped(tmp_path / "green.zip", ("green",), 2))
    assert done.returncode == REFUSED
    assert "blue, 빨강" in done.stderr


def test_correct_lets_pictures_join_and_takes_them_back(shop: Shop, tmp_path: Path) -> None:
    model = shutil.copy(shop.model, tmp_path / "own.teachlens")
    green = zipped(tmp_path / "green.zip", ("green",), 4, 60)
    code, lines = shop.json("correct", model, green, "--label", "green")
    assert code == DONE and lines[-1][1]["classes"] == {"blue": 8, "빨강": 8, "green": 4} and lines[-1][1]["added"] == 4
    (tmp_path / "new.png").write_bytes(picture("green", 90))
    assert "green" in shop("recognise", model, tmp_path / "new.png").stdout
    assert shop("correct", model, "--undo").returncode == DONE
    assert (tmp_path / "own.teachlens").read_bytes() == shop.model.read_bytes()
    nothing = shop("correct", model, "--undo")
    assert nothing.returncode == REFUSED and "nothing to take back" in nothing.stderr
    assert shop("correct", "everyday", tmp_path / "new.png", "--label", "x").returncode == REFUSED


def test_a_model_taught_without_keeping_its_pictures_cannot_be_put_right(shop: Shop, tmp_path: Path) -> None:
    model = tmp_path / "m.teachlens"
    taught = shop("teach", shop.source, "-o", model, "--no-examples")
    assert taught.returncode == DONE and "cannot be put right or taught more" in taught.stdout
    assert "cannot be put right" not in shop("teach", shop.source, "-o", tmp_path / "kept").stdout
    assert model.stat().st_size < shop.model.stat().st_size
    (tmp_path / "new.png").write_bytes(picture("blue", 90))
    assert "blue" in shop("recognise", model, tmp_path / "new.png").stdout
    assert shop("inspect", model).returncode == DONE
    refused = shop("correct", model, tmp_path / "new.png", "--label", "blue")
    assert refused.returncode == REFUSED and "without its pictures" in refused.stderr


def test_inspect_says_what_is_in_a_model_by_whatever_name(shop: Shop, tmp_path: Path) -> None:
    shutil.copy(shop.model, tmp_path / "download.zip")
    code, lines = shop.json("inspect", tmp_path / "download.zip")
    assert code == DONE
    ((kind, result),) = lines
    assert kind == "result" and result["title"] == "우리 물감" and result["seed"] == 5
    assert result["classes"] == {"blue": 8, "빨강": 8} and result["backbone"] == "efficientnet-lite0"
    said = shop("inspect", shop.model).stdout
    assert "우리 물감" in said and "  빨강: 8 pictures" in said


def test_inspect_says_what_a_source_holds_and_what_is_missing(shop: Shop, tmp_path: Path) -> None:
    code, lines = shop.json("inspect", shop.source)
    assert code == DONE
    assert lines[-1][1]["classes"] == {"blue": 8, "빨강": 8} and lines[-1][1]["ready"] is True
    assert "Ready to be taught." in shop("inspect", shop.source).stdout
    lonely = zipped(tmp_path / "lonely.zip", ("빨강",), 1)
    code, lines = shop.json("inspect", lonely)
    assert code == DONE and lines[-1][1]["ready"] is False
    assert [one["key"] for one in lines[-1][1]["missing"]] == ["dataset.one_class", "dataset.too_few"]
    assert "‘빨강’에 사진이 1장 더 필요해요." in shop("inspect", lonely, "--language", "ko").stdout


def test_inspect_names_the_first_files_left_out_and_counts_the_rest(shop: Shop, tmp_path: Path) -> None:
    source = zipped(tmp_path / "notes.zip", ("blue", "빨강"), 2)
    with zipfile.ZipFile(source, "a") as archive:
        for number in range(15):
            archive.writestr(f"blue/{number:02}.txt", "x")
    done = shop("inspect", source)
    assert done.stderr.count(".txt: ") == 10 and "… and 5 more" in done.stderr
    _, lines = shop.json("inspect", source)
    assert [kind for kind, _ in lines].count("skipped") == 15


def test_backbones_are_listed(shop: Shop) -> None:
    code, lines = shop.json("backbones")
    assert code == DONE
    assert {"name": "efficientnet-lite0", "size": 224, "licence": "Apache-2.0"}.items() <= lines[0][1].items()
    assert all(line["ready"] is (line["bytes"] is None) for _, line in lines)
    assert {"name": "resnet50", "licence": "MIT", "bytes": 94_765_736}.items() <= lines[-2][1].items()
    said = shop("backbones").stdout
    assert "EfficientNet-Lite0" in said and "95 MB" in said


def fetching(shop: Shop, content: bytes, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`backbones fetch tiny`, of a network that lies at that address; its conversion takes no time."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    code = (
        "import sys; from core.backbones import catalogue, litert_files\n"
        "from core.work import fetching; from core.command import main\n"
        "from core.backbones.networks.keras_applications import keras_application\n"
        f"one = keras_application('Tiny', '{url}/tiny.h5', {len(content)}, '{digest}', 8, 'Nobody 2026', 'MIT')\n"
        "catalogue.register(one)\n"
        "fetching._convert = lambda *_: bool(litert_files.store_converted(one, b'a LiteRT file'))\n"
        "sys.exit(main.main(['backbones', 'fetch', 'tiny', *sys.argv[1:]]))"
    )
    environment = {**shop.environment(), "TEACHLENS_CACHE": str(shop.folder / f"cache {digest[-8:]}"), "no_proxy": "*"}
    return subprocess.run(
        [sys.executable, "-c", code, *options], env=environment, capture_output=True, text=True, check=False
    )


def test_a_network_is_fetched_with_progress_and_only_once(shop: Shop) -> None:
    content = HDF5 + bytes(500_000)
    with serving(content) as server:
        done = fetching(shop, content, server.url, "--json")
        assert done.returncode == DONE, done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        steps = [line["progress"] for line in lines[:-1]]
        assert {step["stage"] for step in steps} == {"fetch", "convert"}
        assert {"stage": "fetch", "done": len(content), "total": len(content)} in steps
        assert lines[-1] == {"result": {"name": "tiny", "ready": True}}
        again = fetching(shop, content, server.url, "--language", "ko")
        assert "Tiny를 이제 인터넷 없이도" in again.stdout and len(server.asked) == 1


def test_a_network_that_cannot_be_fetched_is_told_in_a_sentence(shop: Shop) -> None:
    with serving(HDF5, status(404)) as server:
        done = fetching(shop, HDF5, server.url)
    assert done.returncode == REFUSED and "404" in done.stderr and "Traceback" not in done.stderr


def test_what_comes_with_pip_need_not_be_fetched(shop: Shop) -> None:
    assert "is ready" in shop("backbones", "fetch", "efficientnet-lite0").stdout
    assert "dragonfly" in shop("backbones", "fetch", "dragonfly").stderr


# --- endings ----------------------------------------------------------------------------------------------------


def test_help_tells_every_exit_code_and_every_kind_of_line(shop: Shop) -> None:
    done = shop("--help")
    assert done.returncode == DONE
    for code in (DONE, BUG, USAGE, REFUSED, PARTLY, INTERRUPTED, BROKEN_PIPE):
        assert f"\n  {code} " in done.stdout
    for kind in ("found", "progress", "skipped", "answer", "result", "error"):
        assert f'{{"{kind}": ' in done.stdout
    for deed in ("teach", "recognise", "evaluate", "inspect", "backbones"):
        assert shop(deed, "--help").returncode == DONE


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("learn",),
        ("teach", "물감.zip"),
        ("recognise", "물감.teachlens"),
        ("recognise", "물감.teachlens", "x.png", "--top", "0"),
        ("backbones", "--language", "fr"),
        ("correct", "물감.teachlens", "--label", "mug"),
        ("correct", "물감.teachlens", "x.png", "--undo"),
        ("backbones", "fetch"),
        ("backbones", "resnet50"),
    ],
)
def test_wrong_usage_is_exit_code_2(shop: Shop, arguments: tuple[str, ...]) -> None:
    done = shop(*arguments)
    assert done.returncode == USAGE and "usage: python -m core" in done.stderr


def test_the_language_is_the_systems_unless_asked_otherwise(shop: Shop) -> None:
    assert "찾을 수 없어요" in shop("inspect", "gone.zip", LANG="ko_KR.UTF-8").stderr
    assert "cannot be found" in shop("inspect", "gone.zip", LANG="de_DE.UTF-8").stderr
    assert "cannot be found" in shop("inspect", "gone.zip", "--language", "en", LANG="ko_KR.UTF-8").stderr
    assert "찾을 수 없어요" in shop("inspect", "gone.zip", "--language", "ko").stderr


@pytest.fixture
def heard_signals() -> Iterator[None]:
    """Tests that run in the background have SIGINT ignored, and what they start would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@posix_only
@pytest.mark.usefixtures("heard_signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_lesson_leaves_nothing(shop: Shop, tmp_path: Path, number: signal.Signals) -> None:
    source = zipped(tmp_path / "many.zip", ("blue", "빨강"), 300, first=10_000 * number)
    target = tmp_path / "models" / "many.teachlens"
    with shop.start("teach", source, "-o", target, "--json") as process:
        assert process.stdout
        for line in process.stdout:
            if b'"look"' in line:
                break
        process.send_signal(number)
        last = process.stdout.read().splitlines()[-1]
    assert process.returncode == INTERRUPTED
    assert json.loads(last)["error"]["key"] == "command.interrupted"
    assert not target.parent.exists() and shop.leftovers() == []


@posix_only
def test_a_reader_who_leaves_is_no_bug(shop: Shop, tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    process = shop.start("recognise", shop.model, shop.source, "--csv", table, "--json", stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    process.stdout.close()
    aside = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait() == BROKEN_PIPE
    assert aside == "" and list(tmp_path.iterdir()) == []


def test_a_bug_prints_its_trace(shop: Shop) -> None:
    code = (
        "import sys; from core.command import main, inspecting\n"
        "def backbones(*_): raise ZeroDivisionError('oh')\n"
        "inspecting.backbones = backbones\n"
        "sys.exit(main.main(['backbones', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=shop.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == BUG
    assert "ZeroDivisionError: oh" in done.stderr
    assert json.loads(done.stdout)["error"]["key"] == "command.bug"


def test_a_full_disk_is_told_in_a_sentence(shop: Shop) -> None:
    code = (
        "import errno, sys; from core.command import main, inspecting\n"
        "def backbones(*_): raise OSError(errno.ENOSPC, 'No space left on device', '/disk/x')\n"
        "inspecting.backbones = backbones\n"
        "sys.exit(main.main(['backbones']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=shop.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == REFUSED
    assert "No space left on device" in done.stderr and "/disk/x" in done.stderr and "Traceback" not in done.stderr


@posix_only
def test_a_terminal_gets_one_line_that_is_written_over(shop: Shop, tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    with shop.start("teach", shop.source, "-o", tmp_path / "m.teachlens", stderr=theirs) as process:
        os.close(theirs)
        said = b""
        while True:
            try:
                block = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not block:
                break
            said += block
    os.close(ours)
    assert process.returncode == DONE
    assert said.count(b"\r\x1b[K") >= 5
    assert said.count(b"\n") == 1 and said.endswith(b"\n")
