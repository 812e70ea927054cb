"""Scores of chosen rows without gathering them first. Importing this module loads numba.

A matrix is float32, or float16 seen as uint16. Rows lie anywhere in memory, so each is asked for some rows ahead.
"""

from typing import Any

import numpy as np

from embexplorer.base.kernels import fast_kernel, inline_kernel
from embexplorer.search.bits import prefetch, single

_AHEAD = 6  # rows; with fewer the memory is waited for, with more the first cache overflows


@inline_kernel
def fetch_row(matrix: np.ndarray, row: int) -> None:
    """Bring a row into the cache while others are worked on."""
    start = np.uintp(matrix.ctypes.data) + np.uintp(row) * np.uintp(matrix.strides[0])
    for offset in range(0, matrix.shape[1] * matrix.itemsize, 64):
        prefetch(start + np.uintp(offset))


@inline_kernel
def dot(matrix: np.ndarray, row: int, query: np.ndarray) -> Any:
    """The inner product of a row and a query."""
    total = np.float32(0)
    for j in range(len(query)):
        total += single(matrix[row, j]) * query[j]
    return total


@inline_kernel
def squared_gap(matrix: np.ndarray, row: int, query: np.ndarray) -> Any:
    """The squared distance of a row from a query."""
    total = np.float32(0)
    for j in range(len(query)):
        gap = single(matrix[row, j]) - query[j]
        total += gap * gap
    return total


@fast_kernel
def dot_rows(matrix: np.ndarray, rows: np.ndarray, query: np.ndarray, out: np.ndarray) -> None:
    """out[i] = matrix[rows[i]] . query; (n, d), int64 (m,), float32 (d,), float32 (m,)."""
    for i in range(len(rows)):
        if i + _AHEAD < len(rows):
            fetch_row(matrix, rows[i + _AHEAD])
        out[i] = dot(matrix, rows[i], query)


@fast_kernel
def minus_distance_rows(matrix: np.ndarray, rows: np.ndarray, query: np.ndarray, out: np.ndarray) -> None:
    """out[i] = -|matrix[rows[i]] - query|; shapes as in dot_rows."""
    for i in range(len(rows)):
        if i + _AHEAD < len(rows):
            fetch_row(matrix, rows[i + _AHEAD])
        out[i] = -np.sqrt(squared_gap(matrix, rows[i], query))
