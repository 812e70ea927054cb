"""What all tables share: choices completed, rows to items. The formats only bring raw rows."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.base.wording import count
from embexplorer.data.items import Field, FieldType, ImportChoices, ItemBatch, Kind, Preview
from embexplorer.files.contract import Chunk
from embexplorer.files.conversions import Conversion, as_text, conversion_for
from embexplorer.files.fieldtypes import guess_fields, guess_text_column, guess_title_column
from embexplorer.files.keys import Occurrences, row_keys

SAMPLE_ROWS = 2000
PREVIEW_ROWS = 20
LONGEST_CELL = 1_000_000  # characters; a novel has 600,000
_LONGEST_SHOWN = 300


@dataclass(frozen=True)
class Head:
    """The start of a table: raw rows (at most SAMPLE_ROWS, strings or native types), and what was found out."""

    format: str
    rows: pl.DataFrame
    items: int
    items_exact: bool
    size_bytes: int
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    text_needed: bool = True  # False where the items come with vectors


@dataclass(frozen=True)
class Block:
    """Some raw rows with the columns of the head, and how far the reader is. problems: known so far and new."""

    rows: pl.DataFrame
    done: float
    total: float
    problems: tuple[Problem, ...] = ()


def preview_of(path: Path, head: Head, choices: ImportChoices | None) -> Preview:
    if not head.rows.height:
        raise no_rows(path)
    fields = guess_fields(head.rows)
    problems = head.problems
    completed = complete(path, head, choices, fields)
    if not completed.text and head.text_needed:
        text = f"No column of {path.name} was found that holds text."
        problems = (*problems, Problem(path.name, text, "Choose the column to embed."))
    return Preview(
        format=head.format,
        kind=Kind.TEXT,
        rows=_shown(head.rows),
        columns=fields,
        choices=completed,
        items=head.items,
        items_exact=head.items_exact,
        size_bytes=head.size_bytes,
        sheets=head.sheets,
        problems=problems,
    )


def complete(
    path: Path, head: Head, choices: ImportChoices | None, fields: tuple[Field, ...] | None = None
) -> ImportChoices:
    """The choices with all that the user left open filled in. Raises EmbexError for a column that is not there."""
    fields = guess_fields(head.rows) if fields is None else fields
    chosen = choices or ImportChoices()
    names = [field.name for field in fields]
    for name in (chosen.text, chosen.title, *(f.name for f in chosen.fields or ())):
        _require(path, name, names)
    if chosen.fields is None:
        others = [field for field in fields if field.name != chosen.title]
        text = chosen.text or guess_text_column(head.rows, others, head.text_needed)
        title = chosen.title or guess_title_column(head.rows, fields, text)
        kept = tuple(field for field in fields if field.name not in (text, title))
        chosen = replace(chosen, text=text, title=title, fields=kept)
    return replace(
        chosen,
        encoding=chosen.encoding or head.encoding,
        delimiter=chosen.delimiter or head.delimiter,
        sheet=chosen.sheet or head.sheet,
    )


def batches(
    path: Path, head: Head, choices: ImportChoices, blocks: Iterator[Block], batch_rows: int
) -> Iterator[Chunk]:
    """Blocks of raw rows to chunks of items; what did not fit is told with the last one.

    Raises EmbexError when the table has no rows.
    """
    reading = Reading(path, head, complete(path, head, choices))
    waiting: Chunk | None = None
    left: tuple[Problem, ...] = ()
    for block in blocks:
        left += block.problems
        for chunk in _chunks(reading, block, batch_rows):
            if waiting is not None:
                yield waiting
            waiting = _with_problems(chunk, left)
            left = ()
    if waiting is None:
        raise no_rows(path)
    yield _with_problems(waiting, (*left, *reading.problems()))


class Reading:
    """Turns raw rows into items, and keeps count of what did not fit."""

    def __init__(self, path: Path, head: Head, choices: ImportChoices) -> None:
        self._path = path
        self._choices = choices
        sample = head.rows
        self._conversions = [(f.name, conversion_for(sample[f.name], f)) for f in choices.fields or ()]
        self._misfits: dict[str, int] = {}
        self._long_cells: dict[str, int] = {}
        self._salt = f"{choices.text}\x1f{choices.title}"
        self._occurrences = Occurrences()

    def items(self, rows: pl.DataFrame) -> ItemBatch:
        rows = self._cut(rows)
        fields = [self._converted(rows, name, conversion) for name, conversion in self._conversions]
        return ItemBatch(
            kind=Kind.TEXT,
            titles=_strings(rows, self._choices.title),
            texts=_strings(rows, self._choices.text),
            uris=[""] * rows.height,
            keys=self._occurrences.number(row_keys(rows, self._salt)),
            fields=pl.DataFrame(fields),
        )

    def problems(self) -> tuple[Problem, ...]:
        found = []
        types = {name: conversion.field.type for name, conversion in self._conversions}
        for name, number in self._misfits.items():
            holds = "1 value that is" if number == 1 else f"{number:,} values that are"
            text = f"The column “{name}” holds {holds} no {_ONE_OF[types[name]]}; there it is left empty."
            found.append(Problem(self._path.name, text, "Import it as text to keep every value."))
        for name, number in self._long_cells.items():
            text = (
                f"{count(number, 'cell')} of the column “{name}” held more than {LONGEST_CELL:,} characters, "
                "of which only the first are kept."
            )
            found.append(Problem(self._path.name, text, "Split such texts into several rows to keep all of them."))
        return tuple(found)

    def _converted(self, rows: pl.DataFrame, name: str, conversion: Conversion) -> pl.Series:
        converted, misfits = conversion.apply(rows[name])
        if misfits:
            self._misfits[name] = self._misfits.get(name, 0) + misfits
        return converted

    def _cut(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Cells of many megabytes, most often a quotation mark gone astray, would fill the memory of all that reads."""
        for name in rows.columns:
            if rows[name].dtype != pl.String or rows[name].estimated_size() <= LONGEST_CELL:
                continue
            long = int((rows[name].str.len_chars() > LONGEST_CELL).sum())
            if long:
                self._long_cells[name] = self._long_cells.get(name, 0) + long
                rows = rows.with_columns(pl.col(name).str.slice(0, LONGEST_CELL))
        return rows


_ONE_OF = {
    FieldType.NUMBER: "number",
    FieldType.DATE: "date",
    FieldType.BOOLEAN: "yes or no",
    FieldType.CATEGORY: "category",
    FieldType.TAGS: "list of tags",
    FieldType.TEXT: "text",
}


def sliced(batch: ItemBatch, start: int, stop: int) -> ItemBatch:
    """Some items of a batch, without its problems."""
    return ItemBatch(
        kind=batch.kind,
        titles=batch.titles[start:stop],
        texts=batch.texts[start:stop],
        uris=batch.uris[start:stop],
        keys=batch.keys[start:stop],
        fields=batch.fields.slice(start, stop - start),
        vectors=None if batch.vectors is None else batch.vectors[start:stop],
    )


def no_rows(path: Path) -> EmbexError:
    return EmbexError(f"{path.name} has no rows of data.", "Choose a table that holds some.")


def _chunks(reading: Reading, block: Block, batch_rows: int) -> Iterator[Chunk]:
    """A block is converted as a whole, which is fast, and handed on in pieces."""
    if not block.rows.height:
        return
    batch = reading.items(block.rows)
    for start in range(0, len(batch), batch_rows):
        piece = sliced(batch, start, start + batch_rows)
        share = (start + len(piece)) / len(batch)
        yield Chunk(piece, block.done * share if block.total else block.done, block.total)


def _with_problems(chunk: Chunk, problems: tuple[Problem, ...]) -> Chunk:
    if not problems:
        return chunk
    batch = replace(chunk.batch, problems=(*chunk.batch.problems, *problems))
    return replace(chunk, batch=batch)


def _strings(rows: pl.DataFrame, name: str) -> list[str]:
    if not name:
        return [""] * rows.height
    values: list[str] = as_text(rows[name]).fill_null("").to_list()
    return values


def _require(path: Path, name: str, names: list[str]) -> None:
    if not name or name in names:
        return
    near = difflib.get_close_matches(name, names, 1, 0.6)
    hint = f"Did you mean “{near[0]}”?" if near else f"Its columns are {', '.join(names[:12])}."
    raise EmbexError(f"{path.name} has no column “{name}”.", hint)


def _shown(rows: pl.DataFrame) -> pl.DataFrame:
    first = rows.head(PREVIEW_ROWS)
    return first.with_columns(pl.col(pl.String).str.slice(0, _LONGEST_SHOWN))
