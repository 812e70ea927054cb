"""Parquet tables, read a run of rows at a time; a list column of numbers of one length is taken as vectors."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.data.items import ImportChoices, Kind, Preview
from embexplorer.files.contract import Chunk, Source
from embexplorer.files.tables import SAMPLE_ROWS, Block, Head, batches, preview_of
from embexplorer.files.vector_rows import VectorBlock, vector_batches, wrong_column

_BLOCK_ROWS = 32_768
_BLOCK_CELLS = 8_000_000
_VECTOR_NAMES = ("embedding", "embeddings", "vector", "vectors", "emb", "features")
_FEWEST_DIMS = 4


def preview(source: Source, choices: ImportChoices | None) -> Preview:
    path = source.files[0]
    head, vectors = _head(path, choices)
    seen = preview_of(path, head, choices)
    if not vectors:
        return seen
    dims = _dims(_scan(path).select(vectors).head(100).collect()[vectors])
    chosen = replace(seen.choices, vectors=vectors)
    return replace(seen, format="Parquet vectors", kind=Kind.VECTOR, choices=chosen, dims=dims)


def read(source: Source, choices: ImportChoices, batch_rows: int) -> Iterator[Chunk]:
    path = source.files[0]
    head, vectors = _head(path, choices)
    if not vectors:
        return batches(path, head, choices, _blocks(path, head), batch_rows)
    return vector_batches(path, head, choices, _vector_blocks(path, head, vectors), batch_rows)


def open_table(path: Path, _: ImportChoices) -> tuple[Head, Iterator[Block]]:
    head, _vectors = _head(path, None)
    return head, _blocks(path, head)


def _scan(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path, glob=False)


def _head(path: Path, choices: ImportChoices | None) -> tuple[Head, str]:
    """The head without columns of vectors, and the name of the one that is used, "" for none."""
    size = path.stat().st_size
    if not size:
        raise EmbexError(f"{path.name} is empty.", "Choose a file that holds data.")
    try:
        with path.open("rb") as file:
            schema = pl.read_parquet_schema(file)
        total = int(_scan(path).select(pl.len()).collect().item())
        nested = [name for name, kind in schema.items() if _is_numbers(kind)]
        wanted = choices.vectors if choices else ""
        if wanted and wanted not in nested:
            raise wrong_column(path, wanted, nested)
        rest = [name for name in schema if name not in nested]
        rows = _scan(path).select(rest).head(SAMPLE_ROWS).collect()
    except pl.exceptions.PolarsError as error:
        text = f"{path.name} is damaged or was not written to its end, so nothing of it can be read."
        raise EmbexError(text, "Copy or download it again.") from error
    vectors = wanted or _likeliest(path, nested)
    if not rows.width and total:
        rows = pl.DataFrame({"row": np.arange(1, min(total, SAMPLE_ROWS) + 1)})
    return Head("Parquet table", rows, total, True, size, text_needed=not vectors), vectors


def _blocks(path: Path, head: Head) -> Iterator[Block]:
    for start in range(0, head.items, _BLOCK_ROWS):
        rows = _slice(path, head.rows.columns, start, _BLOCK_ROWS)
        yield Block(rows, start + rows.height, head.items)


def _vector_blocks(path: Path, head: Head, vectors: str) -> Iterator[VectorBlock]:
    dims = _dims(_slice(path, [vectors], 0, 100)[vectors])
    step = max(256, min(_BLOCK_ROWS, _BLOCK_CELLS // max(1, dims)))
    names = [name for name in head.rows.columns if name in _scan(path).collect_schema().names()]
    ragged = 0
    for start in range(0, head.items, step):
        rows = _slice(path, [*names, vectors], start, step)
        lists = rows[vectors].cast(pl.List(pl.Float32))
        holes = lists.list.eval(pl.element().is_null()).list.any().fill_null(True)
        fits = (lists.list.len() == dims).fill_null(False) & ~holes
        good = rows.filter(fits)
        ragged += rows.height - good.height
        matrix = lists.filter(fits).explode().to_numpy().reshape(good.height, dims)
        plain = good.drop(vectors) if names else pl.DataFrame({"row": np.flatnonzero(fits.to_numpy()) + start + 1})
        yield VectorBlock(matrix, plain, start + rows.height, head.items)
    if ragged:
        text = f"{ragged:,} vectors were missing or not {dims} numbers long and are left out."
        yield VectorBlock(np.empty((0, dims), np.float32), head.rows.clear(), 1, 1, (Problem(path.name, text),))


def _slice(path: Path, names: list[str], start: int, length: int) -> pl.DataFrame:
    try:
        return _scan(path).select(names).slice(start, length).collect()
    except pl.exceptions.PolarsError as error:
        text = f"{path.name} is damaged after row {start:,}."
        raise EmbexError(text, "Copy or download it again; the rows before are kept.") from error


def _is_numbers(kind: pl.DataType) -> bool:
    return isinstance(kind, pl.List | pl.Array) and isinstance(kind.inner, pl.DataType) and kind.inner.is_numeric()


def _dims(vectors: pl.Series) -> int:
    lengths = vectors.cast(pl.List(pl.Float32)).list.len().drop_nulls()
    return int(lengths.mode().max()) if len(lengths) else 0  # type: ignore[arg-type]


def _likeliest(path: Path, names: list[str]) -> str:
    """The first list column whose lists all have one length, one with a telling name before others."""
    ordered = sorted(names, key=lambda name: name.lower() not in _VECTOR_NAMES)
    for name in ordered:
        lengths = _slice(path, [name], 0, 100)[name].cast(pl.List(pl.Float32)).list.len().drop_nulls()
        telling = name.lower() in _VECTOR_NAMES
        if len(lengths) and (telling or (lengths.n_unique() == 1 and int(lengths[0]) >= _FEWEST_DIMS)):
            return name
    return ""
