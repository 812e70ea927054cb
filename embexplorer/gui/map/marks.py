"""Single points that stand out, the shape that is being drawn, and the words of an empty map."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from embexplorer.gui.map.layer import Scene
from embexplorer.gui.tokens import GRID
from embexplorer.raster.colours import ColourScale, plain_scale
from embexplorer.raster.look import HIDDEN

_MOST_HITS = 2_000  # rings; more would hide the map
_LEAST_RADIUS = 2.5


class Hits:
    """rows: int64, what a search found, the best first. They are discs with a ring at any zoom, the best on top.
    state: uint8 (n,), of raster.look; what is hidden stays hidden."""

    def __init__(self) -> None:
        self.rows, self.state = np.zeros(0, np.int64), np.zeros(0, np.uint8)
        self.scale: ColourScale = plain_scale(0)

    def paint(self, painter: QPainter, scene: Scene) -> None:
        rows = self.rows[(self.rows >= 0) & (self.rows < len(scene.xy))]
        rows = rows[np.isfinite(scene.xy[rows]).all(axis=1)]
        if len(self.state) == len(scene.xy):
            rows = rows[self.state[rows] != HIDDEN]
        rows = rows[:_MOST_HITS][::-1]
        if not len(rows):
            return
        ring, halo = QPen(QColor(scene.tokens.hit), 2.2), QPen(QColor(scene.tokens.map_background), 5)
        colours = self.scale.palette(scene.tokens.dark)[self.scale.keys[rows]].tolist()
        radius = max(_LEAST_RADIUS, scene.radius)
        for row, (x, y), colour in zip(rows.tolist(), scene.pixels(rows).tolist(), colours, strict=True):
            place = QPointF(x, y)
            if row in scene.boxes:
                painter.setPen(ring)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(scene.boxes[row].adjusted(-2, -2, 2, 2), 6, 6)
                continue
            painter.setPen(halo)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place, radius + 2.5, radius + 2.5)
            painter.setPen(ring)
            painter.setBrush(QColor(*colour))
            painter.drawEllipse(place, radius + 2, radius + 2)


class HoverRing:
    """A ring around one point; row -1 for none."""

    def __init__(self) -> None:
        self.row = -1

    def paint(self, painter: QPainter, scene: Scene) -> None:
        place = scene.place(self.row)
        if place is None:
            return
        radius = max(_LEAST_RADIUS, scene.radius) + 4
        box = scene.boxes.get(self.row)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((scene.tokens.map_background, 5.0), (scene.tokens.text, 2.0)):
            painter.setPen(QPen(QColor(colour), width))
            if box is None:
                painter.drawEllipse(place, radius, radius)
            else:
                painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 6, 6)


class Shape:
    """The lasso or rectangle that is being drawn. corners: pixels. note: stands beside the last of them."""

    def __init__(self) -> None:
        self.corners: list[QPointF] = []
        self.takes_away = False
        self.note = ""

    def paint(self, painter: QPainter, scene: Scene) -> None:
        if len(self.corners) < 2:
            return
        line = QColor(scene.tokens.danger if self.takes_away else scene.tokens.accent)
        fill = QColor(line)
        fill.setAlpha(28)
        painter.setPen(QPen(line, 1.5, Qt.PenStyle.DashLine if self.takes_away else Qt.PenStyle.SolidLine))
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF(self.corners))
        if self.note:
            self._paint_note(painter, scene)

    def _paint_note(self, painter: QPainter, scene: Scene) -> None:
        last = self.corners[2] if len(self.corners) == 4 else self.corners[-1]  # the mouse is there
        words = QRectF(painter.fontMetrics().boundingRect(self.note)).adjusted(-GRID, -4, GRID, 4)
        words.moveTopLeft(last + QPointF(14, 18))
        words.moveRight(min(words.right(), scene.width - 4.0))
        words.moveBottom(min(words.bottom(), scene.height - 4.0))
        painter.setPen(QPen(QColor(scene.tokens.control), 1))
        painter.setBrush(QColor(scene.tokens.raised))
        painter.drawRoundedRect(words, 6, 6)
        painter.setPen(QColor(scene.tokens.text))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.note)


class Words:
    """Stand in the middle of a map that has no points. text: "" for nothing."""

    def __init__(self) -> None:
        self.text = ""

    def paint(self, painter: QPainter, scene: Scene) -> None:
        if not self.text or np.isfinite(scene.xy).any():
            return
        painter.setPen(QColor(scene.tokens.muted))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(scene.room.adjusted(40, 40, -40, -40), int(flags), self.text)
