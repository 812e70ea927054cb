"""Names of regions without texts: the values that stand out there."""

import numpy as np
import polars as pl
import pytest

from embexplorer.analysis.regions import Level
from embexplorer.analysis.regions_values import values_of

HILL = np.repeat(np.arange(4, dtype=np.int32), 10)


def level(of_hill: list[int]) -> Level:
    own = np.array(of_hill, np.int32)
    regions = own.max() + 1
    return Level(own, np.full(regions, -1, np.int32), np.bincount(own) * 10, np.zeros((regions, 2)))


def values(column: list[object], dtype: pl.DataType, levels: tuple[Level, ...] = (level([0, 1, 2, 3]),)) -> list[list]:
    return values_of(levels, HILL, pl.DataFrame({"it": pl.Series(column, dtype=dtype)}))


@pytest.mark.parametrize("dtype", [pl.String(), pl.Categorical()], ids=str)
def test_the_value_of_most_items_there_and_few_elsewhere(dtype: pl.DataType) -> None:
    column = ["cat"] * 8 + ["dog"] * 2 + ["dog"] * 10 + [None] * 10 + ["", " "] * 5
    assert values(column, dtype) == [["cat", "dog", "", ""]]


def test_of_several_tags_the_most_telling() -> None:
    column = [["all", "sea"]] * 10 + [["all", "wood"]] * 10 + [["all"], []] * 5 + [None, ["all", None]] * 5
    assert values(column, pl.List(pl.String())) == [["sea", "wood", "", ""]]


def test_a_value_that_is_everywhere_tells_nothing() -> None:
    assert values(["png"] * 40, pl.String()) == [["", "", "", ""]]


def test_values_that_tell_items_apart_are_no_groups() -> None:
    assert values([f"name {row}" for row in range(40)], pl.String()) == [["", "", "", ""]]


def test_larger_regions_count_their_hills_together() -> None:
    column = ["cat"] * 10 + ["cat"] * 10 + ["dog"] * 10 + ["cow"] * 10
    both = (level([0, 0, 1, 1]), level([0, 1, 2, 3]))
    assert values(column, pl.String(), both) == [["cat", "cow"], ["cat", "cat", "dog", "cow"]]


def test_without_columns_there_are_no_names() -> None:
    assert values_of((level([0, 1, 2, 3]),), HILL, pl.DataFrame()) == [[""] * 4]
