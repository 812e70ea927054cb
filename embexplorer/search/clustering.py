"""Partitions of a space by k-means (Lloyd 1982) on a sample, good enough to search by, quick enough to build often."""

from collections.abc import Generator

import numpy as np

from embexplorer.base.progress import Step

_ROUNDS = 8
_SAMPLE = 40  # rows for each centre
_BLOCK = 16_384  # rows whose distances to all centres are in memory at once
_MOST_CENTRES = 4_096
_SEED = 3


def centre_count(rows: int) -> int:
    """About the square root: entering a partition and scanning one then cost about the same."""
    return int(np.clip(round(np.sqrt(rows)), 1, _MOST_CENTRES))


def find_centres(
    matrix: np.ndarray, usable: np.ndarray, count: int, shift: np.ndarray
) -> Generator[Step, None, np.ndarray]:
    """float32 (count, d), the centres of rows of matrix - shift. usable: int64, the rows that hold numbers, at least
    count of them. Each step is a round."""
    random = np.random.default_rng(_SEED)
    chosen = np.sort(random.choice(usable, min(len(usable), _SAMPLE * count), replace=False))
    sample = np.asarray(matrix[chosen], np.float32) - shift
    centres: np.ndarray = sample[random.choice(len(sample), count, replace=False)].copy()
    for done in range(_ROUNDS):
        yield Step(done, _ROUNDS)
        nearest = nearest_centres(sample, centres)
        sizes = np.bincount(nearest, minlength=count)
        filled, empty = np.flatnonzero(sizes), np.flatnonzero(sizes == 0)
        ends = np.concatenate([[0], np.cumsum(sizes)])[:-1]
        sums = np.add.reduceat(sample[np.argsort(nearest, kind="stable")], ends[filled], axis=0)
        centres[filled] = sums / sizes[filled, None]
        centres[empty] = sample[random.choice(len(sample), len(empty), replace=False)]
    return centres


def nearest_centres(rows: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """int32 (m,): the centre nearest to each row of float32 (m, d)."""
    half = np.einsum("ij,ij->i", centres, centres) / 2
    nearest = np.empty(len(rows), np.int32)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        nearest[start : start + len(block)] = (block @ centres.T - half).argmax(axis=1)
    return nearest
