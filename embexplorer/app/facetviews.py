"""The facet panel: which columns it offers, and each with the counts that follow the other filters."""

from datetime import UTC, date, datetime
from typing import Final

import numpy as np

from embexplorer.app.state import Facts
from embexplorer.app.values import FacetBar, FacetView
from embexplorer.data.items import FieldType
from embexplorer.filters.facets import Facet, facets_following
from embexplorer.filters.mask import MaskContext
from embexplorer.filters.tree import (
    Between,
    Compare,
    Filter,
    Has,
    In,
    IsMissing,
    Or,
    Value,
    any_of,
    split_conditions,
)

_OFFERED: Final = frozenset(FieldType) - {FieldType.TEXT}
_MS = 1000.0


def facet_columns(facts: Facts) -> dict[str, FieldType]:
    """The user's fields and computed columns that can be counted, then tags, kind and source where they differ."""
    own = {n: kind for n, kind in facts.schema.items() if kind in _OFFERED and not n.startswith("@")}
    if facts.tags:
        own["@tags"] = FieldType.TAGS
    for name in ("@kind", "@source"):
        if len(facts) and facts.frame[name].n_unique() > 1:
            own[name] = FieldType.CATEGORY
    return own


def facet_views(facts: Facts, tree: Filter, selected: np.ndarray) -> tuple[FacetView, ...]:
    """Every facet under all conditions but its own."""
    columns = facet_columns(facts)
    conditions, rest = split_conditions(tree, columns)
    found = facets_following(facts.frame, columns, conditions, rest, MaskContext(selected), facts.facet_cache)
    return tuple(_view(found[name], conditions.get(name)) for name in columns if _worth_showing(found[name]))


def values_condition(name: str, kind: FieldType, values: tuple[str | bool | None, ...]) -> Filter | None:
    """The condition for chosen bars; None among the values stands for "missing". None where nothing is chosen."""
    present = tuple(value for value in values if value is not None)
    parts: list[Filter] = []
    if present:
        if kind is FieldType.TAGS:
            words = tuple(str(value) for value in present)
            parts.append(Has(name, "one" if len(words) == 1 else "any", words))
        else:
            parts.append(Compare(name, "=", present[0]) if len(present) == 1 else In(name, present))
    if None in values:
        parts.append(IsMissing(name))
    return any_of(tuple(parts)) if parts else None


def range_condition(name: str, kind: FieldType, low: float | None, high: float | None) -> Filter | None:
    """The condition for a range of a histogram, both ends included; None where both ends are open."""
    if low is None and high is None:
        return None
    first = None if low is None else _value(low, kind)
    last = None if high is None else _value(high, kind)
    if first is not None and last is not None:
        return Between(name, first, last)
    return Compare(name, ">=", first) if first is not None else Compare(name, "<=", last)  # type: ignore[arg-type]


def _value(number: float, kind: FieldType) -> Value:
    if kind is not FieldType.DATE:
        return float(number)
    moment = datetime.fromtimestamp(number / _MS, UTC).replace(tzinfo=None)
    return moment.date() if (moment.hour, moment.minute, moment.second) == (0, 0, 0) else moment


def _worth_showing(facet: Facet) -> bool:
    """A column with nothing in it, or with a value of its own for every item, says nothing as a facet."""
    if facet.type in (FieldType.NUMBER, FieldType.DATE):
        return facet.histogram is not None
    return bool(facet.values)


def _view(facet: Facet, condition: Filter | None) -> FacetView:
    chosen = _chosen_values(condition)
    low, high = _range(condition)
    bars = tuple(FacetBar(v.value, _bar_label(v.value), v.count, v.total, v.value in chosen) for v in facet.values)
    if facet.missing_total and facet.type not in (FieldType.NUMBER, FieldType.DATE):
        bars += (FacetBar(None, "missing", facet.missing, facet.missing_total, None in chosen),)
    histogram = facet.histogram
    return FacetView(
        name=facet.name,
        label=facet.name.removeprefix("@"),
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
    )


def _bar_label(value: str | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def _chosen_values(condition: Filter | None) -> frozenset[str | bool | None]:
    """The bars that a condition asks for, as far as it is one that bars can make."""
    match condition:
        case Or(parts):
            return frozenset[str | bool | None]().union(*(_chosen_values(part) for part in parts))
        case Compare(_, "=", str() | bool() as value):
            return frozenset({value})
        case In(_, values, False):
            return frozenset(v for v in values if isinstance(v, (str, bool)))
        case Has(_, _, words):
            return frozenset(words)
        case IsMissing(_):
            return frozenset({None})
    return frozenset()


def _range(condition: Filter | None) -> tuple[float | None, float | None]:
    match condition:
        case Between(_, low, high):
            return _number(low), _number(high)
        case Compare(_, ">=" | ">", value):
            return _number(value), None
        case Compare(_, "<=" | "<", value):
            return None, _number(value)
    return None, None


def _number(value: Value) -> float | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).timestamp() * _MS
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp() * _MS
    return float(value) if isinstance(value, (int, float)) else None
