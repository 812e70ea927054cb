"""What is painted over the points: hits, the hovered point, the shape being drawn, labels, words when it is empty."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from embexplorer.gui.tokens import Tokens

Label = tuple[float, float, str]
_MOST_HITS = 2_000  # rings; more would hide the map


def paint_hits(painter: QPainter, pixels: np.ndarray, radius: float, colours: np.ndarray, tokens: Tokens) -> None:
    """Discs with a ring, the best hit (the first) on top. pixels: (m, 2). colours: uint8 (m, 3)."""
    ring = QPen(QColor(tokens.hit), 2.2)
    halo = QPen(QColor(tokens.map_background), 5)
    shown = pixels[:_MOST_HITS][::-1].tolist()
    for (x, y), colour in zip(shown, colours[:_MOST_HITS][::-1].tolist(), strict=True):
        place = QPointF(x, y)
        painter.setPen(halo)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place, radius + 2.5, radius + 2.5)
        painter.setPen(ring)
        painter.setBrush(QColor(*colour))
        painter.drawEllipse(place, radius + 2, radius + 2)


def paint_ring(painter: QPainter, place: QPointF, radius: float, tokens: Tokens) -> None:
    """Around the hovered point."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((tokens.map_background, 5.0), (tokens.text, 2.0)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawEllipse(place, radius + 4, radius + 4)


def paint_shape(painter: QPainter, corners: list[QPointF], takes_away: bool, tokens: Tokens) -> None:
    """The lasso or rectangle that is being drawn."""
    line = QColor(tokens.danger if takes_away else tokens.accent)
    fill = QColor(line)
    fill.setAlpha(28)
    painter.setPen(QPen(line, 1.5, Qt.PenStyle.DashLine if takes_away else Qt.PenStyle.SolidLine))
    painter.setBrush(fill)
    painter.drawPolygon(QPolygonF(corners))


def paint_labels(painter: QPainter, labels: list[tuple[QPointF, str]], room: QRectF, tokens: Tokens) -> None:
    """Names with a halo, the first ones first; one that would lie over another is left out."""
    metrics = painter.fontMetrics()
    taken: list[QRectF] = []
    for place, text in labels:
        wide, high = metrics.horizontalAdvance(text), metrics.height()
        box = QRectF(place.x() - wide / 2, place.y() - high / 2, wide, high)
        if not room.contains(box) or any(box.intersects(other) for other in taken):
            continue
        taken.append(box.adjusted(-6, -3, 6, 3))
        outline = QPainterPath()
        outline.addText(box.left(), box.top() + metrics.ascent(), painter.font(), text)
        painter.setPen(QPen(QColor(tokens.map_background), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)
        painter.fillPath(outline, QColor(tokens.text))


def paint_words(painter: QPainter, text: str, room: QRectF, tokens: Tokens) -> None:
    """In the middle of an empty map."""
    painter.setPen(QColor(tokens.muted))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(room.adjusted(40, 40, -40, -40), int(flags), text)


def paint_note(painter: QPainter, text: str, room: QRectF, tokens: Tokens) -> None:
    """A few words in the lower left corner about what goes on."""
    metrics = painter.fontMetrics()
    box = QRectF(12, room.bottom() - 40, metrics.horizontalAdvance(text) + 24, 28)
    painter.setPen(QPen(QColor(tokens.line), 1))
    painter.setBrush(QColor(tokens.raised))
    painter.drawRoundedRect(box, 14, 14)
    painter.setPen(QColor(tokens.muted))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
