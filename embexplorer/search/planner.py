"""Which way to answer a search: walk the graph, score the rows that pass the filter, or score them all."""

import math
from dataclasses import dataclass, replace

import numpy as np

from embexplorer.data.hits import Method
from embexplorer.data.vectors import Metric
from embexplorer.search.exact import Scored, scan, scan_rows
from embexplorer.search.graph import GraphIndex
from embexplorer.search.trust import DEPTHS, Trust, tenth_distance

# Milliseconds for one number of a vector, by the median of 40 queries at 100,000 x 384 on two nearly idle cores of a
# server; only their ratio decides. Scattered rows cost two to four times as much a number, as was measured on a busy
# machine; that only favours a scan of a few milliseconds over a walk of about as many, so one figure is enough.
_SCAN_MS = 1.35e-7  # 5.2 ms for all rows
_WALK_MS = 5.5e-6  # 0.35, 0.51, 0.89, 1.6, 3.4 ms for a walk of width 100, 200, 400, 800, 1600
# A choice, not a measurement: of n neighbours n * share pass a filter on average, and chance should rarely leave too
# few. At k = 10 and half the rows, 42 are asked for, of which fewer than 10 pass once in 10,000 queries.
_SPARE = 1.6


@dataclass(frozen=True)
class Request:
    """What the plan depends on. matching: rows that pass the filter. trust: None where no graph is there."""

    rows: int
    matching: int
    k: int
    dims: int
    exact: bool = False
    trust: Trust | None = None

    @property
    def depth(self) -> int:
        """How many unfiltered neighbours hold k that pass, where the filter has nothing to do with the query."""
        if self.matching == self.rows:
            return max(self.k, DEPTHS[0])
        return math.ceil(_SPARE * self.k * self.rows / self.matching) + DEPTHS[0]

    def pays(self, width: int) -> bool:
        """Whether a walk of this width is cheaper than to score every row that passes."""
        return width * _WALK_MS < self.matching * _SCAN_MS


@dataclass(frozen=True)
class Plan:
    """ef: of the graph's first walk, else 0. why: a sentence."""

    method: Method
    ef: int
    why: str


@dataclass(frozen=True)
class Found(Scored):
    """The rows and how they were found. exact: no better row was missed."""

    method: Method
    exact: bool
    why: str


def plan(request: Request) -> Plan:
    """How to answer: by nothing, by the graph where it is trusted and pays, or by an exact scan."""
    if request.matching == 0 or request.k <= 0:
        return Plan("empty", 0, "There is nothing to rank.")
    if request.trust is not None and not request.exact:
        width = request.trust.width(request.depth)
        if width and request.pays(width):
            return Plan("graph", width, "The search index leads to the nearest items without comparing them all.")
    if request.matching < request.rows:
        return Plan("list", 0, "Each item that passes the filter was compared.")
    return Plan("exact", 0, "Every item was compared.")


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
    request = Request(len(matrix), matching, k, int(matrix.shape[1]), exact, trust)
    chosen = plan(request)
    if chosen.method == "empty":
        return Found(np.empty(0, np.int64), np.empty(0, np.float32), 0, "empty", True, chosen.why)
    if chosen.method == "graph" and graph is not None:
        rows = _walk(graph, query, request, chosen.ef, allowed)
        if rows is not None:
            scored = scan_rows(matrix, query, k, metric, rows)
            return Found(scored.rows, scored.scores, scored.candidates, "graph", False, chosen.why)
        chosen = plan(replace(request, exact=True))
    scored = scan(matrix, query, k, metric, allowed)
    return Found(scored.rows, scored.scores, scored.candidates, chosen.method, True, chosen.why)


def _allowed(rows: int, mask: np.ndarray | None, exclude_rows: np.ndarray | None) -> np.ndarray | None:
    if exclude_rows is None or not len(exclude_rows):
        return mask
    allowed = np.ones(rows, np.bool_) if mask is None else np.array(mask, np.bool_)
    allowed[exclude_rows] = False
    return allowed


def _walk(
    graph: GraphIndex, query: np.ndarray, request: Request, ef: int, allowed: np.ndarray | None
) -> np.ndarray | None:
    """The neighbours that pass the filter, at least k, or None where they cannot be trusted to be the best."""
    vector = np.asarray(query, np.float64).reshape(-1)
    if graph.metric == "cosine":
        vector = vector / (np.linalg.norm(vector) or 1.0)
    while True:
        rows, distances = graph.query(vector, request.depth, ef)
        needed = graph.trust.width(request.depth, tenth_distance(distances))
        if not needed or not request.pays(needed):
            return None
        if needed <= ef:
            break
        ef = needed
    rows = rows if allowed is None else rows[allowed[rows]]
    return rows if len(rows) >= min(request.k, request.matching) else None
