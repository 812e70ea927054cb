"""The inner loops in numpy: slower and plainer, but there at once, while the kernels are still being compiled."""

import numpy as np

from embexplorer.raster.grid import CELLS, Affine, Axes

_HIDDEN = 3


def _cells(places: np.ndarray) -> np.ndarray:
    cells: np.ndarray = np.clip(np.nan_to_num(places, nan=0.0), 0, CELLS - 1).astype(np.int32)
    return cells


def order_by_cell(x: np.ndarray, y: np.ndarray, permutation: np.ndarray, axes: Axes) -> tuple[np.ndarray, np.ndarray]:
    """As cell_kernels.order_by_cell, with the same result but for points on the edges of cells."""
    column = _cells((x[permutation] - axes[0]) * axes[1])
    line = _cells((y[permutation] - axes[2]) * axes[3])
    cells = line * CELLS + column
    starts = np.zeros(CELLS * CELLS + 1, np.int32)
    starts[1:] = np.cumsum(np.bincount(cells, minlength=CELLS * CELLS))
    return starts, permutation[np.argsort(cells, kind="stable")].astype(np.int32)


def count_in(starts: np.ndarray, axes: Axes, affine: Affine, width: int, height: int) -> int:
    """How many points lie in the cells that the window touches: never fewer than are in view."""
    a, b, c, d = affine
    left, right = _cells(((np.array([0.0, width]) - b) / a - axes[0]) * axes[1])
    top, bottom = _cells(((np.array([0.0, height]) - d) / c - axes[2]) * axes[3])
    rows = np.arange(top, bottom + 1) * CELLS
    return int(np.sum(starts[rows + right + 1] - starts[rows + left]))


def nearest(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    px: float, py: float, radius: float,
) -> int:  # fmt: skip
    """The position in grid order of the nearest shown point within radius pixels, or -1."""
    if not len(x):
        return -1
    distances = (x * affine[0] + (affine[1] - px)) ** 2 + (y * affine[2] + (affine[3] - py)) ** 2
    distances[(look >> 8) == _HIDDEN] = np.inf
    found = int(distances.argmin())
    return found if distances[found] <= radius * radius else -1


def inside_mask(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine, mask: np.ndarray
) -> np.ndarray:
    """bool (m,) in grid order: shown points whose pixel is set in the mask (uint8, from the affine's origin)."""
    px, py = x * affine[0] + affine[1], y * affine[2] + affine[3]
    inside: np.ndarray = (px >= 0) & (px < mask.shape[1]) & (py >= 0) & (py < mask.shape[0]) & ((look >> 8) != _HIDDEN)
    inside[inside] = mask[py[inside].astype(np.int64), px[inside].astype(np.int64)] > 127
    return inside


def draw(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, affine: Affine, colours: np.ndarray, states: tuple[int, ...],
    size: int, out: np.ndarray,
) -> None:  # fmt: skip
    """Opaque squares of size pixels; the states are drawn in this order. colours: uint32 (1024,) by look."""
    high, wide = out.shape
    px, py = x * affine[0] + affine[1] - size / 2, y * affine[2] + affine[3] - size / 2
    near = (px > -size) & (px < wide) & (py > -size) & (py < high)
    left, top, look = px[near].astype(np.int64), py[near].astype(np.int64), look[near]
    for state in states:
        chosen = (look >> 8) == state
        fill, column, line = colours[look[chosen]], left[chosen], top[chosen]
        for offset in range(size * size):
            here, there = column + offset % size, line + offset // size
            inside = (here >= 0) & (here < wide) & (there >= 0) & (there < high)
            out[there[inside], here[inside]] = fill[inside]
