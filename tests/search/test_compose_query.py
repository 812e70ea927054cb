import numpy as np
import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.search.compose import compose, mean_vector
from embexplorer.search.fusion import fuse

A, B = np.array([3.0, 0.0]), np.array([0.0, 4.0])


def test_a_single_part_points_where_it_points() -> None:
    np.testing.assert_allclose(compose([(A, 2.0)], "cosine"), [1, 0])
    np.testing.assert_allclose(compose([(A, 2.0)], "ip"), A)
    np.testing.assert_allclose(compose([(A, 2.0)], "l2"), A)


def test_lengths_do_not_count_for_cosine_and_do_for_the_others() -> None:
    np.testing.assert_allclose(compose([(A, 1), (B, 1)], "cosine"), np.array([1, 1]) / np.sqrt(2), rtol=1e-6)
    np.testing.assert_allclose(compose([(A, 1), (B, 1)], "ip"), [1.5, 2])
    np.testing.assert_allclose(compose([(A, 3), (B, 1)], "l2"), [2.25, 1])


def test_minus_pushes_away() -> None:
    query = compose([(A + B, 1), (B, -0.5)], "cosine")
    assert query @ A / 3 > compose([(A + B, 1)], "cosine") @ A / 3
    np.testing.assert_allclose(compose([(A, 1), (B, -1)], "l2"), 2 * A - B)
    shift = np.array([100.0, -50.0])
    np.testing.assert_allclose(compose([(A + shift, 1), (B + shift, -1)], "l2"), 2 * A - B + shift, rtol=1e-6)


@pytest.mark.parametrize("metric", ["cosine", "ip", "l2"])
@pytest.mark.parametrize(
    "parts",
    [
        [],
        [(A, 0.0)],
        [(A, 1.0), (A, -1.0)],
        [(A, 1.0), (np.ones(3), 1.0)],
        [(A, np.inf)],
        [(np.array([np.nan, 1]), 1.0)],
    ],
)
def test_what_leaves_nothing_is_said(parts, metric) -> None:
    with pytest.raises(EmbexError) as caught:
        compose(parts, metric)
    assert caught.value.text.endswith(".")


def test_only_avoiding_is_a_direction_but_not_a_place() -> None:
    np.testing.assert_allclose(compose([(A, -1.0)], "cosine"), [-1, 0])
    with pytest.raises(EmbexError):
        compose([(A, -1.0)], "l2")


def test_mean() -> None:
    np.testing.assert_allclose(mean_vector(np.array([A, B], np.float32)), [1.5, 2])
    assert mean_vector(np.array([A, B])).dtype == np.float32


def test_fusion_follows_the_paper() -> None:
    ids, scores = fuse([np.array([1, 2, 3]), np.array([3, 1])], 10)
    assert ids.tolist() == [1, 3, 2]
    np.testing.assert_allclose(scores, [1 / 61 + 1 / 62, 1 / 63 + 1 / 61, 1 / 62])


def test_fusion_ties_weights_repeats_and_extremes() -> None:
    assert fuse([np.array([9]), np.array([4])], 10)[0].tolist() == [4, 9]
    assert fuse([np.array([9]), np.array([4])], 10, weights=[2, 1])[0].tolist() == [9, 4]
    ids, scores = fuse([np.array([5, 5, 6])], 10)
    np.testing.assert_allclose(scores, [1 / 61, 1 / 62])
    assert fuse([np.array([1, 2])], 0)[0].tolist() == []
    assert fuse([], 5)[0].tolist() == []
    assert fuse([np.empty(0, np.int64), ids], 5)[0].tolist() == [5, 6]
