"""Links under which exported models are given out."""

from __future__ import annotations

import asyncio
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette

from core.export import exporting
from core.model import store
from server import model_links

MODEL = store.SAMPLES / "doodles.en.teachlens"


@dataclass(frozen=True)
class Answer:
    """What the app answered."""

    status: int
    headers: dict[str, str]
    content: bytes


def asked(path: str, method: str = "GET") -> Answer:
    """What the app answers, straight over ASGI."""
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": b""}

    async def send(message: dict) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b""}
    asyncio.run(Starlette(routes=model_links.routes)({**scope, "headers": []}, receive, send))  # type: ignore[arg-type]
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """No link outlives its test."""
    yield
    for secret in list(model_links._links):
        model_links.stop(secret)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A small package of the same layout."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, content in (("model.json", "{}"), ("weights.bin", "1234"), ("metadata.json", '{"labels": ["a"]}')):
            archive.writestr(f"a/{name}", content)
        archive.writestr("a/README.md", "private words")
    (tmp_path / "a.teachlens").write_bytes(b"")
    return tmp_path / "a.zip"


def begun(given: Path) -> str:
    model = given.with_suffix(".teachlens")
    model_links.start(model, given)
    secret = model_links.find(model)
    assert secret is not None
    return model_links.path(secret)


def test_the_three_files_are_given_to_every_page(given: Path) -> None:
    link = begun(given)
    for name, content in (("model.json", b"{}"), ("weights.bin", b"1234")):
        answer = asked(link + name)
        assert answer.content == content and answer.headers["access-control-allow-origin"] == "*"
    assert json.loads(asked(link + "metadata.json").content)["labels"] == ["a"]
    before = asked(link + "model.json", "OPTIONS")
    assert before.status == 204 and before.headers["access-control-allow-private-network"] == "true"


@pytest.mark.parametrize("name", ["README.md", "a/model.json", "../a.zip", "model.json%00", ""])
def test_nothing_else_is_given(name: str, given: Path) -> None:
    assert asked(begun(given) + name).status == 404


def test_a_link_cannot_be_guessed_and_ends(given: Path) -> None:
    link = begun(given)
    assert len(link.split("/")[2]) >= 22 and asked("/tm/guess/model.json").status == 404
    again = begun(given)  # another takes its place
    assert asked(link + "model.json").status == 404 and asked(again + "model.json").status == 200
    model_links.stop(again.split("/")[2])
    assert asked(again + "model.json").status == 404 and model_links.find(given.with_suffix(".teachlens")) is None


def test_a_link_dies_with_its_model(given: Path) -> None:
    link = begun(given)
    given.with_suffix(".teachlens").unlink()
    assert asked(link + "model.json").status == 404


def test_what_is_in_use_stays_another_day(given: Path) -> None:
    link = begun(given)
    os.utime(given, (0, 0))
    asked(link + "model.json")
    assert given.stat().st_mtime > 10**9


@pytest.mark.parametrize("content", [None, b"", b"no zip"])
def test_a_link_dies_with_its_visit(content: bytes | None, given: Path) -> None:
    link = begun(given)
    given.unlink()
    if content is not None:
        given.write_bytes(content)
    assert asked(link + "model.json").status == 404


def test_hosts_have_to_allow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEACHLENS_LINKS", raising=False)
    assert not model_links.is_allowed()
    monkeypatch.setenv("TEACHLENS_LINKS", "on")
    assert model_links.is_allowed()


def test_a_real_export_is_given_out(tmp_path: Path) -> None:
    exporting.export(MODEL, "teachable-machine", tmp_path / "a.zip", "en")
    (tmp_path / "a.teachlens").write_bytes(b"")
    link = begun(tmp_path / "a.zip")
    manifest = json.loads(asked(link + "model.json").content)["weightsManifest"][0]
    assert manifest["paths"] == ["weights.bin"] and len(asked(link + "weights.bin").content) > 10**7
    assert json.loads(asked(link + "metadata.json").content)["imageSize"] == 224
