"""Pictures, lines to neighbours, the overview, the card and the note of how far the real map widget is enlarged."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from embexplorer.app.state import MapLook
from embexplorer.app.values import CardView
from embexplorer.data.items import FieldType
from embexplorer.gui.map.scale_note import magnification
from embexplorer.gui.map.thumbnail_layer import apart
from embexplorer.gui.map.view import MapView
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.theme import theme
from embexplorer.raster import engine
from embexplorer.raster.colours import scale_for
from embexplorer.raster.look import DIMMED, HIDDEN, SELECTED

N = 600
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
BLUE = (20, 40, 220)


@pytest.fixture
def view(qtbot) -> MapView:
    engine.warm_up()
    widget = MapView()
    qtbot.addWidget(widget)
    widget.set_reduced_motion(True)
    widget.resize(900, 600)
    with qtbot.waitExposed(widget):
        widget.show()
    show_points(widget, np.random.default_rng(0).standard_normal((N, 2)).astype(np.float32))
    return widget


def show_points(view: MapView, xy: np.ndarray) -> None:
    view.set_points(xy)
    groups = np.array(["a", "b", "c"], object)[np.arange(len(xy)) % 3]
    view.set_colours(scale_for(groups, FieldType.CATEGORY), "group")
    view.set_state(np.zeros(len(xy), np.uint8))


def files(n: int) -> pl.Series:
    return pl.Series("@uri", [f"{row}.png" for row in range(n)], dtype=pl.String)


def show_pictures(view: MapView, uris: pl.Series, broken: frozenset[str] = frozenset()) -> Pictures:
    """Pictures that are there as soon as they are asked for, like those of a quick disk."""
    pictures = Pictures(view)
    picture = np.full((40, 60, 4), (*BLUE, 255), np.uint8)
    pictures.wanted.connect(lambda uri: pictures.put(uri, None if uri in broken else picture))
    pictures.arrived.connect(view.on_picture)
    view.set_pictures(pictures, uris)
    paint_all(view)
    return pictures


def paint_all(view: MapView) -> None:
    """As many frames as it takes until nothing is left to do."""
    for _ in range(12):
        view.grab()


def settle(qtbot, view: MapView) -> None:
    qtbot.waitUntil(lambda: not view.camera.is_moving)
    paint_all(view)


def point_at(view: MapView, place: QPointF, button=Qt.MouseButton.NoButton) -> None:
    kind = QEvent.Type.MouseMove
    QApplication.sendEvent(view, QMouseEvent(kind, place, view.mapToGlobal(place), button, button, NONE))


def boxes(view: MapView) -> dict[int, tuple[float, float]]:
    return {row: (box.center().x(), box.center().y()) for row, box in view.thumbnails.boxes.items()}


# -- pictures -------------------------------------------------------------------------------------------------------


def test_pictures_stand_where_their_points_are_and_apart(view: MapView) -> None:
    show_pictures(view, files(N))
    shown = boxes(view)
    assert 15 < len(shown) < N
    for row, place in shown.items():
        assert (QPointF(*place) - view.place_of(row)).manhattanLength() < 2
    places = np.array(list(shown.values()))
    gaps = np.abs(places[:, None] - places[None]).max(axis=2) + np.eye(len(places)) * 1e3
    assert gaps.min() > 70
    row, place = next(iter(shown.items()))
    assert view.grab().toImage().pixelColor(round(place[0]), round(place[1])) == QColor(*BLUE)
    assert view.row_at(QPointF(place[0] + 18, place[1] - 12)) == row


def test_panning_keeps_the_pictures_that_stay_in_view(qtbot, view: MapView) -> None:
    show_pictures(view, files(N))
    before = boxes(view)
    view.camera.pan(33, -21)
    moved = view.grab() and boxes(view)
    assert set(moved) == set(before)
    for row, (x, y) in moved.items():
        assert (x - 33, y + 21) == pytest.approx(before[row], abs=1.01)
    settle(qtbot, view)
    inside = {row for row, (x, y) in before.items() if 0 < x + 33 < view.width() and 0 < y - 21 < view.height()}
    assert inside <= set(boxes(view))


def test_more_pictures_appear_as_one_looks_closer(qtbot, view: MapView) -> None:
    show_pictures(view, files(N))
    whole = len(view.thumbnails.boxes) / N
    view.camera.zoom(8)
    settle(qtbot, view)
    in_view = view.raster.rows_in_view(view.view, view.width(), view.height(), N)
    assert len(set(boxes(view)) & set(in_view.tolist())) / len(in_view) > 2 * whole


def test_a_crowd_is_points_until_one_looks_closer(qtbot, view: MapView) -> None:
    n = 30_000
    show_points(view, np.random.default_rng(1).standard_normal((n, 2)).astype(np.float32))
    qtbot.waitUntil(lambda: np.isfinite(view.xy).all())
    show_pictures(view, files(n))
    assert not view.thumbnails.boxes
    view.camera.zoom(60)
    settle(qtbot, view)
    assert view.thumbnails.boxes


def test_of_equal_points_one_picture_is_shown(view: MapView) -> None:
    show_points(view, np.zeros((500, 2), np.float32))
    show_pictures(view, files(500))
    assert len(view.thumbnails.boxes) == 1


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_points(view: MapView, n: int) -> None:
    show_points(view, np.arange(2 * n, dtype=np.float32).reshape(n, 2))
    show_pictures(view, files(n))
    assert set(view.thumbnails.boxes) == set(range(n))


def test_texts_and_broken_files_stay_points(view: MapView) -> None:
    uris = [f"{row}.png" if row % 2 else None for row in range(N)]
    broken = frozenset(f"{row}.png" for row in range(1, N, 4))
    show_pictures(view, pl.Series("@uri", uris, dtype=pl.String), broken)
    assert view.thumbnails.boxes
    assert {row % 4 for row in view.thumbnails.boxes} == {3}


def test_hidden_pictures_go_dimmed_ones_fade_selected_ones_have_a_ring(view: MapView) -> None:
    show_pictures(view, files(N))
    row, place = next(iter(boxes(view).items()))
    middle, edge = QPoint(*map(round, place)), view.thumbnails.boxes[row].topLeft().toPoint() - QPoint(2, -20)
    state = np.zeros(N, np.uint8)
    state[row] = SELECTED
    plain = view.grab().toImage().pixelColor(edge)
    view.set_state(state.copy())
    paint_all(view)
    assert view.grab().toImage().pixelColor(edge) != plain
    state[:] = DIMMED
    view.set_state(state.copy())
    paint_all(view)
    assert view.thumbnails.boxes
    assert view.grab().toImage().pixelColor(middle) != QColor(*BLUE)
    state[:] = HIDDEN
    view.set_state(state.copy())
    paint_all(view)
    assert not view.thumbnails.boxes


def test_switching_pictures_off(view: MapView) -> None:
    show_pictures(view, files(N))
    view.set_look(MapLook(thumbnails=False))
    view.grab()
    assert not view.thumbnails.boxes


def test_clicking_a_picture_picks_its_item(qtbot, view: MapView) -> None:
    show_pictures(view, files(N))
    row, box = next(iter(view.thumbnails.boxes.items()))
    corner = box.topLeft() + QPointF(5, 5)
    with qtbot.waitSignal(view.hovered) as told:
        point_at(view, corner)
    assert told.args == [row]
    with qtbot.waitSignal(view.picked) as told:
        qtbot.mouseClick(view, LEFT, NONE, corner.toPoint())
    assert told.args[0] == row


def test_places_apart_equal_brute_force() -> None:
    places = np.random.default_rng(3).uniform(0, 500, (400, 2))
    chosen: list[int] = []
    for k in range(len(places)):
        if all(np.abs(places[k] - places[other]).max() >= 60 for other in chosen):
            chosen.append(k)
    assert apart(places, 60).tolist() == chosen


# -- lines ----------------------------------------------------------------------------------------------------------


def difference(view: MapView, before: np.ndarray) -> np.ndarray:
    return np.abs(shot(view).astype(int) - before).max(axis=2) > 8


def shot(view: MapView) -> np.ndarray:
    image = view.grab().toImage()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return pixels[:, : image.width() * 4].reshape(image.height(), image.width(), 4)[:, :, :3].copy()


def test_lines_lead_to_the_neighbours(view: MapView) -> None:
    before = shot(view)
    view.set_neighbours(0, np.array([1, 2]), np.array([1, 0.3], np.float32))
    changed = difference(view, before)
    for row in (1, 2):
        middle = (view.place_of(0) + view.place_of(row)) / 2
        x, y = round(middle.x()), round(middle.y())
        assert changed[y - 2 : y + 3, x - 2 : x + 3].any()
    view.set_look(MapLook(neighbour_lines=False))
    assert not difference(view, before).any()


def test_lines_to_neighbours_outside_end_at_the_border(qtbot, view: MapView) -> None:
    view.camera.zoom(30, view.place_of(0))
    view.camera.glide_to(*view.xy[0].tolist())
    settle(qtbot, view)
    before = shot(view)
    far = np.argsort(-np.abs(view.xy - view.xy[0]).sum(axis=1))[:3]
    view.set_neighbours(0, far, np.ones(3, np.float32))
    lit = np.flatnonzero(difference(view, before).any(axis=1))
    columns = np.flatnonzero(difference(view, before).any(axis=0))
    assert min(lit.min(), columns.min(), view.height() - lit.max(), view.width() - columns.max()) < 30


def test_neighbours_that_are_not_on_the_map(view: MapView) -> None:
    xy = view.xy.copy()
    xy[5] = np.nan
    show_points(view, xy)
    before = shot(view)
    view.set_neighbours(0, np.array([5, N + 3, -1, 0]), np.ones(4, np.float32))
    assert not difference(view, before).any()
    view.set_neighbours(5, np.array([1, 2]), np.ones(2, np.float32))
    assert not difference(view, before).any()
    with pytest.raises(ValueError, match="strengths"):
        view.set_neighbours(0, np.array([1]), np.ones(2, np.float32))


# -- overview -------------------------------------------------------------------------------------------------------


def test_the_overview_shows_when_enlarged_and_moves_the_map(qtbot, view: MapView) -> None:
    assert view.minimap.isHidden()
    view.camera.zoom(6)
    settle(qtbot, view)
    assert view.minimap.isVisible()
    qtbot.waitUntil(lambda: not view.minimap._image.isNull())
    target = QPoint(40, 60)
    QTest.mouseClick(view.minimap, LEFT, NONE, target)
    frame = view.minimap.frame()
    assert (frame.center() - QPointF(target)).manhattanLength() < 2
    x, y = view.view.cx, view.view.cy
    QTest.mousePress(view.minimap, LEFT, NONE, frame.center().toPoint())
    end = QPointF(frame.center().toPoint() + QPoint(20, -10))
    kind = QEvent.Type.MouseMove
    QApplication.sendEvent(view.minimap, QMouseEvent(kind, end, view.minimap.mapToGlobal(end), LEFT, LEFT, NONE))
    QTest.mouseRelease(view.minimap, LEFT, NONE, end.toPoint())
    assert view.view.cx > x and view.view.cy > y
    view.camera.fit()
    assert view.minimap.isHidden()


def test_the_overview_can_be_switched_off_and_gives_way(qtbot, view: MapView) -> None:
    view.camera.zoom(6)
    assert view.minimap.isVisible()
    view.set_look(MapLook(minimap=False))
    assert view.minimap.isHidden()
    view.set_look(MapLook())
    assert view.minimap.isVisible()
    view.resize(300, 200)
    assert view.minimap.isHidden()


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_the_overview_has_the_colours_of_the_map(qtbot, view: MapView, choice: str) -> None:
    theme().choose(choice)
    view.camera.zoom(6)
    settle(qtbot, view)
    qtbot.waitUntil(lambda: not view.minimap._image.isNull() and not view.minimap._is_stale)
    wanted = QColor(theme().tokens.map_background)
    qtbot.waitUntil(lambda: view.minimap._image.pixelColor(1, 1) == wanted)
    image = view.minimap._image
    hues = {image.pixelColor(x, y).hue() // 40 for x in range(image.width()) for y in range(image.height())}
    assert len(hues) > 3  # three categories and the ground


# -- note and card --------------------------------------------------------------------------------------------------


def test_the_note_counts_what_is_in_view(qtbot, view: MapView) -> None:
    view.grab()
    assert view.note.text == ""
    view.camera.zoom(4)
    settle(qtbot, view)
    places = np.array([(p.x(), p.y()) for p in map(view.place_of, range(N))])
    inside = ((places >= 0) & (places <= (view.width(), view.height()))).all(axis=1).sum()
    assert view.note.text == f"4×  ·  {inside} of {N} in view"
    state = np.full(N, HIDDEN, np.uint8)
    view.set_state(state)
    view.grab()
    assert view.note.text.endswith(f"0 of {N} in view")


@pytest.mark.parametrize(
    "times, text", [(1.5, "1.5×"), (4.0, "4×"), (9.96, "10×"), (12.4, "12×"), (347.4, "347×"), (1234, "1,230×")]
)
def test_magnification(times: float, text: str) -> None:
    assert magnification(times) == text


def test_the_card_waits_at_first_stays_between_points_and_goes_while_the_map_moves(qtbot, view: MapView) -> None:
    one = CardView(1, "One", "", (("size", "3"),), colour=("group", "b"), tags=("fine",))
    two = CardView(2, "Two", "", ())
    empty = shot(view)
    view.show_card(one)
    assert not difference(view, empty).any()
    qtbot.waitUntil(lambda: view.card.is_shown)
    first = shot(view)
    assert np.abs(first.astype(int) - empty).max() > 8
    view.show_card(None)
    view.show_card(two)  # on the way from point to point
    assert view.card.is_shown
    view.camera.pan(40, 0)
    moving = shot(view)
    settle(qtbot, view)
    resting = shot(view)
    view.show_card(None)
    qtbot.waitUntil(lambda: not view.card.is_shown)
    assert np.array_equal(moving, shot(view))
    assert not np.array_equal(resting, shot(view))


def test_the_card_is_never_over_its_point(qtbot, view: MapView) -> None:
    for row in range(0, N, 25):
        view.show_card(None)
        before = shot(view)
        view.show_card(CardView(row, f"Item {row}", "some words " * 30, (("field", "value"),) * 5))
        qtbot.waitUntil(lambda: view.card.is_shown)
        changed, place = difference(view, before), view.place_of(row)
        view.card.hide()
        x, y = round(place.x()), round(place.y())
        assert changed.any()
        assert not changed[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].any()


def test_no_picture_is_asked_for_that_is_not_seen(view: MapView, tmp_path: Path) -> None:
    pictures, asked = Pictures(view), []
    pictures.wanted.connect(asked.append)
    view.set_pictures(pictures, files(N))
    paint_all(view)
    assert 15 < len(asked) < 200
    assert len(asked) == len(set(asked))
