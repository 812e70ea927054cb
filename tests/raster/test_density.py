"""The density and its contours against what is known of gaussians, and with every kind of bad input."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embexplorer.raster import engine
from embexplorer.raster.density import Density, density, in_pixels
from embexplorer.raster.look import DIMMED, HIDDEN, NORMAL, SELECTED
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.relief import Ink, ink_for, relief
from embexplorer.raster.view import View, fitted

W, H = 800, 600
INK = ink_for((255, 255, 255), (0, 0, 0), (40, 60, 200))


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    engine.warm_up()


def blob(n: int, x: float = 0.0, y: float = 0.0, spread: float = 1.0, seed: int = 0) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal((n, 2)) * spread + (x, y)).astype(np.float32)


def shown(xy: np.ndarray, state: np.ndarray | None = None) -> PointRaster:
    raster = PointRaster()
    raster.set_points(xy)
    if state is not None:
        raster.set_state(state)
    return raster


def surveyed(
    xy: np.ndarray,
    view: View | None = None,
    state: np.ndarray | None = None,
    bandwidth_px: float | None = None,
    size: tuple[int, int] = (W, H),
) -> Density:
    raster = shown(xy, state)
    view = view or fitted(raster.main_bounds(), *size)
    sight = raster.sight(view, *size)
    return density(sight.grid, sight.looks, view, *size, bandwidth_px)


def middles(made: Density) -> tuple[np.ndarray, np.ndarray]:
    """The data coordinates of the field's columns and lines."""
    x0, y0, x1, y1 = made.bounds
    high, wide = made.values.shape
    return x0 + (np.arange(wide) + 0.5) / wide * (x1 - x0), y1 - (np.arange(high) + 0.5) / high * (y1 - y0)


def is_around(line: np.ndarray, x: float, y: float) -> bool:
    """Whether a closed line winds around a place."""
    angles = np.unwrap(np.arctan2(line[:, 1] - y, line[:, 0] - x))
    return abs(angles[-1] - angles[0]) > np.pi


def test_the_peak_and_the_slope_of_a_gaussian() -> None:
    view, sigma_px = View(3.0, -2.0, 60.0), 12.0
    made = surveyed(blob(400_000, 3.4, -2.5), view, bandwidth_px=sigma_px)
    x, y = middles(made)
    line, column = np.unravel_index(made.values.argmax(), made.values.shape)
    assert (x[column], y[line]) == pytest.approx((3.4, -2.5), abs=0.12)
    distance = (x[None, :] - 3.4) ** 2 + (y[:, None] + 2.5) ** 2
    expected = np.exp(-0.5 * distance / (1 + (sigma_px / view.scale) ** 2))
    inner = (np.abs(x - 3.4) < 3)[None, :] & (np.abs(y + 2.5) < 3)[:, None]
    assert np.abs(made.values - expected * made.values[expected > 0.98].mean())[inner].max() < 0.04
    assert made.values.max() == 1 and made.points == 400_000


def test_contours_enclose_their_share_of_the_points() -> None:
    view = View(0, 0, 80)
    raster = shown(blob(200_000))
    sight = raster.sight(view, W, H)
    made = density(sight.grid, sight.looks, view, W, H, 6.0)
    shares = []
    for _, lines in in_pixels(made, view, W, H):
        (line,) = (line for line in lines if len(line) == max(map(len, lines)))
        shares.append(len(raster.rows_in_polygon(view, W, H, line)) / 200_000)
    assert shares == pytest.approx([0.985, 0.92, 0.8, 0.63, 0.43, 0.24, 0.08], abs=0.03)


def test_the_kernel_is_as_wide_on_the_screen_at_every_zoom() -> None:
    widths = []
    for scale in (1e-3, 1.0, 1e6):
        view = View(5.0, 5.0, scale)
        made = surveyed(np.full((500, 2), 5.0, np.float32), view, bandwidth_px=15.0)
        x, _ = middles(made)
        row = made.values.max(axis=0)
        widths.append(np.ptp(x[row > np.exp(-0.5)]) * scale)
    assert widths == pytest.approx([30, 30, 30], abs=6)


def test_lines_stand_still_when_the_view_is_panned() -> None:
    xy = np.concatenate([blob(3_000, -1, 0, 0.4), blob(3_000, 1, 0, 0.4, seed=1)])
    one, other = surveyed(xy, View(0, 0, 100)), surveyed(xy, View(0.0137, -0.0071, 100))
    assert one.levels == pytest.approx(other.levels, rel=1e-3)
    lines = [np.concatenate(made.contours[2]) for made in (one, other)]
    assert max(np.abs(line[:, axis]).max() for line in lines for axis in (0, 1)) < 4
    assert np.ptp([[line.min(axis=0), line.max(axis=0)] for line in lines], axis=0).max() < 0.002  # a fifth of a pixel


def test_two_clusters_have_their_own_closed_contours() -> None:
    xy = np.concatenate([blob(3_000, -5, 0, 0.6), blob(3_000, 5, 2, 0.6, seed=1)])
    made = surveyed(xy)
    assert 5 <= len(made.levels) <= 7 and list(made.levels) == sorted(made.levels)
    assert all(np.array_equal(line[0], line[-1]) for lines in made.contours for line in lines)
    middle = made.contours[len(made.levels) // 2]
    assert sum(is_around(line, -5, 0) for line in middle) == 1 == sum(is_around(line, 5, 2) for line in middle)
    assert not any(is_around(line, 0, 1) for line in middle)


def test_what_lies_above_is_in_the_upper_lines() -> None:
    made = surveyed(np.concatenate([blob(2_000, 0, 4, 0.3), blob(200, 0, -4, 0.3)]))
    assert made.values[: len(made.values) // 2].sum() > 5 * made.values[len(made.values) // 2 :].sum()


def test_dimmed_and_hidden_points_do_not_count() -> None:
    xy = np.concatenate([blob(3_000, -3), blob(3_000, 3, seed=1)])
    state = np.tile(np.array([NORMAL, DIMMED, SELECTED, HIDDEN], np.uint8), 1_500)
    kept, view = xy[(state == NORMAL) | (state == SELECTED)], View(0, 0, 50)
    some, only = surveyed(xy, view, state), surveyed(kept, view)
    assert some.points == len(kept) == only.points
    assert np.abs(some.values - only.values).max() < 0.01
    assert not surveyed(xy, view, np.full(len(xy), HIDDEN, np.uint8)).contours


def test_lone_points_are_no_hills() -> None:
    spread = np.stack(np.meshgrid(np.arange(5.0), np.arange(4.0)), axis=-1).reshape(-1, 2) * 400
    made = surveyed(np.concatenate([spread, blob(300, 800, 600, 10)]).astype(np.float32), View(800, 600, 0.5))
    lines = [line for lines in made.contours for line in lines]
    assert lines and all(is_around(line, 800, 600) for line in lines)
    assert not any(is_around(line, x, y) for line in lines for x, y in spread.tolist())


@pytest.mark.parametrize(
    "xy",
    [
        np.zeros((0, 2)),
        np.ones((1, 2)),
        np.array([[0, 0], [1, 1]]),
        np.full((1_000, 2), 7.0),
        np.full((50, 2), np.nan),
        blob(1_000) * np.float32(1e-30),
        blob(1_000) * np.float32(1e30),
        np.concatenate([blob(1_000), [[1e30, -1e30], [np.inf, 0]]]),
    ],
    ids=["none", "one", "two", "equal", "no place", "tiny", "huge", "far"],
)
@pytest.mark.parametrize("size", [(W, H), (1, 1), (3, 2_000)])
def test_bad_input_gives_a_sensible_density(xy: np.ndarray, size: tuple[int, int]) -> None:
    made = surveyed(np.asarray(xy, np.float32), size=size)
    assert np.isfinite(made.values).all() and 0 <= made.values.min() <= made.values.max() <= 1
    assert max(made.values.shape) <= 512 and np.isfinite(made.bounds).all()
    assert all(0 < level < 1 for level in made.levels) and len(made.levels) == len(made.contours) <= 7
    assert all(np.isfinite(line).all() for lines in made.contours for line in lines)
    view = fitted(shown(np.asarray(xy, np.float32)).main_bounds(), *size)
    assert relief(made, view, *size, INK).shape == size[::-1]


def test_where_there_is_no_point_there_is_nothing() -> None:
    made = surveyed(blob(5_000), View(100.0, 100.0, 1e5))
    assert (made.points, made.levels, made.contours) == (0, (), ()) and not made.values.any()
    assert not relief(made, View(100.0, 100.0, 1e5), W, H, INK).any()


def test_threads_do_not_disturb_each_other() -> None:
    raster, view = shown(blob(50_000)), View(0, 0, 100)
    sight = raster.sight(view, W, H)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: density(sight.grid, sight.looks, view, W, H), range(8)))
    assert all(np.array_equal(one.values, made[0].values) and one.levels == made[0].levels for one in made)


def test_the_picture_has_lines_where_the_contours_are_and_tints_within() -> None:
    view = View(0, 0, 60)
    made = surveyed(blob(20_000), view)
    picture = relief(made, view, W, H, INK)
    alpha = picture >> 24
    assert not alpha[:40, :40].any()  # far from every point
    places = np.concatenate([line for _, lines in in_pixels(made, view, W, H) for line in lines])
    inside = (places >= 0).all(axis=1) & (places < (W, H)).all(axis=1)
    x, y = places[inside].astype(int).T
    tinted = alpha[alpha > 0]
    assert alpha[y, x].min() > 80 > np.median(tinted)
    parts = np.stack([picture >> shift & 255 for shift in (0, 8, 16)])
    assert (parts <= alpha).all()  # premultiplied
    rising = [alpha[H // 2 - 2 : H // 2 + 3, W // 2 + dx].min() for dx in (0, 60, 110, 150)]
    assert rising == sorted(rising, reverse=True)


def test_lines_halos_and_tints_have_their_own_colours() -> None:
    view = View(0, 0, 60)
    ink = Ink(line=(200, 0, 0), halo=(0, 200, 0), tint=(0, 0, 200), line_opacity=1.0)
    picture = relief(surveyed(blob(20_000), view), view, W, H, ink)
    red, green, blue = (picture >> shift & 255 for shift in (16, 8, 0))
    assert red.max() == 200 and green.max() >= 70 and blue[H // 2, W // 2] > 20
    strong = red > 190
    assert not green[strong].max() > 10 and (green > 0)[~strong & (red > 0)].mean() > 0.9  # a line on its halo


def test_lines_grow_with_the_density_of_the_screen() -> None:
    view = View(0, 0, 60)
    made = surveyed(blob(20_000), view)
    usual = relief(made, view, W, H, INK) >> 24 > 80
    sharp = relief(made, view.magnified(2), 2 * W, 2 * H, INK, ratio=2) >> 24 > 80
    assert sharp.mean() == pytest.approx(usual.mean(), rel=0.2)
