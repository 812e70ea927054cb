"""Pictures in place of points, as soon as few enough are in view to tell them apart."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from embexplorer.gui.map.layer import Scene
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.tokens import Tokens
from embexplorer.raster.colours import ColourScale, plain_scale
from embexplorer.raster.fallback import rank
from embexplorer.raster.look import DIMMED, HIDDEN, SELECTED
from embexplorer.raster.view import View

_PITCH = 72.0  # pixels between the middles of two pictures, at least in one direction
_LARGE, _SMALL = 64, 48  # sides of the square that a picture fits into: all are shown, or only some of those in view
_MOST_A_CELL = 8.0  # images in view for each picture that fits; more are shown as points
_MOST_DIRECT = 20_000  # images whose places are all looked at; of more, the raster tells which are in view
_BUILD_S = 0.004  # for new tiles in a frame; the others follow with the next one
_MOST_TILES = 1_500  # of at most 72 x 72 pixels: 30 MB
_CROWDED = 0.8  # where fewer of those in view have a picture, the pictures are small
_AROUND = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1))
_LEAST_SHRUNK = 0.35  # of a picture while one zooms out
_FADED = 0.28
_FRAME, _CORNER, _MARGIN = 2.0, 5.0, 6.0


@dataclass(frozen=True, eq=False)
class Placed:
    """rows: int64, the pictures that stand on the map, the most important first; side: of their squares; scale: of
    the view that they were placed for."""

    rows: np.ndarray
    side: int
    scale: float


_NOTHING = Placed(np.zeros(0, np.int64), _LARGE, 1.0)


class Thumbnails:
    """Give each item that has a picture a chance by its fixed rank; the first to come keeps its neighbours away.

    uris: "@uri" of the project's frame, a file for each row that is an image. Which stand is decided when the map
    rests; while it moves they move along. asked_again: a part was left for the next frame.
    """

    def __init__(self, asked_again: Callable[[], None]) -> None:
        self._asked_again = asked_again
        self._pictures: Pictures | None = None
        self._uris: pl.Series | None = None
        self._images = np.zeros(0, np.int64)  # rows, as far as they are few in the order of their rank
        self._is_image = np.zeros(0, np.bool_)
        self._placed, self._placed_for = _NOTHING, (View(), 0, 0, 0)
        self._is_stale = True
        self._tiles: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()
        self._awaited: set[str] = set()  # files whose pictures are being made
        self._broken = np.zeros(0, np.int64)  # rows whose files cannot be shown
        self._boxes: dict[int, QRectF] = {}
        self.scale: ColourScale = plain_scale(0)
        self.state = np.zeros(0, np.uint8)
        self.is_on = True

    # -- what is drawn ------------------------------------------------------------------------------------------------

    def set_pictures(self, pictures: Pictures, uris: pl.Series | None) -> None:
        """Where the pictures come from, and the file of each row, null or "" where a row is no image."""
        self._pictures, self._uris = pictures, uris
        if uris is None or not len(uris):
            self._is_image = np.zeros(0, np.bool_)
        else:
            self._is_image = (uris != "").fill_null(False).to_numpy()
        rows = np.flatnonzero(self._is_image)
        self._images = rows[np.argsort(rank(rows))] if len(rows) <= _MOST_DIRECT else rows
        self._awaited.clear()
        self._broken, self._placed = np.zeros(0, np.int64), _NOTHING
        self.place_anew()

    def set_state(self, state: np.ndarray) -> None:
        """uint8 (n,), as the raster's."""
        self.state = state
        self.place_anew()

    def place_anew(self) -> None:
        """Choose again with the next frame that does not move."""
        self._is_stale = True

    def awaits(self, uri: str) -> bool:
        """Whether a picture that has come now belongs into what is seen. One that is broken leaves its place."""
        if uri not in self._awaited:
            return False
        self._awaited.discard(uri)
        if self._pictures is not None and self._pictures.is_broken(uri):
            self.place_anew()
        return True

    @property
    def boxes(self) -> dict[int, QRectF]:
        """Where the pictures of the last frame are, by row, the most important first; always the same mapping."""
        return self._boxes

    def row_at(self, place: QPointF) -> int:
        """The row of the picture under a pixel, -1 if none."""
        return next((row for row, box in self._boxes.items() if box.contains(place)), -1)

    # -- painting -----------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, scene: Scene) -> None:
        self._boxes.clear()
        if not self._can_show(scene):
            return
        self._follow(scene)
        if not len(self._placed.rows):
            return
        shrunk = max(_LEAST_SHRUNK, min(1.0, scene.view.scale / self._placed.scale))
        shown = []
        tiles = self._tiles_of(self._placed.rows, scene.tokens, painter.device().devicePixelRatioF())
        for row, (x, y), tile in zip(
            self._placed.rows.tolist(), scene.pixels(self._placed.rows).tolist(), tiles, strict=True
        ):
            if tile is None or not (-_PITCH < x < scene.width + _PITCH and -_PITCH < y < scene.height + _PITCH):
                continue
            size = tile.deviceIndependentSize() * shrunk
            box = QRectF(round(x - size.width() / 2), round(y - size.height() / 2), size.width(), size.height())
            self._boxes[row] = box.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
            shown.append((row, box, tile))
        dimmed = set(self._placed.rows[self.state[self._placed.rows] == DIMMED].tolist())
        for row, box, tile in reversed(shown):
            painter.setOpacity(_FADED if row in dimmed else 1.0)
            if shrunk == 1.0:
                painter.drawPixmap(box.topLeft(), tile)
            else:
                painter.drawPixmap(box, tile, QRectF(tile.rect()))

    def _can_show(self, scene: Scene) -> bool:
        n = len(scene.xy)
        fits = len(self._is_image) == n == len(self.state) == len(self.scale.keys)
        return self.is_on and fits and bool(len(self._images)) and self._pictures is not None

    def _follow(self, scene: Scene) -> None:
        """Choose again where the map rests at another place, or what is on it has changed."""
        at = (scene.view, scene.width, scene.height, id(scene.xy))
        if scene.is_moving or (not self._is_stale and at == self._placed_for):
            return
        stays = self._placed_for[0].scale == scene.view.scale
        standing = self._placed.rows if stays else self._placed.rows[:0]
        self._placed, self._placed_for, self._is_stale = self._choose(scene, standing), at, False

    def _choose(self, scene: Scene, standing: np.ndarray) -> Placed:
        rows, places = self._in_view(scene)
        cells = max(1.0, scene.width * scene.height / _PITCH**2)
        if not len(rows) or len(rows) > _MOST_A_CELL * cells:
            return _NOTHING
        lit = self.state[rows] != DIMMED
        order = np.lexsort((np.arange(len(rows)), ~np.isin(rows, standing), ~lit))
        rows, places = rows[order], places[order]
        chosen = apart(places, _PITCH)
        while len(bad := self._broken_of(rows[chosen])):
            self._broken = np.union1d(self._broken, bad)
            sound = ~np.isin(rows, bad)
            rows, places = rows[sound], places[sound]
            chosen = apart(places, _PITCH)
        side = _SMALL if len(chosen) < _CROWDED * len(rows) else _LARGE
        return Placed(rows[chosen], side, scene.view.scale)

    def _broken_of(self, rows: np.ndarray) -> np.ndarray:
        assert self._pictures is not None
        return np.array([row for row in rows.tolist() if self._pictures.is_broken(self._uri(row))], np.int64)

    def _in_view(self, scene: Scene) -> tuple[np.ndarray, np.ndarray]:
        """Rows of images in view or just outside, in the order of their rank, and their pixels; () where the raster
        holds too many points to look for them."""
        wide, high = scene.width + 2 * _PITCH, scene.height + 2 * _PITCH
        rows = self._images
        if len(rows) > _MOST_DIRECT:
            size = (round(wide), round(high))
            if scene.raster.visible(scene.view, *size) > 2 * _MOST_DIRECT:
                return rows[:0], np.zeros((0, 2))
            rows = scene.raster.rows_in_view(scene.view, *size, 2 * _MOST_DIRECT)
            rows = rows[self._is_image[rows]]
        places = scene.pixels(rows) + _PITCH
        inside = ((places >= 0) & (places <= (wide, high))).all(axis=1) & (self.state[rows] != HIDDEN)
        if len(self._broken):
            inside &= ~np.isin(rows, self._broken)
        return rows[inside], places[inside] - _PITCH

    # -- tiles --------------------------------------------------------------------------------------------------------

    def _uri(self, row: int) -> str:
        assert self._uris is not None
        return self._uris[row] or ""

    def _tiles_of(self, rows: np.ndarray, tokens: Tokens, ratio: float) -> Iterator[QPixmap | None]:
        """The pictures with their frames; None while one is not there, or where the frame's time is over."""
        until = time.perf_counter() + _BUILD_S
        keys = self.scale.keys[rows].tolist()
        chosen = (self.state[rows] == SELECTED).tolist()
        colours = [QColor(*rgb) for rgb in self.scale.palette(tokens.dark).tolist()]
        for row, key, is_selected in zip(rows.tolist(), keys, chosen, strict=True):
            name = (self._uri(row), colours[key].rgb(), is_selected, self._placed.side, tokens.dark, ratio)
            tile = self._tiles.get(name)
            if tile is not None:
                self._tiles.move_to_end(name)
            elif (picture := self._picture(name[0])) is not None:
                if time.perf_counter() < until:
                    tile = _framed(picture, self._placed.side, ratio, colours[key], is_selected, tokens)
                    self._keep(name, tile)
                else:
                    self._asked_again()
            yield tile

    def _picture(self, uri: str) -> QPixmap | None:
        assert self._pictures is not None
        picture = self._pictures.get(uri)
        if picture is None:
            self._awaited.add(uri)
        return picture

    def _keep(self, name: tuple[object, ...], tile: QPixmap) -> None:
        self._tiles[name] = tile
        while len(self._tiles) > _MOST_TILES:
            self._tiles.popitem(last=False)


def apart(places: np.ndarray, pitch: float) -> np.ndarray:
    """int64: of (m, 2) places those that are chosen when each in turn is, unless one chosen before is nearer than the
    pitch both across and down."""
    taken: dict[tuple[float, float], tuple[float, float]] = {}  # by cells as large as the pitch, so one in each at most
    chosen = []
    for k, ((x, y), (column, line)) in enumerate(zip(places.tolist(), (places // pitch).tolist(), strict=True)):
        for i, j in _AROUND:
            other = taken.get((column + i, line + j))
            if other is not None and abs(x - other[0]) < pitch and abs(y - other[1]) < pitch:
                break
        else:
            taken[column, line] = (x, y)
            chosen.append(k)
    return np.array(chosen, np.int64)


def _framed(picture: QPixmap, side: int, ratio: float, colour: QColor, is_selected: bool, tokens: Tokens) -> QPixmap:
    """A picture on a card with a frame in its category's colour, and a margin for the ring of selected ones."""
    inner = QSize(side, side) * ratio - QSize(4, 4) * ratio
    scaled = picture.scaled(inner, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    scaled.setDevicePixelRatio(ratio)
    wide, high = (max(16.0, n) for n in scaled.deviceIndependentSize().toTuple())
    whole = QSize(
        math.ceil((wide + 2 * _FRAME + 2 * _MARGIN) * ratio), math.ceil((high + 2 * _FRAME + 2 * _MARGIN) * ratio)
    )
    tile = QPixmap(whole)
    tile.setDevicePixelRatio(ratio)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    card = QRectF(_MARGIN, _MARGIN, wide + 2 * _FRAME, high + 2 * _FRAME)
    _paint_ground(painter, card, is_selected, tokens)
    painter.setBrush(QColor(tokens.raised))
    painter.setPen(QPen(colour, _FRAME))
    painter.drawRoundedRect(card.adjusted(1, 1, -1, -1), _CORNER - 1, _CORNER - 1)
    place = card.center() - QPointF(scaled.deviceIndependentSize().width(), scaled.deviceIndependentSize().height()) / 2
    painter.drawPixmap(place, scaled)
    painter.end()
    return tile


def _paint_ground(painter: QPainter, card: QRectF, is_selected: bool, tokens: Tokens) -> None:
    """A soft shadow, or the ring around what is selected."""
    if is_selected:
        painter.setBrush(QColor(tokens.map_background))
        painter.setPen(QPen(QColor(tokens.selection), 2.5))
        painter.drawRoundedRect(card.adjusted(-3, -3, 3, 3), _CORNER + 3, _CORNER + 3)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    for spread, strength in ((3.0, 10), (1.5, 18)):
        painter.setBrush(QColor(0, 0, 0, strength * (2 if tokens.dark else 1)))
        painter.drawRoundedRect(
            card.adjusted(-spread, -spread + 1, spread, spread + 1), _CORNER + spread, _CORNER + spread
        )
