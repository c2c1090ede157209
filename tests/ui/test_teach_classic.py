"""The classic way on the page "Teach": chosen, watched, explained."""

from __future__ import annotations

import math
import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import machine
from core.backbones import resnet
from core.learning import recipes
from core.learning.progress import Epoch, Progress, Stage
from core.model.file import load, load_examples, save
from core.storage.area import VisitArea
from core.work import draft, journal
from core.work.draft import Draft
from core.work.lessons import Status
from ui.colours import PALETTE
from ui.teaching import choices, curves, progress

Open = Callable[..., AppTest]
Said = Callable[[AppTest], str]
CLASSIC = recipes.get("classic")
EPOCHS = (Epoch(2.0, 0.4, 90.0, 0.25), Epoch(1.0, 0.7, 2.0, 0.5), Epoch(0.5, 0.9, 1.0, 0.75))


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets how many GB of memory the machine has."""

    def has(gigabytes: float) -> None:
        monkeypatch.setattr(machine, "memory", lambda: int(gigabytes * 1e9))

    return has


@pytest.mark.parametrize(("language", "words"), [("en", "learn from scratch"), ("ko", "맨 처음부터 배워요")])
def test_the_classic_way_is_chosen_and_says_what_it_costs(
    open_app: Open, said: Said, prepared: Path, memory: Callable[[float], None], language: str, words: str
) -> None:
    memory(16)
    at = open_app("teach", language)
    assert words not in said(at) and "7 GB" in said(at)
    at.toggle(key="teach_classic").set_value(True).run()
    assert draft.load(VisitArea(prepared)).mode == "classic" and words in said(at)
    assert at.radio(key="teach_backbone").disabled and at.toggle(key="teach_thorough").disabled
    at.toggle(key="teach_classic").set_value(False).run()
    assert draft.load(VisitArea(prepared)).mode == "" and not at.radio(key="teach_backbone").disabled


def test_a_lesson_is_started_in_the_classic_way(
    open_app: Open, prepared: Path, memory: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    memory(16)
    monkeypatch.setattr("core.work.lessons._lessons.put", journal.write_job)  # that it is stood in line is enough
    at = open_app("teach")
    at.toggle(key="teach_classic").set_value(True).run()
    at.button(key="teach_go").click().run()
    job = journal.read_job(prepared / "lessons" / str(draft.load(VisitArea(prepared)).lesson))
    assert job is not None and job.settings["mode"] == "classic"


@pytest.mark.parametrize(("language", "words"), [("en", "lets us use 2.7"), ("ko", "2.7 GB예요")])
def test_where_memory_is_too_small_it_cannot_be_chosen_and_says_why(
    open_app: Open, said: Said, prepared: Path, memory: Callable[[float], None], language: str, words: str
) -> None:
    memory(2.7)
    draft.change(VisitArea(prepared), mode="classic")  # chosen on another machine
    at = open_app("teach", language)
    assert at.toggle(key="teach_classic").disabled and not at.toggle(key="teach_classic").value
    assert words in said(at)
    assert choices.recipe(draft.load(VisitArea(prepared))) != CLASSIC


def lines(html: str, colour: str) -> list[list[tuple[float, float]]]:
    """The lines of one colour, in every chart that has them, as points."""
    charts = [b64decode(found).decode() for found in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)]
    for chart in charts:
        ElementTree.fromstring(chart)  # well-formed, or it would not be shown
    drawn = [line for chart in charts for line in re.findall(rf'<path d="M([\d. L-]+)" stroke="{colour}"', chart)]
    return [[(float(x), float(y)) for x, y in (point.split() for point in line.split("L"))] for line in drawn]


def test_curves_show_every_epoch_in_both_themes_and_stay_within_their_chart() -> None:
    html = curves.view(EPOCHS)
    assert html.count("<figure>") == 2 and html.count("tl-only-light") == html.count("tl-only-dark") == 2
    for theme in range(2):
        for kind in (PALETTE[0], PALETTE[1]):
            right, loss = lines(html, kind[theme])
            assert len(right) == len(loss) == 3
            assert [y for _, y in right] == sorted((y for _, y in right), reverse=True)  # more and more right: upwards
            assert [y for _, y in loss] == sorted(y for _, y in loss)
            assert all(0 <= x <= 320 and 8 <= y <= 130 for x, y in (*right, *loss))
    assert "on held-out pictures: 75%" in html and "on pictures it learns from: 0.50" in html
    assert "after 3 epochs" in html and "after 1 epoch<" in curves.view(EPOCHS[:1])
    assert curves.view(()) == ""


def test_curves_without_held_out_pictures_or_with_endless_losses_are_drawn_all_the_same() -> None:
    learned, held = PALETTE[0][0], PALETTE[1][0]
    epoch = Epoch(0.0, 1.0, math.nan, math.nan)
    html = curves.view([epoch, epoch])
    assert len(lines(html, learned)) == 2 and not lines(html, held) and "nan" not in html
    html = curves.view([Epoch(1.0, 0.5, math.inf, 0.5), EPOCHS[0]])
    assert len(lines(html, held)[1]) == 1 and "inf" not in html


def test_more_epochs_than_expected_still_fit() -> None:
    right, _ = lines(curves.view([EPOCHS[0]] * 40), PALETTE[0][0])
    assert len(right) == 40 and right[-1][0] <= 320


def test_progress_tells_of_the_stages_of_a_classic_lesson() -> None:
    told: dict[Stage, Progress] = {
        "read": Progress("read", 9, 9, 0.0),
        "look": Progress("look", 9, 9, 0.01),
        "train": Progress("train", 30, 100, 0.3, epochs=EPOCHS),
    }
    html = progress.view(Status("running", progress=told, seconds_left=4000.0), CLASSIC.stages)
    assert "The network itself is learning" in html and "About 67 minutes left" in html and "30%" in html
    assert html.count("<li") == len(CLASSIC.stages) and html.count("<figure>") == 2
    assert "display:none" in progress.seen(Status("running", progress=told), 6)


@pytest.mark.parametrize(("language", "words"), [("en", "What happened here"), ("ko", "여기서 일어난 일")])
def test_after_a_classic_lesson_the_recipe_is_shown(
    open_app: Open, said: Said, local: Path, shelve: Callable[..., Path], language: str, words: str
) -> None:
    shelved = shelve()
    lesson = local / "lessons" / shelved.stem
    lesson.mkdir(parents=True)
    journal.write(lesson, journal.Record("done", 0, 0.0))
    draft.save(VisitArea(local), Draft(lesson=lesson.name, mode="classic"))
    assert words not in {box.label for box in open_app("teach", language).expander}  # a quick model

    shapes = {"backbone": resnet.NAME, "card": replace(load(shelved).card, notes=("classic.from_scratch",))}
    features = np.zeros((resnet.FEATURES, 3), np.float32)
    model = load(shelved)
    model = replace(model, **shapes, head=replace(model.head, weights=features))
    examples = load_examples(shelved)
    vectors = np.zeros((len(examples.names), resnet.FEATURES), np.float16)
    save(shelved, model, replace(examples, vectors=vectors), [])
    at = open_app("teach", language)
    assert CLASSIC.walkthrough is not None
    assert words in {box.label for box in at.expander}
    assert [code.value for code in at.code] == [CLASSIC.walkthrough.read_text("utf-8").strip()]
