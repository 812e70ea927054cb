"""One value in a facet: its name, how many items have it, and a bar as long as that."""

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from embexplorer.app.facetvalues import FacetBar
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, ROW

_ROUND = 4


class Bar(QWidget):
    """One value: its name, how many pass, a bar behind. Click or Space asks for it; Ctrl adds to what is asked."""

    toggled = Signal(object, bool)  # value, whether others stay

    def __init__(self, bar: FacetBar, tallest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._hovered = False
        self._bar, self._tallest = bar, max(1, tallest)
        theme().changed.connect(self._repaint)
        self._is_told = False
        self._tell()

    def sizeHint(self) -> QSize:
        return QSize(GRID * 24, ROW)

    def set_bar(self, bar: FacetBar, tallest: int) -> None:
        if bar == self._bar and tallest == self._tallest:
            return
        self._bar, self._tallest = bar, max(1, tallest)
        self._is_told = False
        self.update()

    def event(self, event: QEvent, /) -> bool:
        if isinstance(event, QHelpEvent):  # made when it is asked for: there may be thousands of bars
            QToolTip.showText(event.globalPos(), f"{self._bar.label}: {self._bar.count:,} of {self._bar.total:,}", self)
            return True
        return super().event(event)

    def _tell(self) -> None:
        """Say for those who listen what is painted: a name costs more than a bar, and few bars are in view."""
        if not self._is_told:
            bar, self._is_told = self._bar, True
            self.setAccessibleName(f"{bar.label}, {bar.count:,} of {bar.total:,}{', chosen' if bar.chosen else ''}")

    def _repaint(self, _what: object = None) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        self._tell()
        tokens, painter, bar = theme().tokens, QPainter(self), self._bar
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(0, 1, self.width(), ROW - 2)
        shape = QPainterPath()
        shape.addRoundedRect(whole, _ROUND, _ROUND)
        painter.setClipPath(shape)
        if self._hovered or bar.chosen:
            painter.fillRect(whole, QColor(tokens.hover))
        shades = ((bar.total, tokens.pressed if self._hovered else tokens.hover), (bar.count, tokens.soft))
        for number, colour in shades:
            if number:
                width = max(3.0, whole.width() * min(1.0, number / self._tallest))
                painter.fillRect(QRectF(0, whole.top(), width, whole.height()), QColor(colour))
        painter.setClipping(False)
        if bar.chosen or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(
                QPen(QColor(tokens.focus if self.hasFocus() else tokens.accent), 2 if self.hasFocus() else 1.5)
            )
            painter.drawRoundedRect(whole.adjusted(1, 1, -1, -1), _ROUND, _ROUND)
        self._paint_words(painter, bar)
        painter.end()

    def _paint_words(self, painter: QPainter, bar: FacetBar) -> None:
        tokens, metrics = theme().tokens, self.fontMetrics()
        number = f"{bar.count:,}"
        room = metrics.horizontalAdvance(number) + GRID * 2
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(tokens.muted))
        painter.drawText(QRectF(0, 0, self.width() - GRID, ROW), vertical | Qt.AlignmentFlag.AlignRight, number)
        faint = bar.value is None or bar.count == 0
        painter.setPen(QColor(tokens.muted if faint else tokens.text))
        font = painter.font()
        font.setItalic(bar.value is None)
        font.setWeight(QFont.Weight.DemiBold if bar.chosen else QFont.Weight.Normal)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, self.width() - room - GRID)
        painter.drawText(QRectF(GRID, 0, self.width() - room, ROW), vertical | Qt.AlignmentFlag.AlignLeft, text)

    def enterEvent(self, event: object, /) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object, /) -> None:
        self._hovered = False
        self.update()

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        event.accept()  # what is pressed here is released here

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.toggled.emit(self._bar.value, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.toggled.emit(self._bar.value, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.key() in steps:
            self.focusNextPrevChild(steps[Qt.Key(event.key())] > 0)
        else:
            super().keyPressEvent(event)
