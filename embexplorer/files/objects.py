"""Parsed JSON objects to a table of raw columns; what is nested becomes columns such as "author.name"."""

import json
from collections.abc import Sequence
from typing import Any

import polars as pl


def rows_of(objects: Sequence[dict[str, Any]], names: Sequence[str] | None = None) -> pl.DataFrame:
    """One row an object. names: the columns to make; None takes every name in the order in which it first appears."""
    flat = [_flat(value) for value in objects]
    if names is None:
        names = list(dict.fromkeys(name for row in flat for name in row))
    return pl.DataFrame([_column(name, [row.get(name) for row in flat]) for name in names])


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    if not any(isinstance(inner, dict) for inner in value.values()):
        return value
    flat: dict[str, Any] = {}
    for name, inner in value.items():
        if isinstance(inner, dict):
            flat.update({f"{name}.{below}": deeper for below, deeper in _flat(inner).items()})
        else:
            flat[name] = inner
    return flat


def _column(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {str}:
        return pl.Series(name, values, pl.String)
    if kinds == {bool}:
        return pl.Series(name, values, pl.Boolean)
    if kinds == {int} and all(value is None or abs(value) < 2**63 for value in values):
        return pl.Series(name, values, pl.Int64)
    if kinds <= {int, float}:
        return pl.Series(name, [None if value is None else float(value) for value in values], pl.Float64)
    if kinds == {list} and all(isinstance(part, str) for value in values if value for part in value):
        return pl.Series(name, values, pl.List(pl.String))
    return pl.Series(name, [_written(value) for value in values], pl.String)


def _written(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
