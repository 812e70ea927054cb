"""A field's value as people read it."""

import math
from datetime import datetime, timedelta
from typing import Any

from embexplorer.data.items import FieldType

_SEPARATED_FROM = 10_000  # four figures stand alone, so that a year reads as a year
_ALL_FIGURES_TO = 1e15
_ROUNDED_FROM = 1e5
_DAY_MS = 86_400_000.0
_EARLIEST_MS, _LATEST_MS = -62_135_596_800_000.0, 253_402_300_799_000.0  # the years 1 to 9999


def value_text(value: Any, kind: FieldType, whole: bool = False) -> str:
    """The value of a cell in words; "" where it is missing. whole: a NUMBER of a column without fractions."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if kind is FieldType.DATE and isinstance(value, datetime):
        return _moment_text(value)
    if kind is FieldType.BOOLEAN:
        return "yes" if value else "no"
    if kind is FieldType.NUMBER:
        return number_text(float(value), whole)
    if isinstance(value, (list, tuple)) or hasattr(value, "to_list"):
        return ", ".join(str(each) for each in value)
    return str(value)


def number_text(value: float, whole: bool = False) -> str:
    """1990 stays "1990", 123456 is "123,456"; fractions have six figures at most."""
    if not math.isfinite(value) or abs(value) >= _ALL_FIGURES_TO:
        return f"{value:.6g}"
    if whole or value.is_integer():
        number = int(value)
        return f"{number:,}" if abs(number) >= _SEPARATED_FROM else str(number)
    return f"{value:,.1f}" if abs(value) >= _ROUNDED_FROM else f"{value:.6g}"


def _moment_text(value: datetime) -> str:
    if (value.hour, value.minute, value.second) == (0, 0, 0):
        return f"{value:%Y-%m-%d}"
    return f"{value:%Y-%m-%d %H:%M:%S}" if value.second else f"{value:%Y-%m-%d %H:%M}"


def place_text(value: float, kind: FieldType, whole: bool, span: float) -> str:
    """A value on an axis that is so long, in words no finer than a person can point: a date (milliseconds since 1970)
    on a long axis is a day, a number has about three figures after those that the whole axis shares."""
    if kind is FieldType.DATE:
        moment = datetime(1970, 1, 1) + timedelta(milliseconds=min(max(value, _EARLIEST_MS), _LATEST_MS))
        return f"{moment:%Y-%m-%d}" if span >= 2 * _DAY_MS else f"{moment:%Y-%m-%d %H:%M}"
    if whole:
        return number_text(float(round(value)), True)
    if not 0 < span < _ALL_FIGURES_TO or abs(value) >= _ALL_FIGURES_TO or span < 1e-6:
        return number_text(value)
    decimals = max(0, 2 - math.floor(math.log10(span)))
    return f"{value:,.{decimals}f}" if abs(value) >= _SEPARATED_FROM else f"{value:.{decimals}f}"
