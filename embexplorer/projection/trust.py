"""How faithful a map is (Venna and Kaski 2001). Importing this module is cheap."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from embexplorer.base.progress import Step
from embexplorer.projection.neighbours import NeighbourGraph

_BLOCK_ROWS = 2_000


@dataclass(frozen=True)
class Faithfulness:
    """trustworthiness: are neighbours on the map true ones. continuity: are true neighbours near on the map. 0 to 1."""

    trustworthiness: float
    continuity: float


def faithfulness(matrix: np.ndarray, xy: np.ndarray, k: int = 15, sample: int = 2_000, seed: int = 42) -> Faithfulness:
    """Both figures among a sample of the rows, by Euclidean distance; rows that are not finite are left out."""
    rows = np.flatnonzero(np.isfinite(xy).all(axis=1))
    if len(rows) > sample:
        rows = np.sort(np.random.default_rng(seed).choice(rows, sample, replace=False))
    high, low = np.asarray(matrix[rows], np.float64), np.asarray(xy[rows], np.float64)
    return Faithfulness(trustworthiness(high, low, k), trustworthiness(low, high, k))


def trustworthiness(true: np.ndarray, shown: np.ndarray, k: int = 15) -> float:
    """As sklearn.manifold.trustworthiness; k is cut to less than half of the rows, and too few to judge give 1."""
    count = len(true)
    k = min(k, (count - 1) // 2)
    if k < 1:
        return 1.0
    order = np.argsort(_apart(true), axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, count + 1)[None, :].repeat(count, axis=0), axis=1)
    near = np.argsort(_apart(shown), axis=1)[:, :k]
    beyond = np.maximum(np.take_along_axis(ranks, near, axis=1) - k, 0).sum()
    return float(1 - beyond * 2 / (count * k * (2 * count - 3 * k - 1)))


def neighbour_preservation(graph: NeighbourGraph, xy: np.ndarray) -> Generator[Step, None, np.ndarray]:
    """float32 (n,): the share of each point's true neighbours that are among as many nearest on the map; NaN where
    there is no place or no neighbour."""
    from scipy.spatial import cKDTree

    share = np.full(len(xy), np.nan, np.float32)
    shown = np.flatnonzero(np.isfinite(xy).all(axis=1))
    k = min(graph.rows.shape[1], len(shown) - 1)
    if k < 1:
        return share
    tree = cKDTree(xy[shown])
    for start in range(0, len(shown), _BLOCK_ROWS):
        yield Step(start, len(shown), "Comparing the map with the vectors")
        own = shown[start : start + _BLOCK_ROWS]
        near = shown[tree.query(xy[own], k + 1)[1]]
        true = graph.rows[own]
        there = true >= 0
        kept = ((true[:, :, None] == near[:, None, :]).any(axis=2) & there).sum(axis=1)
        total = there.sum(axis=1)
        share[own] = np.where(total > 0, kept / np.maximum(total, 1), np.nan)
    return share


def _apart(points: np.ndarray) -> np.ndarray:
    from scipy.spatial.distance import cdist

    far = cdist(points, points)
    np.fill_diagonal(far, np.inf)
    return far
