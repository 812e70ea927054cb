"""Read a snapshot of the project, in the background."""

import numpy as np
import polars as pl

from embexplorer.app.state import Facts
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.data.columns import MapInfo
from embexplorer.data.items import Kind
from embexplorer.data.vectors import SpaceInfo
from embexplorer.filters.facets import FacetCache
from embexplorer.operations.columns import project_frame, schema_of, text_names
from embexplorer.operations.mapping import coordinates
from embexplorer.store.project import ProjectStore


def load_facts(store: ProjectStore, shown_map: str, old: Facts | None = None) -> Operation:
    """Outcome.value is Facts. shown_map: the map whose coordinates are wanted, "" for the first.

    What is as it was in the old facts is taken over from them as the same object, so that views of it stay.
    """
    yield Step(0, 1, "Reading the project")
    frame = _same_frame(project_frame(store), old)
    kept = old if old is not None and frame is old.frame else None
    ids = kept.ids if kept is not None else frame["@id"].to_numpy()
    maps = tuple(store.maps.all())
    names = [info.name for info in maps]
    spaces = tuple(store.spaces.all())
    name = shown_map if shown_map in names else _largest(maps, spaces)
    xy = coordinates(store, name, ids) if name else None
    facts = Facts(
        frame=frame,
        ids=ids,
        schema=schema_of(frame),
        own_names=frozenset(text_names(store)),
        whole=frozenset(f.name for f in store.fields.all() if f.whole),
        spaces=spaces,
        maps=maps,
        map=name,
        xy=_same_xy(xy if xy is not None else np.full((len(ids), 2), np.nan, np.float32), ids, old),
        tags=store.tags.all(),
        tag_keys=store.tags.keys(),
        undo=store.history.undo_label(),
        redo=store.history.redo_label(),
        images=store.items.kinds().get(Kind.IMAGE, 0),
        failures=sum(len(store.spaces.failures(space.id)) for space in spaces),
        writable=not store.read_only,
        facet_cache=kept.facet_cache if kept is not None else FacetCache(),
    )
    return Outcome(value=facts)


def _largest(maps: tuple[MapInfo, ...], spaces: tuple[SpaceInfo, ...]) -> str:
    """The map of the space with most vectors, the older of two; "" where there is none."""
    sizes = {space.id: space.count for space in spaces}
    return max(maps, key=lambda info: sizes.get(info.space_id, 0)).name if maps else ""


def _same_frame(frame: pl.DataFrame, old: Facts | None) -> pl.DataFrame:
    return old.frame if old is not None and old.frame.equals(frame) and old.frame.schema == frame.schema else frame


def _same_xy(xy: np.ndarray, ids: np.ndarray, old: Facts | None) -> np.ndarray:
    same = old is not None and np.array_equal(old.ids, ids) and np.array_equal(old.xy, xy, equal_nan=True)
    return old.xy if old is not None and same else xy
