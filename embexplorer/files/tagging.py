"""Cells that hold several tags: how they are recognised, and how they are taken apart."""

import polars as pl

_SEPARATORS = (";", "|", ",")
_LONGEST_TAG = 40
_MOST_BLANKS = 4
_NUMBER_SHAPE = r"^[+-]?[\d.]+([eE][+-]?\d+)?$"
# [{"id": 18, "name": "Drama"}, …], as tables of films have it, in JSON or as Python prints it
_OBJECTS = r"^\[\s*\{.*[\"'](name|label|title|tag|value)[\"']\s*:"
_NAMED = r"""["'](?:name|label|title|tag|value)["']\s*:\s*(?:"[^"]*"|'[^']*')"""
_NAME = r"""^["']\w+["']\s*:\s*["'](.*)["']$"""


def are_tags(text: pl.Series, hinted: bool) -> bool:
    """Whether these cleaned cells without nulls are lists of tags. hinted: the column's name says so.

    Tags recombine: taken apart they are fewer different ones than the cells are. "Portland, OR" and "Morgan, by
    phone" don't, and neither do "Allen, Ann", which all have one comma.
    """
    if are_objects(text):
        return True
    for mark in _SEPARATORS:
        share = float(text.str.contains(mark, literal=True).mean() or 0)  # type: ignore[arg-type]
        if share < (0.1 if hinted else 0.3):
            continue
        parts = _taken_apart(text, mark)
        flat = parts.explode().drop_nulls()
        if not _look_like_tags(flat):
            continue
        if hinted or (flat.n_unique() < text.n_unique() and _recombine(parts, flat, mark)):
            return True
    return False


def are_objects(text: pl.Series) -> bool:
    """Whether most of these cells that are no empty lists are lists of objects with names."""
    filled = text.filter(text.str.strip_chars() != "[]")
    return len(filled) > 0 and bool(filled.str.contains(_OBJECTS).sum() > 0.9 * len(filled))


def tag_separator(sample: pl.Series) -> str:
    """The mark between the tags of a column; "{" where they are the names of objects."""
    if are_objects(sample.drop_nulls()):
        return "{"
    return max(_SEPARATORS, key=lambda mark: int(sample.str.contains(mark, literal=True).sum()))


def tags_of(text: pl.Series, separator: str) -> pl.Series:
    """List(String): the tags of each cell, null where the cell is."""
    if separator == "{":
        return text.str.extract_all(_NAMED).list.eval(pl.element().str.extract(_NAME, 1)).list.drop_nulls()
    return _taken_apart(text, separator)


def _taken_apart(text: pl.Series, mark: str) -> pl.Series:
    part = pl.element().str.strip_chars(" \t\r\n\"'")
    return text.str.strip_chars("[]{}()").str.split(mark).list.eval(part.filter(part != ""))


def _look_like_tags(parts: pl.Series) -> bool:
    """Short, of few words, and not mostly numbers: coordinates are no tags."""
    if not len(parts) or (parts.str.len_chars().quantile(0.95) or 0) > _LONGEST_TAG:
        return False
    if (parts.str.count_matches(" ").quantile(0.95) or 0) > _MOST_BLANKS:
        return False
    return bool(parts.str.contains(_NUMBER_SHAPE).sum() < 0.5 * len(parts))


def _recombine(parts: pl.Series, flat: pl.Series, mark: str) -> bool:
    """Whether tags come again in other cells, and with commas also in varying number."""
    if mark == ",":
        return parts.list.len().n_unique() > 1 and flat.n_unique() <= 0.5 * len(flat)
    return flat.n_unique() <= 0.7 * len(flat)
