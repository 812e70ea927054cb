"""What a query finds, and how it is shown: page by page, kept until something else is asked."""

from dataclasses import dataclass, replace

import numpy as np

from embexplorer.app.core import Core
from embexplorer.app.details import result_rows
from embexplorer.app.resolve import Aspect, about_selection
from embexplorer.app.session import Session
from embexplorer.app.state import Facts
from embexplorer.app.values import ResultRow, ResultsView
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.base.wording import count
from embexplorer.data.hits import Hits
from embexplorer.data.query import Query
from embexplorer.filters.unparse import to_text
from embexplorer.work.job import QUERY


class Answering:
    """Asks whenever the query, the filter or the project's vectors are others than those of the last answer."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.results = ResultsView()
        self._asked: _Asked | None = None
        core.after_show.append(self._on_show)
        core.on_leave.append(self._forget)

    def hit_rows(self) -> np.ndarray:
        """int64: the rows of the results that are shown, best first."""
        return np.array([row.row for row in self.results.rows], np.int64)

    def _forget(self) -> None:
        self._asked = None
        self._show(ResultsView(), np.empty(0, np.int64))

    def _on_show(self, changed: frozenset[Aspect]) -> None:
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
    hits: Hits = session.searcher.search(query, selected, facts.frame, facts.masks)
    return Outcome(value=(hits, result_rows(session, facts, hits)))
