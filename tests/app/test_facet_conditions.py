"""From bars and ranges to a filter and back, also by way of its text."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embexplorer.app.conditions import (
    as_typed,
    chosen_values,
    kind_of,
    range_condition,
    range_of,
    typed_name,
    values_condition,
)
from embexplorer.data.items import FieldType
from embexplorer.filters.parse import parse
from embexplorer.filters.tree import Between, Compare, Filter
from embexplorer.filters.unparse import to_text

DAY = 86_400_000.0
SCHEMA = {"@tags": FieldType.TAGS, "@kind": FieldType.CATEGORY, "senses": FieldType.NUMBER}
words = st.one_of(st.text(max_size=8).filter(lambda text: "\r" not in text and text.isprintable()), st.none())


def reread(condition: Filter) -> Filter:
    """As the query bar gives it back."""
    return parse(to_text(condition))


@given(st.lists(words, min_size=1, max_size=4, unique=True), st.sampled_from([FieldType.CATEGORY, FieldType.TAGS]))
def test_chosen_bars_come_back_from_the_text(values: list[str | None], kind: FieldType) -> None:
    condition = values_condition("part of speech", kind, tuple(values))
    assert condition is not None
    assert chosen_values(reread(condition)) == frozenset(values)


@pytest.mark.parametrize("value", [True, False, None])
def test_a_boolean_bar_comes_back(value: bool | None) -> None:
    condition = values_condition("checked", FieldType.BOOLEAN, (value,))
    assert condition is not None and chosen_values(reread(condition)) == {value}


def test_no_value_is_no_condition() -> None:
    assert values_condition("kind", FieldType.CATEGORY, ()) is None
    assert range_condition("senses", FieldType.NUMBER, None, None) is None


def test_tags_that_must_all_be_there_are_not_shown_as_bars() -> None:
    assert chosen_values(parse('tags has all ("a", "b")')) == frozenset()


@given(st.integers(-1000, 1000), st.integers(1, 50), st.booleans())
def test_a_range_of_whole_numbers_comes_back(low: int, width: int, open_end: bool) -> None:
    high = None if open_end else float(low + width)
    condition = range_condition("senses", FieldType.NUMBER, float(low), high, whole=True)
    assert condition is not None
    assert range_of(reread(condition), whole=True) == (float(low), high)


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6))
def test_a_range_of_fractions_comes_back(low: float, width: float) -> None:
    condition = range_condition("score", FieldType.NUMBER, low, low + width)
    assert condition is not None
    assert range_of(reread(condition)) == (low, low + width)


@given(st.integers(-20_000, 20_000), st.integers(1, 400), st.sampled_from([DAY, DAY / 24]))
def test_a_range_of_dates_comes_back(first: int, steps: int, width: float) -> None:
    low, high = first * width, (first + steps) * width
    condition = range_condition("seen", FieldType.DATE, low, high)
    assert condition is not None
    assert range_of(reread(condition)) == (low, high)


def test_the_last_whole_number_and_the_last_day_inside_are_named() -> None:
    assert range_condition("senses", FieldType.NUMBER, 2.0, 5.0, whole=True) == Between("senses", 2.0, 4.0)
    assert range_condition("senses", FieldType.NUMBER, 2.0, 3.0, whole=True) == Compare("senses", "=", 2.0)
    assert range_condition("seen", FieldType.DATE, 0.0, 31 * DAY) == Between(
        "seen", date(1970, 1, 1), date(1970, 1, 31)
    )
    assert range_condition("seen", FieldType.DATE, None, 3_600_000.0) == Compare("seen", "<=", datetime(1970, 1, 1, 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("senses >= 2 and senses <= 4", (2.0, 5.0)),
        ("senses > 2 and senses < 8", (3.0, 8.0)),
        ("senses = 3", (3.0, 4.0)),
        ("senses >= 2", (2.0, None)),
        ("senses is missing", (None, None)),
    ],
)
def test_a_typed_range_is_shown(text: str, expected: tuple[float | None, float | None]) -> None:
    assert range_of(parse(text), whole=True) == expected


def test_built_in_columns_are_called_as_people_type_them() -> None:
    assert typed_name("@tags", SCHEMA) == "tags"
    assert typed_name("@tags", {**SCHEMA, "tags": FieldType.TEXT}) == "@tags"
    assert kind_of("tags", SCHEMA) is FieldType.TAGS and kind_of("nothing", SCHEMA) is None
    both = parse('@kind = "image" or not (tags has "a" and @tags has "b") and selected')
    assert as_typed(both, SCHEMA) == parse('kind = "image" or not (tags has "a" and tags has "b") and selected')
