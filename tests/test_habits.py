"""What keeps the project's habits true: one set of commands, one lock, one table of what the environment may say."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from core.settings import PROJECT

MAKEFILE = (PROJECT / "Makefile").read_text("utf-8")
PYPROJECT = (PROJECT / "pyproject.toml").read_text("utf-8")
README = (PROJECT / "README.md").read_text("utf-8")
LOCK = (PROJECT / "requirements.lock").read_text("utf-8").splitlines()


def targets(text: str) -> set[str]:
    """The targets of make that a text calls."""
    return set(re.findall(r"\bmake ([a-z][a-z-]*)", text))


def required(file: str) -> set[str]:
    """The packages that a file of requirements asks for itself."""
    lines = (line.partition("#")[0].strip() for line in (PROJECT / file).read_text("utf-8").splitlines())
    return {re.split(r"[<>=!~;\s\[]", line)[0].lower() for line in lines if line and not line.startswith("-")}


def locked() -> set[str]:
    return {line.partition("==")[0].lower() for line in LOCK if "==" in line}


@pytest.mark.parametrize("file", [".ci/run", ".github/workflows/check.yml"])
def test_every_machine_runs_the_same_commands(file: str) -> None:
    assert targets((PROJECT / file).read_text("utf-8")) == {"check", "test"}


def test_the_workflow_runs_on_every_python_that_is_supported() -> None:
    lowest, beyond = map(int, re.findall(r"3\.(\d+)", tomllib.loads(PYPROJECT)["project"]["requires-python"]))
    tried = re.findall(r'"3\.(\d+)"', (PROJECT / ".github/workflows/check.yml").read_text("utf-8"))
    assert tried == [str(minor) for minor in range(lowest, beyond)]


def test_a_commit_is_checked_as_the_project_is() -> None:
    assert re.findall(r"entry: (.*)", (PROJECT / ".pre-commit-config.yaml").read_text("utf-8")) == ["make check"]


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", ".ci/run", ".github/workflows/check.yml"])
def test_every_command_that_is_told_exists(file: str) -> None:
    there = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    assert targets((PROJECT / file).read_text("utf-8")) - {"it"} <= there


def test_the_lock_holds_all_that_is_required_and_no_address() -> None:
    assert required("requirements.txt") | required("requirements-test.txt") <= locked()
    assert all(re.fullmatch(r"[a-z0-9.-]+==[\w.]+( ; .+)?", line) for line in LOCK)


def test_every_requirement_has_its_reason() -> None:
    for file in ("requirements.txt", "requirements-test.txt"):
        for line in (PROJECT / file).read_text("utf-8").splitlines():
            if re.match(r"[a-z]", line) and "lite1-" not in line and "lite2-" not in line:
                assert re.search(r"#\s*\S+ \S+", line), f"{file}: {line}"


def test_the_readme_names_every_variable_of_the_environment_that_is_asked_for() -> None:
    asked = {
        name
        for room in ("core", "ui", "server", "pages")
        for path in (PROJECT / room).rglob("*.py")
        for name in re.findall(r"environ[^\n]*?[\"'](TEACHLENS_[A-Z_]+)", path.read_text("utf-8"))
    }
    assert asked and set(re.findall(r"^\| `(TEACHLENS_[A-Z_]+)`", README, re.MULTILINE)) == asked


@pytest.mark.skipif(not (PROJECT / ".git").exists(), reason="no history here")
def test_what_a_person_taught_and_what_is_made_is_not_committed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    made = [path for path in tracked.splitlines() if re.match(r"models/(local|visits)/|.*__pycache__|\.venv", path)]
    assert made == []


def test_the_quick_tests_leave_out_what_is_slow() -> None:
    marks = re.search(r'test-fast:.*?\n.*?-m "(.*?)"', MAKEFILE, re.DOTALL)
    assert marks and marks[1] == "not slow and not browser"
    chosen = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", marks[1], "--collect-only", "-q", "tests/browser"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "test_story" not in chosen.stdout, Path(PROJECT / "tests" / "browser")
