"""Tree to mask: each condition is a polars expression over the columns in memory, joined as boolean arrays.

The expressions of all conditions are evaluated in one pass (on all cores); only `and`, `or` and `not` are joined here,
so that a filter of thousands of conditions is no deeper for polars than one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from embexplorer.data.items import FieldType, field_type
from embexplorer.filters.check import check
from embexplorer.filters.dates import read_date, span_ms
from embexplorer.filters.tree import (
    And,
    Between,
    Compare,
    Contains,
    Everything,
    Filter,
    FilterError,
    Has,
    In,
    IsMissing,
    Leaf,
    Not,
    OnColumn,
    Or,
    Selected,
    StartsWith,
    Tagged,
    Value,
    column_of,
    leaves,
)

_TAGS = "@tags"
_REGEX_SIGNS = re.compile(r"[\\.+*?()|\[\]{}^$#&\-~]")
_Masks = Mapping[Leaf, np.ndarray]


@dataclass(frozen=True, eq=False)
class MaskContext:
    """What a filter may speak of besides columns. selected: bool (n,), None for nothing selected."""

    selected: np.ndarray | None = None


def mask(tree: Filter, frame: pl.DataFrame, context: MaskContext | None = None) -> np.ndarray:
    """bool (n,): the rows of the frame that the filter keeps.

    frame: one column per field and computed column in the types of POLARS_TYPES, and the built-ins that there are
    (tree.BUILT_INS). Raises FilterError where the filter does not fit the frame.
    """
    schema = {name: field_type(dtype) for name, dtype in frame.schema.items()}
    check(tree, schema)
    masks = _leaf_masks(list(dict.fromkeys(leaves(tree))), frame, schema, context or MaskContext())
    return _joined(tree, masks)


def _leaf_masks(
    conditions: list[Leaf], frame: pl.DataFrame, schema: Mapping[str, FieldType], context: MaskContext
) -> _Masks:
    masks: dict[Leaf, np.ndarray] = {}
    expressions: dict[str, pl.Expr] = {}
    for number, leaf in enumerate(conditions):
        if isinstance(leaf, Everything):
            masks[leaf] = np.ones(frame.height, np.bool_)
        elif isinstance(leaf, Selected):
            masks[leaf] = np.zeros(frame.height, np.bool_) if context.selected is None else context.selected
        elif isinstance(leaf, Tagged) and _TAGS not in schema:
            masks[leaf] = np.zeros(frame.height, np.bool_)
        else:
            expressions[str(number)] = _expression(leaf, frame, schema).fill_null(False)
    if expressions:
        found = frame.select(**expressions)
        masks.update({conditions[int(name)]: found[name].to_numpy() for name in expressions})
    return masks


def _joined(tree: Filter, masks: _Masks) -> np.ndarray:
    """A new array, never one of the masks that went in."""
    if isinstance(tree, Not):
        turned: np.ndarray = np.logical_not(_joined(tree.part, masks))
        return turned
    if isinstance(tree, And | Or):
        join = np.logical_and if isinstance(tree, And) else np.logical_or
        masks_of_parts = [_joined(part, masks) for part in tree.parts]
        joined: np.ndarray = join.reduce(masks_of_parts, axis=0)
        return joined
    return np.array(masks[tree], np.bool_)


def _expression(leaf: OnColumn | Tagged, frame: pl.DataFrame, schema: Mapping[str, FieldType]) -> pl.Expr:
    if isinstance(leaf, Tagged):
        return pl.col(_TAGS).list.contains(leaf.tag)
    name = column_of(leaf.name, schema)
    if name is None or name not in schema:
        raise FilterError(f"There is no column “{leaf.name}” here.")
    column, kind = _column(name, frame), schema[name]
    if isinstance(leaf, IsMissing):
        return _missing(column, kind)
    if isinstance(leaf, Has):
        found = [column.list.contains(value) for value in leaf.values]
        return pl.all_horizontal(found) if leaf.mode == "all" else pl.any_horizontal(found)
    if isinstance(leaf, Compare | In | Between):
        return _comparison(leaf, column, kind)
    words = column.cast(pl.String)
    if isinstance(leaf, Contains):
        return words.str.contains(f"(?i){_literal(leaf.text)}")
    if isinstance(leaf, StartsWith):
        return words.str.contains(f"(?i)\\A{_literal(leaf.text)}")
    return words.str.contains(leaf.pattern)


def _column(name: str, frame: pl.DataFrame) -> pl.Expr:
    """The column of exactly this name: polars takes "*" and "^…$" for patterns of names."""
    is_pattern = name == "*" or (name.startswith("^") and name.endswith("$"))
    return pl.lit(frame[name]) if is_pattern else pl.col(name)


def _missing(column: pl.Expr, kind: FieldType) -> pl.Expr:
    if kind is FieldType.NUMBER:
        return column.is_null() | column.cast(pl.Float64).is_nan().fill_null(False)
    if kind in (FieldType.TEXT, FieldType.CATEGORY):
        return column.is_null() | (column == "").fill_null(False)
    if kind is FieldType.TAGS:
        return column.is_null() | (column.list.len() == 0).fill_null(False)
    return column.is_null()


def _comparison(leaf: Compare | In | Between, column: pl.Expr, kind: FieldType) -> pl.Expr:
    if isinstance(leaf, In):
        found = _one_of(leaf.values, column, kind)
        return ~found & ~_missing(column, kind) if leaf.negated else found
    if isinstance(leaf, Between):
        return _ordered(column, kind, ">=", leaf.low) & _ordered(column, kind, "<=", leaf.high)
    if leaf.op == "=":
        return _one_of((leaf.value,), column, kind)
    if leaf.op == "!=":
        return ~_one_of((leaf.value,), column, kind) & ~_missing(column, kind)
    return _ordered(column, kind, leaf.op, leaf.value)


def _one_of(values: tuple[Value, ...], column: pl.Expr, kind: FieldType) -> pl.Expr:
    if kind is FieldType.DATE:
        spans = [_span(value) for value in values]
        moments = _moments(column)
        return pl.any_horizontal([(moments >= start) & (moments < end) for start, end in spans])
    if len(values) == 1:
        return column == pl.lit(values[0])
    return column.is_in(list(values))


def _ordered(column: pl.Expr, kind: FieldType, op: str, value: Value) -> pl.Expr:
    """`<` ends before the first moment of a day, `<=` with its last one."""
    if kind is FieldType.DATE:
        start, end = _span(value)
        moments = _moments(column)
        bounds = {"<": moments < start, "<=": moments < end, ">": moments >= end, ">=": moments >= start}
        return bounds[op]
    if op in ("<", "<="):
        return column < value if op == "<" else column <= value
    # polars holds that NaN is larger than every number
    larger = column > value if op == ">" else column >= value
    return larger & column.cast(pl.Float64).is_not_nan()


def _span(value: Value) -> tuple[int, int]:
    moment = read_date(value) if isinstance(value, str) else value
    if not isinstance(moment, date):
        raise AssertionError(f"{value!r} passed the check and is not a date")
    return span_ms(moment)


def _moments(column: pl.Expr) -> pl.Expr:
    """int64 milliseconds since 1970; free for the type that the frame should have."""
    return column.cast(pl.Datetime("ms")).cast(pl.Int64)


def _literal(text: str) -> str:
    return _REGEX_SIGNS.sub(r"\\\g<0>", text)
