"""Recognise, live, in a real browser before a film of doodles: it follows what is shown, says what is in the way, lets
go of the camera, and takes the slower way where the fast one is closed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from drawn import encoded

from core.pictures.decode import decode
from doodles.samples import HELD_OUT, draw
from tests.browser.test_teach import DRAWN
from tests.browser.test_teach import begin as start

Open = Callable[..., Any]
Launch = Callable[..., object]

KINDS = ("fish", "star", "house")  # what the film shows, one after the other and then again
LOOKS, SECONDS, RATE = 3, 0.8, 30  # drawings of each kind, all of them easy ones; seconds of each; frames a second
MARK = 60  # grey levels from kind to kind, in a strip beside the square that is seen: the truth, for the test alone

# What the film shows just now, and what the page says of it, each 50 milliseconds.
WATCH = """(milliseconds) => new Promise((done) => {
    const seen = [];
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const until = performance.now() + milliseconds;
    const timer = setInterval(() => {
        context.drawImage(document.querySelector('.tl-camera video'), 8, 120, 8, 8, 0, 0, 1, 1);
        const truth = Math.round(context.getImageData(0, 0, 1, 1).data[0] / 60) - 1;
        seen.push([truth, document.querySelector('.tl-camera-answer .tl-best strong').textContent]);
        if (performance.now() > until) { clearInterval(timer); done(seen); }
    }, 50);
})"""


# A connection to Streamlit's server that delivers late, and loses the first message that holds a word.
SLOW_HOST = """(() => {
    const host = (window.host = { delay: 0, lose: null });
    window.WebSocket = class extends window.WebSocket {
        #last = Promise.resolve();
        #later(listener) {
            return (event) => {
                const due = new Promise((done) => setTimeout(done, host.delay));
                this.#last = Promise.all([this.#last, due]).then(() => listener.call(this, event));
            };
        }
        addEventListener(kind, listener, ...rest) {
            super.addEventListener(kind, kind === 'message' ? this.#later(listener) : listener, ...rest);
        }
        set onmessage(listener) { super.onmessage = this.#later(listener); }
        send(data) {
            if (host.lose && data instanceof Uint8Array && new TextDecoder().decode(data).includes(host.lose)) {
                host.lose = null;
                return;
            }
            super.send(data);
        }
    };
})()"""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The doodles as an endless film."""
    path = tmp_path_factory.mktemp("film") / "doodles.mjpeg"
    with path.open("wb") as file:
        for number, kind in enumerate(KINDS):
            for look in range(LOOKS):
                frame = np.full((240, 320, 3), MARK * (number + 1), np.uint8)
                frame[:, 40:280] = draw(kind, HELD_OUT + 5 + look, 240)
                file.write(encoded(frame, "JPEG", quality=90) * int(SECONDS * RATE))
    return path


@pytest.fixture(scope="module")
def chrome(launch: Launch, film: Path) -> object:
    """A Chromium whose camera shows the film."""
    return launch(f"--use-file-for-fake-video-capture={film}")


def choose(page: Any, model: str) -> None:
    """Choose another model on Recognise, once the page stands still: a list that is drawn anew under the finger takes
    no tap."""
    page.locator(DRAWN).wait_for()
    page.locator(".st-key-recognise_choice input").click()
    page.get_by_role("option").filter(has_text=model).click()
    page.wait_for_function(
        "(model) => document.querySelector('.st-key-recognise_choice input').value.includes(model)", arg=model
    )


def ready(page: Any, way: str = "Camera") -> None:
    """Before the camera of Recognise with the model of doodles; the camera is still off."""
    choose(page, "(sample)")
    page.get_by_text(way, exact=True).click()
    page.locator(".tl-camera-door button").wait_for()


def begin(page: Any) -> None:
    """Turn the camera on, and wait for an answer."""
    page.locator(".tl-camera-door button").click()
    page.locator(".tl-camera-answer .tl-bars li").first.wait_for()
    page.evaluate("window.track = document.querySelector('.tl-camera video').srcObject.getVideoTracks()[0]")


def followed(seen: list[tuple[int, str]]) -> float:
    """How often the page said what was shown; not counted is a third of a second after each change."""
    counted = [
        (KINDS[truth], said)
        for number, (truth, said) in enumerate(seen)
        if number >= 7 and all(before == truth for before, _ in seen[number - 7 : number])
    ]
    assert {truth for truth, _ in counted} == set(KINDS)
    return sum(truth == said for truth, said in counted) / len(counted)


def test_the_answer_follows_what_is_shown(open_page: Open) -> None:
    page = open_page(path="/recognise")
    ready(page)
    begin(page)
    assert page.locator(".tl-camera-answer .tl-label").all_inner_texts() == sorted(
        ("fish", "heart", "house", "star", "sun", "tree")
    )
    assert followed(page.evaluate(WATCH, 9_000)) >= 0.9
    assert "slowly" not in page.locator(".tl-camera-beside").inner_text()


def test_a_moment_is_frozen_explained_kept_and_taken_away(open_page: Open, tmp_path: Path) -> None:
    page = open_page(390, path="/recognise")
    ready(page)
    page.locator(".tl-camera-door button").focus()
    page.keyboard.press("Enter")
    page.locator(".tl-camera-answer .tl-bars li").first.wait_for()
    assert page.evaluate("document.activeElement.textContent").endswith("Freeze")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Where it looked").click()
    page.wait_for_function(
        """() => { const c = document.querySelector('.tl-camera-heat');
        return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v > 0); }"""
    )
    page.wait_for_timeout(500)
    said = page.locator(".tl-camera-answer").inner_text()
    shown = KINDS[page.evaluate(WATCH, 10)[0][0]]
    page.wait_for_timeout(1_500)  # the film goes on, the moment does not
    assert page.locator(".tl-camera-answer").inner_text() == said
    assert shown in said

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    waiting.value.save_as(tmp_path / "moment.jpg")
    picture = decode((tmp_path / "moment.jpg").read_bytes())
    assert picture.shape == (240, 240, 3)
    papers = {kind: [draw(kind, HELD_OUT + 5 + look, 240) for look in range(LOOKS)] for kind in KINDS}
    distances = {kind: min(cv2.norm(picture, paper, cv2.NORM_L1) for paper in papers[kind]) for kind in KINDS}
    assert min(distances, key=distances.__getitem__) == shown  # as it is, not mirrored
    assert distances[shown] < picture.size * 12

    page.get_by_role("button", name="Keep this picture").click()
    page.locator(".tl-answer .tl-verdict").wait_for()
    alike = [page.locator(f"{place} .tl-best").inner_text().split() for place in (".tl-camera-answer", ".tl-answer")]
    assert alike[0] == alike[1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Go on").click()
    assert followed(page.evaluate(WATCH, 9_000)) >= 0.9  # still on, after the page was drawn again


@pytest.mark.parametrize("leave", ["off", "way", "page", "language"])
def test_who_leaves_is_no_longer_seen(open_page: Open, leave: str) -> None:
    page = open_page(path="/recognise")
    ready(page)
    begin(page)
    assert page.evaluate("track.readyState") == "live"
    if leave == "off":
        page.get_by_role("button", name="Turn the camera off").click()
    elif leave == "way":
        page.get_by_text("Pictures", exact=True).click()
    elif leave == "page":
        page.locator(".st-key-pages").get_by_role("link", name="Models").click()
    else:
        page.locator(".st-key-language_switch button").first.click()
    page.wait_for_function("() => track.readyState === 'ended'")
    assert page.locator(".tl-camera-answer:visible").count() == 0


def test_a_hidden_tab_sees_nothing(open_page: Open) -> None:
    page = open_page(path="/recognise")
    sent: list[int] = []

    def opened(socket: Any) -> None:
        if socket.url.endswith("/live"):
            socket.on("framesent", lambda frame: sent.append(len(frame)))

    page.on("websocket", opened)
    ready(page)
    begin(page)

    def hide(hidden: bool) -> None:
        page.evaluate(
            """(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
            document.dispatchEvent(new Event('visibilitychange')); }""",
            hidden,
        )

    hide(True)
    page.wait_for_timeout(300)
    assert page.evaluate("track.enabled") is False
    before = len(sent)
    page.wait_for_timeout(700)
    assert len(sent) == before
    hide(False)
    assert followed(page.evaluate(WATCH, 9_000)) >= 0.8
    assert len(sent) > before and page.evaluate("track.readyState") == "live"


@pytest.mark.parametrize("silent", [False, True])
def test_where_the_fast_way_is_closed_the_slower_one_works_and_says_so(open_page: Open, silent: bool) -> None:
    page = open_page(path="/recognise")
    page.route_web_socket("**/live", lambda socket: None if silent else socket.close(code=1011))
    ready(page)
    begin(page)
    page.get_by_text("answers come more slowly").wait_for()
    for kind in KINDS:  # it follows; how fast is up to the machine
        page.locator(".tl-camera-answer .tl-best strong", has_text=kind).wait_for()
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("button", name="Keep this picture").click()
    page.locator(".tl-answer .tl-verdict").wait_for()


def test_the_slower_way_answers_however_slow_it_is_and_loses_no_moment(open_page: Open) -> None:
    """Answers take longer than the browser waits for one at first, and the first message with a moment is lost."""
    page = open_page(path="/recognise")
    page.context.add_init_script(SLOW_HOST)
    page.route_web_socket("**/live", lambda socket: socket.close(code=1011))
    page.reload()
    ready(page)
    page.evaluate("host.delay = 5000")
    begin(page)
    page.get_by_text("answers come more slowly").wait_for()
    page.evaluate("host.delay = 0")
    page.evaluate("host.lose = 'kept'")
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("button", name="Keep this picture").click()
    page.locator(".tl-answer .tl-verdict").wait_for()
    assert page.evaluate("host.lose") is None


@pytest.mark.parametrize(
    "change", ["delete video.requestVideoFrameCallback", "video.requestVideoFrameCallback = () => 1"]
)
def test_without_video_frame_callbacks_each_repaint_is_looked_at(open_page: Open, change: str) -> None:
    page = open_page(path="/recognise")
    page.evaluate(f"() => {{ const video = HTMLVideoElement.prototype; {change}; }}")
    ready(page)
    begin(page)
    assert followed(page.evaluate(WATCH, 9_000)) >= 0.9


def test_an_expired_ticket_is_renewed_unnoticed(open_page: Open) -> None:
    page = open_page(path="/recognise")
    tickets: list[str] = []

    def between(socket: Any) -> None:
        server = socket.connect_to_server()

        def passed(message: str | bytes) -> None:
            if isinstance(message, str):
                tickets.append(json.loads(message)["ticket"])
                message = message if len(tickets) > 1 else json.dumps({"ticket": "of yesterday"})
            server.send(message)

        socket.on_message(passed)

    page.route_web_socket("**/live", between)
    ready(page)
    begin(page)
    assert len(tickets) == 2 and tickets[0] != tickets[1]
    assert "slowly" not in page.locator(".tl-camera-beside").inner_text()


def test_who_finds_no_place_waits_for_one_and_a_cut_connection_is_made_anew(open_page: Open) -> None:
    page = open_page(path="/recognise")
    sockets: list[Any] = []

    def between(socket: Any) -> None:
        sockets.append(socket)
        if len(sockets) == 1:
            socket.close(code=4429, reason="too many cameras")
        else:
            socket.connect_to_server()

    page.route_web_socket("**/live", between)
    ready(page)
    page.locator(".tl-camera-door button").click()
    page.get_by_text("Yours is next").wait_for()
    page.locator(".tl-camera-answer .tl-bars li").first.wait_for()
    page.wait_for_timeout(1_500)
    sockets[1].close(code=1012)
    assert followed(page.evaluate(WATCH, 9_000)) >= 0.8
    assert len(sockets) == 3
    note = page.locator(".tl-camera-beside").inner_text()
    assert "Yours is next" not in note and "slowly" not in note


def test_another_model_takes_over_while_the_camera_stays_on(open_page: Open) -> None:
    page = open_page(path="/recognise")
    ready(page)
    begin(page)
    choose(page, "Everyday")
    page.wait_for_function("() => document.querySelectorAll('.tl-camera-answer .tl-bars li').length === 5")
    assert page.evaluate("track.readyState") == "live"


@pytest.mark.parametrize(
    ("flags", "english", "korean"),
    [
        (("--use-fake-ui-for-media-stream=deny",), "not to let this page use the camera", "쓰지 않기로 되어"),
        (("--use-fake-device-for-media-stream=device-count=0",), "No camera was found", "카메라를 찾지 못했어요"),
    ],
)
def test_what_is_in_the_way_is_said(
    launch: Launch, server: str, flags: tuple[str, ...], english: str, korean: str
) -> None:
    browser: Any = launch(*flags)
    for language, way, words in (("en-GB", "Camera", english), ("ko-KR", "카메라", korean)):
        context = browser.new_context(locale=language, viewport={"width": 390, "height": 800})
        page = context.new_page()
        page.goto(f"{server}/recognise")
        page.get_by_text(way, exact=True).click()
        page.locator(".tl-camera-door button").click()
        page.locator(".tl-camera-door [role=alert]").wait_for()
        assert words in page.locator(".tl-camera-door").inner_text()
        assert page.locator(".tl-camera-door button").is_enabled()  # to try again
        context.close()
    browser.close()


def test_a_camera_in_use_and_one_that_is_pulled_out_are_said(open_page: Open) -> None:
    page = open_page(path="/recognise")
    ready(page)
    page.evaluate(
        """() => { const media = navigator.mediaDevices; window.truly = media.getUserMedia.bind(media);
        media.getUserMedia = async () => { throw new DOMException('in use', 'NotReadableError'); }; }"""
    )
    page.locator(".tl-camera-door button").click()
    page.get_by_text("Perhaps another app is using it").wait_for()
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = window.truly; }")
    page.get_by_role("button", name="Try again").click()
    page.locator(".tl-camera-answer .tl-bars li").first.wait_for()
    page.evaluate(
        "document.querySelector('.tl-camera video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))"
    )
    page.get_by_text("The camera has gone").wait_for()


def test_a_page_that_is_not_secure_says_so(launch: Launch, server: str) -> None:
    browser: Any = launch("--host-resolver-rules=MAP lens.example 127.0.0.1")
    page = browser.new_page(locale="en-GB")
    page.goto(f"{server.replace('localhost', 'lens.example')}/recognise")
    page.get_by_text("Camera", exact=True).click()
    page.get_by_text("https://").wait_for()
    assert page.locator(".tl-camera-door button").count() == 0  # trying again would not help
    browser.close()


def test_one_of_two_cameras_is_chosen(launch: Launch, server: str) -> None:
    browser: Any = launch("--use-fake-device-for-media-stream=device-count=2")
    page = browser.new_context(locale="en-GB", permissions=["camera"]).new_page()
    page.goto(f"{server}/recognise")
    ready(page)
    assert not page.get_by_label("Which camera").is_visible()  # before one may be used, they have no names
    begin(page)
    picker = page.get_by_label("Which camera")
    names = picker.locator("option").all_inner_texts()
    assert len(names) == 2 and names[0] != names[1]
    assert page.evaluate("track.label") == names[0]
    picker.select_option(index=1)
    page.wait_for_function(
        """(name) => document.querySelector('.tl-camera video').srcObject?.getVideoTracks()[0].label === name""",
        arg=names[1],
    )
    assert page.evaluate("track.readyState") == "ended"  # the first one is let go of
    page.locator(".tl-camera-answer .tl-bars li").first.wait_for()
    browser.close()


def test_a_recorder_is_held_by_keyboard_or_goes_on_by_itself_after_a_tap(open_page: Open) -> None:
    page = open_page(390, "ko-KR", "/teach")
    start(page)
    page.locator(".st-key-teach_show button").click()
    record = page.locator(".tl-camera-record")
    assert record.is_disabled()  # no camera yet
    page.get_by_label("이름이 뭔가요?").fill("물고기")
    page.keyboard.press("Enter")
    page.locator(".tl-camera-door button").click()
    page.wait_for_function("() => !document.querySelector('.tl-camera-record').disabled")
    assert page.locator(".tl-camera-picker").is_hidden()  # there is but one camera
    said = page.locator(".tl-heard")

    record.focus()
    page.keyboard.down("Space")
    page.locator(".tl-camera-count").wait_for()
    page.wait_for_timeout(2_000)
    page.keyboard.up("Space")
    page.locator(".tl-camera-count").wait_for(state="hidden")
    recorded = int(re.findall(r"\d+", said.inner_text())[0])
    assert 6 <= recorded <= 18  # 4 to 8 a second, in 2 seconds and the time that a busy machine takes to say so

    record.click()
    page.wait_for_function("() => +document.querySelector('.tl-camera-count').textContent >= 6")
    assert "녹화 멈추기" in record.inner_text()
    record.click()
    page.locator(".tl-camera-count").wait_for(state="hidden")
    assert "누르고 있으면 녹화" in record.inner_text()
    assert int(re.findall(r"\d+", said.inner_text())[0]) >= 6
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
