"""The gallery: pictures in a grid, only those in view are drawn and asked for."""

import numpy as np
import polars as pl
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip, QVBoxLayout, QWidget

from embexplorer.app.values import TableView
from embexplorer.data.items import Kind
from embexplorer.gui.gestures import combine_of
from embexplorer.gui.pictures import Pictures, paint_picture
from embexplorer.gui.pieces import EmptyState
from embexplorer.gui.rowdrag import RowDrag
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, RADIUS

_SIDE, _CAPTION, _PAD = GRID * 14, GRID * 3, GRID // 2
_GAP = GRID
_CELL_HEIGHT = _SIDE + _CAPTION + 2 * _PAD
_LINE = _CELL_HEIGHT + _GAP
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class GalleryPanel(QAbstractScrollArea):
    """A grid of cells in the order of the table. Arrow keys move, Space selects, Enter opens."""

    hovered = Signal(int)
    picked = Signal(int, object)  # row, Combine
    opened = Signal(int)
    menu_requested = Signal(int, QPoint)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gallery")
        self.setAccessibleName("Gallery")
        self._pictures = pictures
        self._frame: pl.DataFrame | None = None
        self._is_image = np.zeros(0, np.bool_)
        self._order = np.empty(0, np.int64)
        self._selected = np.zeros(0, np.bool_)
        self._hovered = self._current = self._pressed = -1
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self._empty = EmptyState("gallery", "No pictures", "")
        inside = QVBoxLayout(self.viewport())
        inside.addWidget(self._empty)
        self._say_empty()
        self.drag = RowDrag(self.viewport(), self._row_at, lambda: self._selected, self)
        pictures.arrived.connect(self._repaint)
        theme().changed.connect(self._repaint)

    def set_table(self, table: TableView) -> None:
        """Shows the table's images, in its order."""
        if table.frame is not self._frame:
            self._frame = table.frame
            self._is_image = _image_mask(table.frame)
        current = self._row(self._current)
        self._order = table.order[self._is_image[table.order]] if self._is_image.any() else np.empty(0, np.int64)
        self._current = -1
        if current >= 0:
            found = np.flatnonzero(self._order == current)
            self._current = int(found[0]) if len(found) else -1
        self._fit_scroll_bar()
        self._say_empty()
        self._repaint()

    def set_selected(self, mask: np.ndarray) -> None:
        self._selected = mask
        self._repaint()

    def set_hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self._repaint()

    def show_row(self, row: int) -> None:
        """Scroll to a row, unless it can be seen already."""
        found = np.flatnonzero(self._order == row)
        if len(found):
            self._go(int(found[0]))

    def _say_empty(self) -> None:
        if self._is_image.any():
            self._empty.set_text("No pictures are shown", "No picture passes the filter. Widen it, or clear it.")
        else:
            self._empty.set_text("No pictures", "Images of the project appear here.")
        self._empty.setVisible(not len(self._order))

    def _repaint(self, _what: object = None) -> None:
        self.viewport().update()

    # -- geometry ---------------------------------------------------------------------------------------------

    def _columns(self) -> int:
        return max(1, (self.viewport().width() - _GAP) // (_SIDE + 2 * _PAD + _GAP))

    def _pitch(self) -> float:
        """From one cell to the next: what is left of a line is shared out."""
        return (self.viewport().width() - _GAP) / self._columns()

    def _cell(self, position: int) -> QRect:
        """The cell of a position, in the viewport."""
        line, place = divmod(position, self._columns())
        top = _GAP + line * _LINE - self.verticalScrollBar().value()
        left = _GAP + round(place * self._pitch())
        return QRect(left, top, round(self._pitch()) - _GAP, _CELL_HEIGHT)

    def _position_at(self, at: QPoint) -> int:
        line = (at.y() + self.verticalScrollBar().value() - _GAP) // _LINE
        place = int((at.x() - _GAP) // self._pitch())
        position = line * self._columns() + place
        inside = 0 <= place < self._columns() and 0 <= position < len(self._order)
        return int(position) if inside and self._cell(int(position)).contains(at) else -1

    def _row(self, position: int) -> int:
        return int(self._order[position]) if 0 <= position < len(self._order) else -1

    def _row_at(self, at: QPoint) -> int:
        return self._row(self._position_at(at))

    def _fit_scroll_bar(self) -> None:
        lines = -(-len(self._order) // self._columns())
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(_LINE // 2)
        bar.setRange(0, max(0, lines * _LINE + _GAP - self.viewport().height()))

    def _go(self, position: int) -> None:
        """Make a position the current one and bring it into view."""
        self._current = position
        cell, bar = self._cell(position), self.verticalScrollBar()
        if cell.top() < 0:
            bar.setValue(bar.value() + cell.top() - _GAP)
        elif cell.bottom() > self.viewport().height():
            bar.setValue(bar.value() + cell.bottom() - self.viewport().height() + _GAP)
        self.setAccessibleDescription(self._title(position))
        self._repaint()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit_scroll_bar()

    # -- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        first = max(0, (self.verticalScrollBar().value() - _GAP) // _LINE) * self._columns()
        lines = self.viewport().height() // _LINE + 2
        for position in range(first, min(len(self._order), first + lines * self._columns())):
            self._paint_cell(painter, position)
        painter.end()

    def _paint_cell(self, painter: QPainter, position: int) -> None:
        assert self._frame is not None
        tokens, cell, row = theme().tokens, self._cell(position), self._row(position)
        chosen = self._is_selected(row)
        self._paint_ground(painter, QRectF(cell), chosen, row == self._hovered, position == self._current)
        square = QRect(cell.left() + (cell.width() - _SIDE) // 2, cell.top() + _PAD, _SIDE, _SIDE)
        paint_picture(painter, square, self._pictures.get(self._frame["@uri"][row] or ""))
        painter.setPen(QColor(tokens.soft_text if chosen else tokens.text))
        caption = QRect(cell.left() + _PAD, square.bottom() + 2, cell.width() - 2 * _PAD, _CAPTION - 2)
        shown = painter.fontMetrics().elidedText(self._title(position), Qt.TextElideMode.ElideRight, caption.width())
        painter.drawText(caption, Qt.AlignmentFlag.AlignCenter, shown)

    def _paint_ground(self, painter: QPainter, box: QRectF, chosen: bool, lit: bool, current: bool) -> None:
        tokens = theme().tokens
        box = box.adjusted(1, 1, -1, -1)
        if chosen or lit:
            painter.setPen(QPen(QColor(tokens.accent), 1) if chosen else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.soft if chosen else tokens.hover))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if current and self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box, RADIUS, RADIUS)

    def _title(self, position: int) -> str:
        return "" if self._frame is None else self._frame["@title"][self._row(position)] or ""

    def _is_selected(self, row: int) -> bool:
        return 0 <= row < len(self._selected) and bool(self._selected[row])

    # -- what the user does -----------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        self.hovered.emit(self._row_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        position = self._position_at(event.position().toPoint())
        if position < 0:
            return
        self._current = position
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = position  # picked when let go, for it may be dragged away with the others of the selection
        elif event.button() == Qt.MouseButton.RightButton:
            self.menu_requested.emit(self._row(position), event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        event.accept()  # it was pressed here
        pressed, self._pressed = self._pressed, -1
        is_left = event.button() == Qt.MouseButton.LeftButton and pressed >= 0
        if is_left and self._position_at(event.position().toPoint()) == pressed:
            self._pick(pressed, event.modifiers())

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        row = self._row_at(event.position().toPoint())
        if row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(row)

    def viewportEvent(self, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(-1)
        if isinstance(event, QHelpEvent):
            position = self._position_at(event.pos())
            if position >= 0:
                QToolTip.showText(event.globalPos(), self._title(position), self.viewport(), self._cell(position))
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        target = self._target(event.key())
        if target >= 0:
            self._go(target)
            self.hovered.emit(self._row(target))
        elif self._current >= 0 and event.key() == Qt.Key.Key_Space:
            self._pick(self._current, event.modifiers())
        elif self._current >= 0 and event.key() in _ENTER:
            self.opened.emit(self._row(self._current))
        elif self._current >= 0 and event.key() == Qt.Key.Key_Menu:
            at = self._cell(self._current).center()
            self.menu_requested.emit(self._row(self._current), self.viewport().mapToGlobal(at))
        else:
            super().keyPressEvent(event)

    def _target(self, key: int) -> int:
        """Where a key leads from the current cell, -1 where it leads nowhere."""
        columns, last = self._columns(), len(self._order) - 1
        page = max(1, self.viewport().height() // _LINE) * columns
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -last - 1,
            Qt.Key.Key_End: last + 1,
        }
        if key not in steps or last < 0:
            return -1
        return min(last, max(0, self._current + steps[Qt.Key(key)])) if self._current >= 0 else 0

    def focusInEvent(self, event: QFocusEvent, /) -> None:
        super().focusInEvent(event)
        self._repaint()

    def focusOutEvent(self, event: QFocusEvent, /) -> None:
        super().focusOutEvent(event)
        self._repaint()

    def _pick(self, position: int, modifiers: Qt.KeyboardModifier) -> None:
        row = self._row(position)
        self.picked.emit(row, combine_of(modifiers, self._is_selected(row)))


def _image_mask(frame: pl.DataFrame) -> np.ndarray:
    """bool (n,): which rows are images."""
    if not len(frame):
        return np.zeros(0, np.bool_)
    return (frame["@kind"] == Kind.IMAGE.value).fill_null(False).to_numpy()
