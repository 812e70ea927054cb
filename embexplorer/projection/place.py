"""New points on a map that is there, without moving the old ones. Importing this module is cheap."""

from collections.abc import Generator

import numpy as np

from embexplorer.base.progress import Step, part
from embexplorer.data.vectors import Metric
from embexplorer.projection.descent import Descent, edges
from embexplorer.projection.fuzzy import memberships
from embexplorer.projection.neighbours import ExactSearch, exact_block
from embexplorer.projection.params import MapParams

_NOTE = "Placing new items on the map"
_PIECE_ROWS = 8_192
_EPOCHS = 30  # 60 gain one point of neighbours kept for twice the time


def place(
    new_matrix: np.ndarray,
    old_matrix: np.ndarray,
    old_xy: np.ndarray,
    params: MapParams,
    metric: Metric = "cosine",
    neighbours: tuple[np.ndarray, np.ndarray] | None = None,
) -> Generator[Step, None, np.ndarray]:
    """float32 (m, 2), where the new rows belong on the map old_xy, float32 (n, 2), which stays as it is.

    Each begins at the weighted medoid of its neighbours and is refined for 30 epochs. Old rows that are NaN
    are not on the map. neighbours: (rows, distances) of the new among the old as an index gives them, -1 where there
    is none; what they leave open is searched. NaN for new rows that are not finite.
    """
    xy = np.full((len(new_matrix), 2), np.nan, np.float32)
    fixed = np.flatnonzero(np.isfinite(old_xy).all(axis=1))
    fresh = np.flatnonzero(np.isfinite(new_matrix).all(axis=1))
    if not len(fresh) or not len(fixed):
        return xy
    there = np.isfinite(old_xy).all(axis=1)
    rows = np.full((len(fresh), params.neighbors), -1, np.int64)
    distances = np.full(rows.shape, np.inf, np.float32)
    if neighbours is not None:
        rows, distances = _nearest_known(neighbours[0][fresh], neighbours[1][fresh], there, params.neighbors)
    alone = np.flatnonzero((rows < 0).all(axis=1))
    found = _found(new_matrix[fresh[alone]], old_matrix, fixed, rows.shape[1], metric)
    rows[alone], distances[alone] = yield from part(found, 0, 0.8, _NOTE)
    known = rows >= 0
    weights = yield from part(memberships(distances), 0.8, 0.8, _NOTE)
    reached = known.any(axis=1)
    xy[fresh] = np.median(old_xy[fixed], axis=0)
    refined = _refined(rows[reached], weights[reached], old_xy, params)
    xy[fresh[reached]] = yield from part(refined, 0.8, 1, _NOTE)
    return xy


def _nearest_known(rows: np.ndarray, distances: np.ndarray, there: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The first k of each row that are there, at the front, -1 and infinity after them."""
    known = (rows >= 0) & there[rows]
    order = np.argsort(~known, axis=1, kind="stable")[:, :k]
    known = np.take_along_axis(known, order, 1)
    nearest = np.where(known, np.take_along_axis(rows, order, 1), -1)
    return nearest, np.where(known, np.take_along_axis(distances, order, 1), np.inf).astype(np.float32)


def _found(
    new: np.ndarray, old: np.ndarray, fixed: np.ndarray, k: int, metric: Metric
) -> Generator[Step, None, tuple[np.ndarray, np.ndarray]]:
    """The nearest of the old rows fixed, for every new one: (m, k) rows, -1 where there is none, and distances.

    The old are searched in pieces and the best kept, so that memory is bounded and a stop soon heard.
    """
    rows = np.full((len(new), k), -1, np.int64)
    far = np.full((len(new), k), np.inf, np.float32)
    for piece in range(0, len(fixed), _PIECE_ROWS):
        yield Step(piece, len(fixed))
        own = fixed[piece : piece + _PIECE_ROWS]
        search = ExactSearch(np.asarray(old[own]), metric)
        block = exact_block(len(own), new.shape[1])
        for begin in range(0, len(new), block):
            yield Step(piece + len(own) * begin / len(new), len(fixed))
            part_rows, part_far = search(new[begin : begin + block], k)
            both_far = np.concatenate([far[begin : begin + block], part_far], axis=1)
            part_rows = np.where(part_rows >= 0, own[part_rows], -1)
            both_rows = np.concatenate([rows[begin : begin + block], part_rows], axis=1)
            order = np.argsort(both_far, axis=1, kind="stable")[:, :k]
            far[begin : begin + block] = np.take_along_axis(both_far, order, 1)
            rows[begin : begin + block] = np.take_along_axis(both_rows, order, 1)
    return rows, far


def _refined(
    rows: np.ndarray, weights: np.ndarray, old_xy: np.ndarray, params: MapParams
) -> Generator[Step, None, np.ndarray]:
    from scipy.sparse import csr_matrix

    old, count = len(old_xy), len(old_xy) + len(rows)
    there = weights > 0
    heads = np.repeat(np.arange(old, count), rows.shape[1])[there.ravel()]
    graph = csr_matrix((weights[there], (heads, rows[there])), shape=(count, count))
    xy = np.concatenate([old_xy, _medoids(rows, weights, old_xy)]).astype(np.float32)
    # negatives are drawn from all points, so each without a place borrows another's
    lost = ~np.isfinite(xy).all(axis=1)
    xy[lost] = xy[np.random.default_rng(params.seed).choice(np.flatnonzero(~lost), lost.sum())]
    for done in Descent(params, _EPOCHS, rate=0.5, first=old).run(xy, edges(graph, _EPOCHS, params.seed)):
        yield Step(done, _EPOCHS)
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
