"""Which part of the map is in the window: a frozen value, and the sums that go with it."""

import math
from dataclasses import dataclass

Bounds = tuple[float, float, float, float]  # x0, y0, x1, y1 in data units

_FILL = 0.92  # of the window is used when the whole map is fitted


@dataclass(frozen=True)
class View:
    """The data point (cx, cy) lies in the middle of the window; scale is pixels per data unit, > 0. y points up."""

    cx: float = 0.0
    cy: float = 0.0
    scale: float = 1.0

    def to_pixel(self, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        """Where a data point lies in a window of this size; (0, 0) is the top left corner."""
        return width / 2 + (x - self.cx) * self.scale, height / 2 - (y - self.cy) * self.scale

    def to_data(self, px: float, py: float, width: float, height: float) -> tuple[float, float]:
        """The data point under a pixel; the inverse of to_pixel."""
        return self.cx + (px - width / 2) / self.scale, self.cy - (py - height / 2) / self.scale

    def zoomed(self, factor: float, px: float, py: float, width: float, height: float) -> "View":
        """Larger by a factor > 0, while the data point under the pixel stays where it is."""
        x, y = self.to_data(px, py, width, height)
        return View(x + (self.cx - x) / factor, y + (self.cy - y) / factor, self.scale * factor)

    def panned(self, dx: float, dy: float) -> "View":
        """The picture moved by so many pixels to the right and down."""
        return View(self.cx - dx / self.scale, self.cy + dy / self.scale, self.scale)

    def magnified(self, ratio: float) -> "View":
        """The same part of the map in a window with ratio times as many pixels a side (a high-density screen)."""
        return View(self.cx, self.cy, self.scale * ratio)

    def towards(self, other: "View", share: float) -> "View":
        """A view on the way to another: share 0 is this one, 1 the other. Zooms evenly, not by equal steps."""
        scale = math.exp(math.log(self.scale) * (1 - share) + math.log(other.scale) * share)
        spread = 1 / other.scale - 1 / self.scale
        # the path of the centre follows the size of the window in data units, so that the target grows in place
        part = share if abs(spread) * self.scale < 1e-6 else (1 / scale - 1 / self.scale) / spread
        return View(self.cx + (other.cx - self.cx) * part, self.cy + (other.cy - self.cy) * part, scale)


def fitted(bounds: Bounds, width: float, height: float) -> View:
    """The view that shows all of the bounds with a margin. A single point lies in the middle at a sensible scale."""
    x0, y0, x1, y1 = bounds
    cx, cy = x0 + (x1 - x0) / 2, y0 + (y1 - y0) / 2
    smallest = max(abs(cx), abs(cy)) * 1e-5  # no finer than what float32 coordinates can tell apart
    wide, high = max(x1 - x0, smallest), max(y1 - y0, smallest)
    if wide <= 0 and high <= 0:
        wide = high = 2.0
    scales = [pixels / extent for pixels, extent in ((max(width, 1), wide), (max(height, 1), high)) if extent > 0]
    return View(cx, cy, _FILL * min(scales))
