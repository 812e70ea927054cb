"""What columns mean: a table of (cells, type), and values in the types of the fields."""

from datetime import datetime

import polars as pl
import pytest

from embexplorer.data.items import Field, FieldType
from embexplorer.files.conversions import conversion_for
from embexplorer.files.fieldtypes import guess_field, guess_fields, guess_text_column, guess_title_column

TYPES = [
    ("stars", ["1", "5", "3", "", "4"], FieldType.NUMBER, True),
    ("price", ["1.5", "2", "NA", "3.25"], FieldType.NUMBER, False),
    ("price", ["1,234.50", "12.00", "7,000,000.10"], FieldType.NUMBER, False),
    ("Preis", ["1.234,5", "12,25", "7"], FieldType.NUMBER, False),
    ("share", ["12 %", "7%", "3.5 %"], FieldType.NUMBER, False),
    ("code", ["00123", "00456", "99999"], FieldType.TEXT, False),
    ("id", ["1", "2", "3", "4"], FieldType.TEXT, False),
    ("userId", ["11", "12", "13", "14"], FieldType.TEXT, False),
    ("day", ["2024-01-31", "2024-02-01", ""], FieldType.DATE, False),
    ("day", ["31.01.2024", "01.02.2024"], FieldType.DATE, False),
    ("day", ["12/31/2023", "01/02/2024"], FieldType.DATE, False),
    ("day", ["2024-01-31T12:00:00Z", "2024-01-31T12:00:00.5Z"], FieldType.DATE, False),
    ("day", ["Jan 31, 2024", "Feb 1, 2024"], FieldType.DATE, False),
    ("day", ["Jan 1 2000", "March 12 2001"], FieldType.DATE, False),
    ("day", ["19-Sep-03", "18-Oct-99"], FieldType.DATE, False),
    ("day", ["25/11/63", "5/11/63"], FieldType.DATE, False),
    ("day", ["1/5/2011 3:04 PM", "12/31/2011 11:00 AM"], FieldType.DATE, False),
    ("日期", ["2022年5月21日", "2021年10月1日"], FieldType.DATE, False),
    ("month", ["2024-01", "2023-11"], FieldType.DATE, False),
    ("seen", ["20231007", "20241102", "20240229"], FieldType.DATE, False),
    ("amount", ["20231007", "20241102", "20249999"], FieldType.NUMBER, True),
    ("season", ["2010-11", "2011-12", "2012-13"], FieldType.TEXT, False),
    ("version", ["1.2.3", "2.0.1", "1.10.0"], FieldType.TEXT, False),
    ("created", ["1700000000", "1700003600"], FieldType.DATE, False),
    ("ok", ["true", "false", "true"], FieldType.BOOLEAN, False),
    ("ok", ["Yes", "no", "", "no"], FieldType.BOOLEAN, False),
    ("empfohlen", ["ja", "nein", "k. A.", "ja"], FieldType.BOOLEAN, False),
    ("satisfait", ["oui", "Non", ""], FieldType.BOOLEAN, False),
    ("sex", ["m", "f", "m", "f", "m"], FieldType.CATEGORY, False),
    ("mood", ["t", "n", "t", "n", "t"], FieldType.CATEGORY, False),
    ("Note", ["5", "k. A.", "3"], FieldType.NUMBER, True),
    ("colour", ["red", "blue", "red", "blue", "red"], FieldType.CATEGORY, False),
    ("tags", ["a;b", "b", "c;a"], FieldType.TAGS, False),
    ("kinds", ["red|blue", "blue|green", "green|red", "red"] * 3, FieldType.TAGS, False),
    ("place", ["Portland, OR", "Austin, TX", "Portland, ME", "Salem, OR"] * 9, FieldType.CATEGORY, False),
    ("work", ["services", "services", "crafts, trades", "clerks"] * 9, FieldType.CATEGORY, False),
    ("person", ["Smith, Ann", "Jones, Bob", "Smith, Bob", "Jones, Ann", "Ray, Ann", "Ray, Bob"], FieldType.TEXT, False),
    ("at", ["[1.5, 2.0]", "[1.5, 3.0]", "[2.5, 2.0]", "[2.5, 3.0]"], FieldType.TEXT, False),
    ("genres", ['[{"id": 1, "name": "Drama"}]', "[]", '[{"id": 2, "name": "War"}]'], FieldType.TAGS, False),
    ("link", ["https://a.example/1", "https://a.example/2"], FieldType.TEXT, False),
    ("body", ["One thing led to another, and so on.", "It went well, though not for long."], FieldType.TEXT, False),
    ("nothing", ["", "", ""], FieldType.TEXT, False),
]


@pytest.mark.parametrize(("name", "cells", "kind", "whole"), TYPES)
def test_types_are_guessed(name: str, cells: list[str], kind: FieldType, whole: bool) -> None:
    assert guess_field(pl.Series(name, cells)) == Field(name, kind, whole)


VALUES = [
    (
        FieldType.NUMBER,
        ["1,234.5", "1.234,5", "12 %", "$3", "1e3", "n/a", "x"],
        [1234.5, 1234.5, 12, 3, 1000, None, None],
        1,
    ),
    (FieldType.NUMBER, ["inf", "-", "nan"], [None, None, None], 1),
    (FieldType.BOOLEAN, ["Yes", "0", "perhaps", ""], [True, False, None, None], 1),
    (FieldType.TAGS, ["a; b;;", "", "['c'; 'd']"], [["a", "b"], None, ["c", "d"]], 0),
    (
        FieldType.TAGS,
        ['[{"id": 1, "name": "Drama"}, {"id": 2, "name": "War film"}]', "[]", "[{'id': 3, 'name': 'Noir'}]"],
        [["Drama", "War film"], [], ["Noir"]],
        0,
    ),
    (FieldType.CATEGORY, [" a ", "", "NA", '  "JAM"'], ["a", None, "NA", "JAM"], 0),
    (FieldType.DATE, ["19-Sep-03", "18-Oct-99"], [datetime(2003, 9, 19), datetime(1999, 10, 18)], 0),
    (FieldType.DATE, ["1700000000", "soon"], [datetime(2023, 11, 14, 22, 13, 20), None], 1),
    (FieldType.DATE, ["2024-02", "2023-11"], [datetime(2024, 2, 1), datetime(2023, 11, 1)], 0),
    (FieldType.BOOLEAN, ["ja", "NEIN", "k. A."], [True, False, None], 0),
    (FieldType.TEXT, [" a ", "", "-"], [" a ", None, "-"], 0),
]


@pytest.mark.parametrize(("kind", "cells", "values", "misfits"), VALUES)
def test_cells_become_values(kind: FieldType, cells: list[str], values: list[object], misfits: int) -> None:
    column = pl.Series("x", cells)
    converted, counted = conversion_for(column, Field("x", kind)).apply(column)
    assert converted.to_list() == values
    assert counted == misfits


def test_dates_are_read_as_utc_and_the_day_first_where_the_column_says_so() -> None:
    column = pl.Series("x", ["01/02/2024", "31/01/2024", "2024-01-31T12:00:00+0200", "soon"])
    converted, misfits = conversion_for(column, Field("x", FieldType.DATE)).apply(column)
    expected = [datetime(2024, 2, 1), datetime(2024, 1, 31), datetime(2024, 1, 31, 10), None]
    assert converted.to_list() == expected
    assert converted.dtype == pl.Datetime("ms")
    assert misfits == 1


def test_the_month_comes_first_where_only_that_fits() -> None:
    column = pl.Series("x", ["01/02/2024", "12/31/2023"])
    converted, _ = conversion_for(column, Field("x", FieldType.DATE)).apply(column)
    assert converted.to_list() == [datetime(2024, 1, 2), datetime(2023, 12, 31)]


def test_text_and_title_are_found_by_length_and_by_name() -> None:
    rows = pl.DataFrame(
        {
            "url": [f"https://a.example/a/very/long/path/that/goes/on/and/on/{i}" for i in range(30)],
            "headline": [f"Something happened {i}" for i in range(30)],
            "review": [f"A text of some length about the thing number {i}, with words." for i in range(30)],
            "stars": [str(i % 5) for i in range(30)],
        }
    )
    fields = guess_fields(rows)
    assert guess_text_column(rows, fields) == "review"
    assert guess_title_column(rows, fields, "review") == "headline"


def test_answers_that_many_gave_are_no_titles() -> None:
    rows = pl.DataFrame(
        {
            "comment": [f"A remark of some length about the product, number {i}." for i in range(60)],
            "service": [f"Somebody helped me soon, and in a friendly way, case {i % 15}" for i in range(60)],
        }
    )
    fields = [Field(name, FieldType.TEXT) for name in rows.columns]
    assert guess_title_column(rows, fields, "comment") == ""
    assert guess_title_column(rows.head(15), fields, "comment") == "service"


def test_a_table_of_numbers_has_no_text() -> None:
    rows = pl.DataFrame({"a": [1.0, 2.0], "b": ["3", "4"]})
    assert guess_text_column(rows, guess_fields(rows)) == ""
