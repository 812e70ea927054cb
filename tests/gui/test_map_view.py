"""The real map widget: what the mouse, the wheel and the keys do."""

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from embexplorer.app.values import CardView
from embexplorer.data.items import FieldType
from embexplorer.data.selection import Combine
from embexplorer.gui.map.view import MapView
from embexplorer.gui.theme import theme
from embexplorer.raster import engine
from embexplorer.raster.colours import scale_for

N = 5_000
NONE, SHIFT, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot) -> MapView:
    engine.warm_up()
    widget = MapView()
    qtbot.addWidget(widget)
    widget.set_reduced_motion(True)
    widget.resize(900, 600)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.set_points(np.random.default_rng(0).standard_normal((N, 2)).astype(np.float32))
    return widget


def pixels(view: MapView) -> np.ndarray:
    return np.array([(p.x(), p.y()) for p in map(view.place_of, range(N))])


def move(view: MapView, place: QPointF, modifiers=NONE, button=LEFT) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove, place, view.mapToGlobal(place), Qt.MouseButton.NoButton, button, modifiers
    )
    QApplication.sendEvent(view, event)


def drag(qtbot, view: MapView, places: list[tuple[int, int]], modifiers=NONE, button=LEFT) -> None:
    qtbot.mousePress(view, button, modifiers, QPoint(*places[0]))
    for place in places[1:]:
        move(view, QPointF(*place), modifiers, button)
    qtbot.mouseRelease(view, button, modifiers, QPoint(*places[-1]))


def test_the_sketch_becomes_a_map_by_itself(qtbot, view: MapView, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_compiled", None)  # as in the first moments after the start
    view.redraw()
    sketch = view.grab().toImage()
    engine.warm_up()
    qtbot.waitUntil(lambda: view.grab().toImage() != sketch)


def test_dragging_pans(qtbot, view: MapView) -> None:
    before = view.place_of(7)
    drag(qtbot, view, [(300, 300), (330, 310), (350, 340)])
    assert (view.place_of(7) - before - QPointF(50, 40)).manhattanLength() < 0.1
    assert view.camera.state()


def test_the_wheel_keeps_the_point_under_the_cursor(view: MapView) -> None:
    place = QPointF(200, 100)
    before = view.view.to_data(place.x(), place.y(), view.width(), view.height())
    scale = view.view.scale
    event = QWheelEvent(
        place, view.mapToGlobal(place), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    assert view.view.scale > scale
    assert view.view.to_data(place.x(), place.y(), view.width(), view.height()) == pytest.approx(before, abs=1e-6)


def test_hover_finds_the_nearest_point(qtbot, view: MapView) -> None:
    target = view.place_of(42)
    distance = np.hypot(*(pixels(view) - (target.x(), target.y())).T)
    with qtbot.waitSignal(view.hovered) as told:
        move(view, target, button=Qt.MouseButton.NoButton)
    assert distance[told.args[0]] == pytest.approx(distance.min(), abs=0.01)


def test_click_double_click_and_the_empty_ground(qtbot, view: MapView) -> None:
    place = view.place_of(42).toPoint()
    row = view.row_at(QPointF(place))
    with qtbot.waitSignal(view.picked) as told:
        qtbot.mouseClick(view, LEFT, NONE, place)
    assert told.args == [row, Combine.REPLACE]
    with qtbot.waitSignal(view.picked) as told:
        qtbot.mouseClick(view, LEFT, SHIFT, place)
    assert told.args == [row, Combine.ADD]
    with qtbot.waitSignal(view.opened) as told:
        qtbot.mouseDClick(view, LEFT, NONE, place)
    assert told.args == [row]
    with qtbot.waitSignal(view.cleared):
        qtbot.mouseClick(view, LEFT, NONE, QPoint(3, 590))


@pytest.mark.parametrize(
    "modifiers, how",
    [(NONE, Combine.REPLACE), (SHIFT, Combine.ADD), (ALT, Combine.REMOVE), (SHIFT | ALT, Combine.INTERSECT)],
)
@pytest.mark.parametrize("tool", ["rectangle", "lasso"])
def test_areas_equal_brute_force(qtbot, view: MapView, tool: str, modifiers, how: Combine) -> None:
    view.set_tool(tool)
    corners = [(300, 200), (500, 200), (500, 400), (300, 400)]
    with qtbot.waitSignal(view.area_selected) as told:
        drag(qtbot, view, corners[:3] if tool == "rectangle" else corners, modifiers)
    places = pixels(view)
    inside = ((places >= (300, 200)) & (places <= (500, 400))).all(axis=1)
    clear = (np.abs(places - (300, 200)).min(axis=1) > 1) & (np.abs(places - (500, 400)).min(axis=1) > 1)
    got = np.isin(np.arange(N), told.args[0])
    assert np.array_equal(got[clear], inside[clear]) and told.args[1] is how


def test_lasso_without_changing_the_tool(qtbot, view: MapView) -> None:
    before = view.view
    with qtbot.waitSignal(view.area_selected) as told:
        drag(qtbot, view, [(300, 200), (500, 200), (400, 400)], SHIFT)
    assert told.args[1] is Combine.ADD and view.view == before
    view.set_tool("lasso")
    drag(qtbot, view, [(300, 200), (400, 200), (400, 300)], button=Qt.MouseButton.MiddleButton)
    assert view.view != before


def test_keys(qtbot, view: MapView) -> None:
    start = view.view
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    qtbot.keyClick(view, Qt.Key.Key_Left, CTRL)
    assert view.view.scale > start.scale and view.view.cx < start.cx
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.view == start and view.camera.state() == {}
    with qtbot.waitSignal(view.cleared):
        qtbot.keyClick(view, Qt.Key.Key_Escape)
    view.set_hover(9)
    with qtbot.waitSignal(view.opened) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [9]


def test_escape_gives_up_a_lasso(qtbot, view: MapView) -> None:
    with qtbot.assertNotEmitted(view.area_selected), qtbot.assertNotEmitted(view.cleared):
        qtbot.mousePress(view, LEFT, SHIFT, QPoint(300, 200))
        move(view, QPointF(500, 200), SHIFT)
        move(view, QPointF(500, 400), SHIFT)
        qtbot.keyClick(view, Qt.Key.Key_Escape)
        qtbot.mouseRelease(view, LEFT, SHIFT, QPoint(500, 400))


def test_colours_of_other_points_are_refused(view: MapView) -> None:
    with pytest.raises(ValueError, match="colours for"):
        view.set_colours(scale_for(pl.Series(["a"]), FieldType.CATEGORY), "kind")


def shot(view: MapView) -> np.ndarray:
    image = view.grab().toImage()
    return np.array([[image.pixelColor(x, y).lightness() for x in range(0, 600, 3)] for y in range(0, 600, 3)])


@pytest.mark.parametrize("choice", ["light", "dark"])
def test_dimming_hits_card_and_words_can_be_seen(qtbot, view: MapView, choice: str) -> None:
    theme().choose(choice)
    normal = shot(view)
    view.set_state(np.ones(N, np.uint8))
    dimmed = shot(view)
    ground = dimmed[-1, 0]
    assert 2 < np.abs(dimmed - ground).max() < np.abs(normal - ground).max()
    view.set_hits(np.arange(20))
    hits = shot(view)
    assert not np.array_equal(hits, dimmed)
    view.show_card(CardView(42, "Title", "text " * 200, (("field", "value"),)))
    qtbot.waitUntil(lambda: view.card.is_shown)
    assert not np.array_equal(shot(view), hits)
    view.show_card(None)
    qtbot.waitUntil(lambda: not view.card.is_shown)
    assert np.array_equal(shot(view), hits)


def test_bad_input_and_nothing_at_all(qtbot, view: MapView) -> None:
    view.set_points(np.zeros((0, 2), np.float32))
    view.set_empty_text("Drop files or folders here to begin.")
    assert np.ptp(shot(view)) > 20
    view.set_points(np.array([[np.nan, 1], [2, 3], [np.inf, 0]], np.float32))
    view.set_hits(np.array([0, 1, 99, -1]))
    view.set_hover(0)
    view.fit_rows(np.array([0]))
    view.fit_rows(np.array([1]))
    view.camera.restore({"x": float("nan")})
    view.camera.restore({"scale": -1.0})
    assert np.ptp(shot(view)) > 20
    view.resize(1, 1)
    view.grab()


def test_the_view_comes_back(view: MapView) -> None:
    view.camera.zoom(3)
    view.camera.pan(20, 30)
    state, before = view.camera.state(), view.view
    view.fit()
    view.camera.restore(state)
    assert view.view == before
    view.move_points(view.xy + np.float32(1))
    assert view.view == before


def test_hits_that_are_hidden_have_no_ring(view: MapView) -> None:
    bare = shot(view)
    view.set_hits(np.arange(20))
    assert not np.array_equal(shot(view), bare)
    state = np.zeros(N, np.uint8)
    state[:20] = 3
    view.set_state(state)
    without = shot(view)
    view.set_hits(np.zeros(0, np.int64))
    assert np.array_equal(shot(view), without)
