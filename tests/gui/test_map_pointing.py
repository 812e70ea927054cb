"""The real map widget: looking closer, stepping from point to point, going back, fingers, and what a lasso holds."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication

from embexplorer.data.selection import Combine
from embexplorer.gui.map.view import MapView
from embexplorer.raster import engine

N = 4_000
NONE, CTRL, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT, LEFT = Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton
EMPTY = QPoint(4, 590)


def shown(qtbot, n: int = N) -> MapView:
    engine.warm_up()
    widget = MapView()
    qtbot.addWidget(widget)
    widget.set_reduced_motion(True)
    widget.resize(900, 600)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.set_points(np.random.default_rng(1).standard_normal((n, 2)).astype(np.float32))
    qtbot.waitUntil(lambda: bool(np.isfinite(widget.xy).all()))
    return widget


@pytest.fixture
def view(qtbot) -> MapView:
    return shown(qtbot)


def rest(qtbot, view: MapView) -> None:
    with qtbot.waitSignal(view.camera.rested):
        pass


def wheel(view: MapView, pixels: QPoint, angle: QPoint, phase: Qt.ScrollPhase, modifiers=NONE) -> None:
    place = QPointF(300, 200)
    event = QWheelEvent(
        place, view.mapToGlobal(place), pixels, angle, Qt.MouseButton.NoButton, modifiers, phase, False
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def test_two_clicks_on_empty_ground_look_closer_and_keep_the_selection(qtbot, view: MapView) -> None:
    scale = view.view.scale
    under = view.view.to_data(EMPTY.x(), EMPTY.y(), 900, 600)
    with qtbot.assertNotEmitted(view.cleared, wait=600):
        qtbot.mouseClick(view, LEFT, NONE, EMPTY)
        qtbot.mouseDClick(view, LEFT, NONE, EMPTY)
    assert view.view.scale == pytest.approx(2.5 * scale)
    assert view.view.to_data(EMPTY.x(), EMPTY.y(), 900, 600) == pytest.approx(under)
    qtbot.mouseDClick(view, LEFT, ALT, EMPTY)
    assert view.view.scale == pytest.approx(scale)


def test_two_clicks_in_a_crowd_look_closer(qtbot) -> None:
    view = shown(qtbot, 60_000)
    scale, row = view.view.scale, view.row_at(QPointF(450, 300))
    assert row >= 0
    with qtbot.assertNotEmitted(view.opened):
        qtbot.mouseDClick(view, LEFT, NONE, QPoint(450, 300))
    assert view.view.scale > 2 * scale


def test_arrow_keys_step_to_the_nearest_point_that_way(qtbot, view: MapView) -> None:
    with qtbot.waitSignal(view.hovered) as told:
        qtbot.keyClick(view, Qt.Key.Key_Right)
    middle = view.scene().room.center()
    first = view.place_of(told.args[0])
    places = np.array([(p.x(), p.y()) for p in map(view.place_of, range(N))])
    nearest = np.hypot(*(places - (middle.x(), middle.y())).T).min()
    assert np.hypot(first.x() - middle.x(), first.y() - middle.y()) == pytest.approx(nearest, abs=0.01)
    for _ in range(40):
        before = view.place_of(view.hover.row)
        offset = view.view
        with qtbot.waitSignal(view.hovered):
            qtbot.keyClick(view, Qt.Key.Key_Right)
        moved = (offset.cx - view.view.cx) * view.view.scale
        assert view.place_of(view.hover.row).x() > before.x() + moved - 0.01
        assert view.scene().room.contains(view.place_of(view.hover.row)), "the stepped-to point is not in view"


def test_space_selects_the_point_and_enter_opens_it(qtbot, view: MapView) -> None:
    view.tell_hover(17)
    for modifiers, how in ((NONE, Combine.REPLACE), (SHIFT, Combine.ADD), (ALT, Combine.REMOVE)):
        with qtbot.waitSignal(view.picked) as told:
            qtbot.keyClick(view, Qt.Key.Key_Space, modifiers)
        assert told.args == [17, how]
    with qtbot.waitSignal(view.opened) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [17]


def test_space_and_a_drag_pan_and_select_nothing(qtbot, view: MapView) -> None:
    view.set_tool("lasso")
    before = view.view
    with qtbot.assertNotEmitted(view.picked), qtbot.assertNotEmitted(view.area_selected):
        qtbot.keyPress(view, Qt.Key.Key_Space)
        qtbot.mousePress(view, LEFT, NONE, QPoint(300, 300))
        drag_to(view, QPointF(360, 330))
        qtbot.mouseRelease(view, LEFT, NONE, QPoint(360, 330))
        view.tell_hover(5)
        qtbot.keyRelease(view, Qt.Key.Key_Space)
    assert view.view != before


def drag_to(view: MapView, place: QPointF, modifiers=NONE) -> None:
    event = QMouseEvent(QEvent.Type.MouseMove, place, view.mapToGlobal(place), Qt.MouseButton.NoButton, LEFT, modifiers)
    QApplication.sendEvent(view, event)


def test_back_and_forward_through_views(qtbot, view: MapView) -> None:
    whole = view.view
    view.camera.zoom(4)
    rest(qtbot, view)
    closer = view.view
    view.camera.pan(50, 0)
    view.camera.pan(50, 0)  # one movement: it did not rest in between
    rest(qtbot, view)
    aside = view.view
    view.camera.back()
    assert view.view == closer
    rest(qtbot, view)
    qtbot.mousePress(view, Qt.MouseButton.BackButton, NONE, QPoint(100, 100))
    assert view.view == whole
    rest(qtbot, view)
    view.camera.back()
    assert view.view == whole, "there is nothing further back"
    view.camera.forward()
    rest(qtbot, view)
    qtbot.mousePress(view, Qt.MouseButton.ForwardButton, NONE, QPoint(100, 100))
    assert view.view == aside
    rest(qtbot, view)
    view.camera.back()
    rest(qtbot, view)
    view.camera.zoom(2)
    rest(qtbot, view)
    looked = view.view
    view.camera.forward()
    assert view.view == looked, "a new movement forgets what lay ahead"


def test_two_fingers_pan_and_a_pinch_zooms(view: MapView) -> None:
    before = view.view
    wheel(view, QPoint(12, -30), QPoint(24, -60), Qt.ScrollPhase.ScrollUpdate)
    wheel(view, QPoint(0, -5), QPoint(0, -10), Qt.ScrollPhase.ScrollMomentum)
    assert view.view.scale == before.scale
    assert view.view.cx == pytest.approx(before.cx - 12 / before.scale)
    assert view.view.cy == pytest.approx(before.cy - 35 / before.scale)
    wheel(view, QPoint(0, 20), QPoint(0, 40), Qt.ScrollPhase.ScrollUpdate, CTRL)
    assert view.view.scale > before.scale
    scale, place = view.view.scale, QPointF(200, 150)
    under = view.view.to_data(200, 150, 900, 600)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, place, place,
        view.mapToGlobal(place), 0.25, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    assert view.view.scale == pytest.approx(1.25 * scale)
    assert view.view.to_data(200, 150, 900, 600) == pytest.approx(under)


def test_a_lasso_says_how_many_it_holds_while_it_is_drawn(qtbot, view: MapView) -> None:
    qtbot.mousePress(view, LEFT, SHIFT, QPoint(300, 200))
    for place in ((600, 200), (600, 400), (300, 400)):
        drag_to(view, QPointF(*place), SHIFT)
    qtbot.waitUntil(lambda: bool(view.shape.note))
    told = view.shape.note
    without = view.grab().toImage()
    view.shape.note = ""
    assert view.grab().toImage() != without
    with qtbot.waitSignal(view.area_selected) as area:
        qtbot.mouseRelease(view, LEFT, SHIFT, QPoint(300, 400))
    assert told == f"{len(area.args[0]):,} items"


def test_a_view_of_nothing_is_not_gone_back_to(qtbot, view: MapView) -> None:
    whole = view.view
    view.look_anew({"x": 0.0, "y": 0.0, "scale": whole.scale * 2})
    view.grab()
    assert view.view.scale == pytest.approx(whole.scale * 2)
    view.look_anew({"x": 500.0, "y": 0.0, "scale": whole.scale * 9})
    view.grab()
    assert view.view == whole and view.camera.state() == {}
