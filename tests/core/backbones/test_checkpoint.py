"""Files of weights: read without torch, and without running anything they say."""

from __future__ import annotations

import hashlib
import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch_files import MAGIC, PROTOCOL, Call, Storage, checkpoint_bytes, pickled, tensor, zip_bytes

from core.backbones import checkpoint
from core.errors import BackboneError

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
    hostile = Call(module, name, f"touch '{trace}'")
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
    pickle.loads(pickled(Call("os", "system", "harm")))
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
        checkpoint_bytes(OrderedDict(x=Storage("storage", "Float", "0")), {"0": SIX}),
        checkpoint_bytes(OrderedDict(x=Storage("module")), {"0": SIX}),
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


NEW = pickled(OrderedDict(plain=tensor("0", (2, 3), (3, 1)), part=tensor("0", (2,), (1,), offset=4)))
SIX_BYTES = {"0": SIX.tobytes()}


def test_a_checkpoint_of_the_new_kind_is_read_too() -> None:
    read = checkpoint.parse(zip_bytes(NEW, SIX_BYTES), "weights.pth")
    assert np.array_equal(read["plain"], SIX.reshape(2, 3)) and read["plain"].dtype == np.float32
    assert read["part"].tolist() == [4, 5] and not read["part"].flags.writeable


def test_what_torch_notes_beside_the_tensors_does_no_harm() -> None:
    tensors = OrderedDict(x=tensor("0", (6,), (1,)))
    tensors._metadata = OrderedDict(version=1)  # type: ignore[attr-defined]  # as a module's state has it
    assert checkpoint.parse(zip_bytes(pickled(tensors), SIX_BYTES), "weights.pth")["x"].tolist() == SIX.tolist()


def test_a_program_in_the_new_kind_is_not_run(tmp_path: Path) -> None:
    trace = tmp_path / "it ran"
    hostile = Call("os", "system", f"touch '{trace}'")
    refused(zip_bytes(pickled(hostile), SIX_BYTES))
    refused(zip_bytes(pickled(OrderedDict(x=hostile)), SIX_BYTES))
    assert not trace.exists()


WHOLE = zip_bytes(NEW, SIX_BYTES)
DIRECTORY = WHOLE.index(b"PK\x01\x02")  # the central directory, whose first entry is of data.pkl
LAST = WHOLE.rindex(b"PK\x01\x02")  # its last entry, of the storage


def changed(place: int, value: int, length: int = 4) -> bytes:
    return WHOLE[:place] + value.to_bytes(length, "little") + WHOLE[place + length :]


@pytest.mark.parametrize(
    "content",
    [
        WHOLE[:-1],
        WHOLE[: len(WHOLE) // 2],
        zip_bytes(NEW, {}),
        zip_bytes(NEW, {"0": SIX.tobytes()[:-1]}),
        zip_bytes(NEW, {"0": SIX.tobytes()[:-4]}),
        zip_bytes(NEW, SIX_BYTES, zipfile.ZIP_DEFLATED),
        zip_bytes(NEW, SIX_BYTES, byteorder=b"big"),
        zip_bytes(b"not a pickle", SIX_BYTES),
        zip_bytes(pickled([1, 2]), SIX_BYTES),
        zip_bytes(pickled(OrderedDict(x=tensor("0", (7,), (1,)))), SIX_BYTES),
        zip_bytes(pickled(OrderedDict(x=tensor("../0", (6,), (1,)))), SIX_BYTES),
        zip_bytes(pickled(OrderedDict(x=tensor("0", (6,), (1,), kind="Half"))), SIX_BYTES),
        WHOLE.replace(b"weights/data.pkl", b"weights/date.pkl"),
        changed(LAST + 42, len(WHOLE)),  # where the storage's member begins
        changed(LAST + 42, 2),
        changed(LAST + 24, 2**31),  # its size, and the size it is packed to
        changed(LAST + 8, 1, 2),  # its flags: encrypted
        changed(DIRECTORY + 20, 5),
    ],
)
def test_an_archive_that_is_no_such_checkpoint_is_told_in_words(content: bytes) -> None:
    refused(content)


def test_a_member_that_claims_more_than_the_archive_holds_is_refused() -> None:
    size = (2**30).to_bytes(4, "little")
    refused(WHOLE[: LAST + 20] + size + size + WHOLE[LAST + 28 :])


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
