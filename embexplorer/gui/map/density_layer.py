"""How crowded the map is, over its points: tints and contour lines, surveyed beside the window."""

import time
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QThreadPool, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from embexplorer.gui.map.layer import Scene
from embexplorer.gui.tokens import Tokens
from embexplorer.raster.density import density
from embexplorer.raster.grid import Grid
from embexplorer.raster.relief import Ink, Rgb, ink_for, relief
from embexplorer.raster.view import View

_MARGIN = 0.15  # of the window is drawn beyond each side, for the eye to find it there when the map is moved
_ZOOMED, _PANNED = 1.7, 0.3  # from so much on a moving map is surveyed before it rests
_PAUSE, _LONGEST_PAUSE_MS = 2.0, 200.0  # after a survey, times as long as it took


@dataclass(frozen=True, eq=False)
class _Place:
    """What is surveyed. looks: of the grid's points, as a PointRaster keeps them. ratio: device pixels per pixel."""

    grid: Grid
    looks: np.ndarray
    view: View
    width: int
    height: int
    ratio: float
    tokens: Tokens

    def is_like(self, other: "_Place") -> bool:
        """Whether it differs from the other at most by the view."""
        sizes = (self.width, self.height, self.ratio) == (other.width, other.height, other.ratio)
        return sizes and self.grid is other.grid and self.looks is other.looks and self.tokens is other.tokens

    def is_near(self, other: "_Place") -> bool:
        """Whether a picture of one may stand in for the other while the map moves."""
        growth = other.view.scale / self.view.scale
        x, y = self.view.to_pixel(other.view.cx, other.view.cy, 0, 0)
        is_panned = abs(x) > _PANNED * self.width or abs(y) > _PANNED * self.height
        return 1 / _ZOOMED < growth < _ZOOMED and not is_panned


@dataclass(frozen=True, eq=False)
class _Sheet:
    """A picture of a place that is larger than the window by a margin. pixels: the image's own memory."""

    place: _Place
    pixels: np.ndarray

    def paint(self, painter: QPainter, view: View, width: int, height: int) -> None:
        """As the view has moved since."""
        lines, columns = self.pixels.shape
        image = QImage(self.pixels.data, columns, lines, columns * 4, QImage.Format.Format_ARGB32_Premultiplied)
        growth, ratio = view.scale / self.place.view.scale, self.place.ratio
        x, y = view.to_pixel(self.place.view.cx, self.place.view.cy, width, height)
        wide, high = columns / ratio * growth, lines / ratio * growth
        if growth == 1:
            image.setDevicePixelRatio(ratio)
            painter.drawImage(QPointF(_whole(x - wide / 2, ratio), _whole(y - high / 2, ratio)), image)
        else:
            painter.drawImage(QRectF(x - wide / 2, y - high / 2, wide, high), image)


def _whole(place: float, ratio: float) -> float:
    """The nearest place at which a device pixel begins; between two a picture takes ten times as long."""
    return round(place * ratio) / ratio


class _Surveyor(QObject):
    """surveyed: a sheet. While one is being made, and for a pause after it, only the newest of the other places waits:
    a layout that moves the points 20 times a second keeps most of the processor."""

    surveyed = Signal(object)
    _done = Signal(object, int, float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._turn = 0
        self._is_busy = False
        self._waiting: _Place | None = None
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)
        self._pause = QTimer(self, singleShot=True)
        self._pause.timeout.connect(self._on_paused)

    def survey(self, place: _Place) -> None:
        if self._is_busy:
            self._waiting = place
            return
        self._is_busy = True
        turn = self._turn
        QThreadPool.globalInstance().start(lambda: self._work(place, turn))

    def forget(self) -> None:
        """What is under way is not wanted any more."""
        self._turn += 1
        self._waiting = None

    def _work(self, place: _Place, turn: int) -> None:
        """In another thread."""
        begun, sheet = time.perf_counter(), None
        try:
            sheet = _sheet(place)
        finally:  # whatever went wrong, the next place can be surveyed
            with suppress(RuntimeError):  # the window was closed meanwhile, and this object with it
                self._done.emit(sheet, turn, (time.perf_counter() - begun) * 1000)

    def _on_done(self, sheet: _Sheet | None, turn: int, took_ms: float) -> None:
        if sheet is not None and turn == self._turn:
            self.surveyed.emit(sheet)
        self._pause.start(round(min(took_ms * _PAUSE, _LONGEST_PAUSE_MS)))

    def _on_paused(self) -> None:
        self._is_busy = False
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self.survey(waiting)


def _sheet(place: _Place) -> _Sheet:
    made = density(place.grid, place.looks, place.view, place.width, place.height)
    width, height = (max(1, round(size * place.ratio)) for size in (place.width, place.height))
    size = width + 2 * round(width * _MARGIN), height + 2 * round(height * _MARGIN)
    return _Sheet(place, relief(made, place.view.magnified(place.ratio), *size, _ink(place.tokens), place.ratio))


def _ink(tokens: Tokens) -> Ink:
    return ink_for(_rgb(tokens.map_background), _rgb(tokens.text), _rgb(tokens.accent))


def _rgb(colour: str) -> Rgb:
    known = QColor(colour)
    return known.red(), known.green(), known.blue()


def _rows(grid: Grid) -> int:
    return len(grid.order) + grid.left_out


class DensityLayer:
    """Contours of the points that are neither dimmed nor hidden.

    They are surveyed when the map rests and when its points or their states change, and move along until then. While
    it is off it holds nothing. window: what it is painted in, and what is painted anew when there is another picture.
    """

    def __init__(self, window: QWidget) -> None:
        self.is_on = False
        self._window = window
        self._surveyor = _Surveyor(window)
        self._surveyor.surveyed.connect(self._on_surveyed)
        self._asked: _Place | None = None
        self._sheet: _Sheet | None = None

    def set_on(self, on: bool) -> None:
        if on != self.is_on:
            self.is_on = on
            self._forget()
            self._window.update()

    def _forget(self) -> None:
        self._surveyor.forget()
        self._asked = self._sheet = None

    def paint(self, painter: QPainter, scene: Scene) -> None:
        if not self.is_on:
            return
        sight = scene.raster.sight(scene.view, scene.width, scene.height)
        if self._sheet is not None and _rows(self._sheet.place.grid) != _rows(sight.grid):
            self._forget()  # of other points
        ratio = painter.device().devicePixelRatioF()
        place = _Place(sight.grid, sight.looks, scene.view, scene.width, scene.height, ratio, scene.tokens)
        if self._is_new(place, scene.is_moving):
            self._asked = place
            self._surveyor.survey(place)
        if self._sheet is not None:
            self._sheet.paint(painter, scene.view, scene.width, scene.height)

    def _is_new(self, place: _Place, is_moving: bool) -> bool:
        if self._asked is None or not place.is_like(self._asked):
            return True
        return not place.is_near(self._asked) if is_moving else place.view != self._asked.view

    def _on_surveyed(self, sheet: _Sheet) -> None:
        self._sheet = sheet
        self._window.update()
