"""CSV and TSV: the delimiter and the header found, any size read in bounded memory."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.base.wording import count
from embexplorer.data.items import ImportChoices, Preview
from embexplorer.files.contract import Chunk, Source
from embexplorer.files.encodings import Utf8Stream, find_encoding, known_encoding
from embexplorer.files.records import (
    LONGEST_RECORD,
    Dialect,
    Raggedness,
    cells_of,
    last_record_end,
    parse,
    whole_records,
)
from embexplorer.files.tables import SAMPLE_ROWS, Block, Head, batches, preview_of

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 1 << 20
_NUMBER = re.compile(r"^[+-]?[\d.,]*\d%?$")


def preview(source: Source, choices: ImportChoices | None) -> Preview:
    path = source.files[0]
    return preview_of(path, _head(path, _start_of(path, choices)), choices)


def read(source: Source, choices: ImportChoices, batch_rows: int) -> Iterator[Chunk]:
    path = source.files[0]
    head, blocks = open_table(path, choices)
    return batches(path, head, choices, blocks, batch_rows)


def open_table(path: Path, choices: ImportChoices) -> tuple[Head, Iterator[Block]]:
    start = _start_of(path, choices)
    return _head(path, start), _blocks(path, start)


def _head(path: Path, start: "_Start") -> Head:
    ragged = Raggedness()
    rows = parse(start.body, start.names, start.dialect, ragged).head(SAMPLE_ROWS)
    size = path.stat().st_size
    exact = start.whole
    per_row = max(1.0, len(start.body) / max(1, ragged.records))
    estimate = ragged.records if exact else round(size * start.utf8_share / per_row)
    return Head(
        format="TSV table" if start.dialect.delimiter == "\t" else "CSV table",
        rows=rows,
        items=estimate,
        items_exact=exact,
        size_bytes=size,
        encoding=start.encoding,
        delimiter=start.dialect.delimiter,
        problems=start.problems,
    )


def _blocks(path: Path, start: "_Start") -> Iterator[Block]:
    """All rows, a block of some megabytes at a time; the last block brings what was found wrong on the way."""
    total = path.stat().st_size
    ragged = Raggedness()
    with path.open("rb") as file:
        before = path.stat()
        stream = Utf8Stream(file, start.encoding)
        pending = start.header_bytes
        for block in whole_records(stream.blocks(), start.dialect):
            rows = parse(block[pending:], start.names, start.dialect, ragged)
            pending = 0
            yield Block(rows, stream.consumed, total)
        after = path.stat()
    changed = (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size)
    problems = _told(path, stream, ragged, changed, start.has_header)
    yield Block(pl.DataFrame(schema=dict.fromkeys(start.names, pl.String)), total, total, problems)


@dataclass(frozen=True)
class _Start:
    """What the first bytes say. body: complete records below the header, in UTF-8. header_bytes: what lies above it
    in the UTF-8 of the file. utf8_share: bytes of UTF-8 per byte of the file. whole: nothing follows the body."""

    encoding: str
    dialect: Dialect
    names: list[str]
    has_header: bool
    header_bytes: int
    body: bytes
    utf8_share: float
    whole: bool
    problems: tuple[Problem, ...]


def _start_of(path: Path, choices: ImportChoices | None) -> _Start:
    """Reads a megabyte, or more where not even one record ends within it."""
    chosen = choices or ImportChoices()
    for size in (_SAMPLE_BYTES, LONGEST_RECORD):
        start = _start_within(path, chosen, size)
        if start.body or start.whole:
            break
    return start


def _start_within(path: Path, chosen: ImportChoices, size: int) -> _Start:
    encoding, sample, share, whole = _sample(path, chosen.encoding, size)
    dialect = find_dialect(sample, chosen.delimiter, path.suffix.lower() in (".tsv", ".tab"))
    if not whole:
        sample = sample[: last_record_end(sample, dialect)] or sample[: sample.find(b"\n") + 1]
    first = cells_of(sample, dialect, SAMPLE_ROWS)
    has_header = bool(first) and looks_like_header(first)
    header = first[0] if has_header else []
    header = header + [""] * (_common_width(first[has_header:]) - len(header))
    names, problems = named_columns(path, header)
    header_bytes = _header_length(sample, dialect) if has_header else 0
    return _Start(encoding, dialect, names, has_header, header_bytes, sample[header_bytes:], share, whole, problems)


def _sample(path: Path, encoding: str, size: int) -> tuple[str, bytes, float, bool]:
    """The encoding, the first bytes as UTF-8, how many of those come of a byte of the file, and whether it is all.

    Raises EmbexError for an empty file.
    """
    with path.open("rb") as file:
        raw = file.read(size)
    if not raw:
        raise EmbexError(f"{path.name} is empty.", "Choose a file that holds data.")
    encoding = known_encoding(encoding) if encoding else find_encoding(raw[:_SAMPLE_BYTES])
    sample = b"".join(Utf8Stream(io.BytesIO(raw), encoding).blocks())
    if not sample.strip():
        raise EmbexError(f"{path.name} holds nothing but blank lines.", "Choose a file that holds data.")
    return encoding, sample, len(sample) / len(raw), len(raw) < size


def find_dialect(sample: bytes, chosen: str = "", prefer_tab: bool = False) -> Dialect:
    """The delimiter that cuts the records into the most cells alike; and whether quotation marks enclose cells."""
    candidates = (chosen,) if chosen else _DELIMITERS
    best, dialect = -1.0, Dialect("\t" if prefer_tab else ",")
    for delimiter in candidates:
        for quoted in (True, False):
            trial = Dialect(delimiter, quoted)
            widths = [len(cells) for cells in cells_of(sample[:131_072], trial, 200)]
            score = _evenness(widths) + (0.1 if quoted else 0.0) + (0.2 if prefer_tab and delimiter == "\t" else 0.0)
            if score > best and ((widths and max(widths) > 1) or chosen):
                best, dialect = score, trial
    return dialect


def _evenness(widths: list[int]) -> float:
    """The share of records as wide as the commonest width above one, and a little for more cells."""
    whole = widths[:-1] if len(widths) > 2 else widths
    wide = [width for width in whole if width > 1]
    if not wide:
        return 0.0
    common = max(set(wide), key=wide.count)
    return 3 * wide.count(common) / len(whole) + min(common, 50) / 100


def looks_like_header(records: list[list[str]]) -> bool:
    """False only where the first record is clearly data: it holds numbers where the next ones do, or repeats below."""
    first, rest = records[0], records[1:200]
    if not rest:
        return not any(_NUMBER.match(cell.strip()) for cell in first)
    if any(_NUMBER.match(cell.strip()) for cell in first if cell.strip()):
        same = [i for i, cell in enumerate(first) if _NUMBER.match(cell.strip()) and _is_numeric_column(rest, i)]
        return not same
    return not any(cell and len(cell) > 200 for cell in first)


def _is_numeric_column(records: list[list[str]], position: int) -> bool:
    cells = [record[position].strip() for record in records if len(record) > position and record[position].strip()]
    return bool(cells) and sum(1 for cell in cells if _NUMBER.match(cell)) > 0.9 * len(cells)


def named_columns(path: Path, header: list[str]) -> tuple[list[str], tuple[Problem, ...]]:
    """Unique, non-empty names, and what was renamed to get them."""
    names: list[str] = []
    empty = doubled = 0
    for position, raw in enumerate(header, 1):
        name = " ".join(raw.split())
        empty += not name
        name = name or f"column {position}"
        unique, number = name, 2
        while unique in names:
            unique, number = f"{name} ({number})", number + 1
        doubled += unique != name
        names.append(unique)
    problems = []
    if empty and empty < len(header):
        example = next(name for name, raw in zip(names, header, strict=True) if not raw.strip())
        problems.append(Problem(path.name, f"{count(empty, 'column')} had no name and got one, such as “{example}”."))
    if doubled:
        example = next(name for name, raw in zip(names, header, strict=True) if name != (" ".join(raw.split()) or name))
        problems.append(Problem(path.name, f"Columns of the same name were told apart, such as “{example}”."))
    return names, tuple(problems)


def _common_width(records: list[list[str]]) -> int:
    widths = [len(record) for record in records]
    return max(set(widths), key=widths.count, default=1)


def _header_length(sample: bytes, dialect: Dialect) -> int:
    """How many bytes the first record takes, with blank lines before it."""
    start = len(sample) - len(sample.lstrip(b"\r\n"))
    end = start
    while True:
        line_end = sample.find(b"\n", end)
        if line_end < 0:
            return len(sample)
        end = line_end + 1
        if not dialect.quoted or sample.count(b'"', start, end) % 2 == 0:
            return end


def _told(path: Path, stream: Utf8Stream, ragged: Raggedness, changed: bool, has_header: bool) -> tuple[Problem, ...]:
    problems = []
    if stream.broken_lines:
        where = f"{path.name}, line {stream.first_broken}"
        text = f"{count(stream.broken_lines, 'line')} held bytes that are not {stream.encoding}; they show as “�”."
        problems.append(Problem(where, text, "Choose another encoding if many words look wrong."))
    if stream.nul_bytes:
        problems.append(Problem(path.name, f"{count(stream.nul_bytes, 'NUL byte')} in it were left out."))
    if ragged.short or ragged.long:
        problems.append(_ragged_problem(path, ragged, has_header))
    if ragged.unclosed:
        text = "A quotation mark is opened and never closed, so the marks after it were read as ordinary characters."
        problems.append(Problem(path.name, text, "Close the quotation mark and add the file again."))
    if changed:
        text = f"{path.name} was changed while it was read."
        problems.append(Problem(path.name, text, "Add it again to take up what is new in it."))
    return tuple(problems)


def _ragged_problem(path: Path, ragged: Raggedness, has_header: bool) -> Problem:
    where = f"{path.name}, row {ragged.first + has_header}"
    parts = []
    if ragged.short:
        parts.append(
            f"{count(ragged.short, 'row')} had too few cells and {'was' if ragged.short == 1 else 'were'} filled up"
        )
    if ragged.long:
        parts.append(f"{count(ragged.long, 'row')} had too many, of which the last were left out")
    return Problem(where, "; ".join(parts) + ".", "Check the first of them for a missing or stray delimiter.")
