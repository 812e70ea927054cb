"""Compiled: sorting points into cells, and finding them again. Imported only by engine.py, in the background.

fallback.py answers the same questions in numpy. All coordinates are local (see Grid): pixel = local * affine. Every
function touches only what it is given and runs without the GIL.
"""

import math

import numpy as np

from embexplorer.base.kernels import fast_kernel, inline_kernel, kernel
from embexplorer.raster.grid import CELLS, Affine, Axes

_HIDDEN = 3


@inline_kernel
def _cell(place: float) -> int:
    """The cell at a place along an axis; NaN falls into the first."""
    return 0 if not place > 0 else (CELLS - 1 if place >= CELLS else int(place))


@fast_kernel
def columns(affine: Affine, axes: Axes, left: float, right: float) -> tuple[int, int]:
    a, b, _, _ = affine
    return _cell(((left - b) / a - axes[0]) * axes[1]), _cell(((right - b) / a - axes[0]) * axes[1])


@fast_kernel
def lines(affine: Affine, axes: Axes, top: float, bottom: float) -> tuple[int, int]:
    _, _, c, d = affine
    return _cell(((top - d) / c - axes[2]) * axes[3]), _cell(((bottom - d) / c - axes[2]) * axes[3])


@kernel
def _sort(
    x: np.ndarray, y: np.ndarray, permutation: np.ndarray, axes: Axes, starts: np.ndarray, order: np.ndarray
) -> None:
    cells = np.empty(permutation.size, np.int32)
    for j in range(permutation.size):
        i = permutation[j]
        cells[j] = _cell((y[i] - axes[2]) * axes[3]) * CELLS + _cell((x[i] - axes[0]) * axes[1])
        starts[cells[j] + 1] += 1
    for cell in range(CELLS * CELLS):
        starts[cell + 1] += starts[cell]
    position = starts[:-1].copy()
    for j in range(permutation.size):
        order[position[cells[j]]] = permutation[j]
        position[cells[j]] += 1


def order_by_cell(x: np.ndarray, y: np.ndarray, permutation: np.ndarray, axes: Axes) -> tuple[np.ndarray, np.ndarray]:
    """A counting sort by cell that keeps the permutation's order within a cell: (starts, order), both int32."""
    starts = np.zeros(CELLS * CELLS + 1, np.int32)
    order = np.empty(permutation.size, np.int32)
    _sort(x, y, permutation, axes, starts, order)
    return starts, order


@fast_kernel
def count_in(starts: np.ndarray, axes: Axes, affine: Affine, width: int, height: int) -> int:
    """How many points lie in the cells that the window touches: never fewer than are in view."""
    first, last = columns(affine, axes, 0.0, float(width))
    top, bottom = lines(affine, axes, 0.0, float(height))
    total = 0
    for line in range(top, bottom + 1):
        total += starts[line * CELLS + last + 1] - starts[line * CELLS + first]
    return total


@fast_kernel
def nearest(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    px: float, py: float, radius: float,
) -> int:  # fmt: skip
    """The position in grid order of the nearest shown point within radius pixels, or -1."""
    left, right = columns(affine, axes, px - radius, px + radius)
    top, bottom = lines(affine, axes, py - radius, py + radius)
    best, found = radius * radius, -1
    for line in range(top, bottom + 1):
        for i in range(starts[line * CELLS + left], starts[line * CELLS + right + 1]):
            dx = x[i] * affine[0] + affine[1] - px
            dy = y[i] * affine[2] + affine[3] - py
            if dx * dx + dy * dy <= best and (look[i] >> 8) != _HIDDEN:
                best, found = dx * dx + dy * dy, i
    return found


@fast_kernel
def nearest_disc(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, size: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    px: float, py: float, reach: float, radii: np.ndarray, usual: float,
) -> int:  # fmt: skip
    """As nearest, where a point has a size (a row of radii, float64 (8,), in pixels): the smallest of the discs under
    the pixel, or else that with the nearest edge. reach: from the middle of a disc of the usual radius."""
    gap = max(reach - usual, 0.0)
    widest = radii[-1] + gap
    left, right = columns(affine, axes, px - widest, px + widest)
    top, bottom = lines(affine, axes, py - widest, py + widest)
    best_inside, best, found = np.inf, np.inf, -1
    for line in range(top, bottom + 1):
        for i in range(starts[line * CELLS + left], starts[line * CELLS + right + 1]):
            radius = radii[size[i]]
            distance = math.hypot(x[i] * affine[0] + affine[1] - px, y[i] * affine[2] + affine[3] - py)
            inside = radius if distance <= radius else np.inf
            nearer = inside < best_inside or (inside == best_inside and distance - radius < best)
            if nearer and distance - radius <= gap and (look[i] >> 8) != _HIDDEN:
                best_inside, best, found = inside, distance - radius, i
    return found


@fast_kernel
def nearest_towards(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    at: tuple[float, float], direction: tuple[float, float], least: float, most: float,
) -> int:  # fmt: skip
    """The position in grid order of the nearest shown point that lies least to most pixels from a local place and
    within 45 degrees of a direction (of length 1, in pixels), or -1."""
    px, py = at[0] * affine[0] + affine[1], at[1] * affine[2] + affine[3]
    left, right = columns(affine, axes, px - most, px + most)
    top, bottom = lines(affine, axes, py - most, py + most)
    best, found = most * most, -1
    for line in range(top, bottom + 1):
        for i in range(starts[line * CELLS + left], starts[line * CELLS + right + 1]):
            dx, dy = (x[i] - at[0]) * affine[0], (y[i] - at[1]) * affine[2]
            along, across = dx * direction[0] + dy * direction[1], dx * direction[1] - dy * direction[0]
            ahead = along > 0 and abs(across) <= along
            distance = dx * dx + dy * dy
            if ahead and least * least <= distance and distance < best and (look[i] >> 8) != _HIDDEN:
                best, found = distance, i
    return found


@inline_kernel
def _rank(row: int) -> np.uint64:
    """See fallback.rank."""
    mixed = (np.uint64(row) * np.uint64(0x9E3779B1)) & np.uint64(0xFFFFFFFF)
    mixed = ((mixed ^ (mixed >> np.uint64(16))) * np.uint64(0x85EBCA6B)) & np.uint64(0xFFFFFFFF)
    return mixed ^ (mixed >> np.uint64(13))


@fast_kernel
def mark_in_box(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, order: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    box: tuple[float, float, float, float], below: int, bits: np.ndarray,
) -> None:  # fmt: skip
    """Set a bit by row for shown points in the box of pixels whose rank is below (2**32: whatever it is)."""
    any_rank = below > 0xFFFFFFFF
    left, right = columns(affine, axes, box[0], box[2])
    top, bottom = lines(affine, axes, box[1], box[3])
    for line in range(top, bottom + 1):
        for i in range(starts[line * CELLS + left], starts[line * CELLS + right + 1]):
            px, py = x[i] * affine[0] + affine[1], y[i] * affine[2] + affine[3]
            within = px >= box[0] and px <= box[2] and py >= box[1] and py <= box[3]
            if within and (look[i] >> 8) != _HIDDEN and (any_rank or _rank(order[i]) < np.uint64(below)):
                bits[np.uint64(order[i] >> 3)] |= np.uint8(1 << (order[i] & 7))


@fast_kernel
def _is_between(spans: np.ndarray, ends: np.ndarray, crossings: np.ndarray, line: np.uint64, px: float) -> int:
    """1 where an odd number of the line's crossings lie at or left of px, otherwise 0."""
    if px < spans[line, 1]:
        return int(px >= spans[line, 0])
    k, end, passed = np.uint64(ends[line]), np.uint64(ends[line + np.uint64(1)]), 0
    while k < end and crossings[k] <= px:
        k += np.uint64(1)
        passed += 1
    return passed & 1


@fast_kernel
def _first_spans(ends: np.ndarray, crossings: np.ndarray) -> np.ndarray:
    """float64 (lines, 2): the first two crossings of each line, which mostly are all, side by side."""
    spans = np.full((len(ends) - 1, 2), np.inf)
    for line in range(len(spans)):
        for k in range(min(ends[line + 1] - ends[line], 2)):
            spans[line, k] = crossings[ends[line] + k]
    return spans


@fast_kernel
def mark_between(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, order: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    ends: np.ndarray, crossings: np.ndarray, bits: np.ndarray,
) -> None:  # fmt: skip
    """Set a bit by row for shown points between an odd crossing of their line and the next. crossings: float64,
    ascending within each line; ends: int64 (lines + 1,), where each line's begin."""
    high = len(ends) - 1
    spans = _first_spans(ends, crossings)
    far_left, far_right = (crossings.min(), crossings.max()) if crossings.size else (0.0, 0.0)
    left, right = columns(affine, axes, far_left, far_right)
    top, bottom = lines(affine, axes, 0.0, float(high))
    for line in range(top, bottom + 1):
        for i in range(starts[line * CELLS + left], starts[line * CELLS + right + 1]):
            px, py = x[i] * affine[0] + affine[1], y[i] * affine[2] + affine[3]
            if py >= 0 and py < high and px < far_right and (look[i] >> 8) != _HIDDEN:
                odd = _is_between(spans, ends, crossings, np.uint64(py), px)
                bits[np.uint64(order[i] >> 3)] |= np.uint8(odd << (order[i] & 7))
