"""Checkpoints as torch.save writes them, written without torch."""

from __future__ import annotations

import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


class Call:
    """Pickles as a call of a function named by its module and name, as torch's own pickles do."""

    def __init__(self, module: str, name: str, *arguments: Any) -> None:
        self.module, self.name, self.arguments = module, name, arguments


class Name(Call):
    """Pickles as a class or function itself."""


class Storage:
    """Pickles as a persistent id."""

    def __init__(self, *description: Any) -> None:
        self.description = description


class _Pickler(pickle._Pickler):  # type: ignore[name-defined]  # the one in Python can be told how to write a name
    def persistent_id(self, value: Any) -> Any:
        return value.description if isinstance(value, Storage) else None

    def save(self, value: Any, *arguments: Any, **named: Any) -> None:
        if isinstance(value, Call):
            self.write(b"c" + f"{value.module}\n{value.name}\n".encode())
            if not isinstance(value, Name):
                super().save(value.arguments)
                self.write(pickle.REDUCE)
            return
        super().save(value, *arguments, **named)


def pickled(value: Any) -> bytes:
    file = BytesIO()
    _Pickler(file, 2).dump(value)
    return file.getvalue()


def tensor(name: str, shape: tuple[int, ...], strides: tuple[int, ...], offset: int = 0, kind: str = "Float") -> Call:
    storage = Storage("storage", Name("torch", f"{kind}Storage"), name, "cpu", 6, None)
    return Call("torch._utils", "_rebuild_tensor_v2", storage, offset, shape, strides, False, OrderedDict())


def checkpoint_bytes(
    tensors: Any, storages: dict[str, np.ndarray], *, magic: int = MAGIC, protocol: int = PROTOCOL
) -> bytes:
    """A checkpoint as torch.save wrote it before 1.6."""
    parts = [pickled(part) for part in (magic, protocol, {"little_endian": True}, tensors, list(storages))]
    parts += [len(array).to_bytes(8, "little") + array.tobytes() for array in storages.values()]
    return b"".join(parts)


def zip_bytes(
    description: bytes, storages: Mapping[str, bytes], packing: int = zipfile.ZIP_STORED, **more: bytes
) -> bytes:
    """A checkpoint as torch.save writes it since 1.6: the pickled description, the storages by their names, and more
    members."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", packing) as archive:
        archive.writestr("weights/data.pkl", description)
        for name, content in {"byteorder": b"little", **more, **{f"data/{k}": v for k, v in storages.items()}}.items():
            archive.writestr(f"weights/{name}", content)
    return file.getvalue()


def saved(weights: Mapping[str, np.ndarray]) -> bytes:
    """A checkpoint of the new kind that holds these tensors, each in a storage of its own."""
    tensors: OrderedDict[str, Any] = OrderedDict()
    for number, (name, values) in enumerate(weights.items()):
        strides = tuple(stride // values.itemsize for stride in np.empty(values.shape, values.dtype).strides)
        tensors[name] = tensor(str(number), values.shape, strides)
    contents = {
        str(number): np.ascontiguousarray(values, "<f4").tobytes() for number, values in enumerate(weights.values())
    }
    return zip_bytes(pickled(tensors), contents)
