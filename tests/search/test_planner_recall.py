"""The planner: which method, and that whatever it picks finds what brute force finds."""

from copy import copy

import numpy as np
import pytest

from embexplorer.base.progress import finish
from embexplorer.search.costs import Costs, measured_costs
from embexplorer.search.exact import scan
from embexplorer.search.graph import GraphIndex
from embexplorer.search.partition_building import build_partitions
from embexplorer.search.planner import Index, Request, plan, search
from embexplorer.search.recall import Measured, Recalls, with_recall
from embexplorer.search.steepness import with_steepness
from embexplorer.search.trust import Trust

ROWS = 20_000
GOOD = Trust(((0.3, 0.4, 0.4, 0.5, 0.5), (-1.0, 0.2, 0.3, 0.4, 0.5)))
FEW = Measured("none", 1.0, 10, 1.0, 1.0, 2_000.0, 100.0, 0.05)
MANY = Measured("none", 1.0, 10, 1.0, 1.0, 500_000.0, 5_000.0, 0.9)
SHARES = (1.0, 0.5, 0.1, 0.01, 0.001, 0.0001)
SLOW = Costs(scanned=1e-3, listed=1e-3)  # as if a scan took ages, so that an index is used wherever it may be


@pytest.fixture(scope="module")
def matrix(clustered) -> np.ndarray:
    return clustered(ROWS, 100)


@pytest.fixture(scope="module", params=["partitions", "graph"])
def index(request, matrix) -> Index:
    if request.param == "graph":
        return Index(graph=finish(GraphIndex.build(matrix, "cosine")), costs=SLOW)
    built = finish(with_steepness(finish(build_partitions(matrix, "cosine")), matrix))
    return Index(*finish(with_recall(built, matrix)), costs=SLOW)


def mask_of(kind: str, share: float, closeness: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A filter that keeps this share: by chance, the nearest to the query, or the farthest."""
    keep = max(1, round(share * len(closeness)))
    mask = np.zeros(len(closeness), np.bool_)
    order = {
        "independent": random.permutation(len(closeness)),
        "correlated": np.argsort(-closeness),
        "anti-correlated": np.argsort(closeness),
    }[kind]
    mask[order[:keep]] = True
    return mask


def recall(matrix, index, queries, kind: str, share: float) -> tuple[float, float, set[str]]:
    """Of all queries and of the poorest, and the methods that were used."""
    random = np.random.default_rng(11)
    shares, methods = [], set()
    for query in queries:
        mask = mask_of(kind, share, matrix @ query, random)
        truth = scan(matrix, query, 10, "cosine", mask)
        answer = search(matrix, query, 10, "cosine", mask, index)
        assert mask[answer.rows].all()
        assert len(answer.rows) == min(10, mask.sum())
        assert (np.diff(answer.scores) <= 0).all()
        assert not answer.exact or answer.rows.tolist() == truth.rows.tolist()
        assert answer.exact == (answer.method not in ("partitions", "graph"))
        shares.append(len(np.intersect1d(answer.rows, truth.rows)) / len(truth.rows))
        methods.add(answer.method)
    return float(np.mean(shares)), min(shares), methods


@pytest.mark.parametrize("kind", ["independent", "correlated", "anti-correlated"])
@pytest.mark.parametrize("share", SHARES)
def test_recall_under_every_filter(matrix, index, share, kind) -> None:
    random = np.random.default_rng(5)
    noise = random.standard_normal((40, matrix.shape[1])) / np.sqrt(matrix.shape[1])
    queries = matrix[random.choice(ROWS, 40)] + 0.4 * noise
    mean, worst, methods = recall(matrix, index, queries, kind, share)
    assert mean >= 0.99
    assert worst >= 0.8
    own = "graph" if index.graph else "partitions"
    assert own in methods or share < (1 if index.graph else 0.01)  # or the test would not test it


def test_recall_of_queries_far_from_all_vectors(matrix, index) -> None:
    random = np.random.default_rng(6)
    a, b = matrix[random.choice(ROWS, 30)], matrix[random.choice(ROWS, 30)]
    for queries in (a + b, a + b + b[::-1], a - b, random.standard_normal(a.shape)):
        assert recall(matrix, index, queries, "independent", 1.0)[0] >= 0.99


def test_the_querys_own_rows_are_never_hits(matrix, index) -> None:
    for row in (0, 77, 4_000):
        own = np.array([row, row + 1])
        for exact in (False, True):
            found = search(matrix, matrix[row], 10, "cosine", index=index, exact=exact, exclude_rows=own)
            assert len(found.rows) == 10
            assert not np.isin(own, found.rows).any()
    everything = np.arange(ROWS)
    assert len(search(matrix, matrix[0], 10, "cosine", exclude_rows=everything).rows) == 0


def test_exact_means_exact_and_says_so(matrix, index) -> None:
    found = search(matrix, matrix[9], 10, "cosine", index=index, exact=True)
    assert (found.method, found.exact, found.recall, found.candidates) == ("exact", True, None, ROWS)
    walked = search(matrix, matrix[9], 10, "cosine", index=index)
    assert not walked.exact
    assert walked.candidates < ROWS
    np.testing.assert_array_equal(walked.scores, found.scores)


@pytest.mark.parametrize("k", [0, 1, 10_000_000])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_any_k(matrix, index, k, share) -> None:
    mask = np.random.default_rng(3).random(ROWS) < share
    found = search(matrix, matrix[0], k, "cosine", mask, index)
    assert len(found.rows) == len(found.scores) == min(k, mask.sum())
    assert (found.method == "empty") == (k == 0 or not mask.any())


def test_an_index_of_other_rows_is_not_used(matrix, index) -> None:
    assert search(matrix[:-1], matrix[0], 10, "cosine", index=index).method == "exact"
    assert search(matrix, matrix[0], 10, "l2", index=index).method == "exact"
    assert search(matrix[:, :50], matrix[0, :50], 10, "l2", index=index).method == "exact"


@pytest.mark.parametrize("query", [np.zeros(100), np.full(100, np.nan), np.full(100, 1e30)])
def test_a_query_that_points_nowhere_is_answered_by_a_scan(matrix, index, query) -> None:
    found = search(matrix, query, 5, "cosine", index=index)
    is_usual = bool(np.isfinite(query).all() and query.any())
    assert found.exact or is_usual
    truth = scan(matrix, query, 5, "cosine").rows.tolist()
    assert found.rows.tolist() == truth if found.exact else len(np.intersect1d(found.rows, truth)) >= 4


def test_an_approximate_answer_says_what_was_measured_under_such_filters(matrix) -> None:
    built = finish(with_steepness(finish(build_partitions(matrix, "cosine")), matrix))
    built, recalls = finish(with_recall(built, matrix))
    against = min(m.recall for m in recalls.measured if m.kind == "against" and m.depth == 10)
    usual = recalls.expected(1.0, 10)
    assert usual is not None
    index = Index(built, recalls, costs=SLOW)
    assert search(matrix, matrix[3], 10, "cosine", index=index).recall == usual.recall
    far = np.argsort(matrix @ matrix[3])[: ROWS // 5]
    mask = np.zeros(ROWS, np.bool_)
    mask[far] = True
    answer = search(matrix, matrix[3], 10, "cosine", mask, index)
    assert (answer.method, answer.recall) == ("partitions", against)


def test_partitions_that_find_too_little_are_not_used(matrix) -> None:
    built = finish(build_partitions(matrix, "cosine"))
    for poor in (Measured("against", 0.5, 10, 0.98, 0.9, 1, 1, 1), Measured("none", 1.0, 10, 1.0, 0.7, 1, 1, 1)):
        index = Index(built, Recalls((FEW, poor)), costs=SLOW)
        mask = np.arange(ROWS) % 2 == 0
        assert search(matrix, matrix[0], 10, "cosine", mask, index).method == "list"
    assert search(matrix, matrix[0], 10, "cosine", index=Index(built, Recalls((FEW,)), costs=SLOW)).recall == 1.0
    assert search(matrix, matrix[0], 11, "cosine", index=Index(built, Recalls((FEW,)), costs=SLOW)).exact


def test_a_thousand_results_are_found_by_the_partitions_too(matrix) -> None:
    index = Index(*finish(with_recall(finish(build_partitions(matrix, "cosine")), matrix)), costs=SLOW)
    for row in (5, 9_000):
        answer = search(matrix, matrix[row], 1_000, "cosine", index=index)
        truth = scan(matrix, matrix[row], 1_000, "cosine")
        assert answer.method == "partitions"
        assert len(np.intersect1d(answer.rows, truth.rows)) >= 970
        assert search(matrix, matrix[row], 1_001, "cosine", index=index).exact


def test_rows_that_came_after_the_index_are_found(matrix) -> None:
    known = matrix[:15_000]
    built, recalls = finish(with_recall(finish(build_partitions(known, "cosine")), known))
    index = Index(built, recalls, costs=SLOW)
    for row in (14_999, 15_000, 19_999):
        for mask in (None, np.arange(ROWS) % 7 == row % 7):
            answer = search(matrix, matrix[row], 3, "cosine", mask, index)
            assert answer.method == "partitions"
            assert answer.rows.tolist() == scan(matrix, matrix[row], 3, "cosine", mask).rows.tolist()


@pytest.mark.parametrize(
    ("request_", "method"),
    [
        (Request(100_000, 0, 10, 384, trust=GOOD, expected=FEW), "empty"),
        (Request(100_000, 100_000, 0, 384, trust=GOOD, expected=FEW), "empty"),
        (Request(0, 0, 10, 384), "empty"),
        (Request(100_000, 100_000, 10, 384, trust=GOOD), "graph"),
        (Request(100_000, 50_000, 10, 384, trust=GOOD), "graph"),
        (Request(100_000, 50_000, 10, 384, exact=True, trust=GOOD, expected=FEW), "list"),
        (Request(100_000, 1_000, 10, 384, trust=GOOD, indexed=100_000, expected=FEW), "list"),
        (Request(100_000, 100_000, 10, 384), "exact"),
        (Request(100_000, 100_000, 10, 384, trust=Trust.none()), "exact"),
        (Request(100_000, 100_000, 5_000, 384, trust=GOOD), "exact"),
        (Request(300, 300, 10, 384, trust=GOOD, indexed=300, expected=FEW), "exact"),
        (Request(1_000_000, 1_000_000, 10, 384, indexed=1_000_000, expected=FEW), "partitions"),
        (Request(1_000_000, 1_000_000, 10, 384, trust=GOOD, indexed=1_000_000, expected=FEW), "partitions"),
        (Request(1_000_000, 1_000_000, 10, 384, trust=GOOD, indexed=1_000_000, expected=MANY), "graph"),
        (Request(1_000_000, 10_000, 10, 384, indexed=1_000_000, expected=FEW), "partitions"),
        (Request(1_000_000, 1_000_000, 10, 384, indexed=500_000, expected=FEW), "exact"),
    ],
)
def test_the_plan(request_, method) -> None:
    chosen = plan(request_)
    assert chosen.method == method
    assert chosen.why.endswith(".")
    assert (chosen.ef > 0) == (method == "graph")


def test_a_walk_is_widened_up_to_what_was_measured(matrix) -> None:
    graph = finish(GraphIndex.build(matrix, "cosine"))
    assert GOOD.width(10) == 100
    assert GOOD.width(10, 0.35) == 200
    assert GOOD.width(10, 0.45) == 800
    assert GOOD.width(10, 0.55) == GOOD.width(101) == 0
    assert GOOD.width(42) == 200
    assert Trust.none().width(1) == 0
    near, far = graph.query(matrix[5], 10, 400)[1][9], graph.query(-matrix[5], 10, 400)[1][9]
    for reach, query, method in ((near + 0.01, 1, "graph"), (near - 0.01, 1, "exact"), (far - 0.01, -1, "exact")):
        trusted = copy(graph)
        trusted.trust = Trust(((-1.0, -1.0, reach, reach, reach), (-1.0,) * 5))
        index = Index(graph=trusted, costs=SLOW)
        assert search(matrix, query * matrix[5], 10, "cosine", index=index).method == method


def test_a_graph_that_cannot_be_good_is_not_trusted() -> None:
    matrix = np.random.default_rng(8).standard_normal((3_000, 16)).astype(np.float32)
    graph = finish(GraphIndex.build(matrix, "ip"))
    assert graph.trust == Trust.none()
    assert search(matrix, matrix[0], 10, "ip", index=Index(graph=graph, costs=SLOW)).exact


def test_costs_are_measured_and_kept_as_json() -> None:
    costs = measured_costs()
    assert Costs.from_json(costs.to_json()) == costs
    assert all(0 < value < 1 for value in costs.to_json().values())
    assert Costs.from_json({"scanned": "much", "listed": -1.0, "other": 0.5, "asked": 0.3}) == Costs(asked=0.3)
