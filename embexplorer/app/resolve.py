"""State and facts in, what the screen shows out: one pure function, the only road to the screen.

Parts whose inputs did not change are taken over from the previous result, so that an aspect differs exactly when it
has to be drawn anew.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto

import numpy as np

from embexplorer.app.appearance import (
    Colouring,
    Sizing,
    colour_columns,
    colouring,
    label_of,
    point_state,
    size_columns,
    sizing,
    unless_equal,
)
from embexplorer.app.facetvalues import FacetView
from embexplorer.app.facetviews import facet_views
from embexplorer.app.facts import MOST_MAPS
from embexplorer.app.filterchips import FilterChips, filter_chips
from embexplorer.app.labelcolumns import chosen_labels, label_columns
from embexplorer.app.legend import legend_view, switched_off, tally
from embexplorer.app.queryview import query_view
from embexplorer.app.state import Facts, MapLook, MapPlaces, State
from embexplorer.app.statuswords import model_of, status_view
from embexplorer.app.table import default_columns, sorted_rows
from embexplorer.app.values import LegendView, MapChoice, QueryView, StatusView, TableView, TagView
from embexplorer.base.errors import EmbexError
from embexplorer.data.selection import Selection
from embexplorer.filters.mask import mask
from embexplorer.filters.tree import Everything, Filter, Selected, Similar, leaves


class Aspect(Enum):
    """What of the screen can differ."""

    POINTS = auto()
    COLOURS = auto()
    EMPHASIS = auto()
    SIZES = auto()
    LEGEND = auto()
    SELECTION = auto()
    TABLE = auto()
    FACETS = auto()
    CONDITIONS = auto()
    QUERY = auto()
    TAGS = auto()
    CHOICE = auto()
    LOOK = auto()
    STATUS = auto()
    FLAGS = auto()
    UNDO = auto()


@dataclass(frozen=True, eq=False)
class Resolved:
    """maps: what is shown, side by side; one without a name where there is no map yet. mask: bool (n,), what passes
    the filter; filter_problem: why that is everything, "" where the filter can be used. point_state: uint8 (n,) of
    NORMAL, DIMMED, SELECTED, HIDDEN. counts: of legend.tally()."""

    state: State
    facts: Facts
    maps: tuple[MapPlaces, ...]
    mask: np.ndarray
    filter_problem: str
    point_state: np.ndarray
    colours: Colouring
    sizes: Sizing
    counts: np.ndarray
    legend: LegendView
    selected: np.ndarray
    table: TableView
    facets: tuple[FacetView, ...]
    conditions: FilterChips
    query: QueryView
    tags: tuple[TagView, ...]
    choice: MapChoice
    look: MapLook
    status: StatusView
    flags: dict[str, bool]
    undo: tuple[str, str]


_COMPARED = {
    Aspect.POINTS: "maps",
    Aspect.COLOURS: "colours",
    Aspect.EMPHASIS: "point_state",
    Aspect.SIZES: "sizes",
    Aspect.LEGEND: "legend",
    Aspect.SELECTION: "selected",
    Aspect.TABLE: "table",
    Aspect.FACETS: "facets",
    Aspect.CONDITIONS: "conditions",
    Aspect.QUERY: "query",
    Aspect.TAGS: "tags",
    Aspect.CHOICE: "choice",
    Aspect.LOOK: "look",
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
        by_identity = isinstance(after, (np.ndarray, TableView, Colouring, Sizing)) or aspect is Aspect.FACETS
        if by_identity or before != after:
            changed.add(aspect)
    return frozenset(changed)


def resolve(state: State, facts: Facts, old: Resolved | None = None) -> Resolved:
    """What follows from the user's intent and what is there. Pure; takes milliseconds at 100,000 items."""
    old_parts = old if old is not None and len(old.facts) == len(facts) else None
    selected = unless_equal(state.selection.mask, old_parts.selected if old_parts is not None else None)
    state = replace(state, selection=Selection(selected))
    allowed, problem = _allowed(state, facts, old_parts)
    colours = colouring(state, facts, old_parts.colours if old_parts is not None else None)
    sizes = sizing(state, facts, old_parts.sizes if old_parts is not None else None)
    points = point_state(state, allowed, selected, switched_off(state, colours))
    counts = _counts(colours, allowed, old_parts)
    table = _table(state, facts, allowed, old_parts)
    return Resolved(
        state=state,
        facts=facts,
        maps=_maps(facts, old),
        mask=allowed,
        filter_problem=problem,
        point_state=unless_equal(points, old_parts.point_state if old_parts is not None else None),
        colours=colours,
        sizes=sizes,
        counts=counts,
        legend=legend_view(state, facts, colours, counts, sizes),
        selected=selected,
        table=table,
        facets=_facets(state, facts, problem, old_parts),
        conditions=FilterChips() if problem else filter_chips(state.filter, facts),
        query=query_view(state, facts, problem),
        tags=_tags(facts, selected),
        look=state.look,
        choice=_choice(facts, state.look, colours.column, sizes.column, old_parts),
        status=status_view(facts, allowed, selected),
        flags=_flags(state, facts, selected),
        undo=(facts.undo, facts.redo),
    )


def _maps(facts: Facts, old: Resolved | None) -> tuple[MapPlaces, ...]:
    maps = (MapPlaces(facts.map, facts.xy), *facts.beside)
    before = old.maps if old is not None else ()
    same = len(before) == len(maps) and all(
        then.name == now.name and then.xy is now.xy for then, now in zip(before, maps, strict=True)
    )
    return before if same else maps


def about_selection(tree: Filter) -> bool:
    """Whether a filter lets items through because they are selected."""
    return any(isinstance(leaf, Selected) for leaf in leaves(tree))


def _about_vectors(tree: Filter) -> bool:
    return any(isinstance(leaf, Similar) for leaf in leaves(tree))


def _same_filter(state: State, facts: Facts, old: Resolved) -> bool:
    if old.facts.frame is not facts.frame or old.state.filter != state.filter:
        return False
    if about_selection(state.filter) and old.selected is not state.selection.mask:
        return False
    return old.facts.version == facts.version or not _about_vectors(state.filter)


def _allowed(state: State, facts: Facts, old: Resolved | None) -> tuple[np.ndarray, str]:
    """bool (n,), and why the filter lets everything through where it cannot be used, "" where it can."""
    if old is not None and _same_filter(state, facts, old):
        return old.mask, old.filter_problem
    allowed, problem = np.ones(len(facts), np.bool_), ""
    if not isinstance(state.filter, Everything):
        try:
            allowed = mask(state.filter, facts.frame, facts.filtering(state.selection.mask))
        except EmbexError as error:  # its column is gone, say: the query bar says so, and everything is shown
            problem = str(error)
    return unless_equal(allowed, old.mask if old is not None else None), problem


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


def _facets(state: State, facts: Facts, problem: str, old: Resolved | None) -> tuple[FacetView, ...]:
    if old is not None and _same_filter(state, facts, old):
        return old.facets
    return facet_views(facts, Everything() if problem else state.filter, state.selection.mask)


def _tags(facts: Facts, selected: np.ndarray) -> tuple[TagView, ...]:
    chosen: dict[str, int] = {}
    if facts.tags and selected.any():
        counts = facts.frame["@tags"].filter(selected).explode().drop_nulls().value_counts()
        chosen = dict(counts.iter_rows())
    keys, of = {tag: key for key, tag in facts.tag_keys.items()}, int(selected.sum())
    return tuple(TagView(tag, number, keys.get(tag, ""), chosen.get(tag, 0), of) for tag, number in facts.tags.items())


def _counts(colours: Colouring, allowed: np.ndarray, old: Resolved | None) -> np.ndarray:
    if old is not None and old.colours is colours and old.mask is allowed:
        return old.counts
    return tally(colours, allowed)


def _choice(facts: Facts, look: MapLook, colour_by: str, size_by: str, old: Resolved | None) -> MapChoice:
    if old is not None and old.facts is facts and (old.choice.colour_by, old.look) == (colour_by, look):
        return old.choice  # to know which texts there are takes a while
    return MapChoice(
        maps=tuple((info.name, info.name) for info in facts.maps),
        map=facts.map,
        beside=tuple(places.name for places in facts.beside),
        models=tuple(model_of(facts, info) for info in facts.maps),
        colours=tuple((name, label_of(name)) for name in colour_columns(facts)),
        colour_by=colour_by,
        sizes=(("", "one size"), *((name, label_of(name)) for name in size_columns(facts))),
        size_by=size_by,
        labels=label_columns(facts),
        label_by=chosen_labels(facts, look.label_by, colour_by),
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
        "other_map": len(facts.shown_maps) < len(facts.maps),
        "room_for_map": len(facts.shown_maps) < MOST_MAPS,
        "side_maps": bool(facts.beside),
        "query": bool(state.query.terms),
        "filter": not isinstance(state.filter, Everything),
        "undo": bool(facts.undo),
        "redo": bool(facts.redo),
    }
