"""Counts per column: how many items of each value there are, and how many of them the filter keeps.

A column is prepared once (every row gets the number of its value or bin); after that a new mask costs one bincount.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
import polars as pl

from embexplorer.data.items import FieldType
from embexplorer.filters.bins import nice_date_edges, nice_edges
from embexplorer.filters.mask import MaskContext, mask
from embexplorer.filters.tree import Filter

_LISTED_VALUES = 200
_BINS = 40


@dataclass(frozen=True)
class ValueCount:
    """count: items with this value that pass; total: all items with it."""

    value: str | bool
    count: int
    total: int


@dataclass(frozen=True, eq=False)
class Histogram:
    """edges: float64 (b + 1,), ascending; milliseconds since 1970 UTC for dates. Bin i holds edges[i] <= x <
    edges[i + 1], the last one its upper edge too. counts, totals: int64 (b,)."""

    edges: np.ndarray
    counts: np.ndarray
    totals: np.ndarray


@dataclass(frozen=True, eq=False)
class Facet:
    """What a column holds under a filter.

    values: of categories, tags and booleans, most frequent under the filter first, at most the asked number;
    other: what the unlisted values have together (tags: an item may count more than once), other_values how many
    they are. histogram: of numbers and dates, None where there is no finite value.
    missing, missing_total: items without a value, under the filter and all. distinct: different values, 0 for numbers
    and dates. matching: items that pass the filter.
    """

    name: str
    type: FieldType
    matching: int
    missing: int
    missing_total: int
    distinct: int = 0
    values: tuple[ValueCount, ...] = ()
    other: ValueCount | None = None
    other_values: int = 0
    histogram: Histogram | None = None


@dataclass(frozen=True, eq=False)
class Prepared:
    """A column ready to be counted. codes: int32 (m,), the number of each value or bin; 0 is missing.
    rows: int64 (m,), the row of each code, None where code i belongs to row i. labels: of code 1 and up."""

    name: str
    type: FieldType
    codes: np.ndarray
    rows: np.ndarray | None
    totals: np.ndarray
    labels: tuple[str | bool, ...] = ()
    edges: np.ndarray | None = None
    distinct: int = 0


class FacetCache:
    """The prepared columns of one frame; another frame empties it. Safe to use from several threads."""

    def __init__(self) -> None:
        self._frame: pl.DataFrame | None = None
        self._columns: dict[tuple[str, FieldType], Prepared] = {}
        self._lock = Lock()

    def prepared(self, frame: pl.DataFrame, name: str, kind: FieldType) -> Prepared:
        with self._lock:
            if self._frame is not frame:
                self._columns, self._frame = {}, frame
            known = self._columns.get((name, kind))
        if known is None:
            known = prepare(frame.get_column(name), name, kind)
            with self._lock:
                if self._frame is frame:
                    self._columns[name, kind] = known
        return known


def facet(
    frame: pl.DataFrame,
    name: str,
    kind: FieldType,
    keep: np.ndarray,
    listed: int = _LISTED_VALUES,
    cache: FacetCache | None = None,
) -> Facet:
    """The facet of a column under the mask keep, bool (n,). listed: how many values are named."""
    return count(
        cache.prepared(frame, name, kind) if cache else prepare(frame.get_column(name), name, kind), keep, listed
    )


def facets_following(
    frame: pl.DataFrame,
    columns: Mapping[str, FieldType],
    conditions: Mapping[str, Filter],
    rest: Filter,
    context: MaskContext | None = None,
    cache: FacetCache | None = None,
) -> dict[str, Facet]:
    """The facets of the columns, each under all conditions but its own, so that it shows what else could be chosen.

    conditions, rest: as tree.split_conditions makes them. Raises FilterError as mask does.
    """
    own = {name: mask(condition, frame, context) for name, condition in conditions.items()}
    base = mask(rest, frame, context)
    everything = base
    for keep in own.values():
        everything = everything & keep
    facets = {}
    for name, kind in columns.items():
        others = everything
        if name in own:
            others = base
            for other in own.keys() - {name}:
                others = others & own[other]
        facets[name] = facet(frame, name, kind, others, cache=cache)
    return facets


def prepare(series: pl.Series, name: str, kind: FieldType) -> Prepared:
    """Number the values (or bins) of a column, in the type of POLARS_TYPES, for count."""
    if kind in (FieldType.NUMBER, FieldType.DATE):
        return _prepare_histogram(series, name, kind)
    if kind is FieldType.TAGS:
        return _prepare_tags(series, name)
    if kind is FieldType.BOOLEAN:
        codes = series.cast(pl.Int32).fill_null(-1).to_numpy() + 1
        return Prepared(name, kind, codes, None, np.bincount(codes, minlength=3), (False, True), distinct=2)
    if kind is FieldType.TEXT:
        present = (series.is_not_null() & (series != "").fill_null(False)).to_numpy()
        codes = present.astype(np.int32)
        distinct = series.filter(pl.Series(present)).n_unique() if present.any() else 0
        return Prepared(name, kind, codes, None, np.bincount(codes, minlength=2), distinct=distinct)
    codes, labels = _numbered(series)
    totals = np.bincount(codes, minlength=len(labels) + 1)
    return Prepared(name, kind, codes, None, totals, labels, distinct=len(labels))


def count(column: Prepared, keep: np.ndarray, listed: int = _LISTED_VALUES) -> Facet:
    """The facet of a prepared column under a mask, bool (n,)."""
    kept = column.codes[keep if column.rows is None else keep[column.rows]]
    counts = np.bincount(kept, minlength=len(column.totals))
    matching = int(np.count_nonzero(keep))
    facts = Facet(column.name, column.type, matching, int(counts[0]), int(column.totals[0]), distinct=column.distinct)
    if column.edges is not None:
        return replace(facts, histogram=Histogram(column.edges, counts[1:], column.totals[1:]))
    if not column.labels:
        return facts
    order = np.lexsort((-column.totals[1:], -counts[1:]))
    shown, others = order[:listed] + 1, order[listed:] + 1
    values = tuple(ValueCount(column.labels[c - 1], int(counts[c]), int(column.totals[c])) for c in shown)
    other = None
    if len(others):
        other = ValueCount("", int(counts[others].sum()), int(column.totals[others].sum()))
    return replace(facts, values=values, other=other, other_values=len(others))


def _prepare_histogram(series: pl.Series, name: str, kind: FieldType) -> Prepared:
    dated = kind is FieldType.DATE
    values = (series.cast(pl.Datetime("ms")).cast(pl.Int64) if dated else series).cast(pl.Float64).to_numpy()
    finite = np.isfinite(values)
    if not finite.any():
        codes = np.zeros(len(values), np.int32)
        return Prepared(name, kind, codes, None, np.bincount(codes, minlength=1))
    inside = values if finite.all() else values[finite]
    low, high = float(inside.min()), float(inside.max())
    edges = nice_date_edges(int(low), int(high), _BINS) if dated else nice_edges(low, high, _BINS, _whole(inside))
    bins = len(edges) - 1
    codes = np.searchsorted(edges, values, side="right").astype(np.int32)
    np.clip(codes, 1, bins, out=codes)
    codes[~finite] = 0
    return Prepared(name, kind, codes, None, np.bincount(codes, minlength=bins + 1), edges=edges)


def _whole(values: np.ndarray) -> bool:
    return bool((values == np.floor(values)).all())


def _prepare_tags(series: pl.Series, name: str) -> Prepared:
    lengths = series.list.len().fill_null(0).to_numpy()
    filled = np.flatnonzero(lengths)
    # a row without tags keeps one place: missing
    rows = np.concatenate([np.repeat(filled, lengths[filled]), np.flatnonzero(lengths == 0)])
    words = series.gather(filled).explode().extend_constant(None, len(series) - len(filled))
    codes, labels = _numbered(words)
    # a tag that an item has twice counts once
    pairs = rows * (len(labels) + 1) + codes
    pairs.sort(kind="stable")  # which is quick for what is nearly in order
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])] if len(pairs) else pairs
    rows, codes = pairs // (len(labels) + 1), (pairs % (len(labels) + 1)).astype(np.int32)
    totals = np.bincount(codes, minlength=len(labels) + 1)
    return Prepared(name, FieldType.TAGS, codes, rows, totals, labels, distinct=len(labels))


def _numbered(series: pl.Series) -> tuple[np.ndarray, tuple[str, ...]]:
    """int32 codes from 1, in the order of the labels; 0 for null and the empty text."""
    words = series if isinstance(series.dtype, pl.Categorical | pl.Enum) else series.cast(pl.Categorical())
    known = words.unique().drop_nulls()
    names = known.cast(pl.String).to_numpy()
    places = known.to_physical().to_numpy().astype(np.int64)
    order = np.argsort(names)
    if len(names) and names[order[0]] == "":
        order = order[1:]
    table = np.zeros(int(places.max()) + 2 if len(places) else 1, np.int32)
    table[places[order]] = np.arange(1, len(order) + 1)
    # the last entry of the table, 0, is where the missing ones point to
    physical = words.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    return table[physical], tuple(str(name) for name in names[order])
