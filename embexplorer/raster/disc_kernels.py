"""Compiled: few points, each drawn as a round dot with a rim."""

import math

import numpy as np

from embexplorer.base.kernels import fast_kernel
from embexplorer.raster.cell_kernels import columns, lines
from embexplorer.raster.grid import CELLS, Affine, Axes

_OPAQUE = np.uint32(0xFF000000)
_HIDDEN = 3
_TWO = np.uint32(0xFF00FF)  # red and blue, which are mixed at once, since nothing runs over from one into the other
_HALVES = np.uint32(0x800080)


@fast_kernel
def shown_in(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    width: int, height: int, reach: float, into: np.ndarray,
) -> int:  # fmt: skip
    """Write the positions in grid order of shown points in the window, or within reach pixels of it, into an int32
    array that is long enough; how many they are."""
    left, right = columns(affine, axes, -reach, width + reach)
    top, bottom = lines(affine, axes, -reach, height + reach)
    found = 0
    for line in range(top, bottom + 1):
        for i in range(starts[line * CELLS + left], starts[line * CELLS + right + 1]):
            px, py = x[i] * affine[0] + affine[1], y[i] * affine[2] + affine[3]
            near = px > -reach and px < width + reach and py > -reach and py < height + reach
            if near and (look[i] >> 8) != _HIDDEN:
                into[found] = i
                found += 1
    return found


@fast_kernel
def _stamp(
    out: np.ndarray, first: int, last: int, left: int, top: int, weights: np.ndarray, spans: np.ndarray,
    fill: np.uint32, rim: np.uint32,
) -> None:  # fmt: skip
    """Mix one disc into the picture; its box begins at the pixel (left, top)."""
    for line in range(max(0, first - top), min(weights.shape[0], last - top)):
        for column in range(max(spans[line, 0], -left), min(spans[line, 1], out.shape[1] - left)):
            of_fill, of_rim = np.uint32(weights[line, column, 0]), np.uint32(weights[line, column, 1])
            of_old = np.uint32(256) - of_fill - of_rim
            old = out[top + line, left + column]
            two = (old & _TWO) * of_old + (fill & _TWO) * of_fill + (rim & _TWO) * of_rim + _HALVES
            green = ((old >> 8) & 255) * of_old + ((fill >> 8) & 255) * of_fill + ((rim >> 8) & 255) * of_rim + 128
            out[top + line, left + column] = _OPAQUE | ((two >> 8) & _TWO) | (green & 0xFF00)


@fast_kernel
def draw_discs(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, chosen: np.ndarray, affine: Affine, first: int, last: int,
    fills: np.ndarray, rims: np.ndarray, weights: np.ndarray, spans: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """Blend the points at some positions in grid order into the lines first to last of out (uint32, RGB32), one after
    the other. fills, rims: uint32 (1024,), RGB32 by look. weights, spans: see shapes.Disc; the quarter-pixel phases
    keep slow pans smooth."""
    half = weights.shape[2] // 2
    for k in range(chosen.size):
        i = chosen[k]
        py = y[i] * affine[2] + affine[3]
        if py >= first - half - 1 and py < last + half + 1:
            px = x[i] * affine[0] + affine[1]
            column, line = math.floor(px), math.floor(py)
            down, across = int((py - line) * 4), int((px - column) * 4)
            _stamp(
                out, first, last, int(column) - half, int(line) - half, weights[down, across], spans[down, across],
                fills[look[i]], rims[look[i]],
            )  # fmt: skip
