"""The planner: which method, and that whatever it picks finds what brute force finds."""

from copy import copy

import numpy as np
import pytest

from embexplorer.base.progress import finish
from embexplorer.search.exact import scan
from embexplorer.search.graph import GraphIndex
from embexplorer.search.planner import Request, plan, search
from embexplorer.search.trust import Trust

ROWS = 20_000
GOOD = Trust(((0.3, 0.4, 0.4, 0.5, 0.5), (-1.0, 0.2, 0.3, 0.4, 0.5)))
SHARES = (1.0, 0.5, 0.1, 0.01, 0.001, 0.0001)


@pytest.fixture(scope="module", params=[64, 384])
def space(request, clustered) -> tuple[np.ndarray, GraphIndex]:
    matrix = clustered(ROWS, request.param)
    return matrix, finish(GraphIndex.build(matrix, "cosine"))


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


def recall(space, queries, kind: str, share: float) -> tuple[float, set[str]]:
    matrix, graph = space
    random = np.random.default_rng(11)
    found, wanted, methods = 0, 0, set()
    for query in queries:
        mask = mask_of(kind, share, matrix @ query, random)
        truth = scan(matrix, query, 10, "cosine", mask)
        answer = search(matrix, query, 10, "cosine", mask, graph)
        assert mask[answer.rows].all()
        assert len(answer.rows) == min(10, mask.sum())
        assert not answer.exact or answer.rows.tolist() == truth.rows.tolist()
        found += len(np.intersect1d(answer.rows, truth.rows))
        wanted += len(truth.rows)
        methods.add(answer.method)
    return found / wanted, methods


@pytest.mark.parametrize("kind", ["independent", "correlated", "anti-correlated"])
@pytest.mark.parametrize("share", SHARES)
def test_recall_under_every_filter(space, share, kind) -> None:
    matrix = space[0]
    random = np.random.default_rng(5)
    noise = random.standard_normal((60, matrix.shape[1])) / np.sqrt(matrix.shape[1])
    queries = matrix[random.choice(ROWS, 60)] + 0.4 * noise
    value, methods = recall(space, queries, kind, share)
    assert value >= 0.99
    assert share < 1 or "graph" in methods  # or the test would not test the graph


def test_recall_of_queries_far_from_all_vectors(space) -> None:
    matrix = space[0]
    random = np.random.default_rng(6)
    a, b = matrix[random.choice(ROWS, 40)], matrix[random.choice(ROWS, 40)]
    for queries in (a + b, a + b + b[::-1], a - b, random.standard_normal(a.shape)):
        assert recall(space, queries, "independent", 1.0)[0] >= 0.99


def test_the_querys_own_rows_are_never_hits(space) -> None:
    matrix, graph = space
    for row in (0, 77, 4_000):
        own = np.array([row, row + 1])
        for exact in (False, True):
            found = search(matrix, matrix[row], 10, "cosine", graph=graph, exact=exact, exclude_rows=own)
            assert len(found.rows) == 10
            assert not np.isin(own, found.rows).any()
    everything = np.arange(ROWS)
    assert len(search(matrix, matrix[0], 10, "cosine", exclude_rows=everything).rows) == 0


def test_exact_means_exact_and_says_so(space) -> None:
    matrix, graph = space
    found = search(matrix, matrix[9], 10, "cosine", graph=graph, exact=True)
    assert found.exact
    assert found.method == "exact"
    assert found.candidates == ROWS
    walked = search(matrix, matrix[9], 10, "cosine", graph=graph)
    assert (walked.method, walked.exact) == ("graph", False)
    np.testing.assert_array_equal(walked.scores, found.scores)


@pytest.mark.parametrize("k", [0, 1, 10_000_000])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_any_k(space, k, share) -> None:
    matrix, graph = space
    mask = np.random.default_rng(3).random(ROWS) < share
    found = search(matrix, matrix[0], k, "cosine", mask, graph)
    assert len(found.rows) == len(found.scores) == min(k, mask.sum())
    assert (found.method == "empty") == (k == 0 or not mask.any())


def test_a_graph_of_other_rows_is_not_used(space) -> None:
    matrix, graph = space
    assert search(matrix[:-1], matrix[0], 10, "cosine", graph=graph).method == "exact"
    assert search(matrix, matrix[0], 10, "l2", graph=graph).method == "exact"


@pytest.mark.parametrize(
    ("request_", "method"),
    [
        (Request(100_000, 0, 10, 384, trust=GOOD), "empty"),
        (Request(100_000, 100_000, 0, 384, trust=GOOD), "empty"),
        (Request(0, 0, 10, 384), "empty"),
        (Request(100_000, 100_000, 10, 384, trust=GOOD), "graph"),
        (Request(100_000, 50_000, 10, 384, trust=GOOD), "graph"),
        (Request(100_000, 50_000, 10, 384, exact=True, trust=GOOD), "list"),
        (Request(100_000, 1_000, 10, 384, trust=GOOD), "list"),
        (Request(100_000, 10, 10, 384, trust=GOOD), "list"),
        (Request(100_000, 100_000, 10, 384), "exact"),
        (Request(100_000, 100_000, 10, 384, trust=Trust.none()), "exact"),
        (Request(100_000, 100_000, 5_000, 384, trust=GOOD), "exact"),
        (Request(300, 300, 10, 384, trust=GOOD), "exact"),
    ],
)
def test_the_plan(request_, method) -> None:
    chosen = plan(request_)
    assert chosen.method == method
    assert chosen.why.endswith(".")
    assert (chosen.ef > 0) == (method == "graph")


def test_a_walk_is_widened_up_to_what_was_measured(space) -> None:
    matrix, graph = space
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
        assert search(matrix, query * matrix[5], 10, "cosine", graph=trusted).method == method


def test_a_graph_that_cannot_be_good_is_not_trusted() -> None:
    matrix = np.random.default_rng(8).standard_normal((3_000, 16)).astype(np.float32)
    graph = finish(GraphIndex.build(matrix, "ip"))
    assert graph.trust == Trust.none()
    assert search(matrix, matrix[0], 10, "ip", graph=graph).exact
