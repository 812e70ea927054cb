"""Vectors to a map: neighbour graph, layout with frames, and new items placed on the map that is there."""

import logging
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.fingerprint import fingerprint
from embexplorer.base.progress import Operation, Outcome, Step, part
from embexplorer.base.wording import count
from embexplorer.data.columns import Column, MapInfo, Provenance
from embexplorer.data.ids import rows_of
from embexplorer.data.items import FieldType
from embexplorer.data.vectors import SpaceInfo, Vectors
from embexplorer.operations.columns import project_frame, schema_of
from embexplorer.operations.indexing import neighbour_lookup, spaces_fingerprint
from embexplorer.operations.spaces import chosen_space
from embexplorer.projection.layout import Following, Frame, Layout, layout
from embexplorer.projection.neighbours import EXACT_ROWS, NeighbourGraph, lookup_all, neighbour_graph
from embexplorer.projection.params import MapParams as MapParams  # part of what this module offers
from embexplorer.projection.params import Method as Method  # the same
from embexplorer.projection.place import place
from embexplorer.projection.start import main_axes, pca_start, to_scale
from embexplorer.store.project import ProjectStore

_log = logging.getLogger(__name__)
_NOTE = "Making the map"
# Above this share of new items the whole map is laid out again, starting from where the old ones are.
_MOST_PLACED = 0.25
# The share of a map's time that its neighbour graph takes, by where that comes from: measured, for the progress bar.
_GRAPH_SHARES = {"cache": 0.01, "index": 0.5, "scan": 0.3, "build": 0.8}
_WIDER = 3  # new items resemble each other: so many times the neighbours are asked for, to find enough old ones


@dataclass(frozen=True)
class BuildMapParams:
    """space: a name, "" for the first. name: the map's, "" for "map" or "map of <space>". again: lay out anew even
    where a finished map with these parameters is there. start: the map to start from, so that the eye can follow, ""
    for none. refine: let all points of the map that is there move a little, with the parameters that it has."""

    space: str = ""
    name: str = ""
    layout: MapParams = field(default_factory=MapParams)
    again: bool = False
    threads: int = 0
    start: str = ""
    refine: bool = False


@dataclass(frozen=True)
class MapFrame:
    """A picture of a map that is being made. ids: int64 (n,); xy: float32 (n, 2), a copy of its own."""

    map_name: str
    ids: np.ndarray
    xy: np.ndarray
    stage: str


def build_map(store: ProjectStore, params: BuildMapParams) -> Operation:
    """Lay a space out, showing every frame as a step's payload (a MapFrame), and keep the coordinates as columns.

    Items that are new since the last map are placed on it without moving the others, unless they are many.
    Outcome.value is the MapInfo.
    """
    space = chosen_space(store, params.space)
    name = params.name or map_name(store, space)
    yield Step(0, 1.0, _NOTE)
    vectors = store.spaces.vectors(space.id)
    if not len(vectors):
        raise EmbexError(f"Nothing is embedded in the space “{space.name}” yet.", "Embed some items first.")
    if params.refine:
        return (yield from _refine(store, name, vectors, params))
    if params.layout.method == "columns":
        return (yield from draw_columns(store, name, space.id, params.layout))
    old = coordinates(store, name, vectors.ids) if not params.again else None
    if old is not None and _same_request(store, name, space, params):
        missing = np.isnan(old).any(axis=1)
        if not missing.any():
            return Outcome("The map is up to date", value=store.maps.get(name))
        if params.layout.method == "umap" and missing.sum() <= _MOST_PLACED * len(missing) and not missing.all():
            return (yield from _place_new(store, name, space, vectors, old, params))
    return (yield from _lay_out(store, name, space, vectors, old, params))


def first_picture(store: ProjectStore, space_name: str) -> Operation:
    """The main axes of a space that has no map yet, to look at while its index is built. Nothing is kept."""
    space = chosen_space(store, space_name)
    name = map_name(store, space)
    vectors = store.spaces.vectors(space.id)
    if len(vectors) and coordinates(store, name, vectors.ids) is None:
        picture = yield from part(pca_start(vectors.matrix), 0, 1, _NOTE)
        yield Step(1.0, 1.0, _NOTE, payload=MapFrame(name, vectors.ids, picture, "pca"))
    return Outcome()


def map_name(store: ProjectStore, space: SpaceInfo) -> str:
    """The name of a space's first map: "map" for the first space of a project, so that columns read "map x"."""
    for info in store.maps.all():
        if info.space_id == space.id:
            return info.name
    return "map" if not store.maps.all() else f"map of {space.name}"


def kept_graph(store: ProjectStore, space: SpaceInfo, vectors: Vectors, k: int) -> NeighbourGraph | None:
    """The neighbour graph from the cache where it is one of exactly these vectors, else None."""
    return NeighbourGraph.load(*_place_of_graph(store, space, vectors, k))


def _place_of_graph(store: ProjectStore, space: SpaceInfo, vectors: Vectors, k: int) -> tuple[Path, str]:
    """The file, and what it has to be of."""
    path = store.cache_folder() / f"neighbours-{space.id}-{k}.npz"
    return path, spaces_fingerprint(space, vectors, {"k": k})


def graph_of(
    store: ProjectStore, space: SpaceInfo, vectors: Vectors, k: int, threads: int
) -> Generator[Step, None, tuple[NeighbourGraph, float]]:
    """The neighbour graph, and the share of a map's time that it takes; its steps go up to that share."""
    kept = kept_graph(store, space, vectors, k)
    if kept is not None:
        return kept, _GRAPH_SHARES["cache"]
    scanned = len(vectors) <= EXACT_ROWS
    lookup = None if scanned else neighbour_lookup(store, space, vectors, threads)
    share = _GRAPH_SHARES["scan" if scanned else "index" if lookup else "build"]
    work = neighbour_graph(vectors.matrix, space.metric, k, lookup=lookup, threads=threads)
    graph = yield from part(work, 0, share)
    try:
        graph.save(*_place_of_graph(store, space, vectors, k))
    except OSError as error:  # only a cache: it is made again the next time
        _log.warning("the neighbours of %s could not be kept: %s", space.name, error)
    return graph, share


def _refine(store: ProjectStore, name: str, vectors: Vectors, params: BuildMapParams) -> Operation:
    """Raises EmbexError where there is no such map."""
    info = store.maps.get(name)
    space, old = store.spaces.get(info.space_id), coordinates(store, name, vectors.ids)
    if old is None or np.isnan(old).all() or layout_params(info).method != "umap":
        raise EmbexError(f"The map “{name}” cannot be refined.", "Only a map of what is near what can be.")
    return (yield from _lay_out(store, name, space, vectors, old, replace(params, layout=layout_params(info))))


def _lay_out(
    store: ProjectStore,
    name: str,
    space: SpaceInfo,
    vectors: Vectors,
    old: np.ndarray | None,
    params: BuildMapParams,
) -> Operation:
    following: Following = "gently" if params.refine else "on"
    if old is None and params.start:
        old = coordinates(store, params.start, vectors.ids)
        following = "on" if store.maps.get(params.start).space_id == space.id else "loosely"
    picture = yield from part(_picture(vectors.matrix, params.layout), 0, 0, _NOTE)
    first, stage = (picture, "pca") if old is None or np.isnan(old).all() else (old, "start")
    yield Step(0, 1.0, _NOTE, payload=MapFrame(name, vectors.ids, first.copy(), stage))

    def keep(xy: np.ndarray, finished: bool) -> MapInfo:
        return _keep(store, name, space.id, vectors.ids, xy, params.layout, finished)

    if params.layout.method == "axes" or vectors.matrix.shape[1] == 2:
        return Outcome(_made(picture), value=keep(picture, True))
    graph, share = yield from graph_of(store, space, vectors, params.layout.neighbors, params.threads)
    work = layout(vectors.matrix, graph, params.layout, space.metric, old, picture, params.threads, following=following)
    made = yield from part(_shown(work, name, vectors.ids, keep), share, 1, _NOTE)
    return Outcome(_made(made.xy), value=keep(made.xy, made.finished), figures={"epochs": made.epochs_done})


def _picture(matrix: np.ndarray, layout: MapParams) -> Generator[Step, None, np.ndarray]:
    """What is seen at first: the vectors themselves where they have two numbers, else their main axes."""
    if matrix.shape[1] == 2:
        yield Step(0, 1)
        return to_scale(matrix)
    return (yield from (main_axes if layout.method == "axes" else pca_start)(matrix, layout.seed))


def _made(xy: np.ndarray) -> str:
    left_out = int(np.isnan(xy).any(axis=1).sum())
    said = f"; {count(left_out, 'item')} without a usable vector left out" if left_out else ""
    return f"Map of {count(len(xy) - left_out, 'item')} made{said}"


def _shown(
    work: Generator[Step, None, Layout], name: str, ids: np.ndarray, keep: Callable[[np.ndarray, bool], MapInfo]
) -> Generator[Step, None, Layout]:
    """The steps of a layout as those of its map. Closed early, the last picture is kept as an unfinished map."""
    last: Frame | None = None
    try:
        while True:
            try:
                step = next(work)
            except StopIteration as end:
                made: Layout = end.value
                return made
            frame: Frame | None = step.payload
            if frame is not None and frame.stage not in ("pca", "start"):
                last = frame
            shown = MapFrame(name, ids, frame.xy, frame.stage) if frame is not None else None
            yield Step(step.done, step.total, step.note, payload=shown)
    except GeneratorExit:
        work.close()
        if last is not None:
            keep(last.xy, False)
        raise


def _place_new(
    store: ProjectStore, name: str, space: SpaceInfo, vectors: Vectors, old: np.ndarray, params: BuildMapParams
) -> Operation:
    fresh = np.flatnonzero(np.isnan(old).any(axis=1))
    yield Step(0, 1.0, f"Placing {count(len(fresh), 'new item')} on the map")
    lookup = neighbour_lookup(store, space, vectors, params.threads)
    found, asked = None, 0.0
    if lookup is not None:
        asked = 0.5
        asking = lookup_all(lookup, vectors.matrix[fresh], _WIDER * params.layout.neighbors)
        found = yield from part(asking, 0, asked, "Finding neighbours")
    work = place(vectors.matrix[fresh], vectors.matrix, old, params.layout, space.metric, found)
    xy = old.copy()
    xy[fresh] = yield from part(work, asked, 1)
    kept = _keep(store, name, space.id, vectors.ids, xy, params.layout, finished=True)
    return Outcome(f"{count(len(fresh), 'new item')} placed on the map", value=kept)


def layout_params(info: MapInfo) -> MapParams:
    """The parameters that a map was made with."""
    return MapParams.from_json(info.params)


def _keep(
    store: ProjectStore,
    name: str,
    space_id: int,
    ids: np.ndarray,
    xy: np.ndarray,
    layout: MapParams,
    finished: bool,
) -> MapInfo:
    info = MapInfo(name, space_id, asdict(layout), finished)
    provenance = Provenance("map", asdict(layout), fingerprint(space_id, len(ids)))
    with store.transaction():
        for column, values in ((info.x_column, xy[:, 0]), (info.y_column, xy[:, 1])):
            series = pl.Series(column, np.ascontiguousarray(values, np.float32))
            store.columns.put(Column(column, FieldType.NUMBER, ids, series, provenance, hidden=True))
        store.maps.put(info)
    return info


def coordinates(store: ProjectStore, name: str, ids: np.ndarray) -> np.ndarray | None:
    """float32 (n, 2) for these item ids, NaN where an item is not on the map; None where there is no such map."""
    infos = {info.name: info for info in store.maps.all()}
    if name not in infos:
        return None
    xy = np.full((len(ids), 2), np.nan, np.float32)
    for axis, column_name in enumerate((infos[name].x_column, infos[name].y_column)):
        column = store.columns.get(column_name)
        rows = rows_of(column.ids, ids)
        there = rows >= 0
        xy[there, axis] = column.values.to_numpy()[rows[there]]
    return xy


def draw_columns(store: ProjectStore, name: str, space_id: int, layout: MapParams) -> Operation:
    """A map of two number columns, drawn to scale; items that lack one of the numbers are left out.

    Raises EmbexError where there are no such columns or they hold no numbers."""
    yield Step(0, 1.0, _NOTE)
    frame = project_frame(store, text=False)
    numbers = [name for name, kind in schema_of(frame).items() if kind is FieldType.NUMBER]
    wanted = (layout.x_column, layout.y_column)
    for column in wanted:
        if column not in numbers:
            raise EmbexError(f"There is no column of numbers called “{column}”.", "Choose two columns of numbers.")
    ids = frame["@id"].to_numpy()
    xy = to_scale(np.column_stack([frame[column].cast(pl.Float64).fill_null(np.nan).to_numpy() for column in wanted]))
    if np.isnan(xy).all():
        raise EmbexError(f"No item has both a “{wanted[0]}” and a “{wanted[1]}”.", "Choose two other columns.")
    yield Step(0.5, 1.0, _NOTE, payload=MapFrame(name, ids, xy.copy(), "start"))
    kept = _keep(store, name, space_id, ids, xy, layout, finished=True)
    left_out = int(np.isnan(xy).any(axis=1).sum())
    said = f"; {count(left_out, 'item')} without these numbers left out" if left_out else ""
    return Outcome(f"Map of {count(len(xy) - left_out, 'item')} made{said}", value=kept)


def _same_request(store: ProjectStore, name: str, space: SpaceInfo, params: BuildMapParams) -> bool:
    info = store.maps.get(name)
    return info.space_id == space.id and info.finished and layout_params(info) == params.layout
