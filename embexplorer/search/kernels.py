"""Scores of chosen rows without gathering them first. Importing this module loads numba."""

import numpy as np

from embexplorer.base.kernels import fast_kernel


@fast_kernel
def dot_rows(matrix: np.ndarray, rows: np.ndarray, query: np.ndarray, out: np.ndarray) -> None:
    """out[i] = matrix[rows[i]] . query; float32 (n, d), int64 (m,), float32 (d,), float32 (m,)."""
    for i in range(len(rows)):
        row = rows[i]
        total = np.float32(0)
        for j in range(len(query)):
            total += matrix[row, j] * query[j]
        out[i] = total


@fast_kernel
def minus_distance_rows(matrix: np.ndarray, rows: np.ndarray, query: np.ndarray, out: np.ndarray) -> None:
    """out[i] = -|matrix[rows[i]] - query|; shapes as in dot_rows."""
    for i in range(len(rows)):
        row = rows[i]
        total = np.float32(0)
        for j in range(len(query)):
            gap = matrix[row, j] - query[j]
            total += gap * gap
        out[i] = -np.sqrt(total)
