"""The nearest neighbours of every row, computed once and used by everything. Importing this module is cheap."""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from embexplorer.base.cores import core_count
from embexplorer.base.progress import Step, part
from embexplorer.data.vectors import Metric

Lookup = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]

EXACT_ROWS = 15_000  # up to here a blocked GEMM is faster than building an index
_LINKS, _BUILD_WIDTH, _SEARCH_WIDTH = 16, 100, 80
_SEED = 42
_BUILD_SHARE = 2 / 3  # of the time with a temporary index goes into filling it
_PIECE_S = 0.03  # how long a stop may wait
_FEWEST, _MOST = 32, 4_096  # rows of a piece
_NOTE = "Finding neighbours"


@dataclass(frozen=True)
class NeighbourGraph:
    """rows: int32 (n, k), the nearest rows of each row without itself, nearest first; -1 where there is none.
    distances: float32 (n, k): 1 - cosine, Euclidean or 1 - inner product; infinite where rows is -1."""

    rows: np.ndarray
    distances: np.ndarray

    def save(self, path: Path, fingerprint: str) -> None:
        """Write beside path, an npz file, then replace. fingerprint: names what the graph is of. Raises OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new.npz")
        np.savez(beside, rows=self.rows, distances=self.distances, fingerprint=np.array(fingerprint))
        beside.replace(path)

    @classmethod
    def load(cls, path: Path, fingerprint: str) -> "NeighbourGraph | None":
        """What save wrote for this fingerprint, or None where there is none, or another, or a damaged one."""
        try:
            # opened here, since np.load leaves a damaged file open
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
                if str(kept["fingerprint"]) != fingerprint:
                    return None
                return cls(kept["rows"], kept["distances"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None


def neighbour_graph(
    matrix: np.ndarray, metric: Metric, k: int, lookup: Lookup | None = None, threads: int = 0
) -> Generator[Step, None, NeighbourGraph]:
    """The graph of a float32 (n, d) matrix with min(k, n - 1) columns; rows that are not finite have no neighbours.

    lookup(block, k) -> (rows, distances) asks an index of the same matrix that is already there. Exact up to 15,000
    rows. Above, a temporary HNSW index that several threads fill, so that ties may fall differently each time.
    """
    count = len(matrix)
    k = max(0, min(k, count - 1))
    if k == 0:
        return NeighbourGraph(np.empty((count, 0), np.int32), np.empty((count, 0), np.float32))
    begun = 0.0
    if count <= EXACT_ROWS:
        lookup, pace = ExactSearch(matrix, metric), _Pace(exact_block(count, matrix.shape[1]), fixed=True)
    else:
        pace = _Pace(_FEWEST)
        if lookup is None:
            lookup = yield from part(_temporary_index(matrix, metric, threads), 0, _BUILD_SHARE)
            begun = _BUILD_SHARE
    rows, distances = yield from part(_looked_up(lookup, matrix, k + 1, pace), begun, 1)
    return NeighbourGraph(*_without_self(rows, distances, np.arange(count)))


def lookup_all(lookup: Lookup, matrix: np.ndarray, k: int) -> Generator[Step, None, tuple[np.ndarray, np.ndarray]]:
    """What an index answers for each row of a float32 (n, d) matrix: int32 (n, k) rows and float32 distances, -1 and
    infinite where there is none."""
    return _looked_up(lookup, matrix, k, _Pace(_FEWEST))


def _looked_up(
    lookup: Lookup, matrix: np.ndarray, k: int, pace: "_Pace"
) -> Generator[Step, None, tuple[np.ndarray, np.ndarray]]:
    count, start = len(matrix), 0
    rows = np.full((count, k), -1, np.int32)
    distances = np.full((count, k), np.inf, np.float32)
    while start < count:
        yield Step(start, count, _NOTE)
        block = np.asarray(matrix[start : start + pace.rows], np.float32)
        usable = np.flatnonzero(np.isfinite(block).all(axis=1))
        with pace:
            if len(usable):
                rows[start + usable], distances[start + usable] = _padded(*lookup(block[usable], k), k)
        start += len(block)
    return rows, distances


class _Pace:
    """How many rows to take at once so that each piece, timed as a with block, takes about _PIECE_S."""

    def __init__(self, rows: int, fixed: bool = False) -> None:
        self.rows = rows
        self._fixed = fixed
        self._begun = 0.0

    def __enter__(self) -> None:
        self._begun = time.perf_counter()

    def __exit__(self, *_error: object) -> None:
        if not self._fixed:
            factor = _PIECE_S / max(time.perf_counter() - self._begun, 1e-4)
            self.rows = int(np.clip(self.rows * min(factor, 2.0), _FEWEST, _MOST))


def exact_block(count: int, dims: int) -> int:
    """How many rows to search at once among count rows so that a block takes well under 100 ms."""
    return int(max(16, min(1024, 1_500_000 // count, 600_000_000 // (count * max(dims, 1)))))


class ExactSearch:
    """Nearest rows by matrix products; keeps one prepared copy of the matrix."""

    def __init__(self, matrix: np.ndarray, metric: Metric) -> None:
        whole = np.array(matrix, np.float32)
        self._usable = np.asarray(np.isfinite(whole).all(axis=1))
        whole[~self._usable] = 0
        self._metric = metric
        # squares of 1e30 overflow
        self._scale = np.float32(1 if metric == "ip" else np.abs(whole).max(initial=0) or 1)
        whole /= self._scale
        self._centre = np.zeros(whole.shape[1], np.float32)
        if metric == "l2":  # far from the origin the squared lengths would swallow the differences
            self._centre = whole.mean(axis=0, dtype=np.float64).astype(np.float32)
        self._whole = self._prepared(whole)
        self._squares = np.einsum("ij,ij->i", self._whole, self._whole)

    def __call__(self, block: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The k nearest of each row of a float32 (m, d) block: int64 (m, k), float32 (m, k)."""
        block = self._prepared(np.asarray(block, np.float32) / self._scale)
        k = min(k, len(self._whole))
        closeness = block @ self._whole.T
        if self._metric == "l2":
            closeness -= self._squares / 2
        closeness[:, ~self._usable] = -np.inf
        best = np.argpartition(-closeness, k - 1, axis=1)[:, :k]
        far = self._distances(block, best, np.take_along_axis(closeness, best, axis=1))
        order = np.argsort(far, axis=1, kind="stable")
        best, far = np.take_along_axis(best, order, 1), np.take_along_axis(far, order, 1)
        return np.where(np.isfinite(far), best, -1), far.astype(np.float32)

    def _prepared(self, rows: np.ndarray) -> np.ndarray:
        if self._metric != "cosine":
            centred: np.ndarray = rows - self._centre
            return centred
        lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
        unit: np.ndarray = rows / np.where(lengths > 0, lengths, 1)
        return unit

    def _distances(self, block: np.ndarray, best: np.ndarray, closeness: np.ndarray) -> np.ndarray:
        if self._metric == "cosine":
            return np.asarray(np.maximum(1 - closeness, 0))
        if self._metric == "ip":
            return np.asarray(1 - closeness)
        gaps = np.stack([np.linalg.norm(self._whole[best[:, j]] - block, axis=1) for j in range(best.shape[1])], axis=1)
        return np.where(self._usable[best], gaps * self._scale, np.inf)


def graph_recall(matrix: np.ndarray, graph: NeighbourGraph, metric: Metric = "cosine", sample: int = 500) -> float:
    """The share of true neighbours that the graph has, on a sample of rows; a neighbour as near as the last true
    one counts, so ties are no loss."""
    k = graph.rows.shape[1]
    if k == 0:
        return 1.0
    chosen = np.sort(np.random.default_rng(0).choice(len(matrix), min(sample, len(matrix)), replace=False))
    chosen = chosen[np.isfinite(np.asarray(matrix[chosen])).all(axis=1)]
    search = ExactSearch(matrix, metric)
    hits = []
    for start in range(0, len(chosen), 64):
        own = chosen[start : start + 64]
        _, true = _without_self(*_padded(*search(matrix[own], k + 1), k + 1), own)
        hits.append((graph.distances[own] <= true[:, -1:] + 1e-5).mean(axis=1))
    return float(np.concatenate(hits).mean()) if hits else 1.0


def _temporary_index(matrix: np.ndarray, metric: Metric, threads: int) -> Generator[Step, None, Lookup]:
    import hnswlib

    count, dims = matrix.shape
    threads = core_count(threads)
    index = hnswlib.Index(space=metric, dim=dims)
    index.init_index(max_elements=count, M=_LINKS, ef_construction=_BUILD_WIDTH, random_seed=_SEED)
    pace, start = _Pace(_FEWEST), 0
    while start < count:
        yield Step(start, count, _NOTE)
        block = np.asarray(matrix[start : start + pace.rows], np.float32)
        usable = np.flatnonzero(np.isfinite(block).all(axis=1))
        with pace:
            if len(usable):
                index.add_items(block[usable], start + usable, num_threads=threads)
        start += len(block)
    return lambda block, k: _query(index, matrix, metric, block, k, threads)


def _query(
    index: Any, matrix: np.ndarray, metric: Metric, block: np.ndarray, k: int, threads: int
) -> tuple[np.ndarray, np.ndarray]:
    k = min(k, int(index.element_count))
    for width in (max(_SEARCH_WIDTH, 4 * k), max(1024, 16 * k)):
        index.set_ef(width)
        try:
            rows, distances = index.knn_query(block, k=k, num_threads=threads)
        except RuntimeError:  # the walk met fewer than k, as among thousands of equal rows
            continue
        return rows.astype(np.int64), np.sqrt(distances) if metric == "l2" else distances
    return ExactSearch(matrix, metric)(block, k)


def _padded(rows: np.ndarray, distances: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    missing = ((0, 0), (0, k - rows.shape[1]))
    return np.pad(rows, missing, constant_values=-1), np.pad(distances, missing, constant_values=np.inf)


def _without_self(rows: np.ndarray, distances: np.ndarray, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One column less: the row itself goes, or the farthest where equal rows crowded it out."""
    drop = rows == own[:, None]
    drop[~drop.any(axis=1), -1] = True
    shape = (len(rows), rows.shape[1] - 1)
    return rows[~drop].reshape(shape), distances[~drop].reshape(shape)
