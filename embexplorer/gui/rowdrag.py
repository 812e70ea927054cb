"""Items that are dragged out of a list, so that they can be let go on the query bar."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QFont, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from embexplorer.base.wording import count
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, ROW

ROWS_MIME = "application/x-embexplorer-rows"


def rows_data(rows: np.ndarray) -> QMimeData:
    """What is carried: row numbers, readable by this window only as long as it shows the same items."""
    data = QMimeData()
    data.setData(ROWS_MIME, np.asarray(rows, np.int64).tobytes())
    return data


def rows_in(data: QMimeData) -> np.ndarray:
    """int64: the rows that are carried, none where something else is."""
    return np.frombuffer(data.data(ROWS_MIME).data(), np.int64).copy()


def run_drag(source: QWidget, data: QMimeData, words: str) -> None:
    """Returns when the user has let go."""
    drag = QDrag(source)
    drag.setMimeData(data)
    picture = _label(words, source.devicePixelRatioF(), source.font())
    drag.setPixmap(picture)
    drag.setHotSpot(QPoint(-GRID, -GRID))
    drag.exec(Qt.DropAction.CopyAction)
    drag.deleteLater()


class RowDrag(QObject):
    """Watches a viewport: pressing on an item and moving drags it, or the whole selection where it is part of it.

    began, ended: a drag is under way, so that places to let go can show themselves.
    """

    began = Signal()
    ended = Signal()

    def __init__(
        self, viewport: QWidget, row_at: Callable[[QPoint], int], selected: Callable[[], np.ndarray], parent: QObject
    ) -> None:
        """row_at: the row at a place of the viewport, -1 for none. selected: the mask of the selection, bool (n,)."""
        super().__init__(parent)
        self._viewport, self._row_at, self._selected = viewport, row_at, selected
        self._pressed: QPoint | None = None
        self._has_carried = False  # since the button went down
        viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if not isinstance(event, QMouseEvent) or watched is not self._viewport:
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            self._has_carried = False
            self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._pressed = None
            return self._has_carried  # letting go is no click then
        elif event.type() == QEvent.Type.MouseMove and self._pressed is not None:
            return self._move(event)
        return False

    def _move(self, event: QMouseEvent) -> bool:
        start = self._pressed
        if start is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        row = self._row_at(start)
        far = (event.position().toPoint() - start).manhattanLength() >= QApplication.startDragDistance()
        if far and row >= 0:
            self._pressed, self._has_carried = None, True
            self._carry(row)
        return row >= 0

    def _carry(self, row: int) -> None:
        mask = self._selected()
        chosen = 0 <= row < len(mask) and bool(mask[row])
        rows = np.flatnonzero(mask) if chosen else np.array([row])
        self.began.emit()
        try:
            run_drag(self._viewport, rows_data(rows), count(len(rows), "item"))
        finally:
            self.ended.emit()


def _label(words: str, ratio: float, font: QFont) -> QPixmap:
    """The small sign at the pointer that says how much is carried."""
    tokens = theme().tokens
    probe = QPixmap(1, 1)
    painter = QPainter(probe)
    painter.setFont(font)
    width = painter.fontMetrics().horizontalAdvance(words) + 2 * GRID + GRID
    painter.end()
    picture = QPixmap(round(width * ratio), round(ROW * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.accent))
    box = QRect(0, 0, width, ROW)
    painter.drawRoundedRect(box, ROW / 2, ROW / 2)
    painter.setPen(QColor(tokens.accent_text))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return picture
