"""What is painted over the points: layers, each of which knows how to paint itself into a scene."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from embexplorer.gui.tokens import Tokens
from embexplorer.raster.renderer import Renderer
from embexplorer.raster.view import View


@dataclass(frozen=True, eq=False)
class Scene:
    """What a layer sees while it paints. width, height, radius (of a point): logical pixels. xy: float32 (n, 2), the
    points in data units, NaN where one has no place. room: what no tool and no legend covers. fit_scale: the scale at
    which the whole map is seen. is_moving: the view has not come to rest, so nothing should take long. taken: the boxes
    of what lies over the map. boxes: of the points that are shown as pictures, by row."""

    view: View
    width: int
    height: int
    radius: float
    fit_scale: float
    is_moving: bool
    tokens: Tokens
    room: QRectF
    xy: np.ndarray
    raster: Renderer
    taken: tuple[QRectF, ...] = ()
    boxes: Mapping[int, QRectF] = field(default_factory=dict)

    def pixels(self, rows: np.ndarray) -> np.ndarray:
        """float64 (m, 2): where these points lie."""
        x, y = self.view.to_pixel(0.0, 0.0, self.width, self.height)
        moved: np.ndarray = self.xy[rows].astype(np.float64) * (self.view.scale, -self.view.scale) + (x, y)
        return moved

    def place(self, row: int) -> QPointF | None:
        """The pixel of one point; None where there is no such point on the map."""
        if not 0 <= row < len(self.xy) or not np.isfinite(self.xy[row]).all():
            return None
        x, y = self.xy[row].tolist()
        return QPointF(*self.view.to_pixel(x, y, self.width, self.height))


class Layer(Protocol):
    """Painted with every frame, in the order of the canvas' layers. It has to be quick: what takes more than a
    millisecond is prepared beside the window and painted as it is."""

    def paint(self, painter: QPainter, scene: Scene) -> None: ...
