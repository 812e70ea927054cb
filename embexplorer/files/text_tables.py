"""Tables in files that are named as plain texts: found only where the lines can hardly be anything else."""

import csv
import re

from embexplorer.files.encodings import decoded

# names that promise a text, or nothing
TEXT_SUFFIXES = (".txt", ".text", "")
_MOST_RECORDS = 100
_NEARLY_ALL = 0.95
_LINES_WITH_TABS = 3
_LINES_WITH_HEADER = 4
_LINES_WITH_SPACES = 10  # "red, green, blue" is also how a sentence lists things
_FEWEST_COLUMNS = 3
_LONGEST_NAME = 40
_WORDS_OF_A_NAME = 4
# letters first, perhaps a unit in brackets at the end; a year may name a column too
_NAME = re.compile(r"^(#?[^\W\d][\w .%#/-]*(\([^()]*\))?|\d{4})$")
_RULE = re.compile(r"^\s*:?-{2,}:?\s*$")


def table_in_text(head: bytes, whole: bool) -> str:
    """The delimiter of the table that a file starts with, "" where it may be anything else.

    head: the first bytes of the file; whole: whether these are all. Tabs need the same number of cells, two or more,
    in nearly all lines. Other delimiters need three columns or more and a first line of short names besides.
    """
    lines = decoded(head)[0].rstrip("\n").split("\n")
    lines = (lines if whole else lines[:-1])[:_MOST_RECORDS]
    filled = [line for line in lines if line.strip()]
    if not filled or len(filled) < _NEARLY_ALL * len(lines):
        return ""
    if _is_cut_by_tabs(filled):
        return "\t"
    return next((delimiter for delimiter in ("|", ";", ",") if _has_named_columns(filled, delimiter)), "")


def _is_cut_by_tabs(lines: list[str]) -> bool:
    """Lines that begin with a tab are indented: source code, or the first lines of paragraphs."""
    records = [line.split("\t") for line in lines]
    if len(records) < _LINES_WITH_TABS or not _are_of_one_width(records, 2):
        return False
    begun = sum(bool(cells[0].strip()) for cells in records)
    ended = sum(any(cell.strip() for cell in cells[1:]) for cells in records)
    return min(begun, ended) >= _NEARLY_ALL * len(records)


def _has_named_columns(lines: list[str], delimiter: str) -> bool:
    if delimiter not in lines[0]:
        return False
    try:
        records = [cells for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:
        return False
    names, rest = [name.strip() for name in records[0]], records[1:]
    spaced = delimiter != "|" and delimiter + " " in lines[0]
    if len(records) < (_LINES_WITH_SPACES if spaced else _LINES_WITH_HEADER):
        return False
    if not _are_of_one_width(records, _FEWEST_COLUMNS) or not _are_names(names):
        return False
    if all(_RULE.match(cell) for cell in rest[0]):
        return False  # a table of Markdown
    return all(len(cells) != len(names) or not _shares(names, cells) for cells in rest)


def _are_of_one_width(records: list[list[str]], fewest: int) -> bool:
    """Whether nearly all records are as wide as the first."""
    width = len(records[0])
    return width >= fewest and sum(len(cells) == width for cells in records) >= _NEARLY_ALL * len(records)


def _are_names(names: list[str]) -> bool:
    short = all(len(name) <= _LONGEST_NAME and len(name.split()) <= _WORDS_OF_A_NAME for name in names)
    return short and len(set(names)) == len(names) and not names[0].isdecimal() and all(map(_NAME.match, names))


def _shares(names: list[str], cells: list[str]) -> bool:
    """Whether a name comes again below itself, as values do and names do not."""
    return any(name == cell.strip() for name, cell in zip(names, cells, strict=True))
