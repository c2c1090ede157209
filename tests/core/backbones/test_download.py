"""Weight files come by network whole or not at all, whatever the network does."""

from __future__ import annotations

import errno
import hashlib
import io
import shutil
import socket
import ssl
import subprocess
import threading
from collections import namedtuple
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from serving import HDF5, Deed, Handler, cut, head, says, serving, stall, status, well, without_ranges

from core.backbones import download, downloadable
from core.backbones.card import DownloadableWeights
from core.errors import BackboneError
from core.messages import LANGUAGES

CONTENT = HDF5 + np.random.default_rng(5).bytes(400_000)
OTHER = HDF5 + np.random.default_rng(6).bytes(400_000)


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of this machine stands between a test and its server, and nobody waits long."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "TEACHLENS_WEIGHTS"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(download, "_PAUSE", 0.01)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path / "cache"))
    return downloadable.folder()


def network(
    url: str, content: bytes = CONTENT, kind: str = "sha256", file: str = "tiny_notop.h5"
) -> DownloadableWeights:
    digest = f"{kind}:{hashlib.new(kind, content).hexdigest()}"
    return DownloadableWeights("Tiny", f"{url}/{file}", len(content), digest)


def part_of(wanted: DownloadableWeights, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{wanted.file}.{wanted.digest.rpartition(':')[2][:16]}.part"


def get(wanted: DownloadableWeights, folder: Path, **more: Any) -> Path | None:
    return download.download(wanted, folder, lambda *_: None, patience=0.3, **more)


def refused(wanted: DownloadableWeights, folder: Path) -> BackboneError:
    """The error with which it ends, said in both languages."""
    with pytest.raises(BackboneError) as caught:
        get(wanted, folder)
    assert all("{" not in caught.value.say(language) for language in LANGUAGES)
    return caught.value


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


# --- A good server ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_a_file_comes_whole_and_tells_how_far_it_is(folder: Path, kind: str) -> None:
    told: list[tuple[int, int]] = []
    with serving(CONTENT) as server:
        wanted = network(server.url, kind=kind)
        path = download.download(wanted, folder, lambda done, total: told.append((done, total)))
    assert path == folder / "tiny_notop.h5" and path.read_bytes() == CONTENT
    assert left(folder) == ["tiny_notop.h5"]
    assert told == sorted(told) and told[-1] == (len(CONTENT), len(CONTENT)) and len(told) > 1
    assert downloadable.is_whole(wanted, path)


def test_a_part_is_gone_on_with(folder: Path) -> None:
    with serving(CONTENT) as server:
        wanted = network(server.url)
        part_of(wanted, folder).write_bytes(CONTENT[:150_000])
        path = get(wanted, folder)
        assert server.asked == ["bytes=150000-"]
    assert path and path.read_bytes() == CONTENT and left(folder) == [wanted.file]


def test_a_server_without_ranges_begins_anew(folder: Path) -> None:
    with serving(CONTENT, without_ranges) as server:
        wanted = network(server.url)
        part_of(wanted, folder).write_bytes(b"x" * 150_000)
        path = get(wanted, folder)
        assert len(server.asked) == 1
    assert path and path.read_bytes() == CONTENT


def test_a_whole_part_needs_no_network(folder: Path) -> None:
    wanted = network("http://127.0.0.1:9")
    part_of(wanted, folder).write_bytes(CONTENT)
    path = get(wanted, folder)
    assert path and path.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "part", [b"x" * 150_000, OTHER, CONTENT + b"more"], ids=["other bytes", "another file", "too long"]
)
def test_a_part_of_another_file_is_begun_anew(folder: Path, part: bytes) -> None:
    with serving(CONTENT) as server:
        wanted = network(server.url)
        part_of(wanted, folder).write_bytes(part)
        path = get(wanted, folder)
        assert server.asked[-1] is None
    assert path and path.read_bytes() == CONTENT and left(folder) == [wanted.file]


def test_a_part_of_a_file_that_was_meant_once_goes(folder: Path) -> None:
    with serving(CONTENT) as server:
        wanted = network(server.url)
        part_of(network(server.url, OTHER), folder).write_bytes(OTHER[:1000])
        get(wanted, folder)
        assert server.asked == [None]
    assert left(folder) == [wanted.file]


def test_stopping_keeps_what_is_there_for_the_next_time(folder: Path) -> None:
    with serving(CONTENT) as server:
        wanted = network(server.url)
        part = part_of(wanted, folder)
        assert get(wanted, folder, stop=lambda: part.exists() and part.stat().st_size > 0) is None
        kept = part.stat().st_size
        assert left(folder) == [part.name] and 0 < kept < len(CONTENT)
        assert get(wanted, folder) == folder / wanted.file
        assert server.asked == [None, f"bytes={kept}-"]


# --- Servers that recover -----------------------------------------------------------------------------------------


def shorter(to: Handler, content: bytes, start: int) -> None:
    """Announces, and sends, half of what is missing."""
    half = start + (len(content) - start) // 2
    well(to, content[:half], start)


def elsewhere(to: Handler, content: bytes, start: int) -> None:
    """Sends another range than it was asked for."""
    head(to, 206, Content_Range=f"bytes 7-99/{len(content)}", Content_Length=93)
    to.wfile.write(content[7:100])


def silent(to: Handler, content: bytes, start: int) -> None:
    """The connection ends before a word was said."""
    to.close_connection = True


@pytest.mark.parametrize(
    "deeds",
    [
        (cut(0.5), cut(0.5), well),
        (cut(0.5), cut(0.5), cut(0.5), cut(0.5), cut(0.5), well),  # as long as something comes, it goes on
        (stall(1.0), well),
        (stall(1.0, share=0.0), well),
        (shorter, shorter, well),
        (cut(0.5), elsewhere, well),
        (cut(0.5), status(416), well),
        (status(503), status(429), well),
        (silent, well),
        (says(CONTENT),),  # which does not say how long it is
        (cut(0.5), without_ranges),
    ],
)
def test_a_server_that_recovers_is_forgiven(folder: Path, deeds: tuple[Deed, ...]) -> None:
    with serving(CONTENT, *deeds) as server:
        wanted = network(server.url)
        path = get(wanted, folder)
    assert path and path.read_bytes() == CONTENT and left(folder) == [wanted.file]


def test_a_file_that_changes_under_way_is_begun_anew(folder: Path) -> None:
    def changed(to: Handler, content: bytes, start: int) -> None:
        cut(0.5)(to, OTHER, start)

    with serving(CONTENT, changed, well) as server:
        wanted = network(server.url)
        path = get(wanted, folder)
        assert server.asked[-1] is None
    assert path and path.read_bytes() == CONTENT


# --- Servers that do not ------------------------------------------------------------------------------------------

PAGE = b"<!doctype html><title>Sign in</title>" + b" " * 1000


@pytest.mark.parametrize(
    ("deed", "key"),
    [
        (says(PAGE, Content_Type="text/html; charset=utf-8", Content_Length=len(PAGE)), "backbone.web_page"),
        (says(b"\n " + PAGE, Content_Type="application/octet-stream"), "backbone.web_page"),
        (says(OTHER, Content_Length=len(OTHER)), "backbone.other_file"),
        (says(b"PK" + CONTENT[2:]), "backbone.other_file"),
        (says(CONTENT[:-1] + b"!"), "backbone.other_file"),
        (says(CONTENT + b"more", Content_Length=len(CONTENT) + 4), "backbone.too_large"),
        (says(CONTENT + b"more"), "backbone.too_large"),
        (status(403), "backbone.refused"),
        (status(404), "backbone.refused"),
        (status(500), "backbone.refused"),
        (status(407), "backbone.proxy"),
        (silent, "backbone.cut"),
    ],
)
def test_what_is_not_the_file_is_told_in_a_sentence_and_leaves_nothing(folder: Path, deed: Deed, key: str) -> None:
    with serving(CONTENT, deed) as server:
        wanted = network(server.url)
        error = refused(wanted, folder)
    assert error.key == key and "127.0.0.1" in str(error)
    assert left(folder) == []


@pytest.mark.parametrize(("deed", "key"), [(stall(1.0, 0.0), "backbone.stalled"), (cut(0.0), "backbone.cut")])
def test_a_server_that_gives_up_leaves_a_part_that_the_next_one_goes_on_with(
    folder: Path, deed: Deed, key: str
) -> None:
    with serving(CONTENT, cut(0.5), deed) as server:
        wanted = network(server.url)
        assert refused(wanted, folder).key == key
        part = part_of(wanted, folder)
        assert left(folder) == [part.name] and CONTENT.startswith(part.read_bytes())
    with serving(CONTENT) as server:
        assert get(network(server.url), folder) == folder / wanted.file
        assert server.asked == [f"bytes={len(CONTENT) // 2}-"]


def test_a_web_page_in_the_middle_costs_nothing_of_what_is_there(folder: Path) -> None:
    with serving(CONTENT, cut(0.5), says(PAGE, Content_Type="text/html")) as server:
        wanted = network(server.url)
        assert refused(wanted, folder).key == "backbone.web_page"
    assert part_of(wanted, folder).read_bytes() == CONTENT[: len(CONTENT) // 2]


def test_a_file_that_is_wrong_twice_is_not_asked_for_for_ever(folder: Path) -> None:
    def wrong(to: Handler, content: bytes, start: int) -> None:
        (well if start else cut(0.5))(to, OTHER, start)

    with serving(CONTENT, wrong) as server:
        assert refused(network(server.url), folder).key == "backbone.other_file"
        assert len(server.asked) == 4
    assert left(folder) == []


def test_no_network_names_the_file_and_the_way_around(folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    error = refused(network(url), folder)
    assert error.key == "backbone.no_network"
    assert "tiny_notop.h5" in str(error) and "TEACHLENS_WEIGHTS" in error.say("ko")
    assert left(folder) == []


def test_what_is_no_web_server_is_told_too(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"220 mail ready\r\n")

        threading.Thread(target=answer, daemon=True).start()
        error = refused(network(f"http://127.0.0.1:{listening.getsockname()[1]}"), folder)
    assert error.key == "backbone.cut"


# --- Proxies and certificates -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_password(folder: Path, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with serving(CONTENT, status(407)) as proxy:
        monkeypatch.setenv(f"{scheme}_proxy", proxy.url)
        assert refused(network(f"{scheme}://weights.example"), folder).key == "backbone.proxy"
        assert len(proxy.asked) == 1


def test_a_proxy_that_lets_through_is_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(CONTENT) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        path = get(network("http://weights.example"), folder)
    assert path and path.read_bytes() == CONTENT


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_a_certificate_that_nobody_vouches_for_is_not_believed(folder: Path, tmp_path: Path) -> None:
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", "key", "-out", "cert"]
    subprocess.run(["openssl", *made], cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.content, server.deeds, server.asked = CONTENT, (well,), []
    server.handle_error = lambda *_: None
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        error = refused(network(f"https://127.0.0.1:{server.server_address[1]}"), folder)
    finally:
        server.shutdown()
        server.server_close()
    assert error.key == "backbone.untrusted" and server.asked == [] and left(folder) == []


# --- The disk -----------------------------------------------------------------------------------------------------


def test_too_little_room_is_told_before_anything_is_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")(10**9, 10**9, 500_000)
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: usage)
    with serving(CONTENT) as server:
        error = refused(network(server.url), folder)
        assert server.asked == []
    assert error.key == "backbone.no_room" and str(folder) in str(error)


@pytest.mark.parametrize("there", [0, 100_000])
def test_a_disk_that_gets_full_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch, there: int) -> None:
    class Full(io.FileIO):
        def write(self, _: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    ordinary = Path.open

    def opened(path: Path, mode: str = "r", *more: Any) -> Any:
        return Full(path, mode) if path.suffix == ".part" and mode != "rb" else ordinary(path, mode, *more)

    with serving(CONTENT) as server:
        wanted = network(server.url)
        if there:
            part_of(wanted, folder).write_bytes(CONTENT[:there])
        monkeypatch.setattr(Path, "open", opened)
        assert refused(wanted, folder).key == "backbone.no_room"
    assert left(folder) == []


def test_a_cache_that_cannot_be_written_is_told_in_words(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder should be")
    with serving(CONTENT) as server:
        assert refused(network(server.url), folder).key == "backbone.no_cache"
