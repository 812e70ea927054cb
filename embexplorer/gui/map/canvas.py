"""The painted map: the points' picture under layers, seen through a camera. The mouse and keys stand in view.py."""

import numpy as np
import polars as pl
from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from embexplorer.app.values import CardView
from embexplorer.data.labels import ItemNames, MapLabels
from embexplorer.gui.map.beyond import Beyond
from embexplorer.gui.map.camera import Camera
from embexplorer.gui.map.card import Card
from embexplorer.gui.map.density_layer import DensityLayer
from embexplorer.gui.map.frames import Frames
from embexplorer.gui.map.journey import Journey
from embexplorer.gui.map.label_layer import LabelLayer
from embexplorer.gui.map.layer import Layer, Scene
from embexplorer.gui.map.marks import Hits, HoverRing, Shape, Words
from embexplorer.gui.map.mover import Mover
from embexplorer.gui.map.neighbour_layer import NeighbourLines
from embexplorer.gui.map.scale_note import ScaleNote
from embexplorer.gui.map.thumbnail_layer import Thumbnails
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.theme import theme
from embexplorer.raster.colours import ColourScale, plain_scale
from embexplorer.raster.engine import is_compiled
from embexplorer.raster.grid import Grid
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.renderer import Renderer
from embexplorer.raster.view import View

_SKETCH_MS = 120
_MOST_AT_ONCE = 20_000  # points that are arranged within 2 ms; more are arranged in another thread


class MapCanvas(QWidget):
    """Paints points through a renderer. Each setter changes one aspect; row numbers are those of set_points.

    sampled: so many points stand for one while the map moves; 1 when all are drawn again.
    """

    sampled = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.raster: Renderer = PointRaster()
        self.xy, self.scale = np.zeros((0, 2), np.float32), plain_scale(0)
        self.camera = Camera(self)
        self.camera.moved.connect(self.redraw)
        self.camera.rested.connect(self.redraw)
        self.hits, self.hover, self.shape, self.words, self.card = Hits(), HoverRing(), Shape(), Words(), Card(self)
        self.card.changed.connect(self.update)
        self.thumbnails, self.lines, self.note = Thumbnails(self.update), NeighbourLines(), ScaleNote()
        self.labels = LabelLayer(self.update, lambda: self.note.box)
        self.density = DensityLayer(self)
        self.layers: list[Layer] = [
            self.density, self.thumbnails, self.words, self.hits, self.note, self.labels,
            self.lines, Beyond(self.hover), self.hover, self.shape, self.card,
        ]  # fmt: skip
        self._frames, self._is_stale, self._step = Frames(self.raster), True, 1
        self._is_awaited = False  # new points are being arranged; the last picture stays until they are
        self._sketched = QTimer(self, interval=_SKETCH_MS)  # runs while the kernels that draw well are not ready
        self._sketched.timeout.connect(self._on_sketched)
        self._mover = Mover(self)
        self._mover.arranged.connect(self._on_arranged)
        self._journey = Journey(self, self.camera, lambda xy: self.raster.arranged(xy), self._put)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    # -- aspects ------------------------------------------------------------------------------------------------------

    def set_points(self, xy: np.ndarray) -> None:
        """float32 (n, 2); a row with NaN or infinity is not drawn. Colours, states, hits and hover start anew."""
        self._journey.settle()
        self._mover.forget()
        self.xy = np.broadcast_to(np.float32(np.nan), (len(xy), 2))
        self.raster.expect_points(len(xy))
        self._is_awaited = len(xy) > _MOST_AT_ONCE
        self.hits.rows, self.hover.row, self.lines.row = np.zeros(0, np.int64), -1, -1
        self.card.hide()
        self.thumbnails.set_state(np.zeros(len(xy), np.uint8))
        self._apply_colours(plain_scale(len(xy)))
        self.move_points(np.reshape(xy, (-1, 2)))

    def move_points(self, xy: np.ndarray) -> None:
        """The same points in other places, as often as 20 times a second; all else stays. The array is kept."""
        if len(xy) != len(self.xy):
            self.set_points(xy)
            return
        self._journey.settle()
        places = np.asarray(xy, np.float32)
        self.labels.points_moved(self.xy, places)
        if len(xy) > _MOST_AT_ONCE:
            self._mover.move(places, self.raster.arranged)
        else:
            self._on_arranged(places, self.raster.arranged(places))

    def travel(self, xy: np.ndarray, seen: dict[str, float]) -> None:
        """The same items on another map: the points move there, unless motion is unwanted. seen: what camera.state()
        told of that map; empty to see all of it."""
        self._journey.settle()
        self._mover.forget()
        self.labels.forget()
        self._journey.go(self.xy, np.asarray(xy, np.float32), seen)

    @property
    def is_travelling(self) -> bool:
        """Whether the points are on their way to another map."""
        return self._journey.is_under_way

    def _on_arranged(self, xy: np.ndarray, grid: Grid) -> None:
        self._put(xy, grid)
        self.camera.set_bounds(self.raster.main_bounds())

    def _put(self, xy: np.ndarray, grid: Grid) -> None:
        self.xy, self._is_awaited = xy, False
        self.raster.take(grid)
        self.redraw()

    def set_state(self, state: np.ndarray) -> None:
        """uint8 (n,): 0 normal, 1 dimmed, 2 selected, 3 hidden."""
        self.raster.set_state(state)
        self.hits.state = np.array(state, np.uint8)
        self.thumbnails.set_state(state)
        self.note.forget()
        self.redraw()

    def set_sizes(self, classes: np.ndarray | None) -> None:
        """uint8 (n,): a class of raster.shapes.SIZES per point; None where all are alike."""
        self.raster.set_sizes(classes)
        self.redraw()

    def set_hits(self, rows: np.ndarray) -> None:
        """Ring these rows, the best first."""
        self.hits.rows = np.asarray(rows, np.int64)
        self.update()

    def set_hover(self, row: int) -> None:
        """Ring one point, -1 for none."""
        self.hover.row = row if 0 <= row < len(self.xy) else -1
        self.update()

    def show_card(self, card: CardView | None, picture: QImage | None = None) -> None:
        self.card.show_card(card, picture)

    def set_pictures(self, pictures: Pictures, uris: pl.Series | None) -> None:
        """Where pictures come from, and the image file of each row, null or "" for none."""
        self.thumbnails.set_pictures(pictures, uris)
        self.update()

    def on_picture(self, uri: str) -> None:
        """A picture has come, or it is known that there is none."""
        if self.thumbnails.awaits(uri):
            self.update()

    def set_neighbours(self, row: int, rows: np.ndarray, strengths: np.ndarray) -> None:
        """Lines from a row (-1: none) to others, int64 (k,), the nearest first; strengths: float32 (k,), 0 to 1."""
        self.lines.set_neighbours(row, rows, strengths)
        self.update()

    def set_labels(self, labels: MapLabels) -> None:
        """Names of areas, in this map's units; they are forgotten when the points move."""
        self.labels.set_labels(labels)

    def set_names(self, names: ItemNames | None) -> None:
        """What single items are called, a text per row; forgotten when the points move."""
        self.labels.set_names(names)

    def set_empty_text(self, text: str) -> None:
        """Shown while there are no points."""
        self.words.text = text
        self.update()

    def set_reduced_motion(self, on: bool) -> None:
        self.camera.reduced_motion = self.labels.reduced_motion = on

    def _apply_colours(self, scale: ColourScale) -> None:
        self.scale = self.hits.scale = self.labels.scale = scale
        self.thumbnails.scale = self.lines.scale = self.card.scale = scale
        self.raster.set_colours(scale.keys, scale.palette(theme().tokens.dark))
        self.redraw()

    def _on_theme_changed(self) -> None:
        background, mark = QColor(theme().tokens.map_background), QColor(theme().tokens.selection)
        rgb = [(colour.red(), colour.green(), colour.blue()) for colour in (background, mark)]
        self.raster.set_background(rgb[0], rgb[1])
        self._apply_colours(self.scale)

    # -- the view -----------------------------------------------------------------------------------------------------

    @property
    def view(self) -> View:
        """What is seen."""
        return self.camera.view

    def fit(self) -> None:
        """Glide to where the whole map is seen."""
        self.camera.fit()

    def fit_rows(self, rows: np.ndarray) -> None:
        """Glide to where these points are seen; does nothing where none of them has a place."""
        places = self.xy[rows].astype(np.float64)
        places = places[np.isfinite(places).all(axis=1)]
        if len(places):
            (x0, y0), (x1, y1) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
            self.camera.fit_bounds((x0, y0, x1, y1))

    def covered(self) -> tuple[int, int]:
        """How many pixels at the left and at the right lie under something, which a fitted map keeps clear of."""
        return 0, 0

    def taken(self) -> tuple[QRectF, ...]:
        """The boxes of what lies over the map."""
        return ()

    def place_of(self, row: int) -> QPointF:
        """The pixel of a point."""
        x, y = self.xy[row].tolist()
        return QPointF(*self.view.to_pixel(x, y, self.width(), self.height()))

    def point_radius(self) -> float:
        """Of a point, in logical pixels: larger for few points and, a little, when zoomed in."""
        n = len(self.xy)
        base = 0.5 if n > 3e6 else 1.0 if n > 3e5 else 1.5 if n > 3e4 else 2.2 if n > 5e3 else 3.2 if n > 800 else 4.5
        return float(min(8.0, base * (max(self.view.scale / self.camera.fit_scale, 0.2)) ** 0.35))

    def scene(self) -> Scene:
        """What the layers see now."""
        left, right = self.covered()
        return Scene(
            view=self.view,
            width=self.width(),
            height=self.height(),
            radius=self.point_radius(),
            fit_scale=self.camera.fit_scale,
            is_moving=self.camera.is_moving,
            tokens=theme().tokens,
            room=QRectF(left, 0, self.width() - left - right, self.height()),
            xy=self.xy,
            raster=self.raster,
            taken=self.taken(),
            boxes=self.thumbnails.boxes,
        )

    # -- painting -----------------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        """Draw the points anew with the next frame."""
        self._is_stale = True
        self.update()

    def follow_room(self) -> None:
        """The window or what covers it has another size."""
        self.camera.set_room(self.width(), self.height(), self.covered())
        self.redraw()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.follow_room()

    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self.camera.is_seen = True

    def hideEvent(self, event: QHideEvent, /) -> None:
        super().hideEvent(event)
        self.camera.is_seen = False

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        fits = self._frames.fits(self.size(), self.devicePixelRatioF())
        if (self._is_stale or not fits) and not (self._is_awaited and fits):
            self._draw_points()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(0, 0, self._frames.image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene = self.scene()
        for layer in self.layers:
            painter.save()
            layer.paint(painter, scene)
            painter.restore()
        painter.end()

    def _draw_points(self) -> None:
        self._frames.draw(self.view, self.size(), self.devicePixelRatioF(), self.point_radius(), self.camera.is_moving)
        self._is_stale = False
        if self._frames.is_sketch:
            self._sketched.start()
        if self._frames.step != self._step:
            self._step = self._frames.step
            self.sampled.emit(self._step)

    def _on_sketched(self) -> None:
        if is_compiled():
            self._sketched.stop()
            self.redraw()
