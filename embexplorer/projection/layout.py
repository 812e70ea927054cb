"""A map from a neighbour graph, shown while it is made. Importing this module is cheap."""

import os
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from embexplorer.base.progress import Step
from embexplorer.base.wording import count as counted
from embexplorer.data.vectors import Metric
from embexplorer.projection.descent import Descent, edges
from embexplorer.projection.fuzzy import fuzzy_union
from embexplorer.projection.neighbours import NeighbourGraph, neighbour_graph
from embexplorer.projection.params import MapParams
from embexplorer.projection.start import anchors, boxed, pca_start, placed

_SMALL = 4_000  # below, the whole map is its own landmark map
_LANDMARKS = 3_000
_LANDMARK_EPOCHS = 300
_LANDMARK_SHARE = 0.2  # of the progress bar
_NOTE = "Laying out the map"
_JITTER = 0.05


@dataclass(frozen=True)
class Frame:
    """xy: float32 (n, 2), a copy of its own; NaN for rows that are left out. stage: pca, landmarks or refine."""

    xy: np.ndarray
    stage: str


@dataclass(frozen=True)
class Layout:
    """xy: float32 (n, 2), NaN for rows that are left out. finished: all epochs were done."""

    xy: np.ndarray
    params: MapParams
    epochs_done: int
    finished: bool


_Work = Generator[Step, None, np.ndarray]


def layout(
    matrix: np.ndarray,
    graph: NeighbourGraph,
    params: MapParams,
    start: np.ndarray | None = None,
    threads: int = 0,
    frame_every_s: float = 0.05,
) -> Generator[Step, None, Layout]:
    """The map of a float32 (n, d) matrix; a Frame at once, then one every frame_every_s.

    start: float32 (n, 2) to go on from. Equal seed, equal map, for any number of threads. Rows that are not finite
    are left out. Closed early, the consumer keeps the last frame. Raises ValueError where graph is of other rows.
    """
    if len(graph.rows) != len(matrix):
        raise ValueError(f"a graph of {len(graph.rows)} rows for a matrix of {len(matrix)}")
    pca = pca_start(matrix, params.seed)
    kept = np.flatnonzero(np.isfinite(pca).all(axis=1))
    if start is not None:
        pca = np.where(np.isfinite(start), start, pca).astype(np.float32)
    left_out = len(matrix) - len(kept)
    note = f"{counted(left_out, 'item')} without a usable vector left out" if left_out else _NOTE
    yield Step(0, 1, note, payload=Frame(pca.copy(), "pca"))
    epochs = params.epochs_for(len(kept))
    if len(kept) < 2:
        return Layout(pca, params, epochs, True)
    if left_out:
        matrix, graph = np.asarray(matrix[kept]), _part_of(graph, kept)

    def shown(xy: np.ndarray) -> np.ndarray:
        whole = np.full_like(pca, np.nan)
        whole[kept] = xy
        return whole

    work = _Run(matrix, graph, params, epochs, threads, _Camera(shown, frame_every_s))
    xy = yield from work.whole(pca[kept], again=start is not None)
    return Layout(shown(xy), params, epochs, True)


class _Camera:
    """Turns progress into steps, with a frame where one is due."""

    def __init__(self, shown: Callable[[np.ndarray], np.ndarray], every_s: float) -> None:
        self._shown = shown
        self._every_s = every_s
        self._last = time.perf_counter()

    def step(self, share: float, stage: str, picture: Callable[[], np.ndarray]) -> Step:
        now = time.perf_counter()
        if now - self._last < self._every_s:
            return Step(share, 1, _NOTE)
        self._last = now
        return Step(share, 1, _NOTE, payload=Frame(self._shown(picture()), stage))


@dataclass(frozen=True)
class _Run:
    matrix: np.ndarray
    graph: NeighbourGraph
    params: MapParams
    epochs: int
    threads: int
    camera: _Camera

    def whole(self, xy: np.ndarray, again: bool) -> _Work:
        union = fuzzy_union(self.graph)
        yield Step(0, 1, _NOTE)
        noise = np.random.default_rng(self.params.seed)
        if len(xy) >= _SMALL and not again:
            landmarks, landmark_xy, anchor = yield from self._landmarks(xy)
            xy = _spread_out(placed(union, landmarks, landmark_xy, anchor), len(xy) / len(landmarks))
            xy = xy + noise.normal(0, _JITTER, xy.shape)
            begun = _LANDMARK_SHARE
        else:
            xy = xy + noise.normal(0, 1e-3, xy.shape)
            begun = 0.0
        xy = np.ascontiguousarray(xy, np.float32)
        small = len(xy) < _SMALL
        run = Descent(self.params, self.epochs, 0.5 if again or not small else 1.0, 1.0 if small else 0.5)
        edge = edges(union, max(self.epochs, 200), self.params.seed)
        threads = self.threads or os.cpu_count() or 1
        with ThreadPoolExecutor(threads) as pool:
            for done in run.run(xy, edge, pool, threads):
                yield self.camera.step(begun + (1 - begun) * done / self.epochs, "refine", xy.copy)
        return xy

    def _landmarks(self, pca: np.ndarray) -> Generator[Step, None, tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """The rows of the landmarks, their own map, and the landmark of every row."""
        chooser = np.random.default_rng(self.params.seed)
        landmarks = np.sort(chooser.choice(len(pca), _LANDMARKS, replace=False))
        matrix = np.ascontiguousarray(self.matrix[landmarks], np.float32)
        search = neighbour_graph(matrix, _metric_of(matrix), self.graph.rows.shape[1])
        graph = yield from _renamed(search)
        anchor = anchors(self.matrix, self.graph, landmarks)
        yield Step(0, 1, _NOTE)
        xy = boxed(pca[landmarks])
        xy = np.ascontiguousarray(xy + chooser.normal(0, 1e-3, xy.shape), np.float32)
        apart = chooser.normal(0, _JITTER, pca.shape).astype(np.float32)
        apart[landmarks] = 0
        edge = edges(fuzzy_union(graph), _LANDMARK_EPOCHS, self.params.seed)
        growth = len(pca) / len(landmarks)
        for done in Descent(self.params, _LANDMARK_EPOCHS).run(xy, edge):
            share = _LANDMARK_SHARE * done / _LANDMARK_EPOCHS
            yield self.camera.step(share, "landmarks", lambda: _spread_out(xy[anchor], growth) + apart)
        return landmarks, xy, anchor


def _spread_out(xy: np.ndarray, growth: float) -> np.ndarray:
    """Room for growth times as many points, about the middle."""
    wider: np.ndarray = (xy - xy.mean(axis=0)) * np.float32(growth**0.25)
    return wider


def _metric_of(rows: np.ndarray) -> Metric:
    """Rows of a cosine space have length 1; all others are near by their Euclidean distance."""
    lengths = np.linalg.norm(rows[:100], axis=1)
    return "cosine" if np.allclose(lengths, 1, atol=1e-2) else "l2"


def _renamed(work: Generator[Step, None, NeighbourGraph]) -> Generator[Step, None, NeighbourGraph]:
    while True:
        try:
            next(work)
        except StopIteration as end:
            graph: NeighbourGraph = end.value
            return graph
        yield Step(0, 1, _NOTE)


def _part_of(graph: NeighbourGraph, kept: np.ndarray) -> NeighbourGraph:
    """The graph of the rows that are kept, by their new numbers."""
    number = np.full(len(graph.rows) + 1, -1, np.int32)  # the last one answers for -1
    number[kept] = np.arange(len(kept))
    rows = number[graph.rows[kept]]
    return NeighbourGraph(rows, np.where(rows >= 0, graph.distances[kept], np.inf).astype(np.float32))
