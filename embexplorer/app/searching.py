"""The query bar and the facets: what is asked, and which items are looked at."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from embexplorer.app.conditions import as_typed, kind_of, range_condition, typed_name, values_condition
from embexplorer.app.core import Core
from embexplorer.app.details import item_name, result_rows
from embexplorer.app.queryview import read_filter
from embexplorer.app.resolve import Aspect, about_selection
from embexplorer.app.session import Session
from embexplorer.app.state import Facts
from embexplorer.app.values import ResultRow, ResultsView
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.base.wording import count, excerpt
from embexplorer.data.hits import Hits
from embexplorer.data.query import ImageTerm, ItemsTerm, Mode, Query, Term, TextTerm
from embexplorer.filters.tree import Filter, replace_condition
from embexplorer.filters.unparse import to_text
from embexplorer.work.job import QUERY


class Searching:
    """Edits the query and the filter; every change is answered at once."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.results = ResultsView()
        self._asked: _Asked | None = None
        core.after_show.append(self._on_show)
        core.on_leave.append(self._forget)

    def _forget(self) -> None:
        self._asked = None
        self._show(ResultsView(), np.empty(0, np.int64))

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
        self._core.change(filter=tree, filter_text=to_text(tree))

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

    def clear_filter(self) -> None:
        self.set_filter_text("")

    # -- answers ----------------------------------------------------------------------------------------------

    def _on_show(self, changed: frozenset[Aspect]) -> None:
        """Ask again where the query, the filter or the project's vectors are others than those of the last answer."""
        core = self._core
        if core.facts is None or core.session is None:
            return
        query = replace(core.state.query, where=to_text(core.state.filter))
        session, facts, mask = core.session, core.facts, core.state.selection.mask
        asked, before = _Asked(query, mask if about_selection(core.state.filter) else None, facts), self._asked
        if before is not None and before.same(asked):
            return
        self._asked = asked
        if not query.active_terms():
            core.cancel(QUERY)
            if self.results != ResultsView():
                self._show(ResultsView(), np.empty(0, np.int64))
            return
        if before is None or before.query != query:
            core.view.results.set_results(replace(self.results, searching=True, asked=True))
        core.start(
            "search",
            lambda: _answer(session, facts, query, mask),
            QUERY,
            key="search",
            on_done=self._answered,
            on_failed=self._failed,
        )

    def _answered(self, outcome: Outcome) -> None:
        hits, rows = outcome.value
        self._show(results_view(hits, rows), np.array([r.row for r in rows], np.int64))

    def _failed(self, error: EmbexError) -> None:
        self._show(ResultsView(error=str(error), asked=True), np.empty(0, np.int64))

    def _show(self, results: ResultsView, rows: np.ndarray) -> None:
        self.results = results
        self._core.view.results.set_results(results)
        self._core.view.map.set_hits(rows)
        self._core.set_flags({"hits": len(rows) > 0})

    def hit_rows(self) -> np.ndarray:
        """int64: the rows of the results that are shown, best first."""
        return np.array([row.row for row in self.results.rows], np.int64)


def results_view(hits: Hits, rows: tuple[ResultRow, ...]) -> ResultsView:
    """The answer in words: how many of how many, how sure, how long."""
    how = "exact" if hits.exact else "approximate"
    summary = f"{count(len(rows), 'result')} from {count(hits.matching, 'item')} · {how} · {hits.took_ms:.0f} ms"
    return ResultsView(rows, summary, hits.notes, asked=True, can_be_exact=not hits.exact)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What an answer depends on. selected: bool (n,) where the filter is about the selection, else None."""

    query: Query
    selected: np.ndarray | None
    facts: Facts

    def same(self, other: "_Asked") -> bool:
        return self.facts is other.facts and self.selected is other.selected and self.query == other.query


def _answer(session: Session, facts: Facts, query: Query, selected: np.ndarray) -> Operation:
    yield Step(0, 1, "Searching")
    hits: Hits = session.searcher.search(query, selected, facts.frame)
    return Outcome(value=(hits, result_rows(session, facts, hits)))
