"""The nearest rows of many vectors at once, by the partitioned index."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from embexplorer.base.cores import core_count
from embexplorer.search.partitions import PartitionIndex

Lookup = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]

_LEAST = 16  # vectors for each thread


def neighbour_lookup(index: PartitionIndex, matrix: np.ndarray, threads: int = 0) -> Lookup:
    """lookup(block, k) -> rows int64 (m, k) and distances float32 (m, k), nearest first, of each of m vectors: 1 -
    cosine, Euclidean, or 1 - inner product. A vector that is in the index finds itself too; where fewer than k are
    there, the rest is row -1 at distance infinity. matrix: the one that the index is of."""
    workers = core_count(threads)

    def lookup(block: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        block = np.ascontiguousarray(block, np.float32)
        number = max(1, min(workers, len(block) // _LEAST))
        bounds = np.linspace(0, len(block), number + 1).astype(int)
        parts = [block[start:end] for start, end in pairwise(bounds)]
        if number == 1:
            return _of_block(index, matrix, block, k)
        with ThreadPoolExecutor(number) as pool:
            found = list(pool.map(lambda part: _of_block(index, matrix, part, k), parts))
        return np.concatenate([rows for rows, _ in found]), np.concatenate([far for _, far in found])

    return lookup


def _of_block(index: PartitionIndex, matrix: np.ndarray, block: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    rows = np.full((len(block), k), -1, np.int64)
    distances = np.full((len(block), k), np.inf, np.float32)
    for place, walked in enumerate(index.walk_all(matrix, block, k)):
        far = 1 - walked.scores
        if index.metric == "cosine":
            far = np.maximum(far, 0)
        elif index.metric == "l2":  # of the vectors themselves: the scores lose what is small beside their lengths
            far = np.linalg.norm(np.asarray(matrix[walked.rows], np.float32) - block[place], axis=1)
        order = np.lexsort((walked.rows, far))
        rows[place, : len(order)], distances[place, : len(order)] = walked.rows[order], far[order]
    return rows, distances
