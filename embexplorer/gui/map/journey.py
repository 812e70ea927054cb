"""From one map to another of the same items: the points travel, and what is seen travels with them.

Both maps are looked at as if each filled the window, so that maps of other scales do not fly apart. All frames are
made in another thread, one after the other; where that takes long there are fewer of them, and the end comes in time.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEasingCurve, QElapsedTimer, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from embexplorer.gui.map.aside import aside
from embexplorer.gui.map.camera import Camera
from embexplorer.raster.grid import Grid, main_bounds
from embexplorer.raster.view import View

_LASTS_MS, _FRAME_MS = 600, 16
_SHARED = 0.5  # of the items must be on both maps, else there is nothing to follow with the eye
_ENDS_IT = (QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.KeyPress, QEvent.Type.Hide)

Arrange = Callable[[np.ndarray], Grid]


@dataclass(frozen=True, eq=False)
class _Way:
    """old, new: float32 (n, 2). factor, shift: from old units to new ones, so that one fitted map covers the other.
    start, end: what is seen, in new units. seen: as of Camera.state()."""

    old: np.ndarray
    new: np.ndarray
    grid: Grid
    factor: float
    shift: tuple[float, float]
    start: View
    end: View
    seen: dict[str, float]


class Journey(QObject):
    """put: called with places, float32 (n, 2), and their grid, for every frame. arrange: called in another thread."""

    _found = Signal(object, object, bool, int)  # the new places, their grid, whether the maps share their items
    _made = Signal(object, object, float, int)

    def __init__(self, canvas: QWidget, camera: Camera, arrange: Arrange, put: Callable[[np.ndarray, Grid], None]):
        super().__init__(canvas)
        self._canvas, self._camera, self._arrange, self._put = canvas, camera, arrange, put
        self._turn = 0
        self._waits_for: dict[str, float] | None = None  # what is to be seen of a map that is being arranged
        self._old, self._old_fit = np.zeros((0, 2), np.float32), View()
        self._way: _Way | None = None
        self._clock, self._ease = QElapsedTimer(), QEasingCurve(QEasingCurve.Type.InOutCubic)
        self._found.connect(self._on_found, Qt.ConnectionType.QueuedConnection)
        self._made.connect(self._on_made, Qt.ConnectionType.QueuedConnection)

    @property
    def is_under_way(self) -> bool:
        return self._way is not None

    def go(self, old: np.ndarray, new: np.ndarray, seen: dict[str, float]) -> None:
        """Travel from the places that are on the screen to others of the same items. seen: as of Camera.state()."""
        self._turn += 1
        self._old, self._waits_for = old, seen
        turn, arrange = self._turn, self._arrange
        aside(lambda: (new, arrange(new), share_items(old, new), turn), self._found)

    def settle(self) -> None:
        """Be at the end at once. A map that is still being arranged is left to whoever moves the points now."""
        self._turn += 1
        way, seen = self._way, self._waits_for
        if way is not None:
            self._arrive(way.new, way.grid, way.seen)
        elif seen is not None:
            self._waits_for = None
            self._camera.look_anew(seen)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() in _ENDS_IT:
            self.settle()
        return super().eventFilter(watched, event)

    # -- on the way ---------------------------------------------------------------------------------------------------

    def _on_found(self, new: np.ndarray, grid: Grid, is_shared: bool, turn: int) -> None:
        seen = self._waits_for
        if turn != self._turn or seen is None:
            return
        self._waits_for = None
        if self._camera.reduced_motion or not self._camera.is_seen or not is_shared:
            self._arrive(new, grid, seen)
            return
        self._way = self._way_to(new, grid, seen)
        self._canvas.installEventFilter(self)
        self._clock.start()
        self._next_frame()

    def _way_to(self, new: np.ndarray, grid: Grid, seen: dict[str, float]) -> _Way:
        camera = self._camera
        here, there = camera.whole(), camera.whole(main_bounds(grid))
        factor = here.scale / there.scale
        shift = (there.cx - here.cx * factor, there.cy - here.cy * factor)
        view = camera.view
        start = View(view.cx * factor + shift[0], view.cy * factor + shift[1], view.scale / factor)
        return _Way(self._old, new, grid, factor, shift, start, camera.remembered(seen) or there, seen)

    def _next_frame(self) -> None:
        way, turn, arrange = self._way, self._turn, self._arrange
        if way is None:
            return
        share = self._ease.valueForProgress(min(1.0, (self._clock.elapsed() + _FRAME_MS) / _LASTS_MS))

        def make() -> tuple[np.ndarray, Grid, float, int]:
            places = between(way.old, way.new, way.factor, way.shift, share)
            return places, arrange(places), share, turn

        if share >= 1:
            self._arrive(way.new, way.grid, way.seen)
        else:
            aside(make, self._made)

    def _on_made(self, places: np.ndarray, grid: Grid, share: float, turn: int) -> None:
        way = self._way
        if turn != self._turn or way is None:
            return
        self._camera.travel(way.start.towards(way.end, share), main_bounds(way.grid))
        self._put(places, grid)
        QTimer.singleShot(_FRAME_MS, self, self._next_frame)

    def _arrive(self, new: np.ndarray, grid: Grid, seen: dict[str, float]) -> None:
        if self._way is not None:
            self._canvas.removeEventFilter(self)
        self._way = None
        self._put(new, grid)
        self._camera.arrive(main_bounds(grid), seen)


def share_items(old: np.ndarray, new: np.ndarray) -> bool:
    """Whether most of the items of a map, (n, 2), lie on another one too."""
    there = _placed(new)
    both = int(np.count_nonzero(there & _placed(old)))
    return both > 0 and both >= _SHARED * int(np.count_nonzero(there))


def between(old: np.ndarray, new: np.ndarray, factor: float, shift: tuple[float, float], share: float) -> np.ndarray:
    """float32 (n, 2), in new units: a share of the way, 0 to 1, from old * factor + shift to new. Items that are new
    are at their end from the first, and those that are gone have no place."""
    with np.errstate(over="ignore", invalid="ignore"):
        start = old.astype(np.float64) * factor + shift
        places = start + (new - start) * share
    result: np.ndarray = np.where(_placed(old)[:, np.newaxis], places, new).astype(np.float32)
    return result


def _placed(xy: np.ndarray) -> np.ndarray:
    placed: np.ndarray = np.isfinite(xy[:, 0]) & np.isfinite(xy[:, 1])
    return placed
