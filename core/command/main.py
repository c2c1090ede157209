"""The command line: its arguments, its commands and its exit codes."""

from __future__ import annotations

import argparse
import errno
import importlib
import locale
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from core import VERSION
from core.command import BROKEN_PIPE, BUG, INTERRUPTED, REFUSED, CommandError
from core.command.console import Console
from core.errors import TeachLensError
from core.export import FORMATS
from core.learning import recipes
from core.learning.recipe import Recipe
from core.learning.settings import Settings
from core.messages import Language
from core.storage.room import NO_ROOM

_EPILOG = """\
exit codes:
  0    done
  1    a bug in TeachLens; its trace is printed
  2    wrong usage
  3    a source, picture or model that cannot be used; the sentence says what to do; inspect: no model can be
       taught from the sources yet
  4    recognise: done, but some of the pictures could not be read
  130  interrupted (Ctrl-C); nothing half-written is left
  141  whoever read the output closed it; nothing half-written is left

with --json every line of output is one JSON object in UTF-8, with one of these keys:
  {"found": {"pictures", "classes": {label: pictures}}}                 teach, evaluate
  {"progress": {"stage", "done", "total", "share", "seconds_left"}}     teach, evaluate
                                                   (stages of evaluate: read, look, test; of teach, by --mode:
STAGES
                                                   train has "epochs" [{"loss", "accuracy", "held_out_loss",
                                                   "held_out_accuracy"}] so far)
  {"progress": {"stage", "done", "total"}}                              backbones fetch, export
                                                   (stages: wait; fetch, in bytes; convert; write, prove, pack)
  {"skipped": {"name", "key", "message"}}                               a file that was left out, and why
  {"answer": {"picture", "sure", "familiar", "finer", "labels": [{"label", "probability"}]}}
                                                   recognise, a line a picture ("finer": the breed of a dog)
  {"result": {…}}                                                       at the end of every other command
  {"error": {"key", "values", "message"}}                               instead, where it cannot be done
"""
_MODEL = "a model file, or `everyday`: ready to use, it names everyday things in the language of the sentences"
# Errors of the person's system, no bugs: they get a sentence, without a trace.
_SYSTEM_ERRORS = NO_ROOM | {
    getattr(errno, name)
    for name in ("EACCES", "EPERM", "EROFS", "EISDIR", "ENOTDIR", "EEXIST", "ENAMETOOLONG")
    if hasattr(errno, name)
}
_COMMANDS = {
    "teach": "core.command.teaching",
    "recognise": "core.command.recognising",
    "evaluate": "core.command.teaching",
    "correct": "core.command.correcting",
    "export": "core.command.exporting",
    "inspect": "core.command.inspecting",
    "open": "core.command.opening",
    "backbones": "core.command.inspecting",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, as `--help` lists them. `arguments`: those of the process where None.

    >>> main(["teach", "flowers.zip", "-o", "flowers.teachlens"])  # doctest: +SKIP
    0
    """
    for stream in (sys.stdout, sys.stderr):  # names of files may hold anything; JSON knows what stands in its place
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command == "backbones" and options.fetch and not options.name:
        parser.error("backbones fetch: which one? NAME is missing")
    if options.command == "correct" and bool(options.sources) == options.undo:
        parser.error("correct: pictures go with --label, and --undo goes alone")
    console = Console(options.language or _system_language(), json_lines=options.json)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        command = getattr(importlib.import_module(_COMMANDS[options.command]), options.command)
        code = int(command(options, console))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # for what is flushed at the end
        return BROKEN_PIPE
    except TeachLensError as error:
        console.error(error)
        return REFUSED
    except KeyboardInterrupt:
        console.error(CommandError("command.interrupted"))
        return INTERRUPTED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _SYSTEM_ERRORS:
            console.error(CommandError("command.system", file=error.filename or "", reason=error.strerror))
            return REFUSED
        console.end_line()
        traceback.print_exc()
        console.error(CommandError("command.bug"))
        return BUG


def quieten() -> None:
    """Send what native code writes to file descriptor 2 to nowhere: LiteRT logs there whatever its level is. Python's
    `sys.stderr` still reaches the terminal."""
    sys.stderr.flush()
    sys.stderr = os.fdopen(os.dup(2), "w", buffering=1)
    with Path(os.devnull).open("w") as devnull:
        os.dup2(devnull.fileno(), 2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core",
        description="Teach a model on labelled pictures and recognise new ones, without a browser.",
        epilog=_EPILOG.replace("STAGES", "\n".join(map(_stages, recipes.registered()))),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"TeachLens {VERSION}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print JSON lines, see `python -m core --help`")
    common.add_argument("--language", choices=("en", "ko"), help="of the sentences; the system's where not given")
    commands = parser.add_subparsers(dest="command", required=True, metavar="|".join(_COMMANDS))

    teach = commands.add_parser("teach", parents=[common], help="teach a model on zips, folders or pictures")
    teach.add_argument("sources", nargs="+", type=Path, metavar="SOURCE")
    teach.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="MODEL",
        help="the model file to write; without an ending it gets .teachlens",
    )
    teach.add_argument("--title", help="of the model; the first source's name where not given")
    teach.add_argument("--backbone", default=Settings().backbone, metavar="NAME", help="as `backbones` lists them")
    teach.add_argument(
        "--mode",
        choices=[recipe.name for recipe in recipes.registered()],
        default=recipes.DEFAULT,
        help="; ".join(f"{recipe.name}: {recipe.summary}" for recipe in recipes.registered()) + f" ({recipes.DEFAULT})",
    )
    teach.add_argument(
        "--no-examples",
        action="store_false",
        dest="examples",
        help="leave the names and small pictures out of the model; it still keeps numbers that describe them, to tell "
        "what is like nothing it was taught, and cannot be put right or taught more",
    )
    teach.add_argument("--seed", type=int, default=0, help="another split into learned and tested pictures (0)")

    recognise = commands.add_parser("recognise", parents=[common], help="what a model makes of pictures")
    recognise.add_argument("model", type=Path, metavar="MODEL", help=_MODEL)
    recognise.add_argument("sources", nargs="+", type=Path, metavar="PICTURE|FOLDER|ZIP")
    recognise.add_argument("--top", type=_at_least_one, default=3, metavar="K", help="how many labels (3)")
    recognise.add_argument("--csv", type=Path, metavar="FILE", help="write the answers as a table too")

    evaluate = commands.add_parser(
        "evaluate", parents=[common], help="test a model on labelled pictures it was not taught on"
    )
    evaluate.add_argument("model", type=Path, metavar="MODEL", help=_MODEL)
    evaluate.add_argument("sources", nargs="+", type=Path, metavar="SOURCE")

    correct = commands.add_parser("correct", parents=[common], help="put a model right: pictures join it under a label")
    correct.add_argument("model", type=Path, metavar="MODEL", help="a model file, which is changed")
    correct.add_argument("sources", nargs="*", type=Path, metavar="PICTURE|FOLDER|ZIP")
    change = correct.add_mutually_exclusive_group(required=True)
    change.add_argument("--label", help="what they show: a label of the model, or a new one")
    change.add_argument("--undo", action="store_true", help="take back what joined last")

    export = commands.add_parser(
        "export", parents=[common], help="take a model away: for phones, Scratch, web pages, cameras, programs"
    )
    export.add_argument("model", type=Path, metavar="MODEL", help=_MODEL)
    export.add_argument("--format", required=True, metavar="FORMAT", help=f"one of {', '.join(FORMATS)}")
    export.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="ZIP",
        help="the zip to write, or its folder; named after the model where not given",
    )

    inspect = commands.add_parser("inspect", parents=[common], help="what a model file or a source of pictures holds")
    inspect.add_argument("sources", nargs="+", type=Path, metavar="MODEL|SOURCE")

    open_ = commands.add_parser(
        "open", parents=[common], help="make a model file of an image model of Teachable Machine, or one like it"
    )
    open_.add_argument(
        "sources",
        nargs="+",
        metavar="ZIP|FOLDER|FILE|LINK",
        help="its zip or folder; model.json, metadata.json and weights.bin; or an https link",
    )
    open_.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="MODEL",
        help="the model file to write; without an ending it gets .teachlens",
    )

    backbones = commands.add_parser(
        "backbones", parents=[common], help="the networks that there are; fetch one of them"
    )
    backbones.add_argument("fetch", nargs="?", choices=("fetch",), help="fetch a network by its NAME, once")
    backbones.add_argument("name", nargs="?", metavar="NAME", help="as `backbones` lists them")
    return parser


def _stages(recipe: Recipe) -> str:
    """A line for the stages of a recipe."""
    stages = ", ".join(recipe.stages)
    if recipe.improvement:
        stages += ", then\n" + " " * 55 + ", ".join(recipe.improvement.stages)
    return " " * 53 + f"{recipe.name}: {stages}"


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _system_language() -> Language:
    name = next((os.environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(key)), None)
    return "ko" if (name or locale.getlocale()[0] or "").lower().startswith("ko") else "en"
