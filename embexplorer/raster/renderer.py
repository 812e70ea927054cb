"""What the map's widget needs of whatever draws its points, so that another way of drawing can take the raster's place.

picture.PointRaster draws with the processor; a renderer on the graphics card would hand back its frame the same way.
"""

from typing import Protocol

import numpy as np

from embexplorer.raster.grid import Grid
from embexplorer.raster.sight import Sight
from embexplorer.raster.view import Bounds, View

Colour = tuple[int, int, int]  # red, green and blue, 0 to 255


class Renderer(Protocol):
    """Draws n points. Each setter changes one aspect and costs no drawing; rows are those of the points that were set.

    A view is always seen through a window of width x height pixels, counted from its top left. What is drawn is what
    is found: hidden points are neither.
    """

    def __len__(self) -> int: ...

    def expect_points(self, n: int) -> None:
        """n new points of one colour and size, none of which has a place yet."""

    def arranged(self, xy: np.ndarray) -> Grid:
        """The places of the n points, (n, 2) of any float type, made ready for take(); may run in another thread. A
        row with NaN or infinity has no place."""

    def take(self, grid: Grid) -> None:
        """Show the points where arranged() has put them; all else stays. Raises ValueError for another number."""

    def set_colours(self, keys: np.ndarray, palette: np.ndarray) -> None:
        """keys: uint8 (n,), each a row of the palette, uint8 (k, 3)."""

    def set_state(self, state: np.ndarray) -> None:
        """uint8 (n,): see look.NORMAL, DIMMED, SELECTED and HIDDEN."""

    def set_sizes(self, sizes: np.ndarray | None) -> None:
        """uint8 (n,): size classes, see shapes.SIZES; None: all points have the usual size."""

    def set_background(self, rgb: Colour, mark: Colour) -> None:
        """The colour behind the points, and that of the ring around selected ones."""

    def render(self, view: View, width: int, height: int, radius: float, *, step: int = 1) -> np.ndarray:
        """uint32 (height, width), RGB32, which the next call may overwrite. radius: of a usual point, in pixels.
        step: every step-th point of a crowd is enough."""

    def visible(self, view: View, width: int, height: int) -> int:
        """About how many points are in view; never too few."""

    def sight(self, view: View, width: int, height: int) -> Sight:
        """The points as a window shows them, for what is worked out beside it; nothing in it changes later."""

    def main_bounds(self) -> Bounds:
        """What a view is fitted to, in data units: where the points lie, but for a few far outside."""

    def is_selected(self, row: int) -> bool: ...

    def pick(self, view: View, width: int, height: int, x: float, y: float, radius_px: float) -> int:
        """The row of the point at the pixel (x, y), or of the nearest one at most radius_px away; -1 if none."""

    def next_towards(self, view: View, width: int, height: int, row: int, dx: float, dy: float) -> int:
        """The row of the point to step to from another, towards (dx, dy) on the screen; -1 if none."""

    def rows_in_view(self, view: View, width: int, height: int, most: int) -> np.ndarray:
        """int64: a fair sample of at most so many rows in view, the same ones first in every view."""

    def rows_in_rectangle(
        self, view: View, width: int, height: int, rectangle: tuple[float, float, float, float]
    ) -> np.ndarray:
        """int64, ascending: the rows within any two corners, in pixels."""

    def rows_in_polygon(self, view: View, width: int, height: int, polygon: np.ndarray) -> np.ndarray:
        """int64, ascending: the rows within a polygon, (k, 2) pixels."""
