"""A small histogram in which a range can be dragged: what passes the other filters over what there is at all."""

from datetime import datetime, timedelta

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from embexplorer.app.facetvalues import FacetView
from embexplorer.app.valuetext import number_text
from embexplorer.data.items import FieldType
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID

_HEIGHT = GRID * 10
_BARS = GRID * 7  # height of the tallest bar
_DAY_MS = 86_400_000
_GRIP = 6  # pixels around an end within which it can be taken


class Histogram(QWidget):
    """Drag over bars to choose a range, an end of it to move that end; double-click or Esc takes it away."""

    range_chosen = Signal(object, object)  # low, high: float or None

    def __init__(self, facet: FacetView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facet = facet
        self._drag: tuple[float, float] | None = None  # the fixed end and the moving end, in values
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        theme().changed.connect(self._repaint)
        self.set_facet(facet)

    def _repaint(self, _what: object = None) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(GRID * 24, _HEIGHT)

    def set_facet(self, facet: FacetView) -> None:
        self._facet = facet
        self.setAccessibleName(f"Histogram of {facet.label}")
        self.setAccessibleDescription(self._span_words(self._low(), self._high()))
        self.update()

    # -- geometry ---------------------------------------------------------------------------------------------

    def _edges(self) -> np.ndarray:
        assert self._facet.edges is not None
        return self._facet.edges

    def _to_x(self, value: float) -> float:
        edges = self._edges()
        span = max(float(edges[-1] - edges[0]), 1e-300)
        return 1 + (value - float(edges[0])) / span * (self.width() - 2)

    def _to_value(self, x: float) -> float:
        """The bin edge nearest to a place, so that a drag takes whole bins."""
        edges = self._edges()
        share = min(1.0, max(0.0, (x - 1) / max(1, self.width() - 2)))
        raw = float(edges[0]) + share * float(edges[-1] - edges[0])
        return float(edges[int(np.abs(edges - raw).argmin())])

    def _low(self) -> float:
        return self._facet.low if self._facet.low is not None else float(self._edges()[0])

    def _high(self) -> float:
        return self._facet.high if self._facet.high is not None else float(self._edges()[-1])

    def _words(self, edge: float, *, upper: bool = False) -> str:
        """An edge as people read it; for steps, an upper edge is the last whole number or day before it."""
        if self._facet.type is FieldType.DATE:
            whole_days = not (self._edges() % _DAY_MS).any()
            moment = datetime(1970, 1, 1) + timedelta(milliseconds=edge - (_DAY_MS if upper and whole_days else 0))
            return moment.isoformat(" ", "minutes")[: 10 if whole_days else 16]
        stepped = upper and self._facet.whole and edge.is_integer()
        return number_text(edge - 1 if stepped else edge)

    def _span_words(self, low: float, high: float) -> str:
        first, last = self._words(low), self._words(high, upper=True)
        return first if first == last else f"{first} to {last}"

    # -- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent, /) -> None:
        tokens, painter = theme().tokens, QPainter(self)
        low, high = sorted(self._drag) if self._drag else (self._low(), self._high())
        chosen = self._facet.active or self._drag is not None
        self._paint_bars(painter, low, high, chosen)
        painter.setPen(QColor(tokens.line))
        painter.drawLine(0, _BARS + 1, self.width(), _BARS + 1)
        painter.setPen(QColor(tokens.muted))
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        line = QRectF(0, _BARS + 4, self.width(), _HEIGHT - _BARS - 4)
        if chosen:
            painter.setPen(QColor(tokens.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft, self._words(low))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight, self._words(high, upper=True))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            self._paint_ends(painter, low, high)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 1))
            painter.drawRoundedRect(QRectF(0.5, 0.5, self.width() - 1, _HEIGHT - 1), 4, 4)
        painter.end()

    def _paint_ends(self, painter: QPainter, low: float, high: float) -> None:
        """The two ends with their grips."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().tokens.accent))
        for value in (low, high):
            x = min(self.width() - 2.0, max(2.0, self._to_x(value)))
            painter.drawRect(QRectF(x - 0.75, 0, 1.5, _BARS))
            painter.drawRoundedRect(QRectF(x - 2, _BARS / 2 - GRID, 4, 2 * GRID), 2, 2)

    def _paint_bars(self, painter: QPainter, low: float, high: float, chosen: bool) -> None:
        facet, edges, tokens = self._facet, self._edges(), theme().tokens
        assert facet.counts is not None and facet.totals is not None
        tallest = max(1, int(facet.totals.max()))
        for position, (count, total) in enumerate(zip(facet.counts.tolist(), facet.totals.tolist(), strict=True)):
            left, right = self._to_x(float(edges[position])), self._to_x(float(edges[position + 1]))
            inside = low <= (edges[position] + edges[position + 1]) / 2 <= high
            colour = tokens.accent if inside or not chosen else tokens.faint
            for number, shade in ((total, tokens.pressed), (count, colour)):
                # a square root, so that rare values can still be seen and taken
                height = _BARS * (number / tallest) ** 0.5
                painter.fillRect(QRectF(left, _BARS - height, max(1.0, right - left - 1), height), QColor(shade))

    # -- the user ---------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        for end, other in ((self._low(), self._high()), (self._high(), self._low())):
            if self._facet.active and abs(self._to_x(end) - x) <= _GRIP:
                self._drag = (other, end)
                return
        self._drag = (self._to_value(x), self._to_value(x))

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        if self._drag is not None:
            moved = (self._drag[0], self._to_value(event.position().x()))
            if moved != self._drag:
                self._drag = moved
                self._choose()
                self.update()
            return
        value = event.position().x()
        near = self._facet.active and min(abs(self._to_x(e) - value) for e in (self._low(), self._high())) <= _GRIP
        self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.CrossCursor)
        self._show_bin(value)

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        if self._drag is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._drag[0] == self._drag[1]:
            self._take_bin(event.position().x())
            self._choose()
        self._drag = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        self._drag = None
        self.update()
        self.range_chosen.emit(None, None)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """Left and right move the upper end by a bin, with Shift the lower; Esc takes the range away."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() == Qt.Key.Key_Escape and (self._facet.active or self._drag is not None):
            self._drag = None
            self.range_chosen.emit(None, None)
            self.update()
        elif event.key() in steps:
            self._move_end(steps[Qt.Key(event.key())], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)

    def _move_end(self, step: int, lower: bool) -> None:
        edges, low, high = self._edges(), self._low(), self._high()
        at = int(np.abs(edges - (low if lower else high)).argmin())
        moved = float(edges[min(len(edges) - 1, max(0, at + step))])
        low, high = (moved, high) if lower else (low, moved)
        if low < high:
            self._send(low, high)

    def _take_bin(self, x: float) -> None:
        """A click without a drag takes the one bin under it."""
        edges, at = self._edges(), self._bin_at(x)
        self._drag = (float(edges[at]), float(edges[at + 1]))

    def _bin_at(self, x: float) -> int:
        """The bin under a place; bins need not be equally wide: months are not."""
        edges = self._edges()
        share = min(1.0, max(0.0, (x - 1) / max(1, self.width() - 2)))
        value = float(edges[0]) + share * float(edges[-1] - edges[0])
        return int(np.clip(np.searchsorted(edges, value, side="right") - 1, 0, len(edges) - 2))

    def _choose(self) -> None:
        if self._drag is None or self._drag[0] == self._drag[1]:
            return
        self._send(*sorted(self._drag))

    def _send(self, low: float, high: float) -> None:
        """An end at the edge of all is open, so that what is added later beyond it is not left out."""
        edges = self._edges()
        self.range_chosen.emit(None if low <= edges[0] else low, None if high >= edges[-1] else high)

    def _show_bin(self, x: float) -> None:
        edges, facet = self._edges(), self._facet
        assert facet.counts is not None and facet.totals is not None
        at = self._bin_at(x)
        span = self._span_words(float(edges[at]), float(edges[at + 1]))
        self.setToolTip(f"{span}: {facet.counts[at]:,} of {facet.totals[at]:,}")
