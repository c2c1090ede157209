"""Teachable Machine's layout, for whatever opens its image models: Scratch by way of TM2Scratch and Stretch3, App
Inventor, p5.js, ml5, Node-RED, RAISE Playground."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from core import VERSION
from core.export import layers_model
from core.export.format import Answered, Answering, Format, Prepared, Written
from core.export.network import inputs
from core.export.quick_head import for_size
from core.model import teachable_machine
from core.model.file import load
from core.model.model import Model
from core.model.recognise import Recogniser
from core.storage import atomic

MODEL, WEIGHTS, METADATA = "model.json", "weights.bin", "metadata.json"
SIZE = 224  # pixels: what ml5 feeds, whatever the metadata say
_CLIENT_VERSIONS = {
    "tfjsVersion": "1.3.1",
    "tmVersion": "2.4.5",
    "packageVersion": "0.8.4-alpha2",
}  # whose layout it is


def write(path: Path, folder: Path) -> Written:
    """Write the three files. A model whose networks see another size than `SIZE`, or several, goes with a head of its
    own on the quick network. Raises ExportError, BackboneError."""
    model, notes = for_size(path, load(path), SIZE)
    described, weights = layers_model.build(model, WEIGHTS)
    atomic.write_text(folder / MODEL, json.dumps(described, separators=(",", ":")))
    atomic.write_bytes(folder / WEIGHTS, weights)
    atomic.write_text(folder / METADATA, json.dumps(metadata(model), ensure_ascii=False))
    return Written(model, inputs(model), notes=notes, has_other_head=bool(notes))


def metadata(model: Model) -> dict[str, object]:
    """What clients read beside the network. By `timeStamp`, some notice that a model is a new one."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        **_CLIENT_VERSIONS,
        "packageName": "@teachablemachine/image",
        "timeStamp": now,
        "userMetadata": {"madeBy": f"TeachLens {VERSION}", "threshold": model.threshold},
        "modelName": model.card.title,
        "labels": list(model.labels),
        "imageSize": SIZE,
    }


def opened(folder: Path) -> Answering:
    """Open the three files as TeachLens opens a model that was made elsewhere: read, checked, and run by LiteRT."""
    files = teachable_machine.gather(lambda name, limit: (folder / name).read_bytes()[: limit + 1])
    recogniser = Recogniser(teachable_machine.read(files, ""), threads=1)

    def answer(prepared: Prepared) -> Answered:
        (picture,) = prepared.values()
        return recogniser.recognise(picture).by_position(), None

    return answer


FORMATS = (
    Format(
        name="teachable-machine",
        write=write,
        open=opened,
        runtime="ai-edge-litert",
        files=(MODEL, WEIGHTS, METADATA),
        example="teachable_machine.html",
        squashes=True,
    ),
)
