"""The points as an image, within the time that a frame has while the map moves."""

import time

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from embexplorer.gui.map.budget import Budget
from embexplorer.raster.engine import is_compiled
from embexplorer.raster.renderer import Renderer
from embexplorer.raster.view import View

_MOST_PIXELS_MOVING = 5_000_000  # of a frame; more are drawn at half the resolution until the map rests


class Frames:
    """image: the last frame. step: every step-th point in a crowd is drawn in it, 1 for all. is_sketch: numpy drew
    it, since the kernels were not ready."""

    def __init__(self, raster: Renderer) -> None:
        self._raster, self._budget = raster, Budget()
        self.image, self.step, self.is_sketch = QImage(), 1, False
        self._size, self._ratio = QSize(), 0.0

    def fits(self, size: QSize, ratio: float) -> bool:
        """Whether the last frame is one of a window of this size, on a screen of this density."""
        return self._size == size and self._ratio == ratio

    def draw(self, view: View, size: QSize, ratio: float, radius: float, is_moving: bool) -> None:
        """A new frame. size, radius: in logical pixels; ratio: pixels of the screen for one of them."""
        sharp = ratio
        if is_moving and size.width() * size.height() * ratio * ratio > _MOST_PIXELS_MOVING:
            sharp = ratio / 2
        width, height = max(1, round(size.width() * sharp)), max(1, round(size.height() * sharp))
        magnified = view.magnified(sharp)
        seen = self._raster.visible(magnified, width, height)
        self.step = self._budget.step(seen) if is_moving else 1
        self.is_sketch = not is_compiled()
        start = time.perf_counter()
        out = self._raster.render(magnified, width, height, radius * sharp, step=self.step)
        if is_moving and not self.is_sketch:
            self._budget.learn(seen, self.step, (time.perf_counter() - start) * 1000)
        self.image = QImage(out.data, width, height, width * 4, QImage.Format.Format_RGB32)
        self.image.setDevicePixelRatio(sharp)
        self._size, self._ratio = size, ratio
