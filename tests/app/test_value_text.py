"""Values as people read them, and the rows of the table in order."""

from datetime import datetime

import numpy as np
import polars as pl
import pytest

from embexplorer.app.table import sorted_rows
from embexplorer.app.valuetext import number_text, value_text
from embexplorer.data.items import POLARS_TYPES, FieldType


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (1990.0, FieldType.NUMBER, "1990"),
        (123456.0, FieldType.NUMBER, "123,456"),
        (0.1 + 0.2, FieldType.NUMBER, "0.3"),
        (1234567.25, FieldType.NUMBER, "1,234,567.2"),
        (-2.5, FieldType.NUMBER, "-2.5"),
        (1e300, FieldType.NUMBER, "1e+300"),
        (float("inf"), FieldType.NUMBER, "inf"),
        (float("nan"), FieldType.NUMBER, ""),
        (None, FieldType.CATEGORY, ""),
        (True, FieldType.BOOLEAN, "yes"),
        (False, FieldType.BOOLEAN, "no"),
        (datetime(2024, 2, 29), FieldType.DATE, "2024-02-29"),
        (datetime(2024, 2, 29, 13, 5), FieldType.DATE, "2024-02-29 13:05"),
        (datetime(2024, 2, 29, 13, 5, 7), FieldType.DATE, "2024-02-29 13:05:07"),
        (pl.Series(["a", "b"]), FieldType.TAGS, "a, b"),
        ([], FieldType.TAGS, ""),
        ("text", FieldType.TEXT, "text"),
    ],
)
def test_a_value_is_read_as_people_write_it(value: object, kind: FieldType, text: str) -> None:
    assert value_text(value, kind) == text


def test_a_whole_number_has_no_fraction() -> None:
    assert number_text(3.0, whole=True) == "3"


FRAME = pl.DataFrame(
    {
        "number": [3.0, None, 1.0, 3.0, 2.0],
        "word": pl.Series(["b", "a", None, "b", "c"], dtype=POLARS_TYPES[FieldType.CATEGORY]),
        "tags": pl.Series([["z"], [], None, ["a", "b"], ["a"]], dtype=POLARS_TYPES[FieldType.TAGS]),
    }
)


@pytest.mark.parametrize(
    ("name", "descending", "rows"),
    [
        ("number", False, [2, 4, 0, 3, 1]),
        ("number", True, [0, 3, 4, 2, 1]),
        ("word", False, [1, 0, 3, 4, 2]),
        ("word", True, [4, 0, 3, 1, 2]),
        ("tags", False, [1, 4, 3, 0, 2]),
        ("", False, [0, 1, 2, 3, 4]),
        ("gone", True, [0, 1, 2, 3, 4]),
    ],
)
def test_rows_are_sorted_with_the_missing_last_and_equal_ones_as_they_were(
    name: str, descending: bool, rows: list[int]
) -> None:
    assert sorted_rows(FRAME, np.arange(5), name, descending).tolist() == rows


def test_only_the_shown_rows_are_sorted() -> None:
    assert sorted_rows(FRAME, np.array([4, 0, 1]), "number", False).tolist() == [4, 0, 1]
