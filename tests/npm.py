"""Packages of npm that tests open exports with: fetched once by `npm`, and checked."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

_TIMEOUT = 120  # seconds
# The SHA-512 of each package, as npm publishes it.
HASHES = {
    "@teachablemachine/image@0.8.4": "99zL9OjGHqfQSKR+VcHFSLE5EI93GKQhLfCrrLg0+VcfTA+1nJ4Zf6dKm51ugm8qUaPCa4Sbf8Qs4rkogOihaw==",
    "@tensorflow/tfjs@1.3.1": "eJ8+WYRYYx6o3R4daV3T46ZHI/FN0+wslNnobh6d2Sp/T8PfaFpdR38nRrYtxnz33A80B2pMk4VxzoVivS4/jA==",
    "@tensorflow/tfjs@4.22.0": "0TrIrXs6/b7FLhLVNmfh8Sah6JgjBPH4mZ8JGb7NU6WW+cx00qK5BcAZxw7NCzxj6N8MRAIfHq+oNbPUNG5VAg==",
    "ml5@0.12.2": "ILp13zoi2mREYJhqSgOW0Aw3wYnnzYlpbDtPjF4N9pCx1WgNeceBQTHeXjwgOUQqld6zD9czLB2gLJMAfGRbow==",
    "ml5@1.3.1": "+MQRsmEGUO+GxHtqhrqbTXNjFsn8VK30DRHxPKtoOlk2pa3s0SWmWPjfz8jC/kJtLcsACUOGpZ08uVS/O3qwcQ==",
    "@litertjs/core@2.5.3": "PlGmbMOq9WitX7FO0jhbdJw9GthatsyuCQXjTt/wJZo0FLaw48q4tz8IwqgqCIkviYGr9OFDL1kCnN4nzWoyJQ==",
}


def package(name: str, version: str) -> Path:
    """The unpacked folder of a package; skips the test where there is no npm, or it cannot fetch."""
    spec = f"{name}@{version}"
    folder = Path(tempfile.gettempdir()) / "teachlens-npm" / spec.replace("/", "+")
    if not folder.is_dir():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed: the clients of exported models cannot be fetched")
        with tempfile.TemporaryDirectory() as temporary:
            command = [npm, "pack", "--silent", "--ignore-scripts", spec]
            try:
                subprocess.run(command, cwd=temporary, check=True, capture_output=True, timeout=_TIMEOUT)
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                pytest.skip(f"npm cannot fetch {spec}: {error}")
            (tarball,) = Path(temporary).glob("*.tgz")
            digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
            assert digest == HASHES[spec], f"{spec} is not what was published"
            with tarfile.open(tarball) as archive:
                archive.extractall(temporary, filter="data")
            folder.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(Path(temporary) / "package", folder, dirs_exist_ok=True)
    return folder
