"""Names of files and folders."""

from __future__ import annotations

import pytest

from core.pictures import names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd.zip", "etc passwd.zip"),
        ("사진 (1).zip", "사진 (1).zip"),
        ("a" * 300 + ".zip", "a" * 80 + ".zip"),
        (".hidden", "hidden"),
        ("v1.2", "v1.2"),
        ("///", "_"),
    ],
)
def test_names_that_every_system_takes(name: str, expected: str) -> None:
    assert names.safe_file_name(name) == expected
