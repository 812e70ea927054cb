"""Read a snapshot of the project, in the background."""

import numpy as np

from embexplorer.app.state import Facts
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.operations.columns import project_frame, schema_of, text_names
from embexplorer.operations.mapping import coordinates
from embexplorer.store.project import ProjectStore


def load_facts(store: ProjectStore, shown_map: str) -> Operation:
    """Outcome.value is Facts. shown_map: the map whose coordinates are wanted, "" for the first."""
    yield Step(0, 1, "Reading the project")
    named = frozenset(text_names(store))
    frame = project_frame(store)
    ids = frame["@id"].to_numpy()
    maps = tuple(store.maps.all())
    names = [info.name for info in maps]
    name = shown_map if shown_map in names else (names[0] if names else "")
    xy = coordinates(store, name, ids) if name else None
    spaces = tuple(store.spaces.all())
    facts = Facts(
        frame=frame,
        ids=ids,
        schema=schema_of(frame),
        own_names=named,
        whole=frozenset(f.name for f in store.fields.all() if f.whole),
        spaces=spaces,
        maps=maps,
        map=name,
        xy=xy if xy is not None else np.full((len(ids), 2), np.nan, np.float32),
        tags=store.tags.all(),
        tag_keys=store.tags.keys(),
        undo=store.history.undo_label(),
        redo=store.history.redo_label(),
        failures=sum(len(store.spaces.failures(space.id)) for space in spaces),
        writable=not store.read_only,
    )
    return Outcome(value=facts)
