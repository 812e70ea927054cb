"""UMAP's weighted graph and its curve (McInnes et al. 2018, arXiv:1802.03426), equal to umap-learn's."""

from typing import TYPE_CHECKING

import numpy as np

from embexplorer.projection.neighbours import NeighbourGraph

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def memberships(distances: np.ndarray) -> np.ndarray:
    """float32 (n, k): the one-sided strength of every edge, for distances as in NeighbourGraph."""
    from embexplorer.projection.fuzzy_kernel import strengths

    shifted = np.array(distances, np.float32)
    finite = np.isfinite(shifted)
    if not finite.any():
        return np.zeros_like(shifted)
    shifted -= min(float(shifted[finite].min()), 0.0)  # 1 - inner product may be negative
    out = np.empty_like(shifted)
    # umap-learn counts each row itself among its neighbours
    mean = float(shifted[finite].sum(dtype=np.float64)) / (len(shifted) * (shifted.shape[1] + 1))
    strengths(shifted, mean, out)
    out[~finite] = 0
    return out


def fuzzy_union(graph: NeighbourGraph) -> "csr_matrix":
    """The symmetric (n, n) float32 graph a + b - a * b of the strengths both ways."""
    from scipy.sparse import csr_matrix

    count, k = graph.rows.shape
    weights = memberships(graph.distances)
    there = (graph.rows >= 0) & (weights > 0)
    heads = np.repeat(np.arange(count, dtype=np.int32), k)[there.ravel()]
    one_way = csr_matrix((weights[there], (heads, graph.rows[there])), shape=(count, count))
    other_way = one_way.T.tocsr()
    union: csr_matrix = (one_way + other_way - one_way.multiply(other_way)).tocsr()
    union.eliminate_zeros()
    union.sort_indices()
    return union


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
