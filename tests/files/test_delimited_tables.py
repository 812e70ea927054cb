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


ROWS_BELOW = "".join(f'Lamp {i % 7},"Works well, mostly {i}",{i % 5}\n' for i in range(30))


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("# source: a survey\n# licence: CC0\n", 2),
        ("Export of reviews\nCreated: 2024-05-01\n\n", 2),
        ("Export of reviews,,\n,,\n", 2),
        ('"A title\nof two lines"\n', 1),
        ("", 0),
    ],
)
def test_lines_above_the_table_are_left_out_and_told(tmp_path: Path, read_whole, above: str, lines: int) -> None:
    path = tmp_path / "table.csv"
    path.write_text(above + "product,review,stars\n" + ROWS_BELOW)
    drop = read_whole(path)
    assert len(drop.texts) == 30
    assert drop.texts[0] == "Works well, mostly 0"
    assert [field.name for field in drop.preview.columns] == ["product", "review", "stars"]
    told = [str(problem) for problem in drop.preview.problems]
    assert [f"{lines} line" in line for line in told] == [True] * bool(lines)


@pytest.mark.parametrize(
    ("first", "has_header"),
    [
        ("spam,Win a prize now", False),
        ("kind,message", True),
        ("kind,How much do you like the service that you were given by us?", True),
    ],
)
def test_a_first_row_of_data_is_kept(tmp_path: Path, read_whole, first: str, has_header: bool) -> None:
    path = tmp_path / "table.csv"
    path.write_text(
        first + "\n" + "".join(f"{('spam', 'ham')[i % 2]},Call me when you are home {i}\n" for i in range(20))
    )
    assert len(read_whole(path).texts) == 20 + (not has_header)


def test_ticked_boxes_bear_the_names_of_their_columns(tmp_path: Path, read_whole) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Email,Phone,remark\n" + "".join(f"Email,{'Phone' * (i % 2)},It was fine {i}\n" for i in range(9)))
    drop = read_whole(path)
    assert [field.name for field in drop.preview.columns] == ["Email", "Phone", "remark"]
    assert len(drop.texts) == 9


@pytest.mark.parametrize("mark", ["", '"'])
def test_sentences_in_one_column_are_not_cut_at_their_commas(tmp_path: Path, read_whole, mark: str) -> None:
    sentences = [
        ("A dog, indeed, sleeps under the fence", "Some people look at the fence")[i % 3 > 0] for i in range(30)
    ]
    path = tmp_path / "lines.csv"
    path.write_text("".join(f"{mark}{sentence}{mark}\n" for sentence in sentences))
    assert read_whole(path).texts == sentences
