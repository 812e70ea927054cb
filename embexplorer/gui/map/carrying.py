"""Points that are dragged off the map, so that they can be let go on the query bar."""

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from embexplorer.gui.map.pointing import PointedMap
from embexplorer.gui.rowdrag import RowDrag

_HOLD_MS = 350  # a drag that begins sooner moves the map
_STILL_PX = 4  # the hand may tremble so much meanwhile
_SELECTED = 2  # in the state of a point


class MapDrag(RowDrag):
    """Press on a point, wait until the pointer says that it is held, and drag: it goes along, or the whole selection
    where it is part of it. Any other drag stays what it is on a map."""

    def __init__(self, canvas: PointedMap, parent: QObject) -> None:
        super().__init__(canvas, lambda place: canvas.row_at(QPointF(place)), self._mask, parent)
        self._canvas = canvas
        self._since = QElapsedTimer()
        self._held = QTimer(self, singleShot=True, interval=_HOLD_MS)
        self._held.timeout.connect(self._on_held)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if not isinstance(event, QMouseEvent) or watched is not self._canvas:
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            self._press(event)
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._let_go()
        elif event.type() == QEvent.Type.MouseMove and self._pressed is not None:
            return self._moved(event)
        return False

    def _press(self, event: QMouseEvent) -> None:
        is_plain = event.button() == Qt.MouseButton.LeftButton and not event.modifiers() and self._canvas.tool == "pan"
        self._pressed = event.position().toPoint() if is_plain else None
        if is_plain and self._row_at(self._pressed) >= 0:  # type: ignore[arg-type]
            self._since.start()
            self._held.start()
        else:
            self._pressed = None

    def _moved(self, event: QMouseEvent) -> bool:
        start = self._pressed
        assert start is not None
        if (event.position().toPoint() - start).manhattanLength() <= _STILL_PX:
            return False
        row, waited = self._row_at(start), self._since.elapsed() >= _HOLD_MS
        self._let_go()
        if not waited or row < 0:
            return False
        self._canvas.give_up_shape()  # the map does not see the button come up
        self._carry(row)
        self._canvas.show_cursor()
        return True

    def _let_go(self) -> None:
        self._pressed = None
        self._held.stop()

    def _on_held(self) -> None:
        if self._pressed is not None:
            self._canvas.setCursor(Qt.CursorShape.DragCopyCursor)

    def _mask(self) -> np.ndarray:
        mask: np.ndarray = self._canvas.hits.state == _SELECTED
        return mask
