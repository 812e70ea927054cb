"""Bad files through the whole program: what was wrong is said, good files of the same drop come in, nothing breaks."""

import io
import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from tests.cli.conftest import GOOD, QUICK, bomb_png, pdf

KINDS = ("csv", "tsv", "json", "jsonl", "parquet", "xlsx", "npy", "npz", "vec", "png", "txt")
EMPTY = [f"{kind} file.{kind}" for kind in KINDS]


@pytest.fixture
def drop(tmp_path: Path, good: Path, embexplorer, contents):
    """drop(*inputs): a good table and these in one drop. Returns what was said and how many items came of the others,
    once all that the project holds was read."""

    def create(*inputs: Path):
        project = tmp_path / "drop.embx"
        ran = embexplorer("create", project, good, *inputs, *QUICK).succeeded().says()
        found = contents(project)
        assert found.vectors["minilm-static"] >= 2
        return ran, found.items - 2

    return create


def test_empty_files_are_named_and_the_rest_comes_in(tmp_path: Path, drop) -> None:
    for name in EMPTY:
        (tmp_path / name).write_bytes(b"")
    ran, items = drop(*(tmp_path / name for name in EMPTY))
    assert items == 0
    for name in EMPTY:
        assert f"{name} is empty." in ran.err or f"{name} holds no" in ran.err
    assert len(ran.err.splitlines()) == len(EMPTY)


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_file_alone_leaves_no_project_behind(tmp_path: Path, embexplorer, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    embexplorer("create", tmp_path / "p.embx", tmp_path / name, *QUICK).failed(name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_wrong_encoding_is_found(tmp_path: Path, drop, embexplorer) -> None:
    rows = "".join(f"n{i},café très élégant à Zürich {i}\n" for i in range(50))
    (tmp_path / "old.csv").write_bytes(("name,body\n" + rows).encode("latin-1"))
    ran, items = drop(tmp_path / "old.csv")
    assert items == 50 and not ran.err
    found = embexplorer("search", tmp_path / "drop.embx", "Zürich", "--lexical", "--json").succeeded()
    assert "café très élégant" in json.loads(found.out)["hits"][0]["text"]


def test_mixed_encodings_keep_every_row(tmp_path: Path, drop) -> None:
    rows = "".join(f"n{i},ein schöner Text {i}\n" for i in range(50)).encode()
    (tmp_path / "mixed.csv").write_bytes(b"name,body\n" + rows + b"last,caf\xe9 au lait\n")
    ran, items = drop(tmp_path / "mixed.csv")
    assert items == 51
    ran.says("mixed.csv, line 52", "Choose another encoding")


@pytest.mark.parametrize(
    ("content", "items", "words"),
    [
        (GOOD + "third\nfourth,the fourth of them,too,many\n", 4, ["row 4", "too few cells", "too many"]),
        (GOOD.replace("first of", "fi\0rst o\0f"), 2, ["2 NUL bytes", "left out"]),
        ("text,text,,name\nlong words of a text,b,c,d\nmore words here,f,g,h\n", 2, ["had no name", "text (2)"]),
        (GOOD + 'third,"never closed\nfourth,the fourth of them\nfifth,x\n', 5, ["never closed"]),
    ],
    ids=["ragged", "nul", "headers", "quote"],
)
def test_crooked_tables(tmp_path: Path, drop, content: str, items: int, words: list[str]) -> None:
    (tmp_path / "crooked.csv").write_text(content, encoding="utf-8")
    ran, found = drop(tmp_path / "crooked.csv")
    assert found == items
    ran.says("crooked.csv", *words)


def test_a_cell_of_50_megabytes(tmp_path: Path, drop) -> None:
    (tmp_path / "huge.csv").write_text('name,body\na,"' + "word\n" * 10_000_000 + '"\nb,short\n', encoding="utf-8")
    ran, items = drop(tmp_path / "huge.csv")
    assert items == 2
    ran.says("huge.csv: 1 cell of the column “body” held more than 1,000,000 characters")


def test_json_lines_with_one_broken_line(tmp_path: Path, drop) -> None:
    lines = [json.dumps({"title": f"t{i}", "text": f"words of the line {i}"}) for i in range(6)]
    (tmp_path / "a.jsonl").write_text("\n".join([*lines[:3], '{"title": "t', *lines[3:]]), encoding="utf-8")
    ran, items = drop(tmp_path / "a.jsonl")
    assert items == 6
    ran.says("a.jsonl, line 4: 1 line is no JSON object", "Repair it")


def test_a_truncated_parquet(tmp_path: Path, drop, embexplorer) -> None:
    whole = io.BytesIO()
    pl.DataFrame({"text": [f"words {i}" for i in range(1000)]}).write_parquet(whole)
    (tmp_path / "cut.parquet").write_bytes(whole.getvalue()[:-400])
    ran, items = drop(tmp_path / "cut.parquet")
    assert items == 0
    ran.says("cut.parquet is damaged or was not written to its end", "again")
    embexplorer("create", tmp_path / "alone.embx", tmp_path / "cut.parquet", *QUICK).failed("cut.parquet")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    noise = io.BytesIO()
    Image.effect_noise((300, 300), 50).convert("RGB").save(noise, "JPEG")
    (folder / "bomb.png").write_bytes(bomb_png())
    (folder / "zero.png").write_bytes(b"")
    (folder / "corrupt.jpg").write_bytes(b"\xff\xd8\xff\xe0 rubbish")
    (folder / "cut.jpg").write_bytes(noise.getvalue()[: len(noise.getvalue()) // 2])
    Image.new("CMYK", (30, 20), (0, 90, 90, 0)).save(folder / "cmyk.jpg")
    Image.fromarray((np.arange(600, dtype=np.uint16) * 100).reshape(20, 30)).save(folder / "deep.png")
    Image.new("RGB", (40, 40), (200, 10, 10)).save(folder / "good.png")
    return folder


@pytest.mark.parametrize("one_by_one", [False, True], ids=["folder", "files"])
def test_bad_pictures_are_told_and_odd_ones_are_embedded(
    tmp_path: Path, pictures: Path, embexplorer, contents, one_by_one: bool
) -> None:
    inputs = sorted(pictures.iterdir()) if one_by_one else [pictures]
    ran = embexplorer("create", tmp_path / "p.embx", *inputs, "--no-map").succeeded()
    ran.says("bomb.png says it is an image, so large", "zero.png is empty", "corrupt.jpg is damaged")
    ran.says("cut.jpg is a damaged image, or was not written to its end. Save or copy it again.")
    found = contents(tmp_path / "p.embx")
    assert (found.items, found.vectors) == (4, {"efficientnet-lite0": 3, "text to image": 3})


@pytest.mark.parametrize("name", ["bomb.png", "zero.png", "corrupt.jpg", "cut.jpg", "missing.png", "."])
def test_a_bad_picture_as_a_question(tmp_path: Path, pictures: Path, embexplorer, name: str) -> None:
    embexplorer("create", tmp_path / "p.embx", pictures / "good.png", "--no-map").succeeded()
    embexplorer("search", tmp_path / "p.embx", "--image", pictures / name).failed((pictures / name).name)


def test_an_encrypted_and_a_damaged_pdf(tmp_path: Path, drop, embexplorer) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "locked.pdf").write_bytes(pdf("secret", encrypted=True))
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 rubbish")
    (folder / "open.pdf").write_bytes(pdf("Hello from a page"))
    ran, items = drop(folder)
    assert items == 1
    ran.says("locked.pdf is protected by a password. Save it without a password", "broken.pdf is damaged")
    embexplorer("create", tmp_path / "alone.embx", folder / "locked.pdf", *QUICK).failed("locked.pdf", "password")


def test_vectors_that_are_no_vectors(tmp_path: Path, drop, embexplorer, contents) -> None:
    matrix = np.ones((6, 4), np.float32)
    matrix[1, 2], matrix[2, 0], matrix[4] = np.nan, np.inf, 0
    np.save(tmp_path / "v.npy", matrix)
    lists = [[1.0] * 8, [1.0] * 7, None, [2.0] * 8, [None, *[1.0] * 7]]
    pl.DataFrame({"name": list("abcde"), "vector": lists}).write_parquet(tmp_path / "ragged.parquet")
    np.save(tmp_path / "zeros.npy", np.zeros((4, 5), np.float32))
    ran, items = drop(tmp_path / "v.npy", tmp_path / "ragged.parquet", tmp_path / "zeros.npy")
    assert items == 5
    ran.says("2 vectors held values that are infinite or no numbers", "1 vector held nothing but zeros")
    ran.says("3 vectors were missing or not 8 numbers long", "None of the 4 vectors in zeros.npy can be used")
    assert contents(tmp_path / "drop.embx").vectors == {"minilm-static": 2, "vectors": 3, "vectors 8": 2}


def test_vectors_of_other_dimensions(tmp_path: Path, embexplorer, contents) -> None:
    for name, dims in (("four", 4), ("seven", 7)):
        np.save(tmp_path / f"{name}.npy", np.random.default_rng(dims).normal(size=(5, dims)))
    project = tmp_path / "p.embx"
    embexplorer("create", project, tmp_path / "four.npy", "--no-map").succeeded()
    embexplorer("add", project, tmp_path / "seven.npy").succeeded()
    (tmp_path / "a.txt").write_text("some words", encoding="utf-8")
    embexplorer("add", project, tmp_path / "a.txt").succeeded()
    ran = embexplorer("embed", project, "--model", "minilm-static", "--space", "vectors")
    ran.failed("“vectors”", "4 dimensions", "256 dimensions", "another name")
    ran = embexplorer("embed", project, "--model", "minilm-static", "--space", "seven")
    assert contents(project).vectors == {"vectors": 5, "vectors 7": 5, "seven": 1}


@pytest.mark.skipif(os.name != "posix", reason="needs a pipe and a device")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, drop) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    ran, items = drop(tmp_path / "pipe.csv", Path(os.devnull))
    assert items == 0
    ran.says("pipe.csv is of no kind that can be read", "null is of no kind that can be read")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--metadata", "nothing.csv", "There is no file nothing.csv"),
        ("--text", "bodyy", "no column “bodyy”"),
        ("--title", "nam", "no column “nam”"),
        ("--fields", "name,stars", "no column “stars”"),
        ("--model", "minilm-statik", "Did you mean “minilm-static”?"),
    ],
)
def test_wishes_that_cannot_be_met(
    tmp_path: Path, good: Path, embexplorer, option: str, value: str, words: str
) -> None:
    embexplorer("create", tmp_path / "p.embx", good, "--no-map", option, value).failed(words)
    assert [path.name for path in tmp_path.iterdir()] == ["good.csv"]


def test_a_column_that_only_one_of_the_files_has(tmp_path: Path, good: Path, embexplorer, contents) -> None:
    (tmp_path / "other.csv").write_text("label,remark\na,the remark on a\nb,the remark on b\n", encoding="utf-8")
    inputs = [good, tmp_path / "other.csv"]
    embexplorer("create", tmp_path / "p.embx", *inputs, "--text", "name", *QUICK).succeeded().says()
    assert contents(tmp_path / "p.embx").items == 4
    shown = embexplorer("table", tmp_path / "p.embx", "--columns", "text", "--json").succeeded()
    texts = [row["text"] for row in json.loads(shown.out)["rows"]]
    assert texts == ["first", "second", "the remark on a", "the remark on b"]


def test_hundreds_of_problems_are_counted(tmp_path: Path, drop, embexplorer) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number}.png").write_bytes(b"")
    ran, _ = drop(folder)
    ran.says("None of the 300 images in many could be read. The first: 0.png is empty.")
    Image.new("RGB", (40, 40)).save(folder / "good.png")
    ran = embexplorer("create", tmp_path / "p.embx", folder, *QUICK).succeeded()
    told = ran.err.splitlines()
    assert len(told) == 21 and told[-1] == "And 280 problems more; --json lists them all."
    ran = embexplorer("create", tmp_path / "j.embx", folder, *QUICK, "--json").succeeded()
    assert len(json.loads(ran.out)["problems"]) == 300
