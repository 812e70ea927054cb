"""Like all of, like any of, but not like: held against plain loops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.search import sets
from embexplorer.search.sets import SetQuery, join, scan_sets, score_sets, strengthened


def made(metric: str, seed: int, rows: int = 300, pulls: int = 2, pushes: int = 1, joined: str = "both"):
    chance = np.random.default_rng(seed)
    points = chance.normal(size=(rows + pulls + pushes, 12)) + 0.3
    if metric == "cosine":
        points /= np.linalg.norm(points, axis=1, keepdims=True)
    matrix, terms = points[:rows].astype(np.float32), points[rows:].astype(np.float32)
    weights = chance.choice([1.0, 1.0, 0.5, 2.0], pulls + pushes)
    query = SetQuery(terms[:pulls], weights[:pulls], joined, terms[pulls:], weights[pulls:], metric)
    return matrix, query


def by_hand(matrix: np.ndarray, query: SetQuery) -> list[tuple[float, int]]:
    """Every row that belongs, best first, from the definitions alone."""

    def score(row: np.ndarray, term: np.ndarray) -> float:
        apart = row.astype(float) - term.astype(float)
        return float(row.astype(float) @ term.astype(float)) if query.metric != "l2" else -float(np.sqrt(apart @ apart))

    found = []
    fold = min if query.joined == "both" else max
    pairs = sorted(zip(query.weights / query.weights.sum(), query.pulls, strict=True), key=lambda pair: -pair[0])
    for at, row in enumerate(matrix):
        scores = [score(row, term) for _, term in pairs]
        shares = [share for share, _ in pairs] + [0.0]
        whole = sum((i + 1) * (shares[i] - shares[i + 1]) * fold(scores[: i + 1]) for i in range(len(scores)))
        against = [score(row, term) for term in query.pushes]
        against = [s * w if s > 0 else s / w for s, w in zip(against, query.push_weights, strict=True)]
        if whole >= max(against, default=-np.inf):
            found.append((whole, at))
    return sorted(found, key=lambda pair: (-np.float32(pair[0]), pair[1]))


@pytest.mark.parametrize("metric", ["cosine", "ip", "l2"])
@pytest.mark.parametrize("joined", ["both", "either"])
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), pulls=st.integers(1, 4), pushes=st.integers(0, 3), k=st.sampled_from([1, 7, 400]))
def test_a_scan_finds_what_the_definitions_say(metric, joined, seed, pulls, pushes, k) -> None:
    matrix, query = made(metric, seed, 120, pulls, pushes, joined)
    wanted = by_hand(matrix, query)[:k]
    found = scan_sets(matrix, query, k, np.arange(len(matrix)))
    assert found.rows.tolist() == [at for _, at in wanted]
    np.testing.assert_allclose(found.scores, [score for score, _ in wanted], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("metric", ["cosine", "ip", "l2"])
def test_only_the_given_rows_in_small_blocks(metric, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sets, "_BLOCK_NUMBERS", 12 * 16)
    matrix, query = made(metric, 3)
    whole = [at for _, at in by_hand(matrix, query)]
    for rows in (np.arange(40, 90), np.arange(0, 300, 2), np.array([3, 250, 7, 100])):
        found = scan_sets(matrix, query, 300, rows)
        assert found.rows.tolist() == [at for at in whole if at in set(rows.tolist())]
        assert found.candidates == len(rows)


def test_equal_rows_stand_in_their_order_and_rows_without_numbers_nowhere() -> None:
    matrix, query = made("l2", 5, pushes=0)
    matrix[:] = matrix[0]
    matrix[10] = np.nan
    found = scan_sets(matrix, query, 20, np.arange(300))
    assert found.rows.tolist() == [*range(10), *range(11, 21)]
    assert len(set(found.scores.tolist())) == 1
    assert len(scan_sets(matrix, query, 0, np.arange(300)).rows) == 0
    assert len(scan_sets(matrix, query, 5, np.empty(0, np.int64)).rows) == 0


def test_half_precision_is_read() -> None:
    matrix, query = made("cosine", 8, pushes=0)
    near = scan_sets(matrix.astype(np.float16), query, 20, np.arange(300)).rows
    assert len(set(near) & set(scan_sets(matrix, query, 20, np.arange(300)).rows)) >= 18


def test_a_term_against_itself_keeps_what_is_as_near() -> None:
    matrix, query = made("cosine", 9, pulls=1)
    same = SetQuery(query.pulls, np.ones(1), "both", query.pulls, np.ones(1), "cosine")
    assert len(score_sets(matrix, same, 300, np.arange(300))[0]) == 300


def test_weights_lie_between_ignoring_a_term_and_counting_it_fully() -> None:
    scores = np.array([[0.9, 0.2], [0.4, 0.6]])
    np.testing.assert_allclose(join(scores, np.array([1, 1]), "both"), [0.2, 0.4])
    np.testing.assert_allclose(join(scores, np.array([1, 1]), "either"), [0.9, 0.6])
    np.testing.assert_allclose(join(scores, np.array([1, 1e-9]), "both"), [0.9, 0.4])
    np.testing.assert_allclose(join(scores, np.array([1e-9, 1]), "either"), [0.2, 0.6], atol=1e-6)
    half = join(scores, np.array([2.0, 1.0]), "both")
    np.testing.assert_allclose(half, [(2 - 1) / 3 * 0.9 + 2 * (1 / 3) * 0.2, 0.4])


def test_a_stronger_term_reaches_further_on_both_sides_of_zero() -> None:
    scores = np.array([[0.5, -0.5]])
    stronger = strengthened(scores, np.array([2.0, 2.0]))
    np.testing.assert_allclose(stronger, [[1.0, -0.25]])
    assert (stronger > scores).all()
