"""Compiled: points counted into the squares of a field, the field smoothed, its lines and tints drawn.

Imported late, by density.py and relief.py. Every function touches only what it is given and runs without the GIL.
"""

import numpy as np

from embexplorer.base.kernels import fast_kernel, inline_kernel
from embexplorer.raster.cell_kernels import columns, lines
from embexplorer.raster.grid import CELLS, Affine, Axes

_OUT = 0x100  # of a look: the bit that dimmed (1) and hidden (3) have in common, unlike normal (0) and selected (2)


@fast_kernel
def count_points(
    x: np.ndarray, y: np.ndarray, looks: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine, field: np.ndarray
) -> None:
    """Add one to field (float32) for each point that is neither dimmed nor hidden. affine: from local to squares."""
    high, wide = field.shape
    a, b, c, d = affine
    left, right = columns(affine, axes, 0.0, float(wide))
    top, bottom = lines(affine, axes, 0.0, float(high))
    for line in range(top, bottom + 1):
        for i in range(starts[line * CELLS + left], starts[line * CELLS + right + 1]):
            px = x[i] * a + b
            py = y[i] * c + d
            if px >= 0 and px < wide and py >= 0 and py < high and not looks[i] & _OUT:
                field[int(py), int(px)] += np.float32(1)


@fast_kernel
def _add(target: np.ndarray, one: np.ndarray, other: np.ndarray, weight: float) -> None:
    for k in range(target.size):
        target[k] += weight * (one[k] + other[k])


@fast_kernel
def smooth(field: np.ndarray, weights: np.ndarray, between: np.ndarray, out: np.ndarray) -> None:
    """Fold field (float32) with a symmetric kernel down and then across; weights: float32 (r + 1,), from its middle.
    Beyond the edges there is nothing. between: float32, as field but r larger at every side, and 0 there."""
    high, wide = field.shape
    reach = weights.size - 1
    between[reach : reach + high, reach : reach + wide] = field
    for line in range(high):
        out[line] = field[line] * weights[0]
        for k in range(1, reach + 1):
            above, below = between[reach + line - k], between[reach + line + k]
            _add(out[line], above[reach : reach + wide], below[reach : reach + wide], weights[k])
    between[reach : reach + high, reach : reach + wide] = out
    for line in range(high):
        source, target = between[reach + line], out[line]
        target[:] = source[reach : reach + wide] * weights[0]
        for k in range(1, reach + 1):
            _add(target, source[reach - k : reach - k + wide], source[reach + k : reach + k + wide], weights[k])


@fast_kernel
def trace(
    places: np.ndarray, starts: np.ndarray, strength: float, line: float, halo: float, lines: np.ndarray,
    halos: np.ndarray,
) -> None:  # fmt: skip
    """Draw lines of half-width line over others of half-width halo, all in pixels, with smooth rims. places: float32
    (k, 2); starts: where each line begins, and the end. lines, halos: uint8, the strongest of what covers a pixel."""
    for k in range(starts.size - 1):
        for i in range(starts[k], starts[k + 1] - 1):
            _trace_side(places[i], places[i + 1], strength, line + 0.5, halo + 0.5, lines, halos)


@fast_kernel
def _trace_side(
    begin: np.ndarray, end: np.ndarray, strength: float, line: float, halo: float, lines: np.ndarray,
    halos: np.ndarray,
) -> None:  # fmt: skip
    high, wide = lines.shape
    x, y = begin[0], begin[1]
    along, down = end[0] - x, end[1] - y
    first, last = max(min(x, x + along) - halo, 0.0), min(max(x, x + along) + halo, wide - 1.0)
    top, bottom = max(min(y, y + down) - halo, 0.0), min(max(y, y + down) + halo, high - 1.0)
    if not (first <= last and top <= bottom):
        return
    length = along * along + down * down
    share = np.float32(1) / length if length > 0 else np.float32(0)
    for row in range(int(top), int(bottom) + 1):
        py = np.float32(row + 0.5) - y
        for column in range(int(first), int(last) + 1):
            px = np.float32(column + 0.5) - x
            t = min(max((px * along + py * down) * share, np.float32(0)), np.float32(1))
            far = (px - t * along) ** 2 + (py - t * down) ** 2
            if far < halo * halo:
                distance = np.sqrt(far)
                outer = np.uint8(255 * min(halo - distance, 1.0))
                inner = np.uint8(255 * strength * min(max(line - distance, 0.0), 1.0))
                halos[row, column] = max(halos[row, column], outer)
                lines[row, column] = max(lines[row, column], inner)


@fast_kernel
def shade(
    heights: np.ndarray, levels: np.ndarray, across: np.ndarray, down: np.ndarray, tints: np.ndarray, out: np.ndarray
) -> None:
    """Colour each pixel by the levels that the height there reaches. across, down: float32, where the middles of the
    columns and lines of pixels lie in the heights, rising. tints: uint32 (levels + 1,)."""
    wide = heights.shape[1]
    row, reached = np.empty(wide, np.float32), np.empty(wide, np.int64)
    first = np.searchsorted(across, np.arange(wide).astype(np.float32))  # column of pixels in each of the heights'
    first[wide - 1] = across.size
    for j in range(down.size):
        above = min(int(down[j]), heights.shape[0] - 2)
        part = down[j] - np.float32(above)
        for c in range(wide):
            row[c] = heights[above, c] + part * (heights[above + 1, c] - heights[above, c])
            reached[c] = _reached(row[c], levels)
        for c in range(wide - 1):
            if reached[c] == reached[c + 1]:
                out[j, first[c] : first[c + 1]] = tints[reached[c]]
            else:
                _shade_slope(row[c], row[c + 1] - row[c], across, c, first, levels, tints, out[j])


@fast_kernel
def _shade_slope(
    height: float, slope: float, across: np.ndarray, column: int, first: np.ndarray, levels: np.ndarray,
    tints: np.ndarray, target: np.ndarray,
) -> None:  # fmt: skip
    for i in range(first[column], first[column + 1]):
        target[i] = tints[_reached(height + slope * (across[i] - np.float32(column)), levels)]


@inline_kernel
def _reached(height: float, levels: np.ndarray) -> int:
    number = 0
    for level in levels:
        number += height >= level
    return number


@fast_kernel
def ink(halos: np.ndarray, lines: np.ndarray, halo: np.ndarray, line: np.ndarray, out: np.ndarray) -> None:
    """Lay lines on halos over a picture, premultiplied ARGB. halos, lines: uint8, how much of a pixel they cover; halo,
    line: float32 (4,), blue, green, red and alpha, 0 to 255, premultiplied."""
    for j in range(out.shape[0]):
        for i in range(out.shape[1]):
            if halos[j, i]:
                out[j, i] = _inked(out[j, i], halos[j, i] / np.float32(255), lines[j, i] / np.float32(255), halo, line)


@fast_kernel
def _inked(under: np.uint32, a: float, b: float, halo: np.ndarray, line: np.ndarray) -> np.uint32:
    clear, open_ = 1 - a * halo[3] / 255, 1 - b * line[3] / 255
    mixed = np.uint32(0)
    for part in range(4):
        below = np.float32(np.int64(under) >> (8 * part) & 255)
        mixed |= np.uint32(b * line[part] + open_ * (a * halo[part] + clear * below) + 0.5) << np.uint32(8 * part)
    return mixed
