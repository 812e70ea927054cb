"""How crowded the map is: a smooth density of the points in view, with contour lines as on a topographic map.

Nothing here keeps or changes anything, so it may run in another thread while the map is drawn. scipy's
gaussian_kde takes minutes for a million points; counting and smoothing takes milliseconds.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.raster.grid import Grid
from embexplorer.raster.view import Bounds, View

if TYPE_CHECKING:
    from contourpy import ContourGenerator

MOST_SQUARES = 512  # a side, of the field that the points are counted into
_MARGIN = 0.2  # of the window is counted beyond each side, so that panning does not show the field's end
_FINE = 3.0  # squares per sigma are enough
_REACH = 3.0  # sigmas after which the kernel ends
_WIDEST_PX, _NARROWEST_PX = 34.0, 14.0  # sigma for few points and for many
_SPARSE, _DENSE = 0.002, 1.0  # points per pixel of the window, for these
_INSIDE = (0.985, 0.92, 0.8, 0.63, 0.43, 0.24, 0.08)  # share of the points within each contour
_STEP = 1.15  # a level is at least so many times the one before, or lines would touch
_SURE = 2.0  # and so many times more than what it varies by chance, or lines would wind through evenly spread points
_SPECK = 0.75  # sigmas; a line of less extent is noise
_LONE = 2.8  # a level is at least so many times the height of a single point: two or three are no hill
_BINS = 2048


@dataclass(frozen=True, eq=False)
class Density:
    """values: float32 (h, w), 0 to 1, the first line at the top, over bounds in data units. points: how many it is made
    of. levels: rising, as values. contours: for each level its lines, float64 (k, 2) in data units; each is closed,
    along the field's edge too, and ends where it begins."""

    values: np.ndarray
    bounds: Bounds
    points: int = 0
    levels: tuple[float, ...] = ()
    contours: tuple[tuple[np.ndarray, ...], ...] = ()


@dataclass(frozen=True)
class _Field:
    """Squares over a window and the margin around it. side: of a square, in pixels. left, top: the pixel at which they
    begin, outside the window."""

    view: View
    width: int
    height: int
    side: float
    left: float
    top: float
    wide: int
    high: int

    def to_data(self, column: np.ndarray, line: np.ndarray) -> np.ndarray:
        """float64 (k, 2): the data points at places in squares, (0, 0) being the top left corner."""
        x = self.view.cx + (column * self.side + self.left - self.width / 2) / self.view.scale
        y = self.view.cy - (line * self.side + self.top - self.height / 2) / self.view.scale
        return np.stack([x, y], axis=1)

    def bounds(self) -> Bounds:
        (x0, y1), (x1, y0) = self.to_data(np.array([0.0, self.wide]), np.array([0.0, self.high])).tolist()
        return x0, y0, x1, y1


def density(
    grid: Grid, looks: np.ndarray, view: View, width: int, height: int, bandwidth_px: float | None = None
) -> Density:
    """The density of the points in a window of width x height pixels and some way beyond each side.

    looks: uint16 (m,) in grid order, state << 8 | key, as a PointRaster keeps them; dimmed and hidden points do not
    count. bandwidth_px: the gaussian's sigma, > 0; None for one that suits the number of points.
    """
    field = _field(view, max(1, width), max(1, height), bandwidth_px or _NARROWEST_PX)
    counts = _counted(grid, looks, field)
    points = int(counts.sum(dtype=np.float64))
    if not points:
        return Density(counts, field.bounds())
    sigma = (bandwidth_px or _bandwidth(points / (field.width * field.height))) / field.side
    heights = _smoothed(counts, sigma)
    top = float(heights.max())
    heights *= 1 / top
    levels = _levels(heights, crowd=4 * math.pi * sigma * sigma * top)
    contours = _contours(heights, levels, field, _SPECK * sigma)
    return Density(heights, field.bounds(), points, levels, contours)


def in_pixels(made: Density, view: View, width: int, height: int) -> Iterator[tuple[float, list[np.ndarray]]]:
    """The contours as a window or a page of this size shows them: for each level its lines, float64 (k, 2)."""
    x0, y0 = view.to_pixel(0.0, 0.0, width, height)
    for level, lines in zip(made.levels, made.contours, strict=True):
        yield level, [line * (view.scale, -view.scale) + (x0, y0) for line in lines]


def _field(view: View, width: int, height: int, sigma: float) -> _Field:
    margins = [max(size * _MARGIN, _REACH * max(sigma, _WIDEST_PX)) for size in (width, height)]
    wide, high = width + 2 * margins[0], height + 2 * margins[1]
    side = max(max(wide, high) / (MOST_SQUARES - 1), sigma / _FINE)
    left, top = width / 2 - view.cx * view.scale, height / 2 + view.cy * view.scale  # where the data's (0, 0) lies
    # begin at a multiple of the side from there, so that lines stand still when the view is panned
    left -= math.ceil((left + margins[0]) / side) * side
    top -= math.ceil((top + margins[1]) / side) * side
    return _Field(view, width, height, side, left, top, math.ceil(wide / side) + 1, math.ceil(high / side) + 1)


def _bandwidth(crowd: float) -> float:
    """In pixels, by the points per pixel: wide for few points, so that they make hills and not dots, narrow for many,
    so that valleys show."""
    share = math.log(min(max(crowd, _SPARSE), _DENSE) / _SPARSE) / math.log(_DENSE / _SPARSE)
    return _WIDEST_PX * math.exp(share * math.log(_NARROWEST_PX / _WIDEST_PX))


def _counted(grid: Grid, looks: np.ndarray, field: _Field) -> np.ndarray:
    from embexplorer.raster import field_kernels

    counts = np.zeros((field.high, field.wide), np.float32)
    a, b, c, d = grid.affine(field.view, field.width, field.height)
    affine = (a / field.side, (b - field.left) / field.side, c / field.side, (d - field.top) / field.side)
    field_kernels.count_points(grid.x, grid.y, looks, grid.starts, grid.axes, affine, counts)
    return counts


def _smoothed(counts: np.ndarray, sigma: float) -> np.ndarray:
    """By a gaussian, sigma in squares; what lies beyond the edges counts as empty."""
    from embexplorer.raster import field_kernels

    reach = math.ceil(_REACH * sigma)
    weights = np.exp(-0.5 * (np.arange(reach + 1) / sigma) ** 2)
    weights /= 2 * weights.sum() - weights[0]
    heights = np.empty_like(counts)
    between = np.zeros([side + 2 * reach for side in counts.shape], np.float32)
    field_kernels.smooth(counts, weights.astype(np.float32), between, heights)
    return heights


def _levels(heights: np.ndarray, crowd: float) -> tuple[float, ...]:
    """Heights whose contours enclose given shares of the points, without those that would say nothing. crowd: how many
    points the kernel averages over where the height is 1. A single point is 2 / crowd high."""
    bins = np.sqrt(heights).ravel() * (_BINS - 1)  # by the square root, so that low heights are told apart as well
    mass = np.bincount(bins.astype(np.int32), weights=heights.ravel(), minlength=_BINS)
    above = np.cumsum(mass[::-1])[::-1]
    wanted = [float(np.count_nonzero(above >= share * above[0]) - 1) for share in _INSIDE]
    return tuple(_apart(((place / (_BINS - 1)) ** 2 for place in wanted), crowd))


def _apart(levels: Iterable[float], crowd: float) -> Iterator[float]:
    lowest = 2 * _LONE / crowd
    for level in levels:
        if lowest <= level < 1:
            yield level
            lowest = level * max(_STEP, 1 + _SURE / math.sqrt(level * crowd))


def _contours(
    heights: np.ndarray, levels: tuple[float, ...], field: _Field, least: float
) -> tuple[tuple[np.ndarray, ...], ...]:
    """least: the extent, in squares, of the smallest line that is kept."""
    from contourpy import LineType, contour_generator

    walled = np.zeros((heights.shape[0] + 2, heights.shape[1] + 2), np.float32)  # the border closes every line
    walled[1:-1, 1:-1] = heights
    tracer = contour_generator(z=walled, name="serial", line_type=LineType.ChunkCombinedOffset)
    return tuple(_traced(tracer, level, field, least) for level in levels)


def _traced(tracer: "ContourGenerator", level: float, field: _Field, least: float) -> tuple[np.ndarray, ...]:
    """The lines of one level, in data units."""
    found: Any = tracer.lines(level)  # its type leaves open which line type was asked for
    (traced,), (offsets,) = found
    if traced is None:
        return ()
    starts = offsets.astype(np.int64)
    extent = np.maximum.reduceat(traced, starts[:-1]) - np.minimum.reduceat(traced, starts[:-1])
    places, starts = _rounded(traced - 0.5, starts)  # the border's middle lies half a square outside
    lines = np.split(field.to_data(places[:, 0], places[:, 1]), starts[1:-1])
    return tuple(line for line, size in zip(lines, extent.max(axis=1), strict=True) if size >= least)


def _rounded(places: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Closed lines with their corners cut once (Chaikin 1974), a quarter off both ends of each side, and closed again.
    starts: int64, where each line begins, with the end; given anew for the lines that come back."""
    is_side = np.ones(len(places), np.bool_)
    is_side[starts[1:] - 1] = False  # a line's last place is its first again
    begin = places[is_side]
    step = (places[1:][is_side[:-1]] - begin) / 4
    cut = np.stack([begin + step, begin + 3 * step], axis=1).reshape(-1, 2)
    first = 2 * (starts - np.arange(len(starts)))
    return np.insert(cut, first[1:], cut[first[:-1]], axis=0), first + np.arange(len(starts))
