"""What the sizes of the points mean: a few discs with their values."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from embexplorer.app.values import LegendView
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID
from embexplorer.raster.shapes import SIZES

_USUAL = 3.2  # radius of a point of the usual size, as in a map of some thousand points
_DISC_ROOM = max(SIZES) * _USUAL * 2
_TEXT = GRID * 2.5
_TOP = GRID / 2


class SizeKey(QWidget):
    """Discs from small to large, each above its value."""

    def __init__(self) -> None:
        super().__init__()
        self._marks: tuple[tuple[int, str], ...] = ()
        self.setFixedHeight(round(_TOP + _DISC_ROOM + _TEXT))

    def set_legend(self, legend: LegendView) -> None:
        self._marks = legend.sizes
        words = ", ".join(text for _, text in legend.sizes)
        self.setAccessibleName(f"Sizes by {legend.size_title}: {words}")
        self.setToolTip(f"The larger a point, the larger its value: {words}.")
        self.setVisible(bool(legend.sizes))
        self.update()

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        tokens, painter = theme().tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = (self.width() - 2 * GRID) / max(1, len(self._marks))
        for at, (size, text) in enumerate(self._marks):
            left, radius = GRID + at * room, SIZES[size] * _USUAL
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.faint))
            painter.drawEllipse(QPointF(left + room / 2, _TOP + _DISC_ROOM - radius), radius, radius)
            painter.setPen(QColor(tokens.muted))
            words = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room) - 4)
            painter.drawText(QRectF(left, _TOP + _DISC_ROOM + 2, room, _TEXT - 2), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
