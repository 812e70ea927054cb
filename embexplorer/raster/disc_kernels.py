"""Compiled: few points, each drawn as a round dot with a rim."""

import math

import numpy as np

from embexplorer.base.kernels import fast_kernel
from embexplorer.raster.cell_kernels import columns, lines
from embexplorer.raster.grid import CELLS, Affine, Axes

_OPAQUE = np.uint32(0xFF000000)


@fast_kernel
def _mixed(under: np.uint32, red: float, green: float, blue: float, share: float) -> np.uint32:
    old_red = np.float32((under >> np.uint32(16)) & np.uint32(255))
    old_green = np.float32((under >> np.uint32(8)) & np.uint32(255))
    old_blue = np.float32(under & np.uint32(255))
    r = np.uint32(old_red + (red - old_red) * share + np.float32(0.5))
    g = np.uint32(old_green + (green - old_green) * share + np.float32(0.5))
    b = np.uint32(old_blue + (blue - old_blue) * share + np.float32(0.5))
    mixed: np.uint32 = _OPAQUE | r << np.uint32(16) | g << np.uint32(8) | b
    return mixed


@fast_kernel
def _stamp(
    out: np.ndarray, first: int, last: int, column: int, line: int, shape: np.ndarray, fill: np.ndarray,
    rim: np.ndarray, opacity: float,
) -> None:  # fmt: skip
    half = shape.shape[0] // 2
    for py in range(max(line - half, first), min(line + half + 1, last)):
        for px in range(max(column - half, 0), min(column + half + 1, out.shape[1])):
            cover = shape[py - line + half, px - column + half, 0] * opacity
            if cover > 0:
                edge = shape[py - line + half, px - column + half, 1]
                red = fill[0] + (rim[0] - fill[0]) * edge
                green = fill[1] + (rim[1] - fill[1]) * edge
                blue = fill[2] + (rim[2] - fill[2]) * edge
                out[py, px] = _mixed(out[py, px], red, green, blue, cover)


@fast_kernel
def _stamp_run(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, start: int, stop: int, affine: Affine, first: int, last: int,
    which: int, fills: np.ndarray, rims: np.ndarray, shapes: np.ndarray, opacity: float, out: np.ndarray,
) -> None:  # fmt: skip
    reach = shapes.shape[2] // 2 + 1
    for i in range(start, stop):
        px = x[i] * affine[0] + affine[1]
        py = y[i] * affine[2] + affine[3]
        inside = px >= -reach and px < out.shape[1] + reach and py >= first - reach and py < last + reach
        if inside and (look[i] >> 8) == which:
            column, line = math.floor(px), math.floor(py)
            shape = shapes[int((py - line) * 4), int((px - column) * 4)]
            key = look[i] & 255
            _stamp(out, first, last, column, line, shape, fills[key], rims[key], opacity)


@fast_kernel
def draw_discs(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    first: int, last: int, which: int, fills: np.ndarray, rims: np.ndarray, shapes: np.ndarray, opacity: float,
    out: np.ndarray,
) -> None:  # fmt: skip
    """Blend the points of one state into the lines first to last. shapes: float32 (4, 4, k, k, 2), cover and rim of
    a disc at quarter-pixel phases, which keep slow pans smooth. fills, rims: float32 (256, 3)."""
    reach = shapes.shape[2] // 2 + 1
    left, right = columns(affine, axes, float(-reach), float(out.shape[1] + reach))
    top, bottom = lines(affine, axes, float(first - reach), float(last + reach))
    for line in range(top, bottom + 1):
        start, stop = starts[line * CELLS + left], starts[line * CELLS + right + 1]
        _stamp_run(x, y, look, start, stop, affine, first, last, which, fills, rims, shapes, opacity, out)
