"""Facets against plain Python counts, over columns with missing values."""

from collections import Counter
from datetime import datetime
from itertools import pairwise

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.data.items import POLARS_TYPES, FieldType
from embexplorer.filters.bins import nice_date_edges, nice_edges
from embexplorer.filters.facets import FacetCache, ValueCount, facet, facets_following
from embexplorer.filters.mask import mask
from embexplorer.filters.parse import parse
from embexplorer.filters.tree import split_conditions

DAY_MS = 86_400_000
WORD = st.none() | st.sampled_from(["", "a", "b", "c", "Ä"])


def column(name: str, kind: FieldType, values: list[object]) -> pl.DataFrame:
    return pl.DataFrame({name: pl.Series(name, values, dtype=POLARS_TYPES[kind])})


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(WORD, st.booleans()), min_size=1, max_size=40), st.integers(0, 4))
def test_categories_are_counted(cells: list[tuple[str | None, bool]], listed: int) -> None:
    words, keep = [word for word, _ in cells], np.array([kept for _, kept in cells])
    totals = Counter(word for word in words if word)
    counts = Counter(word for word, kept in cells if word and kept)
    found = facet(column("c", FieldType.CATEGORY, list(words)), "c", FieldType.CATEGORY, keep, listed)
    expected = sorted(totals, key=lambda word: (-counts[word], -totals[word], word))
    assert found.values == tuple(ValueCount(w, counts[w], totals[w]) for w in expected[:listed])
    rest = expected[listed:]
    assert found.other_values == len(rest)
    assert (found.other is None) == (not rest)
    if found.other is not None:
        assert (found.other.count, found.other.total) == (sum(counts[w] for w in rest), sum(totals[w] for w in rest))
    assert found.missing_total == sum(not word for word in words)
    assert found.missing == sum(not word and kept for word, kept in cells)
    assert (found.distinct, found.matching) == (len(totals), keep.sum())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.none() | st.lists(WORD, max_size=4), st.booleans()), min_size=1, max_size=20))
def test_tags_count_each_item_once_a_tag(cells: list[tuple[list[str | None] | None, bool]]) -> None:
    keep = np.array([kept for _, kept in cells])
    found = facet(column("t", FieldType.TAGS, [tags for tags, _ in cells]), "t", FieldType.TAGS, keep)
    counts = Counter(tag for tags, kept in cells if kept for tag in set(tags or ()) if tag)
    assert {value.value: value.count for value in found.values if value.count} == dict(counts)
    without = [kept for tags, kept in cells if not tags]
    if all(all(tags or ()) for tags, _ in cells):
        assert (found.missing, found.missing_total) == (sum(without), len(without))


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.tuples(st.none() | st.floats(allow_nan=True) | st.integers(-50, 50).map(float), st.booleans()),
        min_size=1,
        max_size=40,
    )
)
def test_histograms_hold_every_finite_number_once(cells: list[tuple[float | None, bool]]) -> None:
    keep = np.array([kept for _, kept in cells])
    found = facet(column("x", FieldType.NUMBER, [x for x, _ in cells]), "x", FieldType.NUMBER, keep)
    finite = [(x, kept) for x, kept in cells if x is not None and np.isfinite(x)]
    assert found.missing_total == len(cells) - len(finite)
    assert (found.histogram is None) == (not finite)
    if found.histogram is None:
        return
    edges = found.histogram.edges
    assert (np.diff(edges) > 0).all()
    assert edges[0] <= min(x for x, _ in finite)
    assert edges[-1] >= max(x for x, _ in finite)
    assert len(edges) <= 82
    expected = np.histogram([x for x, kept in finite if kept], edges)[0]
    assert found.histogram.counts.tolist() == expected.tolist()
    assert found.histogram.totals.tolist() == np.histogram([x for x, _ in finite], edges)[0].tolist()


def test_edges_are_those_a_person_would_choose() -> None:
    assert nice_edges(1, 5, 40, True).tolist() == [1, 2, 3, 4, 5, 6]
    assert nice_edges(0.03, 0.97, 10, False).tolist() == [i / 10 for i in range(11)]
    assert nice_edges(7, 7, 40, True).tolist() == [7, 8]
    for low, high in [
        (1.0, np.nextafter(1.0, 2.0)),
        (-1e308, 1e308),
        (0.0, 5e-324),
        (1e300, np.nextafter(1e300, 2e300)),
    ]:
        edges = nice_edges(low, high, 40, False)  # neighbouring floats and all floats
        assert (edges[0], edges[-1]) == (min(edges), max(edges))
        assert edges[0] <= low < high <= edges[-1]
        assert len(edges) <= 82
    start = int(datetime(2023, 1, 1).timestamp())  # any year: only the spacing matters below
    days = nice_date_edges(start * 1000, start * 1000 + 35 * DAY_MS, 40)
    assert set(np.diff(days)) == {DAY_MS}
    years = nice_date_edges(-2_000_000_000_000, 1_700_000_000_000, 40).astype(np.int64).astype("datetime64[ms]")
    assert all(str(edge).endswith("-01-01T00:00:00.000") for edge in years)
    assert 20 <= len(years) <= 81
    weeks = nice_date_edges(0, 40 * 7 * DAY_MS, 40).astype(np.int64).astype("datetime64[ms]").astype("datetime64[D]")
    assert {np.is_busday(day, "1000000") for day in weeks} == {True}


@given(st.integers(-6_000_000_000_000, 6_000_000_000_000), st.integers(0, 10**13))
def test_date_edges_enclose_the_dates(low: int, span: int) -> None:
    edges = nice_date_edges(low, low + span, 40)
    assert edges[0] <= low
    assert edges[-1] > low + span
    assert all(a < b for a, b in pairwise(edges.tolist()))
    assert len(edges) <= 90


FRAME = pl.DataFrame(
    {
        "stars": pl.Series([1, 2, 2, 3, None, 5], dtype=pl.Float64),
        "section": pl.Series(["a", "b", "a", None, "b", "b"], dtype=pl.Categorical),
        "good": pl.Series([True, None, True, False, False, True]),
        "body": pl.Series(["x", "", None, "x", "y", "z"]),
    }
)
TYPES = {
    "stars": FieldType.NUMBER,
    "section": FieldType.CATEGORY,
    "good": FieldType.BOOLEAN,
    "body": FieldType.TEXT,
}


def test_counts_follow_the_other_filters_only() -> None:
    tree = parse("stars <= 2 and section = 'a' and good = true")
    conditions, rest = split_conditions(tree, ["stars", "section"])
    found = facets_following(FRAME, TYPES, conditions, rest, cache=FacetCache())
    assert [(v.value, v.count, v.total) for v in found["section"].values] == [("a", 2, 2), ("b", 0, 3)]
    assert found["section"].matching == mask(parse("stars <= 2 and good = true"), FRAME).sum()
    stars = found["stars"].histogram
    assert stars is not None
    assert stars.counts.sum() == mask(parse("section = 'a' and good = true"), FRAME).sum()
    assert [(v.value, v.count, v.total) for v in found["good"].values] == [(True, 2, 3), (False, 0, 2)]
    assert (found["body"].missing, found["body"].missing_total, found["body"].distinct) == (1, 2, 3)
    assert found["body"].matching == 2


def test_the_cache_prepares_a_column_once_a_frame() -> None:
    cache = FacetCache()
    first = cache.prepared(FRAME, "section", FieldType.CATEGORY)
    assert cache.prepared(FRAME, "section", FieldType.CATEGORY) is first
    turned = FRAME.reverse()
    assert cache.prepared(turned, "section", FieldType.CATEGORY) is not first


def test_many_categories_and_empty_columns() -> None:
    rng = np.random.default_rng(0)
    words = [f"v{n}" for n in rng.integers(0, 50_000, 200_000)]
    keep = rng.random(200_000) < 0.1
    found = facet(column("c", FieldType.CATEGORY, words), "c", FieldType.CATEGORY, keep, listed=50)
    assert len(found.values) == 50
    assert found.other is not None
    assert sum(v.total for v in found.values) + found.other.total == 200_000
    assert sum(v.count for v in found.values) + found.other.count == keep.sum()
    for kind in FieldType:
        nothing = facet(column("e", kind, []), "e", kind, np.zeros(0, np.bool_))
        assert (nothing.matching, nothing.missing_total) == (0, 0)
        gone = facet(column("e", kind, [None, None]), "e", kind, np.ones(2, np.bool_))
        assert (gone.missing, gone.missing_total) == (2, 2)
