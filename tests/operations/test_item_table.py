"""What a person finds in an exported table: their own names and values, and all that they wrote themselves."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from embexplorer.base.progress import finish
from embexplorer.cli.tables import lines_of
from embexplorer.data.items import ImportChoices
from embexplorer.filters.tree import FilterError
from embexplorer.operations.choosing import choose
from embexplorer.operations.exporting import ExportParams, export
from embexplorer.operations.importing import import_sources, sources_of
from embexplorer.operations.itemtable import item_table
from embexplorer.operations.searching import Searcher
from embexplorer.store.changes import tag_items, write_note
from embexplorer.store.project import ProjectStore

_ROWS = """id,kind,body,tags,stars,published,seen
b7,toy,a ball of wool,draft; old,3,2024-01-05,2024-01-05T10:30:00
c9,tool,a long hammer,old,,2024-02-06,2024-01-06T11:45:00
d2,toy,a red kite,,5,2024-03-07,2024-01-07T00:00:00
"""


@pytest.fixture
def clashing(tmp_path: Path) -> Iterator[ProjectStore]:
    """Three items whose fields are called like what every item has."""
    path = tmp_path / "things.csv"
    path.write_text(_ROWS, encoding="utf-8")
    with ProjectStore.create(tmp_path / "things.embx") as store:
        finish(import_sources(store, choose(sources_of([path]), ImportChoices(text="body"))))
        yield store


def test_fields_keep_their_names_and_what_every_item_has_is_there_too(clashing: ProjectStore) -> None:
    ids = clashing.items.ids()
    clashing.history.perform(tag_items(ids[1:2], "keep"))
    table = item_table(clashing)
    assert table["id"].to_list() == ["b7", "c9", "d2"]
    assert table["item id"].to_list() == ids.tolist()
    assert table["kind"].to_list() == ["toy", "tool", "toy"] and set(table["item kind"]) == {"text"}
    assert table["tags"].to_list() == [["draft", "old"], ["old"], None]
    assert table["item tags"].to_list() == [None, ["keep"], None]


def test_chosen_items_are_found_by_their_own_number_whatever_the_fields_are_called(clashing: ProjectStore) -> None:
    chosen = Searcher(clashing).matching('tags has "old"')
    assert item_table(clashing, chosen)["id"].to_list() == ["b7", "c9"]


def test_whole_numbers_and_days_are_written_as_they_came(clashing: ProjectStore, tmp_path: Path) -> None:
    table = item_table(clashing)
    assert table["stars"].to_list() == [3, None, 5] and table.schema["stars"] == pl.Int64
    assert table["published"].to_list() == [date(2024, 1, 5), date(2024, 2, 6), date(2024, 3, 7)]
    finish(export(clashing, ExportParams(tmp_path / "out.csv", columns=("id", "stars", "published"))))
    assert (tmp_path / "out.csv").read_text("utf-8").splitlines()[1] == "b7,3,2024-01-05"
    finish(export(clashing, ExportParams(tmp_path / "out.jsonl", columns=("published", "seen"))))
    first = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()[0]
    assert first.startswith('{"published":"2024-01-05","seen":"2024-01-05T10:30:00')


def test_notes_are_a_column_once_there_are_any(clashing: ProjectStore) -> None:
    assert "note" not in item_table(clashing).columns
    clashing.history.perform(write_note(int(clashing.items.ids()[2]), "look again"))
    assert item_table(clashing)["note"].to_list() == [None, None, "look again"]


@pytest.mark.parametrize(
    ("where", "place"), [("stars > 2 and starz < 3", 14), ('stars > "many"', 8), ("kind > 3", 5), ("cluster = 7", 0)]
)
def test_a_filter_that_does_not_fit_says_at_which_character(clashing: ProjectStore, where: str, place: int) -> None:
    with pytest.raises(FilterError, match=rf"\(character {place + 1}\)") as failed:
        Searcher(clashing).matching(where)
    assert failed.value.position == place


def test_an_unknown_column_is_answered_with_the_names_as_they_are_typed(clashing: ProjectStore) -> None:
    with pytest.raises(FilterError, match="stars, published") as failed:
        Searcher(clashing).matching("cluster = 7")
    assert "@" not in str(failed.value)


def test_a_terminal_gets_one_line_an_item_and_hears_of_columns_without_room() -> None:
    table = pl.DataFrame(
        {"id": [1, 20], "text": ["a\nb " * 40, "short"], "tags": [["x", "y"], None], "score": [0.123456789, 2.0]}
    )
    lines, left_out = lines_of(table)
    assert len(lines) == 4 and not left_out
    assert lines[2].startswith(" 1  a b a b") and "x; y" in lines[2] and lines[2].endswith("0.123457")
    narrow, left_out = lines_of(table, width=60)
    assert left_out == ["score"] and max(map(len, narrow)) <= 60
    assert lines_of(table, width=1)[1] == ["text", "tags", "score"]
