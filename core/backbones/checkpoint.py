"""Reads a torch checkpoint of the old, unzipped kind without torch, and without running anything it says.

The file is five pickles one after the other (magic number, protocol, system, the tensors' description, the names of the
storages), then the storages themselves: a little-endian int64 with the number of elements, and the elements.
"""

from __future__ import annotations

import hashlib
import pickle
from collections import OrderedDict
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import BackboneError

_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
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
    file = BytesIO(content)
    try:
        if _Restricted(file).load() != _MAGIC or _Restricted(file).load() != _PROTOCOL:
            raise ValueError("not a checkpoint of the old kind")
        _Restricted(file).load()  # sizes of types on the machine that wrote it; the elements say it themselves
        tensors = _Restricted(file).load()
        order = _Restricted(file).load()
        kinds = {tensor.storage[1]: tensor.storage[0] for tensor in tensors.values()}
        storages = {}
        for key in order:
            dtype = np.dtype(_STORAGES[kinds[key]]).newbyteorder("<")
            count = int.from_bytes(file.read(8), "little")
            storages[key] = np.frombuffer(content, dtype, count, file.tell())
            file.seek(count * dtype.itemsize, 1)
        return {key: _view(storages[tensor.storage[1]], tensor) for key, tensor in tensors.items()}
    except (
        pickle.UnpicklingError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        EOFError,
        OverflowError,
    ) as error:
        raise BackboneError("backbone.damaged", name=name) from error


def _view(storage: NDArray[Any], tensor: _Tensor) -> NDArray[Any]:
    """The tensor in its storage, read-only. Raises ValueError where it reaches out of it."""
    last = tensor.offset + sum((n - 1) * stride for n, stride in zip(tensor.shape, tensor.strides, strict=True))
    if tensor.offset < 0 or min(tensor.strides, default=0) < 0 or (all(tensor.shape) and last >= len(storage)):
        raise ValueError("a tensor outside its storage")
    strides = [stride * storage.itemsize for stride in tensor.strides]
    return np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, strides, writeable=False)
