"""What a facet says as a filter, and what a filter says to a facet.

A facet is called as people type its column: "tags" for "@tags", unless a field of the user's has that name. So what is
clicked and what is typed are the same filter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from embexplorer.data.items import FieldType
from embexplorer.filters.tree import (
    And,
    Between,
    Compare,
    Filter,
    Has,
    In,
    IsMissing,
    Not,
    OnColumn,
    Or,
    Value,
    any_of,
    column_of,
)

_MS = 1000.0
_EPOCH = datetime(1970, 1, 1)
Range = tuple[float | None, float | None]


def typed_name(name: str, columns: Iterable[str]) -> str:
    """A column as a filter names it: built-in columns without their "@" where no field is called so."""
    bare = name.removeprefix("@")
    return bare if name.startswith("@") and bare not in set(columns) else name


def kind_of(name: str, schema: Mapping[str, FieldType]) -> FieldType | None:
    """The type of the column that a filter's name means, None where there is none."""
    return schema.get(column_of(name, schema) or "")


def as_typed(tree: Filter, columns: Iterable[str]) -> Filter:
    """The same filter with each built-in column called as typed_name calls it."""
    if isinstance(tree, Not):
        return Not(as_typed(tree.part, columns))
    if isinstance(tree, And | Or):
        return type(tree)(tuple(as_typed(part, columns) for part in tree.parts))
    if isinstance(tree, OnColumn):
        return replace(tree, name=typed_name(tree.name, columns))
    return tree


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


def chosen_values(condition: Filter | None) -> frozenset[str | bool | None]:
    """The bars that a condition asks for, as far as it is one that bars can make."""
    match condition:
        case Or(parts):
            return frozenset[str | bool | None]().union(*(chosen_values(part) for part in parts))
        case Compare(_, "=", str() | bool() as value):
            return frozenset({value})
        case In(_, values, False):
            return frozenset(v for v in values if isinstance(v, (str, bool)))
        case Has(_, "one" | "any", words):
            return frozenset(words)
        case IsMissing(_):
            return frozenset({None})
    return frozenset()


def range_condition(
    name: str, kind: FieldType, low: float | None, high: float | None, *, whole: bool = False
) -> Filter | None:
    """The condition for a range of a histogram from the edge low to the edge high; None is an open end.

    Bins end before their upper edge: where values go in steps (whole numbers, days) the last value inside is named,
    so the range from 2 to 5 of whole numbers is "between 2 and 4". Elsewhere both ends are included.
    """
    first = None if low is None else _value(low, kind)
    last = None if high is None else _last(high, kind, whole)
    if first is None:
        return None if last is None else Compare(name, "<=", last)
    if last is None:
        return Compare(name, ">=", first)
    return Compare(name, "=", first) if first == last else Between(name, first, last)


def range_of(condition: Filter | None, *, whole: bool = False) -> Range:
    """The range of a histogram that a condition asks for, as edges; the inverse of range_condition."""
    match condition:
        case And(parts):
            return _narrowest([range_of(part, whole=whole) for part in parts])
        case Between(_, low, high):
            return _start(low), _end(high, whole)
        case Compare(_, "=", value):
            return _start(value), _end(value, whole)
        case Compare(_, ">=", value):
            return _start(value), None
        case Compare(_, ">", value):
            return _end(value, whole), None
        case Compare(_, "<=", value):
            return None, _end(value, whole)
        case Compare(_, "<", value):
            return None, _start(value)
    return None, None


def _narrowest(ranges: list[Range]) -> Range:
    lows = [low for low, _ in ranges if low is not None]
    highs = [high for _, high in ranges if high is not None]
    return max(lows, default=None), min(highs, default=None)


def _value(number: float, kind: FieldType) -> Value:
    if kind is not FieldType.DATE:
        return float(number)
    moment = _EPOCH + timedelta(milliseconds=number)
    return moment.date() if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0) else moment


def _last(edge: float, kind: FieldType, whole: bool) -> Value:
    """The last value before an edge, where values go in steps."""
    if kind is FieldType.DATE:
        value = _value(edge, kind)
        return value if isinstance(value, datetime) or not isinstance(value, date) else value - timedelta(days=1)
    return float(edge) - 1.0 if whole and float(edge).is_integer() else float(edge)


def _start(value: Value) -> float | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).timestamp() * _MS
    if isinstance(value, date):
        return (datetime(value.year, value.month, value.day) - _EPOCH).total_seconds() * _MS
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _end(value: Value, whole: bool) -> float | None:
    """Where a value that is included ends: a day at the next one, a whole number before the next."""
    start = _start(value)
    if start is None or isinstance(value, datetime):
        return start
    if isinstance(value, date):
        return start + timedelta(days=1).total_seconds() * _MS
    return start + 1.0 if whole and start.is_integer() else start
