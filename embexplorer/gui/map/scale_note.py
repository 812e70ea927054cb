"""How many times the map is enlarged, and how many of its points are in view. Its distances have no unit to name."""

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from embexplorer.gui.map.layer import Scene
from embexplorer.gui.tokens import GRID

_MARGIN, _HEIGHT = 12.0, GRID * 3
_SHOWN_FROM = 1.05  # times; below, the whole map is seen
_MOST_COUNTED = 60_000  # points about in view, of which those in the window are counted within a millisecond


class ScaleNote:
    """Counts when the map rests; while it moves only the enlargement follows."""

    def __init__(self) -> None:
        self._counted_for: tuple[object, ...] = ()
        self._count = ""
        self.text = ""
        self.box = QRectF()  # where it stands; empty where it does not

    def forget(self) -> None:
        """The points, or which of them are hidden, have changed."""
        self._counted_for = ()

    def paint(self, painter: QPainter, scene: Scene) -> None:
        self.text, self.box = self._words(scene), QRectF()
        if not self.text:
            return
        wide = painter.fontMetrics().horizontalAdvance(self.text) + 2.0 * GRID
        box = QRectF(scene.width - _MARGIN - wide, scene.height - _MARGIN - _HEIGHT, wide, _HEIGHT)
        if any(box.intersects(taken) for taken in scene.taken):
            box.moveRight(scene.room.right() - _MARGIN)
        if box.left() < scene.room.left() or any(box.intersects(taken) for taken in scene.taken):
            return
        self.box = box
        ground = QColor(scene.tokens.map_background)
        ground.setAlpha(205)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QColor(scene.tokens.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)

    def _words(self, scene: Scene) -> str:
        times = scene.view.scale / scene.fit_scale
        if times < _SHOWN_FROM or not np.isfinite(times) or not len(scene.xy):
            return ""
        if not scene.is_moving:
            self._follow(scene)
        return f"{magnification(times)}  ·  {self._count}" if self._count else magnification(times)

    def _follow(self, scene: Scene) -> None:
        now = (scene.view, scene.width, scene.height, id(scene.xy))
        if now == self._counted_for:
            return
        self._counted_for = now
        about = scene.raster.visible(scene.view, scene.width, scene.height)
        if about > _MOST_COUNTED:
            self._count = f"about {_rounded(about):,} of {len(scene.raster):,} in view"
            return
        exact = len(
            scene.raster.rows_in_rectangle(scene.view, scene.width, scene.height, (0, 0, scene.width, scene.height))
        )
        self._count = f"{exact:,} of {len(scene.raster):,} in view"


def magnification(times: float) -> str:
    """1.5 is "1.5×", 12.4 is "12×", 1234 is "1,230×"."""
    if times < 9.95:
        return f"{times:.1f}".removesuffix(".0") + "×"
    return f"{_rounded(round(times), 3):,}×"


def _rounded(number: int, figures: int = 2) -> int:
    digits = len(str(number))
    return round(number, figures - digits) if digits > figures else number
