"""A table of items for a terminal: one line an item, as many columns as there is room for."""

from datetime import date, datetime
from typing import Any

import polars as pl

from embexplorer.base.wording import excerpt

_CELL = 48
_GAP = "  "


def lines_of(table: pl.DataFrame, width: int = 0) -> tuple[list[str], list[str]]:
    """The lines of a table, headings first, and the names of the columns that had no room in `width` characters.

    width 0: room for all. The first column is always shown.
    """
    shown: list[list[str]] = []
    used = 0
    for name in table.columns:
        column = _column(table[name])
        used += len(column[0]) + len(_GAP)
        if shown and width and used - len(_GAP) > width:
            break
        shown.append(column)
    lines = [_GAP.join(cells).rstrip() for cells in zip(*shown, strict=True)]
    return lines, table.columns[len(shown) :]


def _column(values: pl.Series) -> list[str]:
    """The heading, a rule and the cells, all of one width; numbers end at the right."""
    cells = [excerpt(values.name, _CELL), *(excerpt(_cell(value), _CELL) for value in values.to_list())]
    width = max(len(cell) for cell in cells)
    padded = [cell.rjust(width) if values.dtype.is_numeric() else cell.ljust(width) for cell in cells]
    return [padded[0], "─" * width, *padded[1:]]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.6g}" if isinstance(value, float) else str(value)
