"""Start and stop: once each, and one thing that fails does not keep the others from being done."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.learning.feature_cache import CachedFeatures, FeatureCache
from core.settings import PROJECT
from core.work import lessons
from server import lifecycle, visits


class Done(list[str]):
    """What was done, in order, and a way to wait for the last of it."""

    def __init__(self) -> None:
        self.warmed = threading.Event()


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Done]:
    monkeypatch.setenv("TEACHLENS_HOME", str(tmp_path))
    lifecycle.stop()
    told = Done()

    def _warm() -> None:
        told.append("warm")
        told.warmed.set()

    monkeypatch.setattr(lessons, "recover", lambda home: told.append(f"recover {home.name}"))
    monkeypatch.setattr(lessons, "shutdown", lambda: told.append("shutdown"))
    monkeypatch.setattr(lifecycle, "_warm", _warm)
    yield told
    lifecycle.stop()


def test_everything_is_done_once_however_often_it_is_started_and_stopped(done: Done, tmp_path: Path) -> None:
    for _ in range(3):
        lifecycle.start()
    assert done.warmed.wait(5)
    for _ in range(3):
        lifecycle.stop()
    assert done == [f"recover {tmp_path.name}", "warm", "shutdown"]


def test_what_fails_is_logged_and_the_rest_is_done(
    done: Done, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_home: Path) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(lessons, "recover", fail)
    with caplog.at_level(logging.ERROR, "teachlens"):
        lifecycle.start()
        assert done.warmed.wait(5)
    assert done == ["warm"]
    assert "the disk is full" in caplog.text


def test_the_watching_thread_ends_with_the_server(done: Done) -> None:
    before = threading.enumerate()  # those of other tests may still be ending
    lifecycle.start()
    assert done.warmed.wait(5)
    (thread,) = [thread for thread in threading.enumerate() if thread not in before]
    lifecycle.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_tidying_goes_on_after_a_round_that_failed(
    done: Done, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    again = threading.Event()
    rounds: list[str] = []

    def fail(*_: object) -> int:
        rounds.append("round")
        if len(rounds) == 3:
            again.set()
        raise OSError("the disk is full")

    monkeypatch.setattr(lifecycle, "_make_everyday", lambda: None)
    monkeypatch.setattr(lifecycle, "_LATER", 0)
    monkeypatch.setattr(visits, "TIDY_SECONDS", 0.01)
    monkeypatch.setattr(visits, "remove_unused", fail)
    monkeypatch.setattr(lessons, "tidy", fail)
    lifecycle.start()
    assert again.wait(10)
    assert "the disk is full" in caplog.text


def test_tidying_removes_features_that_nobody_used_for_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHLENS_CACHE", str(tmp_path))
    features = CachedFeatures(np.ones((1, 4), np.float16), bytes(32), b"a small picture" * 50)
    four_days_ago = time.time() - 4 * 24 * 3600
    cache = FeatureCache("ab" * 32, 4, now=four_days_ago)
    cache.put(b"key", features)
    cache.close()
    (path,) = tmp_path.rglob("*.sqlite")
    assert b"a small picture" in path.read_bytes()
    lifecycle._tidy()
    assert b"a small picture" not in path.read_bytes()


def test_threads_find_numpy_whole() -> None:
    """As the start's own thread and the first page's do, which both need it at once."""
    script = """
import threading
from server import lifecycle
together, failed = threading.Barrier(2), []
def run(code):
    together.wait()
    try:
        exec(code)
    except Exception as error:
        failed.append(error)
codes = ("from numpy.typing import NDArray", "import numpy; numpy.flatnonzero(numpy.ones(3))")
threads = [threading.Thread(target=run, args=(code,)) for code in codes]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failed, failed
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
