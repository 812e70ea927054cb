"""Points as a picture that can be asked what lies where. Rows are always those of the array that was set."""

from collections.abc import Callable
from functools import lru_cache
from itertools import count
from threading import Thread

import numpy as np

from embexplorer.raster import asking, fallback
from embexplorer.raster import engine as engines
from embexplorer.raster.grid import Affine, Grid, build_grid, main_bounds
from embexplorer.raster.look import DIMMED, NORMAL, SELECTED, Look
from embexplorer.raster.shapes import PAD, Dot, disc_shapes, dot
from embexplorer.raster.view import Bounds, View

MOST_DISCS = 40_000  # in view; more are drawn as density, which is faster and clearer
_STRIP = 48  # lines at a time, so that the counters stay in the L2 cache
_THREADED = 300_000  # points in view from which a second thread is worth its start

Colour = tuple[int, int, int]


class PointRaster:
    """Draws up to millions of points into an RGB32 array, and picks and selects among them.

    Pixels count from the top left of a window of width x height pixels. Until engine.warm_up has run, numpy draws.
    Not for use by two threads at once.
    """

    def __init__(self, engine: engines.Engine | None = None, threads: int = 2) -> None:
        self._engine = engine
        self._threads = threads
        self._look = Look()
        self._keys = np.zeros(0, np.uint8)
        self._state = np.zeros(0, np.uint8)
        self._counted: tuple[int, ...] | None = None
        self._gathered: np.ndarray | None = None
        self._out = np.zeros((0, 0), np.uint32)
        self._dots: dict[tuple[float, float, int], Dot] = {}
        self._shapes: dict[tuple[float, float], np.ndarray] = {}
        self._grid = _empty_grid()

    def __len__(self) -> int:
        return len(self._keys)

    # -- what is drawn ------------------------------------------------------------------------------------------------

    def set_points(self, xy: np.ndarray) -> None:
        """New points, (n, 2) of any float type, in one colour and the normal state. NaN and infinity are left out."""
        self.expect_points(len(xy))
        self.move_points(xy)

    def expect_points(self, n: int) -> None:
        """New points in one colour and the normal state, none of which has a place yet; take() brings them."""
        self._keys, self._state, self._grid = np.zeros(n, np.uint8), np.zeros(n, np.uint8), _empty_grid()
        self._gathered = self._counted = None

    def move_points(self, xy: np.ndarray) -> None:
        """The same points in other places; colours and states stay. Takes about 10 ms at 100,000."""
        self.take(self.arranged(xy))

    def arranged(self, xy: np.ndarray) -> Grid:
        """The longer part of move_points, which may be done in another thread; take() ends it."""
        return build_grid(np.asarray(xy), _shuffled(len(xy)), self._loops().order_by_cell)

    def take(self, grid: Grid) -> None:
        """Show the points as arranged() has put them. Raises ValueError where they are not as many as there are."""
        if len(grid.order) + grid.left_out != len(self):
            raise ValueError(f"{len(grid.order) + grid.left_out} places for {len(self)} points")
        self._grid = grid
        self._gathered = None

    def set_colours(self, keys: np.ndarray, palette: np.ndarray) -> None:
        """keys: uint8 (n,), each a row of the palette, uint8 (k, 3)."""
        self._check(keys)
        self._keys, self._look.palette = np.array(keys, np.uint8), np.asarray(palette, np.uint8)
        self._gathered = None

    def set_state(self, state: np.ndarray) -> None:
        """uint8 (n,): 0 normal, 1 dimmed, 2 selected, 3 hidden."""
        self._check(state)
        self._state = np.array(state, np.uint8)
        self._gathered = self._counted = None

    def set_background(self, rgb: Colour, mark: Colour) -> None:
        """The colour behind the points, to which dimmed ones fade, and that of the ring around selected ones."""
        self._look.background, self._look.mark = rgb, mark

    def is_selected(self, row: int) -> bool:
        return bool(self._state[row] == SELECTED)

    def bounds(self) -> Bounds:
        """Of all points that have a place."""
        return self._grid.bounds

    def main_bounds(self) -> Bounds:
        """As bounds, without a few points that lie far outside all others; what a view should be fitted to."""
        return main_bounds(self._grid)

    @property
    def left_out(self) -> int:
        """How many points have no place, because a coordinate is NaN or infinite."""
        return self._grid.left_out

    def _check(self, values: np.ndarray) -> None:
        if values.shape != (len(self),):
            raise ValueError(f"{values.shape} values for {len(self)} points")

    @property
    def _looks(self) -> np.ndarray:
        """uint16 (m,) in grid order: state and key of each point. Gathered when it is first needed, so that points,
        colours and states which are set together cost one pass: 3 ms for a million."""
        if self._gathered is None:
            self._gathered = ((self._state.astype(np.uint16) << 8) | self._keys).take(self._grid.order)
        return self._gathered

    @property
    def _states(self) -> tuple[int, ...]:
        """How many points are in each of the four states."""
        if self._counted is None:
            self._counted = tuple(int(np.count_nonzero(self._state == state)) for state in range(4))
        return self._counted

    def _loops(self) -> engines.Engine:
        return self._engine or engines.current()

    # -- drawing ------------------------------------------------------------------------------------------------------

    def visible(self, view: View, width: int, height: int) -> int:
        """About how many points are in view; never too few."""
        grid = self._grid
        return int(self._loops().count_in(grid.starts, grid.axes, self._affine(view, width, height), width, height))

    def render(
        self, view: View, width: int, height: int, radius: float, *, alpha: float = 0.45, step: int = 1,
        discs: bool | None = None,
    ) -> np.ndarray:  # fmt: skip
        """uint32 (height, width), RGB32, overwritten by the next call. radius: of a point, in pixels. alpha: opacity
        of one point in a crowd. step: draw every step-th point of a crowd, while moving. discs: single discs or
        density; None decides by how many are in view."""
        width, height = max(1, width), max(1, height)
        if self._out.shape != (height, width):
            self._out = np.empty((height, width), np.uint32)
        affine, loops = self._affine(view, width, height), self._loops()
        seen = self.visible(view, width, height)
        if loops.draw_density is None:
            self._draw_plain(affine, radius)
        elif discs or (discs is None and (seen <= MOST_DISCS or radius > 3.5)):
            self._draw_discs(affine, radius, seen)
        else:
            self._draw_density(affine, self._dot(radius, alpha, step), step, seen // step)
        return self._out

    def _affine(self, view: View, width: int, height: int) -> Affine:
        a, b, c, d = self._grid.affine(view, width, height)
        return float(a), float(b), float(c), float(d)

    def _order_of_states(self) -> tuple[int, ...]:
        return tuple(state for state in (DIMMED, NORMAL, SELECTED) if self._states[state])

    def _draw_plain(self, affine: Affine, radius: float) -> None:
        self._out[:] = self._look.empty()
        size, grid = max(1, min(5, round(radius * 1.6))), self._grid
        fallback.draw(
            grid.x, grid.y, self._looks, affine, self._look.packed(), self._order_of_states(), size, self._out
        )

    def _draw_discs(self, affine: Affine, radius: float, seen: int) -> None:
        grid, out, draw = self._grid, self._out, self._loops().draw_discs
        assert draw is not None
        fills, rims = self._look.discs()
        empty, states = self._look.empty(), self._order_of_states()
        rim = 0.9 if radius < 4 else 1.2
        shapes = {s: self._shape(radius + (1.4 if s == SELECTED else 0), 1.8 if s == SELECTED else rim) for s in states}

        def band(top: int, bottom: int) -> None:
            out[top:bottom] = empty
            for s in states:
                draw(
                    grid.x, grid.y, self._looks, grid.starts, grid.axes, affine, top, bottom, s, fills[s], rims[s],
                    shapes[s], 1.0 if s == SELECTED else 0.88, out,
                )  # fmt: skip

        self._in_bands(lambda: band, len(out) if seen < _THREADED else _STRIP * 4, seen)

    def _draw_density(self, affine: Affine, dot: Dot, step: int, seen: int) -> None:
        grid, out, draw = self._grid, self._out, self._loops().draw_density
        assert draw is not None
        table = self._look.table(self._states)
        any_strong = bool(self._states[DIMMED] or self._states[SELECTED])
        background = np.array(self._look.background, np.float32)

        def worker() -> Callable[[int, int], None]:
            wide = out.shape[1] + 2 * PAD
            counters = np.empty((_STRIP + 2 * PAD, wide), np.uint64)
            sums = np.empty((4, _STRIP + 2 * PAD, wide), np.uint64)

            def band(top: int, bottom: int) -> None:
                draw(
                    grid.x, grid.y, self._looks, grid.starts, grid.axes, affine, top, bottom, step, table, any_strong,
                    dot.most, dot.runs, dot.opacity, dot.share, background, counters, sums, out,
                )  # fmt: skip

            return band

        self._in_bands(worker, _STRIP, seen)

    def _in_bands(self, worker: Callable[[], Callable[[int, int], None]], lines: int, seen: int) -> None:
        """Draw bands of lines until all are done; each thread takes the next that is left."""
        height, following = len(self._out), count()

        def run() -> None:
            band = worker()
            while (top := next(following) * lines) < height:
                band(top, min(top + lines, height))

        extra = [Thread(target=run, daemon=True) for _ in range(self._threads - 1 if seen >= _THREADED else 0)]
        for thread in extra:
            thread.start()
        run()
        for thread in extra:
            thread.join()

    def _dot(self, radius: float, alpha: float, step: int) -> Dot:
        if (radius, alpha, step) not in self._dots:
            self._dots = {(radius, alpha, step): dot(radius, alpha, step)}
        return self._dots[radius, alpha, step]

    def _shape(self, radius: float, rim: float) -> np.ndarray:
        place = (round(radius, 1), rim)
        if place not in self._shapes:
            self._shapes = dict(list(self._shapes.items())[-8:])
            self._shapes[place] = disc_shapes(*place)
        return self._shapes[place]

    # -- questions ----------------------------------------------------------------------------------------------------

    def pick(self, view: View, width: int, height: int, x: float, y: float, radius_px: float) -> int:
        """The row of the nearest point that is not hidden, at most radius_px from the pixel (x, y); -1 if none."""
        return asking.nearest(self._sight(view, width, height), x, y, radius_px)

    def next_towards(self, view: View, width: int, height: int, row: int, dx: float, dy: float) -> int:
        """The row of the point to step to from a point towards (dx, dy) on the screen, y down; -1 if none. It may lie
        outside the window. Takes 2 ms at a million."""
        return asking.next_towards(self._sight(view, width, height), row, dx, dy)

    def rows_in_view(self, view: View, width: int, height: int, most: int) -> np.ndarray:
        """int64: at most so many points in the window that are not hidden, a fair sample that a small move hardly
        changes; the same ones come first in every view."""
        return asking.in_view(self._sight(view, width, height), most)

    def rows_in_rectangle(self, view: View, width: int, height: int, rectangle: asking.Box) -> np.ndarray:
        """int64, ascending: points that are not hidden in (left, top, right, bottom), in pixels, any two corners."""
        return asking.in_box(self._sight(view, width, height), rectangle)

    def rows_in_polygon(self, view: View, width: int, height: int, polygon: np.ndarray) -> np.ndarray:
        """int64, ascending: points that are not hidden within a polygon, (k, 2) pixels, closed by itself; to within
        half a pixel of its line. Fewer than three corners hold nothing."""
        return asking.in_polygon(self._sight(view, width, height), polygon)

    def _sight(self, view: View, width: int, height: int) -> asking.Sight:
        affine = self._affine(view, width, height)
        return asking.Sight(self._grid, self._looks, affine, width, height, self._loops())


@lru_cache(maxsize=1)
def _shuffled(n: int) -> np.ndarray:
    """int32 (n,): always the same random order, so that a point stands where it stood when the map is drawn anew."""
    return np.random.default_rng(0).permutation(n).astype(np.int32)


def _empty_grid() -> Grid:
    return build_grid(np.zeros((0, 2), np.float32), np.zeros(0, np.int32), fallback.order_by_cell)
