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
    distances = (_pixels(x, affine[:2]) - px) ** 2 + (_pixels(y, affine[2:]) - py) ** 2
    distances[(look >> 8) == _HIDDEN] = np.inf
    found = int(distances.argmin())
    return found if distances[found] <= radius * radius else -1


def nearest_disc(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, size: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    px: float, py: float, reach: float, radii: np.ndarray, usual: float,
) -> int:  # fmt: skip
    """As nearest, where a point has a size (a row of radii, float64 (8,), in pixels): the smallest of the discs under
    the pixel, or else that with the nearest edge. reach: from the middle of a disc of the usual radius."""
    if not len(x):
        return -1
    radius = radii[size]
    beyond = np.hypot(_pixels(x, affine[:2]) - px, _pixels(y, affine[2:]) - py) - radius
    shown = (look >> 8) != _HIDDEN
    under = shown & (beyond <= 0)
    if under.any():
        under &= radius == radius[under].min()
    among = np.where(under if under.any() else shown, beyond, np.inf)
    found = int(among.argmin())
    return found if among[found] <= max(reach - usual, 0.0) else -1


def nearest_towards(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    at: tuple[float, float], direction: tuple[float, float], least: float, most: float,
) -> int:  # fmt: skip
    """The position in grid order of the nearest shown point that lies least to most pixels from a local place and
    within 45 degrees of a direction (of length 1, in pixels), or -1."""
    dx, dy = (x - at[0]) * affine[0], (y - at[1]) * affine[2]
    along, across = dx * direction[0] + dy * direction[1], dx * direction[1] - dy * direction[0]
    distances = dx * dx + dy * dy
    ahead = (along > 0) & (np.abs(across) <= along) & (distances >= least * least) & ((look >> 8) != _HIDDEN)
    distances[~ahead] = np.inf
    found = int(distances.argmin())
    return found if distances[found] < most * most else -1


def rank(rows: np.ndarray) -> np.ndarray:
    """uint64 below 2**32: the place of each row in an order that looks random and is always the same. The mixing
    steps of MurmurHash3 (Appleby, 2011)."""
    low = np.uint64(0xFFFFFFFF)
    mixed = (rows.astype(np.uint64) * np.uint64(0x9E3779B1)) & low
    mixed = ((mixed ^ (mixed >> np.uint64(16))) * np.uint64(0x85EBCA6B)) & low
    ranks: np.ndarray = mixed ^ (mixed >> np.uint64(13))
    return ranks


def mark_in_box(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, order: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    box: tuple[float, float, float, float], below: int, bits: np.ndarray,
) -> None:  # fmt: skip
    """Set a bit by row for shown points in the box of pixels whose rank is below (2**32: whatever it is)."""
    px, py = _pixels(x, affine[:2]), _pixels(y, affine[2:])
    within = (px >= box[0]) & (px <= box[2]) & (py >= box[1]) & (py <= box[3]) & ((look >> 8) != _HIDDEN)
    rows = order[within]
    _set_bits(bits, rows[rank(rows) < below])


def mark_between(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, order: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    ends: np.ndarray, crossings: np.ndarray, bits: np.ndarray,
) -> None:  # fmt: skip
    """Set a bit by row for shown points between an odd crossing of their line and the next. crossings: float64,
    ascending within each line; ends: int64 (lines + 1,), where each line's begin."""
    px, py = _pixels(x, affine[:2]), _pixels(y, affine[2:])
    near = np.flatnonzero((py >= 0) & (py < len(ends) - 1) & ((look >> 8) != _HIDDEN))
    line, high = py[near].astype(np.int64), np.arange(len(ends) - 1)
    # one ascending row of all crossings, each line beyond the one before it
    reach = float(np.abs(crossings).max(initial=0.0)) + 1
    passed = np.searchsorted(
        crossings + np.repeat(high, np.diff(ends)) * 2 * reach,
        np.clip(px[near], -reach, reach) + line * 2 * reach,
        "right",
    )
    _set_bits(bits, order[near[(passed - ends[line]) % 2 == 1]])


def _set_bits(bits: np.ndarray, rows: np.ndarray) -> None:
    chosen = np.zeros(len(bits) * 8, np.bool_)
    chosen[rows] = True
    bits |= np.packbits(chosen, bitorder="little")


def _pixels(local: np.ndarray, affine: tuple[float, ...]) -> np.ndarray:
    """float64, without which a deep zoom would tremble."""
    pixels: np.ndarray = local.astype(np.float64) * affine[0] + affine[1]
    return pixels


def draw(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, affine: Affine, colours: np.ndarray, states: tuple[int, ...],
    size: int, out: np.ndarray,
) -> None:  # fmt: skip
    """Opaque squares of size pixels; the states are drawn in this order. colours: uint32 (1024,) by look."""
    high, wide = out.shape
    px, py = _pixels(x, affine[:2]) - size / 2, _pixels(y, affine[2:]) - size / 2
    near = (px > -size) & (px < wide) & (py > -size) & (py < high)
    left, top, look = px[near].astype(np.int64), py[near].astype(np.int64), look[near]
    for state in states:
        chosen = (look >> 8) == state
        fill, column, line = colours[look[chosen]], left[chosen], top[chosen]
        for offset in range(size * size):
            here, there = column + offset % size, line + offset // size
            inside = (here >= 0) & (here < wide) & (there >= 0) & (there < high)
            out[there[inside], here[inside]] = fill[inside]
