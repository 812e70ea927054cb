"""State and facts in, what the screen shows out: one pure function, the only road to the screen.

Parts whose inputs did not change are taken over from the previous result, so that an aspect differs exactly when it
has to be drawn anew.
"""

import logging
from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np
import polars as pl

from embexplorer.app.facetviews import facet_views
from embexplorer.app.queryview import query_view
from embexplorer.app.state import Facts, State
from embexplorer.app.table import default_columns, sorted_rows
from embexplorer.app.values import FacetView, MapChoice, QueryView, StatusView, TableView, TagView
from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import count
from embexplorer.data.items import FieldType
from embexplorer.data.selection import Selection
from embexplorer.filters.mask import MaskContext, mask
from embexplorer.filters.tree import Everything, Filter, Selected, leaves
from embexplorer.operations.estimating import model_name
from embexplorer.raster.colours import ColourScale, scale_for
from embexplorer.raster.look import DIMMED, HIDDEN, NORMAL, SELECTED

_log = logging.getLogger(__name__)

_COLOURABLE = (FieldType.CATEGORY, FieldType.NUMBER, FieldType.DATE, FieldType.BOOLEAN, FieldType.TAGS)
_FEW_NUMBERS = 20  # as many values of a number are taken for labels


class Aspect(Enum):
    """What of the screen can differ."""

    POINTS = auto()
    COLOURS = auto()
    EMPHASIS = auto()
    SELECTION = auto()
    TABLE = auto()
    FACETS = auto()
    QUERY = auto()
    TAGS = auto()
    CHOICE = auto()
    STATUS = auto()
    FLAGS = auto()
    UNDO = auto()


@dataclass(frozen=True, eq=False)
class Resolved:
    """mask: bool (n,), what passes the filter. point_state: uint8 (n,) of NORMAL, DIMMED, SELECTED, HIDDEN."""

    state: State
    facts: Facts
    xy: np.ndarray
    mask: np.ndarray
    point_state: np.ndarray
    colours: ColourScale
    colour_title: str
    selected: np.ndarray
    table: TableView
    facets: tuple[FacetView, ...]
    query: QueryView
    tags: tuple[TagView, ...]
    choice: MapChoice
    status: StatusView
    flags: dict[str, bool]
    undo: tuple[str, str]


_COMPARED = {
    Aspect.POINTS: "xy",
    Aspect.COLOURS: "colours",
    Aspect.EMPHASIS: "point_state",
    Aspect.SELECTION: "selected",
    Aspect.TABLE: "table",
    Aspect.FACETS: "facets",
    Aspect.QUERY: "query",
    Aspect.TAGS: "tags",
    Aspect.CHOICE: "choice",
    Aspect.STATUS: "status",
    Aspect.FLAGS: "flags",
    Aspect.UNDO: "undo",
}


def aspects(old: Resolved | None, new: Resolved) -> frozenset[Aspect]:
    """What has to be drawn anew. Arrays and tables differ by identity, small values by content."""
    if old is None:
        return frozenset(Aspect)
    changed = set()
    for aspect, name in _COMPARED.items():
        before, after = getattr(old, name), getattr(new, name)
        if before is after:
            continue
        by_identity = isinstance(after, (np.ndarray, TableView, ColourScale)) or aspect is Aspect.FACETS
        if by_identity or before != after:
            changed.add(aspect)
    return frozenset(changed)


def resolve(state: State, facts: Facts, old: Resolved | None = None) -> Resolved:
    """What follows from the user's intent and what is there. Pure; takes milliseconds at 100,000 items."""
    old_parts = old if old is not None and len(old.facts) == len(facts) else None
    selected = _unless_equal(state.selection.mask, old_parts.selected if old_parts is not None else None)
    state = replace(state, selection=Selection(selected))
    allowed = _allowed(state, facts, old_parts)
    name, colours = _colours(state, facts, old_parts)
    table = _table(state, facts, allowed, old_parts)
    return Resolved(
        state=state,
        facts=facts,
        xy=facts.xy,
        mask=allowed,
        point_state=_point_state(state, allowed, selected, old_parts),
        colours=colours,
        colour_title=label_of(name),
        selected=selected,
        table=table,
        facets=_facets(state, facts, selected, old_parts),
        query=query_view(state, facts),
        tags=_tags(facts, selected),
        choice=_choice(facts, name),
        status=_status(facts, allowed, selected),
        flags=_flags(state, facts, selected),
        undo=(facts.undo, facts.redo),
    )


def label_of(name: str) -> str:
    """A column's name as people read it: "@tags" is "tags"."""
    return name.removeprefix("@")


def about_selection(tree: Filter) -> bool:
    """Whether a filter lets items through because they are selected."""
    return any(isinstance(leaf, Selected) for leaf in leaves(tree))


def _same_filter(state: State, facts: Facts, old: Resolved) -> bool:
    same = old.facts.frame is facts.frame and old.state.filter == state.filter
    return same and (not about_selection(state.filter) or old.selected is state.selection.mask)


def _allowed(state: State, facts: Facts, old: Resolved | None) -> np.ndarray:
    if old is not None and _same_filter(state, facts, old):
        return old.mask
    allowed = np.ones(len(facts), np.bool_)
    if not isinstance(state.filter, Everything):
        try:
            allowed = mask(state.filter, facts.frame, MaskContext(state.selection.mask))
        except EmbexError:  # a column of the filter is gone: the query bar says so, and everything is shown
            _log.info("the filter does not fit the project any more", exc_info=True)
    return _unless_equal(allowed, old.mask if old is not None else None)


def _unless_equal(new: np.ndarray, old: np.ndarray | None) -> np.ndarray:
    """The old array where the new one says the same, so that nothing is drawn anew."""
    return old if old is not None and np.array_equal(new, old) else new


def _point_state(state: State, allowed: np.ndarray, selected: np.ndarray, old: Resolved | None) -> np.ndarray:
    points = np.full(len(allowed), DIMMED if selected.any() else NORMAL, np.uint8)
    points[selected] = SELECTED
    points[~allowed] = HIDDEN if state.hide_filtered else DIMMED
    return _unless_equal(points, old.point_state if old is not None else None)


def _colours(state: State, facts: Facts, old: Resolved | None) -> tuple[str, ColourScale]:
    offered = colour_columns(facts)
    name = state.colour_by if state.colour_by in offered else proposed_colour(facts)
    if old is not None and old.choice.colour_by == name and _same_column(old.facts, facts, name):
        return name, old.colours
    return name, scale_for(facts.frame[name], facts.schema[name])


def _same_column(old: Facts, new: Facts, name: str) -> bool:
    return old.frame is new.frame or (name in old.frame.columns and old.frame[name].equals(new.frame[name]))


def colour_columns(facts: Facts) -> tuple[str, ...]:
    """The columns that a map can be coloured by, fields first."""
    names = [n for n, kind in facts.schema.items() if kind in _COLOURABLE and n != "@id"]
    return tuple(sorted(names, key=lambda n: n.startswith("@")))


def proposed_colour(facts: Facts) -> str:
    """The first category that tells the map's items apart: most have one, and there are far fewer than items. Without
    one a yes or no, or a number of few values, as the labels of ready-made vectors often are."""
    mapped = np.isfinite(facts.xy).all(axis=1)
    seen = facts.frame.filter(mapped) if mapped.any() and not mapped.all() else facts.frame
    for kind in (FieldType.CATEGORY, FieldType.BOOLEAN, FieldType.NUMBER):
        most = _FEW_NUMBERS if kind is FieldType.NUMBER else max(2, len(seen) // 4)
        for name in colour_columns(facts):
            if facts.schema[name] is kind and not name.startswith("@") and _tells_apart(seen[name], most):
                return name
    return "@kind"


def _tells_apart(values: pl.Series, most: int) -> bool:
    is_full = 2 * values.null_count() <= len(values)
    return is_full and 1 < values.n_unique() <= min(most, max(2, len(values) // 4))


def _table(state: State, facts: Facts, allowed: np.ndarray, old: Resolved | None) -> TableView:
    shown = allowed & state.selection.mask if state.only_selected else allowed
    columns = tuple(c for c in state.columns if c in facts.schema) or default_columns(facts)
    same_rows = (
        old is not None
        and old.facts.frame is facts.frame
        and (old.state.sort, old.state.descending) == (state.sort, state.descending)
        and old.state.only_selected == state.only_selected
        and (old.mask is allowed and (not state.only_selected or old.selected is state.selection.mask))
    )
    if same_rows and old is not None:
        return old.table if old.table.columns == columns else replace(old.table, columns=columns)
    return TableView(
        frame=facts.frame,
        order=sorted_rows(facts.frame, np.flatnonzero(shown), state.sort, state.descending),
        columns=columns,
        all_columns=tuple(facts.schema),
        types=dict(facts.schema),
        sort=state.sort,
        descending=state.descending,
    )


def _facets(state: State, facts: Facts, selected: np.ndarray, old: Resolved | None) -> tuple[FacetView, ...]:
    if old is not None and _same_filter(state, facts, old):
        return old.facets
    try:
        return facet_views(facts, state.filter, selected)
    except EmbexError:  # as in _allowed
        return facet_views(facts, Everything(), selected)


def _tags(facts: Facts, selected: np.ndarray) -> tuple[TagView, ...]:
    chosen: dict[str, int] = {}
    if facts.tags and selected.any():
        counts = facts.frame["@tags"].filter(selected).explode().drop_nulls().value_counts()
        chosen = dict(counts.iter_rows())
    keys, of = {tag: key for key, tag in facts.tag_keys.items()}, int(selected.sum())
    return tuple(TagView(tag, number, keys.get(tag, ""), chosen.get(tag, 0), of) for tag, number in facts.tags.items())


def _choice(facts: Facts, colour_by: str) -> MapChoice:
    return MapChoice(
        maps=tuple((info.name, info.name) for info in facts.maps),
        map=facts.map,
        colours=tuple((name, label_of(name)) for name in colour_columns(facts)),
        colour_by=colour_by,
    )


def _status(facts: Facts, allowed: np.ndarray, selected: np.ndarray) -> StatusView:
    shown, chosen = int(np.count_nonzero(allowed)), int(np.count_nonzero(selected))
    space = next((s for s in facts.spaces for m in facts.maps if m.name == facts.map and m.space_id == s.id), None)
    space = space or next(iter(facts.spaces), None)
    model = ""
    if space is not None:
        name = model_name(space.model) if space.model else space.name
        model = f"{name} on {space.granted}" if space.granted else name
    note = f"{count(facts.failures, 'item')} could not be embedded" if facts.failures else ""
    return StatusView(
        items=count(len(facts), "item"),
        shown=f"{shown:,} shown" if shown != len(facts) else "",
        selected=f"{chosen:,} selected" if chosen else "",
        model=model,
        note=note,
    )


def _flags(state: State, facts: Facts, selected: np.ndarray) -> dict[str, bool]:
    any_selected = bool(selected.any())
    return {
        "project": True,
        "writable": facts.writable,
        "items": len(facts) > 0,
        "selection": any_selected,
        "item": any_selected or state.current >= 0,
        "map": bool(facts.maps),
        "query": bool(state.query.terms),
        "filter": not isinstance(state.filter, Everything),
        "undo": bool(facts.undo),
        "redo": bool(facts.redo),
    }
