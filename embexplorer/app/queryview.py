"""The query bar's picture of a query."""

from embexplorer.app.state import Facts, State
from embexplorer.app.values import Chip, QueryView
from embexplorer.data.query import ImageTerm, ItemsTerm, Term, TextTerm
from embexplorer.filters.parse import parse
from embexplorer.filters.tree import Everything, Filter, FilterError
from embexplorer.filters.words import sentence


def query_view(state: State, facts: Facts, problem: str = "") -> QueryView:
    """The chips, the filter as text and as words, and what can be completed. problem: why the filter cannot be used
    though it can be read."""
    error, error_at = problem, -1
    try:
        read_filter(state.filter_text, facts)
    except FilterError as unread:
        error, error_at = str(unread), -1 if unread.position is None else unread.position
    query = state.query
    return QueryView(
        chips=tuple(chip(term) for term in query.terms),
        filter_text=state.filter_text,
        filter_words="" if isinstance(state.filter, Everything) else sentence(state.filter),
        error=error,
        error_at=error_at,
        k=query.k,
        mode=query.mode,
        exact=query.exact,
        names=tuple(facts.schema.items()),
        tags=tuple(facts.tags),
        spaces=tuple(space.name for space in facts.spaces),
        space=query.space,
        combine=query.combine,
        but_not=query.but_not,
        lexical_weight=query.lexical_weight,
        by=query.by,
        has_passages=facts.has_passages,
    )


def read_filter(text: str, facts: Facts) -> Filter:
    """The filter of a text, checked against the project's columns. Raises FilterError."""
    return parse(text, facts.schema, facts.has_item)


def chip(term: Term) -> Chip:
    if isinstance(term, TextTerm):
        return Chip("text", term.text, term.weight, term.muted, aside=term.aside)
    if isinstance(term, ImageTerm):
        name = term.path.replace("\\", "/").rsplit("/", 1)[-1]
        return Chip("image", name, term.weight, term.muted, term.path, term.aside)
    assert isinstance(term, ItemsTerm)
    return Chip("items", term.label or f"{len(term.ids):,} items", term.weight, term.muted, aside=term.aside)
