"""Delimited text cut at the ends of records, and records cut into cells.

The fast road lets polars parse a whole block; it is taken when the quotation marks of the block are where the format
wants them and each record has as many cells as the header. Any other block goes through Python's csv module, which
keeps every cell of ragged records and reads a stray quotation mark as itself.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl

# A record that is longer than this has a quotation mark that is never closed.
LONGEST_RECORD = 128 << 20
_QUOTE, _LINE_FEED, _RETURN = 34, 10, 13
_OVERFLOW = "\x00overflow"


@dataclass
class Dialect:
    """delimiter: one character. quoted: whether quotation marks enclose cells; else they are ordinary characters."""

    delimiter: str
    quoted: bool = True


@dataclass
class Raggedness:
    """Records with too few or too many cells: how many, and the number of the first, from 1 for the first record."""

    short: int = 0
    long: int = 0
    first: int = 0
    unclosed: int = 0
    records: int = field(default=0, repr=False)

    def note(self, position: int, cells: int, width: int) -> None:
        if cells == width:
            return
        self.short += cells < width
        self.long += cells > width
        self.first = self.first or self.records + position + 1


def whole_records(blocks: Iterator[bytes], dialect: Dialect) -> Iterator[bytes]:
    """The same bytes, each block ending where a record ends."""
    pending = b""
    for block in blocks:
        pending = pending + block if pending else block
        end = last_record_end(pending, dialect)
        if not end and len(pending) > LONGEST_RECORD:
            end = pending.rfind(b"\n") + 1
        if end:
            yield pending[:end]
            pending = pending[end:]
    if pending:
        yield pending


def parse(block: bytes, names: list[str], dialect: Dialect, ragged: Raggedness) -> pl.DataFrame:
    """Whole records to one String column per name. Blank lines are left out; missing cells are empty."""
    rows = _parse_fast(block, names, dialect) if _is_regular(block, dialect) else None
    if rows is None:
        rows = _parse_slowly(block, names, dialect, ragged)
    ragged.records += rows.height
    return rows


def cells_of(block: bytes, dialect: Dialect, limit: int) -> list[list[str]]:
    """The first records as lists of cells, as they are; blank lines left out."""
    found = []
    for cells in _records(block, dialect):
        if cells:
            found.append(cells)
        if len(found) >= limit:
            break
    return found


def last_record_end(block: bytes, dialect: Dialect) -> int:
    """The position after the last line feed that is not inside quotation marks; 0 where there is none."""
    end = block.rfind(b"\n") + 1
    if not dialect.quoted or not end:
        return end
    odd = block.count(b'"', 0, end) % 2
    while odd and end:
        # after the last mark every line feed is inside the cell that it opens
        mark = block.rfind(b'"', 0, end)
        before = block.rfind(b"\n", 0, mark) + 1
        odd ^= block.count(b'"', before, end) % 2
        end = before
    return end


def _is_regular(block: bytes, dialect: Dialect) -> bool:
    """Whether every quotation mark opens or closes a cell or is doubled inside one."""
    if not dialect.quoted or b'"' not in block:
        return True
    raw = np.frombuffer(b"\n" + block + b"\n", np.uint8)
    marks = np.flatnonzero(raw == _QUOTE)
    if len(marks) % 2:
        return False
    borders = (_LINE_FEED, _RETURN, _QUOTE, ord(dialect.delimiter))
    opens, closes = raw[marks[::2] - 1], raw[marks[1::2] + 1]
    return bool(_among(opens, borders).all() and _among(closes, borders).all())


def _among(values: np.ndarray, wanted: tuple[int, ...]) -> np.ndarray:
    table = np.zeros(256, np.bool_)
    table[list(wanted)] = True
    found: np.ndarray = table[values]
    return found


def _parse_fast(block: bytes, names: list[str], dialect: Dialect) -> pl.DataFrame | None:
    """None where some record is ragged or polars does not take the block."""
    try:
        rows = pl.read_csv(
            io.BytesIO(block),
            has_header=False,
            schema=dict.fromkeys([*names, _OVERFLOW], pl.String),
            separator=dialect.delimiter,
            quote_char='"' if dialect.quoted else None,
            empty_string_is_null=False,
            missing_columns="insert",
            extra_columns="ignore",
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        return None
    overflow = rows[_OVERFLOW]
    rows = rows.drop(_OVERFLOW)
    if overflow.null_count() < len(overflow) and (overflow.str.len_bytes() > 0).any():
        return None
    return _without_blank_lines(rows, block, names, dialect)


def _without_blank_lines(rows: pl.DataFrame, block: bytes, names: list[str], dialect: Dialect) -> pl.DataFrame | None:
    """None where the number of delimiters shows that some record is too short."""
    delimiters = block.count(dialect.delimiter.encode())
    if dialect.quoted and b'"' in block:
        within = rows.select(pl.all().str.count_matches(dialect.delimiter, literal=True).sum())
        delimiters -= sum(within.row(0)) if within.width else 0
    expected = rows.height * (len(names) - 1)
    if delimiters == expected and len(names) > 1:
        return rows
    filled = rows.filter(pl.any_horizontal(pl.all().fill_null("") != ""))
    return filled if delimiters == filled.height * (len(names) - 1) else None


def _parse_slowly(block: bytes, names: list[str], dialect: Dialect, ragged: Raggedness) -> pl.DataFrame:
    width = len(names)
    columns: list[list[str]] = [[] for _ in names]
    position = 0
    for cells in _closed_records(block, dialect, ragged):
        if not cells:
            continue
        ragged.note(position, len(cells), width)
        position += 1
        cells = [*cells, *[""] * (width - len(cells))]
        for column, cell in zip(columns, cells, strict=False):
            column.append(cell)
    return pl.DataFrame([pl.Series(name, cells, pl.String) for name, cells in zip(names, columns, strict=True)])


def _closed_records(block: bytes, dialect: Dialect, ragged: Raggedness) -> Iterator[list[str]]:
    """The records; where a quotation mark swallows all that follows, the marks are read as themselves instead."""
    if not dialect.quoted or block.count(b'"') % 2 == 0:
        return _records(block, dialect)
    records = list(_records(block, dialect))
    last = records[-1] if records else []
    if any(cell.count("\n") > 1 for cell in last):
        ragged.unclosed += 1
        return _records(block, Dialect(dialect.delimiter, quoted=False))
    return iter(records)


def _records(block: bytes, dialect: Dialect) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_RECORD * 2)
    text = io.StringIO(block.decode("utf-8", "replace"), newline="")
    if not dialect.quoted:
        return csv.reader(text, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(text, delimiter=dialect.delimiter)
