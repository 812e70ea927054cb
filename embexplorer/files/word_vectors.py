"""word2vec's and GloVe's text files: a word and its numbers on each line, with or without a line of counts first."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.base.wording import count
from embexplorer.data.items import Field, FieldType, ImportChoices, Kind, Preview
from embexplorer.files.contract import Chunk, Source
from embexplorer.files.encodings import Utf8Stream
from embexplorer.files.records import Dialect, whole_records
from embexplorer.files.tables import PREVIEW_ROWS, Head, preview_of
from embexplorer.files.vector_rows import VectorBlock, vector_batches

_WORD = "word"
_SAMPLE_BYTES = 1 << 20
_LINES = Dialect("\n", quoted=False)
_CHOICES = ImportChoices(title=_WORD, fields=(), encoding="utf-8")


def preview(source: Source, choices: ImportChoices | None) -> Preview:
    path = source.files[0]
    head, dims = _head(path)
    seen = preview_of(path, head, _CHOICES)
    return Preview(
        format="word vectors",
        kind=Kind.VECTOR,
        rows=head.rows.head(PREVIEW_ROWS),
        columns=(Field(_WORD, FieldType.TEXT),),
        choices=_CHOICES,
        items=head.items,
        items_exact=head.items_exact,
        size_bytes=seen.size_bytes,
        dims=dims,
    )


def read(source: Source, choices: ImportChoices, batch_rows: int) -> Iterator[Chunk]:
    path = source.files[0]
    head, dims = _head(path)
    return vector_batches(path, head, _CHOICES, _blocks(path, dims), batch_rows)


def _head(path: Path) -> tuple[Head, int]:
    size = path.stat().st_size
    with path.open("rb") as file:
        sample = file.read(_SAMPLE_BYTES)
    whole = len(sample) == size
    lines = sample.splitlines() if whole else sample.splitlines()[:-1]
    counts = _counts(lines[0]) if lines else None
    body = lines[1:] if counts else lines
    widths = [len(line.split()) - 1 for line in body[:1000]]
    dims = counts[1] if counts else (max(set(widths), key=widths.count) if widths else 0)
    if dims < 1:
        raise EmbexError(f"{path.name} holds no word vectors.", "Each line should hold a word and its numbers.")
    words = [line.decode("utf-8", "replace").split()[0] for line in body[:1000] if line.split()]
    estimate = len(body) if whole else round(size / max(1, len(sample)) * len(body))
    rows = pl.DataFrame({_WORD: words}, schema={_WORD: pl.String})
    return Head("word vectors", rows, counts[0] if counts else estimate, whole or bool(counts), size), dims


def _blocks(path: Path, dims: int) -> Iterator[VectorBlock]:
    total = path.stat().st_size
    broken = 0
    with path.open("rb") as file:
        stream = Utf8Stream(file, "utf-8")
        first = True
        for block in whole_records(stream.blocks(), _LINES):
            if first and _counts(block.split(b"\n", 1)[0]):
                block = block.split(b"\n", 1)[1] if b"\n" in block else b""
            first = False
            matrix, words, left_out = _parsed(block, dims)
            broken += left_out
            yield VectorBlock(matrix, pl.DataFrame({_WORD: words}, schema={_WORD: pl.String}), stream.consumed, total)
    if broken:
        are = "is" if broken == 1 else "are"
        text = f"{count(broken, 'line')} had not a word and {dims} numbers and {are} left out."
        empty = pl.DataFrame(schema={_WORD: pl.String})
        yield VectorBlock(np.empty((0, dims), np.float32), empty, total, total, (Problem(path.name, text),))


def _counts(line: bytes) -> tuple[int, int] | None:
    parts = line.split()
    if len(parts) == 2 and all(part.isdigit() for part in parts):
        return int(parts[0]), int(parts[1])
    return None


def _parsed(block: bytes, dims: int) -> tuple[np.ndarray, list[str], int]:
    """The matrix, its words, and how many lines were left out. word2vec's own files end each line with a blank."""
    text = block.replace(b" \n", b"\n").replace(b"\t", b" ")
    names = [_WORD, *(str(number) for number in range(dims)), "more"]
    schema: dict[str, pl.DataType] = {name: pl.Float32() for name in names}
    schema[_WORD] = schema["more"] = pl.String()
    if not text.strip():
        return np.empty((0, dims), np.float32), [], 0
    rows = pl.read_csv(
        io.BytesIO(text),
        has_header=False,
        schema=schema,
        separator=" ",
        quote_char=None,
        ignore_errors=True,
        missing_columns="insert",
        extra_columns="ignore",
    )
    numbers = rows.select(names[1:-1])
    whole = numbers.select(~pl.any_horizontal(pl.all().is_null())).to_series() & rows["more"].is_null()
    blank = rows[_WORD].is_null() & numbers.select(pl.all_horizontal(pl.all().is_null())).to_series()
    good = rows.filter(whole & rows[_WORD].is_not_null())
    matrix = good.select(names[1:-1]).to_numpy()
    return matrix, good[_WORD].to_list(), rows.height - good.height - int(blank.sum())
