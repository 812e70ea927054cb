"""Which way to answer a search: a table of methods, each with what it can do and what it costs."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from embexplorer.data.hits import Method
from embexplorer.data.vectors import Metric
from embexplorer.search.exact import Scored, scan, scan_rows
from embexplorer.search.graph import GraphIndex
from embexplorer.search.trust import DEPTHS, Trust

# Milliseconds, measured on two cores of a server at 384 dims (tests/benchmarks/test_search_speed.py); a laptop is
# slower in all of them alike, and only their ratios decide.
_FIXED_MS = 0.05
_SCORE_MS = 2.8e-7  # a number of a row that is scored
_SELECT_MS = 1.0e-5  # a row that takes part in choosing the best
_WALK_MS = 6.0e-6  # a number per candidate of the graph's walk
_SPARE = 1.6  # more neighbours than the filter's share asks for, so that chance seldom leaves too few


@dataclass(frozen=True)
class Request:
    """What the plan depends on. matching: rows that pass the filter. trust: None where no graph is there."""

    rows: int
    matching: int
    k: int
    dims: int
    metric: Metric
    exact: bool = False
    trust: Trust | None = None

    @property
    def depth(self) -> int:
        """How many unfiltered neighbours hold k that pass, where the filter has nothing to do with the query."""
        share = self.matching / self.rows if self.rows else 0.0
        if share >= 1:
            return self.k
        return math.ceil(_SPARE * self.k / share) + DEPTHS[0] if share else self.rows

    @property
    def width(self) -> int:
        """The graph's ef for that depth; 0 where the graph is missing or not good enough."""
        return self.trust.width(self.depth) if self.trust is not None else 0


@dataclass(frozen=True)
class Plan:
    """ef: of the graph's walk, else 0. why: a sentence."""

    method: Method
    ef: int
    cost_ms: float
    why: str


@dataclass(frozen=True)
class Found(Scored):
    """The rows and how they were found. exact: no better row was missed."""

    method: Method
    exact: bool
    why: str


@dataclass(frozen=True)
class Candidate:
    """A method of the table."""

    method: Method
    possible: Callable[[Request], bool]
    cost_ms: Callable[[Request], float]
    why: str


# In order of preference at equal cost.
METHODS: tuple[Candidate, ...] = (
    Candidate(
        "empty",
        lambda r: r.matching == 0 or r.k <= 0,
        lambda r: 0.0,
        "There is nothing to rank.",
    ),
    Candidate(
        "list",
        lambda r: r.matching < r.rows,
        lambda r: _FIXED_MS + r.matching * (r.dims * _SCORE_MS + _SELECT_MS),
        "Few items pass the filter, so each of them was compared.",
    ),
    Candidate(
        "graph",
        lambda r: not r.exact and r.width > 0,
        lambda r: _FIXED_MS + r.width * r.dims * _WALK_MS,
        "The search index leads to the nearest items without comparing them all.",
    ),
    Candidate(
        "exact",
        lambda r: True,
        lambda r: _FIXED_MS + r.rows * (r.dims * _SCORE_MS + _SELECT_MS),
        "Every item was compared.",
    ),
)


def plan(request: Request) -> Plan:
    """The cheapest of the methods that can answer."""
    costs = [(method.cost_ms(request), method) for method in METHODS if method.possible(request)]
    cost, best = min(costs, key=lambda pair: pair[0])
    return Plan(best.method, request.width if best.method == "graph" else 0, cost, best.why)


def search(
    matrix: np.ndarray,
    query: np.ndarray,
    k: int,
    metric: Metric,
    mask: np.ndarray | None = None,
    graph: GraphIndex | None = None,
    exact: bool = False,
    exclude_rows: np.ndarray | None = None,
) -> Found:
    """The k rows of matrix (n, d) that are nearest to query (d,), fewer where fewer match.

    mask: bool (n,), the rows that pass the filter. exclude_rows: the query's own rows, which are never hits. graph: is
    used where its measured recall holds, and an exact scan steps in where its answer turns out not to be good enough:
    too few that pass the filter, or too far away to trust. exact: never the graph.
    """
    allowed = _allowed(len(matrix), mask, exclude_rows)
    matching = len(matrix) if allowed is None else int(np.count_nonzero(allowed))
    fits = graph is not None and graph.rows == len(matrix) and graph.metric == metric
    trust = graph.trust if graph is not None and fits else None
    request = Request(len(matrix), matching, k, int(matrix.shape[1]), metric, exact, trust)
    chosen = plan(request)
    if chosen.method == "empty":
        return Found(np.empty(0, np.int64), np.empty(0, np.float32), 0, "empty", True, chosen.why)
    if chosen.method == "graph" and graph is not None:
        found = _by_graph(matrix, query, request, chosen, graph, allowed)
        if found is not None:
            return found
        chosen = plan(Request(len(matrix), matching, k, request.dims, metric, exact=True))
    if chosen.method == "list" and allowed is not None:
        scored = scan_rows(matrix, query, k, metric, np.flatnonzero(allowed))
    else:
        scored = scan(matrix, query, k, metric, allowed)
    return Found(scored.rows, scored.scores, scored.candidates, chosen.method, True, chosen.why)


def _allowed(rows: int, mask: np.ndarray | None, exclude_rows: np.ndarray | None) -> np.ndarray | None:
    if exclude_rows is None or not len(exclude_rows):
        return mask
    allowed = np.ones(rows, np.bool_) if mask is None else np.array(mask, np.bool_)
    allowed[exclude_rows] = False
    return allowed


def _by_graph(
    matrix: np.ndarray, query: np.ndarray, request: Request, chosen: Plan, graph: GraphIndex, allowed: np.ndarray | None
) -> Found | None:
    """What the graph finds, or None where that cannot be trusted to be the best."""
    vector = np.asarray(query, np.float64).reshape(-1)
    if request.metric == "cosine":
        vector = vector / (np.linalg.norm(vector) or 1.0)
    rows, distances = graph.query(vector, request.depth, chosen.ef)
    if not graph.trust.holds(distances):
        return None
    rows = rows if allowed is None else rows[allowed[rows]]
    if len(rows) < min(request.k, request.matching):
        return None
    scored = scan_rows(matrix, query, request.k, request.metric, rows)
    return Found(scored.rows, scored.scores, chosen.ef, "graph", False, chosen.why)
