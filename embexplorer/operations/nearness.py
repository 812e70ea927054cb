"""Which items are truly nearest to which, in the space that a map is of: read from the graph that it was made with."""

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np

from embexplorer.base.progress import Step
from embexplorer.data.ids import rows_of
from embexplorer.operations.mapping import graph_of, kept_graph, layout_params
from embexplorer.projection.neighbours import NeighbourGraph
from embexplorer.store.project import ProjectStore

NEAREST = 10  # of each item
_FAINTEST = 0.3  # the strength of the furthest of an item's neighbours


@dataclass(frozen=True, eq=False)
class Nearest:
    """ids: int64 (n,), ascending, items of a space. rows: int32 (n, k <= NEAREST), the places in ids of what is nearest
    to each, nearest first, -1 for none; distances: float32 (n, k), infinite where rows is -1."""

    ids: np.ndarray
    rows: np.ndarray
    distances: np.ndarray

    def of(self, item_id: int) -> tuple[np.ndarray, np.ndarray] | None:
        """int64 (k,), the ids of an item's neighbours, the nearest first, and float32 (k,), their strengths; None for
        an item that is not in the space."""
        row = int(rows_of(self.ids, np.array([item_id]))[0])
        if row < 0:
            return None
        there = self.rows[row] >= 0
        return self.ids[self.rows[row][there]], strengths(self.distances[row][there])

    def around(self, item_ids: np.ndarray) -> np.ndarray:
        """int64, ascending: the ids of the neighbours of these items, some of which may be among them."""
        rows = rows_of(self.ids, item_ids)
        reached = np.zeros(len(self.ids) + 1, np.bool_)
        reached[self.rows[rows[rows >= 0]]] = True  # -1 is the last place
        near: np.ndarray = self.ids[reached[:-1]]
        return near


def strengths(distances: np.ndarray) -> np.ndarray:
    """float32: 1 for the smallest of some distances, and evenly less up to the largest."""
    if not len(distances):
        return np.zeros(0, np.float32)
    low, high = float(distances.min()), float(distances.max())
    share = (distances - low) / (high - low) if high > low else np.zeros(len(distances))
    return np.asarray(1 - (1 - _FAINTEST) * share, np.float32)


def kept_nearest(store: ProjectStore, map_name: str) -> Nearest | None:
    """From the graph that a map was made with; None where it is not kept, or items came or went since. Takes 0.2 s for
    a million items."""
    info = store.maps.get(map_name)
    space, vectors = store.spaces.get(info.space_id), store.spaces.vectors(info.space_id)
    graph = kept_graph(store, space, vectors, layout_params(info).neighbors)
    return _first(vectors.ids, graph) if graph is not None else None


def find_nearest(store: ProjectStore, map_name: str, threads: int = 0) -> Generator[Step, None, Nearest]:
    """As kept_nearest, but the graph is made, and kept, where it is not there."""
    info = store.maps.get(map_name)
    space, vectors = store.spaces.get(info.space_id), store.spaces.vectors(info.space_id)
    graph, _share = yield from graph_of(store, space, vectors, layout_params(info).neighbors, threads)
    return _first(vectors.ids, graph)


def _first(ids: np.ndarray, graph: NeighbourGraph) -> Nearest:
    """Copies, so that the rest of the graph need not stay in memory."""
    return Nearest(ids, graph.rows[:, :NEAREST].copy(), graph.distances[:, :NEAREST].copy())
