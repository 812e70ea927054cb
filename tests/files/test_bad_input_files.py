"""Bad input: one clear sentence, the rest goes on, nothing is lost."""

import json
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import Field, FieldType, ImportChoices, Kind
from embexplorer.files.sources import expand, preview, read

TABLE = "name,body\nfirst,the first of the texts\nsecond,the second of the texts\n"


def fails(path: Path, *words: str) -> None:
    """Preview and read both raise one EmbexError with these words."""
    (source,) = expand([path])
    for attempt in (lambda: preview(source), lambda: list(read(source, ImportChoices()))):
        with pytest.raises(EmbexError) as error:
            attempt()
        assert path.name[:30] in error.value.text
        assert error.value.hint
        for word in words:
            assert word in str(error.value)


@pytest.mark.parametrize(
    "name", ["a.csv", "a.tsv", "a.json", "a.jsonl", "a.parquet", "a.xlsx", "a.npy", "a.npz", "a.vec", "a.png"]
)
def test_an_empty_file(tmp_path: Path, written, name: str) -> None:
    fails(written(tmp_path / name, ""), "empty" if name != "a.vec" else "")


def test_a_table_of_a_header_alone(tmp_path: Path, written) -> None:
    fails(written(tmp_path / "a.csv", "name,body\n"), "no rows")


def test_mixed_encodings_keep_every_row(tmp_path: Path, written, read_whole) -> None:
    lines = ["name,body"] + [f"n{i},ein schöner Text über Brücken Nummer {i}" for i in range(50)]
    raw = "\n".join(lines).encode() + "\nlast,caf\xe9 au lait\n".encode("latin-1")
    drop = read_whole(written(tmp_path / "a.csv", raw))
    assert len(drop.texts) == 51
    assert drop.texts[0].startswith("ein schöner")
    assert "line 52: 1 line held bytes that are not utf-8" in drop.told


def test_an_encoding_that_does_not_exist(tmp_path: Path, written) -> None:
    (source,) = expand([written(tmp_path / "a.csv", TABLE)])
    with pytest.raises(EmbexError, match="no encoding “utf-9”"):
        preview(source, ImportChoices(encoding="utf-9"))


def test_ragged_rows_are_kept_and_counted(tmp_path: Path, written, read_whole) -> None:
    text = TABLE + "third\nfourth,the fourth of the texts,too,many\nfifth,the fifth of the texts\n"
    drop = read_whole(written(tmp_path / "a.csv", text))
    assert drop.titles == ["first", "second", "third", "fourth", "fifth"]
    assert drop.texts[2:4] == ["", "the fourth of the texts"]
    assert "row 4: 1 row had too few cells and was filled up; 1 row had too many" in drop.told


def test_a_short_and_a_long_row_do_not_hide_each_other(tmp_path: Path, written, read_whole) -> None:
    drop = read_whole(written(tmp_path / "a.csv", "a,b,c\n" + "x,y,z\n" * 20 + "1,2\n1,2,3,4\n"))
    assert "1 row had too few" in drop.told
    assert "1 row had too many" in drop.told


def test_a_cell_of_50_megabytes(tmp_path: Path, written, read_whole) -> None:
    huge = "word\n" * 10_000_000
    drop = read_whole(written(tmp_path / "a.csv", f'name,body\na,"{huge}"\nb,a short text here\n'))
    assert [len(text) for text in drop.texts] == [1_000_000, 17]
    assert "1 cell of the column “body” held more than 1,000,000 characters" in drop.told


def test_nul_bytes_are_left_out(tmp_path: Path, written, read_whole) -> None:
    drop = read_whole(written(tmp_path / "a.csv", TABLE.replace("first of", "fi\0rst o\0f")))
    assert drop.texts[0] == "the first of the texts"
    assert "2 NUL bytes" in drop.told


def test_doubled_and_empty_headers(tmp_path: Path, written, read_whole) -> None:
    drop = read_whole(
        written(tmp_path / "a.csv", "text,text,,name\nlong words of a text,b,c,d\nmore words here,f,g,h\n")
    )
    assert [field.name for field in drop.preview.columns] == ["text", "text (2)", "column 3", "name"]
    assert "1 column had no name and got one, such as “column 3”" in drop.told
    assert "such as “text (2)”" in drop.told


def test_a_quotation_mark_that_is_never_closed(tmp_path: Path, written, read_whole) -> None:
    rows = "".join(f"n{i},a text about the number {i}\n" for i in range(100))
    drop = read_whole(written(tmp_path / "a.csv", f'name,body\n{rows}x,"never closed\n{rows}'))
    assert len(drop.texts) == 201
    assert "never closed" in drop.told


def test_stray_quotation_marks_are_text(tmp_path: Path, written, read_whole) -> None:
    drop = read_whole(
        written(tmp_path / "a.csv", 'name,body\na,a 5" pipe and\nb,"well, ""quoted"" here"\nc,another 6" one\n')
    )
    assert drop.texts == ['a 5" pipe and', 'well, "quoted" here', 'another 6" one']


def test_json_lines_with_one_broken_line(tmp_path: Path, written, read_whole) -> None:
    rows = [json.dumps({"title": f"t{i}", "text": f"some words for the line {i}"}) for i in range(5)]
    rows.insert(3, '{"title": "t')
    drop = read_whole(written(tmp_path / "a.jsonl", "\n".join(rows)))
    assert len(drop.texts) == 5
    assert drop.told.startswith("a.jsonl, line 4: 1 line is no JSON object")


def test_broken_json_names_the_place(tmp_path: Path, written) -> None:
    fails(written(tmp_path / "a.json", '[{"a": 1},\n {"a": }]'), "line 2, character 8")


def test_a_truncated_parquet(tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    pl.DataFrame({"text": [f"words {i}" for i in range(1000)]}).write_parquet(whole)
    cut = tmp_path / "cut.parquet"
    cut.write_bytes(whole.read_bytes()[:-400])
    fails(cut, "not written to its end")


def test_an_excel_file_that_is_none(tmp_path: Path, written) -> None:
    fails(written(tmp_path / "a.xlsx", b"PK\x03\x04 not a zip"), "damaged")


def _bomb() -> bytes:
    """A PNG of 60,000 × 60,000 pixels in a few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_bad_images_are_left_out_and_the_odd_ones_are_kept(tmp_path: Path, written, read_whole) -> None:
    folder = tmp_path / "pictures"
    written(folder / "bomb.png", _bomb())
    written(folder / "zero.png", b"")
    written(folder / "corrupt.jpg", b"\xff\xd8\xff\xe0 rubbish")
    Image.new("CMYK", (30, 20)).save(folder / "cmyk.jpg")
    Image.fromarray(np.zeros((20, 30), np.uint16)).save(folder / "deep.png")
    drop = read_whole(folder)
    assert sorted(drop.titles) == ["cmyk", "deep"]
    assert [p.where for p in drop.problems] == ["bomb.png", "corrupt.jpg", "zero.png"]
    assert "so large" in drop.told
    assert "damaged" in drop.told
    assert "empty" in drop.told
    fails(folder / "bomb.png", "so large")
    fails(folder / "corrupt.jpg", "damaged")


def test_an_encrypted_and_a_scanned_pdf(tmp_path: Path, written, pdf_bytes, read_whole) -> None:
    folder = tmp_path / "papers"
    fails_alone = written(folder / "locked.pdf", pdf_bytes("secret", encrypted=True))
    written(folder / "scan.pdf", pdf_bytes(""))
    written(folder / "damaged.pdf", b"%PDF-1.4 rubbish")
    written(folder / "good.pdf", pdf_bytes("Hello from a page"))
    drop = read_whole(folder)
    assert drop.texts == ["Hello from a page"]
    assert "locked.pdf is protected by a password" in drop.told
    assert "scan.pdf holds no text, only pictures" in drop.told
    assert "damaged.pdf is damaged" in drop.told
    fails(fails_alone, "password")


def test_a_damaged_word_document(tmp_path: Path, written) -> None:
    fails(written(tmp_path / "a.docx", b"PK\x03\x04 rubbish"), "damaged")


def test_vectors_that_point_nowhere_are_left_out(tmp_path: Path, read_whole) -> None:
    matrix = np.ones((6, 4), np.float32)
    matrix[1, 2], matrix[2, 0], matrix[4] = np.nan, np.inf, 0
    np.save(tmp_path / "v.npy", matrix)
    drop = read_whole(tmp_path / "v.npy")
    assert drop.fields["row"].to_list() == [1, 4, 6]
    assert "2 vectors held values that are infinite or no numbers" in drop.told
    assert "1 vector held nothing but zeros" in drop.told


def test_ragged_vectors_are_left_out(tmp_path: Path, read_whole) -> None:
    lists = [[1.0] * 8, [1.0] * 7, None, [2.0] * 8, [None, *[1.0] * 7]]
    pl.DataFrame({"name": list("abcde"), "vector": lists}).write_parquet(tmp_path / "v.parquet")
    drop = read_whole(tmp_path / "v.parquet")
    assert drop.preview.kind is Kind.VECTOR
    assert [len(chunk.batch) for chunk in drop.chunks] == [2]
    assert "3 vectors were missing or not 8 numbers long" in drop.told


def test_ragged_word_vectors_are_left_out(tmp_path: Path, written, read_whole) -> None:
    lines = [f"w{i} " + " ".join(["0.5"] * 10) for i in range(20)]
    lines[7] = "w7 1 2 3"
    lines[9] += " 4"
    drop = read_whole(written(tmp_path / "g.txt", "\n".join(lines)))
    assert len(drop.titles) == 18
    assert "2 lines had not a word and 10 numbers" in drop.told


class Touch:
    """Makes a file where it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.path),)


def test_python_objects_are_never_unpickled(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    np.save(tmp_path / "v.npy", np.array([[Touch(trap)]], object), allow_pickle=True)
    np.savez(tmp_path / "v.npz", np.array([[Touch(trap)]], object))
    fails(tmp_path / "v.npy", "Python objects")
    fails(tmp_path / "v.npz", "Python objects")
    assert not trap.exists()


def test_a_truncated_npy(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.ones((100, 8)))
    (tmp_path / "v.npy").write_bytes((tmp_path / "v.npy").read_bytes()[:3000])
    (source,) = expand([tmp_path / "v.npy"])
    with pytest.raises(EmbexError, match="not written to its end"):
        list(read(source, ImportChoices()))


def test_a_folder_without_permission(tmp_path: Path, written, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may run as root, whom no permission stops, so the system's answer is given in its place."""
    written(tmp_path / "open" / "a.txt", "some words")
    written(tmp_path / "open" / "closed" / "b.txt", "other words")
    scan = os.scandir

    def refuse(path: Path):
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    (source,) = expand([tmp_path / "open"])
    assert "closed may not be opened" in str(preview(source).problems[0])
    assert [c.batch.texts for c in read(source, ImportChoices())] == [["some words"]]
    fails(tmp_path / "open" / "closed", "may not be opened")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission(tmp_path: Path, written) -> None:
    path = written(tmp_path / "a.csv", TABLE)
    path.chmod(0)
    fails(path, "may not be read")


def test_a_file_that_vanishes_before_it_is_read(tmp_path: Path, written) -> None:
    folder = tmp_path / "texts"
    for name in "abc":
        written(folder / f"{name}.txt", f"the words of {name}")
    (source,) = expand([folder])
    (folder / "b.txt").unlink()
    (chunk,) = read(source, ImportChoices())
    assert chunk.batch.texts == ["the words of a", "the words of c"]
    assert "b.txt is no longer there" in str(chunk.batch.problems[0])
    (source,) = expand([written(tmp_path / "t.csv", TABLE)])
    (tmp_path / "t.csv").unlink()
    with pytest.raises(EmbexError, match=r"t\.csv is no longer there"):
        preview(source)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    fails(tmp_path / "nothing.csv", "no longer there")


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, written) -> None:
    rows = "".join(f"n{i},the words of the text number {i} that go on and on\n" for i in range(400_000))
    path = written(tmp_path / "a.csv", "name,body\n" + rows)
    (source,) = expand([path])
    chunks = read(source, ImportChoices())
    first = next(chunks)
    with path.open("ab") as file:
        file.write(b"late,the last words that came while it was read\n")
    rest = list(chunks)
    problems = [str(p) for chunk in (first, *rest) for p in chunk.batch.problems]
    assert any("was changed while it was read" in problem for problem in problems)
    assert rest[-1].batch.titles[-1] == "late"


@pytest.mark.parametrize(
    "name", ["with spaces and more.csv", "😀 émoji 日本.csv", "x" * 240 + ".csv", "'quoted' %20 [1].csv"]
)
def test_odd_names(tmp_path: Path, written, read_whole, name: str) -> None:
    assert read_whole(written(tmp_path / name, TABLE)).titles == ["first", "second"]


def test_a_path_of_more_than_300_characters(tmp_path: Path, written, read_whole) -> None:
    path = tmp_path.joinpath(*["a folder with a long name of forty chars"] * 8, "pictures", "a.txt")
    drop = read_whole(written(path, "some words"))
    assert len(str(path)) > 300
    assert drop.chunks[0].batch.uris == [str(path)]


def test_a_name_too_long_for_the_system(tmp_path: Path) -> None:
    fails(tmp_path / ("x" * 300 + ".csv"), "too long")


def test_a_file_of_no_known_kind(tmp_path: Path, written, read_whole) -> None:
    fails(written(tmp_path / "a.xyz", b"\x01\x02\x03\x04" * 50), "no kind that can be read", ".csv")
    written(tmp_path / "mixed" / "a.zip", b"PK\x05\x06" + bytes(18))
    written(tmp_path / "mixed" / "a.txt", "some words")
    drop = read_whole(tmp_path / "mixed")
    assert drop.texts == ["some words"]
    assert "1 file is of no kind that can be read and is left out: .zip." in drop.told


def test_an_empty_folder_and_one_without_anything_usable(tmp_path: Path, written) -> None:
    (tmp_path / "empty").mkdir()
    fails(tmp_path / "empty", "is empty")
    written(tmp_path / "junk" / "a.bin", bytes(100))
    fails(tmp_path / "junk", "none of a kind")


def test_a_column_that_is_not_there(tmp_path: Path, written) -> None:
    (source,) = expand([written(tmp_path / "a.csv", TABLE)])
    with pytest.raises(EmbexError, match=r"no column “bdy”\. Did you mean “body”"):
        list(read(source, ImportChoices(text="bdy")))


def test_values_that_do_not_fit_the_chosen_type(tmp_path: Path, written, read_whole) -> None:
    path = written(tmp_path / "a.csv", "body,price\nsome words here,12\nmore words here,cheap\nand more words,1.5\n")
    choices = ImportChoices(text="body", fields=(Field("price", FieldType.NUMBER),))
    drop = read_whole(path, choices=choices)
    assert drop.fields["price"].to_list() == [12.0, None, 1.5]
    assert "The column “price” holds 1 value that is no number; there it is left empty." in drop.told


def test_a_wrong_sheet_and_a_wrong_array(tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", embeddings=np.ones((3, 4)))
    (source,) = expand([tmp_path / "v.npz"])
    with pytest.raises(EmbexError, match="no vectors named “vec”"):
        preview(source, ImportChoices(vectors="vec"))


def test_metadata_of_another_length(tmp_path: Path, written, read_whole) -> None:
    np.save(tmp_path / "v.npy", np.ones((3, 4)))
    table = written(tmp_path / "labels of it.csv", "label\na\nb\n")
    drop = read_whole(tmp_path / "v.npy", choices=ImportChoices(metadata=str(table)))
    assert drop.titles == ["a", "b", ""]
    assert "2 rows for 3 vectors" in drop.told
