"""CSV and TSV: the same cells as Python's csv module reads, in any block size, encoding and dialect."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embexplorer.data.items import Field, FieldType, ImportChoices
from embexplorer.files.encodings import Utf8Stream, find_encoding
from embexplorer.files.records import Dialect, Raggedness, parse, whole_records

CELLS = st.text(alphabet='ab é,"\n;日', max_size=8)
ROWS = st.lists(st.tuples(st.just("x"), CELLS, CELLS), min_size=1, max_size=20)
SENTENCES = ["Über die Brücke gehen", "déjà vu, encore une fois", "el niño come piñas"]


@given(ROWS, st.integers(5, 60), st.sampled_from(["\n", "\r\n"]))
def test_cells_are_those_that_were_written(rows: list[tuple[str, ...]], size: int, line_end: str) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator=line_end).writerows(rows)
    stream = Utf8Stream(io.BytesIO(written.getvalue().encode()), "utf-8", size)
    ragged = Raggedness()
    dialect = Dialect(",")
    parts = [parse(block, ["a", "b", "c"], dialect, ragged) for block in whole_records(stream.blocks(), dialect)]
    assert pl.concat(parts).rows() == rows
    assert not ragged.short
    assert not ragged.long


@given(st.lists(st.lists(st.sampled_from(["p", "q r"]), min_size=2, max_size=6), min_size=1, max_size=12))
def test_ragged_records_are_counted(rows: list[list[str]]) -> None:
    rows = [["x", *row] for row in rows]
    block = "".join(",".join(row) + "\n" for row in rows).encode()
    ragged = Raggedness()
    parsed = parse(block, list("abcd"), Dialect(","), ragged)
    assert parsed.height == len(rows)
    assert ragged.short == sum(len(row) < 4 for row in rows)
    assert ragged.long == sum(len(row) > 4 for row in rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path: Path, read_whole, encoding: str, delimiter: str) -> None:
    text = io.StringIO()
    rows = [("name", "sentence"), *((f"n{i}", f"{SENTENCES[i % 3]} {i}") for i in range(9))]
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = tmp_path / "table.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    drop = read_whole(path)
    assert drop.texts == [row[1] for row in rows[1:]]
    assert drop.titles == [row[0] for row in rows[1:]]
    assert drop.preview.choices.delimiter == delimiter
    assert not drop.problems


def test_cyrillic_is_found_by_its_letters() -> None:
    text = "Съешь же ещё этих мягких французских булок, да выпей чаю. " * 5
    assert text.encode("cp1251").decode(find_encoding(text.encode("cp1251"))) == text


def test_a_wrong_guess_can_be_corrected(tmp_path: Path, written, read_whole) -> None:
    path = written(tmp_path / "a.csv", "a;b\n1,5;some words\n2,5;more words\n")
    drop = read_whole(path, choices=ImportChoices(delimiter=","))
    assert [field.name for field in drop.preview.columns] == ["a;b", "column 2"]
    assert [f.name for f in read_whole(path).preview.columns] == ["a", "b"]


def test_a_table_without_a_header(tmp_path: Path, written, read_whole) -> None:
    drop = read_whole(written(tmp_path / "a.csv", "1,the first text,2.5\n2,the second text,3.5\n3,a third text,1\n"))
    assert [field.name for field in drop.preview.columns] == ["column 1", "column 2", "column 3"]
    assert len(drop.texts) == 3


def test_batches_and_progress(tmp_path: Path, written, read_whole) -> None:
    rows = "".join(f"n{i},the text of number {i}\n" for i in range(1000))
    drop = read_whole(written(tmp_path / "a.csv", "name,body\n" + rows), batch_rows=300)
    assert [len(chunk.batch) for chunk in drop.chunks] == [300, 300, 300, 100]
    done = [chunk.done for chunk in drop.chunks]
    assert done == sorted(done)
    assert drop.chunks[-1].done == drop.chunks[-1].total == (tmp_path / "a.csv").stat().st_size
    assert drop.preview.items == 1000
    assert len(set(drop.keys)) == 1000
    assert drop.keys == read_whole(tmp_path / "a.csv", batch_rows=77).keys


def test_equal_rows_are_items_of_their_own(tmp_path: Path, written, read_whole) -> None:
    drop = read_whole(written(tmp_path / "a.csv", "name,body\n" + "a,the very same words\n" * 5))
    assert len(drop.texts) == 5
    assert len(set(drop.keys)) == 5


def test_chosen_fields_and_types_are_honoured(tmp_path: Path, written, read_whole) -> None:
    path = written(tmp_path / "a.csv", "body,stars,shop\nsome words here,3,x\nmore words here,4,y\n")
    choices = ImportChoices(text="body", fields=(Field("stars", FieldType.CATEGORY),))
    drop = read_whole(path, choices=choices)
    assert drop.fields.columns == ["stars"]
    assert drop.fields["stars"].to_list() == ["3", "4"]
    assert drop.titles == ["", ""]


def test_partial_choices_are_completed(tmp_path: Path, written, read_whole) -> None:
    path = written(tmp_path / "a.csv", "body,shop,stars\nsome words here,that shop,3\nmore words here,this shop,4\n")
    drop = read_whole(path, choices=ImportChoices(text="shop"))
    assert drop.texts == ["that shop", "this shop"]
    assert "stars" in drop.fields.columns


def test_closing_releases_the_file(tmp_path: Path, written) -> None:
    from embexplorer.files.sources import expand, read

    rows = "".join(f"n{i},the text of number {i}\n" for i in range(5000))
    (source,) = expand([written(tmp_path / "a.csv", "name,body\n" + rows)])
    chunks = read(source, ImportChoices(), 100)
    next(chunks)
    chunks.close()
    opened = list(Path("/proc/self/fd").iterdir()) if Path("/proc/self/fd").is_dir() else []
    assert not any(str(link.resolve()).endswith("a.csv") for link in opened)
