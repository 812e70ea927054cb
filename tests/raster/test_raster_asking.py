"""Walking from point to point, and samples of what is in view, against brute force, in both engines."""

import numpy as np
import pytest

from embexplorer.raster import engine, fallback
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.view import View

W, H = 400, 300
RIGHT, LEFT, UP, DOWN = (1, 0), (-1, 0), (0, -1), (0, 1)


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    engine.warm_up()


def raster_of(xy: np.ndarray, which: str = "compiled") -> PointRaster:
    raster = PointRaster(engine.NUMPY if which == "numpy" else None)
    raster.set_points(xy)
    return raster


def pixels(xy: np.ndarray, view: View) -> np.ndarray:
    x0, y0 = view.to_pixel(0, 0, W, H)
    return xy.astype(np.float64) * (view.scale, -view.scale) + (x0, y0)


@pytest.mark.parametrize("which", ["compiled", "numpy"])
@pytest.mark.parametrize("direction", [RIGHT, LEFT, UP, DOWN])
def test_a_step_goes_to_the_nearest_point_that_lies_ahead(which: str, direction: tuple[int, int]) -> None:
    xy = np.random.default_rng(4).standard_normal((300, 2)).astype(np.float32)
    raster, view = raster_of(xy, which), View(0, 0, 900)  # no two points are nearer than the shortest step
    offsets = pixels(xy, view)[:, None] - pixels(xy, view)
    for row in range(0, 300, 7):
        away = -offsets[row]
        along, across = away @ direction, np.abs(away @ (direction[1], -direction[0]))
        distance = np.where((along > 0) & (across <= along), np.hypot(*away.T), np.inf)
        expected = int(distance.argmin()) if np.isfinite(distance).any() else -1
        assert raster.next_towards(view, W, H, row, *direction) == expected


def test_a_step_in_a_crowd_is_seen_and_passes_over_hidden_points() -> None:
    xy = np.array([(0, 0), (0.5, 0), (3, 0), (4, 0), (400, 0), (0, 50), (np.nan, 0)], np.float32)
    raster = raster_of(xy)
    view = View(0, 0, 1)
    assert raster.next_towards(view, W, H, 0, 1, 0) == 2
    assert raster.next_towards(view, W, H, 2, 1, 0) == 3  # one pixel on, for want of another nearby
    raster.set_state(np.array([0, 0, 3, 0, 0, 0, 0], np.uint8))
    assert raster.next_towards(view, W, H, 0, 5, 0) == 3
    assert raster.next_towards(view, W, H, 0, 0, -1) == 5
    assert raster.next_towards(view, W, H, 4, 1, 0) == -1
    assert raster.next_towards(view, W, H, 6, 1, 0) == raster.next_towards(view, W, H, -1, 1, 0) == -1
    assert raster.next_towards(view, W, H, 0, 0, 0) == -1


def test_equal_points_end_a_walk() -> None:
    raster = raster_of(np.ones((50, 2), np.float32))
    assert all(raster.next_towards(View(1, 1, 100), W, H, 3, *way) == -1 for way in (RIGHT, LEFT, UP, DOWN))


@pytest.mark.parametrize("which", ["compiled", "numpy"])
def test_a_sample_of_the_view_is_fair_steady_and_of_shown_points(which: str) -> None:
    n = 40_000
    xy = np.random.default_rng(0).uniform(-1, 1, (n, 2)).astype(np.float32)
    raster, view = raster_of(xy, which), View(0, 0, 300)
    raster.set_state(np.where(np.arange(n) % 4 == 0, 3, 0).astype(np.uint8))
    rows = raster.rows_in_view(view, W, H, 1_000)
    places = pixels(xy[rows], view)
    assert rows.dtype == np.int64 and len(set(rows.tolist())) == 1_000 and (rows % 4 != 0).all()
    assert ((places >= 0) & (places <= (W, H))).all()
    assert np.histogram(places[:, 0], 4, (0, W))[0].min() > 190
    moved = raster.rows_in_view(view.panned(4, 0), W, H, 1_000)
    assert len(np.intersect1d(rows, moved)) > 950
    assert np.array_equal(raster.rows_in_view(view, W, H, 100), rows[:100])


def test_few_points_in_view_are_all_in_the_sample() -> None:
    xy = np.random.default_rng(0).uniform(-1, 1, (500, 2)).astype(np.float32)
    raster = raster_of(xy)
    view = View(0, 0, 100)
    everything = raster.rows_in_rectangle(view, W, H, (0, 0, W, H))
    assert len(everything) == 500
    assert np.array_equal(np.sort(raster.rows_in_view(view, W, H, 10_000)), everything)
    assert raster.rows_in_view(view, W, H, 0).size == 0
    assert raster.rows_in_view(View(50, 50, 100), W, H, 10).size == 0
    assert raster_of(xy[:0]).rows_in_view(view, W, H, 10).size == 0


def test_a_sample_is_filled_up_where_most_points_are_hidden() -> None:
    n = 20_000
    raster = raster_of(np.random.default_rng(0).uniform(-1, 1, (n, 2)).astype(np.float32))
    state = np.full(n, 3, np.uint8)
    state[:200] = 0
    raster.set_state(state)
    assert np.array_equal(np.sort(raster.rows_in_view(View(0, 0, 100), W, H, 150)) < 200, np.full(150, True))


def test_both_engines_draw_the_same_sample() -> None:
    xy = np.random.default_rng(1).standard_normal((30_000, 2)).astype(np.float32)
    samples = [raster_of(xy, which).rows_in_view(View(0, 0, 60), W, H, 500) for which in ("compiled", "numpy")]
    assert np.array_equal(*samples)


def test_ranks_scatter_any_run_of_rows() -> None:
    ranks = fallback.rank(np.arange(100_000))
    assert len(np.unique(ranks)) > 99_990
    for every in (1, 2, 10, 64):
        assert abs((ranks[::every] < 2**31).mean() - 0.5) < 0.03
