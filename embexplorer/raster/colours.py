"""From a column to colours: a key per point, a palette for each background, and a legend that explains them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from embexplorer.data.items import FieldType
from embexplorer.raster.palettes import MOST_CATEGORIES, category_palette, number_palette
from embexplorer.raster.ticks import date_ticks, number_ticks

MISSING_KEY = 0
_WORDS = {True: "yes", False: "no"}
_SQUEEZED = 0.25  # when the middle 99 % fill less than this share of the range, the ends are cut off


@dataclass(frozen=True)
class LegendEntry:
    """label: the category as people read it. key: which colour of the palette. count: how many points have it.
    value: the category itself; None for "other" and for missing values, which stand for no single category."""

    label: str
    key: int
    count: int
    value: str | None = None


@dataclass(frozen=True)
class LegendRange:
    """low, high: the ends of the colours (keys 1 and 255); dates in milliseconds since 1970. cut_low, cut_high: some
    values lie beyond. ticks: (place between 0 and 1, text), from low to high."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    cut_low: bool = False
    cut_high: bool = False


@dataclass(frozen=True)
class Legend:
    """entries: categories, the most frequent first, then "other" and missing where there are any.
    range: for numbers and dates; entries then hold only the missing values, if any."""

    entries: tuple[LegendEntry, ...] = ()
    range: LegendRange | None = None


@dataclass(frozen=True, eq=False)
class ColourScale:
    """keys: uint8 (n,), a row of the palettes per point; key 0 is the missing value.
    light, dark: uint8 (k, 3), RGB for a light and for a dark background."""

    keys: np.ndarray
    light: np.ndarray
    dark: np.ndarray
    legend: Legend = Legend()

    def palette(self, dark: bool) -> np.ndarray:
        """The one for the background, uint8 (k, 3)."""
        return self.dark if dark else self.light


def scale_for(values: pl.Series | np.ndarray, kind: FieldType) -> ColourScale:
    """The colours of a column of n values in the type of POLARS_TYPES (text too; numpy: numbers, or objects as text).

    The 20 most frequent categories have their own colours. Tags colour by the first tag. NaN, infinity and null are
    missing. Never raises for what the values are.
    """
    series = values if isinstance(values, pl.Series) else _from_numpy(values)
    if kind in (FieldType.NUMBER, FieldType.DATE):
        return _range_scale(numbers_of(series), is_date=kind is FieldType.DATE)
    return _category_scale(_labels(series))


def plain_scale(n: int) -> ColourScale:
    """One colour for all n points and no legend."""
    return ColourScale(np.ones(n, np.uint8), category_palette(1, False, False), category_palette(1, False, True))


def _from_numpy(values: np.ndarray) -> pl.Series:
    if values.dtype.kind == "O":
        return pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)
    return pl.Series(values)


def _labels(series: pl.Series) -> pl.Series:
    """String, null where missing."""
    if isinstance(series.dtype, pl.List):
        series = series.list.first()
    if series.dtype == pl.Boolean:
        return series.replace_strict(_WORDS, return_dtype=pl.String)
    return series.cast(pl.String)


def numbers_of(series: pl.Series) -> np.ndarray:
    """float64 (n,): a column's numbers, or its dates in milliseconds since 1970; NaN where missing or infinite."""
    if series.dtype in (pl.Date, pl.Datetime):
        series = series.cast(pl.Datetime("ms")).cast(pl.Int64)
    numbers = series.cast(pl.Float64, strict=False).to_numpy().astype(np.float64)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _category_scale(labels: pl.Series) -> ColourScale:
    counts = (
        pl.DataFrame({"label": labels.drop_nulls()})
        .group_by("label")
        .agg(pl.len().alias("count"))
        .sort("count", "label", descending=[True, False])
    )
    shown = min(counts.height, MOST_CATEGORIES)
    has_other = counts.height > shown
    names = counts["label"].head(shown).to_list()
    entries = [
        LegendEntry(name if name.strip() else "(empty)", key, number, name)
        for key, (name, number) in enumerate(counts.head(shown).iter_rows(), start=1)
    ]
    other_key = shown + 1 if has_other else MISSING_KEY
    keys = labels.replace_strict(names, range(1, shown + 1), default=other_key, return_dtype=pl.UInt8)
    keys = keys.zip_with(labels.is_not_null(), pl.Series([MISSING_KEY], dtype=pl.UInt8))
    if has_other:
        rest = counts.height - shown
        entries.append(LegendEntry(f"{rest:,} others", other_key, int(counts["count"].slice(shown).sum())))
    return ColourScale(
        np.array(keys.to_numpy(), np.uint8),
        category_palette(shown, has_other, False),
        category_palette(shown, has_other, True),
        Legend(tuple(entries) + _missing(labels.null_count())),
    )


def _missing(number: int) -> tuple[LegendEntry, ...]:
    return (LegendEntry("missing", MISSING_KEY, number),) if number else ()


def _range_scale(numbers: np.ndarray, is_date: bool) -> ColourScale:
    known = numbers[~np.isnan(numbers)]
    missing = _missing(len(numbers) - len(known))
    palettes = number_palette(False), number_palette(True)
    if not len(known):
        return ColourScale(np.zeros(len(numbers), np.uint8), *palettes, Legend(missing))
    low, high = _ends(known)
    half = high / 2 - low / 2  # halves, since the whole difference may be more than a float holds
    share = (numbers / 2 - low / 2) / half if half > 0 else np.where(np.isnan(numbers), np.nan, 0.5)
    steps = np.nan_to_num(np.clip(share, 0, 1) * 254, nan=0.0)
    keys = np.where(np.isnan(numbers), MISSING_KEY, 1 + np.round(steps)).astype(np.uint8)
    ticks = date_ticks(low, high) if is_date else number_ticks(low, high)
    cut_low, cut_high = bool(known.min() < low), bool(known.max() > high)
    return ColourScale(keys, *palettes, Legend(missing, LegendRange(low, high, ticks, cut_low, cut_high)))


def _ends(known: np.ndarray) -> tuple[float, float]:
    """The range of the colours: all of it, unless a few far values would leave one colour for all the rest."""
    low, high = float(known.min()), float(known.max())
    inner_low, inner_high = (float(end) for end in np.quantile(known / 4, [0.005, 0.995]) * 4)
    inner = inner_high / 2 - inner_low / 2
    squeezed = len(known) > 200 and 0 < inner < _SQUEEZED * (high / 2 - low / 2)
    return (inner_low, inner_high) if squeezed else (low, high)
