"""What is set aside has no say in the answer."""

import numpy as np
import pytest

from embexplorer.base.errors import EmbexError
from embexplorer.search.aside import taken_out

CHANCE = np.random.default_rng(4)


@pytest.mark.parametrize("metric", ["cosine", "ip"])
@pytest.mark.parametrize("many", [1, 2, 20])
def test_nothing_is_left_in_the_directions_that_are_set_aside(metric, many) -> None:
    query, aside = CHANCE.normal(size=50), CHANCE.normal(size=(many, 50)) * 1e3
    left = taken_out(query, list(aside), metric)
    assert np.abs(aside @ left).max() < 1e-5 * np.linalg.norm(aside, axis=1).max()
    best, *_ = np.linalg.lstsq(aside.T, query, rcond=None)  # the residual of least squares is the same projection
    expected = query - aside.T @ best
    np.testing.assert_allclose(left / np.linalg.norm(left), expected / np.linalg.norm(expected), atol=1e-5)
    if metric == "ip":
        np.testing.assert_allclose(left, expected, atol=1e-5)
    else:
        assert np.linalg.norm(left) == pytest.approx(1, abs=1e-6)


def test_repeated_and_nearly_equal_directions_take_out_no_more_than_one() -> None:
    query, one = CHANCE.normal(size=30), CHANCE.normal(size=30)
    once = taken_out(query, [one], "cosine")
    again = taken_out(query, [one, one * 3, one + 1e-7 * CHANCE.normal(size=30)], "cosine")
    np.testing.assert_allclose(once, again, atol=1e-5)


def test_points_are_seen_from_the_centre() -> None:
    centre, query, aside = np.array([10.0, 10.0]), np.array([12.0, 13.0]), np.array([15.0, 10.0])
    np.testing.assert_allclose(taken_out(query, [aside], "l2", centre), [10, 13])
    shift = np.array([-400.0, 7.0])
    moved = taken_out(query + shift, [aside + shift], "l2", centre + shift)
    np.testing.assert_allclose(moved, [10 + shift[0], 13 + shift[1]], rtol=1e-6)


def test_what_is_all_set_aside_is_said() -> None:
    query = CHANCE.normal(size=4)
    for aside in ([query], [-2 * query], list(np.eye(4))):
        with pytest.raises(EmbexError, match="set aside"):
            taken_out(query, aside, "cosine")
    with pytest.raises(EmbexError, match="no direction"):
        taken_out(query, [np.ones(4)], "l2", np.ones(4))
