"""JSON in one piece, in any of the shapes in which tables are written as JSON."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import size
from embexplorer.data.items import ImportChoices, Preview
from embexplorer.files.contract import Chunk, Source
from embexplorer.files.encodings import decoded
from embexplorer.files.json_shapes import objects_in
from embexplorer.files.objects import rows_of
from embexplorer.files.tables import SAMPLE_ROWS, Block, Head, batches, preview_of

# JSON can only be parsed as a whole, which takes some ten times its size in memory.
LARGEST = 300 << 20
_PREVIEW_BYTES = 4 << 20
_BLOCK_ROWS = 20_000


def preview(source: Source, choices: ImportChoices | None) -> Preview:
    path = source.files[0]
    return preview_of(path, _head(path, _objects_at_start(path)), choices)


def read(source: Source, choices: ImportChoices, batch_rows: int) -> Iterator[Chunk]:
    path = source.files[0]
    head, blocks = open_table(path, choices)
    return batches(path, head, choices, blocks, batch_rows)


def open_table(path: Path, _: ImportChoices) -> tuple[Head, Iterator[Block]]:
    objects = _all_objects(path)
    return _head(path, (objects, True)), _blocks(path, objects)


def _blocks(path: Path, objects: list[dict[str, Any]]) -> Iterator[Block]:
    total = float(path.stat().st_size)
    names = rows_of(objects[:SAMPLE_ROWS]).columns
    for start in range(0, len(objects), _BLOCK_ROWS):
        part = objects[start : start + _BLOCK_ROWS]
        yield Block(rows_of(part, names), total * (start + len(part)) / len(objects), total)


def _head(path: Path, found: tuple[list[dict[str, Any]], bool]) -> Head:
    objects, exact = found
    file_size = path.stat().st_size
    items = len(objects) if exact else round(len(objects) * file_size / _PREVIEW_BYTES)
    return Head("JSON table", rows_of(objects[:SAMPLE_ROWS]), items, exact, file_size, encoding="utf-8")


def _objects_at_start(path: Path) -> tuple[list[dict[str, Any]], bool]:
    """Objects from the start of the file, and whether these are all."""
    if path.stat().st_size <= _PREVIEW_BYTES:
        return _all_objects(path), True
    with path.open("rb") as file:
        text, _ = decoded(file.read(_PREVIEW_BYTES))
    objects = _complete_objects(text)
    return (objects, False) if objects else (_all_objects(path), True)


def _complete_objects(text: str) -> list[dict[str, Any]]:
    """The objects of a list that is cut off somewhere; [] where the text is no such list."""
    position = text.find("[") + 1
    if not position or text[: position - 1].strip():
        return []
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    while True:
        while text[position : position + 1] in (" ", "\n", "\t", ","):
            position += 1
        try:
            value, position = decoder.raw_decode(text, position)
        except ValueError:
            return found
        if isinstance(value, dict):
            found.append(value)


def _all_objects(path: Path) -> list[dict[str, Any]]:
    file_size = path.stat().st_size
    if not file_size:
        raise EmbexError(f"{path.name} is empty.", "Choose a file that holds data.")
    if file_size > LARGEST:
        text = f"{path.name} is {size(file_size)} of JSON in one piece, more than can be read at once."
        raise EmbexError(text, "Convert it to JSON Lines, one object a line, or to Parquet.")
    text, _ = decoded(path.read_bytes())
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{path.name} breaks off or is damaged at line {error.lineno}, character {error.colno}"
        raise EmbexError(f"{where}: it is not valid JSON.", "Repair that place and add the file again.") from error
    except RecursionError as error:
        raise EmbexError(f"{path.name} is nested too deeply.", "Convert it to JSON Lines or CSV.") from error
    objects = objects_in(value)
    if not objects:
        raise EmbexError(f"{path.name} holds no list of objects.", "It should look like [{…}, {…}].")
    return objects
