"""How far a graph can be trusted, measured on the graph itself right after it was built.

The walk through the graph is good near its vectors and poor far from them: for the direction "this, unlike that" a
graph with recall 1.00 for ordinary queries fell to 0.69, and to 0.51 for random ones (at 100,000 x 384, ef 160).
So we keep the width that ordinary queries needed, and how far their answers lay; a query whose answers lie farther is
scanned exactly instead.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from embexplorer.data.vectors import Metric
from embexplorer.search.exact import scores_of_all

DEPTHS = (10, 100, 1_000)
_WIDTHS = (100, 200, 400, 800, 1_600)
_RECALL = 0.997  # asked of the sample, so that 0.99 is kept outside it
_SAMPLE = 128
_NOISE = 0.5  # of a row's length: a query is never a row; at cosine 0.89 it is about as near as a paraphrase
_REACH = 0.9  # share of the sample whose answers lie nearer than what is trusted
_SEED = 7


@dataclass(frozen=True)
class Trust:
    """widths: for each of DEPTHS, the ef at which the sample's recall was good, 0 where none was. reach: the distance
    of the tenth neighbour up to which that holds."""

    widths: tuple[int, ...]
    reach: float

    @classmethod
    def none(cls) -> "Trust":
        return cls((0,) * len(DEPTHS), 0.0)

    def width(self, depth: int) -> int:
        """The ef for so many neighbours; 0 where the graph is not to be used."""
        return next((width for known, width in zip(DEPTHS, self.widths, strict=True) if depth <= known), 0)

    def holds(self, distances: np.ndarray) -> bool:
        """Whether an answer (distances, nearest first) lies where the recall was measured."""
        return len(distances) > 0 and float(distances[min(len(distances), DEPTHS[0]) - 1]) <= self.reach


def measure(
    matrix: np.ndarray, metric: Metric, query: Callable[[np.ndarray, int, int], tuple[np.ndarray, ...]]
) -> Trust:
    """Compare the graph's query(vector, k, ef) with brute force over rows of the matrix that were moved a little."""
    if metric == "ip" or len(matrix) < 2 * DEPTHS[0]:
        return Trust.none()  # without the triangle inequality the graph promises nothing
    queries = _sample(matrix, metric)
    scores = scores_of_all(matrix, queries, metric)
    widths, width = [], _WIDTHS[0]
    for depth in DEPTHS:
        width = _needed_width(queries, scores, depth, width, query) if width and depth < len(matrix) else 0
        widths.append(width)
    ninth = scores.shape[1] - DEPTHS[0]
    tenth_best = np.partition(scores, ninth, axis=1)[:, ninth]
    distances = -tenth_best if metric == "l2" else 1 - tenth_best
    return Trust(tuple(widths), float(np.quantile(distances, _REACH)))


def _sample(matrix: np.ndarray, metric: Metric) -> np.ndarray:
    random = np.random.default_rng(_SEED)
    rows = np.sort(random.choice(len(matrix), min(_SAMPLE, len(matrix)), replace=False))
    rows_there = np.nan_to_num(np.asarray(matrix[rows], np.float32))
    lengths = np.linalg.norm(rows_there, axis=1, keepdims=True)
    if metric == "l2":  # the origin means nothing here: lengths are measured from the middle
        lengths = np.linalg.norm(rows_there - rows_there.mean(axis=0), axis=1, keepdims=True)
    noise = random.standard_normal(rows_there.shape).astype(np.float32) / np.sqrt(matrix.shape[1])
    moved = rows_there + _NOISE * lengths * noise
    if metric == "cosine":
        moved /= np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-30)
    return np.ascontiguousarray(moved, np.float32)


def _needed_width(
    queries: np.ndarray,
    scores: np.ndarray,
    depth: int,
    first: int,
    query: Callable[[np.ndarray, int, int], tuple[np.ndarray, ...]],
) -> int:
    """The smallest width, from first on, with enough recall; equal scores count as found, whichever row it was."""
    last = np.partition(scores, scores.shape[1] - depth, axis=1)[:, scores.shape[1] - depth]
    slack = 1e-5 * np.maximum(np.abs(last), 1)
    for width in _WIDTHS:
        if width < max(first, depth):
            continue
        found = 0
        for i, vector in enumerate(queries):
            rows, _ = query(vector, depth, width)
            found += int(np.count_nonzero(scores[i, rows] >= last[i] - slack[i]))
        if found >= _RECALL * depth * len(queries):
            return width
    return 0
