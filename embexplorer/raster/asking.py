"""Questions about points in a window: which lies here, which lie in there, which comes next in a direction."""

import math

import numpy as np

from embexplorer.raster.fallback import rank
from embexplorer.raster.shapes import SIZES
from embexplorer.raster.sight import Sight

_ALL = 2**32  # every rank is below
_LINES = 4  # a pixel; how finely the edge of a polygon is followed
_FARTHEST = 20_000.0  # pixels; a polygon's corners beyond lie outside any window
_STRIDE = 2.0  # pixels; a step of a walk that is shorter is not seen
_REACHES = (24.0, 200.0, 1_600.0, math.inf)  # pixels; the next point is mostly near, so near ones are asked first

Box = tuple[float, float, float, float]  # left, top, right, bottom


def nearest(sight: Sight, x: float, y: float, reach: float, radius: float) -> int:
    """The row of the nearest shown point, at most reach pixels from the pixel (x, y); -1 if none. radius: of a usual
    point in pixels. Where points differ in size, the smallest of those under the pixel, or else that with the nearest
    edge, as far from it as it may be from a usual one."""
    grid = sight.grid
    where = (grid.x, grid.y, sight.looks)
    asked = (grid.starts, grid.axes, sight.affine, float(x), float(y), float(reach))
    if sight.sizes is None:
        found = sight.loops.nearest(*where, *asked)
    else:
        found = sight.loops.nearest_disc(*where, sight.sizes, *asked, np.array(SIZES) * radius, float(radius))
    return int(grid.order[found]) if found >= 0 else -1


def next_towards(sight: Sight, row: int, dx: float, dy: float) -> int:
    """The row of the nearest shown point from a point on, within 45 degrees of the direction (dx, dy) of the screen,
    y pointing down; -1 if none. Where points crowd, one that lies at least 2 pixels on, so that each step is seen."""
    grid, size = sight.grid, math.hypot(dx, dy)
    here = np.flatnonzero(grid.order == row)
    if not len(here) or size == 0:
        return -1
    at, direction = (float(grid.x[here[0]]), float(grid.y[here[0]])), (dx / size, dy / size)
    for least, most in ((_STRIDE, _REACHES[0]), *((0.0, reach) for reach in _REACHES)):
        found = sight.loops.nearest_towards(
            grid.x, grid.y, sight.looks, grid.starts, grid.axes, sight.affine, at, direction, least, most
        )
        if found >= 0:
            return int(grid.order[found])
    return -1


def in_box(sight: Sight, box: Box) -> np.ndarray:
    """int64, ascending: shown points in a box of pixels, any two corners, the edges included."""
    return _marked(sight, box, _ALL)


def in_view(sight: Sight, most: int) -> np.ndarray:
    """int64: at most so many of the shown points in view, a fair sample. Each row has its fixed random rank, the
    lowest come first, so that a picture which moves a little keeps nearly the same ones."""
    box = (0.0, 0.0, float(sight.width), float(sight.height))
    seen = sight.seen()
    below = _ALL if seen <= 2 * most else math.ceil(_ALL * 2 * most / seen)
    rows = _marked(sight, box, below)
    if len(rows) < most and below < _ALL:  # many that the cells hold are hidden, or lie just outside the window
        rows = _marked(sight, box, _ALL)
    chosen: np.ndarray = rows[np.argsort(rank(rows))[: max(0, most)]]
    return chosen


def in_polygon(sight: Sight, polygon: np.ndarray) -> np.ndarray:
    """int64, ascending: shown points within a polygon, (k, 2) pixels, closed by itself, to within a quarter of a pixel
    of its line. What it goes around twice is within, too. Fewer than three corners hold nothing."""
    if len(polygon) < 3:
        return np.zeros(0, np.int64)
    corners = np.clip(np.asarray(polygon, np.float64), -_FARTHEST, _FARTHEST)
    top = math.floor(corners[:, 1].min())
    ends, crossings = _crossings((corners - (0, top)) * (1, _LINES))
    a, b, c, d = sight.affine
    grid, bits = sight.grid, _no_bits(sight.rows)
    affine = (a, b, c * _LINES, (d - top) * _LINES)
    sight.loops.mark_between(
        grid.x, grid.y, sight.looks, grid.order, grid.starts, grid.axes, affine, ends, crossings, bits
    )
    return _rows(bits, sight.rows)


def _marked(sight: Sight, box: Box, below: int) -> np.ndarray:
    """int64, ascending: shown points in the box whose rank is below."""
    (left, right), (top, bottom) = sorted(box[0::2]), sorted(box[1::2])
    grid, bits = sight.grid, _no_bits(sight.rows)
    sides = (float(left), float(top), float(right), float(bottom))
    sight.loops.mark_in_box(
        grid.x, grid.y, sight.looks, grid.order, grid.starts, grid.axes, sight.affine, sides, below, bits
    )
    return _rows(bits, sight.rows)


def _no_bits(rows: int) -> np.ndarray:
    """A bit for each row: points are found in grid order, and so few bytes stay in the cache while rows are marked."""
    return np.zeros(-(-rows // 8), np.uint8)


def _rows(bits: np.ndarray, rows: int) -> np.ndarray:
    return np.flatnonzero(np.unpackbits(bits, count=rows, bitorder="little").view(np.bool_))


def _crossings(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the middles of lines of height 1 from y = 0 on enter and leave a polygon: the x of each place, float64,
    from left to right in each line; and of each line, where in them it begins, int64 (lines + 1,)."""
    following = np.roll(corners, -1, axis=0)
    rising = corners[:, 1] > following[:, 1]
    upper, lower = np.where(rising[:, None], following, corners), np.where(rising[:, None], corners, following)
    first, last = np.ceil(upper[:, 1] - 0.5).astype(np.int64), np.ceil(lower[:, 1] - 0.5).astype(np.int64)
    side = np.repeat(np.arange(len(corners)), last - first)
    line = np.arange(len(side)) - np.repeat(np.cumsum(last - first) - last, last - first)
    slope = (lower[side, 0] - upper[side, 0]) / (lower[side, 1] - upper[side, 1])
    x = upper[side, 0] + (line + 0.5 - upper[side, 1]) * slope
    order = np.lexsort((x, line))
    turn = np.where(rising, -1, 1)[side[order]]
    around = np.cumsum(turn)  # how often what follows has been gone around
    kept = order[(around == 0) != (around == turn)]
    ends = np.concatenate([[0], np.cumsum(np.bincount(line[kept], minlength=int(last.max())))])
    return ends, x[kept]
