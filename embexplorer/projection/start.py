"""Where the points begin: the first two principal components, and landmarks that the others follow."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.base.progress import Step
from embexplorer.data.vectors import Metric
from embexplorer.projection.neighbours import ExactSearch, NeighbourGraph

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_FIT_ROWS = 4_000
_BLOCK_ROWS = 20_000
EXTENT = 10.0  # the width of umap-learn's start
_ANCHOR_ROUNDS = 3
_TRIED = 3_000  # landmarks to compare a row with that the graph does not join to one
_PLACING_ROUNDS = 6


def pca_start(matrix: np.ndarray, seed: int = 42) -> Generator[Step, None, np.ndarray]:
    """float32 (n, 2), both axes 0 to 10; NaN for rows that are not finite. Fitted on a sample, projected in blocks."""
    return boxed((yield from _projected(matrix, seed)))


def main_axes(matrix: np.ndarray, seed: int = 42) -> Generator[Step, None, np.ndarray]:
    """float32 (n, 2), the two main axes to scale, the longer one 0 to 10; NaN for rows that are not finite."""
    return to_scale((yield from _projected(matrix, seed)))


def _projected(matrix: np.ndarray, seed: int) -> Generator[Step, None, np.ndarray]:
    from threadpoolctl import threadpool_limits

    count, dims = matrix.shape
    xy = np.zeros((count, 2), np.float32)
    if count == 0 or dims == 0:
        return xy
    chosen = np.sort(np.random.default_rng(seed).choice(count, min(count, _FIT_ROWS), replace=False))
    # one thread: small LAPACK calls cost four times the CPU with two
    with threadpool_limits(1), np.errstate(all="ignore"):
        mean, axes = _fit(np.asarray(matrix[chosen], np.float32))
    for begin in range(0, count, _BLOCK_ROWS):
        yield Step(begin, count)
        with np.errstate(all="ignore"):  # what is not finite in a row makes its sums so
            block = np.asarray(matrix[begin : begin + _BLOCK_ROWS], np.float32)
            xy[begin : begin + len(block), : axes.shape[1]] = block @ axes - mean
    xy[~np.isfinite(xy).all(axis=1)] = np.nan
    return xy


def to_scale(xy: np.ndarray) -> np.ndarray:
    """float32 (n, 2), moved and enlarged alike in both axes so that the longer one goes from 0 to 10; NaN for rows
    that are not finite."""
    finite = np.isfinite(xy).all(axis=1)
    result = np.full(xy.shape, np.nan, np.float32)
    if finite.any():
        known = np.asarray(xy[finite], np.float64)
        extent = float(np.ptp(known, axis=0).max())
        result[finite] = (known - known.min(axis=0)) * (EXTENT / (extent or 1.0))
    return result


def boxed(xy: np.ndarray) -> np.ndarray:
    """Each axis stretched to 0..10, as umap-learn does; NaN stays NaN."""
    finite = np.isfinite(xy).all(axis=1)
    if not finite.any():
        return xy.astype(np.float32)
    low, extent = xy[finite].min(axis=0), np.ptp(xy[finite], axis=0)
    result: np.ndarray = (EXTENT * (xy - low) / np.where(extent > 0, extent, 1)).astype(np.float32)
    return result


def _fit(sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The projected mean, (2,), and the axes, (d, 2), by which rows are projected; scaled so that nothing overflows."""
    sample = sample[np.isfinite(sample).all(axis=1)]
    if not len(sample):
        sample = np.zeros((1, sample.shape[1]), np.float32)
    scale = np.float32(np.abs(sample).max() or 1)  # squares of 1e30 overflow
    sample = sample / scale
    mean = sample.mean(axis=0)
    sample = sample - mean
    _, vectors = np.linalg.eigh(sample.T @ sample)
    axes = vectors[:, ::-1][:, :2]
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    axes = axes * signs
    return mean @ axes, axes / scale


def anchors(
    matrix: np.ndarray, graph: NeighbourGraph, landmarks: np.ndarray, metric: Metric
) -> Generator[Step, None, np.ndarray]:
    """int64 (n,): for every row the position in landmarks of one near it: over the graph, else by the vectors."""
    anchor = np.full(len(matrix), -1, np.int64)
    anchor[landmarks] = np.arange(len(landmarks))
    for done in range(_ANCHOR_ROUNDS):
        yield Step(done, 2 * _ANCHOR_ROUNDS)
        for column in graph.rows.T:
            lost = np.flatnonzero((anchor < 0) & (column >= 0))
            anchor[lost] = anchor[column[lost]]
    lost = np.flatnonzero(anchor < 0)
    if len(lost):
        tried = np.unique(np.linspace(0, len(landmarks) - 1, min(len(landmarks), _TRIED)).astype(int))
        search = ExactSearch(matrix[landmarks[tried]], metric)
        for begin in range(0, len(lost), 500):
            yield Step(len(lost) + begin, 2 * len(lost))
            rows = lost[begin : begin + 500]
            anchor[rows] = tried[np.maximum(search(matrix[rows], 1)[0][:, 0], 0)]
    return anchor


def placed(
    union: "csr_matrix", landmarks: np.ndarray, landmark_xy: np.ndarray, anchor: np.ndarray
) -> Generator[Step, None, np.ndarray]:
    """float32 (n, 2): landmarks where they are, the others at the mean of their placed neighbours, in a few rounds;
    what the graph does not reach goes to its anchor."""
    count = union.shape[0]
    xy = np.zeros((count, 2), np.float32)
    weight = np.zeros(count, np.float32)
    xy[landmarks], weight[landmarks] = landmark_xy, 1
    for done in range(_PLACING_ROUNDS):
        yield Step(done, _PLACING_ROUNDS)
        sums = union @ np.column_stack([xy * weight[:, None], weight])
        fresh = (weight == 0) & (sums[:, 2] > 0)
        if not fresh.any():
            break
        xy[fresh], weight[fresh] = sums[fresh, :2] / sums[fresh, 2:], 0.5
    lost = weight == 0
    xy[lost] = landmark_xy[anchor[lost]]
    return xy
