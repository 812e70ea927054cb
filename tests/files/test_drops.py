"""A drop becomes sources: what belongs together is read together, everything by its own reader."""

import json
from pathlib import Path

import docx
import numpy as np
import polars as pl
import pytest
from PIL import Image

from embexplorer.base import paths
from embexplorer.data.items import FieldType, ImportChoices, Kind
from embexplorer.files.passages import passages, tokens
from embexplorer.files.registry import BY_ID, FORMATS, find_format, reader_module
from embexplorer.files.sources import expand, preview, read


def picture(path: Path, size: tuple[int, int] = (12, 8), **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (hash(path.name) % 255, 80, 90)).save(path, **options)
    return path


@pytest.fixture
def mixed(tmp_path: Path, written) -> Path:
    folder = tmp_path / "mixed"
    picture(folder / "cats" / "a.png")
    picture(folder / "dogs" / "small" / "b.jpg")
    picture(folder / "top.gif")
    written(folder / "notes.md", "# A heading\n\nSome words below it.")
    written(folder / "more" / "plain.txt", "Plain words.")
    written(folder / "table.csv", "name,body\na,the words of a text\nb,the words of another\n")
    written(folder / ".hidden" / "c.txt", "never seen")
    written(folder / ".DS_Store", b"\x00")
    np.save(folder / "v.npy", np.eye(3, 4) + 1)
    written(folder / "v_metadata.tsv", "city\tpeople\nOslo\t1\nRome\t2\nBonn\t3\n")
    return folder


def test_a_mixed_folder_is_read_by_all_readers(mixed: Path) -> None:
    sources = {source.reader: source for source in expand([mixed])}
    assert set(sources) == {"images", "documents", "csv", "npy"}
    assert sources["images"].path == mixed
    assert len(sources["images"].files) == 3
    assert [file.name for file in sources["npy"].files] == ["v.npy", "v_metadata.tsv"]
    kinds = {reader: preview(source).kind for reader, source in sources.items()}
    assert kinds == {"images": Kind.IMAGE, "documents": Kind.TEXT, "csv": Kind.TEXT, "npy": Kind.VECTOR}


def test_a_folder_s_name_is_a_category(mixed: Path) -> None:
    images = next(source for source in expand([mixed]) if source.reader == "images")
    (chunk,) = read(images, ImportChoices())
    assert chunk.batch.fields["folder"].to_list() == ["mixed", "cats", "dogs/small"]
    assert chunk.batch.fields["format"].to_list() == ["gif", "png", "jpeg"]
    assert chunk.batch.fields.select("width", "height").rows() == [(12.0, 8.0)] * 3
    assert all(Path(uri).is_absolute() and Path(uri).is_file() for uri in chunk.batch.uris)


def test_metadata_goes_with_vectors_row_by_row(mixed: Path) -> None:
    vectors = next(source for source in expand([mixed]) if source.reader == "npy")
    seen = preview(vectors)
    assert seen.dims == 4
    assert seen.choices.metadata.endswith("v_metadata.tsv")
    (chunk,) = read(vectors, seen.choices)
    assert chunk.batch.kind is Kind.VECTOR
    assert chunk.batch.fields["people"].to_list() == [1, 2, 3]
    assert np.array_equal(chunk.batch.vectors, (np.eye(3, 4) + 1).astype(np.float32))


def test_loose_files_of_one_folder_are_one_source(tmp_path: Path, written) -> None:
    loose = [picture(tmp_path / f"{name}.png") for name in "abc"]
    texts = [written(tmp_path / "t.txt", "words"), written(tmp_path / "u.csv", "a,b\n1,words here\n")]
    sources = expand([*loose, *texts, loose[0]])
    assert [(source.reader, len(source.files)) for source in sources] == [("images", 3), ("documents", 1), ("csv", 1)]
    assert sources[0].path == tmp_path
    assert sources[1].path == texts[0]


def test_a_loop_of_links_ends(tmp_path: Path, written) -> None:
    written(tmp_path / "a" / "t.txt", "words")
    (tmp_path / "a" / "again").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "a" / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    (source,) = expand([tmp_path / "a"])
    assert [file.name for file in source.files] == ["t.txt"]


def test_content_counts_before_the_name(tmp_path: Path, written) -> None:
    Image.new("L", (3, 3)).save(tmp_path / "x.png")
    (tmp_path / "x.png").rename(tmp_path / "x.csv")
    assert find_format(tmp_path / "x.csv") is BY_ID["images"]
    lines = written(tmp_path / "y.json", '{"a": 1}\n{"a": 2}\n')
    assert find_format(lines) is BY_ID["jsonl"]
    pl.DataFrame({"a": ["x"]}).write_parquet(tmp_path / "z.bin")
    assert find_format(tmp_path / "z.bin") is BY_ID["parquet"]
    assert find_format(written(tmp_path / "README", "only words")) is BY_ID["text"]


def test_the_registry_is_sound() -> None:
    suffixes = [suffix for known in FORMATS for suffix in known.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert len(BY_ID) == len(FORMATS)
    for known in FORMATS:
        module = reader_module(known.id)
        assert callable(module.preview)
        assert callable(module.read)


def test_documents_of_every_kind(tmp_path: Path, written, pdf_bytes, read_whole) -> None:
    folder = tmp_path / "papers"
    written(folder / "a.md", "# The title\n\nBody of it.")
    written(folder / "b.pdf", pdf_bytes("Words of a page"))
    document = docx.Document()
    document.add_paragraph("First paragraph.")
    document.add_table(1, 2).rows[0].cells[1].text = "cell"
    document.save(str(folder / "c.docx"))
    written(folder / "sub" / "d.txt", "Grüße".encode("latin-1"))
    drop = read_whole(folder)
    assert drop.titles == ["The title", "b", "c", "d"]
    assert drop.texts[1] == "Words of a page"
    assert "First paragraph." in drop.texts[2]
    assert "cell" in drop.texts[2]
    assert drop.texts[3] == "Grüße"
    assert drop.fields["folder"].to_list() == ["papers", "papers", "papers", "sub"]
    assert drop.fields["modified"].dtype == pl.Datetime("ms")
    assert drop.preview.items == 4
    assert drop.preview.format == "folder of documents"


def test_passages_keep_parent_and_position(tmp_path: Path, written, read_whole) -> None:
    text = "\n\n".join(f"Paragraph {i} says something. It goes on for a while, and then it ends." for i in range(12))
    path = written(tmp_path / "long.txt", text)
    drop = read_whole(path, choices=ImportChoices(passages=60))
    assert len(drop.texts) > 3
    assert drop.titles[2] == "long · 3"
    assert drop.fields["passage"].to_list() == list(range(1, len(drop.texts) + 1))
    assert set(drop.fields["document"]) == {"long.txt"}
    assert {chunk_uri for chunk in drop.chunks for chunk_uri in chunk.batch.uris} == {str(path)}
    assert "".join("".join(drop.texts).split()) == "".join(text.split())


def test_a_heading_and_a_cut_off_rest_stay_with_what_follows() -> None:
    long_paragraph = " ".join(f"word{i}" for i in range(60))
    cut = passages(f"# A heading\n\n{long_paragraph}\n\nA last paragraph of some words here.", 48)
    assert cut[0].startswith("# A heading\n\nword0") and cut[-1].endswith("here.")
    assert all(12 <= tokens(passage) <= 60 for passage in cut[:-1])


def test_adding_again_gives_the_same_keys(mixed: Path) -> None:
    def keys() -> list[list[int]]:
        return [
            [int(key) for chunk in read(source, ImportChoices()) for key in chunk.batch.keys]
            for source in expand([mixed])
        ]

    before = keys()
    assert keys() == before
    (mixed / "notes.md").write_text("# A heading\n\nOther words.")
    after = keys()
    assert sum(len(set(a) - set(b)) for a, b in zip(after, before, strict=True)) == 1


def test_when_a_picture_was_taken(tmp_path: Path, read_whole) -> None:
    exif = Image.Exif()
    exif[0x0132] = "2023:05:06 07:08:09"
    picture(tmp_path / "a.jpg", exif=exif)
    assert str(read_whole(tmp_path / "a.jpg").fields["taken"][0]) == "2023-05-06 07:08:09"


def test_json_shapes(tmp_path: Path, written, read_whole) -> None:
    rows = [{"title": f"t{i}", "text": f"some words {i}", "by": {"name": "Ann"}, "tags": ["a"]} for i in range(4)]
    columns = {"title": ["t0", "t1"], "text": ["some words 0", "some words 1"]}
    assert read_whole(written(tmp_path / "a.json", json.dumps(rows))).titles == ["t0", "t1", "t2", "t3"]
    assert read_whole(written(tmp_path / "b.json", json.dumps({"data": rows}, indent=1))).titles[0] == "t0"
    assert read_whole(written(tmp_path / "c.json", json.dumps(columns))).titles == ["t0", "t1"]
    drop = read_whole(tmp_path / "a.json")
    assert drop.fields.columns == ["by.name", "tags"]


def test_npz_with_columns_beside_and_word_vectors(tmp_path: Path, written, read_whole) -> None:
    matrix = np.random.default_rng(0).normal(size=(40, 9)).astype(np.float32)
    np.savez_compressed(tmp_path / "v.npz", embeddings=matrix, label=np.array(["x", "y"] * 20))
    drop = read_whole(tmp_path / "v.npz", batch_rows=7)
    assert drop.preview.choices.vectors == "embeddings"
    assert np.array_equal(np.concatenate([c.batch.vectors for c in drop.chunks]), matrix)
    assert drop.fields["label"].to_list() == ["x", "y"] * 20
    lines = [f"word{i} " + " ".join(f"{x:.6f}" for x in row) for i, row in enumerate(matrix)]
    for name, text in (("glove.txt", "\n".join(lines)), ("w.vec", "40 9\n" + " \n".join(lines) + " \n")):
        words = read_whole(written(tmp_path / name, text))
        assert words.titles == [f"word{i}" for i in range(40)]
        assert np.allclose(np.concatenate([c.batch.vectors for c in words.chunks]), matrix, atol=1e-6)


def test_parquet_vectors_with_text(tmp_path: Path, read_whole) -> None:
    rows = pl.DataFrame(
        {"body": ["some words of a text", "other words of it"], "emb": [[1.0, 2, 3, 4], [4.0, 3, 2, 1]]}
    )
    rows.write_parquet(tmp_path / "v.parquet")
    drop = read_whole(tmp_path / "v.parquet")
    assert drop.preview.kind is Kind.VECTOR
    assert drop.texts == ["some words of a text", "other words of it"]
    assert drop.chunks[0].batch.vectors.tolist() == [[1, 2, 3, 4], [4, 3, 2, 1]]


def test_the_bundled_samples(read_whole) -> None:
    samples = paths.resources() / "samples"
    glosses = read_whole(samples / "wordnet" / "glosses.csv")
    assert len(glosses.texts) == 2000
    assert glosses.preview.choices.text == "gloss"
    assert glosses.preview.choices.title == "title"
    types = {field.name: field.type for field in glosses.preview.columns}
    assert types["category"] is FieldType.CATEGORY
    assert types["words"] is FieldType.TAGS
    assert types["senses"] is FieldType.NUMBER
    emoji = read_whole(samples / "emoji")
    assert len(emoji.titles) == 300
    assert emoji.fields["folder"].n_unique() == 9
    assert not emoji.problems
