"""The command line in a process of its own: `backbones fetch`."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys

from command_line import CommandLine
from serving import HDF5, serving, status

from core.command import DONE, REFUSED


def fetching(teachlens: CommandLine, content: bytes, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """`backbones fetch tiny`, of a network that lies at that address; its conversion takes no time."""
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    code = (
        "import sys; from core.backbones import catalogue, litert_files\n"
        "from core.work import fetching; from core.command import main\n"
        "from core.backbones.networks.keras_applications import keras_application\n"
        f"card = keras_application('Tiny', '{url}/tiny.h5', {len(content)}, '{digest}', 8, 'Nobody 2026', 'MIT')\n"
        "catalogue.register(card)\n"
        "fetching._convert = lambda *_: bool(litert_files.store_converted(card, b'a LiteRT file'))\n"
        "sys.exit(main.main(['backbones', 'fetch', 'tiny', *sys.argv[1:]]))"
    )
    environment = {
        **teachlens.environment(),
        "TEACHLENS_CACHE": str(teachlens.folder / f"cache {digest[-8:]}"),
        "no_proxy": "*",
    }
    return subprocess.run(
        [sys.executable, "-c", code, *options], env=environment, capture_output=True, text=True, check=False
    )


def test_a_network_is_fetched_with_progress_and_only_once(teachlens: CommandLine) -> None:
    content = HDF5 + bytes(500_000)
    with serving(content) as server:
        done = fetching(teachlens, content, server.url, "--json")
        assert done.returncode == DONE, done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        steps = [line["progress"] for line in lines[:-1]]
        assert {step["stage"] for step in steps} == {"fetch", "convert"}
        assert {"stage": "fetch", "done": len(content), "total": len(content)} in steps
        assert lines[-1] == {"result": {"name": "tiny", "ready": True}}
        again = fetching(teachlens, content, server.url, "--language", "ko")
        assert "Tiny를 이제 인터넷 없이도" in again.stdout and len(server.asked) == 1


def test_a_network_that_cannot_be_fetched_is_told_in_a_sentence(teachlens: CommandLine) -> None:
    with serving(HDF5, status(404)) as server:
        done = fetching(teachlens, HDF5, server.url)
    assert done.returncode == REFUSED and "404" in done.stderr and "Traceback" not in done.stderr


def test_what_comes_with_pip_need_not_be_fetched(teachlens: CommandLine) -> None:
    assert "is ready" in teachlens("backbones", "fetch", "efficientnet-lite0").stdout
    assert "dragonfly" in teachlens("backbones", "fetch", "dragonfly").stderr
