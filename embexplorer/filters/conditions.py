"""One condition to the rows it holds for: comparisons of numbers and dates by numpy, all else by polars."""

import re
import time
from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from embexplorer.data.items import FieldType
from embexplorer.filters.dates import date_span
from embexplorer.filters.tree import (
    Between,
    Compare,
    Contains,
    FilterError,
    Has,
    In,
    IsMissing,
    Matches,
    OnColumn,
    StartsWith,
    Tagged,
    Value,
    column_of,
)

TAGS = "@tags"
_REGEX_SIGNS = re.compile(r"[\\.+*?()|\[\]{}^$#&\-~]")
_NO_DATE = np.iinfo(np.int64).min
_ORDER: Mapping[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "=": np.equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
# So many rows are matched with a regular expression before the clock is looked at, at first, and as many more as fit
# into a step.
_FIRST_ROWS = 8
_STEP_S = 0.1
_PATIENCE_S = 8.0


def numeric_mask(leaf: OnColumn | Tagged, frame: pl.DataFrame, schema: Mapping[str, FieldType]) -> np.ndarray | None:
    """bool (n,) for a comparison of a column of numbers or dates; None for any other condition.

    Over a million numbers 0.5 ms where polars, which has to bring its own bits into numpy's form, takes 1.8."""
    if not isinstance(leaf, Compare | Between):
        return None
    name = frame_column(leaf, schema)
    series = frame.get_column(name).alias("values")  # for polars takes some names for patterns of names
    if schema[name] is FieldType.NUMBER:
        return _numbers(leaf, series.fill_null(float("nan")).to_numpy())
    if schema[name] is not FieldType.DATE:
        return None
    moments = series.cast(pl.Datetime("ms")).to_physical()
    return _dates(leaf, moments.fill_null(_NO_DATE).to_numpy(), has_missing=moments.null_count() > 0)


def category_mask(leaf: OnColumn, series: pl.Series, distinct: pl.Series) -> np.ndarray:
    """bool (n,) for a condition on words over a column of categories: each different value is looked at once.

    distinct: the different values of the series, without null."""
    chosen = distinct.to_physical().filter(_worded(leaf, distinct.cast(pl.String))).to_numpy()
    missing = int(distinct.to_physical().max() or 0) + 1  # type: ignore[arg-type]  # of physical values
    table = np.zeros(missing + 1, np.bool_)
    table[chosen] = True
    codes = series.to_physical().cast(pl.UInt32).fill_null(missing).to_numpy()
    return table.take(codes, mode="clip")  # which is twice as fast as table[codes]


def expression_of(leaf: OnColumn | Tagged, frame: pl.DataFrame, schema: Mapping[str, FieldType]) -> pl.Expr:
    """The condition over the frame's columns; null where it cannot be answered, which means no.

    Raises FilterError where the frame lacks the column.
    """
    if isinstance(leaf, Tagged):
        return pl.col(TAGS).list.contains(leaf.tag)
    name = frame_column(leaf, schema)
    column, kind = _column(name, frame), schema[name]
    if isinstance(leaf, IsMissing):
        return _missing(column, kind)
    if isinstance(leaf, Has):
        found = [column.list.contains(value) for value in leaf.values]
        return pl.all_horizontal(found) if leaf.mode == "all" else pl.any_horizontal(found)
    if isinstance(leaf, Compare | In):
        return _equality(leaf, column, kind)
    return _pattern_expression(leaf, column)


def frame_column(leaf: OnColumn, schema: Mapping[str, FieldType]) -> str:
    """The frame's column that a condition is about. Raises FilterError."""
    name = column_of(leaf.name, schema)
    if name is None or name not in schema:
        raise FilterError(f"There is no column “{leaf.name}” here.")
    return name


def matching_mask(leaf: Matches, texts: pl.Series) -> np.ndarray:
    """bool (n,) for a regular expression over texts, null for no. It takes time in proportion to the text, but some
    expressions a thousand times as much as others: raises FilterError where it goes on for too long."""
    found = np.zeros(len(texts), np.bool_)
    began = now = time.monotonic()
    at, step = 0, _FIRST_ROWS
    while at < len(texts):
        if now - began > _PATIENCE_S:
            raise FilterError(
                f"The regular expression {leaf.pattern} takes too long on these texts.",
                "Make it simpler, with fewer repeated parts, or use contains.",
            )
        part = texts.slice(at, step).str.contains(leaf.pattern).fill_null(False)
        found[at : at + step] = part.to_numpy()
        then, now = now, time.monotonic()
        at += step
        step = max(1, min(4 * step, int(step * _STEP_S / max(now - then, 1e-6))))
    return found


def _worded(leaf: OnColumn, words: pl.Series) -> pl.Series:
    """The condition over some texts themselves."""
    if isinstance(leaf, Matches):
        return pl.Series(matching_mask(leaf, words))
    return words.to_frame("words").select(_pattern_expression(leaf, pl.col("words"))).to_series()


def _pattern_expression(leaf: OnColumn, words: pl.Expr) -> pl.Expr:
    if isinstance(leaf, Contains):
        return words.str.contains(f"(?i){_literal(leaf.text)}")
    if isinstance(leaf, StartsWith):
        return words.str.contains(f"(?i)\\A{_literal(leaf.text)}")
    raise AssertionError(f"{leaf!r} is no condition on words")


def _numbers(leaf: Compare | Between, values: np.ndarray) -> np.ndarray:
    """values: NaN where missing, which compares as no with everything, as it should."""
    if isinstance(leaf, Between):
        between: np.ndarray = (values >= as_float(leaf.low)) & (values <= as_float(leaf.high))
        return between
    wanted = as_float(leaf.value)
    if leaf.op == "!=":
        other: np.ndarray = (values < wanted) | (values > wanted)
        return other
    return _ORDER[leaf.op](values, wanted)


def _dates(leaf: Compare | Between, moments: np.ndarray, *, has_missing: bool) -> np.ndarray:
    """`<` ends before the first moment of a day, `<=` with its last one. moments: int64, _NO_DATE where missing."""
    if isinstance(leaf, Between):
        (start, _), (_, end) = date_span(leaf.low), date_span(leaf.high)
    else:
        start, end = date_span(leaf.value)
    if isinstance(leaf, Between) or leaf.op == "=":
        inside: np.ndarray = (moments >= start) & (moments < end)
        return inside
    if leaf.op in (">", ">="):
        later: np.ndarray = moments >= (start if leaf.op == ">=" else end)
        return later
    found: np.ndarray = moments < (end if leaf.op == "<=" else start)
    if leaf.op == "!=":
        found |= moments >= end
    return found & (moments != _NO_DATE) if has_missing else found


def as_float(value: Value) -> float:
    """A number as columns hold it; what is larger than any float is infinite."""
    try:
        return float(value)  # type: ignore[arg-type]  # the check has seen that it is a number
    except OverflowError:
        return float("inf") if isinstance(value, int) and value > 0 else float("-inf")


def _column(name: str, frame: pl.DataFrame) -> pl.Expr:
    """The column of exactly this name, also where it is called "*" or "^…$"."""
    is_pattern = name == "*" or (name.startswith("^") and name.endswith("$"))
    return pl.lit(frame.get_column(name)) if is_pattern else pl.col(name)


def _missing(column: pl.Expr, kind: FieldType) -> pl.Expr:
    if kind is FieldType.NUMBER:
        return column.is_null() | column.cast(pl.Float64).is_nan().fill_null(False)
    if kind in (FieldType.TEXT, FieldType.CATEGORY):
        return column.is_null() | (column == "").fill_null(False)
    if kind is FieldType.TAGS:
        return column.is_null() | (column.list.len() == 0).fill_null(False)
    return column.is_null()


def _equality(leaf: Compare | In, column: pl.Expr, kind: FieldType) -> pl.Expr:
    found = _one_of(leaf.values if isinstance(leaf, In) else (leaf.value,), column, kind)
    turned = leaf.negated if isinstance(leaf, In) else leaf.op == "!="
    return ~found & ~_missing(column, kind) if turned else found


def _one_of(values: tuple[Value, ...], column: pl.Expr, kind: FieldType) -> pl.Expr:
    if kind is FieldType.DATE:
        spans = [date_span(value) for value in values]
        moments = _moments(column)
        return pl.any_horizontal([(moments >= start) & (moments < end) for start, end in spans])
    wanted = [as_float(value) for value in values] if kind is FieldType.NUMBER else list(values)
    if len(wanted) == 1:
        return column == pl.lit(wanted[0])
    return column.is_in(wanted)


def _moments(column: pl.Expr) -> pl.Expr:
    """int64 milliseconds since 1970; free for the type that the frame should have."""
    return column.cast(pl.Datetime("ms")).cast(pl.Int64)


def _literal(text: str) -> str:
    return _REGEX_SIGNS.sub(r"\\\g<0>", text)
