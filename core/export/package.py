"""The package: the files of a format, with a model card in words, a short example, and the proof."""

from __future__ import annotations

import math
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core import VERSION
from core.backbones import catalogue
from core.export import recognise_json
from core.export.format import Format, Written
from core.export.litert import LABELS, labels_text
from core.export.proof import Proof
from core.export.squashing import Squashed
from core.messages import Language, percent, plural_key, say
from core.model.model import Model
from core.pictures.names import safe_file_name
from core.storage import atomic

README = "README.md"
_FILES = Path(__file__).with_name("package_files")
_STORED = {".tflite", ".bin", ".onnx", ".keras", ".pb"}  # numbers that were learned hardly pack
_MOST_CONFUSED = 5  # mix-ups that the model card names
_MOMENT = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Checked:
    """What is known of what was written."""

    proof: Proof | None  # None: the runtime is not installed here
    squashed: Squashed | None  # of formats whose clients squash pictures, where it could be measured


def complete(folder: Path, format_: Format, written: Written, checked: Checked, language: Language) -> None:
    """Put beside a format's files what belongs to every package. Raises OSError."""
    recognise_json.write(folder, written)
    if not (folder / LABELS).exists():
        atomic.write_text(folder / LABELS, labels_text(written.model.labels))
    if format_.example:
        example = (_FILES / f"{format_.example}.txt").read_text("utf-8")
        atomic.write_text(folder / f"example{Path(format_.example).suffix}", example)
        if "from prepare import" in example:
            copy_file("prepare.py", folder)
    atomic.write_text(folder / README, _readme(format_, written, checked, language))


def copy_file(name: str, folder: Path) -> None:
    """Copy one of the files that packages are made of. Raises OSError."""
    atomic.write_text(folder / name, (_FILES / f"{name}.txt").read_text("utf-8"))


def pack(folder: Path, target: Path) -> None:
    """All files of a folder as a zip, whole or not at all; in it, they lie in a folder of the zip's name. Raises
    OSError."""
    with atomic.replacing(target) as file, zipfile.ZipFile(file, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            member = zipfile.ZipInfo(f"{target.stem}/{path.relative_to(folder).as_posix()}", _MOMENT)
            member.external_attr = 0o644 << 16
            stored = path.suffix in _STORED
            member.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(member, path.read_bytes())


def file_name(title: str, format_: Format) -> str:
    """What the zip of a model with that title is called."""
    return safe_file_name(f"{title}-{format_.name}.zip")


def _readme(format_: Format, written: Written, checked: Checked, language: Language) -> str:
    model, card = written.model, written.model.card

    def text(key: str, **values: Any) -> str:
        return say(key, language, **values)

    parts = [
        _head(format_, model),
        f"# {_plain(card.title)}",
        text("export.readme.made", version=VERSION, date=card.made[:10]),
    ]
    parts += [f"## {text('export.readme.use')}", say(f"export.use.{format_.name}", language)]
    parts += [say(note, language) for note in written.notes]
    parts += [text("export.readme.inputs", names=", ".join(f"`{one.name}`, {one.size} px" for one in written.inputs))]
    parts += [text("export.readme.not_sure", threshold=percent(model.threshold)), text("export.readme.limits")]
    parts += [f"## {text('export.readme.proof')}", proof_sentence(format_, checked.proof, language)]
    if checked.squashed is not None:
        parts.append(squashed_sentence(checked.squashed, language))
    parts += [f"## {text('export.readme.card')}", *_card(model, language)]
    parts += [f"## {text('export.readme.licence')}", _licences(model)]
    return "\n\n".join(parts) + "\n"


def sentences(format_: Format, written: Written, checked: Checked, language: Language) -> list[str]:
    """What is known of what was written, for whoever asked for it."""
    found = [proof_sentence(format_, checked.proof, language), *(say(note, language) for note in written.notes)]
    score = written.model.report.score
    if written.has_other_head and score.total:
        shares = {"share": percent(score.value), "low": percent(score.low), "high": percent(score.high)}
        found.append(say("export.own_score", language, total=f"{score.total:,}", **shares))
    return found + ([squashed_sentence(checked.squashed, language)] if checked.squashed else [])


def proof_sentence(format_: Format, proof: Proof | None, language: Language) -> str:
    """What is known of a package: the proof, or why there is none and what would give one."""
    if proof is None:
        return say("export.unproved", language, runtime=format_.runtime, command=install_command(format_.runtime))
    key = "export.compared"
    if format_.tolerance is not None:
        key = "export.proved" if proof.examples else "export.proved_on_noise"
    return say(
        key,
        language,
        date=proof.date,
        runtime=f"{proof.runtime} {proof.version}",
        count=proof.pictures,
        largest=f"{max(0.001, math.ceil(proof.largest * 1000) / 1000):.3f}",
        others=proof.others,
    )


def squashed_sentence(squashed: Squashed, language: Language) -> str:
    """What squashing costs."""
    shares = {"cropped": percent(squashed.cropped), "squashed": percent(squashed.squashed)}
    return say("export.squashed", language, count=squashed.pictures, **shares)


def install_command(distribution: str) -> str:
    """What installs a distribution that is missing."""
    return f"pip install {distribution}"


def _head(format_: Format, model: Model) -> str:
    """The YAML head that model hubs read."""
    licences = {part.licence for part in catalogue.parts(catalogue.card(model.backbone, model.backbone_sha256))}
    lines = ["---", f"license: {'apache-2.0' if licences == {'Apache-2.0'} else 'other'}"]
    lines += ["pipeline_tag: image-classification", f"library_name: {format_.runtime}", "tags:", "- teachlens"]
    score = model.report.score
    if score.total:
        lines += [
            "model-index:",
            "- name: model",
            "  results:",
            "  - task: {type: image-classification}",
            "    dataset: {name: the teacher's own pictures, type: private}",
            f"    metrics: [{{type: accuracy, value: {score.value:.4f}}}]",
        ]
    return "\n".join([*lines, "---"])


def _card(model: Model, language: Language) -> list[str]:
    """What it tells apart, on how many pictures, its score, its mix-ups, and what it was not tested on."""

    def text(key: str, **values: Any) -> str:
        return say(key, language, **values)

    report, score = model.report, model.report.score
    taught = sum(model.card.pictures.values())
    columns = (text("export.readme.label"), text("export.readme.pictures"), text("export.readme.right"))
    rows = [f"| {' | '.join(columns)} |", "|---|---|---|"]
    for label, part in zip(model.labels, report.per_class, strict=True):
        right = f"{part.right} / {part.total}" if part.total else "–"
        rows.append(f"| {_plain(label)} | {model.card.pictures.get(label, 0) or '–'} | {right} |")
    key = plural_key("export.readme.taught", taught) if taught else "export.readme.by_others"
    parts = [text(key, **({"count": f"{taught:,}"} if taught else {}), classes=len(model.labels))]
    if score.total:
        shares = {"share": percent(score.value), "low": percent(score.low), "high": percent(score.high)}
        parts.append(text("export.readme.score", total=f"{score.total:,}", **shares))
    else:
        parts.append(text("export.readme.untested"))
    if len(model.labels) <= 100:
        parts.append("\n".join(rows))
    off = report.confusion * (1 - np.eye(len(report.confusion), dtype=np.int32))
    pairs = sorted(zip(*np.nonzero(off), strict=True), key=lambda pair: -off[pair])[:_MOST_CONFUSED]
    if pairs:
        names = [{"label": _plain(model.labels[row]), "other": _plain(model.labels[column])} for row, column in pairs]
        counted = zip(names, pairs, strict=True)
        mixed = [text("export.readme.taken", **named, count=int(off[pair])) for named, pair in counted]
        parts += [text("export.readme.mixed"), "\n".join(f"- {one}" for one in mixed)]
    if score.total:
        parts.append(text("export.readme.same_collection"))
    return [*parts, text("export.readme.people")]


def _licences(model: Model) -> str:
    parts = catalogue.parts(catalogue.card(model.backbone, model.backbone_sha256))
    return "\n".join(f"- {part.title}: {part.licence}. {part.source}" for part in parts)


def _plain(text: str) -> str:
    """A label or a title as Markdown shows it as it is."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|~-])", r"\\\1", text)
