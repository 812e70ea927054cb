"""Small maps of a sample of a space, each with settings of its own, to choose from. Nothing is kept."""

from collections.abc import Generator
from dataclasses import dataclass, replace

import numpy as np

from embexplorer.base.progress import Operation, Outcome, Step, part
from embexplorer.operations.spaces import chosen_space
from embexplorer.projection.layout import Layout, layout
from embexplorer.projection.neighbours import NeighbourGraph, neighbour_graph
from embexplorer.projection.params import MapParams
from embexplorer.projection.start import pca_start
from embexplorer.store.project import ProjectStore

MOST_PREVIEWED = 2_000  # a layout of so many takes 0.3 s
_EPOCHS = 300
_NOTE = "Trying settings"


@dataclass(frozen=True)
class MapPreviews:
    """The maps that are there so far, by the place of their settings. ids: int64 (m,), the items of the sample,
    ascending; maps: float32 (m, 2) each, NaN for what has no usable vector."""

    ids: np.ndarray
    maps: tuple[np.ndarray, ...]


def preview_maps(store: ProjectStore, space_name: str, layouts: tuple[MapParams, ...], seed: int = 42) -> Operation:
    """Lay the same sample of at most 2,000 items out with each of the settings; a step after each has a MapPreviews of
    what is there by then, and so has the outcome."""
    space = chosen_space(store, space_name)
    vectors = store.spaces.vectors(space.id)
    yield Step(0, 1, _NOTE)
    chooser = np.random.default_rng(seed)
    chosen = np.sort(chooser.choice(len(vectors), min(MOST_PREVIEWED, len(vectors)), replace=False))
    matrix, ids = np.ascontiguousarray(vectors.matrix[chosen], np.float32), vectors.ids[chosen]
    widest = max((params.neighbors for params in layouts), default=0)
    graph = yield from part(neighbour_graph(matrix, space.metric, widest), 0, 0.1, _NOTE)
    start = yield from part(pca_start(matrix, seed), 0.1, 0.1, _NOTE)
    made: tuple[np.ndarray, ...] = ()
    for at, params in enumerate(layouts):
        own = NeighbourGraph(graph.rows[:, : params.neighbors], graph.distances[:, : params.neighbors])
        work = layout(matrix, own, replace(params, epochs=params.epochs or _EPOCHS), space.metric, None, start)
        begin, end = (0.1 + 0.9 * (at + done) / len(layouts) for done in (0, 1))
        made = (*made, (yield from part(_unseen(work), begin, end, _NOTE)).xy)
        yield Step(end, 1, _NOTE, payload=MapPreviews(ids, made))
    return Outcome(value=MapPreviews(ids, made))


def _unseen(work: Generator[Step, None, Layout]) -> Generator[Step, None, Layout]:
    """The steps without their frames, which are of the sample."""
    try:
        while True:
            try:
                step = next(work)
            except StopIteration as end:
                made: Layout = end.value
                return made
            yield replace(step, payload=None)
    finally:
        work.close()
