"""What a person does before a commit is what every machine does; README names every environment variable."""

from __future__ import annotations

import re
import tomllib

import pytest

from core import settings

PROJECT = settings.PROJECT
CODE = [PROJECT / "app.py", *(path for room in ("core", "ui", "server", "pages") for path in PROJECT.glob(f"{room}/**/*.py"))]
READ = re.compile(r"""environ(?:\.get\(|\.setdefault\(|\[)\s*["'](TEACHLENS_\w+)["']""")
MAKE = re.compile(r"^\s*(?:- run: |entry: )?(make [\w-]+)", re.M)


def text(name: str) -> str:
    return (PROJECT / name).read_text("utf-8")


def recipe(target: str) -> list[str]:
    """The commands of a target of the Makefile."""
    rule = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", text("Makefile"), re.M)
    assert rule, target
    return [line.strip() for line in rule[1].splitlines()]


def test_a_commit_is_checked_by_the_commands_that_check_it_everywhere() -> None:
    assert recipe("check") == ["$(BIN)/ruff check .", "$(BIN)/ruff format --check .", "$(BIN)/mypy"]
    assert MAKE.findall(text(".pre-commit-config.yaml")) == ["make check"]
    for name in (".ci/run", ".github/workflows/check.yml"):
        assert MAKE.findall(text(name)) == ["make check", "make test"], name


def test_the_workflow_runs_on_every_python_that_is_supported() -> None:
    supported = tomllib.loads(text("pyproject.toml"))["project"]["requires-python"]
    versions = [int(minor) for minor in re.findall(r'"3\.(\d+)"', text(".github/workflows/check.yml"))]
    assert supported == f">=3.{min(versions)},<3.{max(versions) + 1}"
    assert versions == list(range(min(versions), max(versions) + 1))


@pytest.mark.parametrize("target", [".venv/ready-to-run", ".venv/ready-to-test"])
def test_every_environment_is_installed_from_the_lock(target: str) -> None:
    assert recipe(re.escape(target))[0].endswith("-c requirements.lock")


def test_the_lock_holds_a_release_of_everything_that_is_required_and_no_address() -> None:
    lock = text("requirements.lock")
    locked = set(re.findall(r"^([\w.-]+)==", lock, re.M))
    required = re.findall(r"^([\w-]+)[=<>]", text("requirements.txt") + text("requirements-test.txt"), re.M)
    assert len(required) > 15 and set(required) <= locked
    assert all(re.match(r"#|[\w.-]+==[\w.]+( ; .+)?$", line) for line in lock.splitlines())


def test_the_readme_names_the_environment_variables_that_are_read() -> None:
    table = set(re.findall(r"^\| `(TEACHLENS_\w+)`", text("README.md"), re.M))
    read = {name for path in CODE for name in READ.findall(path.read_text("utf-8"))}
    assert read and table == read
