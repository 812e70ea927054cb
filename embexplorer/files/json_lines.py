"""JSON Lines: one object a line, read a block at a time; a broken line is named and left out."""

import json
from collections.abc import Iterator
from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.base.wording import count
from embexplorer.data.items import ImportChoices, Preview
from embexplorer.files.contract import Chunk, Source
from embexplorer.files.encodings import Utf8Stream, find_encoding
from embexplorer.files.objects import rows_of
from embexplorer.files.records import Dialect, whole_records
from embexplorer.files.tables import SAMPLE_ROWS, Block, Head, batches, preview_of

_SAMPLE_BYTES = 1 << 20
_BLOCK_BYTES = 4 << 20
_LINES = Dialect("\n", quoted=False)


def preview(source: Source, choices: ImportChoices | None) -> Preview:
    path = source.files[0]
    return preview_of(path, _head_of(path), choices)


def read(source: Source, choices: ImportChoices, batch_rows: int) -> Iterator[Chunk]:
    path = source.files[0]
    head, blocks = open_table(path, choices)
    return batches(path, head, choices, blocks, batch_rows)


def open_table(path: Path, _: ImportChoices) -> tuple[Head, Iterator[Block]]:
    head = _head_of(path)
    return head, _blocks_of(path, head)


def _head_of(path: Path) -> Head:
    size = path.stat().st_size
    if not size:
        raise EmbexError(f"{path.name} is empty.", "Choose a file that holds data.")
    reading = _Lines(path)
    lines: list[bytes] = []
    taken = 0
    with path.open("rb") as file:
        stream = Utf8Stream(file, _encoding(path), _SAMPLE_BYTES)
        for block in whole_records(stream.blocks(), _LINES):
            lines.extend(block.splitlines())
            taken += len(block)
            if len(lines) >= SAMPLE_ROWS or taken >= _SAMPLE_BYTES:
                break
    objects = reading.objects(lines)[:SAMPLE_ROWS]
    if not objects:
        raise EmbexError(
            f"No line of {path.name} is a JSON object.", "JSON Lines have one object in braces on each line."
        )
    whole = taken >= size
    items = len(objects) if whole and len(lines) <= SAMPLE_ROWS else round(size * len(lines) / max(1, taken))
    exact = whole and len(lines) <= SAMPLE_ROWS
    return Head("JSON Lines", rows_of(objects), items, exact, size, encoding="utf-8", problems=reading.problems())


def _blocks_of(path: Path, head: Head) -> Iterator[Block]:
    total = path.stat().st_size
    reading = _Lines(path)
    names = head.rows.columns
    with path.open("rb") as file:
        stream = Utf8Stream(file, _encoding(path), _BLOCK_BYTES)
        for block in whole_records(stream.blocks(), _LINES):
            yield Block(rows_of(reading.objects(block.splitlines()), names), stream.consumed, total)
    yield Block(head.rows.clear(), total, total, reading.problems())


class _Lines:
    """Parses lines and remembers the ones that are broken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._line = 0
        self._broken = 0
        self._first = 0

    def objects(self, lines: list[bytes]) -> list[dict[str, object]]:
        found = []
        for line in lines:
            self._line += 1
            value = _parsed(line)
            if value is not None:
                found.append(value)
            elif line.strip():
                self._broken += 1
                self._first = self._first or self._line
        return found

    def problems(self) -> tuple[Problem, ...]:
        if not self._broken:
            return ()
        are = "is" if self._broken == 1 else "are"
        text = f"{count(self._broken, 'line')} {are} no JSON object and {are} left out."
        return (Problem(f"{self._path.name}, line {self._first}", text, "Repair it and add the file again."),)


def _parsed(line: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        return find_encoding(file.read(65_536))
