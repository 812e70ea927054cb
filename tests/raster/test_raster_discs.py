"""Size classes, small selections and large points above a crowd, and the tone of the crowd."""

import numpy as np
import pytest

from embexplorer.raster import engine
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.renderer import Renderer
from embexplorer.raster.shapes import SIZES, dot
from embexplorer.raster.view import View, fitted

W, H = 400, 300
PALETTE = np.array([[255, 0, 0], [0, 160, 0], [0, 0, 255]], np.uint8)
MARK = (27, 30, 38)
WHITE = (255, 255, 255)


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    engine.warm_up()


def raster_of(xy: np.ndarray, which: str = "compiled") -> PointRaster:
    raster = PointRaster(engine.NUMPY if which == "numpy" else None)
    raster.set_points(xy)
    raster.set_colours(np.zeros(len(xy), np.uint8), PALETTE)
    return raster


def inked(picture: np.ndarray) -> np.ndarray:
    return (picture & 0xFFFFFF) != 0xFFFFFF


def rgb(picture: np.ndarray) -> np.ndarray:
    return np.stack([picture >> 16 & 255, picture >> 8 & 255, picture & 255], axis=-1).astype(int)


def crowd(n: int = 300_000) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((n, 2)).astype(np.float32)


# -- sizes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", range(8))
def test_a_disc_has_the_area_of_its_size_class(size: int) -> None:
    raster = raster_of(np.zeros((1, 2), np.float32))
    raster.set_sizes(np.array([size], np.uint8))
    picture = raster.render(View(0, 0, 10), 101, 101, 6.0)
    assert inked(picture).sum() == pytest.approx(np.pi * (6 * SIZES[size] + 0.5) ** 2, rel=0.12)


def test_usual_points_are_between_the_classes_and_sizes_can_be_taken_back() -> None:
    raster = raster_of(np.zeros((1, 2), np.float32))
    usual = inked(raster.render(View(0, 0, 10), 101, 101, 6.0)).sum()
    areas = []
    for size in (0, 7):
        raster.set_sizes(np.array([size], np.uint8))
        areas.append(inked(raster.render(View(0, 0, 10), 101, 101, 6.0)).sum())
    assert areas[0] < usual < areas[1]
    raster.set_sizes(None)
    assert inked(raster.render(View(0, 0, 10), 101, 101, 6.0)).sum() == usual


@pytest.mark.parametrize("order", [(0, 7), (7, 0)])
def test_a_large_disc_never_hides_a_small_one(order: tuple[int, int]) -> None:
    raster = raster_of(np.zeros((2, 2), np.float32))
    raster.set_colours(np.array([int(size == 0) for size in order], np.uint8), PALETTE)
    raster.set_sizes(np.array(order, np.uint8))
    red, green, _ = rgb(raster.render(View(0, 0, 10), 101, 101, 6.0))[50, 50]
    assert green > 1.4 * red


@pytest.mark.parametrize("which", ["compiled", "numpy"])
def test_points_are_picked_by_their_own_size(which: str) -> None:
    raster = raster_of(np.array([(0, 0), (30, 0), (4, 0)], np.float32), which)
    raster.set_sizes(np.array([7, 0, 0], np.uint8))
    view, (x, y) = View(0, 0, 1), (W / 2, H / 2)
    raster.render(view, W, H, 5.0)
    assert raster.pick(view, W, H, x - 14, y, 8) == 0  # the large one reaches 15 pixels, and 3 more are within grasp
    assert raster.pick(view, W, H, x - 19, y, 8) == -1
    assert raster.pick(view, W, H, x + 5, y, 8) == 2  # of two under the pixel the small one, which is uppermost
    assert raster.pick(view, W, H, x + 30, y - 5, 8) == 1
    assert raster.pick(view, W, H, x + 30, y - 9, 8) == -1
    raster.set_state(np.array([0, 0, 3], np.uint8))
    assert raster.pick(view, W, H, x + 5, y, 8) == 0


def test_a_pick_follows_the_size_of_the_last_picture_through_screens_and_zooms() -> None:
    raster = raster_of(np.zeros((1, 2), np.float32))
    raster.set_sizes(np.array([7], np.uint8))
    raster.render(View(0, 0, 2), 2 * W, 2 * H, 10.0)  # a screen with two pixels for one
    assert raster.pick(View(0, 0, 1), W, H, W / 2 + 14, H / 2, 5) == 0
    assert raster.pick(View(0, 0, 1), W, H, W / 2 + 17, H / 2, 5) == -1


def test_the_largest_points_stand_out_of_a_crowd() -> None:
    xy = crowd()
    raster = raster_of(xy)
    view = fitted(raster.main_bounds(), W, H)
    sizes = np.zeros(len(xy), np.uint8)
    row = int(np.hypot(*xy.T).argmin())
    sizes[row] = 7
    keys = np.zeros(len(xy), np.uint8)
    keys[row] = 2
    raster.set_colours(keys, PALETTE)
    x, y = (int(v) for v in view.to_pixel(*xy[row].tolist(), W, H))
    before = rgb(raster.render(view, W, H, 1.0))[y, x]
    raster.set_sizes(sizes)
    after = rgb(raster.render(view, W, H, 1.0))[y, x]
    assert before[0] > before[2] and after[2] > 1.5 * after[0]
    raster.set_state((np.arange(len(xy)) == row).astype(np.uint8) * 3)
    assert np.abs(rgb(raster.render(view, W, H, 1.0))[y, x] - before).max() <= 2


def test_of_too_many_large_points_the_largest_and_a_fair_part_stand_out_wherever_they_move() -> None:
    xy = np.random.default_rng(0).uniform(-1, 1, (200_000, 2)).astype(np.float32)
    raster = raster_of(xy)
    sizes = np.full(len(xy), 6, np.uint8)
    sizes[:500] = 7
    keys = np.zeros(len(xy), np.uint8)
    keys[:500] = 2
    raster.set_colours(keys, PALETTE)
    raster.set_sizes(sizes)
    view = View(0, 0, 140)
    first = raster.render(view, W, H, 1.0, discs=False).copy()
    blue = (rgb(first)[..., 2] > 150) & (rgb(first)[..., 0] < 90)
    assert blue.sum() > 500 * 5
    for half in (blue[:, : W // 2], blue[: H // 2]):
        assert 0.4 < half.sum() / blue.sum() < 0.6
    raster.move_points(xy[:, ::-1])
    raster.move_points(xy)
    assert np.array_equal(raster.render(view, W, H, 1.0, discs=False), first)


def test_sizes_must_be_as_many_as_points_and_beyond_the_last_are_the_last() -> None:
    raster = raster_of(np.zeros((3, 2), np.float32))
    with pytest.raises(ValueError, match="values for 3 points"):
        raster.set_sizes(np.zeros(2, np.uint8))
    raster.set_sizes(np.array([7, 7, 7], np.uint8))
    last = raster.render(View(), W, H, 4.0).copy()
    raster.set_sizes(np.array([200, 9, 7], np.uint8))
    assert np.array_equal(raster.render(View(), W, H, 4.0), last)


# -- selections -------------------------------------------------------------------------------------------------------


def test_a_small_selection_is_ringed_above_a_crowd() -> None:
    xy = crowd()
    raster = raster_of(xy)
    view = fitted(raster.main_bounds(), W, H)
    chosen = np.random.default_rng(1).choice(np.flatnonzero(np.hypot(*xy.T) < 1), 20, replace=False)
    state = np.zeros(len(xy), np.uint8)
    state[chosen] = 2
    plain = raster.render(view, W, H, 1.0).copy()
    raster.set_state(state)
    picture = raster.render(view, W, H, 1.0)
    darkest = rgb(picture).max(axis=-1) < 60
    assert not (rgb(plain).max(axis=-1) < 60).any() and darkest.sum() > 20 * 8
    x0, y0 = view.to_pixel(0.0, 0.0, W, H)
    places = xy[chosen] * (view.scale, -view.scale) + (x0, y0)
    lines, columns = np.nonzero(picture != plain)
    distance = np.hypot(columns[:, None] + 0.5 - places[:, 0], lines[:, None] + 0.5 - places[:, 1]).min(axis=1)
    assert distance.max() < 6  # nothing else has changed


def test_a_large_selection_is_part_of_the_crowd() -> None:
    xy = crowd()
    raster = raster_of(xy)
    view = fitted(raster.main_bounds(), W, H)
    raster.set_state((xy[:, 0] > 0).astype(np.uint8) * 2)
    picture = rgb(raster.render(view, W, H, 1.0))
    assert not (picture.max(axis=-1) < 60).any()
    green = picture[..., 1]
    assert green[:, W // 2 + 2 :].mean() < green[:, : W // 2 - 2].mean() - 3  # selected ones are the stronger


# -- the tone of a crowd ----------------------------------------------------------------------------------------------


def test_opacity_follows_the_scale_and_not_the_place() -> None:
    raster = raster_of(crowd())
    view = fitted(raster.main_bounds(), W, H)
    whole = raster.render(view, W, H, 1.0, discs=False).copy()
    moved = raster.render(view.panned(40, 24), W, H, 1.0, discs=False)
    same = moved[40:-40, 60:-60] == whole[16 : H - 64, 20 : W - 100]
    assert same.mean() > 0.98  # but for points on the edge between two pixels


def test_a_crowd_shows_its_shape_and_lone_points_stay_visible() -> None:
    raster = raster_of(crowd(1_000_000))
    view = fitted(raster.main_bounds(), W, H)
    strength = 255 - rgb(raster.render(view, W, H, 1.0))[..., 1]
    middle, edge = strength[H // 2 - 5 : H // 2 + 5, W // 2 - 5 : W // 2 + 5], strength[strength > 0]
    assert middle.min() > 240 and edge.min() > 40
    assert 0.1 < (strength[strength > 0] > 240).mean() < 0.5  # neither a blot nor a haze


def test_opacity_grows_with_every_point_up_to_the_whole() -> None:
    for crowded in (0.0, 0.5, 5.0, 1e3, 1e9):
        for step in (1, 4):
            left = (dot(1.0, None, step, crowded, WHITE).under & np.uint64(0xFFFF)).astype(int)
            assert left[0] == 255 and (np.diff(left) <= 0).all() and left[1] < 235


def test_a_denser_map_makes_its_points_fainter_but_never_invisible() -> None:
    lone = [int(dot(1.0, None, 1, crowded, WHITE).under[1] & np.uint64(0xFFFF)) for crowded in (0.1, 2.0, 20.0, 1e6)]
    assert lone == sorted(lone) and 120 < lone[0] < lone[-1] < 200


# -- threads, zoom and the protocol ----------------------------------------------------------------------------------


def test_a_deep_zoom_moves_evenly_with_the_view() -> None:
    rng = np.random.default_rng(2)
    near = np.float32(0.7) + np.arange(200, dtype=np.float32) * np.float32(2**-20)
    xy = np.concatenate([rng.uniform(-1, 1, (50_000, 2)), np.stack([near, np.full(200, 0.5)], 1)]).astype(np.float32)
    raster = raster_of(xy)
    scale = 3e6
    view = View(float(near[100]), 0.5, scale)
    first = raster.render(view, W, H, 0.5, discs=False).copy()
    assert inked(first).sum() > 50
    for shift in range(1, 9):
        moved = raster.render(view.panned(shift, 0), W, H, 0.5, discs=False)
        assert np.array_equal(moved[:, 20 + shift : -20], first[:, 20 : -20 - shift])


def test_no_thread_is_left_and_rasters_draw_at_once() -> None:
    import threading

    rasters = [raster_of(crowd(120_000)) for _ in range(3)]
    views = [View(0, 0, scale) for scale in (20, 40, 80)]
    alone = [raster.render(view, 900, 700, 1.0).copy() for raster, view in zip(rasters, views, strict=True)]
    before = threading.active_count()
    threads = [
        threading.Thread(target=lambda r=r, v=v: [r.render(v, 900, 700, 1.0) for _ in range(5)])
        for r, v in zip(rasters, views, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert threading.active_count() == before
    for raster, view, expected in zip(rasters, views, alone, strict=True):
        assert np.array_equal(raster.render(view, 900, 700, 1.0), expected)


def test_the_raster_is_a_renderer() -> None:
    renderer: Renderer = PointRaster()
    renderer.expect_points(3)
    renderer.take(renderer.arranged(np.array([(0, 0), (1, 1), (np.inf, 0)])))
    assert len(renderer) == 3 and renderer.visible(fitted(renderer.main_bounds(), W, H), W, H) == 2


@pytest.mark.parametrize("colours", [1, 255, 256, 400])
def test_any_number_of_colours_is_taken(colours: int) -> None:
    xy = crowd(1_000)
    raster = raster_of(xy)
    palette = np.zeros((colours, 3), np.uint8)
    palette[:, 0] = 200
    raster.set_colours((np.arange(1_000) % min(colours, 256)).astype(np.uint8), palette)
    for discs in (False, True):
        picture = rgb(raster.render(View(0, 0, 50), W, H, 2.0, discs=discs))
        assert (picture[..., 0] >= picture[..., 2]).all() and (picture[..., 0] > picture[..., 2] + 50).any()


@pytest.mark.parametrize("size", [0, 7])
def test_a_crowd_of_one_size_class_is_drawn_in_the_smallest_window_too(size: int) -> None:
    xy = crowd(100_000)
    raster = raster_of(xy)
    raster.set_sizes(np.full(len(xy), size, np.uint8))
    view = fitted(raster.main_bounds(), W, H)
    assert 0.05 < inked(raster.render(view, W, H, 1.5)).mean() < 0.95
    state = np.zeros(len(xy), np.uint8)
    state[:10] = 2
    raster.set_state(state)
    assert raster.render(View(0, 0, 0.1), 1, 1, 1.5).shape == (1, 1)
    assert inked(raster.render(View(0, 0, 0.1), 1, 1, 1.5)).all()
    assert len(raster.rows_in_view(View(0, 0, 0.1), 1, 1, 5)) == 5


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_points_without_a_place_are_counted_and_never_found(value: float) -> None:
    raster = raster_of(np.full((50, 2), value, np.float32))
    raster.set_sizes(np.arange(50, dtype=np.uint8) % 8)
    raster.set_state(np.arange(50, dtype=np.uint8) % 3)
    assert raster.left_out == 50
    for discs in (False, True):
        assert not inked(raster.render(View(), W, H, 3.0, discs=discs)).any()
    assert raster.pick(View(), W, H, W / 2, H / 2, 1e6) == -1
    for rows in (
        raster.rows_in_view(View(), W, H, 9),
        raster.rows_in_rectangle(View(), W, H, (0, 0, W, H)),
        raster.rows_in_polygon(View(), W, H, np.array([(0, 0), (W, 0), (W, H), (0, H)])),
    ):
        assert rows.size == 0 and rows.dtype == np.int64


@pytest.mark.parametrize("which", ["compiled", "numpy"])
def test_a_lasso_that_crosses_itself_holds_all_that_it_goes_around(which: str) -> None:
    xy = np.array([(0, 50), (0, 1), (-40, 30), (60, -30)], np.float32)
    raster = raster_of(xy, which)
    star = np.array([(np.sin(k * 4 * np.pi / 5), -np.cos(k * 4 * np.pi / 5)) for k in range(5)]) * 100 + (W / 2, H / 2)
    assert raster.rows_in_polygon(View(0, 0, 1), W, H, star).tolist() == [0, 1, 2]
    assert raster.rows_in_polygon(View(0, 0, 1), W, H, star[::-1]).tolist() == [0, 1, 2]
    eight = np.array([(150, 50), (250, 250), (150, 250), (250, 50)], float)
    assert raster.rows_in_polygon(View(0, 0, 1), W, H, eight).tolist() == [0, 1]
    flat = np.array([(0, 150), (W, 150), (20, 150)], float)
    assert raster.rows_in_polygon(View(0, 0, 1), W, H, flat).size == 0
