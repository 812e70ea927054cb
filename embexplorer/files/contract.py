"""What passes between a drop, the registry and the readers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from embexplorer.base.progress import Problem
from embexplorer.data.items import ImportChoices, ItemBatch, Preview


@dataclass(frozen=True)
class Source:
    """What is imported as one: a table, a file of vectors, or a folder's images or documents.

    path: the file, or the folder that the files lie in. reader: the id of a format in the registry, or "none" where
    nothing can read it; problems then says why. files: absolute paths in a stable order; a file of vectors may be
    followed by the table that describes its rows. problems: what was left out when the drop was looked through.
    """

    path: Path
    reader: str
    files: tuple[Path, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Chunk:
    """A batch, and how far the reader is: bytes of a file, or files of a folder. total 0 means unknown."""

    batch: ItemBatch
    done: float
    total: float


class Reader(Protocol):
    """What each module that reads a format has at its top."""

    def preview(self, source: Source, choices: ImportChoices | None) -> Preview: ...

    def read(self, source: Source, choices: ImportChoices, batch_rows: int) -> Iterator[Chunk]: ...
