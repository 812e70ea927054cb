"""The query bar and the facets: what is asked, and which items are looked at."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from embexplorer.app.conditions import as_typed, kind_of, range_condition, typed_name, values_condition
from embexplorer.app.core import Core
from embexplorer.app.details import item_name
from embexplorer.app.filterchips import with_similar, without
from embexplorer.app.queryview import read_filter
from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import count, excerpt
from embexplorer.data.query import ImageTerm, ItemsTerm, Mode, Term, TextTerm
from embexplorer.filters.tree import Filter, replace_condition
from embexplorer.filters.unparse import to_text


class Searching:
    """Edits the query and the filter; every change is answered at once (app/answering)."""

    def __init__(self, core: Core) -> None:
        self._core = core

    # -- the terms --------------------------------------------------------------------------------------------

    def add_text(self, text: str, weight: float = 1.0) -> None:
        if text.strip():
            self._add(TextTerm(text.strip(), weight))

    def add_image(self, path: str, weight: float = 1.0) -> None:
        self._add(ImageTerm(path, weight))

    def add_images(self, paths: list[str]) -> None:
        for path in paths:
            self.add_image(path)

    def add_rows(self, rows: np.ndarray, weight: float = 1.0) -> None:
        """More (or, with a negative weight, less) like the mean of these items."""
        facts = self._core.facts
        if facts is None or not len(rows):
            return
        ids = tuple(int(i) for i in facts.ids[rows])
        label = excerpt(item_name(facts, int(rows[0])), 40) if len(ids) == 1 else count(len(ids), "item")
        self._add(ItemsTerm(ids, label, weight))

    def remove_term(self, position: int) -> None:
        self._set_terms([t for i, t in enumerate(self._core.state.query.terms) if i != position])

    def flip_term(self, position: int) -> None:
        """More like becomes less like, and back."""
        self._edit(position, lambda term: replace(term, weight=-term.weight))

    def mute_term(self, position: int, muted: bool) -> None:
        self._edit(position, lambda term: replace(term, muted=muted))

    def clear(self) -> None:
        self._set_terms([])

    def set_options(self, *, k: int | None = None, mode: Mode | None = None, exact: bool | None = None) -> None:
        given = {"k": k, "mode": mode, "exact": exact}
        query = replace(self._core.state.query, **{key: v for key, v in given.items() if v is not None})  # type: ignore[arg-type]
        self._core.change(query=query)

    def set_space(self, name: str) -> None:
        self._core.change(query=replace(self._core.state.query, space=name))

    def _add(self, term: Term) -> None:
        self._set_terms([*self._core.state.query.terms, term])

    def _edit(self, position: int, change: Callable[[Term], Term]) -> None:
        terms = list(self._core.state.query.terms)
        if 0 <= position < len(terms):
            terms[position] = change(terms[position])
            self._set_terms(terms)

    def _set_terms(self, terms: list[Term]) -> None:
        self._core.change(query=replace(self._core.state.query, terms=tuple(terms)))

    # -- the filter -------------------------------------------------------------------------------------------

    def set_filter_text(self, text: str) -> None:
        """What the user types. While it cannot be read, the old filter stays and the bar says where it goes wrong."""
        core = self._core
        if core.facts is None:
            return
        try:
            tree = read_filter(text, core.facts)
        except EmbexError:
            core.change(filter_text=text)
        else:
            core.change(filter_text=text, filter=tree)

    def set_condition(self, name: str, condition: Filter | None) -> None:
        """A facet's condition on its column; None takes it away."""
        facts = self._core.facts
        own = () if facts is None else facts.schema
        tree = replace_condition(as_typed(self._core.state.filter, own), typed_name(name, own), condition)
        self._set_filter(tree)

    def set_values(self, name: str, values: tuple[str | bool | None, ...]) -> None:
        """A facet's chosen values; None among them stands for "missing", no value at all for no condition."""
        facts = self._core.facts
        kind = None if facts is None else kind_of(name, facts.schema)
        if kind is not None:
            self.set_condition(name, values_condition(name, kind, values))

    def set_range(self, name: str, low: float | None, high: float | None) -> None:
        """A facet's range, dates in milliseconds since 1970; None for an open end."""
        facts = self._core.facts
        kind = None if facts is None else kind_of(name, facts.schema)
        if facts is not None and kind is not None:
            self.set_condition(name, range_condition(name, kind, low, high, whole=name in facts.whole))

    def remove_condition(self, position: int) -> None:
        """Take one of the conditions away that must all hold."""
        self._set_filter(without(self._core.state.filter, position))

    def only_similar(self, row: int) -> None:
        """Let only through what is likely related to an item."""
        facts = self._core.facts
        if facts is not None and 0 <= row < len(facts):
            self._set_filter(with_similar(self._core.state.filter, int(facts.ids[row])))

    def _set_filter(self, tree: Filter) -> None:
        self._core.change(filter=tree, filter_text=to_text(tree))

    def clear_filter(self) -> None:
        self.set_filter_text("")
