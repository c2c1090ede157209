"""`python -m bench.against COMMIT [NAME …]`: the bench of an earlier commit and of this one, name by name in turn on
one machine, so that one slow while strikes both; prints their figures side by side."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.__main__ import NAMES, SHARED
from bench.measure import PROJECT, machine

HEADER = "| what | before | ratio to its baseline | now | ratio to its baseline |\n|---|---|---|---|---|"


def main(commit: str, names: list[str]) -> None:
    """Print the table. What one of the two does not measure is left empty."""
    with checkout(commit) as before:
        print(HEADER, flush=True)
        for name in names or NAMES:
            then, now = (figures(tree, name) for tree in (before, PROJECT))
            for what in {**then, **now}:
                cells = (*then.get(what, ("", "")), *now.get(what, ("", "")))
                print(f"| {what} | {' | '.join(cells)} |", flush=True)
    print(f"\nMeasured on {machine()}, {commit} and this commit in turn.")


def figures(tree: Path, name: str) -> dict[str, tuple[str, str]]:
    """What the bench in a checkout says of one name: the figure and its ratio, by what was measured."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", name], cwd=tree, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode:
        print(f"{name} failed in {tree.name}:\n{done.stderr}", file=sys.stderr)
    return dict(rows(done.stdout))


def rows(table: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """What was measured, its figure and its ratio, for every line of a table of the bench."""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and cells[0] not in ("what", "---"):
            yield cells[0], (cells[1], cells[3])


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """A work tree of an earlier commit in a temporary folder, with the data sets beside it as they are beside this
    one. Raises CalledProcessError for what is no commit."""
    with tempfile.TemporaryDirectory(prefix="teachlens-before-") as folder:
        tree = Path(folder) / "before"
        git = ["git", "-C", str(PROJECT), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", str(tree), commit], check=True)
        try:
            if SHARED.is_dir():
                (Path(folder) / SHARED.name).symlink_to(SHARED)
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", str(tree)], check=True)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
