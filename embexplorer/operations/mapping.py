"""Vectors to a map: neighbour graph, layout with frames, and new items placed on the map that is there."""

import json
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from embexplorer.base.fingerprint import fingerprint
from embexplorer.base.progress import Effect, Operation, Outcome, Step
from embexplorer.base.wording import count
from embexplorer.data.columns import Column, MapInfo, Provenance
from embexplorer.data.items import FieldType
from embexplorer.data.vectors import SpaceInfo, Vectors
from embexplorer.operations.indexing import load_index, spaces_fingerprint
from embexplorer.projection.layout import Layout, layout
from embexplorer.projection.neighbours import NeighbourGraph, neighbour_graph
from embexplorer.projection.params import MapParams as MapParams  # part of what this module offers
from embexplorer.projection.place import place
from embexplorer.store.project import ProjectStore

# Above this share of new items the whole map is laid out again, starting from where the old ones are.
_MOST_PLACED = 0.25
_GRAPH_SHARE = 0.3  # of a map's time goes into its neighbour graph: the measured rule for the progress bar


@dataclass(frozen=True)
class BuildMapParams:
    """space: a name, "" for the first. name: the map's, "" for "map" or "map of <space>". again: lay out anew even
    where a finished map with these parameters is there."""

    space: str = ""
    name: str = ""
    layout: MapParams = field(default_factory=MapParams)
    again: bool = False
    threads: int = 0


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
    vectors = store.spaces.vectors(space.id)
    old = _coordinates(store, name, vectors.ids) if not params.again else None
    if old is not None and _same_request(store, name, space, params):
        missing = np.isnan(old).any(axis=1)
        if not missing.any():
            return Outcome("The map is up to date", value=_info(store, name))
        if missing.sum() <= _MOST_PLACED * len(missing) and not missing.all():
            return (yield from _place_new(store, name, vectors, old, missing, params))
    return (yield from _lay_out(store, name, space, vectors, old, params))


def chosen_space(store: ProjectStore, name: str) -> SpaceInfo:
    """The space of this name, or the one with most vectors for "". Raises EmbexError."""
    from embexplorer.base.errors import EmbexError

    spaces = [space for space in store.spaces.all() if space.count]
    if name:
        return store.spaces.get(name)
    if not spaces:
        raise EmbexError("Nothing is embedded in this project yet.", "Add files and embed them first.")
    return max(spaces, key=lambda space: space.count)


def map_name(store: ProjectStore, space: SpaceInfo) -> str:
    """The name of a space's first map: "map" for the first space of a project, so that columns read "map x"."""
    for info in store.maps.all():
        if info.space_id == space.id:
            return info.name
    return "map" if not store.maps.all() else f"map of {space.name}"


def graph_of(store: ProjectStore, space: SpaceInfo, vectors: Vectors, k: int, threads: int = 0) -> "_GraphWork":
    """The space's neighbour graph: from the project's cache where it fits, else made and kept there."""
    path = store.cache_folder() / f"neighbours-{space.id}-{k}.npz"
    wanted = spaces_fingerprint(space, vectors, {"k": k})
    kept = _load_graph(path, wanted)
    if kept is not None:
        return kept
    index = load_index(store, space, vectors)
    lookup: Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]] | None = index.neighbours if index else None
    graph = yield from neighbour_graph(vectors.matrix, space.metric, k, lookup=lookup, threads=threads)
    _save_graph(path, wanted, graph)
    return graph


_GraphWork = Generator[Step, None, NeighbourGraph]


def _lay_out(
    store: ProjectStore,
    name: str,
    space: SpaceInfo,
    vectors: Vectors,
    old: np.ndarray | None,
    params: BuildMapParams,
) -> Operation:
    start = old if old is not None and np.isfinite(old).all() else None
    if start is None:
        yield from _first_picture(name, vectors)
    graph = yield from _scaled(
        graph_of(store, space, vectors, params.layout.neighbors, params.threads), 0, _GRAPH_SHARE
    )
    work = layout(vectors.matrix, graph, params.layout, start=start, threads=params.threads)
    made: Layout
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            made = end.value
            break
        share = _GRAPH_SHARE + (1 - _GRAPH_SHARE) * (step.done / step.total if step.total else 0)
        frame = MapFrame(name, vectors.ids, step.payload.xy, step.payload.stage) if step.payload is not None else None
        yield Step(share, 1.0, "Making the map", payload=frame)
    info = _keep(store, name, space.id, vectors.ids, made.xy, params, made.finished)
    left_out = int(np.isnan(made.xy).any(axis=1).sum())
    summary = f"Map of {count(len(vectors) - left_out, 'item')} made"
    return Outcome(summary, frozenset({Effect.MAP, Effect.COLUMNS}), value=info, figures={"epochs": made.epochs_done})


def _first_picture(name: str, vectors: Vectors) -> Generator[Step, None, None]:
    """The PCA picture at once, before the neighbour graph is there."""
    from embexplorer.projection.start import pca_start

    if len(vectors) > 2:
        yield Step(0, 1.0, "Making the map", payload=MapFrame(name, vectors.ids, pca_start(vectors.matrix), "pca"))


def _place_new(
    store: ProjectStore, name: str, vectors: Vectors, old: np.ndarray, missing: np.ndarray, params: BuildMapParams
) -> Operation:
    info = _info(store, name)
    yield Step(0, 1.0, f"Placing {count(int(missing.sum()), 'new item')} on the map")
    known = np.flatnonzero(~missing)
    fresh = np.flatnonzero(missing)
    xy = old.copy()
    xy[fresh] = place(vectors.matrix[fresh], vectors.matrix[known], old[known], params.layout)
    kept = _keep(store, name, info.space_id, vectors.ids, xy, params, finished=True)
    effects = frozenset({Effect.MAP, Effect.COLUMNS})
    return Outcome(f"{count(len(fresh), 'new item')} placed on the map", effects, value=kept)


def _scaled(work: Generator[Step, None, Any], start: float, end: float) -> Generator[Step, None, Any]:
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            return stop.value
        share = step.done / step.total if step.total else 0.0
        yield Step(start + (end - start) * share, 1.0, step.note, step.payload, step.problems)


def _params(params: MapParams) -> dict[str, Any]:
    """The parameters as JSON values, the way they are kept with the map."""
    return asdict(params)


def layout_params(info: MapInfo) -> MapParams:
    """The parameters that a map was made with."""
    return MapParams.from_json(json.dumps(info.params))


def _keep(
    store: ProjectStore,
    name: str,
    space_id: int,
    ids: np.ndarray,
    xy: np.ndarray,
    params: BuildMapParams,
    finished: bool,
) -> MapInfo:
    info = MapInfo(name, space_id, _params(params.layout), finished)
    provenance = Provenance("map", _params(params.layout), fingerprint(space_id, len(ids)))
    with store.transaction():
        for column, values in ((info.x_column, xy[:, 0]), (info.y_column, xy[:, 1])):
            series = pl.Series(column, np.ascontiguousarray(values, np.float32))
            store.columns.put(Column(column, FieldType.NUMBER, ids, series, provenance, hidden=True))
        store.maps.put(info)
    return info


def coordinates(store: ProjectStore, name: str, ids: np.ndarray) -> np.ndarray | None:
    """float32 (n, 2) for these item ids, NaN where an item is not on the map; None where there is no such map."""
    return _coordinates(store, name, ids)


def _coordinates(store: ProjectStore, name: str, ids: np.ndarray) -> np.ndarray | None:
    infos = {info.name: info for info in store.maps.all()}
    if name not in infos:
        return None
    xy = np.full((len(ids), 2), np.nan, np.float32)
    for axis, column_name in enumerate((infos[name].x_column, infos[name].y_column)):
        column = store.columns.get(column_name)
        rows = Vectors(column.ids, np.empty((len(column.ids), 0), np.float32)).rows_of(ids)
        there = rows >= 0
        xy[there, axis] = column.values.to_numpy()[rows[there]]
    return xy


def _info(store: ProjectStore, name: str) -> MapInfo:
    return store.maps.get(name)


def _same_request(store: ProjectStore, name: str, space: SpaceInfo, params: BuildMapParams) -> bool:
    info = _info(store, name)
    return info.space_id == space.id and info.finished and info.params == _params(params.layout)


def _load_graph(path: Path, wanted: str) -> NeighbourGraph | None:
    try:
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["fingerprint"]) != wanted:
                return None
            return NeighbourGraph(kept["rows"], kept["distances"])
    except (OSError, ValueError, KeyError):
        return None  # a cache: made again


def _save_graph(path: Path, wanted: str, graph: NeighbourGraph) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new.npz")
    np.savez(beside, rows=graph.rows, distances=graph.distances, fingerprint=np.array(wanted))
    beside.replace(path)
