"""Visits: tokens, who is local, and what is removed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from server import visits


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEACHLENS_HOME", str(tmp_path))
    return tmp_path


def test_tokens_are_valid_and_differ() -> None:
    tokens = {visits.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(visits.valid(token) for token in tokens)


@pytest.mark.parametrize(
    "token", ["", "..", "../local", "a" * 21, "a" * 23, "a" * 21 + "/", "a" * 21 + "\n", "가" * 22, None, 5, ["a" * 22]]
)
def test_what_is_no_token_never_becomes_a_path(token: object) -> None:
    assert not visits.valid(token)
    with pytest.raises(ValueError, match="token"):
        visits.folder(token)  # type: ignore[arg-type]


def test_the_area_of_a_visit_lies_below_the_visits(home: Path) -> None:
    token = visits.new_token()
    assert visits.folder(token) == home / "visits" / token
    assert not visits.folder(token).exists()


@pytest.mark.parametrize(
    ("url", "address", "headers", "local"),
    [
        ("http://localhost:8501/teach", None, {"Host": "localhost:8501"}, True),
        ("http://127.0.0.1:8501", "127.0.0.1", {"Host": "127.0.0.1:8501"}, True),
        ("http://[::1]:8501", "::1", {"Host": "[::1]:8501"}, True),
        ("http://localhost:8501", None, {}, True),
        ("https://teachlens.streamlit.app/", None, {"Host": "teachlens.streamlit.app"}, False),
        ("http://localhost:8501", "203.0.113.9", {"Host": "localhost:8501"}, False),  # says so, comes from elsewhere
        ("http://localhost:8501", "127.0.0.1", {"Host": "teachlens.example"}, False),  # says so to another host
        ("http://localhost:8501", "127.0.0.1", {"Host": "localhost", "X-Forwarded-For": "203.0.113.9"}, False),
        ("http://localhost:8501", "not an address", {}, False),
        ("http://192.168.0.7:8501", "192.168.0.8", {"Host": "192.168.0.7:8501"}, False),
        (None, None, {}, False),
        ("", None, {}, False),
    ],
)
def test_who_is_local(url: str | None, address: str | None, headers: dict[str, str], local: bool) -> None:
    assert visits.is_local(url, address, headers) is local


def test_only_visits_unused_for_three_days_are_removed(home: Path) -> None:
    old, recent, stranger = (home / "visits" / name for name in (visits.new_token(), visits.new_token(), "notes"))
    for folder in (old, recent, stranger, home / "local"):
        (folder / "models").mkdir(parents=True)
        (folder / "models" / "a.teachlens").write_bytes(b"model")
    now = time.time()
    for folder, days in ((old, 3.1), (recent, 2.9), (stranger, 30), (home / "local", 30)):
        os.utime(folder, (now - days * 86400,) * 2)
    assert visits.remove_old(now) == 1
    assert not old.exists()
    assert (recent / "models" / "a.teachlens").exists()
    assert (stranger / "models").exists()
    assert (home / "local" / "models" / "a.teachlens").exists()


def test_nothing_to_remove_is_fine() -> None:
    assert visits.remove_old() == 0
