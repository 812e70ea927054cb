"""Which way to answer a search: by an index, by scoring the rows that pass the filter, or by scoring them all."""

import math
from dataclasses import dataclass, field, replace

import numpy as np

from embexplorer.data.hits import Method
from embexplorer.data.vectors import Metric
from embexplorer.search.costs import Costs
from embexplorer.search.exact import Scored, scan, scan_rows
from embexplorer.search.graph import GraphIndex
from embexplorer.search.partitions import PartitionIndex
from embexplorer.search.recall import Measured, Recalls
from embexplorer.search.trust import DEPTHS, Trust, tenth_distance

# Milliseconds for one number of a vector and one candidate of a walk through the graph: 0.35, 0.51, 0.89, 1.6, 3.4 ms
# for 100, 200, 400, 800, 1600 candidates at 100,000 x 384 on a core of a server.
_WALK_MS = 5.5e-6
# A choice, not a measurement: of n neighbours n * share pass a filter on average, and chance should rarely leave too
# few. At k = 10 and half the rows, 42 are asked for, of which fewer than 10 pass once in 10,000 queries.
_SPARE = 1.6
# An exact answer that takes no longer is not worth approximating: nobody can tell.
_UNNOTICED_MS = 1.0


@dataclass(frozen=True, eq=False)
class Index:
    """What is there to search one matrix by. partitions may be of its first rows alone; what came after is scanned.
    recalls: what the partitions were measured to find. graph: of all rows, None where it was never asked for."""

    partitions: PartitionIndex | None = None
    recalls: Recalls = field(default_factory=Recalls)
    graph: GraphIndex | None = None
    costs: Costs = field(default_factory=Costs)

    def fitting(self, rows: int, dims: int, metric: Metric) -> "Index":
        """The same without what is of other vectors."""
        kind, partitions, graph = (dims, metric), self.partitions, self.graph
        if partitions is not None and (partitions.rows > rows or (partitions.dims, partitions.metric) != kind):
            partitions = None
        if graph is not None and (graph.rows, graph.dims, graph.metric) != (rows, *kind):
            graph = None
        return replace(self, partitions=partitions, graph=graph)


@dataclass(frozen=True)
class Request:
    """What the plan depends on. matching: rows that pass the filter. indexed: rows that the partitions know; expected:
    what was measured on them, None where they are not good enough. trust: None where no graph is there."""

    rows: int
    matching: int
    k: int
    dims: int
    exact: bool = False
    indexed: int = 0
    expected: Measured | None = None
    trust: Trust | None = None
    costs: Costs = field(default_factory=Costs)

    @property
    def depth(self) -> int:
        """How many unfiltered neighbours hold k that pass, where the filter has nothing to do with the query."""
        if self.matching == self.rows:
            return max(self.k, DEPTHS[0])
        return math.ceil(_SPARE * self.k * self.rows / self.matching) + DEPTHS[0]

    @property
    def scan_ms(self) -> float:
        """Of scoring every row that passes."""
        is_dense = 4 * self.matching > self.rows
        return self.matching * self.dims * (self.costs.scanned if is_dense else self.costs.listed)

    @property
    def partitions_ms(self) -> float:
        """Of entering partitions until nothing better can come, and of scanning what is not in them."""
        if self.expected is None:
            return math.inf
        share = self.matching / self.rows
        estimated = self.expected.estimated * self.costs.estimated * self.dims
        scored = (self.expected.scored + (self.rows - self.indexed) * share) * self.costs.listed * self.dims
        return self.costs.asked + estimated + scored

    def graph_ms(self, width: int) -> float:
        return width * _WALK_MS * self.dims if width else math.inf


@dataclass(frozen=True)
class Plan:
    """ef: of the graph's first walk, else 0. why: a sentence."""

    method: Method
    ef: int
    why: str


@dataclass(frozen=True)
class Found(Scored):
    """The rows and how they were found. exact: no better row was missed. recall: of an approximate answer, what share
    of the best rows was found under filters of this kind when it was measured; None where it was not."""

    method: Method
    exact: bool
    why: str
    recall: float | None = None


def plan(request: Request) -> Plan:
    """How to answer: the cheapest way that finds enough, an exact one where that is quick too."""
    if request.matching == 0 or request.k <= 0:
        return Plan("empty", 0, "There is nothing to rank.")
    if not request.exact and request.scan_ms > _UNNOTICED_MS:
        width = request.trust.width(request.depth) if request.trust is not None else 0
        by_graph, by_partitions = request.graph_ms(width), request.partitions_ms
        if by_partitions <= min(by_graph, request.scan_ms):
            return Plan("partitions", 0, "The search index left out the groups of items that cannot be near enough.")
        if by_graph < request.scan_ms:
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
    index: Index | None = None,
    exact: bool = False,
    exclude_rows: np.ndarray | None = None,
) -> Found:
    """The k rows of matrix (n, d), float32 or float16, that are nearest to query (d,), fewer where fewer match.

    mask: bool (n,), the rows that pass the filter. exclude_rows: the query's own rows, which are never hits. index: is
    used where its measured recall holds, and an exact scan steps in where its answer turns out not to be good enough.
    exact: never an index.
    """
    goal = np.asarray(query, np.float64).reshape(-1)
    if metric == "cosine":
        goal = goal / (np.linalg.norm(goal) or 1.0)
    allowed = _allowed(len(matrix), mask, exclude_rows)
    index = (index or Index()).fitting(len(matrix), int(matrix.shape[1]), metric)
    request = _request(matrix, goal, k, allowed, index, exact)
    chosen = plan(request)
    if chosen.method == "empty":
        return Found(np.empty(0, np.int64), np.empty(0, np.float32), 0, "empty", True, chosen.why)
    if chosen.method == "partitions":
        return _by_partitions(matrix, goal, metric, request, allowed, index, chosen)
    if chosen.method == "graph" and index.graph is not None:
        rows = _walk(index.graph, goal, request, chosen.ef, allowed)
        if rows is not None:
            scored = scan_rows(matrix, goal, k, metric, rows)
            return Found(scored.rows, scored.scores, scored.candidates, "graph", False, chosen.why)
        chosen = plan(replace(request, exact=True))
    scored = scan(matrix, goal, k, metric, allowed)
    return Found(scored.rows, scored.scores, scored.candidates, chosen.method, True, chosen.why)


def _request(
    matrix: np.ndarray, goal: np.ndarray, k: int, allowed: np.ndarray | None, index: Index, exact: bool
) -> Request:
    rows, dims = len(matrix), int(matrix.shape[1])
    matching = rows if allowed is None else int(np.count_nonzero(allowed))
    # every row is equally near to nothing, and nothing is near to what is no number: no index knows more than a scan
    with np.errstate(all="ignore"):
        is_usual = bool(goal.any()) and bool(np.isfinite(np.float32(goal @ goal)))
    expected = None
    if index.partitions is not None and is_usual and rows:
        expected = index.recalls.expected(matching / rows if allowed is not None else 1.0, k)
    return Request(
        rows=rows,
        matching=matching,
        k=k,
        dims=dims,
        exact=exact,
        indexed=index.partitions.rows if index.partitions is not None else 0,
        expected=expected,
        trust=index.graph.trust if index.graph is not None and is_usual else None,
        costs=index.costs,
    )


def _allowed(rows: int, mask: np.ndarray | None, exclude_rows: np.ndarray | None) -> np.ndarray | None:
    if exclude_rows is None or not len(exclude_rows):
        return mask
    allowed = np.ones(rows, np.bool_) if mask is None else np.array(mask, np.bool_)
    allowed[exclude_rows] = False
    return allowed


def _by_partitions(
    matrix: np.ndarray, goal: np.ndarray, metric: Metric, request: Request, allowed: np.ndarray | None, index: Index,
    chosen: Plan,
) -> Found:  # fmt: skip
    partitions, expected = index.partitions, request.expected
    if partitions is None or expected is None:
        raise ValueError("there are no partitions to search by")
    known = None if allowed is None else allowed[: partitions.rows]
    walked = partitions.walk(matrix, np.asarray(goal, np.float32), request.k, known)
    later = np.arange(partitions.rows, request.rows)
    later = later if allowed is None else later[allowed[partitions.rows :]]
    scored = scan_rows(matrix, goal, request.k, metric, np.concatenate([np.sort(walked.rows), later]))
    is_filtered = request.matching < request.rows
    kind = index.recalls.of(expected, walked.entered / len(partitions.centres)) if is_filtered else expected
    candidates = walked.scored + len(later)
    return Found(scored.rows, scored.scores, candidates, "partitions", False, chosen.why, kind.recall)


def _walk(
    graph: GraphIndex, goal: np.ndarray, request: Request, ef: int, allowed: np.ndarray | None
) -> np.ndarray | None:
    """The neighbours that pass the filter, at least k, or None where they cannot be trusted to be the best."""
    while True:
        rows, distances = graph.query(goal, request.depth, ef)
        needed = graph.trust.width(request.depth, tenth_distance(distances))
        if not needed or request.graph_ms(needed) >= request.scan_ms:
            return None
        if needed <= ef:
            break
        ef = needed
    rows = rows if allowed is None else rows[allowed[rows]]
    return rows if len(rows) >= min(request.k, request.matching) else None
