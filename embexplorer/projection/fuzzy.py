"""UMAP's weighted graph and its curve (McInnes et al. 2018, arXiv:1802.03426), equal to umap-learn's."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.base.progress import Step, part
from embexplorer.projection.neighbours import NeighbourGraph

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_BLOCK_ROWS = 10_000  # 5 to 20 ms


def memberships(distances: np.ndarray) -> Generator[Step, None, np.ndarray]:
    """float32 (n, k): the one-sided strength of every edge, for distances as in NeighbourGraph."""
    from embexplorer.projection.fuzzy_kernel import strengths

    shifted = np.array(distances, np.float32)
    finite = np.isfinite(shifted)
    out = np.zeros_like(shifted)
    if not finite.any():
        return out
    shifted -= min(float(shifted.min()), 0.0)  # 1 - inner product may be negative
    # umap-learn counts each row itself among its neighbours
    mean = float(shifted.sum(dtype=np.float64, where=finite)) / (len(shifted) * (shifted.shape[1] + 1))
    for begin, end in _blocks(len(shifted)):
        yield Step(begin, len(shifted))
        strengths(shifted, mean, begin, end, out)
    return out


def fuzzy_union(graph: NeighbourGraph) -> Generator[Step, None, "csr_matrix"]:
    """The symmetric (n, n) float32 graph a + b - a * b of the strengths both ways, rows sorted."""
    from scipy.sparse import csr_matrix

    from embexplorer.projection.fuzzy_kernel import count_incoming, turn, unite

    rows = np.ascontiguousarray(graph.rows, np.int32)
    count = len(rows)
    weights = yield from part(memberships(graph.distances), 0, 0.5)
    incoming = np.zeros(count + 1, np.int64)
    for begin, end in _blocks(count):
        count_incoming(rows, weights, begin, end, incoming[1:])
    yield Step(0.6, 1)
    np.cumsum(incoming, out=incoming)
    edges, free = int(incoming[-1]), incoming[:-1].copy()
    heads, back = np.empty(edges, np.int32), np.empty(edges, np.float32)
    for begin, end in _blocks(count):
        turn(rows, weights, begin, end, free, heads, back)
        yield Step(0.6 + 0.2 * end / count, 1)
    starts = np.zeros(count + 1, np.int64)
    tails, union = np.empty(2 * edges, np.int32), np.empty(2 * edges, np.float32)
    for begin, end in _blocks(count):
        unite(rows, weights, incoming, heads, back, begin, end, starts, tails, union)
        yield Step(0.8 + 0.2 * end / count, 1)
    total = int(starts[-1])
    return csr_matrix((union[:total], tails[:total], starts), shape=(count, count))


def _blocks(count: int) -> list[tuple[int, int]]:
    return [(begin, min(begin + _BLOCK_ROWS, count)) for begin in range(0, count, _BLOCK_ROWS)]


def find_ab(spread: float, min_dist: float) -> tuple[float, float]:
    """The a, b for which 1 / (1 + a x^2b) is nearest to UMAP's target curve, by damped Gauss-Newton."""
    x = np.linspace(0, spread * 3, 300)[1:]
    target = np.where(x < min_dist, 1.0, np.exp(-(x - min_dist) / spread))
    ab = np.array([1.0, 1.0])
    for _ in range(200):
        grown = x ** (2 * ab[1])
        curve = 1 / (1 + ab[0] * grown)
        slopes = np.stack([-curve * curve * grown, -curve * curve * ab[0] * grown * 2 * np.log(x)], axis=1)
        step = np.linalg.lstsq(slopes, target - curve, rcond=None)[0]
        largest = float(np.abs(step).max())
        ab = np.maximum(ab + step * min(1.0, 0.5 / max(largest, 1e-12)), 1e-3)
        if largest < 1e-9:
            break
    return float(ab[0]), float(ab[1])
