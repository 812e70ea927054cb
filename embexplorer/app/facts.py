"""Read a snapshot of the project, in the background."""

from collections.abc import Callable

import numpy as np
import polars as pl

from embexplorer.app.state import Facts, MapPlaces
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.data.columns import MapInfo
from embexplorer.data.items import Kind
from embexplorer.data.vectors import SpaceInfo
from embexplorer.filters.facets import FacetCache
from embexplorer.filters.mask import Likeness
from embexplorer.filters.maskcache import MaskCache
from embexplorer.operations.columns import project_frame, schema_of, text_names
from embexplorer.operations.mapping import coordinates
from embexplorer.store.project import ProjectStore

MOST_MAPS = 4  # side by side


def load_facts(
    store: ProjectStore,
    wanted: tuple[str, ...] = (),
    old: Facts | None = None,
    likeness: Callable[[int | str, np.ndarray], Likeness] | None = None,
) -> Operation:
    """Outcome.value is Facts. wanted: names of the maps to be shown; what is not among the project's is left out.
    likeness: how like an item or a text some items are, for filters.

    What is as it was in the old facts is taken over from them as the same object, so that views of it stay.
    """
    yield Step(0, 1, "Reading the project")
    version = store.change_count  # of before: what changes while it is read is read again
    frame = _same_frame(project_frame(store), old)
    kept = old if old is not None and frame is old.frame else None
    ids = kept.ids if kept is not None else frame["@id"].to_numpy()
    maps = tuple(store.maps.all())
    spaces = tuple(store.spaces.all())
    first, *beside = [_places(store, name, ids, old) for name in maps_to_show(wanted, maps, spaces) or ("",)]
    facts = Facts(
        frame=frame,
        ids=ids,
        schema=schema_of(frame),
        own_names=frozenset(text_names(store)),
        computed=frozenset(column.name for column in store.columns.all() if not column.hidden),
        whole=frozenset(f.name for f in store.fields.all() if f.whole),
        spaces=spaces,
        maps=maps,
        map=first.name,
        xy=first.xy,
        beside=tuple(beside),
        tags=store.tags.all(),
        tag_keys=store.tags.keys(),
        undo=store.history.undo_label(),
        redo=store.history.redo_label(),
        images=store.items.kinds().get(Kind.IMAGE, 0),
        failures=sum(len(store.spaces.failures(space.id)) for space in spaces),
        writable=not store.read_only,
        facet_cache=kept.facet_cache if kept is not None else FacetCache(),
        masks=kept.masks if kept is not None else MaskCache(),
        likeness=None if likeness is None else lambda reference: likeness(reference, ids),
        version=version,
        has_passages=any(source.choices.passages and source.items for source in store.sources.all()),
    )
    return Outcome(value=facts)


def maps_to_show(wanted: tuple[str, ...], maps: tuple[MapInfo, ...], spaces: tuple[SpaceInfo, ...]) -> tuple[str, ...]:
    """Which maps are shown: those that are wanted and there, each once, MOST_MAPS at most. Where the first one is not
    there, the map of the space with most vectors stands for it, the older of two. () where the project has no map."""
    if not maps:
        return ()
    sizes, names = {space.id: space.count for space in spaces}, {info.name for info in maps}
    largest = max(maps, key=lambda info: sizes.get(info.space_id, 0)).name
    first = wanted[0] if wanted and wanted[0] in names else largest
    return tuple(dict.fromkeys((first, *(name for name in wanted[1:] if name in names))))[:MOST_MAPS]


def _same_frame(frame: pl.DataFrame, old: Facts | None) -> pl.DataFrame:
    return old.frame if old is not None and old.frame.equals(frame) and old.frame.schema == frame.schema else frame


def _places(store: ProjectStore, name: str, ids: np.ndarray, old: Facts | None) -> MapPlaces:
    """Of one map; the old ones where nothing has moved."""
    found = coordinates(store, name, ids) if name else None
    xy = found if found is not None else np.full((len(ids), 2), np.nan, np.float32)
    if old is None or not np.array_equal(old.ids, ids):
        return MapPlaces(name, xy)
    before = [places for places in (MapPlaces(old.map, old.xy), *old.beside) if places.name == name]
    same = bool(before) and np.array_equal(before[0].xy, xy, equal_nan=True)
    return before[0] if same else MapPlaces(name, xy)
