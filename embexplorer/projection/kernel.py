"""The stochastic descent of UMAP's objective (McInnes et al. 2018, arXiv:1802.03426). Importing it loads numba."""

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import float32, int32
from numba.extending import intrinsic

from embexplorer.base.kernels import fast_kernel, inline_kernel

BATCH = 20  # negatives evaluated together in one vector loop: 9 ns an edge sample instead of 18


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def _bits_of(_context: Any, _number: Any) -> Any:
    return int32(float32), lambda _c, builder, _s, args: builder.bitcast(args[0], ir.IntType(32))


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def _from_bits(_context: Any, _bits: Any) -> Any:
    return float32(int32), lambda _c, builder, _s, args: builder.bitcast(args[0], ir.FloatType())


_as_bits: Any = _bits_of  # numba passes the first argument itself
_as_float: Any = _from_bits


@inline_kernel
def power(base: np.float32, exponent: np.float32) -> Any:
    """base ** exponent for base > 0 by two polynomials: relative error below 5e-4, no branch, so that it vectorises."""
    bits: Any = _as_bits(base)
    whole = np.float32((bits >> np.int32(23)) - np.int32(127))
    m = _as_float((bits & np.int32(0x7FFFFF)) | np.int32(0x3F800000))
    inner = np.float32(-2.09940228) + m * (np.float32(0.63551112) + m * np.float32(-0.08001088))
    log = whole + (np.float32(-2.50561466) + m * (np.float32(4.04961689) + m * inner))
    y = min(max(log * exponent, np.float32(-126.0)), np.float32(126.0))
    floor = math.floor(y)
    r = y - np.float32(floor)
    p = np.float32(0.22451634) + r * np.float32(0.0790857)
    p = np.float32(0.99989669) + r * (np.float32(0.69639055) + r * p)
    return p * _as_float((np.int32(floor) + np.int32(127)) << np.int32(23))


@inline_kernel
def _clipped(value: np.float32) -> np.float32:
    return max(np.float32(-4), min(np.float32(4), value))


@inline_kernel
def _push(x: Any, y: Any, near_x: Any, near_y: Any, due: int, a: Any, b: Any, strength: Any) -> Any:
    """The sum of the pushes of the first due gathered points on (x, y)."""
    push_x = np.float32(0)
    push_y = np.float32(0)
    for q in range(due):
        dx = x - near_x[q]
        dy = y - near_y[q]
        square = dx * dx + dy * dy
        grown = power(square + np.float32(1e-12), b)
        force = strength / ((np.float32(0.001) + square) * (a * grown + np.float32(1)))
        push_x += _clipped(force * dx)
        push_y += _clipped(force * dy)
    return push_x, push_y


# fmt: off
@fast_kernel
def descend(
    xy: Any, seen: Any, starts: Any, tails: Any, chances: Any, phases: Any,
    begin: Any, end: Any, epoch: Any, rate: Any, a: Any, b: Any,
    repulsion: Any, negatives: Any, seed: Any, first: Any, in_place: Any,
) -> None:
    """One epoch for the heads begin..end of a graph in CSR form.

    xy, seen: float32 (n, 2) C-contiguous. starts int32 (n + 1,), tails int32, chances and phases uint16 per edge: an
    edge is sampled whenever its phase overflows. in_place: seen is xy, both ends of a sampled edge move (umap-learn's
    update). Otherwise only xy[begin:end] is written and only seen is read, so that threads may share an epoch and the
    result is the same for any number. Points before first never move.
    """
    one = np.float32(1)
    pull = np.float32(-2) * a * b
    strength = np.float32(2) * repulsion * b
    count = np.uint64(len(xy))
    near_x = np.empty(BATCH + negatives, np.float32)
    near_y = np.empty(BATCH + negatives, np.float32)
    for head in range(max(begin, first), end):
        x = seen[head, 0]
        y = seen[head, 1]
        due = 0
        state = np.uint32(np.uint32(head) * np.uint32(2654435761))
        state ^= np.uint32(np.uint32(epoch) * np.uint32(40503) + np.uint32(seed))
        state = np.uint32(np.uint32(state ^ (state >> np.uint32(16))) * np.uint32(0x7FEB352D))
        state = np.uint32(np.uint32(state ^ (state >> np.uint32(15))) | np.uint32(1))
        for edge in range(starts[head], starts[head + 1]):
            phase = np.uint32(phases[edge]) + np.uint32(chances[edge])
            phases[edge] = np.uint16(phase & np.uint32(0xFFFF))
            if phase < np.uint32(65536):
                continue
            tail = tails[edge]
            dx = x - seen[tail, 0]
            dy = y - seen[tail, 1]
            square = dx * dx + dy * dy + np.float32(1e-12)
            grown = power(square, b)
            force = pull * grown / (square * (a * grown + one))
            move_x = _clipped(force * dx) * rate
            move_y = _clipped(force * dy) * rate
            x += move_x
            y += move_y
            if in_place and tail >= first:
                xy[tail, 0] -= move_x
                xy[tail, 1] -= move_y
            for _ in range(negatives):
                state = np.uint32(state * np.uint32(747796405) + np.uint32(2891336453))
                other = np.int64((np.uint64(state) * count) >> np.uint64(32))
                near_x[due] = seen[other, 0]
                near_y[due] = seen[other, 1]
                due += 1
            if due >= BATCH:
                push_x, push_y = _push(x, y, near_x, near_y, due, a, b, strength)
                x += rate * push_x
                y += rate * push_y
                due = 0
        push_x, push_y = _push(x, y, near_x, near_y, due, a, b, strength)
        xy[head, 0] = x + rate * push_x
        xy[head, 1] = y + rate * push_y
# fmt: on
