"""Building the partitioned index, and taking in and letting go of rows."""

from collections.abc import Generator
from dataclasses import replace

import numpy as np

from embexplorer.base.progress import Step, part
from embexplorer.data.vectors import Metric
from embexplorer.search.clustering import centre_count, find_centres, nearest_centres
from embexplorer.search.partitions import GAPS, LANES, PartitionIndex

_WORD = 64
_BLOCK = 16_384  # rows that are encoded between two steps: 0.1 s at 384 dims
_MEAN_OF = 50_000  # rows
_STEP, _ERROR, _BIAS = 0, 2, 3  # of a row's factors, see partition_kernels
_SEED = 4
_REACH = 2.6
_STEEP_FOR_ALL = 0.8  # until it is measured: hardly a row lies farther out in its partition in a query's direction
_GROWN = 4  # times as many rows as the centres were made for: then they no longer fit
_TOO_LARGE = 1e15  # the squares of such numbers add up to more than float32 holds
_NOTE = "Building the search index"


def build_partitions(matrix: np.ndarray, metric: Metric) -> Generator[Step, None, PartitionIndex | None]:
    """Index the rows of (n, d) float32 or float16 that hold numbers; each step is a place to stop. None where numbers
    are too large to be squared: such rows can only be scanned."""
    yield Step(0, 1, _NOTE)
    usable, largest = _usable(matrix)
    if largest > _TOO_LARGE:
        return None
    dims = int(matrix.shape[1])
    mean = np.zeros(dims, np.float32)
    if metric == "l2" and len(usable):
        sample = np.asarray(matrix[usable[:: max(1, len(usable) // _MEAN_OF)]], np.float64)
        mean = sample.mean(axis=0).astype(np.float32)
    centres = np.zeros((1, dims), np.float32)
    if len(usable):
        centres = yield from part(find_centres(matrix, usable, centre_count(len(usable)), mean), 0, 0.4, _NOTE)
    empty = _empty(metric, mean, centres, _rotation(dims), len(usable))
    return (yield from part(updated(empty, matrix, np.full(len(matrix), -1)), 0.4, 1, _NOTE))


def updated(
    old: PartitionIndex, matrix: np.ndarray, old_rows: np.ndarray
) -> Generator[Step, None, PartitionIndex | None]:
    """The index of another matrix of the same space. old_rows: int64 (n,), which row of the old matrix each row was,
    -1 for new ones; what was a row and is none any more is forgotten. Only new rows are encoded. None where one of
    them holds numbers that are too large."""
    from embexplorer.search.partition_kernels import move_codes, places_of

    known = old_rows >= 0
    parts = np.full(len(matrix), -1, np.int32)
    parts[known] = old.parts()[old_rows[known]]
    fresh = np.flatnonzero(~known)
    if not (yield from _assign(old, matrix, fresh, parts)):
        return None
    starts, places, order = places_of(parts, len(old.centres))
    codes = np.zeros((int(starts[-1]), old.codes.shape[1], LANES), np.uint64)
    factors = np.zeros((int(starts[-1]), old.factors.shape[1], LANES), np.float32)
    sources = old.places[old_rows[known]].astype(np.int64)
    move_codes(old.codes, old.factors, sources, codes, factors, places[known].astype(np.int64))
    yield from _encode_all(old, matrix, fresh[parts[fresh] >= 0], parts, places, codes, factors)
    radii = _radii(factors, starts, order < len(matrix), old.rotation.shape[1])
    return replace(
        old, rows=len(matrix), starts=starts, order=order, places=places, codes=codes, factors=factors, radii=radii
    )


def has_outgrown(index: PartitionIndex, rows: int) -> bool:
    """Whether so many rows want centres of their own."""
    return rows > _GROWN * max(index.made_for, 1)


def _usable(matrix: np.ndarray) -> tuple[np.ndarray, float]:
    """int64: the rows that hold numbers, and the largest number of all, whatever its sign."""
    usable, largest = np.empty(len(matrix), np.bool_), 0.0
    for start in range(0, len(matrix), _BLOCK):
        sums = np.abs(np.asarray(matrix[start : start + _BLOCK], np.float32)).max(axis=1, initial=0)
        finite = usable[start : start + len(sums)] = np.isfinite(sums)
        largest = max(largest, float(sums[finite].max(initial=0)))
    return np.flatnonzero(usable), largest


def _assign(
    old: PartitionIndex, matrix: np.ndarray, fresh: np.ndarray, parts: np.ndarray
) -> Generator[Step, None, bool]:
    """Write the partition of each fresh row; False where one is too large."""
    for start in range(0, len(fresh), _BLOCK):
        yield Step(0.6 * start, len(fresh), _NOTE)
        rows = fresh[start : start + _BLOCK]
        block = np.asarray(matrix[rows], np.float32)
        largest = np.abs(block).max(axis=1, initial=0)
        finite = np.isfinite(largest)
        if largest[finite].max(initial=0) > _TOO_LARGE:
            return False
        parts[rows[finite]] = nearest_centres(block[finite] - old.mean, old.centres)
    return True


def _encode_all(
    old: PartitionIndex, matrix: np.ndarray, fresh: np.ndarray, parts: np.ndarray, places: np.ndarray,
    codes: np.ndarray, factors: np.ndarray,
) -> Generator[Step, None, None]:  # fmt: skip
    from embexplorer.search.partition_kernels import encode

    for start in range(0, len(fresh), _BLOCK):
        yield Step(0.6 * len(fresh) + 0.4 * start, len(fresh), _NOTE)
        rows = fresh[start : start + _BLOCK]
        block = np.asarray(matrix[rows], np.float32) - old.mean
        residuals = np.ascontiguousarray((block - old.centres[parts[rows]]) @ old.rotation)
        where = places[rows].astype(np.int64)
        encode(residuals, where, codes, factors)
        if old.metric == "l2":
            factors[where // LANES, _BIAS, where % LANES] = -np.einsum("ij,ij->i", block, block) / 2


def _radii(factors: np.ndarray, starts: np.ndarray, filled: np.ndarray, width: int) -> np.ndarray:
    """float32 (p,). The square of |r| is that of |r| / cos less that of |r| tan, and both are kept as factors."""
    steps, errors = factors[:, _STEP].astype(np.float64), factors[:, _ERROR].astype(np.float64)
    squares = np.maximum(width * steps**2 - (width - 1) * errors**2, 0)
    filled = filled.reshape(-1, LANES)
    sums = np.concatenate([[0], np.cumsum(np.where(filled, squares, 0).sum(axis=1))])
    sizes = np.concatenate([[0], np.cumsum(filled.sum(axis=1))])
    mean = np.diff(sums[starts]) / np.maximum(np.diff(sizes[starts]), 1)
    return np.asarray(np.sqrt(np.maximum(mean, 0)), np.float32)


def _rotation(dims: int) -> np.ndarray:
    """float32 (dims, width): a random rotation into as many dims as fill whole words, always the same one."""
    width = -(-dims // _WORD) * _WORD
    square = np.linalg.qr(np.random.default_rng(_SEED).standard_normal((width, width)))[0]
    return np.ascontiguousarray(square[:dims], np.float32)


def _empty(
    metric: Metric, mean: np.ndarray, centres: np.ndarray, rotation: np.ndarray, made_for: int
) -> PartitionIndex:
    """An index of no rows, which can take some in."""
    return PartitionIndex(
        metric=metric,
        rows=0,
        mean=mean,
        centres=centres,
        radii=np.zeros(len(centres), np.float32),
        rotation=rotation,
        starts=np.zeros(len(centres) + 1, np.int64),
        order=np.zeros(0, np.int32),
        places=np.zeros(0, np.int32),
        codes=np.zeros((0, rotation.shape[1] // _WORD, LANES), np.uint64),
        factors=np.zeros((0, 4 if metric == "l2" else 3, LANES), np.float32),
        made_for=made_for,
        steepness=np.full(GAPS, _STEEP_FOR_ALL, np.float32),
        reach=_REACH,
    )
