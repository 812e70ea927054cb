"""Points as a picture that can be asked what lies where. Rows are always those of the array that was set."""

from functools import lru_cache

import numpy as np

from embexplorer.raster import asking, fallback
from embexplorer.raster import engine as engines
from embexplorer.raster.bands import MOST_THREADS
from embexplorer.raster.crowd import draw_crowd
from embexplorer.raster.discs import draw_discs, shown
from embexplorer.raster.grid import Grid, build_grid, main_bounds
from embexplorer.raster.look import DIMMED, HIDDEN, NORMAL, SELECTED, Look
from embexplorer.raster.points import Points
from embexplorer.raster.renderer import Colour
from embexplorer.raster.shapes import dot
from embexplorer.raster.sight import Sight
from embexplorer.raster.view import Bounds, View

MOST_DISCS = 40_000  # in view; more are drawn as density, which is faster and clearer
_MOST_COVERED = 900_000  # squared radii of all discs in view, which are drawn within 12 ms
_LEAST_LARGE, _LEAST_CHOSEN = 1.4, 2.0  # pixels; radii of a usual size with which points above a crowd are drawn


class PointRaster:
    """Draws up to millions of points into an RGB32 array, and picks and selects among them. A renderer.Renderer.

    Pixels count from the top left of a window of width x height pixels. Until engine.warm_up has run, numpy draws.
    Not for use by two threads at once; any number of rasters may draw at the same time.
    """

    def __init__(self, engine: engines.Engine | None = None, threads: int = MOST_THREADS) -> None:
        self._engine = engine
        self._threads = threads
        self._look = Look()
        self._points = Points(0)
        self._out = np.zeros((0, 0), np.uint32)
        self._radius = 0.0  # of a usual point in the last picture, in local units

    def __len__(self) -> int:
        return len(self._points)

    # -- what is drawn ------------------------------------------------------------------------------------------------

    def set_points(self, xy: np.ndarray) -> None:
        """New points, (n, 2) of any float type, of one colour and size and in the normal state. NaN and infinity are
        left out."""
        self.expect_points(len(xy))
        self.move_points(xy)

    def expect_points(self, n: int) -> None:
        """New points as with set_points, none of which has a place yet; take() brings them."""
        self._points = Points(n)

    def move_points(self, xy: np.ndarray) -> None:
        """The same points in other places; all else stays. Takes about 10 ms at 100,000."""
        self.take(self.arranged(xy))

    def arranged(self, xy: np.ndarray) -> Grid:
        """The longer part of move_points, which may be done in another thread; take() ends it."""
        return build_grid(np.asarray(xy), _shuffled(len(xy)), self._loops().order_by_cell)

    def take(self, grid: Grid) -> None:
        """Show the points as arranged() has put them. Raises ValueError where they are not as many as there are."""
        self._points.place(grid)

    def set_colours(self, keys: np.ndarray, palette: np.ndarray) -> None:
        """keys: uint8 (n,), each a row of the palette, uint8 (k, 3), of which the first 256 count."""
        self._points.set_keys(keys)
        self._look.palette = np.asarray(palette, np.uint8)

    def set_state(self, state: np.ndarray) -> None:
        """uint8 (n,): 0 normal, 1 dimmed, 2 selected, 3 hidden."""
        self._points.set_state(state)

    def set_sizes(self, sizes: np.ndarray | None) -> None:
        """uint8 (n,): classes 0 to 7, from 0.6 to 3 times the radius of a usual point; None: all are usual. In a
        crowd only the largest stand out, as discs above it."""
        self._points.set_sizes(sizes)

    def set_background(self, rgb: Colour, mark: Colour) -> None:
        """The colour behind the points, to which dimmed ones fade, and that of the ring around selected ones."""
        self._look.background, self._look.mark = rgb, mark

    def is_selected(self, row: int) -> bool:
        return self._points.is_selected(row)

    def bounds(self) -> Bounds:
        """Of all points that have a place."""
        return self._points.grid.bounds

    def main_bounds(self) -> Bounds:
        """As bounds, without a few points that lie far outside all others; what a view should be fitted to."""
        return main_bounds(self._points.grid)

    @property
    def left_out(self) -> int:
        """How many points have no place, because a coordinate is NaN or infinite."""
        return self._points.grid.left_out

    def _loops(self) -> engines.Engine:
        return self._engine or engines.current()

    # -- drawing ------------------------------------------------------------------------------------------------------

    def visible(self, view: View, width: int, height: int) -> int:
        """About how many points are in view; never too few."""
        return self.sight(view, width, height).seen()

    def render(
        self, view: View, width: int, height: int, radius: float, *, alpha: float | None = None, step: int = 1,
        discs: bool | None = None,
    ) -> np.ndarray:  # fmt: skip
        """uint32 (height, width), RGB32, overwritten by the next call. radius: of a point, in pixels. alpha: opacity
        of one point in a crowd; None goes by how dense the map is at this scale. step: draw every step-th point of a
        crowd, while moving. discs: single discs or density; None decides by how many are in view."""
        width, height = max(1, width), max(1, height)
        if self._out.shape != (height, width):
            self._out = np.empty((height, width), np.uint32)
        sight = self.sight(view, width, height)
        self._radius = radius / sight.affine[0]
        if sight.loops.draw_density is None:
            self._draw_plain(sight, radius)
        elif discs or (discs is None and sight.seen() <= min(MOST_DISCS, _MOST_COVERED / radius**2)):
            draw_discs(sight, self._look, shown(sight, radius), radius, self._out, self._threads)
        else:
            self._draw_crowd(sight, radius, alpha, step)
        return self._out

    def _draw_plain(self, sight: Sight, radius: float) -> None:
        self._out[:] = self._look.empty()
        size, grid = max(1, min(5, round(radius * 1.6))), sight.grid
        states = tuple(state for state in (DIMMED, NORMAL, SELECTED) if self._points.states[state])
        fallback.draw(grid.x, grid.y, sight.looks, sight.affine, self._look.packed(), states, size, self._out)

    def _draw_crowd(self, sight: Sight, radius: float, alpha: float | None, step: int) -> None:
        """Density, and above it as discs what would be lost in it: a few selected points, and the largest ones."""
        states, chosen = self._points.states, self._points.chosen(sight)
        if chosen is not None:
            states = (states[NORMAL], states[DIMMED], 0, states[HIDDEN])
        shape = dot(radius, alpha, step, sight.grid.crowd_at(sight.affine), self._look.background)
        draw_crowd(sight, self._look, states, shape, step, self._out, self._threads)
        for above, least in ((self._points.large(sight), _LEAST_LARGE), (chosen, _LEAST_CHOSEN)):
            if above is not None and len(above):
                draw_discs(sight, self._look, above, max(radius, least), self._out, self._threads, over=True)

    def sight(self, view: View, width: int, height: int) -> Sight:
        """The points as this window shows them. Nothing changes what it holds, so another thread may read it."""
        a, b, c, d = self._points.grid.affine(view, width, height)
        return self._points.sight((float(a), float(b), float(c), float(d)), width, height, self._loops())

    # -- questions ----------------------------------------------------------------------------------------------------

    def pick(self, view: View, width: int, height: int, x: float, y: float, radius_px: float) -> int:
        """The row of the nearest point that is not hidden, at most radius_px from the pixel (x, y); -1 if none. Where
        points differ in size, radius_px is that of a usual one, and of those under the pixel the smallest is taken,
        which lies uppermost."""
        sight = self.sight(view, width, height)
        return asking.nearest(sight, x, y, radius_px, self._radius * sight.affine[0])

    def next_towards(self, view: View, width: int, height: int, row: int, dx: float, dy: float) -> int:
        """The row of the point to step to from a point towards (dx, dy) on the screen, y down; -1 if none. It may lie
        outside the window. Takes 2 ms at a million."""
        return asking.next_towards(self.sight(view, width, height), row, dx, dy)

    def rows_in_view(self, view: View, width: int, height: int, most: int) -> np.ndarray:
        """int64: at most so many points in the window that are not hidden, a fair sample that a small move hardly
        changes; the same ones come first in every view."""
        return asking.in_view(self.sight(view, width, height), most)

    def rows_in_rectangle(self, view: View, width: int, height: int, rectangle: asking.Box) -> np.ndarray:
        """int64, ascending: points that are not hidden in (left, top, right, bottom), in pixels, any two corners."""
        return asking.in_box(self.sight(view, width, height), rectangle)

    def rows_in_polygon(self, view: View, width: int, height: int, polygon: np.ndarray) -> np.ndarray:
        """int64, ascending: points that are not hidden within a polygon, (k, 2) pixels, closed by itself; to within
        a quarter of a pixel of its line. Fewer than three corners hold nothing."""
        return asking.in_polygon(self.sight(view, width, height), polygon)


@lru_cache(maxsize=1)
def _shuffled(n: int) -> np.ndarray:
    """int32 (n,): always the same random order, so that a point stands where it stood when the map is drawn anew."""
    return np.random.default_rng(0).permutation(n).astype(np.int32)
