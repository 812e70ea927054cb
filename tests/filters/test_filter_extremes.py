"""What no one should ask, answered with a mask or in words: enormous, empty, contradictory and explosive filters."""

from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from embexplorer.filters import conditions
from embexplorer.filters import tree as t
from embexplorer.filters.mask import MaskContext, mask
from embexplorer.filters.parse import parse
from embexplorer.filters.tree import FilterError
from embexplorer.filters.unparse import to_text

FRAME = pl.DataFrame(
    {
        "x": pl.Series([1.0, None, float("nan"), float("inf"), -5.0]),
        "when": pl.Series([datetime(1, 1, 1), None, datetime(9999, 12, 31), datetime(1970, 1, 1), None]).cast(
            pl.Datetime("ms")
        ),
        "kind": pl.Series(["a", "b", None, "", "a"]).cast(pl.Categorical()),
        'a "quoted" `name`': pl.Series(["one", "two", "", None, "aaa"]),
        "topics": pl.Series([["a"], [], None, ["a", "b"], ["b"]], dtype=pl.List(pl.String)),
    }
)


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (t.Compare("x", "=", float("nan")), "what is not a number"),
        (t.Between("x", 0.0, float("nan")), "what is not a number"),
        (t.In("x", ()), "list of values for “x” is empty"),
        (t.Has("topics", "any", ()), "list of values for “topics” is empty"),
        (t.And(()), "none to join"),
        (t.Not(t.Or(())), "none to join"),
        (t.Similar(" "), "nothing in the text"),
        (t.Similar(3, float("nan")), "not a number"),
        (t.Similar(3), "nothing here to compare items by"),
        (t.Compare("when", "=", "2024-02-30"), "cannot be compared with the text"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(tree: t.Filter, words: str) -> None:
    with pytest.raises(FilterError, match=words):
        mask(tree, FRAME)


@pytest.mark.parametrize(
    ("tree", "kept"),
    [
        (t.Compare("x", ">", 10**400), []),
        (t.Compare("x", "<=", 10**400), [0, 3, 4]),
        (t.Compare("x", ">=", -(10**400)), [0, 3, 4]),
        (t.Compare("x", "=", float("inf")), [3]),
        (t.In("x", (10**400, 1)), [0, 3]),
        (t.Compare("when", "<=", date(1, 1, 1)), [0]),
        (t.Compare("when", ">", date(9999, 12, 30)), [2]),
        (t.Compare("when", "!=", date(1970, 1, 1)), [0, 2]),
        (t.Between("when", date(9999, 1, 1), date(1, 1, 1)), []),
        (t.Compare("kind", "!=", "no such value"), [0, 1, 4]),
        (t.Contains('a "quoted" `name`', "o"), [0, 1]),
        (t.Matches("kind", "^[ab]$"), [0, 1, 4]),
        (t.Has("topics", "all", ("a", "b")), [3]),
    ],
)
def test_the_ends_of_what_there_is(tree: t.Filter, kept: list[int]) -> None:
    assert np.flatnonzero(mask(tree, FRAME)).tolist() == kept
    assert np.flatnonzero(mask(parse(to_text(tree)), FRAME)).tolist() == kept


def test_five_hundred_conditions_and_a_list_of_thousands() -> None:
    many = " or ".join(f"x = {n}" for n in range(499)) + ' or `a "quoted" ``name``` starts with "aa"'
    assert np.flatnonzero(mask(parse(many), FRAME)).tolist() == [0, 4]
    long = f"x in ({', '.join(str(n) for n in range(20_000))})"
    assert np.flatnonzero(mask(parse(long), FRAME)).tolist() == [0]


def test_nesting_is_refused_where_it_is_too_deep_whichever_way_it_came() -> None:
    with pytest.raises(FilterError, match="character 61"):
        parse("(" * 200 + "x = 1" + ")" * 200)
    tree: t.Filter = t.Compare("x", "=", 1.0)
    for _ in range(50_000):
        tree = t.Not(tree)
    with pytest.raises(FilterError, match="nested too deeply"):
        mask(tree, FRAME)
    allowed = parse("not (" * 29 + "x = 1" + ")" * 29)
    assert np.flatnonzero(mask(allowed, FRAME)).tolist() == [1, 2, 3, 4]


def test_a_text_of_a_megabyte() -> None:
    with pytest.raises(FilterError, match=r"1,000,010 characters long, and no more than 1,000,000"):
        parse("x = 1 or " + " " * 1_000_000 + "x")
    blank = parse('kind = "' + "y" * 900_000 + '"')
    assert not mask(blank, FRAME).any()


def test_an_expression_that_takes_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "_PATIENCE_S", 0.2)
    frame = pl.DataFrame({"body": ["ab" * 2_500] * 2_000})
    assert mask(t.Matches("body", "^a"), frame).all()
    with pytest.raises(FilterError, match="takes too long on these texts"):
        mask(t.Matches("body", r"(\w+\s?){200}[c-e]$"), frame)  # 50 ms a text


def test_a_missing_text_matches_no_expression() -> None:
    frame = pl.DataFrame({"body": pl.Series(["a", None, ""] * 200)})
    assert mask(t.Matches("body", "^a?$"), frame, MaskContext()).tolist() == [True, False, True] * 200
