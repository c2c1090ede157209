"""Files behind a link: from a server on this machine that does well, lies, stalls and sends elsewhere."""

from __future__ import annotations

import pytest
from serving import Handler, cut, head, says, serving, stall, status

from core.errors import ModelError
from core.work.link import fetch, folder_of


@pytest.mark.parametrize(
    ("link", "folder"),
    [
        (
            "https://teachablemachine.withgoogle.com/models/aBc_1/",
            "https://teachablemachine.withgoogle.com/models/aBc_1/",
        ),
        (" https://example.com/models/a/model.json\n", "https://example.com/models/a/"),
        ("https://example.com/models/a", "https://example.com/models/a/"),
        ("https://example.com/models/a/?x=1#y", "https://example.com/models/a/"),
        ("https://example.com", "https://example.com/"),
        ("http://localhost:8000/a/", "http://localhost:8000/a/"),
        ("http://127.0.0.1:8000/model.json", "http://127.0.0.1:8000/"),
    ],
)
def test_a_link_leads_to_a_folder(link: str, folder: str) -> None:
    assert folder_of(link) == folder


@pytest.mark.parametrize(
    "link",
    [
        "",
        "hello",
        "http://example.com/a/",
        "http://localhost.example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "https:///a",
        "https://user:word@example.com/",
        "https://[::1/",
        "https://example.com:99999/",
        "https://example.com/a b/",
        "https://example.com/\x00",
        "https://example.com/" + "a" * 3000,
    ],
)
def test_what_is_no_link_is_refused(link: str) -> None:
    with pytest.raises(ModelError) as refused:
        folder_of(link)
    assert refused.value.key == "open.no_link"


def test_a_file_is_fetched_whole() -> None:
    with serving(b"content" * 20_000) as server:
        assert fetch(f"{server.url}/", "a (1).bin", 10**6) == b"content" * 20_000


def test_a_file_that_is_not_there_is_none() -> None:
    with serving(b"", status(404)) as server:
        assert fetch(f"{server.url}/", "a", 10) is None


def sends_to(address: str):
    def deed(to: Handler, *_: object) -> None:
        head(to, 302, Location=address, Content_Length=0)

    return deed


@pytest.mark.parametrize(
    ("deed", "key"),
    [
        (status(403), "open.refused"),
        (status(500), "open.refused"),
        (cut(0.5), "open.no_answer"),
        (stall(3), "open.slow"),
        (says(b"x" * 200_001), "open.too_large"),
        (sends_to("http://example.com/"), "open.no_link"),
        (sends_to("file:///etc/passwd"), "open.refused"),
        (lambda to, *_: setattr(to, "close_connection", True), "open.no_answer"),
    ],
)
def test_trouble_has_a_sentence(deed: object, key: str) -> None:
    with serving(b"content" * 20_000, deed) as server, pytest.raises(ModelError) as refused:  # type: ignore[arg-type]
        fetch(f"{server.url}/", "weights.bin", 200_000, patience=0.5)
    assert refused.value.key == key and refused.value.say("ko")


def test_no_file_takes_for_ever() -> None:
    with serving(b"content" * 200_000) as server, pytest.raises(ModelError) as refused:
        fetch(f"{server.url}/", "weights.bin", 10**7, most=-1)
    assert refused.value.key == "open.slow"


def test_nobody_at_home_is_said() -> None:
    with serving(b"") as server:
        gone = server.url
    with pytest.raises(ModelError) as refused:
        fetch(f"{gone}/", "a", 10)
    assert refused.value.key == "open.no_answer" and "127.0.0.1" in str(refused.value)


@pytest.mark.parametrize(
    "link",
    ["https://127.0.0.1/", "https://localhost/a/", "https://10.1.2.3/", "https://169.254.169.254/", "https://[::1]/"],
)
def test_visitors_of_a_host_reach_nothing_private(link: str) -> None:
    with pytest.raises(ModelError) as refused:
        fetch(folder_of(link, own_machine=False), "model.json", 100, own_machine=False)
    assert refused.value.key == "open.private"
    with pytest.raises(ModelError) as refused:
        folder_of("http://localhost:8000/a/", own_machine=False)
    assert refused.value.key == "open.no_link"


def test_a_name_that_leads_to_a_private_address_too_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("192.168.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *arguments, **options: found)
    with pytest.raises(ModelError) as refused:
        fetch("https://example.com/", "model.json", 100, own_machine=False)
    assert refused.value.key == "open.private"
