"""Compiled: codes of one bit a dimension, and where they lie. Importing this module loads numba.

Rows lie in blocks of 16, a partition in blocks of its own. A block's words are turned so that 16 rows are worked on at
once: codes[block, word, lane], factors[block, which, lane].
"""

from typing import Any

import numpy as np

from embexplorer.base.kernels import fast_kernel, kernel
from embexplorer.search.heap import take

LANES = 16
STEP, SET, ERROR, BIAS = 0, 1, 2, 3  # the factors of a row; the last only for distances
_TINY = np.float32(1e-30)


@fast_kernel
def encode(residuals: np.ndarray, places: np.ndarray, codes: np.ndarray, factors: np.ndarray) -> None:
    """Write the signs of rotated residuals (m, dims) float32 as codes, and what turns them into estimates.

    places: int64 (m,), block * 16 + lane of each. After RaBitQ (Gao and Long 2024): with r a residual, s its signs and
    t = |r| / cos(r, s), <q, r> is about t / sqrt(dims) * <q, s>, with an error of |r| tan(r, s) / sqrt(dims - 1) for a
    query of length 1. BIAS is left as it is."""
    dims = residuals.shape[1]
    root, rest = np.float32(np.sqrt(dims)), np.float32(np.sqrt(dims - 1))
    for i in range(len(residuals)):
        block, lane = places[i] // LANES, places[i] % LANES
        square, total, positive = np.float32(0), np.float32(0), 0
        for j in range(dims):
            square += residuals[i, j] * residuals[i, j]
            total += abs(residuals[i, j])
        for word in range(codes.shape[1]):
            bits = np.uint64(0)
            for j in range(64):
                is_set = residuals[i, word * 64 + j] > 0
                bits |= np.uint64(is_set) << np.uint64(j)
                positive += is_set
            codes[block, word, lane] = bits
        length = np.sqrt(square)
        cosine = min(np.float32(1), total / (length * root + _TINY))
        sine = np.sqrt(np.float32(1) - cosine * cosine)
        factors[block, STEP, lane] = length / (cosine * root + _TINY)
        factors[block, SET, lane] = positive
        factors[block, ERROR, lane] = length * sine / (cosine * rest + _TINY)


@kernel
def places_of(parts: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where rows lie when each partition fills blocks of its own: (starts int64 (count + 1,) in blocks, places int32
    (n,), block * 16 + lane, -1 for rows of no partition, order int32 (blocks * 16,), the row at each place, n for
    none). parts: int32 (n,), -1 for none."""
    sizes = np.zeros(count, np.int64)
    for part in parts:
        if part >= 0:
            sizes[part] += 1
    starts = np.zeros(count + 1, np.int64)
    for part in range(count):
        starts[part + 1] = starts[part] + (sizes[part] + LANES - 1) // LANES
    following = starts[:-1] * LANES
    places = np.full(len(parts), -1, np.int32)
    order = np.full(starts[-1] * LANES, len(parts), np.int32)
    for row in range(len(parts)):
        if parts[row] >= 0:
            places[row] = following[parts[row]]
            order[following[parts[row]]] = row
            following[parts[row]] += 1
    return starts, places, order


@kernel
def move_codes(
    from_codes: np.ndarray, from_factors: np.ndarray, sources: np.ndarray,
    codes: np.ndarray, factors: np.ndarray, targets: np.ndarray,
) -> None:  # fmt: skip
    """Copy what is at some places to others. sources, targets: int64 (m,), block * 16 + lane; -1: not copied."""
    for i in range(len(sources)):
        if sources[i] < 0 or targets[i] < 0:
            continue
        block, lane = sources[i] // LANES, sources[i] % LANES
        to_block, to_lane = targets[i] // LANES, targets[i] % LANES
        for word in range(codes.shape[1]):
            codes[to_block, word, to_lane] = from_codes[block, word, lane]
        for which in range(factors.shape[1]):
            factors[to_block, which, to_lane] = from_factors[block, which, lane]


@kernel
def best_of(
    scores: np.ndarray, parts: np.ndarray, open_parts: np.ndarray, chance: np.ndarray, share: Any, k: int
) -> np.ndarray:
    """int64, at most k: the rows with the highest scores, in no order, of those whose partition is open and whose
    chance is below share. scores, chance: float32 (n,), parts: int32 (n,), -1 never passes; open_parts: bool (p,)."""
    best, rows, size = np.empty(k, np.float32), np.empty(k, np.int64), 0
    for row in range(len(scores)):
        if size == k and scores[row] <= best[0]:
            continue
        if parts[row] >= 0 and open_parts[parts[row]] and chance[row] < share:
            size = take(best, rows, size, scores[row], row)
    return rows[:size]
