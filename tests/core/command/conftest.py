"""What the tests of the command line share."""

from __future__ import annotations

import pytest
from command_line import CommandLine


@pytest.fixture(scope="session")
def teachlens(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(tmp_path_factory.mktemp("teachlens"))
