"""A filter is a value: one frozen tree that can be shown, stored, compared, combined and evaluated.

Meaning. A condition holds for an item or it does not; nothing is unknown. No operator ever matches a missing value,
`!=` and `not in` included: whoever asks for "stars != 2" wants items that have stars. `not` in front of a condition is
the exact complement, so "not stars = 2" also gives the items without stars.
Missing are: nothing at all, an empty text, an empty list of tags, a number that is not a number.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import FieldType

# A date without a time means the whole day; a datetime has no zone, is UTC and is exact to the millisecond.
Value = bool | float | str | date

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]

# What every item has besides its fields. A bare name means the user's field of that name if there is one.
BUILT_INS: Mapping[str, FieldType] = {
    "@id": FieldType.NUMBER,
    "@kind": FieldType.CATEGORY,
    "@source": FieldType.CATEGORY,
    "@title": FieldType.TEXT,
    "@text": FieldType.TEXT,
    "@tags": FieldType.TAGS,
}


class FilterError(EmbexError):
    """A filter that cannot be read or used. position: the character in the text, from 0; None where it has no text."""

    def __init__(self, text: str, hint: str = "", position: int | None = None) -> None:
        super().__init__(text, hint)
        self.position = position


class _Node:
    """`&`, `|` and `~` join filters as they join selections."""

    def __and__(self, other: "Filter") -> "Filter":
        return all_of((self, other))  # type: ignore[arg-type]  # every node is one of the union

    def __or__(self, other: "Filter") -> "Filter":
        return any_of((self, other))  # type: ignore[arg-type]

    def __invert__(self) -> "Filter":
        return self.part if isinstance(self, Not) else Not(self)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Everything(_Node):
    """Every item: the empty text."""


@dataclass(frozen=True)
class Compare(_Node):
    """A column against one value; `<` and its like for numbers and dates only."""

    name: str
    op: Comparison
    value: Value


@dataclass(frozen=True)
class In(_Node):
    """Equal to one of the values, of which there is at least one; negated: present and equal to none."""

    name: str
    values: tuple[Value, ...]
    negated: bool = False


@dataclass(frozen=True)
class Between(_Node):
    """From low to high, both included; a date includes its whole day."""

    name: str
    low: Value
    high: Value


@dataclass(frozen=True)
class Has(_Node):
    """A column of tags holds the value ("one"), any, or all of the values."""

    name: str
    mode: Literal["one", "any", "all"]
    values: tuple[str, ...]


@dataclass(frozen=True)
class Contains(_Node):
    """The text holds this text, capitals or not."""

    name: str
    text: str


@dataclass(frozen=True)
class StartsWith(_Node):
    """The text begins with this text, capitals or not."""

    name: str
    text: str


@dataclass(frozen=True)
class Matches(_Node):
    """The text holds something that the regular expression describes (Rust's syntax; capitals count)."""

    name: str
    pattern: str


@dataclass(frozen=True)
class IsMissing(_Node):
    name: str


@dataclass(frozen=True)
class Selected(_Node):
    """The items that are selected now."""


@dataclass(frozen=True)
class Tagged(_Node):
    """The items that the user gave this tag."""

    tag: str


@dataclass(frozen=True)
class Similar(_Node):
    """The items that are like an item (its number) or a text by the vectors, the item itself included. at_least: the
    score from which on, as a search shows it; None for the score from which on items are likely related."""

    reference: int | str
    at_least: float | None = None


@dataclass(frozen=True)
class Not(_Node):
    part: "Filter"


@dataclass(frozen=True)
class And(_Node):
    """At least two parts; make it with all_of."""

    parts: tuple["Filter", ...]


@dataclass(frozen=True)
class Or(_Node):
    """At least two parts; make it with any_of."""

    parts: tuple["Filter", ...]


OnColumn = Compare | In | Between | Has | Contains | StartsWith | Matches | IsMissing
Leaf = OnColumn | Everything | Selected | Tagged | Similar
Filter = Leaf | Not | And | Or


def conjuncts(tree: Filter) -> tuple[Filter, ...]:
    """The conditions that must all hold, nested ands opened; () for Everything."""
    if isinstance(tree, And):
        return tuple(inner for part in tree.parts for inner in conjuncts(part))
    return () if isinstance(tree, Everything) else (tree,)


def all_of(parts: Iterable[Filter]) -> Filter:
    """All of the parts hold; Everything when there is none."""
    flat = tuple(inner for part in parts for inner in conjuncts(part))
    return And(flat) if len(flat) > 1 else flat[0] if flat else Everything()


def any_of(parts: Iterable[Filter]) -> Filter:
    """At least one of the parts holds; nothing matches when there is none."""
    flat: list[Filter] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Or) else (part,))
    return Or(tuple(flat)) if len(flat) > 1 else flat[0] if flat else Not(Everything())


def leaves(tree: Filter) -> Iterator[Leaf]:
    """Every condition of the tree, from left to right."""
    if isinstance(tree, Not):
        yield from leaves(tree.part)
    elif isinstance(tree, And | Or):
        for part in tree.parts:
            yield from leaves(part)
    else:
        yield tree


def columns_of(tree: Filter) -> frozenset[str]:
    """The names that the tree speaks of, as written; what speaks of none (selected, tagged, similar) counts as ""."""
    return frozenset(leaf.name if isinstance(leaf, OnColumn) else "" for leaf in leaves(tree))


def column_of(name: str, columns: Iterable[str]) -> str | None:
    """The column that a name means: the user's field first, then the built-in; None where there is none."""
    known = set(columns)
    if name in known:
        return name
    built_in = f"@{name}"
    if name in BUILT_INS or built_in in BUILT_INS:
        return name if name in BUILT_INS else built_in
    return None


def replace_condition(tree: Filter, name: str, new: Filter | None) -> Filter:
    """The filter with what it asks of this column alone replaced, in its place, or taken away (None)."""
    kept: list[Filter] = []
    pending = new
    for part in conjuncts(tree):
        if columns_of(part) != {name}:
            kept.append(part)
        elif pending is not None:
            kept.append(pending)
            pending = None
    return all_of([*kept, pending] if pending is not None else kept)


def split_conditions(tree: Filter, names: Iterable[str]) -> tuple[dict[str, Filter], Filter]:
    """What the filter asks of each of these columns alone, and the rest: together they are the filter."""
    wanted = set(names)
    conditions: dict[str, Filter] = {}
    rest: list[Filter] = []
    for part in conjuncts(tree):
        columns = columns_of(part)
        name = next(iter(columns)) if len(columns) == 1 else ""
        if name in wanted:
            conditions[name] = all_of([conditions.get(name, Everything()), part])
        else:
            rest.append(part)
    return conditions, all_of(rest)
