"""Tree to sentence: how a chip, a history entry or an export names a filter."""

from datetime import date

from embexplorer.filters.dates import write_date
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
    OnColumn,
    Or,
    Selected,
    Similar,
    Tagged,
    Value,
)
from embexplorer.filters.unparse import value_text

_NUMBER_WORDS = {"=": "is", "!=": "is not", "<": "below", "<=": "at most", ">": "above", ">=": "at least"}
_DATE_WORDS = {"=": "is", "!=": "is not", "<": "before", "<=": "up to", ">": "after", ">=": "from"}
_SHOWN_VALUES = 5


def sentence(tree: Filter) -> str:
    """The filter for people: "stars at most 2 and section is science or math"; "everything" for no filter."""
    if isinstance(tree, Not):
        return _not(tree.part)
    if isinstance(tree, And):
        return " and ".join(_bracketed(part, Or) for part in tree.parts)
    if isinstance(tree, Or):
        return " or ".join(_bracketed(part, And) for part in tree.parts)
    return _leaf(tree)


def _bracketed(part: Filter, *kinds: type[Filter]) -> str:
    return f"({sentence(part)})" if isinstance(part, kinds) else sentence(part)


def _not(part: Filter) -> str:
    if isinstance(part, IsMissing):
        return f"{_name(part.name)} is not missing"
    if isinstance(part, Selected | Tagged | Similar):
        return f"not {_leaf(part)}"
    if isinstance(part, Everything):
        return "nothing"
    return f"not ({sentence(part)})"


def _leaf(leaf: Leaf) -> str:
    if isinstance(leaf, Everything):
        return "everything"
    if isinstance(leaf, Selected):
        return "selected"
    if isinstance(leaf, Tagged):
        return f"tagged {leaf.tag}"
    if isinstance(leaf, Similar):
        return _similar(leaf)
    return f"{_name(leaf.name)} {_condition(leaf)}"


def _similar(leaf: Similar) -> str:
    meant = f"“{leaf.reference}”" if isinstance(leaf.reference, str) else f"item {leaf.reference:,}"
    return f"similar to {meant}{'' if leaf.at_least is None else f' (at least {value_text(leaf.at_least)})'}"


def _condition(leaf: OnColumn) -> str:
    if isinstance(leaf, Compare):
        words = _DATE_WORDS if isinstance(leaf.value, date) else _NUMBER_WORDS
        return f"{words[leaf.op]} {_value(leaf.value)}"
    if isinstance(leaf, In):
        return _in(leaf)
    if isinstance(leaf, Between):
        return f"from {_value(leaf.low)} to {_value(leaf.high)}"
    if isinstance(leaf, Has):
        return f"has {_listed(leaf.values, 'and' if leaf.mode == 'all' else 'or')}"
    if isinstance(leaf, IsMissing):
        return "is missing"
    if isinstance(leaf, Matches):
        return f"matches {leaf.pattern}"
    return f"{'contains' if isinstance(leaf, Contains) else 'starts with'} “{leaf.text}”"


def _in(leaf: In) -> str:
    if not leaf.negated:
        return f"is {_listed(leaf.values, 'or')}"
    return f"is neither {_listed(leaf.values, 'nor')}" if len(leaf.values) > 1 else f"is not {_value(leaf.values[0])}"


def _listed(values: tuple[Value, ...], joint: str) -> str:
    if len(values) > _SHOWN_VALUES:
        first = ", ".join(_value(value) for value in values[: _SHOWN_VALUES - 1])
        return f"{first} {joint} {len(values) - _SHOWN_VALUES + 1:,} others"
    return f" {joint} ".join(_value(value) for value in values)


def _name(name: str) -> str:
    return name.removeprefix("@")


def _value(value: Value) -> str:
    if isinstance(value, str):
        return value or "empty"
    if isinstance(value, date):
        return write_date(value).replace("T", " ")
    return value_text(value)
