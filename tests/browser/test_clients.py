"""What opens Teachable Machine's image models opens ours, and answers as the app does."""

from __future__ import annotations

import functools
import http.server
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from npm import package

from core.export import exporting, formats
from core.export.pictures import drawn
from core.model import store
from core.model.recognise import Recogniser
from core.pictures.picture import to_model_input

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CDN = "https://cdn.jsdelivr.net/npm/"
MODEL = store.SAMPLES / "doodles.en.teachlens"
TMIMAGE = """async () => {
  const model = await tmImage.load('model/model.json', 'model/metadata.json');
  const picture = new Image(); picture.src = 'picture.png'; await picture.decode();
  const answers = await model.predict(picture);
  return Object.fromEntries(answers.map((one) => [one.className, one.probability]));
}"""
TFJS = """async () => {
  const model = await tf.loadLayersModel('model/model.json');
  const metadata = await (await fetch('model/metadata.json')).json();
  const picture = new Image(); picture.src = 'picture.png'; await picture.decode();
  const input = tf.browser.fromPixels(picture).toFloat().div(127).sub(1).expandDims(0);
  const answer = await model.predict(input).data();
  return Object.fromEntries(metadata.labels.map((label, at) => [label, answer[at]]));
}"""
ML5 = """async () => {
  const model = await new Promise((done) => {
    const classifier = ml5.imageClassifier(location.origin + '/model/model.json', () => done(classifier));
  });
  const picture = new Image(); picture.src = 'picture.png'; await picture.decode();
  const answers = await model.classify(picture, 100);
  return Object.fromEntries(answers.map((one) => [one.label, one.confidence]));
}"""
# Scripts in their order (package, version, file), and what is asked of them.
CLIENTS = {
    "Teachable Machine's library": (
        [
            ("@tensorflow/tfjs", "1.3.1", "dist/tf.min.js"),
            ("@teachablemachine/image", "0.8.4", "dist/teachablemachine-image.min.js"),
        ],
        TMIMAGE,
    ),
    "TensorFlow.js 1": ([("@tensorflow/tfjs", "1.3.1", "dist/tf.min.js")], TFJS),
    "TensorFlow.js 4": ([("@tensorflow/tfjs", "4.22.0", "dist/tf.min.js")], TFJS),
    "ml5 0": ([("ml5", "0.12.2", "dist/ml5.min.js")], ML5),
    "ml5 1": ([("ml5", "1.3.1", "dist/ml5.min.js")], ML5),
}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Serves the test's folder; the address."""
    servers = []

    def start() -> str:
        handler = functools.partial(_Quiet, directory=str(tmp_path))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("name", CLIENTS)
def test_a_client_answers_as_the_app(name: str, tmp_path: Path, serve: Callable[[], str], chrome: Any) -> None:
    scripts, ask = CLIENTS[name]
    contents = [package(package_name, version)[file] for package_name, version, file in scripts]
    (tmp_path / "model").mkdir()
    formats.get("teachable-machine").write(MODEL, tmp_path / "model")
    picture = to_model_input(drawn(3), 224)  # of the clients' size, so that none resizes it
    cv2.imwrite(str(tmp_path / "picture.png"), picture[:, :, ::-1])
    tags = ""
    for number, content in enumerate(contents):
        (tmp_path / f"{number}.js").write_bytes(content)
        tags += f'<script src="{number}.js"></script>'
    (tmp_path / "index.html").write_text(f"<!doctype html><body>{tags}</body>", "utf-8")
    page = chrome.new_page()
    try:
        page.goto(serve(), wait_until="load")
        answered = page.evaluate(ask)
    finally:
        page.close()
    answer = Recogniser(MODEL).recognise(picture)
    expected = dict(zip(answer.labels, answer.probabilities, strict=True))
    assert set(answered) == set(expected)
    assert max(abs(answered[label] - expected[label]) for label in expected) < 1e-4, json.dumps(answered)
    assert np.isclose(sum(answered.values()), 1, atol=1e-4)


def test_the_example_of_the_package_answers_a_picture(tmp_path: Path, serve: Callable[[], str], chrome: Any) -> None:
    """`example.html` as it lies in the package; what it loads is checked by its own integrity hashes."""
    exporting.export(MODEL, "teachable-machine", tmp_path / "a.zip", "en")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        archive.extractall(tmp_path)
    picture = to_model_input(drawn(3), 224)
    cv2.imwrite(str(tmp_path / "picture.png"), picture[:, :, ::-1])
    scripts, _ = CLIENTS["Teachable Machine's library"]
    known = {f"{CDN}{name}@{version}/{file}": package(name, version)[file] for name, version, file in scripts}
    page = chrome.new_page()
    try:
        headers = {"access-control-allow-origin": "*", "content-type": "text/javascript"}
        page.route(f"{CDN}**", lambda route: route.fulfill(body=known[route.request.url], headers=headers))
        page.goto(f"{serve()}/a/example.html", wait_until="load")
        page.set_input_files("input", str(tmp_path / "picture.png"))
        page.wait_for_function("document.querySelector('pre').textContent !== ''", timeout=30_000)
        lines = page.inner_text("pre").splitlines()
    finally:
        page.close()
    answer = Recogniser(MODEL).recognise(picture)
    printed = {label: float(share) for label, share in (line.split("\t") for line in lines)}
    assert printed == pytest.approx(dict(answer.best(3)), abs=2e-3) and list(printed) == list(answer.labels[:3])
