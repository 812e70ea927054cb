"""What a query finds, and how it is shown: page by page, kept until something else is asked.

The first page comes by the quickest way. Behind it everything is scored and the line is found between what is likely
related and the rest; further pages, the map's rings and the selection follow from that.
"""

from dataclasses import dataclass, replace

import numpy as np

from embexplorer.app.appearance import label_of
from embexplorer.app.core import Core
from embexplorer.app.details import result_rows
from embexplorer.app.listing import Listing, Page, list_pages
from embexplorer.app.rankwords import method_text
from embexplorer.app.resolve import Aspect, about_selection
from embexplorer.app.scores import Order
from embexplorer.app.session import Session
from embexplorer.app.standing import Standing, scores_view, standing
from embexplorer.app.state import Facts
from embexplorer.app.values import ResultRow, ResultsView
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.base.wording import count
from embexplorer.data.hits import Hits
from embexplorer.data.items import FieldType
from embexplorer.data.query import Query
from embexplorer.filters.unparse import to_text
from embexplorer.work.job import QUERY, Lane

_STANDING = Lane("standing", newest_wins=True, steps_back=True)
_PAGES = Lane("pages", newest_wins=True)
_MOST_RINGS = 5_000  # on the map; more are a blur
_SORTABLE = (FieldType.NUMBER, FieldType.DATE, FieldType.CATEGORY, FieldType.BOOLEAN)


class Answering:
    """Asks whenever the query, the filter or the project's vectors are others than those of the last answer."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.results = ResultsView()
        self._asked: _Asked | None = None
        self._standing: Standing | None = None
        self._listing: Listing | None = None
        core.after_show.append(self._on_show)
        core.on_leave.append(self._forget)

    # -- intents ----------------------------------------------------------------------------------------------

    def set_cut(self, score: float | None) -> None:
        """Where the line stands from now on; None for where it stands by itself."""
        self._core.state = replace(self._core.state, cut=score)
        self._list()

    def sort(self, column: str, descending: bool) -> None:
        """Order the results by a column, "" for the score."""
        self._core.state = replace(self._core.state, results_by=column, results_descending=descending)
        self._list()

    def vary(self, diversity: float) -> None:
        """How unlike each other the first results are to be, 0 to 1."""
        self._core.change(query=replace(self._core.state.query, diversity=diversity))

    def more(self) -> None:
        """The end of the list is seen: show the next page."""
        if self._listing is not None:
            self._load(self._listing, len(self.results.rows))

    def hit_rows(self) -> np.ndarray:
        """int64: the rows of what was found, best first: all above the line, or all that there are without one."""
        if self._standing is None:
            return np.array([row.row for row in self.results.rows], np.int64)
        return self._standing.rows_above(self._line())

    # -- the first answer -------------------------------------------------------------------------------------

    def _forget(self) -> None:
        self._asked = None
        self._clear(ResultsView())

    def _on_show(self, changed: frozenset[Aspect]) -> None:
        core = self._core
        if core.facts is None or core.session is None:
            return
        query = replace(core.state.query, where=to_text(core.state.filter))
        session, facts, mask = core.session, core.facts, core.state.selection.mask
        asked = _Asked(session, facts, query, mask if about_selection(core.state.filter) else None)
        before = self._asked
        if before is not None and before.same(asked):
            return  # and the answer to what was asked before is still the one that is waited for
        self._asked = asked
        if before is not None and before.terms() != asked.terms():
            core.state = replace(core.state, cut=None)  # it was drawn for what was asked then
        same = before is not None and before.query == query
        shown = len(self.results.rows) if same else 0
        core.cancel(_STANDING)
        core.cancel(_PAGES)
        self._standing = self._listing = None
        if not query.active_terms():
            core.cancel(QUERY)
            if self.results != ResultsView():
                self._clear(ResultsView())
            return
        if not same:
            core.view.results.set_results(replace(self.results, searching=True, asked=True))
        core.start(
            "search",
            lambda: _answer(asked, max(query.k, shown)),
            QUERY,
            key="search",
            on_done=lambda outcome: self._answered(asked, outcome),
            on_failed=self._failed,
        )

    def _answered(self, asked: "_Asked", outcome: Outcome) -> None:
        hits, rows = outcome.value
        if asked is not self._asked:
            return
        self._core.view.item.set_words(hits.words)
        self._show(
            replace(results_view(hits, rows), order=self._order(hits)), np.array([r.row for r in rows], np.int64)
        )
        if not len(hits):
            return
        self._core.start(
            "standing",
            lambda: _everything(asked, np.array(hits.ids, np.int64)),
            _STANDING,
            key="standing",
            on_step=lambda step: self._stood(asked, step.payload),
            on_done=lambda outcome: self._stood(asked, outcome.value),
            on_failed=lambda _error: None,  # the first page is there, and said what there is to say
        )

    def _failed(self, error: EmbexError) -> None:
        self._clear(ResultsView(error=str(error), asked=True))

    def _clear(self, results: ResultsView) -> None:
        self._core.view.item.set_words(())
        self._standing = self._listing = None
        self._show(results, np.empty(0, np.int64))

    def _show(self, results: ResultsView, rings: np.ndarray) -> None:
        self.results = results
        self._core.view.results.set_results(results)
        self._core.view.map.set_hits(rings[:_MOST_RINGS])
        self._core.set_flags({"hits": len(results.rows) > 0})

    # -- everything -------------------------------------------------------------------------------------------

    def _line(self) -> float | None:
        found, cut = self._standing, self._core.state.cut
        return None if found is None or found.proposed is None else found.proposed if cut is None else cut

    def _stood(self, asked: "_Asked", found: Standing | None) -> None:
        if asked is self._asked and found is not None:
            self._standing = found
            self._list()

    def _list(self) -> None:
        """The list as the line and the order want it now."""
        found, asked, state = self._standing, self._asked, self._core.state
        if found is None or asked is None:
            return
        line, descending = self._line(), state.results_descending
        sort = state.results_by if state.results_by in asked.facts.schema else ""
        is_plain = not sort and (found.by_score or line is None)
        if is_plain and (self._listing is None or self._listing.is_plain):
            # no item moves with the line, so that what is shown stays
            everything = np.arange(len(found.rows))
            self._listing = self._listing or Listing(asked.session, asked.facts, found.hits, everything, True)
            self._told(self.results.rows)
            return
        self._core.start(
            "order",
            lambda: list_pages(asked.session, asked.facts, found, (line, sort, descending), asked.query.k),
            _PAGES,
            key="page",
            on_done=lambda outcome: self._listed(asked, outcome.value),
        )

    def _listed(self, asked: "_Asked", outcome: tuple[Listing, Page]) -> None:
        if asked is self._asked:
            self._listing, page = outcome
            self._told(page.rows)

    def _load(self, listing: Listing, start: int) -> None:
        if self._asked is None or start >= len(listing):
            return
        end = start + max(1, self._asked.query.k)
        self._core.start(
            "page",
            lambda: listing.load(start, end),
            _PAGES,
            key="page",
            on_done=lambda outcome: self._paged(listing, outcome.value),
        )

    def _paged(self, listing: Listing, page: Page) -> None:
        if listing is self._listing and page.start == len(self.results.rows):
            self._told(self.results.rows + page.rows)

    def _told(self, rows: tuple[ResultRow, ...]) -> None:
        """Show these rows of the list, and what is known of all."""
        found, listing = self._standing, self._listing
        if found is None or listing is None:
            return
        line = self._line()
        scores = scores_view(found, self._core.state.cut)
        above = None if scores is None else scores.above
        rings = np.array([r.row for r in rows], np.int64) if line is None else found.best_above(line)
        headline = _headline(found, above, len(rows))
        results = replace(self.results, rows=rows, scores=scores, above=above, total=len(listing), headline=headline)
        self._show(replace(results, order=self._order(found.hits), is_whole=True), rings)

    def _order(self, hits: Hits) -> Order:
        state, facts = self._core.state, self._core.facts
        schema = {} if facts is None else facts.schema
        columns = tuple((name, label_of(name)) for name, kind in schema.items() if _can_sort(name, kind))
        by = state.results_by if state.results_by in schema else ""
        letters = schema.get(by) not in (FieldType.NUMBER, FieldType.DATE, FieldType.BOOLEAN)
        return Order(by, state.results_descending, columns, letters, state.query.diversity if hits.space else None)


def results_view(hits: Hits, rows: tuple[ResultRow, ...]) -> ResultsView:
    """The answer in words: how many of how many, how sure, how long."""
    among = count(hits.matching, "item") if hits.documents is None else count(hits.documents.number, "document")
    summary = f"from {among} · {method_text(hits)} · {hits.took_ms:.0f} ms"
    total, headline = len(rows), count(len(rows), "result" if hits.documents is None else "document")
    return ResultsView(
        rows, summary, hits.notes, asked=True, can_be_exact=not hits.exact, total=total, headline=headline
    )


def _headline(found: Standing, above: int | None, shown: int) -> str:
    if above is not None:
        return f"{above:,} likely related" if above else "Nothing likely related"
    total = len(found.rows)
    every = count(total, "result" if found.hits.documents is None else "document")
    return every if shown >= total else f"{shown:,} of {every}"


def _can_sort(name: str, kind: FieldType) -> bool:
    return name == "@title" or (kind in _SORTABLE and not name.startswith("@"))


@dataclass(frozen=True, eq=False)
class _Asked:
    """What an answer depends on. selected: bool (n,) where the filter is about the selection, else None."""

    session: Session
    facts: Facts
    query: Query
    selected: np.ndarray | None

    def same(self, other: "_Asked") -> bool:
        return self.facts is other.facts and self.selected is other.selected and self.query == other.query

    def terms(self) -> tuple[object, ...]:
        """What scores depend on."""
        query = self.query
        return query.active_terms(), query.mode, query.space, query.combine, query.but_not


def _answer(asked: _Asked, first: int) -> Operation:
    """Outcome.value is the Hits and their rows. first: how many; what was shown already is shown again."""
    yield Step(0, 1, "Searching")
    facts, session = asked.facts, asked.session
    hits: Hits = session.searcher.search(replace(asked.query, k=first), asked.selected, facts.frame, facts.masks)
    return Outcome(value=(hits, result_rows(session, facts, hits)))


def _everything(asked: _Asked, head: np.ndarray) -> Operation:
    """Outcome.value is a Standing. head: int64, the ids that are shown already."""
    yield Step(0, 1)
    facts, searcher = asked.facts, asked.session.searcher
    hits: Hits = searcher.everything(asked.query, asked.selected, facts.frame, facts.masks)
    yield Step(1, 2)
    relevance = None
    if hits.space:
        relevance = (yield from searcher.calibrate(hits.space)).value
    return Outcome(value=standing(hits, head, facts, relevance))
