"""The command line: what can be asked, and how it ends."""

from __future__ import annotations

import argparse
import locale
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from core import VERSION
from core.command.say import Speaker
from core.errors import TeachLensError

DONE, BUG, USAGE, REFUSED, PARTLY, INTERRUPTED = 0, 1, 2, 3, 4, 130

_EPILOG = """\
exit codes:
  0    done
  1    a bug in TeachLens; the trace is printed
  2    wrong usage
  3    a source, picture or model that cannot be used; the sentence says what to do
  4    done, but some pictures could not be read
  130  interrupted; nothing half-written is left

with --json every line of output is one JSON object:
  {"progress": {"stage", "done", "total", "share", "seconds_left"}}     while it works
  {"skipped": {"name", "why"}}                                          a file that was left out
  {"answer": {"picture", "sure", "labels": [{"label", "probability"}]}} of recognise
  {"result": {…}}                                                       at the end of the others
  {"error": {"key", "values", "message"}}                               instead, where it cannot be done
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; the exit code, as `--help` lists them."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    asked = _parser().parse_args(arguments)
    speaker = Speaker(asked.language or _own_language(), json_lines=asked.json)
    from core.command import deeds

    try:
        code = int(getattr(deeds, asked.deed)(asked, speaker))
        sys.stdout.flush()
        return code
    except TeachLensError as error:
        speaker.error(error)
        return REFUSED
    except KeyboardInterrupt:
        speaker.end_line()
        return INTERRUPTED
    except BrokenPipeError:  # whoever read the output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core",
        description="Teach a model on labelled pictures and recognise new ones, without a browser.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"TeachLens {VERSION}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print JSON lines")
    common.add_argument("--language", choices=("en", "ko"), help="of the sentences; the system's where not given")
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="teach|recognise|evaluate|inspect|backbones")

    teach = deeds.add_parser("teach", parents=[common], help="teach a model on zips, folders or pictures")
    teach.add_argument("sources", nargs="+", type=Path, metavar="SOURCE")
    teach.add_argument("-o", "--output", type=Path, required=True, metavar="MODEL", help="the model file to write")
    teach.add_argument("--title", help="of the model; the first source's name where not given")
    teach.add_argument("--backbone", default="efficientnet-lite0", metavar="NAME", help="as `backbones` lists them")
    teach.add_argument("--seed", type=int, default=0, help="another split into learned and tested pictures")

    recognise = deeds.add_parser("recognise", parents=[common], help="what a model makes of pictures")
    recognise.add_argument("model", type=Path, metavar="MODEL")
    recognise.add_argument("sources", nargs="+", type=Path, metavar="PICTURE|FOLDER|ZIP")
    recognise.add_argument("--top", type=int, default=3, metavar="K", help="how many labels (3)")
    recognise.add_argument("--csv", type=Path, metavar="FILE", help="write the answers as a table too")

    evaluate = deeds.add_parser("evaluate", parents=[common], help="test a model on labelled pictures it was not taught on")
    evaluate.add_argument("model", type=Path, metavar="MODEL")
    evaluate.add_argument("sources", nargs="+", type=Path, metavar="SOURCE")

    inspect = deeds.add_parser("inspect", parents=[common], help="what a model file or a source of pictures holds")
    inspect.add_argument("sources", nargs="+", type=Path, metavar="MODEL|SOURCE")

    deeds.add_parser("backbones", parents=[common], help="the networks that there are")
    return parser


def _own_language() -> str:
    name = next((os.environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(key)), None)
    return "ko" if (name or locale.getlocale()[0] or "").lower().startswith("ko") else "en"
