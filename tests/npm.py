"""Packages of npm that tests open exports with: downloaded once, and checked."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

_KEPT = Path(__file__).parent / "out" / "npm"
_TIMEOUT = 120  # seconds
# The SHA-512 of each package, as npm publishes it.
HASHES = {
    "@teachablemachine/image@0.8.4": "99zL9OjGHqfQSKR+VcHFSLE5EI93GKQhLfCrrLg0+VcfTA+1nJ4Zf6dKm51ugm8qUaPCa4Sbf8Qs4rkogOihaw==",
    "@tensorflow/tfjs@1.3.1": "eJ8+WYRYYx6o3R4daV3T46ZHI/FN0+wslNnobh6d2Sp/T8PfaFpdR38nRrYtxnz33A80B2pMk4VxzoVivS4/jA==",
    "@tensorflow/tfjs@4.22.0": "0TrIrXs6/b7FLhLVNmfh8Sah6JgjBPH4mZ8JGb7NU6WW+cx00qK5BcAZxw7NCzxj6N8MRAIfHq+oNbPUNG5VAg==",
    "ml5@0.12.2": "ILp13zoi2mREYJhqSgOW0Aw3wYnnzYlpbDtPjF4N9pCx1WgNeceBQTHeXjwgOUQqld6zD9czLB2gLJMAfGRbow==",
    "ml5@1.3.1": "+MQRsmEGUO+GxHtqhrqbTXNjFsn8VK30DRHxPKtoOlk2pa3s0SWmWPjfz8jC/kJtLcsACUOGpZ08uVS/O3qwcQ==",
    "@litertjs/core@2.5.3": "PlGmbMOq9WitX7FO0jhbdJw9GthatsyuCQXjTt/wJZo0FLaw48q4tz8IwqgqCIkviYGr9OFDL1kCnN4nzWoyJQ==",
    "@litertjs/wasm-utils@2.5.3": "4fJiw6tBQnIs+0jH/OQ16nYOiSl8/+zZnn5h2ul8aTKHi05sVqZW580Tmk78pC2kT39A9OYBVdFawteZ/sI1kQ==",
}


def package(name: str, version: str) -> dict[str, bytes]:
    """The files of a package, by their paths in it; skips the test where it cannot be had."""
    spec = f"{name}@{version}"
    path = _KEPT / f"{spec.replace('/', '+')}.tgz"
    if not path.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed, which fetches the clients of exported models")
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            command = [npm, "pack", "--silent", "--ignore-scripts", spec]
            try:
                subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_TIMEOUT)
            except (subprocess.SubprocessError, OSError) as error:
                pytest.skip(f"npm cannot fetch {spec}: {error}")
            (fetched,) = Path(folder).glob("*.tgz")
            fetched.replace(path)
    content = path.read_bytes()
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    assert digest == HASHES[spec], f"{spec} is not what was published"
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        files = {member.name.partition("/")[2]: archive.extractfile(member) for member in archive.getmembers()}
        return {name: file.read() for name, file in files.items() if file is not None}
