"""Brute force: the k nearest rows, none missed.

Two passes. The first scores every row in float32, fast and only nearly right in the last digits. The second scores what
may be among the k again in float64, so that an answer does not depend on the road to it and equal rows tie exactly.

The first pass is our kernel on all cores at every density, though BLAS knows this sum too. Over all of 100,000 x 384 on
two cores they are level, 4.6 to 5.2 ms, but beside one other busy thread BLAS takes 16 to 22 ms, as its threads wait
for each other, where ours take 9; and an embedding or a layout is often running. Over chosen rows the kernel spares the
gather (a tenth of the rows: 0.8 ms, numpy 4 to 8). For "l2" BLAS would need |x|^2 - 2xq + |q|^2, which loses small
distances.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from embexplorer.base.cores import core_count
from embexplorer.data.vectors import Metric

_BLOCK_ROWS = 16_384  # 25 MB at 384 dims: what one step may copy when the vectors are not float32
_SMALL = 1 << 18  # numbers; below, numpy's gather is faster than loading numba for the first time
_SPLIT = 1 << 21  # numbers; below, one thread is done before others have started
# Float32 sums of some hundred terms are right to about 1e-7 of the lengths; rows closer than this are scored again.
_ROUNDING = 4e-6


@dataclass(frozen=True)
class Scored:
    """rows: int64 (m,), best first, m <= k; of equal scores the lower row first. scores: float32 (m,), larger is
    nearer. candidates: how many vectors were scored."""

    rows: np.ndarray
    scores: np.ndarray
    candidates: int


def scan(matrix: np.ndarray, query: np.ndarray, k: int, metric: Metric, mask: np.ndarray | None = None) -> Scored:
    """The k best of all rows, or of those where mask (bool (n,)) is True.

    matrix: (n, d), any float type, may be memory-mapped; rows of a "cosine" space have length 1. query: (d,), any
    length for "cosine". Any k. Rows that hold NaN are never hits. Memory: some 20 bytes a row, and some blocks.
    """
    rows = np.arange(len(matrix)) if mask is None else np.flatnonzero(mask)
    return scan_rows(matrix, query, k, metric, rows)


def scan_rows(matrix: np.ndarray, query: np.ndarray, k: int, metric: Metric, rows: np.ndarray) -> Scored:
    """As scan, over these rows alone: int64 (m,), each at most once, any order."""
    wanted = _prepared(query, metric)
    scores = _first_scores(matrix, rows, wanted, metric)
    return _best(matrix, rows, scores, wanted, k, metric)


def every_row(matrix: np.ndarray, query: np.ndarray, metric: Metric, rows: np.ndarray) -> Scored:
    """All of these rows (int64 (m,), ascending), best first, equal ones ascending; those that hold NaN are left out.

    One pass, in float32: where thousands are wanted, nobody sees which of two nearly equal ones comes first. Half a
    second of one core at 1,000,000 x 384, most of it for the scores."""
    scores = _first_scores(matrix, rows, _prepared(query, metric), metric)
    order = np.argsort(-scores, kind="stable")
    order = order[: len(order) - int(np.count_nonzero(np.isnan(scores)))]  # NaN is sorted last
    return Scored(rows[order], scores[order], len(rows))


def all_scores(matrix: np.ndarray, query: np.ndarray, metric: Metric) -> np.ndarray:
    """float32 (n,): the score of every row, larger is nearer, right to about 1e-7 of the lengths."""
    return _first_scores(matrix, np.arange(len(matrix)), _prepared(query, metric), metric)


def _prepared(query: np.ndarray, metric: Metric) -> np.ndarray:
    """float32 (d,), of length 1 for "cosine" so that the dot product is the cosine."""
    wanted = np.asarray(query, np.float64).reshape(-1)
    length = float(np.linalg.norm(wanted))
    if metric == "cosine" and length > 0:
        wanted = wanted / length
    return np.ascontiguousarray(wanted, np.float32)


def _first_scores(matrix: np.ndarray, rows: np.ndarray, query: np.ndarray, metric: Metric) -> np.ndarray:
    """float32 (m,): by numpy for a few rows or another type than float32, by our kernel on all cores otherwise."""
    scores = np.empty(len(rows), np.float32)
    numbers = len(rows) * len(query)
    if numbers >= _SMALL and matrix.dtype == np.float32:
        _kernel_scores(np.asarray(matrix), rows, query, metric, scores)
        return scores
    for start in range(0, len(rows), _BLOCK_ROWS):
        part = slice(start, start + _BLOCK_ROWS)
        scores[part] = _careful_scores(matrix, rows[part], query, metric)
    return scores


def _kernel_scores(matrix: np.ndarray, rows: np.ndarray, query: np.ndarray, metric: Metric, out: np.ndarray) -> None:
    from embexplorer.search.kernels import dot_rows, minus_distance_rows

    score = minus_distance_rows if metric == "l2" else dot_rows
    threads = 1 if len(rows) * len(query) < _SPLIT else core_count()
    if threads == 1:
        score(matrix, rows, query, out)
        return
    bounds = np.linspace(0, len(rows), threads + 1).astype(int)
    parts = [slice(int(start), int(end)) for start, end in pairwise(bounds)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda part: score(matrix, rows[part], query, out[part]), parts))


def _best(
    matrix: np.ndarray, rows: np.ndarray, scores: np.ndarray, query: np.ndarray, k: int, metric: Metric
) -> Scored:
    near = _near_best(matrix, rows, scores, query, k, metric)
    chosen = rows[near]
    final = np.empty(len(chosen), np.float32)
    for start in range(0, len(chosen), _BLOCK_ROWS):
        part = slice(start, start + _BLOCK_ROWS)
        final[part] = _careful_scores(matrix, chosen[part], query, metric)
    order = np.lexsort((chosen, -final))[:k]
    return Scored(chosen[order], final[order], len(rows))


def _near_best(
    matrix: np.ndarray, rows: np.ndarray, scores: np.ndarray, query: np.ndarray, k: int, metric: Metric
) -> np.ndarray:
    """Positions of all scores that are within rounding of the k best; NaN is never among them."""
    if k <= 0:
        return np.empty(0, np.int64)
    if k >= len(scores):
        return np.flatnonzero(~np.isnan(scores))
    top = np.argpartition(-scores, k - 1)[:k]  # NaN counts as the largest, so it comes here only where k meets it
    threshold = float(scores[top].min())
    if np.isnan(threshold):
        return np.flatnonzero(~np.isnan(scores))
    with np.errstate(all="ignore"):
        if metric == "l2":
            margin = _ROUNDING * abs(threshold)
        else:
            lengths = np.linalg.norm(np.asarray(matrix[rows[top[:1000]]], np.float64), axis=1)
            margin = _ROUNDING * float(lengths.max() * np.linalg.norm(query.astype(np.float64)))
        return np.flatnonzero(scores >= np.float32(threshold - (margin if np.isfinite(margin) else 0.0)))


def _careful_scores(matrix: np.ndarray, rows: np.ndarray, query: np.ndarray, metric: Metric) -> np.ndarray:
    """float32 (m,), summed in float64, the same for equal rows wherever they stand."""
    block = np.asarray(matrix[rows], np.float64)
    wide = query.astype(np.float64)
    with np.errstate(all="ignore"):
        if metric == "l2":
            block -= wide
            scores: np.ndarray = -np.sqrt(np.einsum("ij,ij->i", block, block))
        else:
            scores = np.einsum("ij,j->i", block, wide)
        return scores.astype(np.float32)
