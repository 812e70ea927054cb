"""The facet panel: which columns it offers, and each with the counts that follow the other filters."""

from typing import Final

import numpy as np

from embexplorer.app.conditions import as_typed, chosen_values, range_of, typed_name
from embexplorer.app.facetvalues import FacetBar, FacetView
from embexplorer.app.state import Facts
from embexplorer.data.items import FieldType
from embexplorer.filters.facets import Facet, facets_following
from embexplorer.filters.tree import Filter, split_conditions

_OFFERED: Final = frozenset(FieldType) - {FieldType.TEXT}
_RANGED: Final = (FieldType.NUMBER, FieldType.DATE)
_FEW: Final = 12  # so many values may each stand at one item only


def facet_columns(facts: Facts) -> dict[str, FieldType]:
    """The user's fields and computed columns that can be counted, then tags, kind and source where they differ."""
    offered = {n: kind for n, kind in facts.schema.items() if kind in _OFFERED and n not in facts.own_names}
    own = {n: kind for n, kind in offered.items() if not n.startswith("@")}
    if facts.tags:
        own["@tags"] = FieldType.TAGS
    for name in ("@kind", "@source"):
        if len(facts) and facts.frame[name].n_unique() > 1:
            own[name] = FieldType.CATEGORY
    return own


def facet_views(facts: Facts, tree: Filter, selected: np.ndarray) -> tuple[FacetView, ...]:
    """Every facet under all conditions but its own, named as people type its column."""
    columns = facet_columns(facts)
    typed = {typed_name(name, facts.schema): name for name in columns}
    split, rest = split_conditions(as_typed(tree, facts.schema), typed)
    conditions = {typed[name]: condition for name, condition in split.items()}
    found = facets_following(facts.frame, columns, conditions, rest, facts.filtering(selected), facts.facet_cache)
    return tuple(
        _view(shown, found[name], conditions.get(name), name in facts.whole)
        for shown, name in typed.items()
        if name in conditions or _worth_showing(found[name], len(facts))
    )


def _worth_showing(facet: Facet, items: int) -> bool:
    """A column with nothing in it, the same for all, or another value for every item, says nothing as a facet."""
    if facet.type in _RANGED:
        return facet.histogram is not None and (len(facet.histogram.totals) > 1 or facet.missing_total > 0)
    if len(facet.values) < 2:
        return bool(facet.values) and (facet.missing_total > 0 or facet.type is FieldType.TAGS)
    present = items - facet.missing_total
    return facet.type is FieldType.TAGS or facet.distinct <= _FEW or facet.distinct < present


def _view(name: str, facet: Facet, condition: Filter | None, whole: bool) -> FacetView:
    chosen = chosen_values(condition)
    low, high = range_of(condition, whole=whole) if facet.type in _RANGED else (None, None)
    bars = tuple(FacetBar(v.value, _bar_label(v.value), v.count, v.total, v.value in chosen) for v in facet.values)
    if facet.missing_total:
        bars += (FacetBar(None, "missing", facet.missing, facet.missing_total, None in chosen),)
    histogram = facet.histogram
    return FacetView(
        name=name,
        label=name,
        type=facet.type,
        bars=bars,
        rest=facet.other_values,
        edges=histogram.edges if histogram else None,
        counts=histogram.counts if histogram else None,
        totals=histogram.totals if histogram else None,
        low=low,
        high=high,
        missing=facet.missing_total,
        active=condition is not None,
        whole=whole,
    )


def _bar_label(value: str | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
