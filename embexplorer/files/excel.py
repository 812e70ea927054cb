"""Excel and OpenDocument workbooks: one sheet as a table."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.data.items import ImportChoices, Preview
from embexplorer.files.contract import Chunk, Source
from embexplorer.files.headers import lines_above, looks_like_header, named_columns, told_above
from embexplorer.files.tables import SAMPLE_ROWS, Block, Head, batches, preview_of

_BLOCK_ROWS = 50_000


def preview(source: Source, choices: ImportChoices | None) -> Preview:
    path = source.files[0]
    return preview_of(path, _open(path, choices)[0], choices)


def read(source: Source, choices: ImportChoices, batch_rows: int) -> Iterator[Chunk]:
    path = source.files[0]
    head, blocks = open_table(path, choices)
    return batches(path, head, choices, blocks, batch_rows)


def open_table(path: Path, choices: ImportChoices) -> tuple[Head, Iterator[Block]]:
    head, rows = _open(path, choices)
    return head, _blocks(rows)


def _open(path: Path, choices: ImportChoices | None) -> tuple[Head, pl.DataFrame]:
    rows, sheet, sheets, problems = _sheet(path, choices)
    size = path.stat().st_size
    sample = rows.head(SAMPLE_ROWS)
    head = Head("Excel workbook", sample, rows.height, True, size, sheet=sheet, sheets=sheets, problems=problems)
    return head, rows


def _blocks(rows: pl.DataFrame) -> Iterator[Block]:
    for start in range(0, rows.height, _BLOCK_ROWS):
        part = rows.slice(start, _BLOCK_ROWS)
        yield Block(part, start + part.height, rows.height)


def _sheet(path: Path, choices: ImportChoices | None) -> tuple[pl.DataFrame, str, tuple[str, ...], tuple[Problem, ...]]:
    """All rows of the chosen sheet, or of the first that has any. A sheet holds at most 1,048,576 rows."""
    import fastexcel

    if not path.stat().st_size:
        raise EmbexError(f"{path.name} is empty.", "Choose a file that holds data.")
    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        text = f"{path.name} is damaged or protected by a password, so it cannot be opened."
        raise EmbexError(text, "Save it anew without a password and add it again.") from error
    sheets = tuple(book.sheet_names)
    wanted = choices.sheet if choices else ""
    if wanted and wanted not in sheets:
        raise EmbexError(f"{path.name} has no sheet “{wanted}”.", f"Its sheets are {', '.join(sheets)}.")
    for name in (wanted,) if wanted else sheets:
        loaded = book.load_sheet(name, header_row=None, dtype_coercion="coerce")
        rows = loaded.to_polars()
        if rows.height:
            table, problems = _with_header(path, rows)
            return table, name, sheets, problems
    raise EmbexError(f"{path.name} has no sheet that holds data.", "Choose a workbook that holds a table.")


def _with_header(path: Path, rows: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """The first row as names where it is a header. A header makes polars see text, so types are found again."""
    written = rows.with_columns(pl.all().cast(pl.String, strict=False).fill_null(""))
    first = [list(row) for row in written.head(200).rows()]
    above = lines_above(first)
    has_header = looks_like_header(first[above:])
    names, problems = named_columns(path, first[above] if has_header else [""] * rows.width)
    table = (written if has_header or above else rows).rename(dict(zip(rows.columns, names, strict=True)))
    return table[above + has_header :], (*told_above(path, first[:above]), *problems)
