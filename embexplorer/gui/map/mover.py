"""Arranging a large map's points takes longer than the window may wait, so it is done beside it, the newest first."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from embexplorer.gui.map.aside import aside
from embexplorer.raster.grid import Grid

Arrange = Callable[[np.ndarray], Grid]


class Mover(QObject):
    """arranged: the points and their grid. While one set is being arranged, only the newest of the others waits."""

    arranged = Signal(object, object)
    _done = Signal(object, object, int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._turn = 0
        self._is_busy = False
        self._waiting: tuple[np.ndarray, Arrange] | None = None
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    def move(self, xy: np.ndarray, arrange: Arrange) -> None:
        """arrange is called in another thread."""
        if self._is_busy:
            self._waiting = (xy, arrange)
            return
        self._is_busy = True
        turn = self._turn
        aside(lambda: (xy, arrange(xy), turn), self._done)

    def forget(self) -> None:
        """What is under way belongs to points that are gone."""
        self._turn += 1
        self._waiting = None

    def _on_done(self, xy: np.ndarray, grid: Grid, turn: int) -> None:
        self._is_busy = False
        if turn == self._turn:
            self.arranged.emit(xy, grid)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.move(*waiting)
