"""Rows are found in each shape in which tables are written as JSON, and ordinary lists stay what they are."""

import json
from pathlib import Path

import pytest

from embexplorer.files.json_shapes import objects_in

RECORDS = [{"name": f"n{i}", "size": i, "parts": [{"x": 1}] * 9} for i in range(4)]
FEATURE = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}, "properties": {"name": "Ulm"}}
POST = {"kind": "t3", "data": {"title": "a title", "ups": 3}}


@pytest.mark.parametrize(
    "value",
    [
        RECORDS,
        {"data": RECORDS},
        {"count": 4, "results": RECORDS, "facets": {"kinds": [{"kind": "a"}] * 20}},
        {"meta": {"page": 1, "next": {"links": [{"to": 2}] * 8}}, "data": RECORDS},
    ],
)
def test_ordinary_lists_stay(value: object) -> None:
    assert objects_in(value) == RECORDS


def test_geojson_stays() -> None:
    crs = {"type": "name", "properties": {"name": "x"}}
    assert objects_in({"type": "FeatureCollection", "crs": crs, "features": [FEATURE] * 3}) == [FEATURE] * 3
    assert objects_in(FEATURE) == [FEATURE]


def test_objects_by_name() -> None:
    people = {
        "ann": {"age": 31, "city": "Bern"},
        "bob": {"age": 40, "city": "Köln", "note": "x"},
        "eve": {"age": 2},
    }
    rows = objects_in(people)
    assert rows[0] == {"key": "ann", "age": 31, "city": "Bern"}
    assert [row["key"] for row in rows] == ["ann", "bob", "eve"]
    by_id = {str(number): {"key": "k", "text": f"t{number}"} for number in (17, 4)}
    assert objects_in(by_id)[1] == {"key_": "4", "key": "k", "text": "t4"}


def test_an_object_of_unlike_objects_is_one_row() -> None:
    for value in (
        {"author": {"name": "Ann"}, "size": {"width": 3, "height": 4}},
        {"title": "words", "author": {"name": "Ann"}, "editor": {"name": "Bob"}},
        {"author": {"name": "Ann", "born": 1970}},
    ):
        assert objects_in(value) == [value]


def test_columns_by_row() -> None:
    counted = {"title": {"0": "a", "1": "b", "2": "c"}, "size": {"0": 1, "1": None, "2": 3}}
    assert objects_in(counted) == [
        {"title": "a", "size": 1},
        {"title": "b", "size": None},
        {"title": "c", "size": 3},
    ]
    filtered = {"title": {"3": "a", "9": "b"}}
    assert objects_in(filtered) == [{"key": "3", "title": "a"}, {"key": "9", "title": "b"}]
    named = {"city": {"ann": "Bern", "bob": "Köln"}, "age": {"ann": 31, "bob": 40.5}}
    assert objects_in(named) == [{"key": "ann", "city": "Bern", "age": 31}, {"key": "bob", "city": "Köln", "age": 40.5}]


def test_rows_apart_from_their_columns() -> None:
    split = {"columns": ["title", "size"], "index": [0, 1], "data": [["a", 1], ["b", 2]]}
    assert objects_in(split) == [{"title": "a", "size": 1}, {"title": "b", "size": 2}]
    assert objects_in({**split, "index": ["x", "y"]})[1] == {"key": "y", "title": "b", "size": 2}
    same_length = {"columns": ["x", "y"], "data": ["a", "b"]}
    assert objects_in(same_length) == [{"columns": "x", "data": "a"}, {"columns": "y", "data": "b"}]


def test_a_list_further_down() -> None:
    listing = {"kind": "Listing", "data": {"after": None, "dist": 2, "children": [POST, POST]}}
    assert objects_in(listing) == [POST, POST]
    assert objects_in({"data": {"children": [POST]}}) == [POST]
    assert objects_in({"warnings": ["old"], "a": {"b": {"rows": [POST] * 3, "few": [POST]}}}) == [POST] * 3
    too_deep = {"a": {"b": {"c": {"rows": [POST] * 3}}}}
    assert objects_in(too_deep) == [too_deep]


def test_a_file_of_each_shape_is_read(tmp_path: Path, written, read_whole) -> None:
    texts = [f"some words that are the text of number {i}" for i in range(5)]
    shapes = {
        "named": {f"id{i}": {"text": text, "size": i} for i, text in enumerate(texts)},
        "columns": {"text": {str(i): text for i, text in enumerate(texts)}},
        "split": {"columns": ["text"], "index": list(range(5)), "data": [[text] for text in texts]},
        "deep": {"data": {"children": [{"data": {"text": text}} for text in texts]}},
    }
    for name, shape in shapes.items():
        assert read_whole(written(tmp_path / f"{name}.json", json.dumps(shape))).texts == texts
