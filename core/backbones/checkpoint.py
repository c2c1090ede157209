"""Reads a torch checkpoint without torch, and without running anything it says.

Of the old kind, the file is five pickles one after the other (magic number, protocol, system, the tensors' description,
the names of the storages), then the storages themselves: a little-endian int64 with the number of elements, and the
elements. Since torch 1.6 it is a zip archive that packs nothing: the tensors' description is the member `data.pkl` of
its one folder, and the elements of the storage called 7 are the member `data/7`.
"""

from __future__ import annotations

import hashlib
import pickle
import struct
import zipfile
from collections import OrderedDict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import BackboneError

_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
_ZIP = b"PK\x03\x04"  # what a checkpoint of the new kind, and each of its members, begins with
_MEMBER_HEADER = 30  # bytes before a member's name; the last four are the lengths of its name and of what follows that
_STORAGES: dict[str, type] = {"FloatStorage": np.float32, "LongStorage": np.int64}


@dataclass(frozen=True, slots=True)
class _Tensor:
    """What a checkpoint says of a tensor: which storage, and where in it; strides count elements."""

    storage: tuple[str, str]  # kind, name
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _tensor(
    storage: tuple[str, str], offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


class _Restricted(pickle.Unpickler):
    """Admits what a checkpoint of weights is made of, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        match module, name:
            case "collections", "OrderedDict":
                return OrderedDict
            case "torch._utils", "_rebuild_tensor_v2":
                return _tensor
            case "torch", ("FloatStorage" | "LongStorage"):
                return name
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights")

    def persistent_load(self, description: Any) -> tuple[str, str]:
        """A storage is described by ("storage", kind, name, device, elements, …)."""
        match description:
            case ("storage", str(kind), str(name), *_):
                return kind, name
        raise pickle.UnpicklingError("an unknown kind of storage")


def read(path: Path, sha256: str) -> dict[str, NDArray[Any]]:
    """The tensors of the checkpoint at `path`, float32 or int64, by name. Raises BackboneError for a file whose hash is
    not `sha256`, or that is no such checkpoint."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BackboneError("backbone.unreadable", name=path.name) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BackboneError("backbone.other_hash", name=path.name)
    return parse(content, path.name)


def parse(content: bytes, name: str) -> dict[str, NDArray[Any]]:
    """The tensors in the bytes of a checkpoint called `name`. Raises BackboneError."""
    try:
        tensors, storages = _zipped(content) if content.startswith(_ZIP) else _unzipped(content)
        return {key: _view(storages[tensor.storage[1]], tensor) for key, tensor in tensors.items()}
    except (
        pickle.UnpicklingError,
        zipfile.BadZipFile,
        struct.error,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        EOFError,
        OverflowError,
        NotImplementedError,
    ) as error:
        raise BackboneError("backbone.damaged", name=name) from error


def _unzipped(content: bytes) -> tuple[dict[str, _Tensor], dict[str, NDArray[Any]]]:
    """Tensors and storages by their names, of a checkpoint of the old kind."""
    file = BytesIO(content)
    if _Restricted(file).load() != _MAGIC or _Restricted(file).load() != _PROTOCOL:
        raise ValueError("not a checkpoint of the old kind")
    _Restricted(file).load()  # sizes of types on the machine that wrote it; the elements say it themselves
    tensors = _Restricted(file).load()
    order = _Restricted(file).load()
    kinds = _kinds(tensors)
    storages = {}
    for key in order:
        dtype = np.dtype(_STORAGES[kinds[key]]).newbyteorder("<")
        count = int.from_bytes(file.read(8), "little")
        storages[key] = np.frombuffer(content, dtype, count, file.tell())
        file.seek(count * dtype.itemsize, 1)
    return tensors, storages


def _zipped(content: bytes) -> tuple[dict[str, _Tensor], dict[str, NDArray[Any]]]:
    """Tensors and storages by their names, of a checkpoint of the new kind."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        members = {member.filename: member for member in archive.infolist()}
    (description,) = (name for name in members if name.endswith("/data.pkl") and name.count("/") == 1)
    folder = description.removesuffix("data.pkl")
    order = members.get(f"{folder}byteorder")
    if order is not None and bytes(_stored(content, order)) != b"little":
        raise ValueError("another order of bytes")
    tensors = _Restricted(BytesIO(_stored(content, members[description]))).load()
    storages = {
        name: np.frombuffer(
            _stored(content, members[f"{folder}data/{name}"]), np.dtype(_STORAGES[kind]).newbyteorder("<")
        )
        for name, kind in _kinds(tensors).items()
    }
    return tensors, storages


def _kinds(tensors: dict[str, _Tensor]) -> dict[str, str]:
    """The kinds of the storages, by their names."""
    return {tensor.storage[1]: tensor.storage[0] for tensor in tensors.values()}


def _stored(content: bytes, member: zipfile.ZipInfo) -> memoryview:
    """What a member of the archive holds, where it lies: a copy would double the memory. Raises ValueError where it is
    packed or reaches out of the archive."""
    header = content[member.header_offset : member.header_offset + _MEMBER_HEADER]
    if member.header_offset < 0 or not header.startswith(_ZIP):
        raise ValueError("a member that is elsewhere")
    if member.compress_type != zipfile.ZIP_STORED or member.flag_bits & 1 or member.file_size != member.compress_size:
        raise ValueError("a member that is packed")
    start = member.header_offset + _MEMBER_HEADER + sum(struct.unpack("<HH", header[-4:]))
    if start + member.file_size > len(content):
        raise ValueError("a member that reaches out of the archive")
    return memoryview(content)[start : start + member.file_size]


def _view(storage: NDArray[Any], tensor: _Tensor) -> NDArray[Any]:
    """The tensor in its storage, read-only. Raises ValueError where it reaches out of it."""
    last = tensor.offset + sum((n - 1) * stride for n, stride in zip(tensor.shape, tensor.strides, strict=True))
    if tensor.offset < 0 or min(tensor.strides, default=0) < 0 or (all(tensor.shape) and last >= len(storage)):
        raise ValueError("a tensor outside its storage")
    strides = [stride * storage.itemsize for stride in tensor.strides]
    return np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, strides, writeable=False)
