"""A map from a neighbour graph, shown while it is made. Importing this module is cheap."""

import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from embexplorer.base.cores import core_count
from embexplorer.base.progress import Step, part
from embexplorer.base.wording import count as counted
from embexplorer.data.vectors import Metric
from embexplorer.projection.descent import Descent, edges
from embexplorer.projection.fuzzy import fuzzy_union
from embexplorer.projection.neighbours import NeighbourGraph, neighbour_graph
from embexplorer.projection.params import MapParams
from embexplorer.projection.start import EXTENT, anchors, boxed, pca_start, placed

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_SMALL = 4_000  # below, the whole map is its own landmark map
_LANDMARKS = 3_000
_LANDMARK_EPOCHS = 300
_UNION_EPOCHS = 4  # what the fuzzy graph costs, in epochs of all points: for the progress bar
_FOLLOWING_RATE = 0.4  # the first step where an old map shall be known again: at 1 it turns, no better for it
_GENTLE_EPOCHS, _GENTLE_RATE = 30, 0.1  # points move by some thousandths of the map's width
_FEWEST_KNOWN = 10  # fewer placed points than this are no map to go on from
_NOTE = "Laying out the map"
_JITTER = 0.05


@dataclass(frozen=True)
class Frame:
    """xy: float32 (n, 2), a copy of its own; NaN for rows that are left out. stage: pca, start, landmarks or refine."""

    xy: np.ndarray
    stage: str


@dataclass(frozen=True)
class Layout:
    """xy: float32 (n, 2), NaN for rows that are left out. finished: all epochs were done."""

    xy: np.ndarray
    params: MapParams
    epochs_done: int
    finished: bool


# How a layout follows its start: the points move only a little; it goes on from there; the start is a map of other
# vectors, of which only the shape at large is kept.
Following = Literal["gently", "on", "loosely"]
_Work = Generator[Step, None, np.ndarray]


def layout(
    matrix: np.ndarray,
    graph: NeighbourGraph,
    params: MapParams,
    metric: Metric = "cosine",
    start: np.ndarray | None = None,
    picture: np.ndarray | None = None,
    threads: int = 0,
    frame_every_s: float = 0.05,
    following: Following = "on",
) -> Generator[Step, None, Layout]:
    """The map of a float32 (n, d) matrix; a Frame at once, then one every frame_every_s.

    start: float32 (n, 2), a map to go on from; rows that are NaN in it begin among their neighbours, and all move.
    following: how, where there is a start.
    picture: what pca_start gave for this matrix, where it is there already. Equal seed, equal map, for any number of
    threads. Rows that are not finite are left out. Closed early, the consumer keeps the last frame. Raises ValueError
    where graph is of other rows.
    """
    if len(graph.rows) != len(matrix):
        raise ValueError(f"a graph of {len(graph.rows)} rows for a matrix of {len(matrix)}")
    if picture is None:
        picture = yield from part(pca_start(matrix, params.seed), 0, 0, _NOTE)
    kept = np.flatnonzero(np.isfinite(picture).all(axis=1))
    left_out = len(matrix) - len(kept)
    note = f"{counted(left_out, 'item')} without a usable vector left out" if left_out else _NOTE
    first, going_on = picture, False
    if start is not None and np.isfinite(start[kept]).all(axis=1).sum() >= min(_FEWEST_KNOWN, len(kept)):
        first, going_on = np.where(np.isfinite(picture), start, np.nan).astype(np.float32), True
    yield Step(0, 1, note, payload=Frame(first.copy(), "start" if going_on else "pca"))
    epochs = _GENTLE_EPOCHS if going_on and following == "gently" else params.epochs_for(len(kept))
    if len(kept) < 2:
        return Layout(first, params, epochs, True)
    if left_out:
        matrix, graph = np.asarray(matrix[kept]), _part_of(graph, kept)

    def shown(xy: np.ndarray) -> np.ndarray:
        whole = np.full((len(first), 2), np.nan, np.float32)
        whole[kept] = xy
        return whole

    work = _Run(matrix, graph, params, metric, epochs, threads, _Camera(shown, frame_every_s), following)
    xy = yield from work.whole(first[kept], going_on)
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
    metric: Metric
    epochs: int
    threads: int
    camera: _Camera
    following: Following

    def whole(self, xy: np.ndarray, going_on: bool) -> _Work:
        """xy: the PCA, or where going_on the start, NaN for rows that have no place in it yet."""
        count = len(xy)
        cost = np.cumsum([0, _UNION_EPOCHS * count, _LANDMARKS * _LANDMARK_EPOCHS, self.epochs * count], dtype=float)
        complete = bool(np.isfinite(xy).all())
        stays = going_on and (self.following == "gently" or (complete and self.following == "on"))
        by_landmarks = count >= _SMALL and not stays
        if not by_landmarks:
            cost[2:] -= cost[2] - cost[1]
        ends = (cost / cost[-1]).tolist()
        union = yield from part(fuzzy_union(self.graph), 0, ends[1], _NOTE)
        if not complete:
            xy = yield from part(self._filled(union, xy), ends[1], ends[1], _NOTE)
        if by_landmarks:
            xy = yield from part(self._by_landmarks(union, xy, going_on), ends[1], ends[2], _NOTE)
        noise = np.random.default_rng(self.params.seed).normal(0, 1e-3, xy.shape)
        xy = np.ascontiguousarray(xy + noise, np.float32)
        return (yield from part(self._refined(union, xy, self._first_rate(going_on, by_landmarks)), ends[2], 1, _NOTE))

    def _first_rate(self, going_on: bool, by_landmarks: bool) -> float:
        """Where it is a map already, smaller steps are enough."""
        if going_on and self.following == "gently":
            return _GENTLE_RATE
        return 0.5 if going_on or by_landmarks else 1.0

    def _filled(self, union: "csr_matrix", xy: np.ndarray) -> _Work:
        """The rows without a place at the mean of their neighbours that have one, farther ones in the next rounds."""
        known = np.flatnonzero(np.isfinite(xy).all(axis=1))
        anchor = yield from anchors(self.matrix, self.graph, known, self.metric)
        filled = yield from placed(union, known, xy[known], anchor)
        fresh = np.setdiff1d(np.arange(len(xy)), known)
        filled[fresh] += np.random.default_rng(self.params.seed).normal(0, _JITTER, (len(fresh), 2))
        return filled

    def _by_landmarks(self, union: "csr_matrix", xy: np.ndarray, going_on: bool) -> _Work:
        """The start of a large map: some of its points laid out among themselves, the others among them."""
        chooser = np.random.default_rng(self.params.seed)
        landmarks = np.sort(chooser.choice(len(xy), _LANDMARKS, replace=False))
        matrix = np.ascontiguousarray(self.matrix[landmarks], np.float32)
        search = neighbour_graph(matrix, self.metric, self.graph.rows.shape[1])
        graph = yield from part(search, 0, 0)
        anchor = yield from part(anchors(self.matrix, self.graph, landmarks, self.metric), 0, 0)
        union_of_landmarks = yield from part(fuzzy_union(graph), 0, 0)
        own = _centred(xy[landmarks]) if going_on else boxed(xy[landmarks])
        own = np.ascontiguousarray(own + chooser.normal(0, 1e-3, own.shape), np.float32)
        apart = chooser.normal(0, _JITTER, xy.shape).astype(np.float32)
        apart[landmarks] = 0
        edge = edges(union_of_landmarks, _LANDMARK_EPOCHS, self.params.seed)
        growth = len(xy) / len(landmarks)
        rate = _FOLLOWING_RATE if going_on else 1.0
        for done in Descent(self.params, _LANDMARK_EPOCHS, rate).run(own, edge):
            share = done / _LANDMARK_EPOCHS
            yield self.camera.step(share, "landmarks", lambda: _spread_out(own[anchor], growth) + apart)
        whole = yield from part(placed(union, landmarks, own, anchor), 1, 1)
        yield Step(1, 1)
        spread: np.ndarray = _spread_out(whole, growth) + chooser.normal(0, _JITTER, xy.shape)
        return spread

    def _refined(self, union: "csr_matrix", xy: np.ndarray, rate: float) -> _Work:
        """Moves xy to its end."""
        run = Descent(self.params, self.epochs, rate, 1.0 if len(xy) < _SMALL else 0.5)
        yield Step(0, 1)  # before and after what takes some 50 ms at 100,000 points
        edge = edges(union, max(self.epochs, 200), self.params.seed)
        yield Step(0, 1)
        threads = core_count(self.threads)
        with ThreadPoolExecutor(threads) as pool:
            for done in run.run(xy, edge, pool, threads):
                yield self.camera.step(done / self.epochs, "refine", xy.copy)
        return xy


def _spread_out(xy: np.ndarray, growth: float) -> np.ndarray:
    """Room for growth times as many points, about the middle."""
    wider: np.ndarray = (xy - xy.mean(axis=0)) * np.float32(growth**0.25)
    return wider


def _centred(xy: np.ndarray) -> np.ndarray:
    """In the box of a PCA start, but with the proportions kept, so that the map is known again."""
    extent = float(np.ptp(xy, axis=0).max()) or 1.0
    centred: np.ndarray = (xy - xy.mean(axis=0)) * (EXTENT / extent)
    return centred


def _part_of(graph: NeighbourGraph, kept: np.ndarray) -> NeighbourGraph:
    """The graph of the rows that are kept, by their new numbers."""
    number = np.full(len(graph.rows) + 1, -1, np.int32)  # the last one answers for -1
    number[kept] = np.arange(len(kept))
    rows = number[graph.rows[kept]]
    return NeighbourGraph(rows, np.where(rows >= 0, graph.distances[kept], np.inf).astype(np.float32))
