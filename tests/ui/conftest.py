"""What the tests of the pages share: a home of their own, the app as AppTest runs it, pictures, a taught model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from core import backbones
from core.model import file
from core.model.model import Examples, Head, Model, ModelCard, Report, Score
from core.storage.area import VisitArea
from core.work import draft
from core.work.draft import Draft
from doodles import samples
from ui import streamlit_compat

APP = Path(__file__).resolve().parents[2] / "app.py"
PAINTS = {"red": (200, 30, 30), "green": (30, 160, 60), "blue": (30, 60, 200)}


@pytest.fixture(autouse=True)
def shell_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest forgets before every run what app.py says once when a server starts: that the shell shows the pages."""
    ordinary = PagesManager.__init__

    def claimed(self: PagesManager, *arguments: object, **named: object) -> None:
        streamlit_compat.disable_pages_folder()
        ordinary(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(PagesManager, "__init__", claimed)


@pytest.fixture
def local(home: Path) -> Path:
    """The area of a person on their own machine, which is what `open_app` pretends to be."""
    return home / "local"


@pytest.fixture
def prepared(local: Path) -> Path:
    """Three drawings of two things lie ready to be taught."""
    for kind in samples.KINDS[:2]:
        folder = local / "uploads" / "batch" / "things" / kind
        folder.mkdir(parents=True)
        for number in range(3):
            drawn = cv2.cvtColor(samples.draw(kind, number, 64), cv2.COLOR_RGB2BGR)
            (folder / f"{number}.png").write_bytes(cv2.imencode(".png", drawn)[1].tobytes())
    draft.save(VisitArea(local), Draft(sources=(local / "uploads" / "batch" / "things",), title="things"))
    return local


@pytest.fixture
def open_app() -> Callable[..., AppTest]:
    """Opens the app on a page, in a language, as a browser on this machine."""

    def open_page(page: str = "start", language: str = "en") -> AppTest:
        at = AppTest.from_file(str(APP), default_timeout=30)
        at.context = {"url": "http://localhost:8501", "locale": "ko-KR" if language == "ko" else "en-GB"}
        at.run()
        return at if page == "start" else at.switch_page(f"pages/{page}.py").run()

    return open_page


@pytest.fixture
def paint() -> Callable[..., bytes]:
    """A plain picture as JPEG bytes."""

    def painted(name: str, width: int = 320, height: int = 240) -> bytes:
        noise = np.random.default_rng(7).integers(-12, 13, (height, width, 3))
        picture = np.clip(np.array(PAINTS[name]) + noise, 0, 255).astype(np.uint8)
        return cv2.imencode(".jpg", picture[..., ::-1])[1].tobytes()

    return painted


@pytest.fixture
def shelve(local: Path, paint: Callable[..., bytes]) -> Callable[..., Path]:
    """Puts a model that tells the three paints apart among those of the local area."""

    def shelved(
        name: str = "paints",
        title: str = "Paints",
        labels: tuple[str, ...] = ("red", "green", "blue"),
        threshold: float = 0.5,
        made: str = "2026-03-09T10:00:00+00:00",
    ) -> Path:
        vectors = _paint_vectors()
        # The nearest of the three means, as a linear head.
        weights, bias = vectors.T.copy(), -(vectors**2).sum(axis=1) / 2
        scores = tuple(Score(9, 10, 0.6, 0.98) for _ in labels)
        model = Model(
            labels=labels,
            backbone=backbones.cards()[0].name,
            backbone_sha256=backbones.cards()[0].sha256,
            head=Head(weights.astype(np.float32), bias.astype(np.float32), temperature=5.0),
            threshold=threshold,
            card=ModelCard(title, made, "0.1.0", dict.fromkeys(labels, 10), 0, 0, 1.0),
            report=Report(
                method="cross-validation",
                score=Score(27, 30, 0.74, 0.97),
                per_class=scores,
                confusion=np.diag([9, 9, 9]).astype(np.int32),
                calibration_error=0.02,
                example=np.zeros(0, np.int32),
                answer=np.zeros(0, np.int32),
                probability=np.zeros(0, np.float32),
            ),
        )
        path = local / "models" / f"{name}{file.ENDING}"
        path.parent.mkdir(parents=True, exist_ok=True)
        examples = Examples(
            names=tuple(f"{label}.jpg" for label in labels),
            labels=np.arange(3, dtype=np.int32),
            vectors=vectors.astype(np.float16),
            groups=np.arange(3, dtype=np.int32),
        )
        file.save(path, model, examples, [paint(name, 48, 48) for name in PAINTS])
        return path

    def _paint_vectors() -> np.ndarray:
        from core.pictures.decode import decode
        from core.pictures.picture import to_model_input

        backbone = backbones.Backbone(backbones.cards()[0].name)
        return np.stack([backbone.vector(to_model_input(decode(paint(name)), backbone.card.size)) for name in PAINTS])

    return shelved


def words(at: AppTest) -> str:
    """Everything that a page says in HTML, markdown and labels, as one text."""
    pieces = [element.value for kind in (at.html, at.markdown, at.caption) for element in kind]
    pieces = [piece for piece in pieces if not str(piece).startswith("<style>")]
    pieces += [widget.label for kind in (at.button, at.selectbox, at.text_input, at.file_uploader) for widget in kind]
    return "\n".join(str(piece) for piece in pieces)


@pytest.fixture
def said() -> Callable[[AppTest], str]:
    """Everything that a page says, as one text."""
    return words
