"""What a visit is about to teach: its sources, the changes to its classes, the settings, the lesson made of it. Kept on
disk, so that a reload, another page or another language loses nothing.

>>> change(area, title="Fruit")
>>> draft = edit(area, lambda draft: renamed(draft, dataset, "appel", "apple"))
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from core.pictures.dataset import Dataset
from core.storage import atomic
from core.storage.area import ORPHAN_SECONDS, VisitArea
from core.storage.locks import exclusive


@dataclass(frozen=True)
class Draft:
    """What is being prepared."""

    sources: tuple[Path, ...] = ()
    edits: Mapping[str, str | None] = field(default_factory=dict)  # label in the sources -> as taught; None: left out
    loose: tuple[str, ...] = ()  # labels in the sources that we made up, because their pictures came without one
    title: str = ""
    backbone: str = ""  # empty: the first there is
    seed: int = 0
    mode: str = ""  # the name of a recipe; empty: the one that this machine can follow best
    private: bool = False  # the model is kept without its pictures
    lesson: str | None = None  # the lesson that was made of it last
    changing: bool = False  # its result is there, and what it was taught on is being changed


# --- On disk ----------------------------------------------------------------------------------------------------------


def load(area: VisitArea) -> Draft:
    """The visit's draft; an empty one where there is none, sources that are gone left out."""
    return _read(area.draft)


def save(area: VisitArea, draft: Draft) -> None:
    """Replace the visit's draft, whatever it is by now; `edit` changes it. Raises StorageError, OSError."""
    edit(area, lambda _: draft)


def edit(area: VisitArea, function: Callable[[Draft], Draft]) -> Draft:
    """Change the visit's draft by a function of what it is now, and return it: however many tabs do so at once, no
    change is lost. The function must not use the draft's file. Raises StorageError, OSError, and what `function`
    raises."""
    with exclusive(area.draft):
        draft = function(_read(area.draft))
        described = {**asdict(draft), "sources": [str(path) for path in draft.sources]}
        atomic.write_json(area.draft, described)
    return draft


def change(area: VisitArea, **values: Any) -> None:
    """Change some fields of the visit's draft. Raises StorageError, OSError."""
    edit(area, lambda draft: replace(draft, **values))


def set_aside(area: VisitArea) -> Draft:
    """Begin with nothing; the draft that was set aside, which `bring_back` restores. What was set aside before goes for
    good, with its files. Raises StorageError, OSError."""
    with exclusive(area.draft):
        draft, before = _read(area.draft), _read(area.draft_before)
        if area.draft.exists():
            atomic.replace(area.draft, area.draft_before)
        kept = {area.upload_of(source) for source in draft.sources}
        for upload in {area.upload_of(source) for source in before.sources} - kept:
            if upload is not None:
                shutil.rmtree(upload, ignore_errors=True)
    return draft


def was_set_aside(area: VisitArea) -> bool:
    """Whether there is a draft that can be brought back."""
    return bool(_read(area.draft_before).sources)


def bring_back(area: VisitArea) -> None:
    """Undo `set_aside`. Raises StorageError, OSError."""
    with exclusive(area.draft):
        if area.draft_before.exists():
            atomic.replace(area.draft_before, area.draft)


def remove_upload(area: VisitArea, source: Path) -> None:
    """Remove the files of a source that was uploaded."""
    if upload := area.upload_of(source):
        shutil.rmtree(upload, ignore_errors=True)


def remove_orphans(area: VisitArea, sources: Collection[Path], now: float) -> int:
    """Remove uploads that neither the drafts nor `sources` name and that nobody has written to for `ORPHAN_SECONDS`
    before `now`, seconds since the epoch; how many went. They are what an upload leaves whose process was killed, and
    what was taken out of the draft."""
    here = VisitArea(area.root.resolve())
    named = (*_read(area.draft).sources, *_read(area.draft_before).sources, *sources)
    known = {here.upload_of(source.resolve()) for source in named}
    removed = 0
    for upload in here.uploads.glob("*"):
        with suppress(OSError):  # somebody is at it
            if upload not in known and now - _last_written(upload) > ORPHAN_SECONDS:
                shutil.rmtree(upload)
                removed += 1
    return removed


def _last_written(folder: Path) -> float:
    return max(path.stat().st_mtime for path in (folder, *folder.rglob("*")))


def _read(path: Path) -> Draft:
    try:
        kept = json.loads(path.read_text("utf-8"))
        known = {one.name: kept[one.name] for one in fields(Draft) if one.name in kept}
        sources = tuple(source for source in map(Path, known.pop("sources", ())) if source.exists())
        return Draft(
            sources, **{**known, "edits": dict(known.get("edits", {})), "loose": tuple(known.get("loose", ()))}
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return Draft()


# --- Changes: pure functions ------------------------------------------------------------------------------------------


def source_labels(draft: Draft, dataset: Dataset, label: str) -> tuple[str, ...]:
    """The labels in the sources that the class `label` is made of."""
    return tuple(one for one in dataset.labels if draft.edits.get(one, one) == label)


def renamed(draft: Draft, dataset: Dataset, old: str, new: str | None) -> Draft:
    """The draft with the class `old`, as it is called now, called `new`, or left out where None. A name that another
    class has makes the two one."""
    return replace(draft, edits={**draft.edits, **dict.fromkeys(source_labels(draft, dataset, old), new)})


def left_out(draft: Draft, dataset: Dataset) -> tuple[str, ...]:
    """The labels in the sources that are left out."""
    return tuple(label for label in dataset.labels if draft.edits.get(label, label) is None)


def brought_in(draft: Draft, label: str) -> Draft:
    """The draft with the label, as the sources have it, among the classes again."""
    return replace(draft, edits={one: name for one, name in draft.edits.items() if one != label})


def unnamed(draft: Draft, dataset: Dataset) -> tuple[str, ...]:
    """Classes that still carry the name that we made up."""
    return tuple(label for label in draft.loose if label in dataset.counts and draft.edits.get(label, label) == label)


def reverted(draft: Draft, before: Draft, after: Draft) -> Draft:
    """The draft with what changed from `before` to `after` changed back; what was changed since then stays."""
    values: dict[str, Any] = {}
    for one in fields(Draft):
        old, new, now = (getattr(version, one.name) for version in (before, after, draft))
        if old == new:
            continue
        if now == new:
            values[one.name] = old
        elif isinstance(old, tuple):
            rest = tuple(item for item in now if item in old or item not in new)
            values[one.name] = (*rest, *(item for item in old if item not in new and item not in rest))
        elif isinstance(old, Mapping):
            values[one.name] = _reverted(now, old, new)
    return replace(draft, **values)


def _reverted(
    now: Mapping[str, str | None], old: Mapping[str, str | None], new: Mapping[str, str | None]
) -> dict[str, str | None]:
    edits = dict(now)
    for label in {**old, **new}:
        unchanged = (label in now, now.get(label)) == (label in new, new.get(label))
        if unchanged and label in old:
            edits[label] = old[label]
        elif unchanged:
            edits.pop(label, None)
    return edits
