"""What the tests of pictures share."""

from __future__ import annotations

from pathlib import Path

import pytest
from packing import Pack


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """Packs names as pictures, and finds what they are."""
    return Pack(tmp_path)
