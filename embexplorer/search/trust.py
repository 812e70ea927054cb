"""How far a graph can be trusted, measured on the graph itself right after it was built.

The walk through the graph is good where vectors lie close together and poor far from them. How far the tenth hit lies
tells which it was, for every kind of query we tried: items, unseen glosses of WordNet, its bare titles, typed phrases.
At the same distance the middle between a few rows is about as hard as the hardest of these. So such middles, tried in
advance, say up to which distance a walk of each width is good; a query whose hits lie farther gets a wider walk, and in
the end an exact scan. (At 117,000 glosses a walk of width 100 found 0.997 of the hits of items and 0.85 of those in the
middle of three.)
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from embexplorer.base.progress import Step
from embexplorer.data.vectors import Metric
from embexplorer.search.exact import scan, scan_rows

DEPTHS = (10, 100)  # of neighbours; a deeper search is answered by a scan
WIDTHS = (100, 200, 400, 800, 1_600)  # hnswlib's ef: candidates that a walk keeps
_RECALL = 0.995  # asked of a window, so that 0.99 is kept outside the sample
_SAMPLE = 256  # 4 s at 100,000 x 384
_WINDOW = 64  # queries of about the same distance whose mean recall counts
CHECK_SHARE = 0.2  # of the building time, for an honest progress bar
_SEED = 7
_NOWHERE = -1.0

Walk = Callable[[np.ndarray, int, int], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Trust:
    """reaches: for each of DEPTHS and each of WIDTHS, how far the tenth neighbour of a query may lie for its walk to be
    good; below 0 where it never is."""

    reaches: tuple[tuple[float, ...], ...]

    @classmethod
    def none(cls) -> "Trust":
        return cls(((_NOWHERE,) * len(WIDTHS),) * len(DEPTHS))

    def width(self, depth: int, distance: float = 0.0) -> int:
        """The smallest width that is good for so many neighbours, the tenth so far away; 0 where none is."""
        for known, reaches in zip(DEPTHS, self.reaches, strict=True):
            if depth <= known:
                good = (width for width, reach in zip(WIDTHS, reaches, strict=True) if max(distance, 0.0) <= reach)
                return next(good, 0)
        return 0


def tenth_distance(distances: np.ndarray) -> float:
    """Of an answer, nearest first; infinite where it has fewer than ten."""
    return float(distances[DEPTHS[0] - 1]) if len(distances) >= DEPTHS[0] else float("inf")


def measure(matrix: np.ndarray, metric: Metric, walk: Walk) -> Generator[Step, None, Trust]:
    """Compare walk(query, k, ef), which gives rows and distances, with the exact scan; each step is a place to stop."""
    if metric == "ip" or len(matrix) < DEPTHS[-1]:
        return Trust.none()  # without the triangle inequality the graph promises nothing
    total = len(matrix) * (1 + CHECK_SHARE)
    queries = _mixtures(matrix, metric)
    recalls = np.zeros((len(DEPTHS), len(WIDTHS), len(queries)))
    distances = np.full((len(WIDTHS), len(queries)), np.inf)
    for i, query in enumerate(queries):
        yield Step(len(matrix) * (1 + CHECK_SHARE * i / len(queries)), total, "Checking the search index")
        best = scan(matrix, query, DEPTHS[-1], metric).scores
        for j, width in enumerate(WIDTHS):
            rows, far = walk(query, DEPTHS[-1], width)
            distances[j, i] = tenth_distance(far)
            for depth, recall in zip(DEPTHS, recalls, strict=True):
                recall[j, i] = _recall(scan_rows(matrix, query, depth, metric, rows[:depth]).scores, best[:depth])
    return Trust(tuple(tuple(map(_reach, recall, distances)) for recall in recalls))


def _mixtures(matrix: np.ndarray, metric: Metric) -> np.ndarray:
    """Queries float32 (_SAMPLE, d), each a weighted mean of three rows. The weights of half of them are drawn, mostly
    with one row far ahead; a quarter each lies in the middle of two and of three rows, the hardest places."""
    random = np.random.default_rng(_SEED)
    drawn = random.dirichlet((0.5, 0.5, 0.5), _SAMPLE // 2)
    middles = np.tile([[1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]], (_SAMPLE // 4, 1))
    rows = np.nan_to_num(matrix[random.choice(len(matrix), (_SAMPLE, 3))])
    mixed = np.einsum("qr,qrd->qd", np.concatenate([drawn, middles]), rows)
    if metric == "cosine":
        mixed /= np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-30)
    return np.asarray(mixed, np.float32)


def _recall(found: np.ndarray, best: np.ndarray) -> float:
    """The share of the best scores that was found; of equal scores each counts, whichever row it was."""
    return float(np.count_nonzero(found >= best[-1]) / len(best)) if len(best) else 0.0


def _reach(recalls: np.ndarray, distances: np.ndarray) -> float:
    """The distance up to which every window of neighbouring distances has enough recall."""
    order = np.argsort(distances, kind="stable")
    means = np.convolve(recalls[order], np.ones(_WINDOW) / _WINDOW, mode="valid")
    poor = np.flatnonzero(means < _RECALL - 1e-9)
    first_poor = int(poor[0]) if len(poor) else len(means)
    known = distances[order][: first_poor + _WINDOW // 2] if first_poor else distances[:0]
    known = known[np.isfinite(known)]
    return float(known[-1]) if len(known) else _NOWHERE
