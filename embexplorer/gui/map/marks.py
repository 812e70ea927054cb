"""What is painted over the points: hits, the hovered point, the shape being drawn, words when it is empty."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from embexplorer.gui.tokens import Tokens

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


def paint_words(painter: QPainter, text: str, room: QRectF, tokens: Tokens) -> None:
    """In the middle of an empty map."""
    painter.setPen(QColor(tokens.muted))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(room.adjusted(40, 40, -40, -40), int(flags), text)
