"""The graph index (HNSW, Malkov and Yashunin 2018) by hnswlib, with the edges taken off.

hnswlib crashes on a damaged file, reads past a query of the wrong width, loses a whole answer when it finds too few,
and is not safe for a query beside an insertion. Here each is checked or locked, and the index knows its own recall.
"""

import importlib.metadata
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np

from embexplorer.base.cores import core_count
from embexplorer.base.progress import Step
from embexplorer.data.vectors import Metric
from embexplorer.search.graphfile import GraphHeader, read_header, write_graph
from embexplorer.search.trust import CHECK_SHARE, Trust, measure

_LINKS = 16  # hnswlib's M
_BUILD_WIDTH = 100  # ef_construction; 200 doubles the time for half a point of recall, which Trust makes good by ef
_BLOCK_ROWS = 200  # 0.02 to 0.06 s on two cores: how long a stop waits
_WIDEST = 4_096  # beyond it a scan is faster
_SEED = 42


class GraphIndex:
    """Approximate nearest rows of one matrix. Labels are rows. Thread-safe: one call at a time goes into hnswlib."""

    def __init__(self, index: Any, metric: Metric, dims: int, rows: int, threads: int = 0) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._threads = core_count(threads)
        self.metric = metric
        self.dims = dims
        self.rows = rows
        self.trust = Trust.none()

    @classmethod
    def build(cls, matrix: np.ndarray, metric: Metric, threads: int = 0) -> Generator[Step, None, "GraphIndex"]:
        """Index every usable row of (n, d) float32; each step is a place to stop. Rows with NaN are left out."""
        graph = cls(_new_index(metric, int(matrix.shape[1]), len(matrix)), metric, int(matrix.shape[1]), 0, threads)
        yield from graph.extend(matrix)
        return graph

    def extend(self, matrix: np.ndarray) -> Generator[Step, None, None]:
        """Take in the rows that came after those that are in; matrix is the whole, grown one. Stopped before its end,
        the graph stays usable for the rows that are in, and is not trusted."""
        self.trust = Trust.none()
        with self._lock:
            if len(matrix) > self._index.max_elements:
                self._index.resize_index(len(matrix))
        total = len(matrix) * (1 + CHECK_SHARE)
        for start in range(self.rows, len(matrix), _BLOCK_ROWS):
            yield Step(start, total, "Building the search index")
            block = np.ascontiguousarray(matrix[start : start + _BLOCK_ROWS], np.float32)
            usable = np.flatnonzero(np.isfinite(block).all(axis=1))
            with self._lock:
                if len(usable):
                    self._index.add_items(block[usable], start + usable, num_threads=self._threads)
                self.rows = start + len(block)
        self.trust = yield from measure(matrix, self.metric, self.query)

    def query(self, vector: np.ndarray, k: int, ef: int) -> tuple[np.ndarray, np.ndarray]:
        """The nearest rows (int64) and their distances (float32) of one vector (d,), nearest first, at most k.

        ef: how many candidates the walk keeps, raised to k. There is no filter: hnswlib's own calls Python for every
        vector under the GIL, so callers drop what does not pass.
        """
        rows, distances = self._lookup(np.asarray(vector, np.float32).reshape(1, -1), k, ef, 1)
        return rows.reshape(-1), distances.reshape(-1)

    def neighbours(self, block: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The k nearest rows (int64 (m, k)) of each of m vectors and their distances (float32): 1 - cosine, Euclidean,
        or 1 - inner product. A vector that is in the index finds itself too. k is cut to what is in the index.
        Where the walk meets fewer than k, the rest is row -1 at distance infinity."""
        block, width = np.ascontiguousarray(block, np.float32), max(4 * k, 60)
        rows, distances = self._lookup(block, k, width, self._threads)
        if len(rows) == len(block):
            return rows, distances
        # one vector lost the whole block: each for itself, what is missing at its end as row -1 at infinity
        rows, distances = np.full((len(block), k), -1, np.int64), np.full((len(block), k), np.inf, np.float32)
        for i, vector in enumerate(block):
            found, far = self.query(vector, k, width)
            rows[i, : len(found)], distances[i, : len(far)] = found, far
        return rows, distances

    def save(self, path: Path, fingerprint: str) -> None:
        """Write beside path, then replace. fingerprint: names the vectors. Raises EmbexError where it cannot."""
        header = GraphHeader(fingerprint, self.metric, self.dims, self.rows, _parameters(), self.trust)
        with self._lock:
            write_graph(path, header, self._index)

    @classmethod
    def load(cls, path: Path, expected_fingerprint: str, threads: int = 0) -> "GraphIndex | None":
        """The index that was saved for this fingerprint, or None where there is none, or another, or a damaged one."""
        header = read_header(path, expected_fingerprint, _parameters())
        if header is None:
            return None
        import hnswlib

        index = hnswlib.Index(space=_hnsw_space(header.metric), dim=header.dims)
        try:
            index.load_index(str(path), max_elements=header.rows)
        except RuntimeError:
            return None  # a cache: built again
        graph = cls(index, header.metric, header.dims, header.rows, threads)
        graph.trust = header.trust
        return graph

    def _lookup(self, block: np.ndarray, k: int, ef: int, threads: int) -> tuple[np.ndarray, np.ndarray]:
        if block.shape[1] != self.dims:
            raise ValueError(f"vectors of {block.shape[1]} dims asked of a graph of {self.dims}")
        with self._lock:
            k = min(k, int(self._index.element_count))
            found = _widening(self._index, block, k, ef, threads) if k > 0 and len(block) else None
        if found is None:
            return np.empty((0, 0), np.int64), np.empty((0, 0), np.float32)
        rows, distances = found
        distances = np.sqrt(np.maximum(distances, 0)) if self.metric == "l2" else distances
        return rows.astype(np.int64), distances


def _widening(index: Any, block: np.ndarray, k: int, ef: int, threads: int) -> tuple[np.ndarray, np.ndarray] | None:
    """The k nearest of each; hnswlib raises when the walk met fewer (many equal vectors), so it is widened."""
    width = max(ef, k, 10)
    widest = max(width, min(_WIDEST, int(index.element_count)))
    while True:
        index.set_ef(width)  # the setting is the index's, not the query's: that is why callers hold the lock
        try:
            rows, distances = index.knn_query(block, k=k, num_threads=threads)
        except RuntimeError:
            if width >= widest:
                return None
            width = min(4 * width, widest)
        else:
            return rows, distances


def _new_index(metric: Metric, dims: int, rows: int) -> Any:
    import hnswlib

    index = hnswlib.Index(space=_hnsw_space(metric), dim=dims)
    index.init_index(max_elements=max(rows, 1), M=_LINKS, ef_construction=_BUILD_WIDTH, random_seed=_SEED)
    return index


def _hnsw_space(metric: Metric) -> str:
    """Rows of a cosine space have length 1 already, so the inner product is the cosine."""
    return "l2" if metric == "l2" else "ip"


def _parameters() -> dict[str, Any]:
    return {"hnswlib": importlib.metadata.version("hnswlib"), "links": _LINKS, "width": _BUILD_WIDTH}
