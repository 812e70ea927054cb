"""The map that a person works with: keys and legend over a map that listens to the mouse."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from embexplorer.app.state import MapLook
from embexplorer.app.values import LegendView, MapChoice
from embexplorer.gui.map.legend import Legend
from embexplorer.gui.map.minimap import Minimap
from embexplorer.gui.map.pointing import PointedMap
from embexplorer.gui.theme import theme
from embexplorer.raster.colours import ColourScale
from embexplorer.raster.grid import Grid
from embexplorer.raster.view import View

_MARGIN, _STEP, _EDGE = 12, 60.0, 48.0
_MINIMAP_SHARE = 2.5  # of the width at most is one part for the minimap
_WAYS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}
_ZOOMS = {Qt.Key.Key_Plus: 1.4, Qt.Key.Key_Equal: 1.4, Qt.Key.Key_Minus: 1 / 1.4}
_REACHES = (20.0, 80.0, 320.0, 1280.0, 5000.0)  # pixels from the middle in which the first point is looked for


class MapView(PointedMap):
    """Arrow keys step from point to point, with Ctrl they pan; Space selects the point, Enter opens it, plus and
    minus zoom, 0 shows all, Escape gives up a shape or clears the selection."""

    colour_chosen = Signal(str)
    map_chosen = Signal(str)
    tools_box = QRectF()  # where the tools lie over the map
    covered_left = 0  # pixels under the tools that lie over the map

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Map")
        self.look = MapLook()
        self._is_blind = False  # whether anything is seen where one looks is not known yet
        self.legend = Legend(self)
        self.legend.colour_chosen.connect(self.colour_chosen)
        self.legend.map_chosen.connect(self.map_chosen)
        self.legend.resized.connect(self._place_legend)
        self.minimap = Minimap(self)
        self.minimap.moved.connect(self._look_at)
        self.camera.moved.connect(self._follow_minimap)
        self._describe()

    # -- aspects ------------------------------------------------------------------------------------------------------

    def set_points(self, xy: np.ndarray) -> None:
        self.minimap.expect_points(len(xy))
        super().set_points(xy)
        self._describe()

    def set_colours(self, scale: ColourScale, title: str) -> None:
        """A key per point, for what the title says. Raises ValueError where it is of another number of points."""
        if len(scale.keys) != len(self.xy):
            raise ValueError(f"{len(scale.keys)} colours for {len(self.xy)} points")
        self._apply_colours(scale)
        self.minimap.set_colours(scale)
        self.legend.set_scale(scale, theme().tokens.dark)

    def set_legend(self, legend: LegendView) -> None:
        """What the colours and sizes mean."""
        self.legend.set_legend(legend)

    def set_choice(self, choice: MapChoice) -> None:
        self.legend.set_choice(choice)

    def set_look(self, look: MapLook) -> None:
        """What is drawn besides the points."""
        self.look, self.labels.is_on = look, look.labels
        self.thumbnails.is_on, self.lines.is_on, self.minimap.is_on = (
            look.thumbnails,
            look.neighbour_lines,
            look.minimap,
        )
        self.density.set_on(look.density)
        self.legend.set_folded(not look.legend)
        self._follow_minimap()
        self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(
            f"{len(self.xy):,} points. Arrow keys step from point to point, Space selects, Enter opens. "
            "With Ctrl they move the map; plus and minus zoom, 0 shows all."
        )

    def _on_theme_changed(self) -> None:
        super()._on_theme_changed()
        if hasattr(self, "legend"):  # not yet, while the canvas is being made
            self.legend.set_scale(self.scale, theme().tokens.dark)

    def _place_legend(self) -> None:
        self.legend.move(self.width() - self.legend.width() - _MARGIN, _MARGIN)
        self.follow_room()

    def covered(self) -> tuple[int, int]:
        has_legend = hasattr(self, "legend") and not self.legend.isHidden() and not self.legend.is_folded
        return self.covered_left, self.legend.width() + _MARGIN if has_legend else 0

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.legend.arrange()
        self._follow_minimap()

    def taken(self) -> tuple[QRectF, ...]:
        over = (self.legend, self.minimap) if hasattr(self, "minimap") else ()
        boxes = [QRectF(part.geometry()) for part in over if not part.isHidden()]
        return (*boxes, *((self.tools_box,) if not self.tools_box.isEmpty() else ()))

    # -- overview -----------------------------------------------------------------------------------------------------

    def _on_arranged(self, xy: np.ndarray, grid: Grid) -> None:
        super()._on_arranged(xy, grid)
        self.minimap.set_points(self.xy, self.raster.main_bounds())
        self._follow_minimap()

    def set_state(self, state: np.ndarray) -> None:
        super().set_state(state)
        self.minimap.set_state(state)

    def _follow_minimap(self) -> None:
        top = self.tools_box.bottom() + _MARGIN
        spot = QRectF(_MARGIN, top, self.width() / _MINIMAP_SHARE, self.height() - _MARGIN - top)
        self.minimap.follow(self.view, self.size(), self.camera.fit_scale, spot)

    def _look_at(self, x: float, y: float) -> None:
        self.camera.look_at(View(x, y, self.view.scale))

    def show_row(self, row: int) -> None:
        """Glide to where this point is in the middle; does nothing where it has no place."""
        if 0 <= row < len(self.xy) and np.isfinite(self.xy[row]).all():
            x, y = self.xy[row].tolist()
            self.camera.glide_to(x, y)

    def look_anew(self, seen: dict[str, float]) -> None:
        """Look where one looked, as Camera.state() told; at the whole map where nothing of it would be seen there."""
        self.camera.look_anew(seen)
        self._is_blind = bool(seen)

    def _draw_points(self) -> None:
        if self._is_blind and not self._is_awaited:  # only now it is known where the points are
            self._is_blind = False
            if not len(self.raster.rows_in_view(self.view, self.width(), self.height(), 1)):
                self.camera.forget()
        super()._draw_points()

    # -- keys ---------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key = Qt.Key(event.key())
        if key in _WAYS and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            right, down = _WAYS[key]
            self.camera.pan(-right * _STEP, -down * _STEP)
        elif key in _WAYS:
            self._step_towards(*_WAYS[key])
        elif key in _ZOOMS:
            self.camera.zoom(_ZOOMS[key])
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape:
            self._escape()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.hover.row >= 0:
            self.opened.emit(self.hover.row)
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.hold_space(True)
        else:
            super().keyPressEvent(event)

    def _step_towards(self, right: float, down: float) -> None:
        """The nearest point in a direction becomes the hovered one, and comes into view where it is not."""
        size = (self.width(), self.height())
        if self.hover.row >= 0 and self.scene().place(self.hover.row) is not None:
            row = self.raster.next_towards(self.view, *size, self.hover.row, right, down)
        else:
            middle = self.scene().room.center()
            found = (self.raster.pick(self.view, *size, middle.x(), middle.y(), reach) for reach in _REACHES)
            row = next((row for row in found if row >= 0), -1)
        if row < 0:
            return
        self._bring_into_view(self.place_of(row))
        self.tell_hover(row)

    def _bring_into_view(self, place: QPointF) -> None:
        room = self.scene().room.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        dx = min(0.0, room.right() - place.x()) + max(0.0, room.left() - place.x())
        dy = min(0.0, room.bottom() - place.y()) + max(0.0, room.top() - place.y())
        if dx or dy:
            self.camera.pan(dx, dy)

    def _escape(self) -> None:
        if self.is_drawing():
            self.give_up_shape()
        else:
            self.cleared.emit()
