"""The table that describes the rows of ready-made vectors."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.base.wording import count
from embexplorer.data.items import ImportChoices, Kind, Preview
from embexplorer.files.contract import Source
from embexplorer.files.registry import find_format, reader_module
from embexplorer.files.tables import SAMPLE_ROWS, Block, Head, complete, preview_of
from embexplorer.files.vector_rows import VectorBlock

_ROW = "row"


class _Table(Protocol):
    def open_table(self, path: Path, choices: ImportChoices) -> tuple[Head, Iterator[Block]]: ...


class Described:
    """Vectors and what describes them, row by row: columns that lie beside them, and a table where there is one.

    Without either, items are numbered in the field "row". head: of the description. choices: completed.
    """

    def __init__(self, source: Source, choices: ImportChoices | None, beside: pl.DataFrame, rows: int) -> None:
        path = source.files[0]
        chosen = choices or ImportChoices()
        beside_it = str(source.files[1]) if len(source.files) > 1 and chosen.fields is None else ""
        table = chosen.metadata or beside_it
        problems: tuple[Problem, ...] = ()
        if table:
            loaded = table_of(Path(table))
            loaded, problems = _fitted(Path(table), loaded, rows)
            loaded = loaded.select(name for name in loaded.columns if name not in beside.columns)
            beside = pl.concat([beside, loaded], how="horizontal") if beside.width else loaded
        if not beside.width:
            beside = pl.DataFrame({_ROW: np.arange(1, rows + 1)})
        self._rows = beside
        size = sum(file.stat().st_size for file in source.files)
        self.head = Head("", beside.head(SAMPLE_ROWS), rows, True, size, problems=problems, text_needed=False)
        self.choices = replace(complete(path, self.head, chosen), metadata=table)
        self._problems = problems

    def joined(self, blocks: Iterator[VectorBlock]) -> Iterator[VectorBlock]:
        """The blocks with their rows; the blocks come in the order of the file."""
        start = 0
        problems = self._problems
        for block in blocks:
            rows = self._rows.slice(start, len(block.matrix))
            start += len(block.matrix)
            yield replace(block, rows=rows, problems=(*problems, *block.problems))
            problems = ()


def described_preview(source: Source, described: Described, words: str, vectors: str, dims: int) -> Preview:
    seen = preview_of(source.files[0], described.head, described.choices)
    chosen = replace(described.choices, vectors=vectors)
    return replace(seen, format=words, kind=Kind.VECTOR, choices=chosen, dims=dims)


def table_of(path: Path) -> pl.DataFrame:
    """All rows of a table, raw. Raises EmbexError where the file is no table."""
    found = find_format(path)
    if found is None or found.group != "table":
        text = f"{path.name} is no table, so it cannot describe vectors."
        raise EmbexError(text, "Choose a CSV, Excel or Parquet file.")
    head, blocks = cast(_Table, reader_module(found.id)).open_table(path, ImportChoices())
    parts = [block.rows for block in blocks if block.rows.height]
    return pl.concat(parts, how="vertical_relaxed") if parts else head.rows.clear()


def _fitted(path: Path, table: pl.DataFrame, rows: int) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    if table.height == rows:
        return table, ()
    text = f"{path.name} has {count(table.height, 'row')} for {count(rows, 'vector')}; they were matched from the top."
    problem = Problem(path.name, text, "Check that both files belong together.")
    if table.height > rows:
        return table.head(rows), (problem,)
    missing = pl.DataFrame({name: [None] * (rows - table.height) for name in table.columns}, schema=table.schema)
    return pl.concat([table, missing]), (problem,)
