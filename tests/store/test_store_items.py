"""Items and fields: what is new is added, types are widened, the table is right however it was cached."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_project import ImportChoices, batch, typed_fields

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import POLARS_TYPES, FieldType, Kind, field_type
from embexplorer.data.wordquery import Words, read_words
from embexplorer.store import fields as fields_module
from embexplorer.store.blocks import pack_ids, unpack_ids
from embexplorer.store.conversion import converted, from_sql, to_sql
from embexplorer.store.project import ProjectStore
from embexplorer.store.sources import choices_from_json, choices_to_json
from embexplorer.store.textsearch import Asked, expression


def source(store: ProjectStore, path: str = "/data/a.csv") -> int:
    return store.sources.add(path, "CSV table", ImportChoices(), "")


def found_words(store: ProjectStore, text: str) -> list[int]:
    words = read_words(text)
    ids: list[int] = store.items.match_words(Asked((words.wanted,), (words.unwanted,)), 10)[0].tolist()
    return ids


def test_only_what_is_new_is_added_again(store: ProjectStore) -> None:
    first = store.items.add(source(store), batch(0, 5))
    again = store.items.add(source(store), batch(3, 5))
    assert first.ids.tolist() == [1, 2, 3, 4, 5]
    assert (again.ids.tolist(), again.rows.tolist(), again.known) == ([6, 7, 8], [2, 3, 4], 2)
    other = store.items.add(source(store, "/data/b.csv"), batch(0, 5))
    assert len(other.ids) == 5
    store.items.trash(first.ids)
    assert store.items.add(source(store), batch(0, 5)).known == 5


def test_ids_are_never_given_twice(store: ProjectStore) -> None:
    store.items.trash(store.items.add(source(store), batch(0, 5)).ids)
    assert store.items.empty_trash() == 5
    assert store.items.add(source(store), batch(0, 2)).ids.tolist() == [6, 7]
    assert found_words(store, "weeks") == [6]


def test_names_of_any_characters_and_case_become_fields(store: ProjectStore) -> None:
    names = ['a"b', "A", "a", "🎉", "item_id", "select", "x]; DROP TABLE item;--", "", "rowid", "Ä", "ä", "n\0ul"]
    store.items.add(source(store), batch(0, 5, **{name: pl.Series(range(5)) for name in names}))
    frame = store.items.frame()
    assert [field.name for field in store.fields.all()] == names
    assert all(frame[name].to_list() == [0.0, 1.0, 2.0, 3.0, 4.0] for name in names)


def test_more_fields_than_the_file_holds_are_left_out_in_words(
    store: ProjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields_module, "MOST_FIELDS", 3)
    added = store.items.add(source(store), batch(0, 5, **{f"f{n}": pl.Series(range(5)) for n in range(5)}))
    assert [problem.where for problem in added.problems] == ["f3", "f4"]
    assert len(store.fields.all()) == 3
    assert store.items.count() == 5


@pytest.mark.parametrize(
    ("first", "second", "kind", "values"),
    [
        ([1, 2.5], ["x", "3"], FieldType.TEXT, ["1", "2.5", "x", "3"]),
        (["007", "8"], [1.0, None], FieldType.TEXT, ["007", "8", "1", None]),
        ([True, False], [3, 4], FieldType.NUMBER, [1.0, 0.0, 3.0, 4.0]),
        ([3, 4], [True, None], FieldType.NUMBER, [3.0, 4.0, 1.0, None]),
        ([["a", "b"], []], ["c", None], FieldType.TEXT, ["a; b", "", "c", None]),
    ],
)
def test_a_field_of_another_type_is_widened(
    store: ProjectStore, first: list[object], second: list[object], kind: FieldType, values: list[object]
) -> None:
    store.items.add(source(store), batch(0, 2, field=pl.Series(first, strict=False)))
    store.items.add(source(store), batch(2, 2, field=pl.Series(second)))
    assert store.fields.all()[0].type is kind
    assert store.items.frame()["field"].to_list() == values


def test_showing_a_field_as_another_type_loses_nothing(store: ProjectStore) -> None:
    store.items.add(source(store), batch(0, 3, zip=pl.Series(["007", "x", "8.5"])))
    assert store.fields.set_type("zip", FieldType.NUMBER) is FieldType.TEXT
    assert store.items.frame()["zip"].to_list() == [7.0, None, 8.5]
    assert store.items.get(1).fields == (("zip", 7.0),)
    store.fields.set_type("zip", FieldType.TEXT)
    assert store.items.frame()["zip"].to_list() == ["007", "x", "8.5"]
    store.fields.rename("zip", "post code")
    assert store.items.frame().columns[-1] == "post code"
    with pytest.raises(EmbexError, match="There is no field"):
        store.fields.set_type("zip", FieldType.TEXT)


def test_the_table_is_the_same_cached_extended_or_fresh(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("embexplorer.store.frame._SMALLEST_CACHED", 3)
    monkeypatch.setattr("embexplorer.store.frame._CHUNK_ROWS", 4)
    path = tmp_path / "p.embx"  # type: ignore[operator]
    with ProjectStore.create(path) as store:
        store.items.add(source(store), batch(0, 5, **typed_fields()))
        store.items.frame(text=True)
        store.items.add(source(store), batch(5, 5, **typed_fields()))
        extended = store.items.frame(text=True)
    assert list((store.cache_folder()).glob("items-*.arrow"))
    with ProjectStore.open(path) as store:
        cached = store.items.frame(text=True)
        for old in store.cache_folder().glob("items-*.arrow"):
            old.write_bytes(b"broken")
    with ProjectStore.open(path) as store:
        fresh = store.items.frame(text=True)
        assert cached.equals(fresh)
        assert extended.equals(fresh)
        assert fresh.height == 10
        store.items.trash(np.array([2]))
        assert store.items.frame()["@id"].to_list() == [1, 3, 4, 5, 6, 7, 8, 9, 10]
        assert "@text" not in store.items.frame().columns


def test_reading_in_bulk_keeps_the_order_asked_for(store: ProjectStore) -> None:
    store.items.add(source(store), batch(0, 5, kind=Kind.IMAGE))
    assert store.items.uris(np.array([3, 1, 99])) == ["/data/2.txt", "/data/0.txt", ""]
    assert store.items.kinds() == {Kind.IMAGE: 5}
    with pytest.raises(EmbexError, match="no item 99"):
        store.items.get(99)


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_no_text_is_a_syntax_error_of_the_word_search(text: str) -> None:
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    words = read_words(text)
    query = expression(Asked((words.wanted,), (words.unwanted,)))
    if query:
        connection.execute("SELECT * FROM t WHERE t MATCH ?", (query,)).fetchall()
    connection.close()


def test_words_phrases_and_beginnings_are_found(store: ProjectStore) -> None:
    store.items.add(source(store), batch(0, 5))

    def found(text: str) -> list[int]:
        return found_words(store, text)

    assert found("GRUSSE") == []
    assert found("grüße") == found("GRÜßE") == [2]
    assert found('"cake, a candle"') == [3]
    assert found('"candle cake"') == []
    assert found("cand*") == [3]
    assert found("the") == [5]
    assert found("  ") == found("-") == []
    assert store.items.match_words(Asked(((Words("candle"),),)), 0)[0].tolist() == []


@given(st.lists(st.integers(-(2**62), 2**62)))
def test_packed_ids_come_back(ids: list[int]) -> None:
    assert unpack_ids(pack_ids(np.array(ids, np.int64))).tolist() == ids


@pytest.mark.parametrize("source_type", list(FieldType))
@pytest.mark.parametrize("target", list(FieldType))
def test_every_type_converts_into_every_other(source_type: FieldType, target: FieldType) -> None:
    for values in typed_fields().values():
        if field_type(values.dtype) is source_type:
            assert from_sql("", to_sql(values, source_type), source_type).to_list() == values.to_list()
            made = converted(values, source_type, target)
            assert made.dtype == POLARS_TYPES[target]
            assert len(made) == len(values)


def test_choices_round_trip() -> None:
    from embexplorer.data.items import Field

    choices = ImportChoices("body", "t", (Field("a", FieldType.DATE),), "utf-8", ";", "S", 9, "v", "m.csv")
    assert choices_from_json(choices_to_json(choices)) == choices
    assert choices_from_json(choices_to_json(ImportChoices())) == ImportChoices()


def test_two_sources_of_one_name_are_told_apart(store: ProjectStore) -> None:
    store.items.add(source(store, "/x/a.csv"), batch(0, 1))
    assert store.items.frame()["@source"].to_list() == ["a.csv"]
    store.items.add(source(store, "/y/a.csv"), batch(0, 1))
    assert store.items.frame()["@source"].to_list() == ["/x/a.csv", "/y/a.csv"]
