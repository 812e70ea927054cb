"""What is offered while a filter is typed."""

import pytest

from embexplorer.app.completion import column_word, complete, word_start
from embexplorer.app.values import QueryView
from embexplorer.data.items import FieldType

QUERY = QueryView(
    names=(
        ("part of speech", FieldType.CATEGORY),
        ("senses", FieldType.NUMBER),
        ("seen", FieldType.DATE),
        ("checked", FieldType.BOOLEAN),
        ("@tags", FieldType.TAGS),
        ("@text", FieldType.TEXT),
    ),
    tags=("to check", "serious"),
)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("sens", "senses"),
        ("SENS", "senses"),
        ("part", "`part of speech`"),
        ("`part of", "`part of speech`"),
        ("senses > 2 and pa", "`part of speech`"),
        ("ta", "tags"),
        ("@ta", "tags"),
        ("sel", "selected"),
        ("to", 'tagged "to check"'),
        ("tagg", 'tagged "to check"'),
        ("senses ", "="),
        ("`part of speech` ", "="),
        ("tags ", "has"),
        ("@tags ", "has"),
        ("text ", "contains"),
        ("checked ", "= true"),
        ("(senses ", "="),
        ("sim", "similar to"),
        ("senses > 2 and sim", "similar to"),
        ("similar ", "to"),
        ("not similar to 17 ", "at least"),
        ('similar to "slow delivery" ', "at least"),
        ("similar to 17 a", "at least"),
        ("similar to 17 an", "and"),
    ],
)
def test_the_likeliest_word_comes_first(text: str, first: str) -> None:
    assert complete(text, len(text), QUERY)[0] == first


@pytest.mark.parametrize(
    "text", ["", "   ", '`part of speech` = "sen', "text contains 'se", "unknown ", "senses > 2 ", "similar to "]
)
def test_nothing_is_offered_where_the_user_writes_a_value(text: str) -> None:
    assert complete(text, len(text), QUERY) == ()


def test_only_what_stands_before_the_cursor_counts() -> None:
    assert complete("se = 3", 2, QUERY) == ("senses", "seen", "selected", 'tagged "serious"')


def test_no_more_than_a_screenful_is_offered() -> None:
    many = QueryView(names=tuple((f"column{i}", FieldType.NUMBER) for i in range(100)))
    assert len(complete("col", 3, many)) == 12


@pytest.mark.parametrize(
    ("text", "start"), [("senses > 2 and pa", 15), ("`part of", 0), ("senses ", 7), ("(sen", 1), ("@ta", 0)]
)
def test_a_completion_replaces_the_word_that_was_begun(text: str, start: int) -> None:
    assert word_start(text, len(text)) == start


def test_a_column_is_written_as_one_types_it() -> None:
    assert [column_word(name) for name in ("@tags", "senses", "part of speech")] == [
        "tags",
        "senses",
        "`part of speech`",
    ]
