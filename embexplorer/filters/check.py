"""Whether a filter fits the columns: known names, comparisons that make sense, readable regular expressions."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import ClassVar

import polars as pl

from embexplorer.base.wording import excerpt
from embexplorer.data.items import FieldType
from embexplorer.filters.dates import read_date, write_date
from embexplorer.filters.tree import (
    BUILT_INS,
    And,
    Between,
    Compare,
    Contains,
    Filter,
    FilterError,
    Has,
    In,
    IsMissing,
    Matches,
    Not,
    OnColumn,
    Or,
    Similar,
    StartsWith,
    Value,
    column_of,
    leaves,
)

_HOLDS = {
    FieldType.CATEGORY: "categories",
    FieldType.NUMBER: "numbers",
    FieldType.DATE: "dates",
    FieldType.BOOLEAN: "true or false",
    FieldType.TAGS: "several values an item",
    FieldType.TEXT: "text",
}
_EXAMPLE = {
    FieldType.CATEGORY: 'Put the value in quotes, as in = "news".',
    FieldType.NUMBER: "Compare it with a number, as in >= 3.",
    FieldType.DATE: "Compare it with a date, as in >= 2024-01-31.",
    FieldType.BOOLEAN: "Compare it with true or false.",
    FieldType.TEXT: 'Put the value in quotes, as in contains "refund".',
}
_ORDERED = (FieldType.NUMBER, FieldType.DATE)
_WORDED = (FieldType.CATEGORY, FieldType.TEXT)
_CARET = re.compile(r"\n    (?P<pattern>[^\n]*)\n    (?P<space> *)\^+\nerror: (?P<reason>[^\n]*)")
_SHOWN_NAMES = 8
_SHOWN_DIGITS = 20
# A text may be nested 60 brackets deep, each of which may hold an or of ands of nots.
_DEEPEST = 200


@dataclass(frozen=True)
class Fault:
    """Why a condition cannot be used. value: the number of the value at fault, or NAME or OPERATOR.
    offset: the character within that value."""

    NAME: ClassVar[int] = -1
    OPERATOR: ClassVar[int] = -2

    text: str
    hint: str
    value: int
    offset: int = 0


def check(tree: Filter, schema: Mapping[str, FieldType]) -> None:
    """Raise FilterError where a condition names an unknown column or asks what its type cannot answer, and where the
    tree is nested more deeply than any text that can be read.

    schema: the fields and computed columns; the built-ins are known anyway.
    """
    _check_shape(tree)
    for leaf in dict.fromkeys(leaves(tree)):
        fault = None
        if isinstance(leaf, OnColumn):
            fault = fault_of(leaf, schema)
        elif isinstance(leaf, Similar):
            fault = _similar_fault(leaf)
        if fault is not None:
            raise FilterError(fault.text, fault.hint)


def no_such_item(number: int, position: int | None = None) -> FilterError:
    """What is said where `similar to` names an item that is not there."""
    place = "" if position is None else f" (character {position + 1})"
    return FilterError(f"There is no item {number}{place}.", "Look its number up in the table.", position)


def _check_shape(tree: Filter) -> None:
    """Level by level, for a tree that is too deep is too deep to be walked down."""
    level: list[Filter] = [tree]
    for _ in range(_DEEPEST):
        if any(isinstance(node, And | Or) and not node.parts for node in level):
            raise FilterError(
                "The filter joins conditions, but there are none to join.", "Use everything for no filter."
            )
        level = [
            inner
            for node in level
            if isinstance(node, Not | And | Or)
            for inner in ((node.part,) if isinstance(node, Not) else node.parts)
        ]
        if not level:
            return
    raise FilterError("The filter is nested too deeply.", "Take away some brackets.")


def _similar_fault(leaf: Similar) -> Fault | None:
    if isinstance(leaf.reference, str) and not leaf.reference.strip():
        return Fault("There is nothing in the text to be similar to.", "Write some words in it.", 0)
    if leaf.at_least is not None and math.isnan(leaf.at_least):
        return Fault("A similarity cannot be compared with what is not a number.", "Write a score such as 0.6.", 1)
    return None


def fault_of(leaf: OnColumn, schema: Mapping[str, FieldType]) -> Fault | None:
    """What is wrong with one condition, None if nothing."""
    column = column_of(leaf.name, schema)
    if column is None:
        return Fault(f"There is no column “{leaf.name}”.", nearest_name(leaf.name, schema), Fault.NAME)
    kind = schema[column] if column in schema else BUILT_INS[column]
    if isinstance(leaf, IsMissing):
        return None
    unfit = _operator_fault(leaf, kind) or _empty_fault(leaf)
    if unfit is not None or isinstance(leaf, Has | Contains | StartsWith):
        return unfit
    if isinstance(leaf, Matches):
        return _pattern_fault(leaf.pattern)
    for index, value in enumerate(_values(leaf)):
        if not _fits(value, kind):
            return Fault(
                f"The column “{leaf.name}” holds {_HOLDS[kind]} and cannot be compared with {_in_words(value)}.",
                _EXAMPLE[kind],
                index,
            )
    return None


def nearest_name(name: str, names: Iterable[str]) -> str:
    """A hint: the column that was probably meant, or the columns there are."""
    known = [*(name for name in names if name not in BUILT_INS), *(built_in[1:] for built_in in BUILT_INS)]
    by_lower = {k.lower(): k for k in reversed(known)}
    close = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    if close:
        return f"Did you mean “{by_lower[close[0]]}”?"
    shown = list(dict.fromkeys(known))
    tail = ", …" if len(shown) > _SHOWN_NAMES else ""
    return f"The columns are: {', '.join(shown[:_SHOWN_NAMES])}{tail}."


@lru_cache(maxsize=256)
def regex_fault(pattern: str) -> tuple[str, int] | None:
    """Why a regular expression cannot be used and at which of its characters; None when it can."""
    try:
        pl.Series([""]).str.contains(pattern, strict=True)
    except pl.exceptions.ComputeError as error:
        message = str(error)
    else:
        return None
    found = _CARET.search(message)
    if found is not None:
        return found["reason"].strip(), min(len(found["space"]), max(len(pattern) - 1, 0))
    return ("it is too large" if "size limit" in message else "it cannot be read"), 0


def _pattern_fault(pattern: str) -> Fault | None:
    bad = regex_fault(pattern)
    if bad is None:
        return None
    reason, offset = bad
    return Fault(
        f"The regular expression cannot be used: {reason}.", "To look for plain text, use contains.", 0, offset
    )


def _operator_fault(leaf: OnColumn, kind: FieldType) -> Fault | None:
    holds = f"The column “{leaf.name}” holds {_HOLDS[kind]}"
    if kind is FieldType.TAGS and not isinstance(leaf, Has):
        return Fault(f"{holds}.", 'Use has, as in has "draft".', Fault.OPERATOR)
    if isinstance(leaf, Has) and kind is not FieldType.TAGS:
        return Fault(f"{holds}, and has is for tags.", _EXAMPLE[kind], Fault.OPERATOR)
    ordered = isinstance(leaf, Between) or (isinstance(leaf, Compare) and leaf.op not in ("=", "!="))
    if ordered and kind not in _ORDERED:
        operator = leaf.op if isinstance(leaf, Compare) else "between"
        return Fault(f"{holds}, and {operator} is for numbers and dates.", "Use = or in.", Fault.OPERATOR)
    if isinstance(leaf, Contains | StartsWith | Matches) and kind not in _WORDED:
        return Fault(f"{holds}, and this condition is for text.", _EXAMPLE[kind], Fault.OPERATOR)
    return None


def _empty_fault(leaf: OnColumn) -> Fault | None:
    if isinstance(leaf, In | Has) and not leaf.values:
        return Fault(f"The list of values for “{leaf.name}” is empty.", "Name one value at least.", Fault.OPERATOR)
    return None


def _values(leaf: Compare | In | Between) -> tuple[Value, ...]:
    if isinstance(leaf, In):
        return leaf.values
    return (leaf.low, leaf.high) if isinstance(leaf, Between) else (leaf.value,)


def _fits(value: Value, kind: FieldType) -> bool:
    if kind is FieldType.BOOLEAN or isinstance(value, bool):
        return kind is FieldType.BOOLEAN and isinstance(value, bool)
    if kind is FieldType.NUMBER:
        return isinstance(value, int) or (isinstance(value, float) and not math.isnan(value))
    if kind is FieldType.DATE:
        return isinstance(value, date) or (isinstance(value, str) and read_date(value) is not None)
    return isinstance(value, str)


def _in_words(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the text "{value}"'
    if isinstance(value, date):
        return f"the date {write_date(value)}"
    if isinstance(value, float) and math.isnan(value):
        return "what is not a number"
    return f"the number {excerpt(f'{value:g}' if isinstance(value, float) else str(value), _SHOWN_DIGITS)}"
