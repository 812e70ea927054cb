"""Everything that an answer found, in its order, and the line between what is likely related and the rest."""

from dataclasses import dataclass

import numpy as np

from embexplorer.app.scores import ScoresView
from embexplorer.app.state import Facts
from embexplorer.app.table import sorted_rows
from embexplorer.data.hits import Hits
from embexplorer.data.relevance import Relevance

_BARS = 56
_LOWEST = 0.002  # of the scores may lie below the first bar, and count to it


@dataclass(frozen=True, eq=False)
class Standing:
    """hits: everything, in the order of the answer. rows: int64 (m,), the rows of the hits. proposed: the relevance
    line, None where scores say nothing about it. edges, totals: the histogram of the scores, as in ScoresView.
    by_score: the order is that of the scores. ascending: float32 (m,), the scores sorted."""

    hits: Hits
    rows: np.ndarray
    proposed: float | None
    edges: np.ndarray
    totals: np.ndarray
    by_score: bool
    ascending: np.ndarray

    def above(self, line: float | None) -> int:
        """How many score more than the line; all without one."""
        below = 0 if line is None else int(np.searchsorted(self.ascending, np.float32(line), "right"))
        return len(self.rows) - below

    def best_above(self, line: float) -> np.ndarray:
        """As rows_above, at once where the order is that of the scores."""
        return self.rows[: self.above(line)] if self.by_score else self.rows_above(line)

    def rows_above(self, line: float | None) -> np.ndarray:
        """int64: the rows of what scores more than the line, in the order of the answer."""
        return self.rows if line is None else self.rows[self.hits.scores > line]

    def places(self, facts: Facts, line: float | None, sort: str, descending: bool) -> np.ndarray:
        """int64 (m,): the hits in the order in which they are listed: what is above the line, then the rest, each in
        the order of the answer, or by a column; equal ones in the order of the answer."""
        every = np.arange(len(self.rows))
        if not sort and (self.by_score or line is None):
            return every
        is_above = np.ones(len(every), np.bool_) if line is None else self.hits.scores > line
        parts = [every[is_above], every[~is_above]]
        return np.concatenate([self._sorted(facts, part, sort, descending) for part in parts])

    def _sorted(self, facts: Facts, places: np.ndarray, sort: str, descending: bool) -> np.ndarray:
        if not sort:
            return places
        place_of = np.zeros(len(facts), np.int64)
        place_of[self.rows[places]] = places
        ordered: np.ndarray = place_of[sorted_rows(facts.frame, self.rows[places], sort, descending)]
        return ordered


def standing(hits: Hits, head: np.ndarray, facts: Facts, relevance: Relevance | None) -> Standing:
    """hits: everything. head: int64, the ids that are shown already and so stay in front, in their order."""
    hits = _headed(hits, head)
    rows = facts.rows_of(hits.ids)
    there = np.flatnonzero(rows >= 0)
    hits, rows = (hits, rows) if len(there) == len(rows) else (hits.at(there), rows[there])
    proposed = None
    if relevance is not None and hits.space == relevance.space and len(rows):
        proposed = relevance.line(hits.matching, by_text=hits.by_text)
    edges, totals = _bars(hits.scores, proposed)
    return Standing(hits, rows, proposed, edges, totals, _is_descending(hits.scores[len(head) :]), np.sort(hits.scores))


def scores_view(found: Standing, cut: float | None) -> ScoresView | None:
    """cut: where the user put the line, None for where it stands by itself."""
    if found.proposed is None:
        return None
    line = found.proposed if cut is None else cut
    return ScoresView(found.edges, found.totals, line, found.proposed, found.above(line))


def line_of(found: Standing, cut: float | None) -> float | None:
    """Where the line stands; None where there is none."""
    return None if found.proposed is None else found.proposed if cut is None else cut


def _headed(hits: Hits, head: np.ndarray) -> Hits:
    """The index may have missed one that the whole order has further in front; what is shown stays as it is."""
    if np.array_equal(hits.ids[: len(head)], head):
        return hits
    order = np.argsort(hits.ids, kind="stable")
    at = np.minimum(np.searchsorted(hits.ids, head, sorter=order), len(hits.ids) - 1)
    front = order[at][hits.ids[order[at]] == head] if len(hits.ids) else order
    rest = np.ones(len(hits.ids), np.bool_)
    rest[front] = False
    return hits.at(np.concatenate([front, np.flatnonzero(rest)]))


def _is_descending(scores: np.ndarray) -> bool:
    return bool((scores[1:] <= scores[:-1]).all())


def _bars(scores: np.ndarray, proposed: float | None) -> tuple[np.ndarray, np.ndarray]:
    if proposed is None:
        return np.empty(0), np.empty(0, np.int64)
    few = max(1, int(len(scores) * _LOWEST))
    low = min(float(np.partition(scores, few - 1)[few - 1]), proposed)
    high = max(float(scores.max()), proposed)
    margin = (high - low) * 0.02 or max(abs(high), 1.0) * 0.02
    edges = np.linspace(low - margin, high + margin, _BARS + 1)
    totals = np.histogram(np.clip(scores, edges[0], edges[-1]), edges)[0]
    return edges, totals.astype(np.int64)
