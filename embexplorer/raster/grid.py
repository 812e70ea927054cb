"""Points sorted into the cells of a grid: the one structure for drawing, picking and selecting.

512 x 512 cells in row-major order, so that a band of the screen is one run of points per grid row. Within a cell the
order is random, so that every n-th point is a fair sample of all.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from embexplorer.raster.view import Bounds, View

CELLS = 512  # a side
_FAR = 1e9  # local coordinates beyond this are clipped: still far outside, and safe to calculate with

# (x, y, permutation, axes) -> (starts, order), see kernels.order_by_cell
OrderByCell = Callable[[np.ndarray, np.ndarray, np.ndarray, "Axes"], tuple[np.ndarray, np.ndarray]]
Axes = tuple[float, float, float, float]  # origin and cells per unit of x, then of y, in local units
Affine = tuple[float, float, float, float]  # pixel x = local x * a + b, pixel y = local y * c + d


@dataclass(frozen=True, eq=False)
class Grid:
    """x, y: float32 (m,) in grid order and local units: about -1 to 1, y pointing down. order: int32 (m,), the
    original row of each. starts: int32 (CELLS * CELLS + 1,). bounds: of all finite points, in data units.
    centre, extent: data = centre + local * extent (minus for y). left_out: rows with NaN or infinity. crowd: points
    in a dense cell; three in four points lie in cells that hold no more."""

    x: np.ndarray
    y: np.ndarray
    order: np.ndarray
    starts: np.ndarray
    axes: Axes
    bounds: Bounds
    centre: tuple[float, float]
    extent: float
    left_out: int
    crowd: int = 0

    def affine(self, view: View, width: int, height: int) -> Affine:
        """From local units to the pixels of a window of this size."""
        scale = self.extent * view.scale
        return (
            scale,
            width / 2 + (self.centre[0] - view.cx) * view.scale,
            scale,
            height / 2 - (self.centre[1] - view.cy) * view.scale,
        )

    def crowd_at(self, affine: Affine) -> float:
        """Points per pixel in a dense cell. It follows the scale alone, so that no pan changes what depends on it."""
        return self.crowd * (self.axes[1] / affine[0]) * (self.axes[3] / affine[2])


def build_grid(xy: np.ndarray, permutation: np.ndarray, order_by_cell: OrderByCell) -> Grid:
    """Sort points (n, 2) into cells. permutation: int32 (n,), a random order of all rows."""
    finite = np.isfinite(xy[:, 0]) & np.isfinite(xy[:, 1])  # by columns, which numpy does 15 times faster than by rows
    left_out = int(len(xy) - np.count_nonzero(finite))
    if left_out:
        permutation = permutation[finite[permutation]]
    bounds, inner = _bounds(xy[finite] if left_out else xy)
    centre = (inner[0] / 2 + inner[2] / 2, inner[1] / 2 + inner[3] / 2)
    extent = max(inner[2] - inner[0], inner[3] - inner[1], max(map(abs, centre)) * 1e-6) / 2 or 1.0
    with np.errstate(over="ignore", invalid="ignore"):  # rows with NaN or infinity are not in the permutation
        x = np.clip((xy[:, 0].astype(np.float64) - centre[0]) / extent, -_FAR, _FAR).astype(np.float32)
        y = np.clip((centre[1] - xy[:, 1].astype(np.float64)) / extent, -_FAR, _FAR).astype(np.float32)
    half_x = max((inner[2] - inner[0]) / 2 / extent, 1e-6) * 1.02
    half_y = max((inner[3] - inner[1]) / 2 / extent, 1e-6) * 1.02
    axes = (-half_x, CELLS / (2 * half_x), -half_y, CELLS / (2 * half_y))
    starts, order = order_by_cell(x, y, permutation, axes)
    return Grid(x[order], y[order], order, starts, axes, bounds, centre, extent, left_out, _crowd(starts))


def _crowd(starts: np.ndarray) -> int:
    cells = np.bincount(np.diff(starts))  # how many cells hold so many points
    points = np.cumsum(cells * np.arange(len(cells)))
    return int(np.searchsorted(points, 0.75 * points[-1]))


def _bounds(xy: np.ndarray) -> tuple[Bounds, Bounds]:
    """The whole range, and the range that the cells divide: without the farthest points when a few are far away,
    which then lie in the border cells, so that one outlier cannot squeeze all others into one cell."""
    if not len(xy):
        return (-1.0, -1.0, 1.0, 1.0), (-1.0, -1.0, 1.0, 1.0)
    low = np.array([column.min() for column in xy.T], np.float64)
    high = np.array([column.max() for column in xy.T], np.float64)
    sample = xy[:: max(1, len(xy) // 20_000)].astype(np.float64)
    inner_low, inner_high = np.quantile(sample, [0.002, 0.998], axis=0)
    reach = (inner_high - inner_low) * 0.5
    cell_low = np.where(inner_low - low > reach, inner_low - reach / 10, low)
    cell_high = np.where(high - inner_high > reach, inner_high + reach / 10, high)
    whole = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    return whole, (float(cell_low[0]), float(cell_low[1]), float(cell_high[0]), float(cell_high[1]))


def main_bounds(grid: Grid) -> Bounds:
    """What to fit the view to: the range of the cells, so that lone far points do not make the map a speck."""
    _, per_x, _, per_y = grid.axes
    half_x, half_y = CELLS / per_x / 2.04 * grid.extent, CELLS / per_y / 2.04 * grid.extent
    return (grid.centre[0] - half_x, grid.centre[1] - half_y, grid.centre[0] + half_x, grid.centre[1] + half_y)
