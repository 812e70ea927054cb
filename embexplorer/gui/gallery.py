"""The gallery: pictures in a grid, only those in view are drawn and asked for."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from embexplorer.app.values import TableView
from embexplorer.data.items import Kind
from embexplorer.gui.gestures import combine_of
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID

_SIDE, _CAPTION, _GAP = GRID * 14, GRID * 3, GRID
_CELL_HEIGHT = _SIDE + _CAPTION + _GAP


class GalleryPanel(QAbstractScrollArea):
    """A grid of cells in the order of the table. Arrow keys move, Space selects, Enter opens."""

    hovered = Signal(int)
    picked = Signal(int, object)  # row, Combine
    opened = Signal(int)
    menu_requested = Signal(int, QPoint)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Gallery")
        self._pictures = pictures
        self._table: TableView | None = None
        self._order = np.empty(0, np.int64)
        self._selected = np.zeros(0, np.bool_)
        self._hovered = self._current = -1
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        pictures.arrived.connect(lambda _uri: self.viewport().update())
        theme().changed.connect(lambda _tokens: self.viewport().update())

    def set_table(self, table: TableView) -> None:
        """Shows the table's images, in its order."""
        self._table = table
        kinds = table.frame["@kind"].cast(str) if len(table.order) else None
        is_image = (kinds == Kind.IMAGE).to_numpy() if kinds is not None else np.zeros(0, np.bool_)
        self._order = table.order[is_image[table.order]] if len(table.order) else table.order
        self._current = min(self._current, len(self._order) - 1)
        self._fit_scroll_bar()
        self.viewport().update()

    def has_pictures(self) -> bool:
        return len(self._order) > 0

    def set_selected(self, mask: np.ndarray) -> None:
        self._selected = mask
        self.viewport().update()

    def set_hover(self, row: int) -> None:
        if row != self._hovered:
            self._hovered = row
            self.viewport().update()

    def show_row(self, row: int) -> None:
        """Scroll to a row, unless it can be seen already."""
        found = np.flatnonzero(self._order == row)
        if len(found):
            self._current = int(found[0])
            self._scroll_to(self._current)

    # -- geometry ---------------------------------------------------------------------------------------------

    def _columns(self) -> int:
        return max(1, (self.viewport().width() - _GAP) // (_SIDE + _GAP))

    def _cell(self, position: int) -> QRect:
        """The cell of a position, in the viewport."""
        line, place = divmod(position, self._columns())
        top = _GAP + line * _CELL_HEIGHT - self.verticalScrollBar().value()
        return QRect(_GAP + place * (_SIDE + _GAP), top, _SIDE, _SIDE + _CAPTION)

    def _position_at(self, at: QPoint) -> int:
        line = (at.y() + self.verticalScrollBar().value() - _GAP) // _CELL_HEIGHT
        place = (at.x() - _GAP) // (_SIDE + _GAP)
        position = line * self._columns() + place
        inside = 0 <= place < self._columns() and 0 <= position < len(self._order)
        return int(position) if inside and self._cell(int(position)).contains(at) else -1

    def _row_at(self, at: QPoint) -> int:
        position = self._position_at(at)
        return int(self._order[position]) if position >= 0 else -1

    def _fit_scroll_bar(self) -> None:
        lines = -(-len(self._order) // self._columns())
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(_CELL_HEIGHT // 2)
        bar.setRange(0, max(0, lines * _CELL_HEIGHT + _GAP - self.viewport().height()))

    def _scroll_to(self, position: int) -> None:
        cell, bar = self._cell(position), self.verticalScrollBar()
        if cell.top() < 0:
            bar.setValue(bar.value() + cell.top() - _GAP)
        elif cell.bottom() > self.viewport().height():
            bar.setValue(bar.value() + cell.bottom() - self.viewport().height() + _GAP)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit_scroll_bar()

    # -- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if not len(self._order) or self._table is None:
            painter.setPen(QColor(theme().tokens.muted))
            painter.drawText(self.viewport().rect(), Qt.AlignmentFlag.AlignCenter, "No pictures are shown here.")
            painter.end()
            return
        first = max(0, (self.verticalScrollBar().value() - _GAP) // _CELL_HEIGHT) * self._columns()
        lines = self.viewport().height() // _CELL_HEIGHT + 2
        for position in range(first, min(len(self._order), first + lines * self._columns())):
            self._paint_cell(painter, position)
        painter.end()

    def _paint_cell(self, painter: QPainter, position: int) -> None:
        assert self._table is not None
        tokens, cell, row = theme().tokens, self._cell(position), int(self._order[position])
        chosen = row < len(self._selected) and bool(self._selected[row])
        box = QRectF(cell).adjusted(-3, -3, 3, 3)
        if chosen or row == self._hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.soft if chosen else tokens.hover))
            painter.drawRoundedRect(box, 6, 6)
        if chosen or (position == self._current and self.hasFocus()):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent if chosen else tokens.focus), 2))
            painter.drawRoundedRect(box, 6, 6)
        picture = self._pictures.get(self._table.frame["@uri"][row] or "")
        square = QRect(cell.left(), cell.top(), _SIDE, _SIDE)
        if picture is None:
            painter.fillRect(square, QColor(tokens.hover))
        else:
            spot = QRect(square.topLeft(), picture.size().scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio))
            spot.moveCenter(square.center())
            painter.drawPixmap(spot, picture)
        painter.setPen(QColor(tokens.soft_text if chosen else tokens.text))
        title = self._table.frame["@title"][row] or ""
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, _SIDE)
        painter.drawText(
            QRect(cell.left(), square.bottom() + 2, _SIDE, _CAPTION - 2), Qt.AlignmentFlag.AlignCenter, shown
        )

    # -- what the user does -----------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        self.hovered.emit(self._row_at(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        position = self._position_at(event.position().toPoint())
        if position < 0:
            return
        self._current = position
        row = int(self._order[position])
        if event.button() == Qt.MouseButton.LeftButton:
            self._pick(row, event.modifiers())
        elif event.button() == Qt.MouseButton.RightButton:
            self.menu_requested.emit(row, event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        row = self._row_at(event.position().toPoint())
        if row >= 0:
            self.opened.emit(row)

    def viewportEvent(self, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(-1)
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns(),
            Qt.Key.Key_Down: self._columns(),
        }
        if event.key() in moves and len(self._order):
            self._current = min(len(self._order) - 1, max(0, self._current + moves[Qt.Key(event.key())]))
            self._scroll_to(self._current)
            self.hovered.emit(int(self._order[self._current]))
        elif self._current >= 0 and event.key() == Qt.Key.Key_Space:
            self._pick(int(self._order[self._current]), event.modifiers())
        elif self._current >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(int(self._order[self._current]))
        else:
            super().keyPressEvent(event)

    def _pick(self, row: int, modifiers: Qt.KeyboardModifier) -> None:
        chosen = row < len(self._selected) and bool(self._selected[row])
        self.picked.emit(row, combine_of(modifiers, chosen))
