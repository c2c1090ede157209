"""The web page of an exported model, from a plain static host in a real browser: it answers as the app would, says what
is in the way, and goes on without a network."""

from __future__ import annotations

import base64
import http.server
import io
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from drawn import encoded
from npm import package
from numpy.typing import NDArray
from PIL import Image

from core.backbones.architecture import Convolution
from core.backbones.litert import Graph
from core.pictures.decode import decode
from core.pictures.picture import to_model_input
from tests.browser.conftest import PROJECT
from ui.colours import PALETTE

Launch = Callable[..., Any]
Visit = Callable[..., Any]

WEB_PAGE = PROJECT / "core" / "export" / "web_page"
CDN = "https://cdn.jsdelivr.net/npm/"
PACKAGES = ("core", "wasm-utils")
VERSION = "2.5.3"
SIZES = (96, 40)  # of the model's two inputs; the second is made from the first
LABELS = ["red", "초록", "blue"]
ANSWERED = "() => window.teachlens.answers > 0"


class ColourGraph(Graph):
    """Says which colour there is most of; its similarity is how bright the picture is."""

    operators = (
        schema.BuiltinOperator.CONV_2D,
        schema.BuiltinOperator.MEAN,
        schema.BuiltinOperator.CONCATENATION,
        schema.BuiltinOperator.FULLY_CONNECTED,
        schema.BuiltinOperator.SOFTMAX,
    )

    def linear(self, name: str, x: int, kernel: NDArray[np.float32]) -> int:
        bias = self.tensor(f"{name}/bias", (len(kernel),), np.zeros(len(kernel), np.float32))
        inputs = [x, self.tensor(f"{name}/kernel", kernel.shape, kernel), bias]
        kind, options = schema.BuiltinOptions.FullyConnectedOptions, schema.FullyConnectedOptionsT()
        return self.operator(name, schema.BuiltinOperator.FULLY_CONNECTED, inputs, (1, len(kernel)), kind, options)

    def softmax(self, name: str, x: int) -> int:
        kind, options = schema.BuiltinOptions.SoftmaxOptions, schema.SoftmaxOptionsT()
        options.beta = 1.0
        return self.operator(name, schema.BuiltinOperator.SOFTMAX, [x], self.shape(x), kind, options)


def colour_model() -> bytes:
    """Means of the colours, and of random 5 × 5 filters, so that details matter a little, too."""
    graph, random = ColourGraph(), np.random.default_rng(3)
    inputs, means = [], []
    for name, size in zip(("picture", "small"), SIZES, strict=True):
        kernel = random.normal(0, 0.02, (9, 3, 5, 5)).astype(np.float32)
        kernel[:3] = 0
        kernel[range(3), range(3), 2, 2] = 1
        inputs.append(graph.tensor(name, (1, size, size, 3)))
        layer = Convolution("", "", 5, 3, 9, relu6=False, relu=True)
        maps = graph.convolution(f"{name}/map", inputs[-1], layer, kernel / 255, np.zeros(9, np.float32))
        means.append(graph.mean(f"{name}/mean", maps))
    features = graph.concatenation("features", means)
    scores = np.tile(np.hstack([np.eye(3) * 4, random.normal(0, 1, (3, 6))]), 2).astype(np.float32)
    bright = np.tile([1 / 6] * 3 + [0] * 6, 2)[None].astype(np.float32)
    probabilities = graph.softmax("probabilities", graph.linear("logits", features, scores))
    return bytes(graph.to_bytes(inputs, [probabilities, graph.linear("similarity", features, bright)]))


def says(picture: NDArray[np.uint8]) -> list[float]:
    """The probabilities by the library that the app itself uses, after the app's own preparation."""
    interpreter = Interpreter(model_content=colour_model())
    interpreter.allocate_tensors()
    prepared = to_model_input(picture, SIZES[0])
    for detail, one in zip(
        interpreter.get_input_details(), (prepared, to_model_input(prepared, SIZES[1])), strict=True
    ):
        interpreter.set_tensor(detail["index"], one[None].astype(np.float32))
    interpreter.invoke()
    return [float(one) for one in interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0]]


def write_page(folder: Path, **changes: Any) -> Path:
    shutil.copytree(WEB_PAGE, folder, dirs_exist_ok=True)
    described = {
        "title": "Colours",
        "labels": LABELS,
        "threshold": 0.6,
        "min_similarity": 0.1,
        "inputs": [
            {"name": "picture", "size": SIZES[0], "from": None},
            {"name": "small", "size": SIZES[1], "from": 0},
        ],
        "made": "first",
        **changes,
    }
    (folder / "recognise.json").write_text(json.dumps(described), encoding="utf-8")
    (folder / "model.tflite").write_bytes(colour_model())
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_page(tmp_path / "page")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The folder on a plain static host."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as host:
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        yield f"http://localhost:{host.server_port}/"
        host.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def runtime() -> dict[str, bytes]:
    """The runtime's files by their addresses at the CDN, from npm's own packages, downloaded once."""
    files = {}
    for name in PACKAGES:
        for path, content in package(f"@litertjs/{name}", VERSION).items():
            if re.fullmatch(r"dist/index\.js|wasm/.*", path):
                files[f"{CDN}@litertjs/{name}@{VERSION}/{path}"] = content
    return files


@pytest.fixture
def visit(launch: Launch, chrome: Any, address: str, runtime: dict[str, bytes]) -> Iterator[Visit]:
    """Opens the page; at the end, no error may have been seen in the console where `clean`."""
    opened = []

    def new(
        width: int = 1280,
        language: str = "en-GB",
        scheme: str = "light",
        flags: tuple[str, ...] = (),
        url: str = address,
        clean: bool = True,
        change: Callable[[bytes], bytes] = bytes,
    ) -> Any:
        browser = launch(*flags) if flags else chrome
        size = {"width": width, "height": 844 if width < 500 else 900}
        context = browser.new_context(viewport=size, locale=language, color_scheme=scheme)
        context.asked = []

        def cdn(route: Any) -> None:
            context.asked.append(route.request.url)
            kind = "application/wasm" if route.request.url.endswith(".wasm") else "text/javascript"
            headers = {"access-control-allow-origin": "*", "content-type": kind}
            route.fulfill(body=change(runtime[route.request.url]), headers=headers)

        context.route(f"{CDN}**", cdn)
        page = context.new_page()
        page.set_default_timeout(30_000)
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(url)
        opened.append((browser if flags else context, wrong if clean else []))
        return page

    yield new
    for one, wrong in opened:
        one.close()
        assert wrong == []


def upload(page: Any, *contents: bytes) -> None:
    before = page.evaluate("teachlens.answers")
    files = [
        {"name": f"picture {number}.png", "mimeType": "image/png", "buffer": content}
        for number, content in enumerate(contents, start=1)
    ]
    page.set_input_files("#files", files)
    page.wait_for_function(f"() => teachlens.answers === {before + len(contents)}")


def plain(colour: tuple[int, int, int], width: int = 150, height: int = 120) -> NDArray[np.uint8]:
    return np.full((height, width, 3), colour, np.uint8)


def spots(width: int, height: int, seed: int = 1) -> NDArray[np.uint8]:
    """Large and small coloured spots."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (7, 9, 3), np.uint8)).resize((width, height))
    noise = random.integers(-40, 40, (height, width, 3))
    return np.clip(np.asarray(coarse).astype(int) + noise, 0, 255).astype(np.uint8)


def no_sideways_scroll(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_an_uploaded_picture_is_answered_as_the_app_would(visit: Visit) -> None:
    page = visit()
    for width, height in ((640, 481), (97, 300), (60, 51), (2000, 1500)):
        picture = spots(width, height, seed=width)
        content = encoded(picture, "PNG")
        upload(page, content)
        expected = says(decode(content, shortest=max(SIZES)))
        assert page.evaluate("teachlens.last.probabilities") == pytest.approx(expected, abs=1e-3)


def test_turned_and_transparent_pictures_are_seen_as_the_app_sees_them(visit: Visit) -> None:
    page = visit()
    image = Image.fromarray(spots(330, 240))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = io.BytesIO()
    image.save(turned, "JPEG", quality=95, exif=exif)
    glass = io.BytesIO()
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    image.save(glass, "PNG")
    for file in (turned, glass):
        upload(page, file.getvalue())
        expected = says(decode(file.getvalue(), shortest=max(SIZES)))
        assert page.evaluate("teachlens.last.probabilities") == pytest.approx(expected, abs=1e-2)


@pytest.mark.parametrize(("side", "size"), [(480, 224), (225, 224), (448, 224), (1000, 96), (224, 224)])
def test_a_picture_shrinks_as_in_the_app(visit: Visit, side: int, size: int) -> None:
    _assert_resized_alike(visit(), side, size)


@pytest.mark.parametrize(("side", "size"), [(223, 224), (100, 224), (37, 224), (2, 5), (1, 4)])
def test_a_picture_grows_as_in_the_app(visit: Visit, side: int, size: int) -> None:
    _assert_resized_alike(visit(), side, size)


def _assert_resized_alike(page: Any, side: int, size: int) -> None:
    picture = np.random.default_rng(side).integers(0, 256, (side, side, 3), np.uint8)
    pixels = np.dstack([picture, np.full((side, side), 255, np.uint8)])
    result = page.evaluate(
        """async ([encoded, side, size]) => {
            const { resized } = await import('./prepare.js');
            const pixels = Uint8ClampedArray.from(atob(encoded), (character) => character.charCodeAt(0));
            return [...resized(pixels, side, size)];
        }""",
        [base64.b64encode(pixels.tobytes()).decode(), side, size],
    )
    ours = np.array(result).reshape(size, size, 4)[..., :3]
    assert np.abs(ours - to_model_input(picture, size).astype(int)).max() <= 1


@pytest.mark.parametrize("factor", [2, 3, 5])
def test_a_large_picture_is_reduced_as_the_app_reads_it(visit: Visit, factor: int) -> None:
    picture = np.random.default_rng(factor).integers(0, 256, (factor * 20 + 1, factor * 30 - 1, 3), np.uint8)
    height, width = picture.shape[:2]
    pixels = np.dstack([picture, np.full((height, width), 255, np.uint8)])
    result = visit().evaluate(
        """async ([encoded, width, height, factor]) => {
            const { reduced } = await import('./pictures.js');
            const pixels = Uint8ClampedArray.from(atob(encoded), (character) => character.charCodeAt(0));
            const made = reduced({ pixels, width, height }, factor);
            return [made.width, made.height, ...made.pixels];
        }""",
        [base64.b64encode(pixels.tobytes()).decode(), width, height, factor],
    )
    app = np.asarray(Image.fromarray(picture).reduce(factor))
    assert result[:2] == [app.shape[1], app.shape[0]]
    ours = np.array(result[2:]).reshape(app.shape[0], app.shape[1], 4)[..., :3]
    assert np.abs(ours - app.astype(int)).max() <= 1


@pytest.mark.parametrize(
    ("width", "height", "jpeg", "factors"),
    [
        (448, 448, False, [2]),
        (447, 900, True, []),
        (448, 900, True, [2]),
        (4000, 3000, True, [8]),
        (700, 900, True, [2]),
        (4000, 3000, False, [13]),
        (224, 100, False, []),
    ],
)
def test_by_how_much_is_as_in_the_app(visit: Visit, width: int, height: int, jpeg: bool, factors: list[int]) -> None:
    found = visit().evaluate(
        "async (asked) => (await import('./pictures.js')).reductions(...asked)", [width, height, 224, jpeg]
    )
    assert found == factors
    app = decode(encoded(np.zeros((height, width, 3), np.uint8), "JPEG" if jpeg else "PNG"), shortest=224)
    whole = int(np.prod(found or [1]))
    assert app.shape[:2] == (-(-height // whole), -(-width // whole))


def test_sure_unsure_and_strange_answers_look_different(visit: Visit) -> None:
    page = visit()
    answer = page.locator("#answer")
    upload(page, encoded(plain((250, 20, 20)), "PNG"))
    assert page.evaluate("[teachlens.last.label, teachlens.last.sure, teachlens.last.familiar]") == ["red", True, True]
    assert re.match(r"red\s*\d\d%", answer.inner_text())
    assert answer.locator(".bars li").count() == 3 and "unsure" not in (answer.get_attribute("class") or "")
    upload(page, encoded(plain((140, 140, 140)), "PNG"))
    assert page.evaluate("[teachlens.last.sure, teachlens.last.familiar]") == [False, True]
    assert "Not sure" in answer.inner_text() and "It may be" in answer.inner_text()
    assert "unsure" in answer.get_attribute("class")
    upload(page, encoded(plain((40, 0, 0)), "PNG"))
    assert page.evaluate("[teachlens.last.sure, teachlens.last.familiar]") == [False, False]
    assert "like nothing I was taught. Closest: red." in answer.inner_text()


def test_many_pictures_are_listed_and_the_ones_that_cannot_be_read_are_named(visit: Visit) -> None:
    page = visit()
    colours = [(250, 20, 20), (20, 250, 20), (140, 140, 140)]
    pictures = [encoded(plain(colour), "PNG") for colour in colours]
    files = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": one} for n, one in enumerate([*pictures, b"no"])]
    page.set_input_files("#files", files)
    page.get_by_role("heading", name="4 pictures").wait_for()
    lines = page.locator("#list button")
    assert [line.split("\n")[0] for line in lines.all_inner_texts()][:2] == ["red", "초록"]
    assert (
        "Not sure" in lines.nth(2).inner_text() and "no picture that this browser can read" in lines.nth(3).inner_text()
    )
    lines.nth(1).click()
    assert page.locator("#answer .best strong").inner_text() == "초록"


def test_pictures_are_dropped_and_pasted(visit: Visit) -> None:
    page = visit()
    give = """async ([kind, encoded]) => {
        const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
        const data = new DataTransfer();
        data.items.add(new File([bytes], 'given.png', { type: 'image/png' }));
        const event = kind === 'drop'
            ? new DragEvent('drop', { dataTransfer: data, cancelable: true, bubbles: true })
            : new ClipboardEvent('paste', { clipboardData: data, bubbles: true });
        document.body.dispatchEvent(event);
    }"""
    for kind, colour, label in (("drop", (250, 20, 20), "red"), ("paste", (20, 20, 250), "blue")):
        page.evaluate(give, [kind, base64.b64encode(encoded(plain(colour), "PNG")).decode()])
        page.locator("#answer .best strong", has_text=label).wait_for()


def test_after_one_visit_it_works_without_a_network(visit: Visit) -> None:
    page = visit(clean=False)
    page.get_by_text("works without a network").wait_for()
    asked = len(page.context.asked)
    assert asked == 4  # each file of the runtime once
    page.context.set_offline(True)
    page.context.unroute(f"{CDN}**")
    page.reload()
    upload(page, encoded(plain((20, 20, 250)), "PNG"))
    assert page.locator("#answer .best strong").inner_text() == "blue"
    assert len(page.context.asked) == asked


def test_a_newly_published_model_reaches_whoever_was_here_before(visit: Visit, folder: Path) -> None:
    page = visit()
    page.get_by_text("works without a network").wait_for()
    write_page(folder, title="Newer", labels=["A", "B", "C"], made="second")
    page.reload()
    page.get_by_role("heading", name="Newer").wait_for()
    upload(page, encoded(plain((20, 20, 250)), "PNG"))
    assert page.evaluate("teachlens.last.label") == "C"
    kept = page.evaluate("async () => (await (await caches.open('teachlens-recogniser')).keys()).map(({ url }) => url)")
    assert [url.split("?")[1] for url in kept if "model.tflite" in url] == ["made=second"]


@pytest.mark.parametrize(
    ("language", "use", "words"), [("en-GB", "Use the camera", "Not sure"), ("ko-KR", "카메라 쓰기", "잘 모르겠어요")]
)
def test_a_camera_is_followed_in_both_languages(
    visit: Visit, language: str, use: str, words: str, folder: Path
) -> None:
    described = json.loads((folder / "recognise.json").read_text(encoding="utf-8"))
    (folder / "recognise.json").write_text(json.dumps({**described, "threshold": 1.0}), encoding="utf-8")
    page = visit(language=language)
    page.get_by_role("button", name=use).click()
    page.wait_for_function("() => window.teachlens.answers >= 20")
    page.locator("#answer .best strong", has_text=words).wait_for()
    page.locator("#off").click()
    assert page.locator("#use").is_visible() and not page.locator("#answer").is_visible()
    now = page.evaluate("teachlens.answers")
    page.wait_for_timeout(500)
    assert page.evaluate("teachlens.answers") <= now + 1  # one may have been on its way


def test_what_is_in_the_cameras_way_is_said_and_pictures_go_on(visit: Visit) -> None:
    for flag, words in (
        ("--use-fake-ui-for-media-stream=deny", "not to let this page use the camera"),
        ("--use-fake-device-for-media-stream=device-count=0", "No camera was found"),
    ):
        page = visit(flags=(flag,))
        page.locator("#use").click()
        page.locator("#notice", has_text=words).wait_for()
        upload(page, encoded(plain((250, 20, 20)), "PNG"))
        assert page.locator("#notice").is_hidden()


def test_one_of_two_cameras_is_chosen(visit: Visit) -> None:
    page = visit(flags=("--use-fake-device-for-media-stream=device-count=2",))
    page.locator("#use").click()
    picker = page.get_by_label("Which camera")
    picker.wait_for()
    assert picker.locator("option").count() == 2
    before = picker.input_value()
    picker.select_option(index=1)
    page.wait_for_function("(before) => document.querySelector('#picker').value !== before", arg=before)
    page.wait_for_function("() => document.querySelector('#video').videoWidth > 0")


def test_the_language_is_changed_and_remembered(visit: Visit) -> None:
    page = visit()
    upload(page, encoded(plain((40, 0, 0)), "PNG"))
    page.get_by_role("button", name="한국어").click()
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert "그나마 red와 가장 비슷해요" in page.locator("#answer").inner_text()
    page.reload()
    page.get_by_text("여기에 답이 나타나요.").wait_for()


@pytest.mark.parametrize("language", ["en-GB", "ko-KR"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_scrolls_sideways_on_a_phone_and_all_can_be_touched(visit: Visit, language: str, scheme: str) -> None:
    page = visit(390, language, scheme)
    assert no_sideways_scroll(page)
    upload(page, *(encoded(plain(colour), "PNG") for colour in ((250, 20, 20), (140, 140, 140), (40, 0, 0))))
    page.locator("#seen h2").wait_for()
    assert no_sideways_scroll(page)
    heights = page.evaluate(
        "[...document.querySelectorAll('button, select')].map((one) => one.offsetHeight).filter((height) => height)"
    )
    assert min(heights) >= 44


@pytest.mark.parametrize("missing", ["model.tflite", "recognise.json"])
def test_a_missing_file_is_named_and_can_be_brought_later(visit: Visit, folder: Path, missing: str) -> None:
    content = (folder / missing).read_bytes()
    (folder / missing).unlink()
    page = visit(clean=False)
    page.get_by_text(f"{missing} is not there").wait_for()
    (folder / missing).write_bytes(content)
    page.get_by_role("button", name="Try again").click()
    upload(page, encoded(plain((250, 20, 20)), "PNG"))
    assert page.evaluate("teachlens.last.label") == "red"


def test_a_model_that_is_none_is_said(visit: Visit, folder: Path) -> None:
    (folder / "model.tflite").write_bytes(b"no model")
    page = visit(clean=False)
    page.get_by_text("model.tflite could not be used").wait_for()


def test_a_runtime_that_was_changed_is_not_used(visit: Visit) -> None:
    page = visit(change=lambda content: content[:-1] + b" ")
    page.get_by_text("was not used").wait_for()
    assert page.evaluate("async () => (await (await caches.open('teachlens-recogniser')).keys()).length") <= 1


def test_where_nothing_can_be_kept_it_says_so_and_answers(visit: Visit, address: str) -> None:
    flags = ("--host-resolver-rules=MAP lens.example 127.0.0.1",)
    page = visit(flags=flags, url=address.replace("localhost", "lens.example"))
    page.get_by_text("the network is needed each time").wait_for()
    upload(page, encoded(plain((250, 20, 20)), "PNG"))
    assert page.evaluate("teachlens.last.label") == "red"
    page.locator("#use").click()
    page.locator("#notice", has_text="https://").wait_for()


def test_an_insecure_page_uses_no_changed_runtime_either(visit: Visit, address: str) -> None:
    flags = ("--host-resolver-rules=MAP lens.example 127.0.0.1",)
    url = address.replace("localhost", "lens.example")
    page = visit(flags=flags, url=url, clean=False, change=lambda content: content + b" ")
    page.locator("#failed-words", has_text="could not be loaded").wait_for()


def test_opened_by_a_double_click_it_says_what_to_do(visit: Visit, folder: Path) -> None:
    page = visit(url=(folder / "index.html").as_uri(), clean=False)
    page.get_by_text("python -m http.server").wait_for()
    assert page.locator("#by-missing").is_hidden() and page.locator("#page").is_hidden()


def test_a_page_with_a_part_missing_says_so(visit: Visit, folder: Path) -> None:
    (folder / "words.js").unlink()
    page = visit(clean=False)
    page.get_by_text("Some of the page's files could not be loaded").wait_for()


def test_every_file_is_kept_and_colours_are_the_apps() -> None:
    kept = set(re.findall(r"^  '(.+)',$", (WEB_PAGE / "service-worker.js").read_text(encoding="utf-8"), re.MULTILINE))
    files = {path.name for path in WEB_PAGE.iterdir()}
    assert kept == files - {"index.html", "service-worker.js"} | {"./", "recognise.json"}
    colours = re.findall(r"\['(#\w+)', '(#\w+)'\]", (WEB_PAGE / "answer.js").read_text(encoding="utf-8"))
    assert tuple(colours) == PALETTE
