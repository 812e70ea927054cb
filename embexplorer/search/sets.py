"""Queries as sets: like all of these, like any of these, like these but not like those.

How much an item belongs to a set is its score; the intersection is then the smallest, the union the largest of the
scores (Zadeh, 1965; Fagin, "Combining Fuzzy Information from Multiple Systems", 1996), and the difference leaves out
what belongs more to the second set. The operations are those that LaSO learns for pictures with several labels (Alfassy
et al., CVPR 2019); here they act on scores, so that they need no training and can be checked by eye.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from embexplorer.data.vectors import Metric
from embexplorer.search.exact import Scored

Joined = Literal["both", "either"]

_BLOCK_NUMBERS = 1 << 22  # of rows and of scores that one step may hold: 16 MB each
_DENSE = 0.25  # a block whose rows are at least so dense is read as it lies: gathering costs four times as much
_ROUNDING = 4e-6  # of the lengths: what a float32 sum of some hundred terms may be wrong


@dataclass(frozen=True, eq=False)
class SetQuery:
    """pulls: (m, d), m >= 1, with weights (m,) > 0. pushes: (j, d), j >= 0, with push_weights (j,) > 0.

    For "cosine" all have length 1.
    """

    pulls: np.ndarray
    weights: np.ndarray
    joined: Joined
    pushes: np.ndarray
    push_weights: np.ndarray
    metric: Metric


@dataclass(frozen=True)
class _Judged:
    """scores: (n,), larger is nearer. against: (n,), of the pushing term that is nearest, -inf without one."""

    scores: np.ndarray
    against: np.ndarray


def scan_sets(matrix: np.ndarray, query: SetQuery, k: int, rows: np.ndarray) -> Scored:
    """The k best of these rows (int64 (m,)) of matrix (n, d), none missed; rows that hold NaN are never hits.

    Two passes, as in exact.py: all rows in float32, then in float64 those that may be among the k best. Memory: some
    20 bytes a row, and blocks of 16 MB.
    """
    first = np.empty((2, len(rows)), np.float32)
    for part, block in _blocks(matrix, rows, len(query.pulls) + len(query.pushes)):
        judged = _judge(block.astype(np.float32, copy=False), query)
        first[0, part], first[1, part] = judged.scores, judged.against
    near = _near_best(first, k, _margin(matrix, rows, query))
    return Scored(*score_sets(matrix, query, k, rows[near]), len(rows))


def score_sets(matrix: np.ndarray, query: SetQuery, k: int, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The k best of these few rows, best first, and their scores (float32), summed in float64."""
    scores, against = np.empty(len(rows)), np.empty(len(rows))
    wide = _in_float64(query)
    for part, block in _blocks(matrix, rows, len(query.pulls) + len(query.pushes)):
        judged = _judge(block.astype(np.float64), wide)
        scores[part], against[part] = judged.scores, judged.against
    kept = np.flatnonzero(scores >= against)  # false for NaN
    final = scores[kept].astype(np.float32)
    order = np.lexsort((rows[kept], -final))[: max(k, 0)]
    return rows[kept][order], final[order]


def join(scores: np.ndarray, weights: np.ndarray, joined: Joined) -> np.ndarray:
    """(n,): how much each item belongs, from its scores (n, m) under terms of these weights (m,).

    With equal weights the smallest ("both") or the largest ("either") of the m. Unequal ones follow the only rule that
    is continuous in them, gives the plain value for equal ones and forgets a term of weight 0 (Fagin and Wimmers, "A
    formula for incorporating weights into scoring rules", 1997): with weights w1 >= w2 >= ... that sum to 1,
    the sum over i of i (wi - wi+1) f(x1 .. xi).
    """
    order = np.argsort(-weights, kind="stable")
    shares = weights[order] / weights.sum()
    steps = (shares - np.append(shares[1:], 0)) * np.arange(1, len(shares) + 1)
    fold = np.minimum if joined == "both" else np.maximum
    if np.ptp(weights) == 0:
        whole: np.ndarray = fold.reduce(scores, axis=1)
        return whole
    result: np.ndarray = fold.accumulate(scores[:, order], axis=1) @ steps.astype(scores.dtype)
    return result


def strengthened(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Scores (n, j) of terms of these weights (j,): a weight of 2 counts as twice as near, whatever the sign."""
    result: np.ndarray = np.where(scores > 0, scores * weights, scores / weights)
    return result


def _judge(block: np.ndarray, query: SetQuery) -> _Judged:
    """Of all rows of a block (n, d), in its own precision."""
    scores = join(_scores(block, query.pulls, query.metric), query.weights, query.joined)
    if not len(query.pushes):
        return _Judged(scores, np.full(len(block), -np.inf, block.dtype))
    pushed = strengthened(_scores(block, query.pushes, query.metric), query.push_weights)
    return _Judged(scores, pushed.max(axis=1))


def _scores(block: np.ndarray, terms: np.ndarray, metric: Metric) -> np.ndarray:
    """(n, m): of each row under each term, larger is nearer. In float64 the same for equal rows wherever they stand,
    which BLAS does not promise."""
    with np.errstate(all="ignore"):
        if block.dtype == np.float64:
            return np.stack([_careful_scores(block, term, metric) for term in terms], axis=1)
        if metric != "l2":
            dots: np.ndarray = block @ terms.T.astype(block.dtype)
            return dots
        origin = terms[0].astype(block.dtype)  # distances are small against the way to the true origin
        here, there = block - origin, terms.astype(block.dtype) - origin
        squares = np.einsum("ij,ij->i", here, here)[:, None] + np.einsum("ij,ij->i", there, there)
        result: np.ndarray = -np.sqrt(np.maximum(squares - 2 * (here @ there.T), 0))
        return np.where(np.isnan(squares), np.nan, result)


def _careful_scores(block: np.ndarray, term: np.ndarray, metric: Metric) -> np.ndarray:
    if metric != "l2":
        dots: np.ndarray = np.einsum("ij,j->i", block, term)
        return dots
    apart = block - term
    distances: np.ndarray = np.sqrt(np.einsum("ij,ij->i", apart, apart))
    return -distances


def _blocks(matrix: np.ndarray, rows: np.ndarray, terms: int) -> Iterator[tuple[slice, np.ndarray]]:
    """Parts of rows, and what stands in the matrix there."""
    size = max(1, _BLOCK_NUMBERS // max(matrix.shape[1], terms))
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        here = rows[part]
        low, high = int(here.min()), int(here.max()) + 1
        if len(here) == high - low and bool((np.diff(here) == 1).all()):
            yield part, np.asarray(matrix[low:high])
        elif len(here) >= _DENSE * (high - low):
            yield part, np.asarray(matrix[low:high])[here - low]
        else:
            yield part, np.asarray(matrix[here])


def _margin(matrix: np.ndarray, rows: np.ndarray, query: SetQuery) -> float:
    """How far a float32 score may be from the true one."""
    terms = np.concatenate([query.pulls, query.pushes]).astype(np.float64)
    sample = np.asarray(matrix[rows[:: max(1, len(rows) // 1000)]], np.float64)
    steps = float(max(1.0, query.push_weights.max(initial=1.0)))
    with np.errstate(all="ignore"):
        if query.metric == "l2":
            spread = np.nanmax(np.linalg.norm(sample - terms[0], axis=1), initial=0.0)
            spread += np.linalg.norm(terms - terms[0], axis=1).max()
            # a square is wrong by this share of the spread's square, so its root by up to the share's root
            return float(np.sqrt(_ROUNDING) * spread) * steps
        lengths = np.linalg.norm(terms, axis=1).max()
        return float(2 * _ROUNDING * np.nanmax(np.linalg.norm(sample, axis=1), initial=0.0) * lengths) * steps


def _near_best(first: np.ndarray, k: int, margin: float) -> np.ndarray:
    """Positions that may be among the k best, given scores and what stands against them, (2, n)."""
    scores, against = first
    maybe = np.flatnonzero(scores >= against - 2 * margin)  # false for NaN
    if k <= 0:
        return maybe[:0]
    sure = scores[scores >= against + 2 * margin]
    if k >= len(sure):
        return maybe
    least = float(np.partition(sure, len(sure) - k)[len(sure) - k]) - 2 * margin
    near: np.ndarray = maybe[scores[maybe] >= least]
    return near


def _in_float64(query: SetQuery) -> SetQuery:
    wide = (np.asarray(part, np.float64) for part in (query.pulls, query.weights, query.pushes, query.push_weights))
    pulls, weights, pushes, push_weights = wide
    return SetQuery(pulls, weights, query.joined, pushes, push_weights, query.metric)
