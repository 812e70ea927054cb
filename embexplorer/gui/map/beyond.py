"""Where the hovered point lies when it is outside what is seen: an arrow at the border, towards it."""

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from embexplorer.gui.map.layer import Scene
from embexplorer.gui.map.marks import HoverRing

_MARGIN, _LENGTH, _HALF = 14.0, 12.0, 7.0


class Beyond:
    """The arrow for the point that hover rings."""

    def __init__(self, hover: HoverRing) -> None:
        self._hover = hover

    def paint(self, painter: QPainter, scene: Scene) -> None:
        place, seen = scene.place(self._hover.row), QRectF(0, 0, scene.width, scene.height)
        if place is None or seen.contains(place):
            return
        tip, angle = border_place(place, seen)
        painter.translate(tip)
        painter.rotate(math.degrees(angle))
        arrow = QPolygonF([QPointF(0, 0), QPointF(-_LENGTH, -_HALF), QPointF(-_LENGTH, _HALF)])
        painter.setPen(QPen(QColor(scene.tokens.map_background), 3))
        painter.setBrush(QColor(scene.tokens.text))
        painter.drawPolygon(arrow)


def border_place(place: QPointF, seen: QRectF) -> tuple[QPointF, float]:
    """A place at the border of what is seen on the way from its middle to a place outside, and the way's direction in
    radians, clockwise from the right."""
    middle = seen.center()
    dx, dy = place.x() - middle.x(), place.y() - middle.y()
    room_x, room_y = max(1.0, seen.width() / 2 - _MARGIN), max(1.0, seen.height() / 2 - _MARGIN)
    shrink = min(room_x / abs(dx) if dx else math.inf, room_y / abs(dy) if dy else math.inf)
    return QPointF(middle.x() + dx * shrink, middle.y() + dy * shrink), math.atan2(dy, dx)
