"""A filter as the conditions that it joins, each of which can be taken away alone."""

from dataclasses import dataclass

import numpy as np

from embexplorer.app.state import Facts
from embexplorer.base.wording import excerpt
from embexplorer.filters.tree import Filter, Not, Similar, all_of, conjuncts
from embexplorer.filters.unparse import value_text
from embexplorer.filters.words import sentence

_MOST = 24
_TITLE = 16


@dataclass(frozen=True)
class ConditionChip:
    """position: among the conditions that must all hold. words: what it asks. whole: the same in full, for a tip."""

    position: int
    words: str
    whole: str


@dataclass(frozen=True)
class FilterChips:
    """The first conditions of a filter, and how many more there are."""

    chips: tuple[ConditionChip, ...] = ()
    more: int = 0


def filter_chips(tree: Filter, facts: Facts) -> FilterChips:
    """One chip for each condition that must hold; an item that others are compared with is called by its title."""
    parts = conjuncts(tree)
    chips = tuple(ConditionChip(i, _words(part, facts), sentence(part)) for i, part in enumerate(parts[:_MOST]))
    return FilterChips(chips, len(parts) - len(chips))


def without(tree: Filter, position: int) -> Filter:
    """The filter without the condition at a position; the same where there is none."""
    return all_of(part for i, part in enumerate(conjuncts(tree)) if i != position)


def with_similar(tree: Filter, item: int) -> Filter:
    """The filter narrowed to what is similar to an item, in place of another item or text if it names one."""
    kept = [part for part in conjuncts(tree) if not isinstance(part, Similar)]
    return all_of([*kept, Similar(item)])


def _words(part: Filter, facts: Facts) -> str:
    """Short where a panel is narrow: what is similar is told with its score in sight."""
    if isinstance(part, Not) and isinstance(part.part, Similar):
        return f"not {_words(part.part, facts)}"
    if not isinstance(part, Similar):
        return sentence(part)
    least = "" if part.at_least is None else f" ≥ {value_text(part.at_least)}"
    return f"similar to {_named(part.reference, facts)}{least}"


def _named(reference: int | str, facts: Facts) -> str:
    if isinstance(reference, str):
        return f"“{excerpt(reference, _TITLE)}”"
    if not facts.has_item(reference):
        return f"item {reference:,}"
    values = facts.frame.row(int(facts.rows_of(np.array([reference]))[0]), named=True)
    title = excerpt(values["@title"] or values["@text"] or "", _TITLE)
    return f"“{title}”" if title else f"item {reference:,}"
