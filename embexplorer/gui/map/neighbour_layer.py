"""Lines from a point to the items that are truly nearest to it: where they are long, the map lies."""

import math

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from embexplorer.gui.map.layer import Scene
from embexplorer.raster.colours import ColourScale, plain_scale

_FAINTEST, _STRONGEST = 70, 225  # of 255
_END, _EDGE = 3.5, 10.0


class NeighbourLines:
    """row: whose neighbours they are, -1 for none. rows: int64 (k,), the nearest first; strengths: float32 (k,), above
    0 for the faintest line to 1 for the strongest. Of neighbours outside the window the line ends at its border."""

    def __init__(self) -> None:
        self.row = -1
        self.rows, self.strengths = np.zeros(0, np.int64), np.zeros(0, np.float32)
        self.scale: ColourScale = plain_scale(0)
        self.is_on = True

    def set_neighbours(self, row: int, rows: np.ndarray, strengths: np.ndarray) -> None:
        """Raises ValueError where there are not as many strengths as rows."""
        if len(rows) != len(strengths):
            raise ValueError(f"{len(strengths)} strengths for {len(rows)} neighbours")
        self.row, self.rows, self.strengths = row, np.asarray(rows, np.int64), np.asarray(strengths, np.float32)

    def paint(self, painter: QPainter, scene: Scene) -> None:
        start = scene.place(self.row)
        window = QRectF(0, 0, scene.width, scene.height)
        if not self.is_on or start is None or not window.contains(start):
            return
        there = (self.rows >= 0) & (self.rows < len(scene.xy)) & (self.rows != self.row)
        rows, strengths = self.rows[there], self.strengths[there]
        found = np.isfinite(scene.xy[rows]).all(axis=1)
        rows, strengths = rows[found][::-1], strengths[found][::-1]  # the nearest on top
        ends = [QPointF(x, y) for x, y in scene.pixels(rows).tolist()]
        border = window.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        lines = [QLineF(start, end if border.contains(end) else _tip(start, end, border, scene)) for end in ends]
        pictured = [scene.boxes[each] for each in (self.row, *rows.tolist()) if each in scene.boxes]
        painter.save()
        painter.setClipPath(_without(window, pictured))
        self._paint_lines(painter, scene, lines, strengths)
        painter.restore()
        palette = self.scale.palette(scene.tokens.dark) if len(self.scale.keys) == len(scene.xy) else None
        for row, line, end, strength in zip(rows.tolist(), lines, ends, strengths.tolist(), strict=True):
            colour = (
                QColor(*palette[self.scale.keys[row]].tolist()) if palette is not None else QColor(scene.tokens.text)
            )
            if row in scene.boxes:
                _paint_frame(painter, scene, scene.boxes[row])
            elif border.contains(end):
                self._paint_end(painter, scene, end, colour)
            elif line.length() > 1:
                _paint_arrow(painter, line, _faded(scene.tokens.text, strength))

    def _paint_lines(self, painter: QPainter, scene: Scene, lines: list[QLineF], strengths: np.ndarray) -> None:
        halo = QColor(scene.tokens.map_background)
        halo.setAlpha(150)
        painter.setPen(QPen(halo, 3.5))
        painter.drawLines(lines)
        for line, strength in zip(lines, strengths.tolist(), strict=True):
            painter.setPen(QPen(_faded(scene.tokens.text, strength), 1.0 + 0.6 * strength))
            painter.drawLine(line)

    def _paint_end(self, painter: QPainter, scene: Scene, end: QPointF, colour: QColor) -> None:
        radius = max(_END, scene.radius)
        painter.setPen(QPen(QColor(scene.tokens.map_background), 4))
        painter.setBrush(colour)
        painter.drawEllipse(end, radius + 0.5, radius + 0.5)
        painter.setPen(QPen(QColor(scene.tokens.text), 1.4))
        painter.drawEllipse(end, radius + 0.5, radius + 0.5)


def _faded(colour: str, strength: float) -> QColor:
    made = QColor(colour)
    made.setAlpha(round(_FAINTEST + (_STRONGEST - _FAINTEST) * min(1.0, max(0.0, strength))))
    return made


def _without(window: QRectF, boxes: list[QRectF]) -> QPainterPath:
    """The window with holes, in which no line is drawn."""
    left = QPainterPath()
    left.addRect(window)
    for box in boxes:
        hole = QPainterPath()
        hole.addRect(box)
        left = left.subtracted(hole)
    return left


def _paint_frame(painter: QPainter, scene: Scene, box: QRectF) -> None:
    """What the dot is at the end of a line to a neighbour that is shown as a picture."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((scene.tokens.map_background, 4.0), (scene.tokens.text, 1.4)):
        painter.setPen(QPen(QColor(colour), width))
        painter.drawRoundedRect(box.adjusted(-1.5, -1.5, 1.5, 1.5), 6, 6)


def _tip(start: QPointF, end: QPointF, border: QRectF, scene: Scene) -> QPointF:
    """Where a line to an end outside ends: at the border, or before the tools and the legend that would hide it."""
    tip = _cut(start, end, border)
    room = scene.room.intersected(border).adjusted(_EDGE, 0, -_EDGE, 0)
    is_hidden = any(box.adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE).contains(tip) for box in scene.taken)
    return _cut(start, end, room) if is_hidden and room.contains(start) else tip


def _cut(start: QPointF, end: QPointF, border: QRectF) -> QPointF:
    """Where the way from start to an end outside leaves the border; start, where it lies outside itself."""
    if not border.contains(start):
        return start
    dx, dy = end.x() - start.x(), end.y() - start.y()
    shares = [1.0]
    if dx:
        shares.append(((border.right() if dx > 0 else border.left()) - start.x()) / dx)
    if dy:
        shares.append(((border.bottom() if dy > 0 else border.top()) - start.y()) / dy)
    return start + QPointF(dx, dy) * min(share for share in shares if share >= 0)


def _paint_arrow(painter: QPainter, line: QLineF, colour: QColor) -> None:
    """The tip of a line that goes on outside."""
    tip, angle = line.p2(), math.atan2(line.dy(), line.dx())
    sides = [tip - QPointF(math.cos(angle + turn), math.sin(angle + turn)) * 8 for turn in (0.45, -0.45)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([tip, *sides]))
