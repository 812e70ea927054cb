"""Ready-made vectors with the rows that describe them: unusable ones left out and counted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.base.wording import count
from embexplorer.data.items import ImportChoices, Kind
from embexplorer.data.vectors import usable_rows
from embexplorer.files.contract import Chunk
from embexplorer.files.keys import matrix_keys
from embexplorer.files.tables import Block, Head, batches

_REPAIR = "Compute the vectors again and add the file anew."


@dataclass(frozen=True)
class VectorBlock:
    """matrix: numbers (n, dims). rows: n raw rows with the columns of the head."""

    matrix: np.ndarray
    rows: pl.DataFrame
    done: float
    total: float
    problems: tuple[Problem, ...] = ()


def vector_batches(
    path: Path, head: Head, choices: ImportChoices, blocks: Iterator[VectorBlock], batch_rows: int
) -> Iterator[Chunk]:
    """Chunks of items of kind VECTOR, float32, in the order of the file. The rows are read as those of a table."""
    usable = _Usable(path)
    matrices: list[np.ndarray] = []
    for chunk in batches(path, head, choices, usable.blocks(blocks, matrices), batch_rows):
        size = len(chunk.batch)
        matrix = _taken(matrices, size)
        batch = chunk.batch
        keys = batch.keys ^ matrix_keys(matrix)
        yield replace(chunk, batch=replace(batch, kind=Kind.VECTOR, vectors=matrix, keys=keys))


class _Usable:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._not_finite = 0
        self._zero = 0
        self._good = 0

    def blocks(self, blocks: Iterator[VectorBlock], matrices: list[np.ndarray]) -> Iterator[Block]:
        done = total = 1.0
        empty: pl.DataFrame | None = None
        for block in blocks:
            with np.errstate(over="ignore"):
                matrix = np.ascontiguousarray(block.matrix, np.float32)
            usable = usable_rows(matrix)
            finite = np.isfinite(matrix).all(axis=1)
            self._not_finite += int(np.count_nonzero(~finite))
            self._zero += int(np.count_nonzero(finite & ~usable))
            self._good += int(np.count_nonzero(usable))
            matrices.append(matrix[usable])
            done, total, empty = block.done, block.total, block.rows.clear()
            rows = block.rows if usable.all() else block.rows.filter(pl.Series(usable))
            yield Block(rows, done, total, block.problems)
        bad = self._not_finite + self._zero
        if bad and not self._good:
            text = f"None of the {count(bad, 'vector')} in {self._path.name} can be used: "
            raise EmbexError(f"{text}they hold values that are infinite, no numbers, or nothing but zeros.", _REPAIR)
        if empty is not None:
            yield Block(empty, total, total, self._problems())

    def _problems(self) -> tuple[Problem, ...]:
        found = []
        if self._not_finite:
            text = f"{count(self._not_finite, 'vector')} held values that are infinite or no numbers; left out."
            found.append(Problem(self._path.name, text))
        if self._zero:
            text = f"{count(self._zero, 'vector')} held nothing but zeros, which points nowhere; left out."
            found.append(Problem(self._path.name, text))
        return tuple(found)


def _taken(matrices: list[np.ndarray], size: int) -> np.ndarray:
    """The next rows, out of the matrices that wait."""
    parts: list[np.ndarray] = []
    while size:
        first = matrices[0]
        parts.append(first[:size])
        size -= len(parts[-1])
        matrices[0] = first[len(parts[-1]) :]
        if not len(matrices[0]):
            matrices.pop(0)
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def wrong_column(path: Path, wanted: str, there: list[str]) -> EmbexError:
    hint = f"It has {', '.join(there)}." if there else "It holds no vectors."
    return EmbexError(f"{path.name} has no vectors named “{wanted}”.", hint)
