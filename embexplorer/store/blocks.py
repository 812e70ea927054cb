"""How arrays lie in the project file: compact lists of ids, and a checksum for every blob."""

import hashlib
import zlib

import numpy as np


def pack_ids(ids: np.ndarray) -> bytes:
    """Item ids as bytes: differences to the one before, int64 little endian, deflated. A run costs almost nothing."""
    wide = np.asarray(ids, np.int64)
    return zlib.compress(np.diff(wide, prepend=0).astype("<i8").tobytes(), 1)


def unpack_ids(raw: bytes) -> np.ndarray:
    """The int64 array of pack_ids. Raises ValueError where the bytes are damaged."""
    try:
        return np.cumsum(np.frombuffer(zlib.decompress(raw), "<i8"), dtype=np.int64)
    except zlib.error as error:
        raise ValueError(f"a list of ids is damaged: {error}") from error


def checksum(*parts: bytes | memoryview) -> bytes:
    """16 bytes of BLAKE2b over the parts."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part)
    return digest.digest()
