"""A model of Teachable Machine is opened on the page and recognises; what TensorFlow.js answers, it answers too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from layers_models import LABELS, Builder, described, files, flat, mobilenet_v2, nested, serving_folder, written, zipped
from npm import package

from core.model import teachable_machine
from core.model.recognise import Recogniser

Open = Callable[..., Any]
_ASK = """async () => {
  const model = await tf.loadLayersModel('model.json');
  const picture = new Image(); picture.src = 'picture.png'; await picture.decode();
  const input = tf.browser.fromPixels(picture).toFloat().div(127).sub(1).expandDims(0);
  return Array.from(await model.predict(input).data());
}"""
_ASK_ITS_LIBRARY = """async () => {
  const model = await tmImage.load('model.json', 'metadata.json');
  const picture = new Image(); picture.src = 'picture.png'; await picture.decode();
  return (await model.predict(picture)).map((one) => one.probability);
}"""
_STACK = """async () => {
  const network = await tf.loadLayersModel('model.json');
  const cut = tf.model({inputs: network.inputs, outputs: network.getLayer('out_relu').output});
  const truncated = tf.sequential();
  truncated.add(cut);
  truncated.add(tf.layers.globalAveragePooling2d({}));
  const dense = tf.sequential({layers: [
    tf.layers.dense({inputShape: [1280], units: 100, activation: 'relu', useBias: true}),
    tf.layers.dense({units: 3, activation: 'softmax', useBias: false}),
  ]});
  const model = tf.sequential();
  model.add(truncated);
  model.add(dense);
  const picture = new Image(); picture.src = 'picture.png'; await picture.decode();
  const input = tf.browser.fromPixels(picture).toFloat().div(127).sub(1).expandDims(0);
  const answer = Array.from(await model.predict(input).data());
  let saved;
  await model.save(tf.io.withSaveHandler(async (artifacts) => { saved = artifacts; return {}; }));
  const weights = Array.from(new Uint8Array(saved.weightData));
  const manifest = [{paths: ['weights.bin'], weights: saved.weightSpecs}];
  return [{modelTopology: saved.modelTopology, weightsManifest: manifest}, weights, answer];
}"""


def mobilenet() -> tuple[dict, dict]:
    builder = Builder(224, 9)
    mobilenet_v2(builder)
    return nested(network=builder)


def picture(size: int) -> np.ndarray:
    blots = np.random.default_rng(4).integers(0, 256, (7, 7, 3), dtype=np.uint8)
    return cv2.resize(blots, (size, size), interpolation=cv2.INTER_CUBIC)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "size", "tfjs", "library"),
    [
        (nested(), 64, "4.22.0", False),
        (flat(), 48, "4.22.0", False),
        (mobilenet(), 224, "4.22.0", False),
        (mobilenet(), 224, "1.3.1", True),
    ],
    ids=["nested", "flat", "mobilenet", "its own library"],
)
def test_the_answer_is_that_of_tensorflow_js(
    model: tuple[dict, dict], size: int, tfjs: str, library: bool, tmp_path: Path, chrome: Any
) -> None:
    scripts = [package("@tensorflow/tfjs", tfjs)["dist/tf.min.js"].decode()]
    if library:
        scripts.append(package("@teachablemachine/image", "0.8.4")["dist/teachablemachine-image.min.js"].decode())
    contents = files(model, imageSize=size)
    assert cv2.imwrite(str(tmp_path / "picture.png"), picture(size)[..., ::-1])
    (tmp_path / "index.html").write_text("<!doctype html>", "utf-8")
    with serving_folder(written(tmp_path, contents)) as address:
        page = chrome.new_context().new_page()
        page.goto(address)
        for script in scripts:
            page.add_script_tag(content=script)
        page.evaluate("async () => { await tf.setBackend('cpu'); await tf.ready(); }")
        expected = page.evaluate(_ASK_ITS_LIBRARY if library else _ASK)
        page.context.close()
    answer = Recogniser(teachable_machine.read(contents, "")).recognise(picture(size))
    by_label = dict(zip(answer.labels, answer.probabilities, strict=True))
    difference = np.abs([by_label[label] for label in LABELS] - np.array(expected)).max()
    assert difference < 1e-4, difference
    print(json.dumps({"difference": float(difference), "answer": expected}))


@pytest.mark.slow
@pytest.mark.parametrize("tfjs", ["1.3.1", "4.22.0"])
def test_what_tensorflow_js_writes_itself_is_read(tfjs: str, tmp_path: Path, chrome: Any) -> None:
    """The network is cut, stacked and saved as `@teachablemachine/image` does it."""
    builder = Builder(96, 9)
    mobilenet_v2(builder)
    whole = described(builder.functional(), builder.weights), builder.weights
    assert cv2.imwrite(str(tmp_path / "picture.png"), picture(96)[..., ::-1])
    (tmp_path / "index.html").write_text("<!doctype html>", "utf-8")
    with serving_folder(written(tmp_path, files(whole))) as address:
        page = chrome.new_context().new_page()
        page.goto(address)
        page.add_script_tag(content=package("@tensorflow/tfjs", tfjs)["dist/tf.min.js"].decode())
        page.evaluate("async () => { await tf.setBackend('cpu'); await tf.ready(); }")
        content, weights, expected = page.evaluate(_STACK)
        page.context.close()
    there = {**files(imageSize=96), "model.json": json.dumps(content).encode(), "weights.bin": bytes(weights)}
    answer = Recogniser(teachable_machine.read(there, "")).recognise(picture(96))
    by_label = dict(zip(answer.labels, answer.probabilities, strict=True))
    assert [by_label[label] for label in LABELS] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_zip_is_opened_and_recognises(open_page: Open, width: int, tmp_path: Path) -> None:
    (tmp_path / "tm-my-image-model.zip").write_bytes(zipped(files(mobilenet(), modelName=f"My fruit {width}")))
    assert cv2.imwrite(str(tmp_path / "new.png"), picture(300)[..., ::-1])
    page = open_page(width, path="/models")
    page.get_by_role("heading", level=1, name="Models").wait_for()
    page.locator("input[type=file]").first.set_input_files(tmp_path / "tm-my-image-model.zip")
    page.get_by_text(f"“My fruit {width}” is open.").wait_for()
    assert "Made elsewhere, with Teachable Machine" in page.locator("body").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".st-key-models_use button").click()
    page.get_by_role("heading", level=1, name="Recognise").wait_for()
    page.locator("input[type=file]").first.set_input_files(tmp_path / "new.png")
    page.locator(".tl-verdict").first.wait_for()
    page.get_by_text("pictures of your own can be put right").wait_for()
    said = page.locator("body").inner_text()
    assert any(label in said for label in LABELS)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
