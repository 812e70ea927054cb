"""Hits that are kept apart, against the definition written out."""

import numpy as np
import pytest

from embexplorer.data.vectors import Metric, normalised
from embexplorer.search.diversity import diversified


def scored(metric: Metric, seed: int = 0, rows: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(rows, 12)).astype(np.float32) + 0.5
    matrix = normalised(matrix) if metric == "cosine" else matrix
    query = normalised(rng.normal(size=(1, 12)) + 0.5)[0]
    scores = -np.linalg.norm(matrix - query, axis=1) if metric == "l2" else matrix @ query
    order = np.argsort(-scores, kind="stable")
    return matrix[order], scores[order].astype(np.float32)


def similar(one: np.ndarray, other: np.ndarray, metric: Metric) -> float:
    return -float(np.linalg.norm(one - other)) if metric == "l2" else float(one @ other)


def by_definition(matrix: np.ndarray, scores: np.ndarray, metric: Metric, diversity: float, places: int) -> list[int]:
    """Maximal marginal relevance, item by item."""
    wide, near = matrix.astype(np.float64), scores.astype(np.float64)
    scale = max(similar(row, row, metric) for row in wide) if metric == "ip" else 1.0
    near = near / np.abs(near).max() if metric == "ip" else near
    chosen, left = [0], list(range(1, len(near)))
    while left and len(chosen) < places:
        worth = [
            (1 - diversity) * near[i] - diversity * max(similar(wide[i], wide[j], metric) for j in chosen) / scale
            for i in left
        ]
        chosen.append(left.pop(int(np.argmax(worth))))
    return chosen + left


@pytest.mark.parametrize("metric", ["cosine", "ip", "l2"])
@pytest.mark.parametrize("diversity", [0.2, 0.5, 0.9])
def test_the_order_is_that_of_the_definition(metric: Metric, diversity: float) -> None:
    matrix, scores = scored(metric)
    expected = by_definition(matrix, scores, metric, diversity, 20)
    assert diversified(matrix, scores, metric, diversity, 20).tolist() == expected
    assert expected != list(range(60))


def test_nothing_changes_without_diversity_and_the_best_stays_in_front_of_all() -> None:
    matrix, scores = scored("cosine")
    assert diversified(matrix, scores, "cosine", 0.0, 20).tolist() == list(range(60))
    assert diversified(matrix, scores, "cosine", 1.0, 20)[0] == 0


def test_fewer_places_are_the_first_of_more_and_nothing_is_lost() -> None:
    matrix, scores = scored("cosine", seed=3)
    few, many = (diversified(matrix, scores, "cosine", 0.6, places) for places in (7, 30))
    assert few[:7].tolist() == many[:7].tolist()
    assert sorted(few) == sorted(many) == list(range(60))
    assert diversified(matrix, scores, "cosine", 0.6, 500).tolist()[:30] == many[:30].tolist()


def test_copies_come_after_what_is_different() -> None:
    rng = np.random.default_rng(1)
    one, other = normalised(rng.normal(size=(2, 8)))
    matrix = np.stack([one, one, one, other])
    scores = (matrix @ one).astype(np.float32)
    assert diversified(matrix, scores, "cosine", 0.6, 4).tolist() == [0, 3, 1, 2]


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_few_hits_stay_as_they_are(rows: int) -> None:
    matrix, scores = scored("cosine", rows=rows) if rows else (np.empty((0, 12), np.float32), np.empty(0, np.float32))
    assert diversified(matrix, scores, "cosine", 0.7, 10).tolist() == list(range(rows))
