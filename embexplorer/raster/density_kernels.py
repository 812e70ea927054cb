"""Compiled: many points, drawn as density. One addition per point into packed counters, a disc by sums, then colour.

A counter is a uint64 of four lanes: count << 48 | blue << 32 | green << 16 | red. Strong points, which take their
pixel over from all others, have counters of their own; what a strong point adds carries a flag above the count.
Sums do not depend on the order of the points.
"""

import numpy as np

from embexplorer.base.kernels import fast_kernel, kernel
from embexplorer.raster.cell_kernels import columns, lines
from embexplorer.raster.grid import CELLS, Affine, Axes

_LANE = np.uint64(0xFFFF)
_CHANNEL = np.uint64(0xFF)
_ADDS = np.uint64(0x00FFFFFFFFFFFFFF)  # all but the flag
_OPAQUE = np.uint64(0xFF000000)
_TILE = 320  # columns at a time, so that the lines under a disc stay in the L1 cache
_PIECE = 64  # columns that are skipped together where nothing is to be done


@kernel
def _splat(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, start: int, stop: int, step: int, place: np.ndarray,
    table: np.ndarray, full: np.uint64, counters: np.ndarray,
) -> None:  # fmt: skip
    """place: local x and y of a pixel near the middle, pixels per unit, and that pixel; exact arithmetic, since the
    difference of two near numbers is what keeps a deep zoom from trembling. full: a counter takes no more from here;
    what it has counted is a fair sample, since points come in random order."""
    x0, y0, a, c, b, d = place[0], place[1], place[2], place[3], place[4], place[5]
    high, wide = np.float32(counters.shape[0]), np.float32(counters.shape[1])
    for i in range(start, stop, step):
        px = (x[i] - x0) * a + b
        py = (y[i] - y0) * c + d
        if px >= 0 and px < wide and py >= 0 and py < high:
            column, line = np.int64(px), np.int64(py)
            old = counters[line, column]
            if old < full:
                counters[line, column] = old + table[look[i]]


@kernel
def _splat_apart(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, start: int, stop: int, step: int, place: np.ndarray,
    table: np.ndarray, full: np.ndarray, counters: np.ndarray,
) -> None:  # fmt: skip
    """As _splat, with strong points in counters[1] and the others in counters[0], which have limits of their own."""
    x0, y0, a, c, b, d = place[0], place[1], place[2], place[3], place[4], place[5]
    high, wide = np.float32(counters.shape[1]), np.float32(counters.shape[2])
    for i in range(start, stop, step):
        px = (x[i] - x0) * a + b
        py = (y[i] - y0) * c + d
        if px >= 0 and px < wide and py >= 0 and py < high:
            column, line = np.int64(px), np.int64(py)
            add = table[look[i]]
            strong = np.int64(add >> np.uint64(56))
            old = counters[strong, line, column]
            # no branch, since which points are strong cannot be foreseen
            counters[strong, line, column] = old + (add & _ADDS) * np.uint64(old < full[strong])


@fast_kernel
def _is_empty(counters: np.ndarray) -> bool:
    bits = np.uint64(0)
    for k in range(counters.size):
        bits |= counters[k]
    nothing: bool = bits == 0
    return nothing


@fast_kernel
def _merge(weak: np.ndarray, strong: np.ndarray, most: int, high: int) -> None:
    """Into weak: strong pixels over the others, as many times as a pixel may count, so that they outweigh them."""
    times = np.zeros(257, np.uint64)
    for n in range(1, 257):
        times[n] = max(most // n, 1)
    for line in range(high):
        for first in range(0, weak.shape[1], _PIECE):
            above, below = strong[line][first : first + _PIECE], weak[line][first : first + _PIECE]
            if not _is_empty(above):
                _put_over(below, above, times)


@fast_kernel
def _put_over(below: np.ndarray, above: np.ndarray, times: np.ndarray) -> None:
    for column in range(below.size):
        over = above[column] * times[above[column] >> np.uint64(48)]
        below[column] = over if over else below[column]


@fast_kernel
def _widen(counters: np.ndarray, sums: np.ndarray, widest: int, high: int) -> None:
    """Horizontal sums of half-width 1 to widest: sums[k - 1, line, c] adds counters[line, c - k .. c + k]."""
    wide = counters.shape[1]
    for k in range(1, widest + 1):
        for line in range(high):
            inner = sums[k - 2, line] if k > 1 else counters[line]
            target, inner = sums[k - 1, line, k : wide - k], inner[k : wide - k]
            left, right = counters[line, : wide - 2 * k], counters[line, 2 * k :]
            for column in range(wide - 2 * k):
                target[column] = inner[column] + left[column] + right[column]


@fast_kernel
def _gather(counters: np.ndarray, sums: np.ndarray, disc: np.ndarray, line: int, first: int, total: np.ndarray) -> None:
    """The disc's sums for a piece of a line of pixels: the runs of the disc, added."""
    total[:] = 0
    for run in range(disc.shape[0]):
        source = counters[line + disc[run, 0]] if disc[run, 1] == 0 else sums[disc[run, 1] - 1, line + disc[run, 0]]
        source = source[first : first + total.size]
        for column in range(total.size):
            total[column] += source[column]


@fast_kernel
def _tone(
    total: np.ndarray, paint: np.ndarray, under: np.ndarray, paints: np.ndarray, unders: np.ndarray,
    empty: np.uint32, out: np.ndarray,
) -> None:  # fmt: skip
    """Colour a piece of a line: the mean colour over the background, the more opaque the more points."""
    if _is_empty(total):
        out[:] = empty
        return
    for column in range(total.size):
        n = total[column] >> np.uint64(48)
        paints[column], unders[column] = paint[n], under[n]
    lanes, by, plus = total.view(np.uint16), paints.view(np.uint16), unders.view(np.uint16)
    for k in range(lanes.size):  # four lanes a pixel, whose upper halves of products the processor gives many at once
        lanes[k] = np.uint16((np.uint32(lanes[k]) * np.uint32(by[k])) >> np.uint32(16)) + plus[k]
    for column in range(total.size):
        v = total[column]
        red, green = v & _CHANNEL, (v >> np.uint64(16)) & _CHANNEL
        mixed = _OPAQUE | red << np.uint64(16) | green << np.uint64(8) | (v >> np.uint64(32)) & _CHANNEL
        out[column] = np.uint32(mixed)


@kernel
def _place(affine: Affine, wide: int, high: int, top: int, pad: int) -> np.ndarray:
    """What _splat takes: the affine around the middle of the lines, in float32 without loss where it matters."""
    a, b, c, d = affine
    x0 = np.float32((wide / 2 - b) / a)
    y0 = np.float32((top + high / 2 - d) / c)
    return np.array([x0, y0, a, c, x0 * a + b + pad, y0 * c + d - top + pad], np.float32)


@fast_kernel
def _colour(
    counters: np.ndarray, sums: np.ndarray, disc: np.ndarray, paint: np.ndarray, under: np.ndarray,
    top: int, bottom: int, pad: int, out: np.ndarray,
) -> None:  # fmt: skip
    room = np.empty((3, _TILE), np.uint64)
    none = under[0]
    red, green, blue = none & _CHANNEL, (none >> np.uint64(16)) & _CHANNEL, (none >> np.uint64(32)) & _CHANNEL
    empty = np.uint32(_OPAQUE | red << np.uint64(16) | green << np.uint64(8) | blue)
    for first in range(0, out.shape[1], _TILE):
        wide = min(_TILE, out.shape[1] - first)
        total, paints, unders = room[0, :wide], room[1, :wide], room[2, :wide]
        for line in range(top, bottom):
            _gather(counters, sums, disc, line - top + pad, first + pad, total)
            _tone(total, paint, under, paints, unders, empty, out[line, first : first + wide])


@fast_kernel
def _clear(counters: np.ndarray, high: int) -> None:
    for plane in counters:
        for line in range(high):
            plane[line][:] = 0  # a whole line, which the compiler knows to lie in one piece


@fast_kernel
def draw_density(
    x: np.ndarray, y: np.ndarray, look: np.ndarray, starts: np.ndarray, axes: Axes, affine: Affine,
    top: int, bottom: int, step: int, table: np.ndarray, most: int, disc: np.ndarray,
    paint: np.ndarray, under: np.ndarray, counters: np.ndarray, sums: np.ndarray, out: np.ndarray,
) -> None:  # fmt: skip
    """Draw the lines top to bottom of out (uint32, RGB32) from every step-th point.

    look: uint16 (m,), state << 8 | key. table: uint64 (1024,), what a point of each look adds to its counter.
    most: how many points a pixel may count, so that a disc's sum stays below 16 bits. disc: int64 (runs, 2), line
    and half-width of each run. paint, under: uint64, by the count of a disc, see shapes.Dot. counters: uint64 (1 or,
    where there are strong points, 2, lines, columns) with a margin of pad on every side, at least bottom - top lines
    within; sums: as many of the same shape as the disc's largest half-width. All lie in the L2 cache."""
    wide = out.shape[1]
    pad = (counters.shape[2] - wide) // 2
    high = bottom - top + 2 * pad
    place = _place(affine, wide, bottom - top, top, pad)
    full = np.array([max(most // 8, 1), most], np.uint64) << np.uint64(48)  # of a weak counter and of a strong one
    _clear(counters, high)
    left, right = columns(affine, axes, float(-pad), float(wide + pad))
    low_cell, high_cell = lines(affine, axes, float(top - pad), float(bottom + pad))
    for line in range(low_cell, high_cell + 1):
        start, stop = starts[line * CELLS + left], starts[line * CELLS + right + 1]
        if len(counters) > 1:
            _splat_apart(x, y, look, start, stop, step, place, table, full, counters[:, :high])
        else:
            _splat(x, y, look, start, stop, step, place, table, full[1], counters[0, :high])
    if len(counters) > 1:
        _merge(counters[0], counters[1], most, high)
    _widen(counters[0], sums, disc[:, 1].max(), high)
    _colour(counters[0], sums, disc, paint, under, top, bottom, pad, out)
