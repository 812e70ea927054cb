"""Thumbnails for all views: asked for once, kept as pixmaps, handed out at once when they are there."""

from collections import OrderedDict

import numpy as np
from PySide6.QtCore import QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import RADIUS

_MOST_KEPT = 3_000  # of at most 160 x 160 pixels: about 300 MB at the very worst, 60 MB as a rule


class Pictures(QObject):
    """wanted: a picture is not here yet. arrived: it is now (or cannot be had)."""

    wanted = Signal(str)
    arrived = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._asked: set[str] = set()

    def get(self, uri: str) -> QPixmap | None:
        """The picture, or None while it is being made or where there is none."""
        if not uri:
            return None
        if uri in self._kept:
            self._kept.move_to_end(uri)
            return self._kept[uri]
        if uri not in self._asked:
            self._asked.add(uri)
            self.wanted.emit(uri)
        return None

    def is_broken(self, uri: str) -> bool:
        """Whether it is known that there is no picture to be had."""
        return uri in self._kept and self._kept[uri] is None

    def put(self, uri: str, rgba: np.ndarray | None) -> None:
        """rgba: uint8 (h, w, 4); None where the file cannot be shown."""
        self._asked.discard(uri)
        self._kept[uri] = None if rgba is None else pixmap_of(rgba)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        self.arrived.emit(uri)

    def forget(self) -> None:
        """Drop everything, and what was asked for: another project is shown."""
        self._kept.clear()
        self._asked.clear()


def pixmap_of(rgba: np.ndarray) -> QPixmap:
    """uint8 (h, w, 4) as a pixmap, with a copy of its own."""
    height, width, _ = rgba.shape
    data = np.ascontiguousarray(rgba)
    return QPixmap.fromImage(QImage(data.data, width, height, width * 4, QImage.Format.Format_RGBA8888).copy())


def paint_picture(painter: QPainter, square: QRect, picture: QPixmap | None) -> None:
    """The picture as large as it fits into the square, never larger than it is; a quiet box while there is none."""
    if picture is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().tokens.hover))
        painter.drawRoundedRect(QRectF(square), RADIUS, RADIUS)
        return
    size = picture.size()
    if size.width() > square.width() or size.height() > square.height():
        size = size.scaled(square.size(), Qt.AspectRatioMode.KeepAspectRatio)
    spot = QRect(square.topLeft(), size)
    spot.moveCenter(square.center())
    painter.drawPixmap(spot, picture)
