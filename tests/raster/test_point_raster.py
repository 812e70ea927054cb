"""The raster against brute force: what is drawn, picked and selected, in both engines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.raster import engine
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.view import View, fitted

W, H = 400, 300
PALETTE = np.array([[255, 0, 0], [0, 160, 0], [0, 0, 255]], np.uint8)
WHITE = 0xFFFFFF


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    engine.warm_up()


def cloud(n: int, seed: int = 0) -> tuple[np.ndarray, PointRaster]:
    xy = np.random.default_rng(seed).standard_normal((n, 2)).astype(np.float32)
    raster = PointRaster()
    raster.set_points(xy)
    raster.set_colours((np.arange(n) % 3).astype(np.uint8), PALETTE)
    return xy, raster


def pixels(xy: np.ndarray, view: View) -> np.ndarray:
    x0, y0 = view.to_pixel(0, 0, W, H)
    return xy.astype(np.float64) * (view.scale, -view.scale) + (x0, y0)


def inked(picture: np.ndarray) -> np.ndarray:
    return (picture & 0xFFFFFF) != WHITE


def test_one_pixel_points_are_where_they_belong() -> None:
    xy, raster = cloud(50_000)
    view = View(0.1, -0.2, 60)
    got = inked(raster.render(view, W, H, 0.5, discs=False))
    places = np.floor(pixels(xy, view)).astype(int)
    seen = ((places >= 0) & (places < (W, H))).all(axis=1)
    expected = np.zeros((H, W), np.bool_)
    expected[places[seen, 1], places[seen, 0]] = True
    assert (got != expected).mean() < 0.002


def test_colour_is_the_mean_of_the_points() -> None:
    raster = PointRaster()
    raster.set_points(np.zeros((2, 2), np.float32))
    raster.set_colours(np.array([0, 2], np.uint8), PALETTE)
    picture = raster.render(View(0, 0, 50), 21, 21, 0.5, alpha=1.0, discs=False)
    value = int(picture[inked(picture)][0])
    assert abs((value >> 16 & 255) - 127) <= 1 and abs((value & 255) - 127) <= 1


@pytest.mark.parametrize("discs", [False, True])
def test_the_number_of_threads_changes_nothing(discs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("crowd", "discs"):
        monkeypatch.setattr(f"embexplorer.raster.{module}._THREADED", 0)
    pictures = []
    for threads in (1, 2, 4):
        raster = PointRaster(threads=threads)
        raster.set_points(cloud(30_000)[0])
        raster.set_state((np.arange(30_000) % 4).astype(np.uint8))
        pictures.append(raster.render(View(0, 0, 80), 501, 333, 2.0, discs=discs).copy())
    assert np.array_equal(pictures[0], pictures[1]) and np.array_equal(pictures[0], pictures[2])


def test_numpy_draws_about_the_same() -> None:
    xy, raster = cloud(20_000)
    plain = PointRaster(engine.NUMPY)
    plain.set_points(xy)
    view = View(0, 0, 40)
    a, b = inked(raster.render(view, W, H, 1.0, discs=False)), inked(plain.render(view, W, H, 1.0))
    assert abs(a.mean() - b.mean()) < 0.12 and (a & b).sum() > 0.7 * a.sum()


@pytest.mark.parametrize("which", ["compiled", "numpy"])
def test_pick_equals_brute_force(which: str) -> None:
    xy, _ = cloud(5_000)
    raster = PointRaster(engine.NUMPY if which == "numpy" else None)
    raster.set_points(xy)
    view = View(0, 0, 90)
    places = pixels(xy, view)
    for x, y in np.random.default_rng(3).uniform((0, 0), (W, H), (200, 2)):
        distance = np.hypot(*(places - (x, y)).T)
        expected = int(distance.argmin()) if distance.min() <= 6 else -1
        got = raster.pick(view, W, H, x, y, 6)
        assert got == expected or abs(distance[got] - distance.min()) < 1e-3


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.floats(-50, 450)] * 4), st.floats(5, 500))
def test_rectangle_equals_brute_force(box: tuple[float, float, float, float], scale: float) -> None:
    xy, raster = cloud(3_000)
    view = View(0.2, 0.1, scale)
    places = pixels(xy, view)
    low, high = np.minimum(box[:2], box[2:]), np.maximum(box[:2], box[2:])
    expected = np.flatnonzero(((places >= low) & (places <= high)).all(axis=1))
    assert len(np.setxor1d(raster.rows_in_rectangle(view, W, H, box), expected)) <= 1


@pytest.mark.parametrize("which", ["compiled", "numpy"])
def test_lasso_equals_the_exact_polygon_but_at_its_line(which: str) -> None:
    xy, _ = cloud(20_000)
    raster = PointRaster(engine.NUMPY if which == "numpy" else None)
    raster.set_points(xy)
    view = View(0, 0, 60)
    middle, radius = np.array([200.0, 150.0]), 90.0
    angles = np.linspace(0, 2 * np.pi, 200)
    polygon = middle + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    distance = np.hypot(*(pixels(xy, view) - middle).T)
    rows = raster.rows_in_polygon(view, W, H, polygon)
    got = np.zeros(len(xy), np.bool_)
    got[rows] = True
    sure = np.abs(distance - radius) > 0.3
    assert rows.dtype == np.int64 and (np.diff(rows) > 0).all()
    assert np.array_equal(got[sure], (distance < radius)[sure])


def test_hidden_points_are_neither_seen_nor_found() -> None:
    _, raster = cloud(5_000)
    raster.set_state(np.full(5_000, 3, np.uint8))
    view = fitted(raster.main_bounds(), W, H)
    assert not inked(raster.render(view, W, H, 1.5, discs=False)).any()
    assert not inked(raster.render(view, W, H, 3, discs=True)).any()
    assert raster.pick(view, W, H, W / 2, H / 2, 200) == -1
    assert raster.rows_in_rectangle(view, W, H, (0, 0, W, H)).size == 0


@pytest.mark.parametrize("background", [(255, 255, 255), (16, 18, 22)])
@pytest.mark.parametrize("discs", [False, True])
def test_dimmed_points_are_quiet_but_visible(background: tuple[int, int, int], discs: bool) -> None:
    _, raster = cloud(3_000)
    raster.set_background(background, (0, 0, 0))
    view = fitted(raster.main_bounds(), W, H)

    def strength() -> float:
        picture = raster.render(view, W, H, 2, discs=discs)
        channels = np.stack([picture >> 16 & 255, picture >> 8 & 255, picture & 255], -1).astype(float)
        far = np.abs(channels - background).sum(axis=-1)
        return float(far[far > 0].mean())

    normal = strength()
    raster.set_state(np.ones(3_000, np.uint8))
    assert 15 < strength() < 0.6 * normal


def test_one_selected_point_shows_in_a_crowd() -> None:
    xy, raster = cloud(100_000)
    keys, state = np.zeros(100_000, np.uint8), np.ones(100_000, np.uint8)
    row = int(np.hypot(*xy.T).argmin())
    keys[row], state[row] = 1, 2
    raster.set_colours(keys, PALETTE)
    raster.set_state(state)
    view = View(0, 0, 40)
    x, y = np.floor(pixels(xy, view)[row]).astype(int)
    value = int(raster.render(view, W, H, 1.5, discs=False)[y, x])
    assert (value >> 8 & 255) > 1.5 * (value >> 16 & 255)


def test_moving_keeps_colours_and_states() -> None:
    xy, raster = cloud(2_000)
    raster.set_state((np.arange(2_000) % 3).astype(np.uint8))
    view = View(0, 0, 50)
    before = raster.render(view, W, H, 3).copy()
    raster.move_points(xy + np.float32(5))
    raster.move_points(xy)
    assert np.array_equal(before, raster.render(view, W, H, 3))
    with pytest.raises(ValueError, match="points"):
        raster.move_points(xy[:5])


@pytest.mark.parametrize("discs", [False, True])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_points(n: int, discs: bool) -> None:
    _, raster = cloud(n)
    view = fitted(raster.main_bounds(), W, H)
    assert inked(raster.render(view, W, H, 2, discs=discs)).any() == (n > 0)


@pytest.mark.parametrize("factor", [1e-30, 1e-12, 1.0, 1e12, 1e30])
def test_any_extent_fills_the_window(factor: float) -> None:
    xy, _ = cloud(2_000)
    raster = PointRaster()
    raster.set_points((xy * np.float32(factor)).astype(np.float32))
    view = fitted(raster.main_bounds(), W, H)
    drawn = np.argwhere(inked(raster.render(view, W, H, 2)))
    assert np.ptp(drawn[:, 0]) > 0.7 * H
    assert raster.rows_in_rectangle(view, W, H, (-W, -H, 2 * W, 2 * H)).size > 1_980


def test_equal_points_lie_in_the_middle() -> None:
    for value in (0.0, 1.0, -1e20):
        raster = PointRaster()
        raster.set_points(np.full((500, 2), value, np.float32))
        view = fitted(raster.main_bounds(), W, H)
        drawn = np.argwhere(inked(raster.render(view, W, H, 3)))
        assert np.allclose(drawn.mean(axis=0), (H / 2, W / 2), atol=2)


def test_nan_infinity_and_an_outlier() -> None:
    xy, _ = cloud(5_000)
    xy[0], xy[1], xy[2] = (np.nan, 0), (np.inf, 1), (0, -np.inf)
    xy[3] = (1e6, 1e6)
    raster = PointRaster()
    raster.set_points(xy)
    view = fitted(raster.main_bounds(), W, H)
    assert raster.left_out == 3
    assert np.ptp(np.argwhere(inked(raster.render(view, W, H, 2)))[:, 0]) > 0.5 * H
    assert raster.pick(View(1e6, 1e6, 1), W, H, W / 2, H / 2, 5) == 3
    assert raster.bounds()[2] == pytest.approx(1e6)


def test_a_window_of_one_pixel_and_a_degenerate_lasso() -> None:
    _, raster = cloud(100)
    assert raster.render(View(), 1, 1, 1.5).shape == (1, 1)
    assert raster.render(View(), 0, 0, 1.5, discs=False).shape == (1, 1)
    assert raster.rows_in_polygon(View(), W, H, np.zeros((2, 2))).size == 0
    assert raster.rows_in_polygon(View(), W, H, np.full((5, 2), 1e12)).size == 0


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.floats(0.1, 10), st.floats(0, W), st.floats(0, H))
def test_a_view_keeps_the_point_under_the_cursor(c: float, scale: float, factor: float, px: float, py: float) -> None:
    view = View(c, -c, scale)
    x, y = view.to_data(px, py, W, H)
    assert view.zoomed(factor, px, py, W, H).to_pixel(x, y, W, H) == pytest.approx((px, py), abs=1e-2)
    assert view.panned(3, 4).to_pixel(x, y, W, H) == pytest.approx((px + 3, py + 4), abs=1e-2)
    assert view.towards(View(1, 2, 3), 1.0).cx == pytest.approx(1, abs=1e-6)
