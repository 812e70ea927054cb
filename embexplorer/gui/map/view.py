"""The map that a person works with: mouse, wheel, keys and legend over the painted canvas."""

from typing import Literal

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from embexplorer.app.state import MapLook
from embexplorer.app.values import MapChoice
from embexplorer.data.selection import Combine
from embexplorer.gui.gestures import combine_of
from embexplorer.gui.map.canvas import MapCanvas
from embexplorer.gui.map.legend import Legend
from embexplorer.gui.theme import theme
from embexplorer.raster.colours import ColourScale

Tool = Literal["pan", "rectangle", "lasso"]

_CLICK_PX, _GRAB_PX, _MARGIN, _STEP = 4.0, 5.0, 12, 60.0
_SHIFT, _ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_PANS = {
    Qt.Key.Key_Left: (_STEP, 0.0),
    Qt.Key.Key_Right: (-_STEP, 0.0),
    Qt.Key.Key_Up: (0.0, _STEP),
    Qt.Key.Key_Down: (0.0, -_STEP),
}
_ZOOMS = {Qt.Key.Key_Plus: 1.4, Qt.Key.Key_Equal: 1.4, Qt.Key.Key_Minus: 1 / 1.4}


class MapView(MapCanvas):
    """Drag pans, the wheel zooms, Shift-drag lassoes to add, Alt-drag to take away, Ctrl-drag draws a rectangle.

    With the rectangle or lasso tool a plain drag selects anew, Shift adds, Alt takes away, both intersect; the middle
    button or Space still pans. Every signal is something that the user did.
    """

    hovered = Signal(int)  # row, -1 for none
    picked = Signal(int, Combine)
    area_selected = Signal(object, Combine)  # rows: int64, ascending
    cleared = Signal()
    opened = Signal(int)
    menu_requested = Signal(int, QPoint)  # row or -1, global position
    legend_picked = Signal(object)  # the category's value
    colour_chosen = Signal(str)
    map_chosen = Signal(str)
    covered_left = 0  # pixels under the tools that lie over the map

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map")
        self.tool: Tool = "pan"
        self.look = MapLook()
        self._drawing: Tool | None = None
        self._combine = Combine.REPLACE
        self._pressed_at: QPointF | None = None
        self._last = QPointF()
        self._is_space_held = False
        self._hovered = -1
        self.legend = Legend(self)
        self.legend.category_clicked.connect(self.legend_picked)
        self.legend.colour_chosen.connect(self.colour_chosen)
        self.legend.map_chosen.connect(self.map_chosen)
        self.legend.resized.connect(self._place_legend)
        self._describe()

    # -- aspects ------------------------------------------------------------------------------------------------------

    def set_points(self, xy: np.ndarray) -> None:
        super().set_points(xy)
        self._hovered = -1
        self._describe()

    def set_colours(self, scale: ColourScale, title: str) -> None:
        """A key per point; the legend takes the title. Raises ValueError where it is of another number of points."""
        if len(scale.keys) != len(self.xy):
            raise ValueError(f"{len(scale.keys)} colours for {len(self.xy)} points")
        self._title = title
        self._apply_colours(scale)
        self.legend.set_scale(scale, title, theme().tokens.dark)

    def set_choice(self, choice: MapChoice) -> None:
        self.legend.set_choice(choice)

    def set_look(self, look: MapLook) -> None:
        """What is drawn besides the points."""
        self.look = look
        self.update()

    def set_tool(self, tool: str) -> None:
        """pan, rectangle or lasso."""
        self.tool = "rectangle" if tool == "rectangle" else "lasso" if tool == "lasso" else "pan"
        self._show_cursor()

    def _describe(self) -> None:
        self.setAccessibleDescription(
            f"{len(self.xy):,} points. Arrow keys move, plus and minus zoom, 0 shows all, Enter opens a point."
        )

    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        if hasattr(self, "legend"):  # not yet, while the canvas is being made
            self.legend.set_scale(self.scale, getattr(self, "_title", ""), theme().tokens.dark)

    def _place_legend(self) -> None:
        self.legend.move(self.width() - self.legend.width() - _MARGIN, _MARGIN)
        self.follow_room()

    def covered(self) -> tuple[int, int]:
        has_legend = hasattr(self, "legend") and not self.legend.isHidden() and not self.legend.is_folded
        return self.covered_left, self.legend.width() + _MARGIN if has_legend else 0

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.legend.arrange()

    # -- mouse --------------------------------------------------------------------------------------------------------

    def row_at(self, place: QPointF) -> int:
        """The point under a pixel, or -1."""
        reach = self.point_radius() + _GRAB_PX
        return self.raster.pick(self.view, self.width(), self.height(), place.x(), place.y(), reach)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        self._pressed_at = self._last = event.position()
        self._drawing = self._drawing_tool(event)
        self._combine = combine_of(event.modifiers() & ~_CTRL)
        self.shape.corners, self.shape.takes_away = [], self._combine is Combine.REMOVE

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
            self._tell_hover(self.row_at(place))
            return
        if not self.shape.corners and not self._is_drag(place) and self._last == self._pressed_at:
            return
        if self._drawing is None:
            self._tell_hover(-1)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            moved = place - self._last
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
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        if self._pressed_at is None:
            return
        was_click = self._last == self._pressed_at and not self._is_drag(event.position())
        shape, drawing, self.shape.corners = self.shape.corners, self._drawing, []
        self._pressed_at = self._drawing = None
        self._show_cursor()
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
            self.cleared.emit()

    def _rows_in(self, shape: list[QPointF], drawing: Tool) -> np.ndarray:
        corners = np.array([(p.x(), p.y()) for p in shape])
        size = (self.width(), self.height())
        if drawing == "rectangle":
            box = (shape[0].x(), shape[0].y(), shape[2].x(), shape[2].y())
            return self.raster.rows_in_rectangle(self.view, *size, box)
        return self.raster.rows_in_polygon(self.view, *size, corners)

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        row = self.row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.opened.emit(row)

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        self.camera.zoom(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent, /) -> None:
        super().leaveEvent(event)
        self._tell_hover(-1)

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        row = self.row_at(QPointF(event.pos())) if by_mouse else self.hover.row
        self.menu_requested.emit(row, event.globalPos())

    def _tell_hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.set_hover(row)
            self.hovered.emit(row)

    # -- keys ---------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key = Qt.Key(event.key())
        if key in _PANS:
            self.camera.pan(*_PANS[key])
        elif key in _ZOOMS:
            self.camera.zoom(_ZOOMS[key])
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.hover.row >= 0:
            self.opened.emit(self.hover.row)
        elif key == Qt.Key.Key_Space:
            self._is_space_held = True
            self._show_cursor()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._is_space_held = False
            self._show_cursor()
        super().keyReleaseEvent(event)

    def _escape(self) -> None:
        if self.shape.corners:
            self.shape.corners, self._pressed_at, self._drawing = [], None, None
            self.update()
        else:
            self.cleared.emit()

    def _show_cursor(self) -> None:
        draws = self.tool != "pan" and not self._is_space_held
        shape = Qt.CursorShape.CrossCursor if draws else Qt.CursorShape.ArrowCursor
        self.setCursor(Qt.CursorShape.OpenHandCursor if self._is_space_held else shape)
