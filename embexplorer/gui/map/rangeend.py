"""One end of the range that can be dragged on the colour bar."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from embexplorer.gui.theme import theme

TOP: Final = 4.0
BARS: Final = 26.0  # height of the bars, over the colours
GRADIENT: Final = 10.0  # height of the colours
GRIP_WIDE: Final = 14
_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
}


class RangeEnd(QWidget):
    """One end of what is left of the bar. Arrows and Page keys move it, Home and End put it to the ends of the bar,
    Escape leaves all values again. The mouse is the bar's."""

    stepped = Signal(int)
    sent_to = Signal(bool)  # True: to the upper end of the bar
    given_up = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.resize(GRIP_WIDE, round(TOP + BARS + GRADIENT + 6))
        self.is_held = False

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        tokens, painter = theme().tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        strong = self.is_held or self.hasFocus()
        middle = self.width() / 2
        painter.setPen(QPen(QColor(tokens.accent if strong else tokens.muted), 1.25))
        painter.drawLine(QPointF(middle, TOP), QPointF(middle, self.height() - GRADIENT - 6))
        painter.setPen(QPen(QColor(tokens.focus if strong else tokens.muted), 2.0 if strong else 1.25))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(QRectF(middle - 4, self.height() - GRADIENT - 9, 8, GRADIENT + 6), 4, 4)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.stepped.emit(_KEYS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.sent_to.emit(key == Qt.Key.Key_End)
        elif key == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent, /) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent, /) -> None:
        super().focusOutEvent(event)
        self.update()
