"""The language by tables: (filter, expected ids), (bad filter, character, words); then random filters against a slow
evaluator in plain Python."""

import operator
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.data.items import POLARS_TYPES, FieldType, field_type
from embexplorer.filters import tree as t
from embexplorer.filters.check import check
from embexplorer.filters.dates import read_date, span_ms
from embexplorer.filters.mask import Likeness, MaskContext, mask
from embexplorer.filters.maskcache import MaskCache
from embexplorer.filters.parse import parse
from embexplorer.filters.tree import FilterError
from embexplorer.filters.unparse import to_text
from embexplorer.filters.words import sentence

TYPES = {
    "stars": FieldType.NUMBER,
    "section": FieldType.CATEGORY,
    "published": FieldType.DATE,
    "good": FieldType.BOOLEAN,
    "topics": FieldType.TAGS,
    "body": FieldType.TEXT,
    "list price": FieldType.NUMBER,
    "@id": FieldType.NUMBER,
    "@kind": FieldType.CATEGORY,
    "@source": FieldType.CATEGORY,
    "@title": FieldType.TEXT,
    "@text": FieldType.TEXT,
    "@tags": FieldType.TAGS,
}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# fmt: off
ROWS: list[tuple[Any, ...]] = [
    (1.0, "science", moment("2024-01-01"), True, ["draft", "old"], "A full Refund, please.", 9.5),
    (2.0, "math", moment("2024-06-30T23:59:59.999"), False, ["old"], "No refund (yet)", 10.0),
    (3.0, "science", moment("2024-07-01"), None, [], "", None),
    (None, None, None, True, None, None, -1.0),
    (float("nan"), "", moment("1969-12-31T23:00"), False, ["draft"], "a.b*c", 1e300),
    (5.0, "fine arts", moment("2024-03-05T10:00"), True, ["new", "draft"], "über 100 % \"quoted\"\nsecond line", 0.0),
]
# fmt: on
SELECTED = np.array([False, True, False, True, False, False])


def frame_of(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    names = [name for name in TYPES if not name.startswith("@")]
    columns = {
        name: pl.Series(name, [row[i] for row in rows], dtype=POLARS_TYPES[kind])
        for i, (name, kind) in enumerate((name, TYPES[name]) for name in names)
    }
    n = len(rows)
    frame = pl.DataFrame(columns).with_columns(
        pl.Series("@id", np.arange(1, n + 1)),
        pl.Series("@kind", ["text"] * n),
        pl.Series("@source", [f"file{i % 2}.csv" for i in range(n)]),
        pl.Series("@title", [f"Item {i}" if i else "" for i in range(n)]),
        pl.Series("@text", [row[5] or "" for row in rows]),
        pl.Series("@tags", [["keep"] if i in (1, 2) else [] for i in range(n)], dtype=pl.List(pl.String)),
    )
    return frame.with_columns(pl.col("@kind", "@source").cast(pl.Categorical()))


def schema_of(frame: pl.DataFrame) -> dict[str, FieldType]:
    return {name: field_type(dtype) for name, dtype in frame.schema.items() if not name.startswith("@")}


# A row of its own for each item; the last item has no vector.
VECTORS = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0], [0.6, 0.8], [np.nan, np.nan]], np.float32)
TEXTS = {"up": np.array([0, 1], np.float32), "": np.array([0, 0], np.float32)}


def likeness(reference: int | str) -> Likeness:
    goal = TEXTS.get(reference, TEXTS[""]) if isinstance(reference, str) else VECTORS[(reference - 1) % len(VECTORS)]
    return Likeness(VECTORS @ goal, lambda: 0.7)


FRAME = frame_of(ROWS)
CONTEXT = MaskContext(SELECTED, likeness)
ALL = [1, 2, 3, 4, 5, 6]


def ids(text: str) -> list[int]:
    tree = parse(text, schema_of(FRAME), lambda item: item in ALL)
    return [int(row) + 1 for row in np.flatnonzero(mask(tree, FRAME, CONTEXT))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ALL),
        ("  ", ALL),
        ("everything", ALL),
        ("not everything", []),
        # numbers; missing and NaN match nothing, != included
        ("stars = 2", [2]),
        ("stars == 2.0", [2]),
        ("stars != 2", [1, 3, 6]),
        ("stars ≠ 2", [1, 3, 6]),
        ("not stars = 2", [1, 3, 4, 5, 6]),
        ("stars <= 2", [1, 2]),
        ("stars < 2", [1]),
        ("stars > 2", [3, 6]),
        ("stars >= +2e0", [2, 3, 6]),
        ("stars between 2 and 3", [2, 3]),
        ("stars in (1, 5, 7)", [1, 6]),
        ("stars not in (1, 5)", [2, 3]),
        ("not stars in (1, 5)", [2, 3, 4, 5]),
        ("stars is missing", [4, 5]),
        ("stars is not missing", [1, 2, 3, 6]),
        ("`list price` < 0", [4]),
        ("id > 5", [6]),
        # categories: exact
        ('section = "science"', [1, 3]),
        ('section = "Science"', []),
        ('section != "science"', [2, 6]),
        ("section in ('science', 'math', 'no such')", [1, 2, 3]),
        ("section is missing", [4, 5]),
        ('section contains "ARTS"', [6]),
        # dates: a day is the whole day, moments are UTC
        ("published between 2024-01-01 and 2024-06-30", [1, 2, 6]),
        ('published between "2024-01-01" and "2024-06-30"', [1, 2, 6]),
        ("published = 2024-06-30", [2]),
        ("published != 2024-06-30", [1, 3, 5, 6]),
        ("published <= 2024-06-30", [1, 2, 5, 6]),
        ("published < 2024-06-30", [1, 5, 6]),
        ("published > 2024-06-30", [3]),
        ("published >= 2024-06-30", [2, 3]),
        ("published < 1970-01-01", [5]),
        ("published = 2024-03-05T12:00+02:00", [6]),
        ("published >= 2024-03-05 10:00 and published < 2024-03-05T10:00:00.001Z", [6]),
        ("published in (2024-01-01, 2024-07-01)", [1, 3]),
        ("published is missing", [4]),
        ("published <= 9999-12-31", [1, 2, 3, 5, 6]),
        # booleans
        ("good = true", [1, 4, 6]),
        ("good != TRUE", [2, 5]),
        ("good is missing", [3]),
        # tags
        ('topics has "draft"', [1, 5, 6]),
        ('not topics has "draft"', [2, 3, 4]),
        ('topics has any ("old", "new")', [1, 2, 6]),
        ('topics has all ("old", "draft")', [1]),
        ("topics is missing", [3, 4]),
        ('tags has "keep"', [2, 3]),
        ('tagged "keep" or selected', [2, 3, 4]),
        ('tagged "nothing"', []),
        # text
        ('body contains "refund"', [1, 2]),
        ('body contains "(yet)"', [2]),
        ('body contains "A.B*"', [5]),
        ('body contains "ÜBER 100 %"', [6]),
        (r'body contains "\"QUOTED\"\nsecond"', [6]),
        ('body starts with "no"', [2]),
        ('body starts with "second"', []),
        (r'body matches "^\w+ \w+ \("', [2]),
        (r"body matches '(?i)REFUND\W'", [1, 2]),
        ("body is missing", [3, 4]),
        ('title = "Item 3"', [4]),
        ("@title is missing", [1]),
        ('source = "file0.csv"', [1, 3, 5]),
        # similarity; what has no vector is like nothing, itself included
        ("similar to 1", [1, 2]),
        ("similar to 1 at least 0.6", [1, 2, 5]),
        ("SIMILAR TO 1 AT LEAST 1", [1]),
        ("similar to 4 at least -0.9", [3, 4, 5, 2]),
        ('similar to "up" at least 0.6', [2, 3, 5]),
        ("not similar to 1", [3, 4, 5, 6]),
        ("similar to 6 at least -1e999", []),
        ("similar to 1 and stars = 2 or selected", [2, 4]),
        # joining
        ("stars = 1 or stars = 2 and good = true", [1]),
        ("(stars = 1 or stars = 2) and good = false", [2]),
        ("stars = 1 or stars = 2 ; good = false ;", [2]),
        ("NOT (stars = 1 OR good = TRUE)", [2, 3, 5]),
        ("not not stars = 1", [1]),
        ("selected;good=true", [4]),
    ],
)
def test_the_language(text: str, expected: list[int]) -> None:
    assert ids(text) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "character", "words"),
    [
        ("stars <", 8, "Expected a number"),
        ("stars", 6, "Expected an operator"),
        ("stars ! 2", 7, "“!” at character 7"),
        ("stars = 2 3", 11, "Expected and, or"),
        ("stars = 2 and", 14, "Expected a condition at character 14, but the filter ends there"),
        ("stars between 1 2", 17, "Expected and at character 17"),
        ("stars in 1", 10, "Expected ("),
        ('section in ("a" "b")', 17, "Expected a comma or )"),
        ("(stars = 1", 11, "Expected )"),
        ("stars = 1)", 10, "found )"),
        ('section = "open', 11, "no closing quote"),
        ("`list price < 1", 1, "no closing `"),
        ("section = science", 11, 'Put text in quotes: "science"'),
        ("section not = 3", 13, "write not before the name"),
        ("or = 3", 1, "`or`"),
        ("body starts 'a'", 13, "Expected with"),
        ("topics has draft", 12, '"draft"'),
        ("tagged keep", 8, '"keep"'),
        ("body is gone", 9, "Expected missing"),
        ("published = 2024-13-01", 13, "2024-13-01 at character 13 is not a date"),
        ("stars = 12abc", 9, "cannot be read"),
        ("(" * 10_000, 61, "nested too deeply"),
        ("not " * 10_000, 241, "nested too deeply"),
        ("similar to", 11, "Expected the number of an item or a text in quotes"),
        ("similar to slow", 12, 'Put text in quotes: "slow"'),
        ("similar to 1.5", 12, "the number of an item"),
        ("similar to -1", 12, "the number of an item"),
        ("similar to '  '", 12, "some words"),
        ("similar to 3 at 0.5", 17, "Expected least"),
        ("similar to 3 at least much", 23, "a score such as 0.6"),
        ("stars = 1 and not similar to 7", 30, "There is no item 7"),
        ("similar to " + "9" * 5_000, 12, "There is no item 999"),
        ("stars in ()", 11, "Expected a number"),
        ("topics has any ()", 17, "a value in quotes"),
        # what the columns cannot answer
        ("good = true and stas <= 2", 17, "Did you mean “stars”?"),
        ("Section = 'a'", 1, "Did you mean “section”?"),
        ("zzzzzz = 1", 1, "The columns are: stars, section"),
        ('stars = "two"', 9, 'holds numbers and cannot be compared with the text "two"'),
        ("stars in (1, 'x')", 14, "cannot be compared"),
        ("stars = true", 9, "compared with true"),
        ("section = 3", 11, "compared with the number 3"),
        ("section < 'b'", 9, "< is for numbers and dates"),
        ("good = 1", 8, "true or false"),
        ("published > 'soon'", 13, "compared with the text"),
        ("topics = 'draft'", 8, "Use has"),
        ("section has 'a'", 9, "has is for tags"),
        ("stars contains 'a'", 7, "for text"),
        ("body matches 'a(b'", 16, "unclosed group"),
        (r"body matches '\'(b'", 17, "unclosed group"),
        ("body matches '((a{1000}){1000}){100}'", 14, "too large"),
    ],
)
def test_errors_point_at_the_character(text: str, character: int, words: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text, schema_of(FRAME), lambda item: item in ALL)
    assert words in str(caught.value)
    assert caught.value.position == character - 1


def test_a_tree_without_text_is_checked_too() -> None:
    with pytest.raises(FilterError, match="no column “colour”") as caught:
        check(t.IsMissing("colour"), schema_of(FRAME))
    assert caught.value.position is None
    with pytest.raises(FilterError, match="holds numbers"):
        mask(t.Compare("stars", "=", "two"), FRAME)


def test_a_field_goes_before_the_built_in_of_its_name() -> None:
    frame = pl.DataFrame({"title": ["mine", "yours"], "@title": ["a", "b"]})
    assert mask(parse("title = 'mine'"), frame).tolist() == [True, False]
    assert mask(parse("@title = 'b'"), frame).tolist() == [False, True]
    with pytest.raises(FilterError, match="no column “kind”"):
        mask(parse("kind = 'text'"), frame)


@pytest.mark.parametrize("name", ["*", "^a.*$", "and", "a`b", "", "1st", "naïve", "a.b", "a-b", " "])
def test_any_name_is_a_name(name: str) -> None:
    frame = pl.DataFrame({name: [1.0, 2.0, None], "a1": [2.0, 2.0, 2.0]})
    tree = t.Or((t.Compare(name, "<", 2.0), t.IsMissing(name)))
    assert parse(to_text(tree), schema_of(frame)) == tree
    assert mask(tree, frame).tolist() == [True, False, True]
    assert mask(tree, frame.clear()).tolist() == []


def test_no_rows_and_long_filters() -> None:
    assert mask(parse("stars = 1"), FRAME.clear()).tolist() == []
    long = parse(" or ".join(f"stars = {n}" for n in range(3000)))
    assert mask(long, FRAME).tolist() == [True, True, True, False, False, True]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "everything"),
        ('stars <= 2 and section in ("science", "math")', "stars at most 2 and section is science or math"),
        (
            "published between 2024-01-01 and 2024-06-30 and not (selected or good = true)",
            "published from 2024-01-01 to 2024-06-30 and not (selected or good is true)",
        ),
        ('tags has all ("a", "b") or body is not missing', "tags has a and b or body is not missing"),
        ("stars not in (1, 2)", "stars is neither 1 nor 2"),
        ("stars in (1, 2, 3, 4, 5, 6)", "stars is 1, 2, 3, 4 or 2 others"),
        ("published >= 2024-01-01T10:00", "published from 2024-01-01 10:00:00"),
        ('@title starts with "re"', "title starts with “re”"),
        ("similar to 12345 at least 0.60", "similar to item 12,345 (at least 0.6)"),
        ('not similar to "slow delivery" or selected', "not similar to “slow delivery” or selected"),
    ],
)
def test_sentences(text: str, words: str) -> None:
    assert sentence(parse(text)) == words


def test_conditions_are_replaced_in_their_place() -> None:
    both = parse("stars <= 2 and section = 'math' and (stars = 1 or selected)")
    narrowed = t.replace_condition(both, "stars", t.Between("stars", 1.0, 3.0))
    assert to_text(narrowed) == 'stars between 1 and 3 and section = "math" and (stars = 1 or selected)'.replace(
        "'", '"'
    )
    assert to_text(t.replace_condition(both, "section", None)) == "stars <= 2 and (stars = 1 or selected)"
    assert to_text(t.replace_condition(t.Everything(), "good", t.Compare("good", "=", True))) == "good = true"
    conditions, rest = t.split_conditions(both, ["stars", "section"])
    assert set(conditions) == {"stars", "section"}
    assert to_text(rest) == "stars = 1 or selected"


# -- random filters --------------------------------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("aAbB .*\\\"'\n\tdn(é"), max_size=4)
NUMBERS = st.sampled_from([-1.0, 0.0, 1.0, 2.0, 2.5, 3.0, 1e300, 0.1, 123456789012345680.0])
DATES = st.one_of(
    st.dates(date(1960, 1, 1), date(2030, 1, 1)),
    st.datetimes(datetime(1960, 1, 1), datetime(2030, 1, 1)).map(
        lambda m: m.replace(microsecond=m.microsecond // 1000 * 1000)
    ),
    st.sampled_from([date(2024, 1, 1), date(2024, 6, 30), datetime(2024, 6, 30, 12)]),
)
SIMILAR_DATES = st.sampled_from([date(2024, 1, 1), datetime(2024, 6, 30, 12), "2024-06-30", "2024-01-01T00:00"])
ORDER = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
VALUES = {FieldType.NUMBER: NUMBERS, FieldType.DATE: DATES | SIMILAR_DATES, FieldType.BOOLEAN: st.booleans()}


def conditions(name: str) -> st.SearchStrategy[t.Filter]:
    kind = TYPES[name]
    column = st.just(name)
    values: Any = VALUES.get(kind, WORDS)
    several = st.lists(values, min_size=1, max_size=3).map(tuple)
    made: list[Any] = [st.builds(t.IsMissing, column)]
    if kind is FieldType.TAGS:
        words = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
        made.append(st.builds(t.Has, column, st.just("one"), st.tuples(WORDS)))
        made.append(st.builds(t.Has, column, st.sampled_from(["any", "all"]), words))
        return st.one_of(made)
    ordered = kind in (FieldType.NUMBER, FieldType.DATE)
    made.append(st.builds(t.Compare, column, ORDER if ordered else st.sampled_from(["=", "!="]), values))
    made.append(st.builds(t.In, column, several, st.booleans()))
    if ordered:
        made.append(st.builds(t.Between, column, values, values))
    if kind in (FieldType.TEXT, FieldType.CATEGORY):
        made += [st.builds(t.Contains, column, WORDS), st.builds(t.StartsWith, column, WORDS)]
        made.append(st.builds(t.Matches, column, st.sampled_from(["a+b?", r"\.", "^A", "[bn]$", "é"])))
    return st.one_of(made)


LEAVES = st.one_of(
    st.just(t.Selected()),
    st.just(t.Everything()),
    st.builds(t.Tagged, WORDS),
    st.builds(t.Similar, st.integers(1, 6) | st.just("up"), st.none() | st.sampled_from([-1.0, 0.0, 0.5, 1.0])),
    st.sampled_from([n for n in TYPES if n not in ("@id", "@kind", "@source")]).flatmap(conditions),
)


def joined(parts: st.SearchStrategy[t.Filter]) -> st.SearchStrategy[t.Filter]:
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(t.And, several), st.builds(t.Or, several), st.builds(t.Not, parts))


FILTERS = st.recursive(LEAVES, joined, max_leaves=8)
CELLS = {
    FieldType.NUMBER: st.none() | NUMBERS | st.just(float("nan")),
    FieldType.DATE: st.none()
    | st.sampled_from([datetime(2024, 1, 1), datetime(2024, 6, 30, 23, 59), datetime(1969, 5, 5)]),
    FieldType.BOOLEAN: st.none() | st.booleans(),
    FieldType.TAGS: st.none() | st.lists(WORDS, max_size=3),
    FieldType.TEXT: st.none() | WORDS,
    FieldType.CATEGORY: st.none() | WORDS,
}
ROW = st.tuples(*(CELLS[kind] for name, kind in TYPES.items() if not name.startswith("@")))


@settings(max_examples=300, deadline=None)
@given(FILTERS)
def test_text_of_a_tree_is_read_as_the_tree(tree: t.Filter) -> None:
    again = parse(to_text(tree))
    assert again == tree
    assert to_text(again) == to_text(tree)
    assert sentence(tree)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_no_text_makes_anything_but_a_filter_or_a_sentence(text: str) -> None:
    try:
        parse(text, schema_of(FRAME))
    except FilterError as error:
        assert error.position is not None
        assert 0 <= error.position <= len(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=20), FILTERS, FILTERS)
def test_masks_are_those_of_the_slow_evaluator(rows: list[tuple[Any, ...]], first: t.Filter, second: t.Filter) -> None:
    """With a cache that knows some of the conditions already, and without one."""
    frame = frame_of(rows)
    n = len(rows)
    selected = np.arange(n) % 2 == 0

    def likeness_of_rows(reference: int | str) -> Likeness:
        told = likeness(reference)
        return Likeness(told.scores[np.arange(n) % len(VECTORS)], told.likely)

    kept = MaskContext(selected, likeness_of_rows, cache=MaskCache())
    records = frame.with_columns(pl.col("section").cast(pl.String)).to_dicts()
    for tree in (first, t.And((first, second)), second, t.Or((t.Not(first), second))):
        wanted = [holds(tree, record, i, bool(selected[i])) for i, record in enumerate(records)]
        assert mask(tree, frame, kept).tolist() == wanted
        assert mask(tree, frame, MaskContext(selected, likeness_of_rows)).tolist() == wanted
        masked = mask(tree, frame, MaskContext(selected, likeness_of_rows, cache=MaskCache(limit_bytes=3)))
        assert masked.tolist() == wanted


def holds(tree: t.Filter, row: dict[str, Any], number: int, selected: bool) -> bool:
    if isinstance(tree, t.And | t.Or):
        answers = [holds(part, row, number, selected) for part in tree.parts]
        return all(answers) if isinstance(tree, t.And) else any(answers)
    if isinstance(tree, t.Not):
        return not holds(tree.part, row, number, selected)
    if isinstance(tree, t.Everything | t.Selected):
        return isinstance(tree, t.Everything) or selected
    if isinstance(tree, t.Similar):
        goal = TEXTS["up"] if isinstance(tree.reference, str) else VECTORS[tree.reference - 1]
        score = float(sum(a * b for a, b in zip(VECTORS[number % len(VECTORS)], goal, strict=True)))
        return score >= (0.7 if tree.at_least is None else tree.at_least) - 1e-6
    if isinstance(tree, t.Tagged):
        return tree.tag in row["@tags"]
    value = row[tree.name]
    if isinstance(tree, t.IsMissing):
        return value is None or value == "" or value == [] or value != value
    if value is None or value != value:
        return False
    return condition_holds(tree, value)


def condition_holds(leaf: t.OnColumn, value: Any) -> bool:
    if isinstance(leaf, t.Has):
        return (all if leaf.mode == "all" else any)(wanted in value for wanted in leaf.values)
    if isinstance(leaf, t.Contains):
        return leaf.text.lower() in value.lower()
    if isinstance(leaf, t.StartsWith):
        return value.lower().startswith(leaf.text.lower())
    if isinstance(leaf, t.Matches):
        return re.search(leaf.pattern.replace("$", r"\Z"), value) is not None
    if isinstance(leaf, t.Compare):
        return compared(value, leaf.op, leaf.value)
    if isinstance(leaf, t.Between):
        return compared(value, ">=", leaf.low) and compared(value, "<=", leaf.high)
    if leaf.negated:
        return all(compared(value, "!=", wanted) for wanted in leaf.values)
    return any(compared(value, "=", wanted) for wanted in leaf.values)


def compared(value: Any, op: str, wanted: Any) -> bool:
    """Days are compared by day, moments by moment."""
    if isinstance(value, datetime):
        moment_or_day = datetime.fromisoformat(wanted) if isinstance(wanted, str) and "T" in wanted else wanted
        moment_or_day = date.fromisoformat(wanted) if isinstance(moment_or_day, str) else moment_or_day
        value, wanted = (value if isinstance(moment_or_day, datetime) else value.date()), moment_or_day
    if op == "!=" and value == "":
        return False
    signs = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt}
    return bool(signs.get(op, operator.ge)(value, wanted))


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.integers(-12 * 60, 12 * 60))
def test_moments_of_any_zone_are_utc(moment: datetime, minutes: int) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    there = moment.replace(tzinfo=UTC) + timedelta(minutes=minutes)
    zone = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    assert read_date(there.replace(tzinfo=None).isoformat(timespec="milliseconds") + zone) == moment
    start, end = span_ms(moment)
    assert datetime(1970, 1, 1) + timedelta(milliseconds=start) == moment
    assert end == start + 1
