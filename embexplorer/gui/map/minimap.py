"""The whole map small in a corner, with a frame around the part that is in the window."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, Qt, QThreadPool, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, RADIUS
from embexplorer.raster.colours import ColourScale, plain_scale
from embexplorer.raster.engine import is_compiled
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.view import Bounds, View, fitted

WIDTH, HEIGHT = GRID * 20, GRID * 14
_SHOWN_FROM = 1.15  # times enlarged; below, the whole map is seen anyway
_MOST_POINTS = 200_000  # of more, an even sample makes the same picture at this size
_REDRAW_MS = 250  # between two pictures while points move or colours change


@dataclass(frozen=True, eq=False)
class _Content:
    """What the picture is of: all that is needed to draw it in another thread."""

    xy: np.ndarray
    keys: np.ndarray
    palette: np.ndarray
    state: np.ndarray
    bounds: Bounds
    background: QColor
    mark: QColor
    ratio: float


class _Messenger(QObject):
    """drawn: a picture from another thread. It lives as long as anyone who may speak, which the minimap need not."""

    drawn = Signal(object, object, bool)  # content, image, is_sketch


class Minimap(QWidget):
    """A click brings a place into the middle of the map, a drag moves the frame. moved: x and y, in data units, that
    the map should look at. Hidden while the whole map is seen, and where there is no room.

    Its picture is drawn beside the window, and only while it is shown.
    """

    moved = Signal(float, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(WIDTH, HEIGHT)
        self.setAccessibleName("Overview of the map")
        self.setToolTip("Click or drag to move the map")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        self.is_on = True
        self._xy, self._state, self._scale = np.zeros((0, 2), np.float32), np.zeros(0, np.uint8), plain_scale(0)
        self._bounds: Bounds = (-1.0, -1.0, 1.0, 1.0)
        self._view, self._seen = View(), QSize(1, 1)
        self._image = QImage()
        self._drag_from: QPointF | None = None
        self._is_stale, self._is_busy, self._is_sketch = True, False, True
        self._later = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._later.timeout.connect(self._draw)
        self._messenger = _Messenger()
        self._messenger.drawn.connect(self._on_drawn, Qt.ConnectionType.QueuedConnection)
        theme().changed.connect(self._on_change)

    # -- what is shown ------------------------------------------------------------------------------------------------

    def expect_points(self, n: int) -> None:
        """So many other points will come, in one colour and the normal state unless it is said otherwise."""
        self._xy, self._image = np.zeros((0, 2), np.float32), QImage()
        self._scale, self._state = plain_scale(n), np.zeros(n, np.uint8)

    def set_points(self, xy: np.ndarray, bounds: Bounds) -> None:
        """float32 (n, 2), and the bounds that the whole map is fitted to."""
        self._xy, self._bounds = xy, bounds
        self._on_change()

    def set_colours(self, scale: ColourScale) -> None:
        """As many keys as there are points."""
        self._scale = scale
        self._on_change()

    def set_state(self, state: np.ndarray) -> None:
        """uint8 (n,), as the raster's."""
        self._state = state
        self._on_change()

    def follow(self, view: View, size: QSize, fit_scale: float, spot: QRectF) -> None:
        """The map looks elsewhere. spot: where there is room for the minimap; it stands at its left foot."""
        self._view, self._seen = view, size
        has_room = spot.width() >= WIDTH and spot.height() >= HEIGHT
        is_wanted = self.is_on and has_room and bool(len(self._xy)) and view.scale >= _SHOWN_FROM * fit_scale
        self.move(round(spot.left()), round(spot.bottom()) - HEIGHT)
        if is_wanted == self.isHidden():
            self.setVisible(is_wanted)
        if is_wanted and (self._is_stale or self._is_sketch):
            self._wait_for_rest()
        self.update()

    def frame(self) -> QRectF:
        """The part of the map that is in the window, in this widget's pixels, cut at its edges."""
        whole, size = self._whole(), self._seen
        (x0, y0), (x1, y1) = (
            self._view.to_data(*corner, size.width(), size.height())
            for corner in ((0, 0), (size.width(), size.height()))
        )
        box = QRectF(QPointF(*whole.to_pixel(x0, y0, WIDTH, HEIGHT)), QPointF(*whole.to_pixel(x1, y1, WIDTH, HEIGHT)))
        if box.width() < 6 or box.height() < 6:  # so far enlarged that a frame would not be seen
            middle = box.center()
            box.setSize(QRectF(0, 0, max(6.0, box.width()), max(6.0, box.height())).size())
            box.moveCenter(middle)
        return box.intersected(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5))

    def _whole(self) -> View:
        return fitted(self._bounds, WIDTH, HEIGHT)

    # -- its picture --------------------------------------------------------------------------------------------------

    def _on_change(self) -> None:
        self._is_stale = True
        if not self.isHidden():
            self._wait_for_rest()

    def _wait_for_rest(self) -> None:
        if self._image.isNull():
            self._draw()
        elif not self._later.isActive():
            self._later.start()

    def _draw(self) -> None:
        fits = len(self._xy) == len(self._scale.keys) == len(self._state)
        if self._is_busy or not fits or not len(self._xy):
            return
        if not self._is_stale and not (self._is_sketch and is_compiled()):
            return
        self._is_busy, self._is_stale = True, False
        QThreadPool.globalInstance().start(self._drawing(self._content()))

    def _content(self) -> _Content:
        tokens, step = theme().tokens, max(1, -(-len(self._xy) // _MOST_POINTS))
        return _Content(
            self._xy[::step],
            self._scale.keys[::step],
            self._scale.palette(tokens.dark),
            self._state[::step],
            self._bounds,
            QColor(tokens.map_background),
            QColor(tokens.selection),
            self.devicePixelRatioF(),
        )

    def _drawing(self, content: _Content) -> Callable[[], None]:
        messenger = self._messenger

        def draw() -> None:
            is_sketch = not is_compiled()
            messenger.drawn.emit(content, _picture(content), is_sketch)

        return draw

    def _on_drawn(self, content: _Content, image: QImage, is_sketch: bool) -> None:
        self._is_busy, self._is_sketch, self._image = False, is_sketch, image
        if self._is_stale or content.ratio != self.devicePixelRatioF():
            self._is_stale = True
            self._later.start()
        self.update()

    # -- painting and the mouse ---------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        tokens, painter = theme().tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card, outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), QPainterPath()
        outline.addRoundedRect(card, RADIUS, RADIUS)
        painter.fillPath(outline, QColor(tokens.map_background))
        painter.setClipPath(outline)
        if not self._image.isNull():
            painter.drawImage(0, 0, self._image)
        around, frame = QPainterPath(outline), self.frame()
        inside = QPainterPath()
        inside.addRoundedRect(frame, 2, 2)
        veil = QColor(tokens.background)
        veil.setAlpha(130)
        painter.fillPath(around.subtracted(inside), veil)
        painter.setPen(QPen(QColor(tokens.accent), 1.5))
        painter.drawRoundedRect(frame, 2, 2)
        painter.setClipping(False)
        painter.setPen(QPen(QColor(tokens.control), 1))
        painter.drawPath(outline)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        middle = self.frame().center()
        inside = self.frame().contains(event.position())
        self._drag_from = event.position() - middle if inside else QPointF()
        if not inside:
            self._tell(event.position())

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        if self._drag_from is not None:
            self._tell(event.position() - self._drag_from)

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        event.accept()  # it was pressed here
        self._drag_from = None

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        self.mousePressEvent(event)  # the map behind would take it for its own

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        event.accept()  # as above

    def _tell(self, place: QPointF) -> None:
        x = min(max(place.x(), 0.0), float(WIDTH))
        y = min(max(place.y(), 0.0), float(HEIGHT))
        self.moved.emit(*self._whole().to_data(x, y, WIDTH, HEIGHT))


def _picture(content: _Content) -> QImage:
    """All points as the map would show them at this size."""
    raster = PointRaster(threads=1)
    raster.set_points(content.xy)
    raster.set_colours(content.keys, content.palette)
    raster.set_state(content.state)
    background, mark = ((c.red(), c.green(), c.blue()) for c in (content.background, content.mark))
    raster.set_background(background, mark)
    width, height = round(WIDTH * content.ratio), round(HEIGHT * content.ratio)
    view = fitted(content.bounds, width, height)
    radius = 0.5 if len(content.xy) > 30_000 else 1.0 if len(content.xy) > 2_000 else 1.5
    out = raster.render(view, width, height, radius * content.ratio)
    image = QImage(out.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()
    image.setDevicePixelRatio(content.ratio)
    return image
