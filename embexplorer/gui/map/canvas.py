"""The painted map: points, view and marks. What the mouse and keys do with it stands in view.py."""

import math
import time

import numpy as np
from PySide6.QtCore import QEasingCurve, QPointF, QRectF, Qt, QTimer, QVariantAnimation, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from embexplorer.app.values import CardView
from embexplorer.gui.map.budget import Budget
from embexplorer.gui.map.card import paint_card
from embexplorer.gui.map.marks import paint_hits, paint_ring, paint_shape, paint_words
from embexplorer.gui.map.mover import Mover
from embexplorer.gui.theme import theme
from embexplorer.raster.colours import plain_scale
from embexplorer.raster.engine import is_compiled
from embexplorer.raster.grid import Grid
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.view import Bounds, View, fitted

_SETTLE_MS, _GLIDE_MS = 120, 220
_MOST_AT_ONCE = 20_000  # points that are arranged within 2 ms; more are arranged in another thread
_NO_ROWS = np.zeros(0, np.int64)


class MapCanvas(QWidget):
    """Paints points through a PointRaster. Each setter changes one aspect; row numbers are those of set_points."""

    view_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.raster, self.xy = PointRaster(), np.zeros((0, 2), np.float32)
        self.view = View()
        self._fit_scale, self._is_fitted, self._reduced_motion = 1.0, True, False
        self._scale = plain_scale(0)
        self._hits, self._hover = _NO_ROWS, -1
        self._card: CardView | None = None
        self._card_picture: QImage | None = None
        self._empty_text = ""
        self._shape: list[QPointF] = []
        self._shape_takes_away = False
        self._image, self._is_stale, self._is_moving = QImage(), True, False
        self._is_awaited = False  # new points are being arranged; the last picture stays until they are
        self._budget = Budget()
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self._sketched = QTimer(self, interval=_SETTLE_MS)  # runs while the kernels that draw well are not ready
        self._sketched.timeout.connect(self._on_sketched)
        self._glide = QVariantAnimation(self, duration=_GLIDE_MS, startValue=0.0, endValue=1.0)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._on_glide)
        self._glide_from = self._glide_to = self.view
        self._mover = Mover(self)
        self._mover.arranged.connect(self._on_arranged)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    # -- aspects ------------------------------------------------------------------------------------------------------

    def set_points(self, xy: np.ndarray) -> None:
        """float32 (n, 2); a row with NaN or infinity is not drawn. Colours, states, hits and hover start anew."""
        self._mover.forget()
        self.xy = np.full((len(xy), 2), np.nan, np.float32)
        self.raster.expect_points(len(xy))
        self._is_awaited = len(xy) > _MOST_AT_ONCE
        self._hits, self._hover, self._card = _NO_ROWS, -1, None
        self._scale = plain_scale(len(xy))
        self._apply_colours()
        self.move_points(np.reshape(xy, (-1, 2)))

    def move_points(self, xy: np.ndarray) -> None:
        """The same points in other places, as often as 20 times a second; all else stays."""
        if len(xy) != len(self.xy):
            self.set_points(xy)
            return
        places = np.array(xy, np.float32)
        if len(xy) > _MOST_AT_ONCE:
            self._mover.move(places, self.raster.arranged)
        else:
            self._on_arranged(places, self.raster.arranged(places))

    def _on_arranged(self, xy: np.ndarray, grid: Grid) -> None:
        self.xy, self._is_awaited = xy, False
        self.raster.take(grid)
        self._follow_points()

    def set_state(self, state: np.ndarray) -> None:
        """uint8 (n,): 0 normal, 1 dimmed, 2 selected, 3 hidden."""
        self.raster.set_state(state)
        self.redraw()

    def set_hits(self, rows: np.ndarray) -> None:
        """Ring these rows, the best first."""
        self._hits = np.asarray(rows, np.int64)
        self.update()

    def set_hover(self, row: int) -> None:
        """Ring one point, -1 for none."""
        self._hover = row if 0 <= row < len(self.xy) else -1
        self.update()

    def show_card(self, card: CardView | None, picture: QImage | None = None) -> None:
        self._card, self._card_picture = card, picture
        self.update()

    def set_empty_text(self, text: str) -> None:
        """Shown while there are no points."""
        self._empty_text = text
        self.update()

    def set_reduced_motion(self, on: bool) -> None:
        self._reduced_motion = on

    def _apply_colours(self) -> None:
        self.raster.set_colours(self._scale.keys, self._scale.palette(theme().tokens.dark))
        self.redraw()

    def _on_theme_changed(self) -> None:
        background, mark = QColor(theme().tokens.map_background), QColor(theme().tokens.selection)
        rgb = [(colour.red(), colour.green(), colour.blue()) for colour in (background, mark)]
        self.raster.set_background(rgb[0], rgb[1])
        self._apply_colours()

    # -- the view -----------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Glide to where the whole map is seen."""
        self._is_fitted = True
        self._glide_towards(self._whole())

    def fit_rows(self, rows: np.ndarray) -> None:
        """Glide to where these points are seen; does nothing where none of them has a place."""
        places = self.xy[rows].astype(np.float64)
        places = places[np.isfinite(places).all(axis=1)]
        if len(places):
            (x0, y0), (x1, y1) = places.min(axis=0), places.max(axis=0)
            target = fitted((float(x0), float(y0), float(x1), float(y1)), self.width(), self.height())
            most = self._fit_scale * 40  # a single point is not looked at through a microscope
            self._is_fitted = False
            self._glide_towards(View(target.cx, target.cy, min(target.scale, most)))

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom around a pixel, or the middle."""
        place = at or QPointF(self.width() / 2, self.height() / 2)
        factor = min(max(self.view.scale * factor, self._fit_scale / 20), self._fit_scale * 5_000) / self.view.scale
        self._move_to(self.view.zoomed(factor, place.x(), place.y(), self.width(), self.height()))

    def pan(self, dx: float, dy: float) -> None:
        self._move_to(self.view.panned(dx, dy))

    def view_state(self) -> dict[str, float]:
        """What restore_view takes; empty while the whole map is fitted."""
        return {} if self._is_fitted else {"x": self.view.cx, "y": self.view.cy, "scale": self.view.scale}

    def restore_view(self, state: dict[str, float]) -> None:
        """Anything that is not a sensible view fits the whole map."""
        values = [float(state.get(name, math.nan)) for name in ("x", "y", "scale")]
        if all(map(math.isfinite, values)) and values[2] > 0:
            self._is_fitted, self.view = False, View(*values)
            self.redraw()
        else:
            self._follow_points(is_reset=True)

    def _whole(self) -> View:
        bounds: Bounds = self.raster.main_bounds()
        left, right = self.covered() if self.width() > 2 * sum(self.covered()) else (0, 0)
        view = fitted(bounds, self.width() - left - right, self.height())
        self._fit_scale = view.scale
        return view.panned((left - right) / 2, 0)

    def covered(self) -> tuple[int, int]:
        """How many pixels at the left and at the right lie under something, which a fitted map keeps clear of."""
        return 0, 0

    def _follow_points(self, is_reset: bool = False) -> None:
        self._is_fitted = self._is_fitted or is_reset
        whole = self._whole()
        if self._is_fitted:
            self.view = whole
        self.redraw()

    def _move_to(self, view: View) -> None:
        self._glide.stop()
        self._is_fitted, self.view, self._is_moving = False, view, True
        self._settle.start()
        self.redraw()
        self.view_changed.emit()

    def _glide_towards(self, view: View) -> None:
        self._glide.stop()
        if self._reduced_motion or not self.isVisible():
            self.view = view
            self.redraw()
            self.view_changed.emit()
            return
        self._glide_from, self._glide_to = self.view, view
        self._glide.start()

    def _on_glide(self, share: float) -> None:
        self.view = self._glide_from.towards(self._glide_to, float(share)) if share < 1 else self._glide_to
        self.redraw()
        self.view_changed.emit()

    def _on_settled(self) -> None:
        self._is_moving = False
        self.redraw()

    def _on_sketched(self) -> None:
        if is_compiled():
            self._sketched.stop()
            self.redraw()

    def place_of(self, row: int) -> QPointF:
        """The pixel of a point."""
        x, y = self.xy[row].tolist()
        return QPointF(*self.view.to_pixel(x, y, self.width(), self.height()))

    def point_radius(self) -> float:
        """Of a point, in logical pixels: larger for few points and, a little, when zoomed in."""
        n = len(self.xy)
        base = 0.5 if n > 3e6 else 1.0 if n > 3e5 else 1.5 if n > 3e4 else 2.2 if n > 5e3 else 3.2 if n > 800 else 4.5
        return float(min(8.0, base * (max(self.view.scale / self._fit_scale, 0.2)) ** 0.35))

    # -- painting -----------------------------------------------------------------------------------------------------

    def redraw(self) -> None:
        """Draw the points anew with the next frame."""
        self._is_stale = True
        self.update()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        whole = self._whole()
        if self._is_fitted:
            self._glide.stop()
            self.view = whole
        self.redraw()

    def _draw_points(self) -> None:
        ratio = self.devicePixelRatioF()
        width, height = max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))
        view = self.view.magnified(ratio)
        seen = self.raster.visible(view, width, height)
        step = self._budget.step(seen) if self._is_moving else 1
        if not is_compiled():
            self._sketched.start()
        start = time.perf_counter()
        out = self.raster.render(view, width, height, self.point_radius() * ratio, step=step)
        if self._is_moving:
            self._budget.learn(seen, step, (time.perf_counter() - start) * 1000)
        self._image = QImage(out.data, width, height, width * 4, QImage.Format.Format_RGB32)
        self._image.setDevicePixelRatio(ratio)
        self._is_stale = False

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        outdated = self._is_stale or self._image.devicePixelRatio() != self.devicePixelRatioF()
        if outdated and not (self._is_awaited and self._image.size() == self.size() * self.devicePixelRatioF()):
            self._draw_points()
        tokens, room = theme().tokens, QRectF(0, 0, self.width() - self.covered()[1], self.height())
        painter = QPainter(self)
        painter.drawImage(0, 0, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._empty_text and not np.isfinite(self.xy).any():
            paint_words(painter, self._empty_text, room, tokens)
        self._paint_marks(painter)
        if self._card is not None and 0 <= self._card.row < len(self.xy):
            paint_card(painter, self._card, self._card_picture, self.place_of(self._card.row), room, tokens)
        painter.end()

    def _paint_marks(self, painter: QPainter) -> None:
        tokens, radius = theme().tokens, max(2.5, self.point_radius())
        hits = self._hits[(self._hits >= 0) & (self._hits < len(self.xy))]
        hits = hits[np.isfinite(self.xy[hits]).all(axis=1)]
        if len(hits):
            x, y = self.view.to_pixel(0.0, 0.0, self.width(), self.height())
            pixels = self.xy[hits].astype(np.float64) * (self.view.scale, -self.view.scale) + (x, y)
            paint_hits(painter, pixels, radius, self._scale.palette(tokens.dark)[self._scale.keys[hits]], tokens)
        if self._hover >= 0 and np.isfinite(self.xy[self._hover]).all():
            paint_ring(painter, self.place_of(self._hover), radius, tokens)
        if len(self._shape) > 1:
            paint_shape(painter, self._shape, self._shape_takes_away, tokens)
