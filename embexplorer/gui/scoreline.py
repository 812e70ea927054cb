"""The scores of everything that passes the filter, and a line in them that can be moved."""

from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from embexplorer.app.scores import ScoresView
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, Tokens

_BARS = GRID * 5  # height of the tallest bar
_TOP = GRID + 2  # room for the handle of the line
_WORDS = GRID * 2 + 2
_HEIGHT = _TOP + _BARS + _WORDS
_STEPS = 100  # the keys move the line by one of so many parts of the whole
_HELP = "Drag the line, or move it with the arrow keys. Double-click or press Esc to put it back."


class ScoreLine(QWidget):
    """Press or drag anywhere, or use the arrow keys, to move the line; double-click, Home or Esc puts it back."""

    cut_chosen = Signal(object)  # float, or None for where the line stands by itself

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scores: ScoresView | None = None
        self._line = 0.0
        self._is_dragged = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self.setAccessibleName("Relevance line")
        self.setToolTip(_HELP)
        theme().changed.connect(self._repaint)

    def _repaint(self, _what: object = None) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(GRID * 24, _HEIGHT)

    def set_scores(self, scores: ScoresView | None) -> None:
        """None while nothing is known. While the line is dragged it stays under the pointer, whatever is said of it."""
        self._scores = scores
        if scores is None:
            self._is_dragged = False
            self.update()
            return
        if not self._is_dragged:
            self._line = scores.line
        where = "as proposed" if self._is_proposed() else f"proposed {scores.proposed:.2f}"
        self.setAccessibleDescription(f"{scores.above:,} items score more than {scores.line:.2f}, {where}. {_HELP}")
        self.update()

    def _is_proposed(self) -> bool:
        return self._scores is None or self._line == self._scores.proposed

    # -- geometry ---------------------------------------------------------------------------------------------

    def _ends(self) -> tuple[float, float]:
        assert self._scores is not None
        return float(self._scores.edges[0]), float(self._scores.edges[-1])

    def _to_x(self, score: float) -> float:
        low, high = self._ends()
        share = (score - low) / max(high - low, 1e-300)
        return 1 + min(1.0, max(0.0, share)) * (self.width() - 2)

    def _to_score(self, x: float) -> float:
        low, high = self._ends()
        return low + min(1.0, max(0.0, (x - 1) / max(1, self.width() - 2))) * (high - low)

    # -- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent, /) -> None:
        if self._scores is None:
            return
        tokens, painter = theme().tokens, QPainter(self)
        line = self._to_x(self._line)
        for left, right, tone in ((0.0, line, tokens.control), (line, float(self.width()), tokens.accent)):
            painter.setClipRect(QRectF(left, 0, right - left, _HEIGHT))
            for bar in self._bars():
                painter.fillRect(bar, QColor(tone))
        painter.setClipping(False)
        painter.fillRect(QRectF(0, _TOP + _BARS, self.width(), 1), QColor(tokens.line))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_line(painter, line, tokens)
        self._paint_words(painter, line, tokens)
        painter.end()

    def _bars(self) -> Iterator[QRectF]:
        """By the logarithm of their numbers: of 100,000 items some ten are near what was asked."""
        assert self._scores is not None
        totals = np.log1p(self._scores.totals)
        tallest = float(totals.max()) or 1.0
        places = np.linspace(1, self.width() - 1, len(totals) + 1)
        for left, right, total in zip(places[:-1], places[1:], totals, strict=True):
            if total:
                height = max(2.0, _BARS * float(total) / tallest)
                yield QRectF(left, _TOP + _BARS - height, max(1.0, right - left - 1), height)

    def _paint_line(self, painter: QPainter, x: float, tokens: Tokens) -> None:
        """The line with its handle, which has a ring with the keyboard, and a mark where the line stands by itself."""
        assert self._scores is not None
        if not self._is_proposed():
            at = self._to_x(self._scores.proposed)
            painter.setPen(QPen(QColor(tokens.muted), 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(at, _TOP), QPointF(at, _TOP + _BARS))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.text))
        painter.drawRect(QRectF(x - 0.75, GRID / 2, 1.5, _TOP + _BARS - GRID / 2))
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.focus), 2))
        painter.drawEllipse(QPointF(min(max(x, 6.0), self.width() - 6.0), 6), 5, 5)

    def _paint_words(self, painter: QPainter, x: float, tokens: Tokens) -> None:
        font = QFont(painter.font())
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        low, high = self._ends()
        room = QRectF(0, _TOP + _BARS + 3, self.width(), _WORDS - 3)
        here = f"{self._line:.2f}"
        width = painter.fontMetrics().horizontalAdvance(here) + GRID
        left = min(max(0.0, x - width / 2), self.width() - width)
        painter.setPen(QColor(tokens.muted))
        ends = ((f"{low:.2f}", Qt.AlignmentFlag.AlignLeft), (f"{high:.2f}", Qt.AlignmentFlag.AlignRight))
        for words, side in ends:
            taken = painter.fontMetrics().horizontalAdvance(words)
            start = 0.0 if side == Qt.AlignmentFlag.AlignLeft else self.width() - taken
            if start + taken + 4 < left or left + width + 4 < start:  # else it is under the line's own figure
                painter.drawText(room, side, words)
        painter.setPen(QColor(tokens.text))
        painter.drawText(QRectF(left, room.top(), width, room.height()), Qt.AlignmentFlag.AlignHCenter, here)

    # -- the user ---------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._scores is not None:
            self._is_dragged = True
            if abs(event.position().x() - self._to_x(self._line)) > GRID / 2:
                self._move(self._to_score(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        if self._is_dragged:
            self._move(self._to_score(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        self._is_dragged = False

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        self._is_dragged = False
        self._put_back()

    def event(self, event: QEvent, /) -> bool:
        """Esc puts a moved line back before it does anything else."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if is_escape and event.type() == QEvent.Type.ShortcutOverride and not self._is_proposed():
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
        if self._scores is None:
            super().keyPressEvent(event)
        elif event.key() in steps:
            low, high = self._ends()
            fine = 5 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            moved = self._line + steps[Qt.Key(event.key())] * (high - low) / _STEPS / fine
            self._move(min(high, max(low, moved)))
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Home) and not self._is_proposed():
            self._put_back()
        else:
            super().keyPressEvent(event)

    def _move(self, score: float) -> None:
        if score != self._line:
            self._line = score
            self.update()
            self.cut_chosen.emit(score)

    def _put_back(self) -> None:
        if self._scores is not None:
            self._line = self._scores.proposed
            self.update()
            self.cut_chosen.emit(None)
