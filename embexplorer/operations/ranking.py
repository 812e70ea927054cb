"""The items that fit a query's terms best: by one blended vector, or as sets that are met, joined and taken away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import count, excerpt
from embexplorer.data.query import ImageTerm, ItemsTerm, Query, Term, TextTerm
from embexplorer.data.vectors import Metric, normalised
from embexplorer.search.aside import taken_out
from embexplorer.search.compose import compose
from embexplorer.search.planner import Found
from embexplorer.search.sets import SetQuery, scan_sets, score_sets

# Up to so many terms the nearest of each are cheaper than all scores of all.
_MOST_LISTS = 12
# The first list holds this many times k where some of it may be left out, and each further one grows by _DEEPER, until
# lists of more than a part _MOST_SHARE of the rows cost more than to score every row.
_SPARE, _DEEPER, _MOST_SHARE = 4, 8, 1 / 16
_WORDS_SHOWN = 40

Nearest = Callable[[np.ndarray, int], Found]


@dataclass(frozen=True, eq=False)
class Ground:
    """What is searched. nearest: the planner over it, from a vector (d,) and how many. rows: int64, those that may be
    hits. centre: the mean of the space, (d,), asked for only where something is set aside."""

    matrix: np.ndarray
    metric: Metric
    nearest: Nearest
    rows: Callable[[], np.ndarray]
    centre: Callable[[], np.ndarray]


def ranked(query: Query, vectors: dict[Term, np.ndarray], ground: Ground, k: int) -> tuple[Found, tuple[str, ...]]:
    """The k best rows, and what is to be said of them. vectors: of each active term, (d,).

    Raises EmbexError where the terms leave nothing to search for.
    """
    notes = _contradictions(query)
    goal = _goal(query, vectors, ground)
    if isinstance(goal, np.ndarray):
        return ground.nearest(goal, k), notes
    if len(goal.pulls) == 1 and not len(goal.pushes):
        return ground.nearest(goal.pulls[0], k), notes
    found = _by_lists(goal, ground, k) or _by_scan(goal, ground, k)
    if len(goal.pushes) and len(found.rows) < min(k, len(ground.rows())):
        kept = "Nothing is" if not len(found.rows) else f"Only {count(len(found.rows), 'item')} {_be(found)}"
        notes = (*notes, f"{kept} more like what is asked for than like what is to be left out.")
    return found, notes


def _be(found: Found) -> str:
    return "is" if len(found.rows) == 1 else "are"


def _goal(query: Query, vectors: dict[Term, np.ndarray], ground: Ground) -> np.ndarray | SetQuery:
    """One vector, or sets of vectors."""
    aside = [vectors[term] for term in query.set_aside()]
    pulls, pushes = query.pulling(), query.pushing()
    if not pulls:
        raise EmbexError("The query only says what to avoid.", "Add a text or an item that results should be like.")

    def free(vector: np.ndarray) -> np.ndarray:
        return taken_out(vector, aside, ground.metric, ground.centre()) if aside else vector

    by_vector = query.combine == "blend" and not (query.but_not and pushes)
    if by_vector:
        return free(compose([(vectors[term], term.weight) for term in (*pulls, *pushes)], ground.metric))
    if query.combine == "blend":
        wanted, weights = [compose([(vectors[t], t.weight) for t in pulls], ground.metric)], [1.0]
    else:
        wanted, weights = [vectors[term] for term in pulls], [term.weight for term in pulls]
    return SetQuery(
        _unit([free(vector) for vector in wanted], ground.metric),
        np.array(weights),
        "either" if query.combine == "either" else "both",
        _unit([free(vectors[term]) for term in pushes], ground.metric, len(wanted[0])),
        np.array([-term.weight for term in pushes]),
        ground.metric,
    )


def _unit(vectors: Sequence[np.ndarray], metric: Metric, dims: int = 0) -> np.ndarray:
    if not vectors:
        return np.empty((0, dims), np.float32)
    stacked = np.stack(vectors).astype(np.float32)
    return normalised(stacked) if metric == "cosine" else stacked


def _by_lists(goal: SetQuery, ground: Ground, k: int) -> Found | None:
    """From the nearest of each pulling term, as deep as it needs; None where that is no way or does not pay.

    The k best by the largest score are among the k nearest of each term: an item that is not has k others before it
    under the very term that gives it its score. No such thing holds for the smallest, nor for unequal weights.
    """
    if len(goal.pulls) > 1 and (goal.joined == "both" or np.ptp(goal.weights) > 0 or len(goal.pulls) > _MOST_LISTS):
        return None
    pulling = SetQuery(goal.pulls, goal.weights, goal.joined, goal.pushes[:0], goal.push_weights[:0], goal.metric)
    depth, scored = (k * _SPARE if len(goal.pushes) else k), 0
    while True:
        lists = [ground.nearest(pull, depth) for pull in goal.pulls]
        scored += sum(found.candidates for found in lists)
        together = np.unique(np.concatenate([found.rows for found in lists]))
        best, _ = score_sets(ground.matrix, pulling, depth, together)
        rows, scores = score_sets(ground.matrix, goal, k, best)
        if len(rows) >= k or all(len(found.rows) < depth for found in lists):
            least = next((found for found in lists if not found.exact), lists[0])
            return Found(rows, scores, scored, least.method, least.exact, least.why, least.recall)
        depth *= _DEEPER
        if depth > len(ground.matrix) * _MOST_SHARE:
            return None


def _by_scan(goal: SetQuery, ground: Ground, k: int) -> Found:
    rows = ground.rows()
    scored = scan_sets(ground.matrix, goal, k, rows)
    if len(rows) < len(ground.matrix):
        why = "Each item that passes the filter was compared with every part of the query."
        return Found(scored.rows, scored.scores, scored.candidates, "list" if len(rows) else "empty", True, why)
    why = "Every item was compared with every part of the query."
    return Found(scored.rows, scored.scores, scored.candidates, "exact", True, why)


def _contradictions(query: Query) -> tuple[str, ...]:
    """Notes on what is asked both for and against. Raises EmbexError where that is all that is asked."""
    wanted = {_what(term): term for term in query.pulling()}
    unwanted = {_what(term) for term in query.pushing()}
    twice = [name_of(term) for what, term in wanted.items() if what in unwanted]
    if not twice:
        return ()
    names = " and ".join(f"“{name}”" for name in twice[:3])
    left_out = query.combine != "blend" or query.but_not
    if left_out and len(twice) == len(wanted):
        raise EmbexError(
            f"The query asks for {names} and against it, so there is nothing left to search for.",
            "Take one of the two away, or turn one round.",
        )
    return (f"The query asks both for and against {names}.",)


def _what(term: Term) -> tuple[str, object]:
    """Equal for terms that ask for the same, whatever their weights."""
    if isinstance(term, TextTerm):
        return "text", " ".join(term.text.split()).casefold()
    return ("image", term.path) if isinstance(term, ImageTerm) else ("items", frozenset(term.ids))


def name_of(term: Term) -> str:
    """How a term is called in a sentence."""
    if isinstance(term, TextTerm):
        return excerpt(term.text, _WORDS_SHOWN)
    if isinstance(term, ImageTerm):
        return term.path.replace("\\", "/").rsplit("/", 1)[-1]
    assert isinstance(term, ItemsTerm)
    return term.label or (f"item {term.ids[0]}" if len(term.ids) == 1 else count(len(term.ids), "item"))
