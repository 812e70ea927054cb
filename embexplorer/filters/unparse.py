"""Tree to text: parse(to_text(tree)) is the tree again."""

import re
from datetime import date

from embexplorer.filters.dates import write_date
from embexplorer.filters.parse import KEYWORDS
from embexplorer.filters.tree import (
    And,
    Between,
    Compare,
    Contains,
    Everything,
    Filter,
    Has,
    In,
    IsMissing,
    Leaf,
    Matches,
    Not,
    Or,
    Selected,
    Similar,
    StartsWith,
    Tagged,
    Value,
)

_BARE = re.compile(r"@?[^\W\d][\w.]*")
# A backslash needs another one only where the pair would be read as an escape.
_AMBIGUOUS_BACKSLASH = re.compile(r"""\\(?=[\\"'nt\n\t]|\Z)""")


def to_text(tree: Filter) -> str:
    """The filter in the language of parse; "" for Everything."""
    return "" if isinstance(tree, Everything) else _text(tree)


def name_text(name: str) -> str:
    """A column's name as the language writes it, in backquotes where it must be."""
    if _BARE.fullmatch(name) and name.lower() not in KEYWORDS:
        return name
    return f"`{name.replace('`', '``')}`"


def value_text(value: Value) -> str:
    """A value as the language writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, date):
        return write_date(value)
    if isinstance(value, int):
        return str(value)
    if abs(value) == float("inf"):
        return "1e999" if value > 0 else "-1e999"
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(float(value))


def quoted(text: str) -> str:
    """The text in double quotes."""
    text = _AMBIGUOUS_BACKSLASH.sub(r"\\\\", text)
    return '"' + text.replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def _text(tree: Filter) -> str:
    if isinstance(tree, Not):
        if isinstance(tree.part, IsMissing):
            return f"{name_text(tree.part.name)} is not missing"
        return f"not {_inner(tree.part, And, Or)}"
    if isinstance(tree, And):
        return " and ".join(_inner(part, And, Or) for part in tree.parts)
    if isinstance(tree, Or):
        return " or ".join(_inner(part, Or) for part in tree.parts)
    return _leaf(tree)


def _inner(part: Filter, *in_brackets: type[Filter]) -> str:
    return f"({_text(part)})" if isinstance(part, in_brackets) else _text(part)


def _leaf(leaf: Leaf) -> str:
    if isinstance(leaf, Everything):
        return "everything"
    if isinstance(leaf, Selected):
        return "selected"
    if isinstance(leaf, Tagged):
        return f"tagged {quoted(leaf.tag)}"
    if isinstance(leaf, Similar):
        at_least = "" if leaf.at_least is None else f" at least {value_text(leaf.at_least)}"
        return f"similar to {value_text(leaf.reference)}{at_least}"
    return f"{name_text(leaf.name)} {_condition(leaf)}"


def _condition(leaf: Compare | In | Between | Has | Contains | StartsWith | Matches | IsMissing) -> str:
    if isinstance(leaf, Compare):
        return f"{leaf.op} {value_text(leaf.value)}"
    if isinstance(leaf, In):
        return f"{'not in' if leaf.negated else 'in'} {_list(leaf.values)}"
    if isinstance(leaf, Between):
        return f"between {value_text(leaf.low)} and {value_text(leaf.high)}"
    if isinstance(leaf, Has):
        return f"has {quoted(leaf.values[0])}" if leaf.mode == "one" else f"has {leaf.mode} {_list(leaf.values)}"
    if isinstance(leaf, IsMissing):
        return "is missing"
    if isinstance(leaf, Matches):
        return f"matches {quoted(leaf.pattern)}"
    return f"{'contains' if isinstance(leaf, Contains) else 'starts with'} {quoted(leaf.text)}"


def _list(values: tuple[Value, ...]) -> str:
    return f"({', '.join(value_text(value) for value in values)})"
