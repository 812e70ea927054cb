"""What stands above the data of a table: the names of its columns, and lines about the table above these."""

import re
from pathlib import Path

from embexplorer.base.progress import Problem
from embexplorer.base.wording import count, excerpt

_NUMBER = re.compile(r"^[+-]?[\d.,]*\d%?$")
_MOST_LINES_ABOVE = 20
_LONGEST_NAME = 200
_SAMPLE = 200
_WORDS_OF_A_NAME = 3  # of the only column; with several columns a name may be a whole question


def lines_above(records: list[list[str]]) -> int:
    """How many records stand above the table: comments, or a title with one filled cell where the table is wide."""
    wide = common_width(records[:_SAMPLE])
    if wide < 2:
        return 0
    above = 0
    while above < min(_MOST_LINES_ABOVE, len(records) - 2) and _is_about_the_table(records[above], wide):
        above += 1
    return above if above and _filled(records[above]) > wide / 2 else 0


def told_above(path: Path, above: list[list[str]]) -> tuple[Problem, ...]:
    """What is said of the lines above the table."""
    if not above:
        return ()
    were = "was" if len(above) == 1 else "were"
    first = excerpt(next((cell for cell in above[0] if cell.strip()), ""), 60)
    text = f"{count(len(above), 'line')} above the table {were} left out, from “{first}” on."
    return (Problem(path.name, text),)


def looks_like_header(records: list[list[str]]) -> bool:
    """False only where the first record is clearly data: it holds numbers where the next ones do, a value that comes
    again below among others, or a sentence as the only cell."""
    first, rest = records[0], [record for record in records[1:_SAMPLE] if record != records[0]]
    if not rest:
        return not any(_NUMBER.match(cell.strip()) for cell in first)
    if len(first) == 1 and common_width(rest) == 1 and len(first[0].split()) > _WORDS_OF_A_NAME:
        return False
    if any(_NUMBER.match(cell.strip()) for cell in first if cell.strip()):
        same = [i for i, cell in enumerate(first) if _NUMBER.match(cell.strip()) and _is_numeric_column(rest, i)]
        return not same
    if any(_comes_again(rest, position, cell) for position, cell in enumerate(first)):
        return False
    return not any(cell and len(cell) > _LONGEST_NAME for cell in first)


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


def common_width(records: list[list[str]]) -> int:
    """The commonest number of cells; 1 where there are no records."""
    widths = [len(record) for record in records]
    return max(set(widths), key=widths.count, default=1)


def _is_about_the_table(cells: list[str], wide: int) -> bool:
    return _filled(cells) <= 1 and (wide > 2 or cells[0].startswith("#"))


def _filled(cells: list[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _is_numeric_column(records: list[list[str]], position: int) -> bool:
    cells = _column(records, position)
    return bool(cells) and sum(1 for cell in cells if _NUMBER.match(cell)) > 0.9 * len(cells)


def _comes_again(records: list[list[str]], position: int, cell: str) -> bool:
    """A ticked box is written as the column's name, so only a value among others is told by that."""
    cells = _column(records, position)
    return bool(cell.strip()) and cells.count(cell.strip()) > 1 and len(set(cells)) > 1


def _column(records: list[list[str]], position: int) -> list[str]:
    return [record[position].strip() for record in records if len(record) > position and record[position].strip()]
