"""New points on a map that is there, without moving the old ones. Importing this module is cheap."""

import numpy as np

from embexplorer.data.vectors import Metric
from embexplorer.projection.descent import Descent, edges
from embexplorer.projection.fuzzy import memberships
from embexplorer.projection.neighbours import ExactSearch, exact_block
from embexplorer.projection.params import MapParams

_EPOCHS = 30  # 60 gain one point of neighbours kept for twice the time


def place(
    new_matrix: np.ndarray,
    old_matrix: np.ndarray,
    old_xy: np.ndarray,
    params: MapParams,
    neighbours: tuple[np.ndarray, np.ndarray] | None = None,
    metric: Metric = "cosine",
) -> np.ndarray:
    """float32 (m, 2), where the new rows belong on the map old_xy, float32 (n, 2), which stays as it is.

    Each begins at the weighted medoid of its neighbours and is refined for 30 epochs. neighbours: (rows, distances)
    of the new among the old as an index gives them; without, they are searched. NaN for rows that are not finite.
    """
    xy = np.full((len(new_matrix), 2), np.nan, np.float32)
    fixed = np.flatnonzero(np.isfinite(old_xy).all(axis=1))
    fresh = np.flatnonzero(np.isfinite(new_matrix).all(axis=1))
    if not len(fresh) or not len(fixed):
        return xy
    if neighbours is None:
        rows, distances = _found(new_matrix[fresh], old_matrix[fixed], params.neighbors, metric)
        rows = np.where(rows >= 0, fixed[rows], -1)
    else:
        rows, distances = neighbours[0][fresh], neighbours[1][fresh]
    known = (rows >= 0) & np.isfinite(old_xy).all(axis=1)[rows]
    weights = memberships(np.where(known, distances, np.inf))
    reached = known.any(axis=1)
    xy[fresh] = np.median(old_xy[fixed], axis=0)
    xy[fresh[reached]] = _refined(rows[reached], weights[reached], old_xy, params)
    return xy


def _found(new: np.ndarray, old: np.ndarray, k: int, metric: Metric) -> tuple[np.ndarray, np.ndarray]:
    search, block = ExactSearch(old, metric), exact_block(old)
    found = [search(new[start : start + block], k) for start in range(0, len(new), block)]
    return np.concatenate([rows for rows, _ in found]), np.concatenate([far for _, far in found])


def _refined(rows: np.ndarray, weights: np.ndarray, old_xy: np.ndarray, params: MapParams) -> np.ndarray:
    from scipy.sparse import csr_matrix

    old, count = len(old_xy), len(old_xy) + len(rows)
    there = weights > 0
    heads = np.repeat(np.arange(old, count), rows.shape[1])[there.ravel()]
    graph = csr_matrix((weights[there], (heads, rows[there])), shape=(count, count))
    xy = np.concatenate([old_xy, _medoids(rows, weights, old_xy)]).astype(np.float32)
    # negatives are drawn from all points, so one without a place borrows another's
    lost = ~np.isfinite(xy).all(axis=1)
    xy[lost] = xy[~lost][0]
    for _ in Descent(params, _EPOCHS, rate=0.5, first=old).run(xy, edges(graph, _EPOCHS, params.seed)):
        pass
    return xy[old:]


def _medoids(rows: np.ndarray, weights: np.ndarray, old_xy: np.ndarray) -> np.ndarray:
    """The place of that neighbour which is nearest to all of them by weight: a mean falls between two clusters."""
    result = np.empty((len(rows), 2), np.float32)
    for start in range(0, len(rows), 2000):
        weight = weights[start : start + 2000]
        places = old_xy[rows[start : start + 2000]]
        places = np.where(weight[..., None] > 0, places, 0)
        apart = np.linalg.norm(places[:, :, None] - places[:, None], axis=3)
        cost = np.where(weight > 0, (apart * weight[:, None, :]).sum(axis=2), np.inf)
        best = cost.argmin(axis=1)
        result[start : start + len(best)] = places[np.arange(len(best)), best]
    return result
