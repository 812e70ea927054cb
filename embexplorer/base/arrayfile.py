"""A few named arrays in one file that is mapped rather than read, guarded by a checksum. For caches.

The file: eight bytes of magic, the checksum (16 bytes) of all that follows, the header's length (8 bytes), the header
as JSON, then each array at the next multiple of 64 bytes.
"""

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

_log = logging.getLogger(__name__)

_MAGIC = b"embxarr1"
_CHECKSUM_BYTES, _LENGTH_BYTES, _ALIGNMENT = 16, 8, 64
_BODY = len(_MAGIC) + _CHECKSUM_BYTES


def write_arrays(path: Path, header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Write beside path, then replace. header: JSON-able, for whoever reads it. Raises OSError, and leaves the old
    file as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    described = [[name, array.dtype.str, list(array.shape)] for name, array in arrays.items()]
    text = json.dumps({"header": dict(header), "arrays": described}).encode()
    try:
        with beside.open("w+b") as stream:
            digest = hashlib.blake2b(digest_size=_CHECKSUM_BYTES)
            stream.write(_MAGIC + bytes(_CHECKSUM_BYTES))
            _put(stream, digest, len(text).to_bytes(_LENGTH_BYTES, "little") + text)
            for array in arrays.values():
                _put(stream, digest, bytes(-stream.tell() % _ALIGNMENT))
                _put(stream, digest, np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
            stream.seek(len(_MAGIC))
            stream.write(digest.digest())
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise


def read_arrays(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]] | None:
    """The header and the arrays, mapped and read-only; None where there is no file, or another one, or not what was
    written. 0.1 s for 70 MB, which are compared with the checksum."""
    try:
        whole = np.memmap(path, np.uint8, "r").view(np.ndarray)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:  # ValueError: it is empty
        _log.info("%s unusable: %s", path, error)
        return None
    if not _is_whole(whole):
        _log.info("%s is damaged, or is something else", path)
        return None
    start = _BODY + _LENGTH_BYTES
    end = start + int.from_bytes(whole[_BODY:start].tobytes(), "little")
    text = json.loads(whole[start:end].tobytes())
    arrays: dict[str, np.ndarray] = {}
    for name, kind, shape in text["arrays"]:
        end += -end % _ALIGNMENT
        size = int(np.prod(shape, dtype=np.int64)) * np.dtype(kind).itemsize
        arrays[name] = whole[end : end + size].view(np.dtype(kind)).reshape(shape)
        end += size
    return text["header"], arrays


def _put(stream: BinaryIO, digest: Any, content: bytes | memoryview) -> None:
    stream.write(content)
    digest.update(content)


def _is_whole(whole: np.ndarray) -> bool:
    """A checksum that is right means that all of it was written by us."""
    if len(whole) < _BODY + _LENGTH_BYTES or whole[: len(_MAGIC)].tobytes() != _MAGIC:
        return False
    expected = whole[len(_MAGIC) : _BODY].tobytes()
    return hashlib.blake2b(whole[_BODY:].data, digest_size=_CHECKSUM_BYTES).digest() == expected
