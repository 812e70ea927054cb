"""CSV and TSV: the delimiter and the header found, any size read in bounded memory."""

import io
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
from embexplorer.files.headers import common_width, lines_above, looks_like_header, named_columns, told_above
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
from embexplorer.files.text_tables import TEXT_SUFFIXES, table_in_text

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 1 << 20
_TEXT_BYTES = 16_384


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
    problems = _told(path, stream, ragged, changed, start.left_out)
    yield Block(pl.DataFrame(schema=dict.fromkeys(start.names, pl.String)), total, total, problems)


@dataclass(frozen=True)
class _Start:
    """What the first bytes say. body: complete records below the header, in UTF-8. header_bytes: what lies above it
    in the UTF-8 of the file. left_out: how many records that is. utf8_share: bytes of UTF-8 per byte of the file.
    whole: nothing follows the body."""

    encoding: str
    dialect: Dialect
    names: list[str]
    left_out: int
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
    suffix = path.suffix.lower()
    # what made a plain text a table is also what cuts it
    delimiter = chosen.delimiter or (
        table_in_text(sample[:_TEXT_BYTES], len(sample) <= _TEXT_BYTES) if suffix in TEXT_SUFFIXES else ""
    )
    dialect = find_dialect(sample, delimiter, suffix in (".tsv", ".tab"))
    if not whole:
        sample = sample[: last_record_end(sample, dialect)] or sample[: sample.find(b"\n") + 1]
    first = cells_of(sample, dialect, SAMPLE_ROWS)
    above = lines_above(first)
    table = first[above:]
    has_header = bool(table) and looks_like_header(table)
    header = table[0] if has_header else []
    header = header + [""] * (common_width(table[has_header:]) - len(header))
    names, problems = named_columns(path, header)
    problems = (*told_above(path, first[:above]), *problems)
    left_out = above + has_header
    header_bytes = _length_of(sample, dialect, left_out)
    return _Start(encoding, dialect, names, left_out, header_bytes, sample[header_bytes:], share, whole, problems)


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
    return dialect if chosen else _of_one_column(sample[:131_072], dialect)


def _of_one_column(sample: bytes, dialect: Dialect) -> Dialect:
    """The dialect, or one that cuts nothing where commas only stand inside sentences: in few of the records, or
    always within quotation marks."""
    widths = [len(cells) for cells in cells_of(sample, dialect, 200)]
    enclosed = not dialect.quoted and all(
        len(cells) == 1 for mark in _DELIMITERS for cells in cells_of(sample, Dialect(mark), 200)
    )
    if not enclosed and sum(width > 1 for width in widths) >= 0.5 * len(widths):
        return dialect
    uncut = next((mark for mark in reversed(_DELIMITERS) if mark.encode() not in sample), dialect.delimiter)
    return Dialect(uncut)


def _evenness(widths: list[int]) -> float:
    """The share of records as wide as the commonest width above one, and a little for more cells."""
    whole = widths[:-1] if len(widths) > 2 else widths
    wide = [width for width in whole if width > 1]
    if not wide:
        return 0.0
    common = max(set(wide), key=wide.count)
    return 3 * wide.count(common) / len(whole) + min(common, 50) / 100


def _length_of(sample: bytes, dialect: Dialect, records: int) -> int:
    """How many bytes the first records take, with blank lines before each."""
    end = 0
    for _ in range(records):
        start = end = len(sample) - len(sample[end:].lstrip(b"\r\n"))
        closed = False
        while not closed:
            line_end = sample.find(b"\n", end)
            if line_end < 0:
                return len(sample)
            end = line_end + 1
            closed = not dialect.quoted or sample.count(b'"', start, end) % 2 == 0
    return end


def _told(path: Path, stream: Utf8Stream, ragged: Raggedness, changed: bool, left_out: int) -> tuple[Problem, ...]:
    problems = []
    if stream.broken_lines:
        where = f"{path.name}, line {stream.first_broken}"
        text = f"{count(stream.broken_lines, 'line')} held bytes that are not {stream.encoding}; they show as “�”."
        problems.append(Problem(where, text, "Choose another encoding if many words look wrong."))
    if stream.nul_bytes:
        problems.append(Problem(path.name, f"{count(stream.nul_bytes, 'NUL byte')} in it were left out."))
    if ragged.short or ragged.long:
        problems.append(_ragged_problem(path, ragged, left_out))
    if ragged.unclosed:
        text = "A quotation mark is opened and never closed, so the marks after it were read as ordinary characters."
        problems.append(Problem(path.name, text, "Close the quotation mark and add the file again."))
    if changed:
        text = f"{path.name} was changed while it was read."
        problems.append(Problem(path.name, text, "Add it again to take up what is new in it."))
    return tuple(problems)


def _ragged_problem(path: Path, ragged: Raggedness, left_out: int) -> Problem:
    where = f"{path.name}, row {ragged.first + left_out}"
    parts = []
    if ragged.short:
        parts.append(
            f"{count(ragged.short, 'row')} had too few cells and {'was' if ragged.short == 1 else 'were'} filled up"
        )
    if ragged.long:
        parts.append(f"{count(ragged.long, 'row')} had too many, of which the last were left out")
    return Problem(where, "; ".join(parts) + ".", "Check the first of them for a missing or stray delimiter.")
