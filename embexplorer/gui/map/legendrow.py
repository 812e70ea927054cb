"""One category in the legend: its colour switches it off and on, its name selects its items."""

from html import escape
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from embexplorer.app.values import LegendLine
from embexplorer.data.selection import Combine
from embexplorer.gui.gestures import combine_of
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID

HEIGHT = GRID * 3
Part = Literal["colour", "name", ""]

_NAME_AT = GRID * 4  # left of the name; the colour stands before it
_END = GRID
_RADIUS = 5.0
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class LegendRow(QAbstractButton):
    """A click on the colour takes the category off the map or puts it back; a double click, or one with Alt, leaves
    only this one. A click on the name selects its items, with Shift, Alt and Ctrl as in every view. By keys: Space,
    Shift+Space, Enter; up and down go to the next row."""

    switched = Signal(str)  # the category's name, in all of these
    isolated = Signal(str)
    picked = Signal(str, Combine)
    stepped = Signal(int)  # -1 to the row above, 1 to the one below
    menu_wanted = Signal(str, QPoint)
    focused = Signal()

    def __init__(self, line: LegendLine, colour: QColor) -> None:
        super().__init__()
        self._line, self._colour = line, colour
        self._over: Part = ""
        self._pressed_on: Part = ""
        self.setCheckable(True)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.set_line(line, colour)

    @property
    def line(self) -> LegendLine:
        return self._line

    def set_line(self, line: LegendLine, colour: QColor) -> None:
        """Other counts, another colour, or switched off or on."""
        self._line, self._colour = line, colour
        number = f"{line.total:,}" if line.shown == line.total else f"{line.shown:,} of {line.total:,}"
        self.setChecked(line.is_on)
        self.setText(line.label)
        self.setAccessibleName(f"{line.label}, {number}")
        self.setAccessibleDescription("On the map" if line.is_on else "Not on the map")
        turn = "off the map" if line.is_on else "back on the map"
        self.setToolTip(
            f"<p>{escape(line.label)}: {number}</p><p>Click the name to select these items. Click the colour to take "
            f"them {turn}, double-click it to leave only these.</p>"
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(GRID * 26, HEIGHT)

    def nextCheckState(self) -> None:
        """Whether it is on follows from what is shown."""

    # -- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        tokens, painter, line = theme().tokens, QPainter(self), self._line
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._over or self.hasFocus():
            painter.setPen(QPen(QColor(tokens.focus), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover) if self._over else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        self._paint_colour(painter)
        number, metrics = f"{line.shown:,}", self.fontMetrics()
        room = self.width() - _NAME_AT - metrics.horizontalAdvance(number) - _END - GRID
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        faint = not line.is_on or not line.shown
        painter.setPen(QColor(tokens.muted if faint else tokens.text))
        name = metrics.elidedText(line.label, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(_NAME_AT, 0, room, self.height()), middle | Qt.AlignmentFlag.AlignLeft, name)
        painter.setPen(QColor(tokens.muted))
        counts = QRectF(0, 0, self.width() - _END, self.height())
        painter.drawText(counts, middle | Qt.AlignmentFlag.AlignRight, number)
        painter.end()

    def _paint_colour(self, painter: QPainter) -> None:
        """A disc while it is on, a ring while it is off; under the pointer with a ring around."""
        tokens, place = theme().tokens, QPointF(_NAME_AT / 2, self.height() / 2)
        if self._over == "colour":
            painter.setPen(QPen(QColor(tokens.muted), 1.25))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, _RADIUS + 3, _RADIUS + 3)
        if self._line.is_on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._colour)
            painter.drawEllipse(place, _RADIUS, _RADIUS)
        else:
            painter.setPen(QPen(QColor(tokens.muted), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, _RADIUS - 0.75, _RADIUS - 0.75)

    # -- the user ---------------------------------------------------------------------------------------------

    def part_at(self, place: QPointF) -> Part:
        """What a click there is about."""
        if not QRectF(self.rect()).contains(place):
            return ""
        return "colour" if place.x() < _NAME_AT - 4 else "name"

    def _hover(self, part: Part) -> None:
        self._over = part
        self.update()

    def enterEvent(self, event: QEnterEvent, /) -> None:
        self._hover(self.part_at(event.position()))

    def leaveEvent(self, _event: QEvent, /) -> None:
        self._hover("")

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_on = self.part_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        self._hover(self.part_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        part = self._pressed_on if self.part_at(event.position()) == self._pressed_on else ""
        self._pressed_on = ""
        if event.button() != Qt.MouseButton.LeftButton or not part:
            return
        if part == "name":
            self.picked.emit(self._line.name, combine_of(event.modifiers()))
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.isolated.emit(self._line.name)
        else:
            self.switched.emit(self._line.name)

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        """The first click has switched it already: that is taken back."""
        if event.button() == Qt.MouseButton.LeftButton and self.part_at(event.position()) == "colour":
            self.switched.emit(self._line.name)
            self.isolated.emit(self._line.name)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key, name = Qt.Key(event.key()), self._line.name
        if key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.isolated.emit(name)
        elif key == Qt.Key.Key_Space:
            self.switched.emit(name)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.picked.emit(name, combine_of(event.modifiers()))
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent, /) -> None:
        """The key was taken when it went down."""

    def focusInEvent(self, event: QFocusEvent, /) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        self.menu_wanted.emit(self._line.name, event.globalPos())
