"""Where in a parsed JSON value its rows are, whichever of the common shapes it was written in."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]
_DEEPEST = 3
_SPLIT_NAMES = {"columns", "index", "data"}
_SAMPLE = 200


def objects_in(value: Any) -> list[Row]:
    """The rows of a parsed JSON value; [] where it can hold none.

    Known shapes, the first that fits: a list of objects or of texts; rows apart from the names of their columns
    (pandas' "split"); an object of lists of one length; a list of objects under one of the names; an object of
    columns, each an object by row (pandas' default); objects alike by name, the names becoming the column "key"; the
    longest list up to three levels down. Any other object is one row.
    """
    if isinstance(value, list):
        return _rows_of_list(value)
    if not isinstance(value, dict):
        return []
    lists = [part for part in value.values() if isinstance(part, list)]
    rows = _rows_of_split(value) or _rows_of_lists(value)
    if rows:
        return rows
    near: list[Row] = max(map(_rows_of_list, lists), key=len, default=[])
    if any(isinstance(row, dict) for part in lists for row in part):
        return near
    named = _rows_by_column(value) or _rows_by_name(value)
    # two objects alike may also be two parts of one answer, of which the rows lie further down
    if len(named) > 2:
        return named
    return max((near, *_lists_below(value, _DEEPEST)), key=len) or named or [value]


def _rows_of_list(values: list[Any]) -> list[Row]:
    if values and all(isinstance(part, str) for part in values):
        return [{"text": part} for part in values]
    return [part for part in values if isinstance(part, dict)]


def _rows_of_split(value: Row) -> list[Row]:
    columns, data, index = value.get("columns"), value.get("data"), value.get("index")
    if not isinstance(columns, list) or not isinstance(data, list) or not value.keys() <= _SPLIT_NAMES:
        return []
    if not columns or not all(isinstance(row, list) and len(row) == len(columns) for row in data):
        return []
    names = [str(name) for name in columns]
    rows = [dict(zip(names, row, strict=True)) for row in data]
    if not isinstance(index, list) or len(index) != len(rows) or index == list(range(len(rows))):
        return rows
    return _keyed(index, rows)


def _rows_of_lists(value: Row) -> list[Row]:
    lists = {name: part for name, part in value.items() if isinstance(part, list)}
    if not lists or len(lists) != len(value) or len({len(part) for part in lists.values()}) > 1:
        return []
    if len(lists) == 1 and any(isinstance(cell, dict) for part in lists.values() for cell in part):
        return []  # no column, but rows under a name
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def _rows_by_column(value: Row) -> list[Row]:
    """Rows of an object of columns, each an object of the same rows; the rows' names become the column "key" unless
    they only count."""
    columns = list(value.values())
    if not all(isinstance(column, dict) and column for column in columns) or not columns:
        return []
    index = list(columns[0])
    if any(column.keys() != columns[0].keys() for column in columns) or not _is_by_column(columns, index):
        return []
    rows = [{name: column[place] for name, column in value.items()} for place in index]
    return rows if index == [str(number) for number in range(len(rows))] else _keyed(index, rows)


def _is_by_column(columns: list[Row], index: list[str]) -> bool:
    """Whether objects alike are columns rather than rows: what they have in common is counted, or values of one kind
    lie within each of them and not across them."""
    if all(name.isdecimal() for name in index):
        return True
    shown, places = columns[:_SAMPLE], index[:_SAMPLE]
    within = all(_is_of_one_kind([column[place] for place in places]) for column in shown)
    across = all(_is_of_one_kind([column[place] for column in shown]) for place in places)
    return len(columns) > 1 and within and not across


def _is_of_one_kind(values: list[Any]) -> bool:
    kinds = {float if type(value) is int else type(value) for value in values if value is not None}
    return len(kinds) <= 1


def _rows_by_name(value: Row) -> list[Row]:
    """Rows of two or more objects, most of whose names they share, with the name of each in the column "key"."""
    objects = list(value.values())
    if len(objects) < 2 or not all(isinstance(part, dict) and part for part in objects):
        return []
    times = Counter(name for part in objects for name in part)
    shared = {name for name, number in times.items() if 2 * number > len(objects)}
    if not shared or any(2 * len(shared & part.keys()) < max(len(shared), len(part)) for part in objects):
        return []
    return _keyed(list(value), objects)


def _keyed(keys: list[Any], rows: list[Row]) -> list[Row]:
    taken = {name for row in rows for name in row}
    name = "key"
    while name in taken:
        name += "_"
    return [{name: key, **row} for key, row in zip(keys, rows, strict=True)]


def _lists_below(value: Row, levels: int) -> Iterator[list[Row]]:
    """The objects of each list within so many levels of objects; what lies inside of a list belongs to its rows."""
    for part in value.values():
        if isinstance(part, list):
            yield [row for row in part if isinstance(row, dict)]
        elif isinstance(part, dict) and levels > 1:
            yield from _lists_below(part, levels - 1)
