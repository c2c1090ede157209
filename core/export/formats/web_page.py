"""A web page, for anyone with a browser: one folder with camera and upload, without a server."""

from __future__ import annotations

from pathlib import Path

from core.export import litert
from core.export.format import Format, Written
from core.export.formats.litert import FILE, opened
from core.model.file import load
from core.storage import atomic

_PAGE = Path(litert.__file__).with_name("web_page")


def write(path: Path, folder: Path) -> Written:
    """Write the page and the model; where it runs is said in the page's own modules."""
    model = load(path)
    content = litert.build(model)
    atomic.write_bytes(folder / FILE, content.data)
    for file in sorted(_PAGE.iterdir()):
        atomic.write_bytes(folder / file.name, file.read_bytes())
    return Written(model, content.inputs, content.similarity)


FORMATS = (
    Format(
        name="web-page",
        write=write,
        open=opened,
        runtime="ai-edge-litert",
        files=(FILE, "index.html"),
    ),
)
