"""Field values between their types, and between polars and SQLite."""

import json
from typing import Any

import polars as pl

from embexplorer.data.items import POLARS_TYPES, FieldType

_encode = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make an encoder for every row

# The type that a SQL column of item_field is declared with.
SQL_TYPES: dict[FieldType, type] = {
    FieldType.CATEGORY: str,
    FieldType.NUMBER: float,
    FieldType.DATE: str,
    FieldType.BOOLEAN: int,
    FieldType.TAGS: str,
    FieldType.TEXT: str,
}

_STRINGS = (FieldType.CATEGORY, FieldType.TEXT)
_TRUE, _FALSE = ("true", "yes", "1", "1.0"), ("false", "no", "0", "0.0")


def widest(first: FieldType, second: FieldType) -> FieldType:
    """The type that keeps the values of both: equal types stay, booleans become numbers, strings win over the rest,
    long text over categories, tags over categories."""
    types = {first, second}
    if len(types) == 1:
        return first
    if types == {FieldType.BOOLEAN, FieldType.NUMBER}:
        return FieldType.NUMBER
    if FieldType.TEXT in types:
        return FieldType.TEXT
    return FieldType.TAGS if FieldType.TAGS in types else FieldType.CATEGORY


def converted(values: pl.Series, source: FieldType, target: FieldType) -> pl.Series:
    """The values in the polars type of the target; what has no meaning there is missing."""
    if source is target or (source in _STRINGS and target in _STRINGS):
        return values.cast(POLARS_TYPES[target])
    if target is FieldType.TAGS:
        text = _as_string(values, source)
        lists = pl.select(pl.when(text.is_not_null()).then(pl.concat_list(text))).to_series().alias(values.name)
        return lists.cast(POLARS_TYPES[target])
    if source is FieldType.DATE and target is FieldType.NUMBER:
        return values.dt.year().cast(pl.Float64)
    if source in (FieldType.BOOLEAN, FieldType.NUMBER) and target in (FieldType.BOOLEAN, FieldType.NUMBER):
        return values.cast(pl.Float64) if target is FieldType.NUMBER else values.cast(pl.Float64) != 0
    return _from_string(_as_string(values, source), target)


def _as_string(values: pl.Series, source: FieldType) -> pl.Series:
    if source is FieldType.TAGS:
        return values.list.join("; ")
    if source is FieldType.NUMBER:
        text = values.cast(pl.Float64).cast(pl.String)
        return text.str.strip_suffix(".0")
    if source is FieldType.DATE:
        days = values.cast(pl.Datetime("ms"))
        text = days.dt.strftime("%Y-%m-%dT%H:%M:%S%.3f")
        return text.str.strip_suffix(".000").str.strip_suffix("T00:00:00")
    return values.cast(pl.String)


def _from_string(text: pl.Series, target: FieldType) -> pl.Series:
    if target is FieldType.NUMBER:
        return text.str.strip_chars().cast(pl.Float64, strict=False)
    if target is FieldType.BOOLEAN:
        low = text.str.strip_chars().str.to_lowercase()
        answer = pl.when(low.is_in(list(_TRUE))).then(True).when(low.is_in(list(_FALSE))).then(False)
        return pl.select(answer.alias(text.name)).to_series()
    if target is FieldType.DATE:
        days = text.str.strip_chars()
        moments = days.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="ms", strict=False)
        spaced = days.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="ms", strict=False)
        plain = days.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("ms"))
        return pl.select(pl.coalesce(moments, spaced, plain).alias(text.name)).to_series()
    return text.cast(POLARS_TYPES[target])


def to_sql(values: pl.Series, stored: FieldType) -> list[Any]:
    """What SQLite keeps of values in the polars type of stored."""
    if stored is FieldType.TAGS:
        return [None if tags is None else _encode(tags) for tags in values.to_list()]
    if stored is FieldType.DATE:
        return _as_string(values, stored).to_list()  # ISO 8601, which people and SQLite's own functions read
    if stored is FieldType.BOOLEAN:
        return values.cast(pl.Int8).to_list()
    if stored is FieldType.NUMBER:
        return values.cast(pl.Float64).fill_nan(None).to_list()
    return values.cast(pl.String).to_list()


def from_sql(name: str, values: list[Any], stored: FieldType) -> pl.Series:
    """The values of to_sql in the polars type of stored."""
    if stored is FieldType.TAGS:
        # in polars itself: lists made in Python are read value by value, 25 s for a million
        return pl.Series(name, values, dtype=pl.String).str.json_decode(POLARS_TYPES[stored])
    if stored is FieldType.DATE:
        return _from_string(pl.Series(name, values, dtype=pl.String), stored)
    if stored is FieldType.BOOLEAN:
        return pl.Series(name, values, dtype=pl.Int8).cast(pl.Boolean)
    if stored is FieldType.NUMBER:
        return pl.Series(name, values, dtype=pl.Float64, strict=False)
    return pl.Series(name, values, dtype=pl.String, strict=False).cast(POLARS_TYPES[stored])
