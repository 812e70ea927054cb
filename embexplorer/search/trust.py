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
_SAFETY = 0.95  # of the distance at which the first sampled query between two places lost an answer
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
    near, between = _samples(matrix, metric)
    scores = scores_of_all(matrix, near, metric)
    widths, width = [], _WIDTHS[0]
    for depth in DEPTHS:
        width = _needed_width(near, scores, depth, width, query) if width and depth < len(matrix) else 0
        widths.append(width)
    if not widths[0]:
        return Trust.none()
    reach = float(np.quantile(_tenth_distances(scores, metric), _REACH))
    scores = scores_of_all(matrix, between, metric)
    recalls = _recalls(between, scores, DEPTHS[0], widths[0], query)
    missed = _tenth_distances(scores, metric)[recalls < 1]
    return Trust(tuple(widths), float(min([reach, *(_SAFETY * missed)])))


def _tenth_distances(scores: np.ndarray, metric: Metric) -> np.ndarray:
    """How far the tenth nearest row of each query lies, float32."""
    place = scores.shape[1] - DEPTHS[0]
    best = np.partition(scores, place, axis=1)[:, place]
    distances: np.ndarray = -best if metric == "l2" else 1 - best
    return distances


def _samples(matrix: np.ndarray, metric: Metric) -> tuple[np.ndarray, np.ndarray]:
    """Two kinds of queries, float32 (_SAMPLE, d) each: rows that were moved a little, and middles of two rows, from
    which the walk must find its way to two places."""
    random = np.random.default_rng(_SEED)
    rows = np.nan_to_num(np.asarray(matrix[np.sort(random.choice(len(matrix), _SAMPLE))], np.float32))
    others = rows[random.permutation(len(rows))]
    middle = rows.mean(axis=0) if metric == "l2" else np.float32(0)  # there the origin means nothing
    lengths = np.linalg.norm(rows - middle, axis=1, keepdims=True)
    moved = rows + _NOISE * lengths * random.standard_normal(rows.shape) / np.sqrt(matrix.shape[1])
    return _fit(moved, metric), _fit((rows + others) / 2, metric)


def _fit(queries: np.ndarray, metric: Metric) -> np.ndarray:
    if metric == "cosine":
        queries = queries / np.maximum(np.linalg.norm(queries, axis=1, keepdims=True), 1e-30)
    return np.ascontiguousarray(queries, np.float32)


def _needed_width(
    queries: np.ndarray,
    scores: np.ndarray,
    depth: int,
    first: int,
    query: Callable[[np.ndarray, int, int], tuple[np.ndarray, ...]],
) -> int:
    """The smallest width, from first on, with enough recall; 0 where none has it."""
    for width in _WIDTHS:
        if width >= max(first, depth) and _recalls(queries, scores, depth, width, query).mean() >= _RECALL:
            return width
    return 0


def _recalls(
    queries: np.ndarray,
    scores: np.ndarray,
    depth: int,
    width: int,
    query: Callable[[np.ndarray, int, int], tuple[np.ndarray, ...]],
) -> np.ndarray:
    """Per query, the share of its nearest that the graph finds; equal scores count, whichever row it was."""
    place = scores.shape[1] - depth
    last = np.partition(scores, place, axis=1)[:, place]
    enough = last - 1e-5 * np.maximum(np.abs(last), 1)
    found = [np.count_nonzero(scores[i, query(q, depth, width)[0]] >= enough[i]) for i, q in enumerate(queries)]
    return np.array(found) / depth
