"""Questions about points in a window: which lies here, which lie in there, which comes next in a direction."""

import math

import numpy as np
from PIL import Image, ImageDraw

from embexplorer.raster.fallback import rank
from embexplorer.raster.shapes import SIZES
from embexplorer.raster.sight import Sight

_ALL = 2**32  # every rank is below
_SUPERSAMPLED = 2
_WIDEST_MASK = 16_384
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
    return np.flatnonzero(_marked(sight, box, _ALL))


def in_view(sight: Sight, most: int) -> np.ndarray:
    """int64: at most so many of the shown points in view, a fair sample. Each row has its fixed random rank, the
    lowest come first, so that a picture which moves a little keeps nearly the same ones."""
    box = (0.0, 0.0, float(sight.width), float(sight.height))
    seen = sight.seen()
    below = _ALL if seen <= 2 * most else math.ceil(_ALL * 2 * most / seen)
    rows = np.flatnonzero(_marked(sight, box, below))
    if len(rows) < most and below < _ALL:  # many that the cells hold are hidden, or lie just outside the window
        rows = np.flatnonzero(_marked(sight, box, _ALL))
    chosen: np.ndarray = rows[np.argsort(rank(rows))[: max(0, most)]]
    return chosen


def in_polygon(sight: Sight, polygon: np.ndarray) -> np.ndarray:
    """int64, ascending: shown points within a polygon, (k, 2) pixels, closed by itself; to within half a pixel of its
    line. Fewer than three corners hold nothing."""
    if len(polygon) < 3:
        return np.zeros(0, np.int64)
    corners = np.clip(np.asarray(polygon, np.float64), -_WIDEST_MASK / 4, _WIDEST_MASK / 4)
    mask, left, top = _mask(corners)
    a, b, c, d = sight.affine
    k, grid = float(_SUPERSAMPLED), sight.grid
    affine = (a * k, (b - left) * k, c * k, (d - top) * k)
    inside = np.zeros(sight.rows, np.bool_)
    sight.loops.mark_in_mask(grid.x, grid.y, sight.looks, grid.order, grid.starts, grid.axes, affine, mask, inside)
    return np.flatnonzero(inside)


def _marked(sight: Sight, box: Box, below: int) -> np.ndarray:
    """bool by row: shown points in the box whose rank is below."""
    (left, right), (top, bottom) = sorted(box[0::2]), sorted(box[1::2])
    grid, inside = sight.grid, np.zeros(sight.rows, np.bool_)
    sides = (float(left), float(top), float(right), float(bottom))
    sight.loops.mark_in_box(
        grid.x, grid.y, sight.looks, grid.order, grid.starts, grid.axes, sight.affine, sides, below, inside
    )
    return inside


def _mask(polygon: np.ndarray) -> tuple[np.ndarray, float, float]:
    """The polygon filled (uint8, two samples a pixel each way), and the left and top of its box."""
    left, top = (float(v) for v in np.floor(polygon.min(axis=0)))
    wide, high = (int(v) for v in (np.ceil(polygon.max(axis=0)) - (left, top) + 1) * _SUPERSAMPLED)
    image = Image.new("L", (wide, high))
    corners = ((polygon - (left, top)) * _SUPERSAMPLED - 0.5).ravel().tolist()  # Pillow counts from pixels' middles
    ImageDraw.Draw(image).polygon(corners, fill=255)
    return np.array(image), left, top
