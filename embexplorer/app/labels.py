"""The words on the maps: which columns can give them, and what follows from the choice, found beside the window."""

import logging
from collections.abc import Generator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from embexplorer.app.core import Core
from embexplorer.app.labelcolumns import VALUES
from embexplorer.app.resolve import Aspect, Resolved
from embexplorer.app.state import REGIONS, Facts, MapPlaces
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.data.items import FieldType
from embexplorer.data.labels import ItemNames, MapLabels, no_labels
from embexplorer.operations.labelling import label_regions
from embexplorer.raster.anchors import labels_where_shown, value_labels
from embexplorer.raster.look import HIDDEN
from embexplorer.store.project import ProjectStore
from embexplorer.work.job import Lane

_log = logging.getLogger(__name__)

LABELS = Lane("labels", newest_wins=True, steps_back=True)

_NAME_LETTERS = 80  # of a text that stands for a missing title
_NOTE = "Naming what is on the map"

_Regions = dict[str, tuple[np.ndarray, MapLabels]]


@dataclass(frozen=True, eq=False)
class Words:
    """areas: for each shown map, by its name. names: of single items, on all maps; None where they are not wanted."""

    areas: dict[str, MapLabels]
    names: ItemNames | None


class Labelling:
    """Keeps the words on the maps in step with what is shown."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._asked: tuple[object, ...] = ()
        self._regions: _Regions = {}  # of the maps that were labelled by them, with the points that they are of
        core.after_show.append(self._on_show)
        core.on_leave.append(self._forget)

    def _forget(self) -> None:
        self._asked, self._regions = (), {}

    def _on_show(self, changed: frozenset[Aspect]) -> None:
        resolved, session = self._core.resolved, self._core.session
        if resolved is None or session is None or not resolved.look.labels:
            return
        asked = _question(resolved)
        if len(asked) == len(self._asked) and all(
            a is b or _equal(a, b) for a, b in zip(asked, self._asked, strict=True)
        ):
            return
        self._asked = asked
        store, regions = session.store, self._regions
        self._core.start(
            "labels",
            lambda: find_words(store, resolved, regions),
            LABELS,
            key="labels",
            on_done=lambda outcome: self._found(outcome.value),
            on_failed=self._not_found,
        )

    def _found(self, words: Words) -> None:
        for name, labels in words.areas.items():
            self._core.view.map.set_labels(name, labels)
        self._core.view.map.set_names(words.names)

    def _not_found(self, error: EmbexError) -> None:
        _log.info("the map has no labels: %s", error)
        self._asked = ()


def _question(resolved: Resolved) -> tuple[object, ...]:
    """What the words follow from."""
    state = resolved.state
    finished = tuple(info.name for info in resolved.facts.maps if info.finished)
    parts = (resolved.facts.frame, resolved.maps, resolved.mask, resolved.colours)
    return (*parts, state.look.label_by, state.muted, state.value_range, finished)


def _equal(one: object, other: object) -> bool:
    """Of what is small; arrays and tables are the same only where they are the same object."""
    return isinstance(one, (str, frozenset, tuple)) and type(one) is type(other) and one == other


def find_words(store: ProjectStore, resolved: Resolved, regions: _Regions) -> Operation:
    """Outcome.value is Words. regions: what is known of maps already; what is found is added."""
    yield Step(0, 1, _NOTE)
    facts, chosen = resolved.facts, resolved.choice.label_by
    shown = resolved.mask & (resolved.point_state != HIDDEN)
    areas: dict[str, MapLabels] = {}
    for places in resolved.maps:
        found = no_labels()
        if chosen == REGIONS:
            found = yield from _regions_of(store, facts, places, regions)
            found = labels_where_shown(found, places.xy, shown)
        elif facts.schema.get(chosen) in VALUES:
            found = value_labels(_values(facts, chosen), places.xy, shown, _keys(resolved, chosen))
        areas[places.name] = found
        yield Step(len(areas), len(resolved.maps) + 1, _NOTE)
    return Outcome(value=Words(areas, _names(facts, chosen, shown)))


def _regions_of(
    store: ProjectStore, facts: Facts, places: MapPlaces, regions: _Regions
) -> Generator[Step, None, MapLabels]:
    if not any(info.name == places.name and info.finished for info in facts.maps):
        return no_labels()  # its points still move
    known = regions.get(places.name)
    if known is None or known[0] is not places.xy:
        outcome = yield from label_regions(store, places.name)
        known = regions[places.name] = places.xy, outcome.value
    return known[1]


def _values(facts: Facts, name: str) -> pl.Series:
    """What is written for each item. A yes or no says of what."""
    values = facts.frame[name]
    if values.dtype != pl.Boolean:
        return values
    return values.replace_strict({True: name, False: f"not {name}"}, default=None, return_dtype=pl.String)


def _keys(resolved: Resolved, name: str) -> Mapping[str, int]:
    """The colours of a column's values, where it gives the map its colours."""
    if resolved.colours.column != name:
        return {}
    words = {"yes": name, "no": f"not {name}"} if resolved.facts.frame[name].dtype == pl.Boolean else {}
    entries = resolved.colours.scale.legend.entries
    return {words.get(entry.value, entry.value): entry.key for entry in entries if entry.value is not None}


def _names(facts: Facts, chosen: str, shown: np.ndarray) -> ItemNames | None:
    """Names of items by themselves when one looks close, unless these are pictures; at any zoom where chosen."""
    frame = facts.frame
    if facts.schema.get(chosen) is FieldType.TEXT:
        return ItemNames(frame[chosen].str.slice(0, _NAME_LETTERS), shown, only_near=False)
    if 2 * facts.images > len(facts):
        return None
    has_title = pl.col("@title").str.len_bytes() > 0
    name = pl.when(has_title).then(pl.col("@title")).otherwise(pl.col("@text")).str.slice(0, _NAME_LETTERS)
    return ItemNames(frame.select(name.alias("name")).to_series(), shown)
