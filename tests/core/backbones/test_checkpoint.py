"""Files of weights: read without torch, and without running anything they say."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections import OrderedDict
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.backbones import checkpoint
from core.errors import BackboneError

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


class _Call:
    """Pickles as a call of a function named by its module and name, as torch's own pickles do."""

    def __init__(self, module: str, name: str, *arguments: Any) -> None:
        self.module, self.name, self.arguments = module, name, arguments


class _Name(_Call):
    """Pickles as a class or function itself."""


class _Storage:
    """Pickles as a persistent id."""

    def __init__(self, *description: Any) -> None:
        self.description = description


class _Pickler(pickle._Pickler):  # type: ignore[name-defined]  # the one in Python can be told how to write a name
    def persistent_id(self, value: Any) -> Any:
        return value.description if isinstance(value, _Storage) else None

    def save(self, value: Any, *arguments: Any, **named: Any) -> None:
        if isinstance(value, _Call):
            self.write(b"c" + f"{value.module}\n{value.name}\n".encode())
            if not isinstance(value, _Name):
                super().save(value.arguments)
                self.write(pickle.REDUCE)
            return
        super().save(value, *arguments, **named)


def pickled(value: Any) -> bytes:
    file = BytesIO()
    _Pickler(file, 2).dump(value)
    return file.getvalue()


def tensor(name: str, shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0, kind: str = "Float") -> _Call:
    storage = _Storage("storage", _Name("torch", f"{kind}Storage"), name, "cpu", 6, None)
    return _Call("torch._utils", "_rebuild_tensor_v2", storage, offset, shape, strides, False, OrderedDict())


def checkpoint_bytes(
    tensors: Any, storages: dict[str, np.ndarray], *, magic: int = MAGIC, protocol: int = PROTOCOL
) -> bytes:
    """A checkpoint as torch.save wrote it before 1.6."""
    parts = [pickled(part) for part in (magic, protocol, {"little_endian": True}, tensors, list(storages))]
    parts += [len(array).to_bytes(8, "little") + array.tobytes() for array in storages.values()]
    return b"".join(parts)


SIX = np.arange(6, dtype="<f4")


def refused(content: bytes) -> None:
    with pytest.raises(BackboneError) as caught:
        checkpoint.parse(content, "weights.pth")
    assert caught.value.key == "backbone.damaged"
    assert "weights.pth" in caught.value.say("en") and "weights.pth" in caught.value.say("ko")


def test_tensors_come_as_they_were_saved() -> None:
    tensors = OrderedDict(
        plain=tensor("0", (2, 3), (3, 1)),
        transposed=tensor("0", (3, 2), (1, 3)),
        part=tensor("0", (2,), (1,), offset=4),
        steps=tensor("1", (), (), kind="Long"),
    )
    read = checkpoint.parse(checkpoint_bytes(tensors, {"0": SIX, "1": np.array([77], "<i8")}), "weights.pth")
    assert np.array_equal(read["plain"], SIX.reshape(2, 3)) and read["plain"].dtype == np.float32
    assert np.array_equal(read["transposed"], SIX.reshape(2, 3).T)
    assert read["part"].tolist() == [4, 5]
    assert read["steps"] == 77 and read["steps"].dtype == np.int64


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("posix", "system"), ("builtins", "eval"), ("subprocess", "Popen"), ("torch", "load")],
)
def test_a_pickle_that_names_a_program_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str
) -> None:
    trace = tmp_path / "it ran"
    hostile = _Call(module, name, f"touch '{trace}'")
    for position in range(5):
        parts: list[Any] = [MAGIC, PROTOCOL, {}, OrderedDict(), []]
        parts[position] = hostile
        refused(b"".join(map(pickled, parts)))
    refused(checkpoint_bytes(OrderedDict(x=hostile), {"0": SIX}))
    assert not trace.exists()


def test_the_hostile_pickle_would_have_run_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """That the test above tests something."""
    ran: list[str] = []
    monkeypatch.setattr(os, "system", ran.append)
    pickle.loads(pickled(_Call("os", "system", "harm")))
    assert ran == ["harm"]


HARMLESS = OrderedDict(x=tensor("0", (6,), (1,)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a pickle",
        pickled(MAGIC),
        b"PK\x03\x04" + bytes(100),
        checkpoint_bytes(HARMLESS, {"0": SIX}, magic=1),
        checkpoint_bytes(HARMLESS, {"0": SIX}, protocol=7),
        checkpoint_bytes(HARMLESS, {"0": SIX})[:-1],
        checkpoint_bytes(HARMLESS, {}),
        checkpoint_bytes(HARMLESS, {"1": SIX}),
        checkpoint_bytes([1, 2, 3], {"0": SIX}),
        checkpoint_bytes(OrderedDict(x=5), {"0": SIX}),
        checkpoint_bytes(OrderedDict(x=_Storage("storage", "Float", "0")), {"0": SIX}),
        checkpoint_bytes(OrderedDict(x=_Storage("module")), {"0": SIX}),
    ],
)
def test_what_is_no_such_checkpoint_is_told_in_words(content: bytes) -> None:
    refused(content)


@pytest.mark.parametrize(
    ("shape", "strides", "offset"),
    [
        ((7,), (1,), 0),
        ((6,), (1,), 1),
        ((2, 3), (4, 1), 0),
        ((2,), (-1,), 5),
        ((2,), (1,), -1),
        ((-2,), (1,), 0),
        ((2**70,), (0,), 0),
        ((2, 2), (1,), 0),
        (("a",), (1,), 0),
        ((1.5,), (1,), 0),
    ],
)
def test_a_tensor_that_reaches_out_of_its_storage_is_refused(shape: Any, strides: Any, offset: int) -> None:
    refused(checkpoint_bytes(OrderedDict(x=tensor("0", shape, strides, offset)), {"0": SIX}))


def test_a_storage_that_claims_more_than_the_file_holds_is_refused() -> None:
    content = checkpoint_bytes(HARMLESS, {"0": SIX})
    count = (6).to_bytes(8, "little")
    assert content.count(count) == 1
    for claimed in (7, 2**40, 2**63 - 1):
        refused(content.replace(count, claimed.to_bytes(8, "little")))


def test_a_file_with_another_hash_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "weights.pth"
    path.write_bytes(checkpoint_bytes(HARMLESS, {"0": SIX}))
    known = hashlib.sha256(path.read_bytes()).hexdigest()
    assert checkpoint.read(path, known)["x"].tolist() == SIX.tolist()

    def never(*_: object) -> None:
        raise AssertionError("it was unpickled")

    monkeypatch.setattr(checkpoint, "parse", never)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(BackboneError) as caught:
        checkpoint.read(path, known)
    assert caught.value.key == "backbone.other_hash" and "weights.pth" in caught.value.say("ko")


def test_a_file_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(BackboneError) as caught:
        checkpoint.read(tmp_path / "gone.pth", "0" * 64)
    assert caught.value.key == "backbone.unreadable"
