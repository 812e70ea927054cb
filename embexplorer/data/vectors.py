"""Vectors of items in a space."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from embexplorer.data.ids import rows_of

Metric = Literal["cosine", "ip", "l2"]


@dataclass(frozen=True)
class Vectors:
    """ids: int64 (n,), ascending item ids. matrix: float32 (n, dims), row i belongs to ids[i]; often memory-mapped,
    so read-only. Rows of a "cosine" space have length 1."""

    ids: np.ndarray
    matrix: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def dims(self) -> int:
        return int(self.matrix.shape[1])

    def rows_of(self, ids: np.ndarray) -> np.ndarray:
        """The rows of these item ids, int64; -1 where an item has no vector here."""
        return rows_of(self.ids, ids)


@dataclass(frozen=True)
class SpaceInfo:
    """One embedding of the items. model: the model's id, "" for ready-made vectors. precision: which of the model's
    files computed it. checksum: of that file. granted: the device that really ran it, in words. kept: the name
    of the form that its vectors are kept in, see data/precision.py."""

    id: int
    name: str
    model: str
    dims: int
    metric: Metric
    kind: str  # the kind of items that it embeds, a value of data.items.Kind
    precision: str = ""
    checksum: str = ""
    prompt: str = ""
    granted: str = ""
    count: int = 0
    kept: str = "float32"


def usable_rows(matrix: np.ndarray) -> np.ndarray:
    """bool (n,): rows that are finite and not all zero, the only ones that a space may hold."""
    usable: np.ndarray = np.isfinite(matrix).all(axis=1) & np.any(matrix != 0, axis=1)
    return usable


def normalised(matrix: np.ndarray) -> np.ndarray:
    """float32 (n, dims), each row scaled to length 1; rows must be usable."""
    wide = np.asarray(matrix, np.float32)
    # the largest entry first: squares of 1e30 overflow float32
    wide = wide / np.abs(wide).max(axis=1, keepdims=True)
    lengths = np.sqrt(np.einsum("ij,ij->i", wide, wide, dtype=np.float64))[:, None]
    result: np.ndarray = np.ascontiguousarray(wide / lengths, np.float32)
    return result
