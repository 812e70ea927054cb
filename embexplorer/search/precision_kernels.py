"""Inner products of a query with rows that are kept in few bytes. Importing this module loads numba."""

import numpy as np

from embexplorer.base.kernels import fast_kernel
from embexplorer.search.bits import popcount, single


@fast_kernel
def number_dots(rows: np.ndarray, query: np.ndarray, out: np.ndarray) -> None:
    """out[i] = rows[i] . query; int8 (n, k), float32 (k,), float32 (n,)."""
    for i in range(len(rows)):
        total = np.float32(0)
        for j in range(len(query)):
            total += np.float32(rows[i, j]) * query[j]
        out[i] = total


@fast_kernel
def float_dots(rows: np.ndarray, query: np.ndarray, out: np.ndarray) -> None:
    """As number_dots, of float32 rows or of float16 rows seen as uint16."""
    for i in range(len(rows)):
        total = np.float32(0)
        for j in range(len(query)):
            total += single(rows[i, j]) * query[j]
        out[i] = total


@fast_kernel
def set_counts(rows: np.ndarray, planes: np.ndarray, counts: np.ndarray, sums: np.ndarray) -> None:
    """How many bits of each row are set, and the sum of whole numbers 0 to 15 over these bits.

    rows: uint64 (n, w). planes: uint64 (4, w), the bits of the numbers, the lowest first. counts, sums: float32 (n,).
    """
    for i in range(len(rows)):
        count, total = np.int64(0), np.int64(0)
        for word in range(rows.shape[1]):
            bits = rows[i, word]
            count += np.int64(popcount(bits))
            total += (
                np.int64(popcount(bits & planes[0, word]))
                + 2 * np.int64(popcount(bits & planes[1, word]))
                + 4 * np.int64(popcount(bits & planes[2, word]))
                + 8 * np.int64(popcount(bits & planes[3, word]))
            )
        counts[i], sums[i] = count, total
