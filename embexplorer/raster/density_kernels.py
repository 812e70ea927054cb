"""Compiled: many points, drawn as density. One addition per point into packed counters, a disc by sums, then colour.

A counter is a uint64 of four lanes: count << 48 | blue << 32 | green << 16 | red. The count's upper byte is the flag
of strong points, which take their pixel over from all others. Sums do not depend on the order of the points.
"""

import numpy as np

from embexplorer.base.kernels import fast_kernel
from embexplorer.raster.cell_kernels import columns, lines
from embexplorer.raster.grid import CELLS, Affine, Axes

_LANE = np.uint64(0xFFFF)
_BYTE = np.uint64(0xFF)
_FULL = np.uint64(250)  # 257 * 255 would overflow a lane of 16 bits
_OPAQUE = np.uint32(0xFF000000)


@fast_kernel
def _splat(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, start: int, stop: int, step: int, shift: np.ndarray,
    table: np.ndarray, counters: np.ndarray,
) -> None:  # fmt: skip
    a, b, c, d = shift[0], shift[1], shift[2], shift[3]
    wide, high = shift[4], shift[5]
    for i in range(start, stop, step):
        px = x[i] * a + b
        py = y[i] * c + d
        if px >= 0 and px < wide and py >= 0 and py < high:
            column, line = np.int64(px), np.int64(py)
            old = counters[line, column]
            add = table[look[i]]
            strong_old, strong_new = old >> np.uint64(56), add >> np.uint64(56)
            if strong_new and not strong_old:
                counters[line, column] = add
            elif strong_old and not strong_new:
                continue
            elif ((old >> np.uint64(48)) & _BYTE) < _FULL:
                # a second strong point must not add its flag again
                counters[line, column] = old + (add & ~(_BYTE << np.uint64(56)) if strong_old else add)


@fast_kernel
def _counted_as(v: np.uint64, n: np.int64, to: int) -> np.uint64:
    """A counter of n points as if it had counted only so many of the same mean colour."""
    k = np.float32(to) / np.float32(n)
    red = np.uint64(np.float32(np.int32(v & _LANE)) * k)
    green = np.uint64(np.float32(np.int32((v >> np.uint64(16)) & _LANE)) * k)
    blue = np.uint64(np.float32(np.int32((v >> np.uint64(32)) & _LANE)) * k)
    colours: np.uint64 = red | green << np.uint64(16) | blue << np.uint64(32)
    return colours | np.uint64(to) << np.uint64(48)


@fast_kernel
def _level(counters: np.ndarray, most: int, high: int) -> None:
    """Keep a disc's sum below 16 bits a lane, and let strong pixels outweigh the others."""
    low = max(most // 8, 1)
    for line in range(high):
        for column in range(counters.shape[1]):
            v = counters[line, column]
            n = np.int64((v >> np.uint64(48)) & _BYTE)
            strong = (v >> np.uint64(56)) != 0
            if strong:
                counters[line, column] = _counted_as(v, n, most)
            elif n > low:
                counters[line, column] = _counted_as(v, n, low)


@fast_kernel
def _cap(counters: np.ndarray, most: int, high: int) -> None:
    """As _level where no point is strong."""
    for line in range(high):
        for column in range(counters.shape[1]):
            n = np.int64(counters[line, column] >> np.uint64(48))
            if n > most:
                counters[line, column] = _counted_as(counters[line, column], n, most)


@fast_kernel
def _widen(counters: np.ndarray, sums: np.ndarray, widest: int, high: int) -> None:
    """Horizontal sums of half-width 1 to widest: sums[k, line, c] adds counters[line, c - k .. c + k]."""
    wide = counters.shape[1]
    for k in range(1, widest + 1):
        for line in range(high):
            inner = sums[k - 1, line] if k > 1 else counters[line]
            target, left, right = sums[k, line, k : wide - k], counters[line, : wide - 2 * k], counters[line, 2 * k :]
            inner = inner[k : wide - k]
            for column in range(wide - 2 * k):
                target[column] = inner[column] + left[column] + right[column]


@fast_kernel
def _gather(counters: np.ndarray, sums: np.ndarray, disc: np.ndarray, line: int, pad: int, total: np.ndarray) -> None:
    """The disc's sum for one line of pixels: the runs of the disc, added."""
    total[:] = 0
    wide = total.size
    for run in range(disc.shape[0]):
        source = counters[line + disc[run, 0]] if disc[run, 1] == 0 else sums[disc[run, 1], line + disc[run, 0]]
        source = source[pad : pad + wide]
        for column in range(wide):
            total[column] += source[column]


@fast_kernel
def _tone(total: np.ndarray, opacity: np.ndarray, share: np.ndarray, background: np.ndarray, out: np.ndarray) -> None:
    """Colour a line: the mean colour over the background, the more opaque the more points."""
    red, green, blue = background[0], background[1], background[2]
    empty = _OPAQUE | np.uint32(red) << np.uint32(16) | np.uint32(green) << np.uint32(8) | np.uint32(blue)
    for column in range(total.size):
        v = total[column]
        if v == 0:
            out[column] = empty
        else:
            n = np.int64(v >> np.uint64(48))
            a = opacity[n]
            k = share[n] * a
            rest = np.float32(1) - a
            r = np.uint32(np.int32(np.float32(np.int32(v & _LANE)) * k + red * rest))
            g = np.uint32(np.int32(np.float32(np.int32((v >> np.uint64(16)) & _LANE)) * k + green * rest))
            b = np.uint32(np.int32(np.float32(np.int32((v >> np.uint64(32)) & _LANE)) * k + blue * rest))
            out[column] = _OPAQUE | r << np.uint32(16) | g << np.uint32(8) | b


@fast_kernel
def draw_density(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    top: int, bottom: int, step: int, table: np.ndarray, any_strong: bool, most: int, disc: np.ndarray,
    opacity: np.ndarray, share: np.ndarray, background: np.ndarray,
    counters: np.ndarray, sums: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """Draw the lines top to bottom of out (uint32, RGB32) from every step-th point.

    look: uint16 (m,), state << 8 | key. table: uint64 (1024,), what a point of each look adds to its counter.
    most: how many points a pixel may count, so that a disc's sum stays below 16 bits. disc: int64 (runs, 2), line
    and half-width of each run. opacity, share: float32, by the count of a disc. counters: uint64 with a margin of
    pad on every side, at least bottom - top lines within; sums: four of the same shape. All lie in the L2 cache."""
    wide = out.shape[1]
    pad = (counters.shape[1] - wide) // 2
    high = bottom - top + 2 * pad
    total = np.empty(wide, np.uint64)
    shift = np.array([affine[0], affine[1] + pad, affine[2], affine[3] - top + pad, wide + 2 * pad, high], np.float32)
    counters[:high] = 0
    left, right = columns(affine, axes, float(-pad), float(wide + pad))
    low_cell, high_cell = lines(affine, axes, float(top - pad), float(bottom + pad))
    for line in range(low_cell, high_cell + 1):
        start, stop = starts[line * CELLS + left], starts[line * CELLS + right + 1]
        _splat(x, y, look, start, stop, step, shift, table, counters)
    if any_strong:
        _level(counters, most, high)
    else:
        _cap(counters, most, high)
    _widen(counters, sums, disc[:, 1].max(), high)
    for line in range(top, bottom):
        _gather(counters, sums, disc, line - top + pad, pad, total)
        _tone(total, opacity, share, background, out[line])
