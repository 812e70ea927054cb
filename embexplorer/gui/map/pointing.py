"""What the mouse, the wheel and fingers do with the map."""

from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QInputDevice,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from embexplorer.base.wording import count
from embexplorer.data.selection import Combine
from embexplorer.gui.gestures import combine_of
from embexplorer.gui.map.canvas import MapCanvas
from embexplorer.raster.picture import MOST_DISCS

Tool = Literal["pan", "rectangle", "lasso"]

_CLICK_PX, _GRAB_PX = 4.0, 5.0
_CLOSER = 2.5  # times, by a double click
_COUNT_MS = 60  # between two counts of what a lasso holds
_MOST_COUNTED = 1_500_000  # points; a count takes 5 ms for a million
_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_STEPS_BACK = {Qt.MouseButton.BackButton: -1, Qt.MouseButton.ForwardButton: 1}


class PointedMap(MapCanvas):
    """Drag pans, the wheel zooms, Shift-drag lassoes to add, Alt-drag to take away, Ctrl-drag draws a rectangle. Two
    fingers on a touch pad pan and go on as the system lets them; a pinch zooms. A double click opens a point that
    stands alone, and looks closer anywhere else.

    With the rectangle or lasso tool a plain drag selects anew, Shift adds, Alt takes away, both intersect; the middle
    button or Space still pans. Every signal is something that the user did.
    """

    hovered = Signal(int)  # row, -1 for none
    picked = Signal(int, Combine)
    area_selected = Signal(object, Combine)  # rows: int64, ascending
    cleared = Signal()
    opened = Signal(int)
    menu_requested = Signal(int, QPoint)  # row or -1, global position

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.tool: Tool = "pan"
        self._drawing: Tool | None = None
        self._combine = Combine.REPLACE
        self._pressed_at: QPointF | None = None
        self._last = QPointF()
        self._is_space_held = self._has_panned = False
        self._hovered = -1
        # a click on empty ground may be the first of two that look closer, which must not cost the selection
        self._clearing = QTimer(self, singleShot=True, interval=QGuiApplication.styleHints().mouseDoubleClickInterval())
        self._clearing.timeout.connect(self.cleared)
        self._counting = QTimer(self, singleShot=True, interval=_COUNT_MS)
        self._counting.timeout.connect(self._count_shape)

    def set_points(self, xy: np.ndarray) -> None:
        super().set_points(xy)
        self._hovered = -1

    def set_tool(self, tool: str) -> None:
        """pan, rectangle or lasso."""
        self.tool = "rectangle" if tool == "rectangle" else "lasso" if tool == "lasso" else "pan"
        self.show_cursor()

    def row_at(self, place: QPointF) -> int:
        """The point under a pixel, or -1; a picture stands for its point."""
        pictured = self.thumbnails.row_at(place)
        if pictured >= 0:
            return pictured
        reach = self.point_radius() + _GRAB_PX
        return self.raster.pick(self.view, self.width(), self.height(), place.x(), place.y(), reach)

    def tell_hover(self, row: int) -> None:
        """The user points at another row, or with -1 at none."""
        if row != self._hovered:
            self._hovered = row
            self.set_hover(row)
            self.hovered.emit(row)

    def hold_space(self, is_held: bool) -> None:
        """While Space is held a drag pans, whatever the tool. Let go without a drag, it asks for the hovered point."""
        if is_held:
            self._has_panned = False
        self._is_space_held = is_held
        self.show_cursor()

    # -- buttons ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() in _STEPS_BACK:
            (self.camera.back if _STEPS_BACK[event.button()] < 0 else self.camera.forward)()
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        self._clearing.stop()
        self._pressed_at = self._last = event.position()
        self._drawing = self._drawing_tool(event)
        self._combine = combine_of(event.modifiers() & ~_CTRL)
        self.shape.corners, self.shape.note = [], ""
        self.shape.takes_away = self._combine is Combine.REMOVE

    def _drawing_tool(self, event: QMouseEvent) -> Tool | None:
        if event.button() == Qt.MouseButton.MiddleButton or self._is_space_held:
            return None
        if self.tool != "pan":
            return self.tool
        if event.modifiers() & _CTRL:
            return "rectangle"
        return "lasso" if event.modifiers() & (_SHIFT | _ALT) else None

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        place = event.position()
        if self._pressed_at is None:
            self.tell_hover(self.row_at(place))
            return
        if not self.shape.corners and not self._is_drag(place) and self._last == self._pressed_at:
            return
        if self._drawing is None:
            self.tell_hover(-1)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            moved = place - self._last
            self._has_panned = True
            self.camera.pan(moved.x(), moved.y())
        else:
            self._extend_shape(place)
        self._last = place

    def _is_drag(self, place: QPointF) -> bool:
        return self._pressed_at is not None and (place - self._pressed_at).manhattanLength() > _CLICK_PX

    def _extend_shape(self, place: QPointF) -> None:
        start = self._pressed_at or place
        if self._drawing == "rectangle":
            self.shape.corners = [start, QPointF(place.x(), start.y()), place, QPointF(start.x(), place.y())]
        else:
            self.shape.corners = [*(self.shape.corners or [start]), place]
        if not self._counting.isActive() and len(self.xy) <= _MOST_COUNTED:
            self._counting.start()
        self.update()

    def _count_shape(self) -> None:
        if len(self.shape.corners) > 2 and self._drawing is not None:
            self.shape.note = count(len(self._rows_in(self.shape.corners, self._drawing)), "item")
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        if self._pressed_at is None:
            return
        was_click = self._last == self._pressed_at and not self._is_drag(event.position())
        shape, drawing, self.shape.corners = self.shape.corners, self._drawing, []
        self._pressed_at = self._drawing = None
        self.show_cursor()
        if was_click and event.button() == Qt.MouseButton.LeftButton:
            self._click(event)
        elif drawing is not None and len(shape) > 2:
            self.area_selected.emit(self._rows_in(shape, drawing), self._combine)
        self.update()

    def _click(self, event: QMouseEvent) -> None:
        row = self.row_at(event.position())
        if row >= 0:
            self.picked.emit(row, combine_of(event.modifiers(), self.raster.is_selected(row)))
        elif combine_of(event.modifiers()) is Combine.REPLACE:
            self._clearing.start()

    def _rows_in(self, shape: list[QPointF], drawing: Tool) -> np.ndarray:
        size = (self.width(), self.height())
        if drawing == "rectangle":
            box = (shape[0].x(), shape[0].y(), shape[2].x(), shape[2].y())
            return self.raster.rows_in_rectangle(self.view, *size, box)
        return self.raster.rows_in_polygon(self.view, *size, np.array([(p.x(), p.y()) for p in shape]))

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._clearing.stop()
        row = self.row_at(event.position())
        if row >= 0 and self.raster.visible(self.view, self.width(), self.height()) <= MOST_DISCS:
            self.opened.emit(row)
        else:
            self.camera.glide_zoom(1 / _CLOSER if event.modifiers() & _ALT else _CLOSER, event.position())

    def is_drawing(self) -> bool:
        """Whether a shape is being drawn, which Escape gives up."""
        return bool(self.shape.corners)

    def give_up_shape(self) -> None:
        self.shape.corners, self._pressed_at, self._drawing = [], None, None
        self.update()

    # -- wheel and fingers --------------------------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        moved = event.pixelDelta()
        has_fingers = event.device().type() == QInputDevice.DeviceType.TouchPad or (
            event.phase() != Qt.ScrollPhase.NoScrollPhase
        )
        if has_fingers and not moved.isNull() and not event.modifiers() & _CTRL:
            self.camera.pan(moved.x(), moved.y())
        else:  # a pinch comes as Ctrl and wheel from many touch pads
            self.camera.zoom(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def event(self, event: QEvent, /) -> bool:
        if isinstance(event, QNativeGestureEvent):
            return self._native(event)
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                self._pressed_at = None  # the first finger was no drag
                self.camera.zoom(pinch.scaleFactor(), self.mapFromGlobal(pinch.centerPoint()))
                event.accept(pinch)
                return True
        return super().event(event)

    def _native(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.camera.zoom(max(0.2, 1 + event.value()), event.position())
            return True
        if event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
            self.camera.glide_zoom(_CLOSER, event.position())
            return True
        return False

    def leaveEvent(self, event: QEvent, /) -> None:
        super().leaveEvent(event)
        self.tell_hover(-1)

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        row = self.row_at(QPointF(event.pos())) if by_mouse else self.hover.row
        self.menu_requested.emit(row, event.globalPos())

    def keyReleaseEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hold_space(False)
            if self.hover.row >= 0 and not self._has_panned:
                self.picked.emit(self.hover.row, combine_of(event.modifiers(), self.raster.is_selected(self.hover.row)))
        super().keyReleaseEvent(event)

    def show_cursor(self) -> None:
        draws = self.tool != "pan" and not self._is_space_held
        shape = Qt.CursorShape.CrossCursor if draws else Qt.CursorShape.ArrowCursor
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._is_space_held else shape)
