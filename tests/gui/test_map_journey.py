"""The way from one map to another: places in between, maps of any scale, items that are on one of the two only."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from embexplorer.gui.map.journey import between, share_items
from embexplorer.gui.map.view import MapView

OLD = np.array([[0, 0], [1, 0], [0, 1], [np.nan, np.nan]], np.float32)
NEW = np.array([[5, 5], [7, 5], [np.nan, 9], [8, 8]], np.float32)


def test_between_begins_at_the_old_places_and_ends_at_the_new() -> None:
    assert between(OLD, NEW, 2.0, (1.0, -1.0), 0.0)[:2].tolist() == [[1, -1], [3, -1]]
    assert between(OLD, NEW, 2.0, (1.0, -1.0), 1.0)[:2].tolist() == NEW[:2].tolist()
    assert between(OLD, NEW, 2.0, (1.0, -1.0), 0.5)[0].tolist() == [3, 2]


def test_an_item_of_one_map_only_appears_or_goes_at_once() -> None:
    places = between(OLD, NEW, 1.0, (0.0, 0.0), 0.25)
    assert places[3].tolist() == [8, 8]
    assert np.isnan(places[2]).any()


@pytest.mark.parametrize(("tiny", "huge"), [(1e-30, 1e30), (1e30, 1e-30)])
def test_maps_of_any_scale_meet_without_an_overflow(tiny: float, huge: float) -> None:
    old, new = (OLD[:2] * tiny).astype(np.float32), (NEW[:2] * huge).astype(np.float32)
    assert np.isfinite(between(old, new, huge / tiny, (0.0, 0.0), 0.5)).all()


def test_maps_share_their_items_when_most_are_on_both() -> None:
    assert share_items(OLD[:2], NEW[:2])
    assert not share_items(OLD[2:], NEW[2:])
    nowhere = np.full((4, 2), np.nan, np.float32)
    assert not share_items(nowhere, OLD) and not share_items(OLD, nowhere)
    assert not share_items(np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32))


@pytest.fixture
def canvas(qtbot: QtBot) -> Iterator[MapView]:
    view = MapView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    yield view
    view.hide()


@pytest.mark.parametrize("number", [0, 1, 2, 30_000])
def test_any_number_of_points_arrives(canvas: MapView, qtbot: QtBot, number: int) -> None:
    chance = np.random.default_rng(0)
    old, new = chance.random((number, 2)).astype(np.float32), 100 * chance.random((number, 2)).astype(np.float32)
    canvas.set_points(old)
    qtbot.waitUntil(lambda: np.array_equal(canvas.xy, old))
    canvas.travel(new, {})
    qtbot.waitUntil(lambda: np.array_equal(canvas.xy, new) and not canvas.is_travelling)
    assert canvas.camera.state() == {}
    assert canvas.view == canvas.camera.whole(canvas.raster.main_bounds())


def test_a_hidden_map_just_changes(canvas: MapView, qtbot: QtBot) -> None:
    canvas.set_points(np.zeros((3, 2), np.float32))
    canvas.hide()
    new = np.arange(6, dtype=np.float32).reshape(3, 2)
    canvas.travel(new, {"x": 1.0, "y": 2.0, "scale": 50.0})
    qtbot.waitUntil(lambda: np.array_equal(canvas.xy, new))
    assert not canvas.is_travelling
    assert canvas.camera.state() == {"x": 1.0, "y": 2.0, "scale": 50.0}


def test_a_frame_of_a_layout_ends_the_journey(canvas: MapView, qtbot: QtBot) -> None:
    chance = np.random.default_rng(0)
    places = [chance.random((500, 2)).astype(np.float32) * size for size in (1, 10, 20)]
    canvas.set_points(places[0])
    canvas.travel(places[1], {})
    qtbot.waitUntil(lambda: canvas.is_travelling)
    canvas.move_points(places[2])
    assert not canvas.is_travelling
    qtbot.wait(50)
    assert np.array_equal(canvas.xy, places[2])
    assert canvas.view == canvas.camera.whole(canvas.raster.main_bounds())


def test_other_points_end_the_journey(canvas: MapView, qtbot: QtBot) -> None:
    canvas.set_points(np.random.default_rng(0).random((500, 2)).astype(np.float32))
    canvas.travel(np.random.default_rng(1).random((500, 2)).astype(np.float32), {})
    canvas.set_points(np.eye(2, dtype=np.float32))
    qtbot.wait(100)
    assert np.array_equal(canvas.xy, np.eye(2))


def test_a_window_that_is_closed_on_the_way_is_not_missed(qtbot: QtBot) -> None:
    view = MapView()
    view.show()
    chance = np.random.default_rng(0)
    view.set_points(chance.random((200_000, 2)).astype(np.float32))
    view.travel(chance.random((200_000, 2)).astype(np.float32), {})
    view.deleteLater()
    qtbot.wait(300)
    with pytest.raises(RuntimeError):
        view.width()
