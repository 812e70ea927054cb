"""Compiled: the walk through partitions of codes. Importing this module loads numba.

What a row may score at best is estimated from its code, 16 rows at a time. What may be among the k best is scored from
its vector: at once where it probably is, and otherwise at the end, when most of the rest has been outdone.
"""

from typing import Any, NamedTuple

import numpy as np

from embexplorer.base.kernels import fast_kernel, inline_kernel
from embexplorer.search.bits import lowest_bit, popcount, prefetch
from embexplorer.search.heap import take
from embexplorer.search.kernels import dot, fetch_row, squared_gap
from embexplorer.search.partition_kernels import BIAS, ERROR, LANES, SET, STEP

_NOTHING = np.float32(-np.inf)
_LIKELY = np.float32(0.8)  # of what an estimate leaves open: a row that is good without it is scored at once
_AHEAD = 8  # rows that are fetched while one is scored
_BLOCKS_AHEAD = 6  # blocks; without asking for them a block takes 110 ns instead of 60


class Stored(NamedTuple):
    """An index: codes uint64 (blocks, words, 16), factors float32 (blocks, 3 or 4, 16), order int32 (blocks * 16,),
    starts int64 (p + 1,) in blocks, places int32 (n,)."""

    codes: np.ndarray
    factors: np.ndarray
    order: np.ndarray
    starts: np.ndarray
    places: np.ndarray


class Aim(NamedTuple):
    """What a query means to an index. sequence: int64, the partitions in the order to enter them. middles, spreads:
    float32 (p,), what a row in the middle of a partition scores, and by how much one at the usual distance from it,
    right in the query's direction, would score more. bases: float32 (p,), what the codes' estimates start from.
    planes: uint64 (4, words), the rotated query; an estimate is slope * count + per_set * (bits set in the code) +
    offset, and may be too low by reach times its error. steepness: float32, see `walk`; from gap_start in steps of
    gap_width."""

    sequence: np.ndarray
    middles: np.ndarray
    spreads: np.ndarray
    bases: np.ndarray
    planes: np.ndarray
    slope: np.float32
    per_set: np.float32
    offset: np.float32
    reach: np.float32
    steepness: np.ndarray
    gap_start: np.float32
    gap_width: np.float32


class Goal(NamedTuple):
    """What is really scored: matrix float32 (n, d) or float16 as uint16, query float32 (d,). For distances the score
    is shift - |row - query|^2 / 2, otherwise the inner product."""

    matrix: np.ndarray
    query: np.ndarray
    is_distance: bool
    shift: np.float32


@inline_kernel
def _estimate(codes: np.ndarray, block: int, planes: np.ndarray, sums: np.ndarray) -> None:
    """Into sums, uint64 (16,): how much of the query each row of a block has on its side."""
    for lane in range(LANES):
        sums[lane] = 0
    for word in range(codes.shape[1]):
        ones, twos, fours, eights = planes[0, word], planes[1, word], planes[2, word], planes[3, word]
        for lane in range(LANES):
            bits = codes[block, word, lane]
            sums[lane] += (
                popcount(bits & ones)
                + (popcount(bits & twos) << np.uint64(1))
                + (popcount(bits & fours) << np.uint64(2))
                + (popcount(bits & eights) << np.uint64(3))
            )


@inline_kernel
def _fetch_block(codes: np.ndarray, factors: np.ndarray, block: int) -> None:
    """Bring a block into the cache while others are worked on."""
    start = np.uintp(codes.ctypes.data) + np.uintp(block) * np.uintp(codes.strides[0])
    for offset in range(0, codes.strides[0], 64):
        prefetch(start + np.uintp(offset))
    start = np.uintp(factors.ctypes.data) + np.uintp(block) * np.uintp(factors.strides[0])
    for offset in range(0, factors.strides[0], 64):
        prefetch(start + np.uintp(offset))


@inline_kernel
def _score(matrix: np.ndarray, row: Any, query: np.ndarray, is_distance: bool, shift: Any) -> Any:
    if is_distance:
        return shift - np.float32(0.5) * squared_gap(matrix, row, query)
    return dot(matrix, row, query)


@inline_kernel
def _gathered(order: np.ndarray, block: int, bits: np.ndarray) -> Any:
    """One bit for each row of a block that passes the filter. The empty places of a block ask for the bit behind the
    last row, which is never set."""
    passing = np.uint64(0)
    for lane in range(LANES):
        row = order[block * LANES + lane]
        passing |= ((bits[row >> 6] >> np.uint64(row & 63)) & np.uint64(1)) << np.uint64(lane)
    return passing


@fast_kernel
def _scattered(places: np.ndarray, blocks: int, bits: np.ndarray) -> np.ndarray:
    """The same for all blocks at once, uint16 (blocks,): cheaper once more rows have been asked for than pass."""
    passing = np.zeros(blocks, np.uint16)
    for word in range(len(bits)):
        left = bits[word]
        while left != 0:
            place = places[np.int64(word * 64) + np.int64(lowest_bit(left))]
            left &= left - np.uint64(1)
            if place >= 0:
                passing[place >> 4] |= np.uint16(1 << (place & 15))
    return passing


@inline_kernel
def _above(best: np.ndarray, threshold: Any) -> Any:
    """One bit for each of 16 that is higher."""
    above = np.uint64(0)
    for lane in range(LANES):
        above |= np.uint64(best[lane] > threshold) << np.uint64(lane)
    return above


@fast_kernel
def _enter(
    codes: np.ndarray, factors: np.ndarray, order: np.ndarray, blocks: tuple[Any, Any], bits: np.ndarray,
    lanes: np.ndarray, planes: np.ndarray, slope: Any, per_set: Any, offset: Any, reach: Any, base: Any,
    matrix: np.ndarray, query: np.ndarray, is_distance: bool, shift: Any, scores: np.ndarray, rows: np.ndarray,
    later_rows: np.ndarray, later_best: np.ndarray, state: np.ndarray,
) -> None:  # fmt: skip
    """Estimate the blocks of a partition, score what is likely good, and put off what may be. Takes bare arrays: out
    of a tuple each would be counted as used at every access."""
    sums, best = np.empty(LANES, np.uint64), np.empty(LANES, np.float32)
    size, waiting, sure = state[0], state[1], _LIKELY * reach
    threshold = scores[0] if size == len(scores) else _NOTHING
    for block in range(blocks[0], blocks[1]):
        passing = np.uint64(lanes[block]) if len(lanes) else _gathered(order, block, bits)
        if passing == 0:
            continue
        state[3] += LANES
        _fetch_block(codes, factors, block + _BLOCKS_AHEAD)
        _estimate(codes, block, planes, sums)
        for lane in range(LANES):
            count = slope * np.float32(np.int32(sums[lane])) + per_set * factors[block, SET, lane] + offset
            best[lane] = base + factors[block, STEP, lane] * count + reach * factors[block, ERROR, lane]
        if factors.shape[1] > BIAS:
            for lane in range(LANES):
                best[lane] += factors[block, BIAS, lane]
        left = _above(best, threshold) & passing
        now = np.uint64(0)
        while left != 0:
            lane = int(lowest_bit(left))
            row = order[block * LANES + lane]
            if best[lane] - sure * factors[block, ERROR, lane] > threshold:
                fetch_row(matrix, row)
                now |= left & (~left + np.uint64(1))
            else:
                later_rows[waiting], later_best[waiting] = row, best[lane]
                waiting += 1
            left &= left - np.uint64(1)
        while now != 0:
            row = np.int64(order[block * LANES + np.int64(lowest_bit(now))])
            now &= now - np.uint64(1)
            size = take(scores, rows, size, _score(matrix, row, query, is_distance, shift), row)
            threshold = scores[0] if size == len(scores) else _NOTHING
            state[2] += 1
    state[0], state[1] = size, waiting


@fast_kernel
def _finish(
    matrix: np.ndarray, query: np.ndarray, is_distance: bool, shift: Any, scores: np.ndarray, rows: np.ndarray,
    later_rows: np.ndarray, later_best: np.ndarray, state: np.ndarray,
) -> None:  # fmt: skip
    """Score what was put off and may still be good."""
    size, waiting = state[0], 0
    for i in range(state[1]):
        if size < len(scores) or later_best[i] > scores[0]:
            later_rows[waiting], later_best[waiting] = later_rows[i], later_best[i]
            waiting += 1
    for i in range(waiting):
        if i + _AHEAD < waiting:
            fetch_row(matrix, later_rows[i + _AHEAD])
        if size < len(scores) or later_best[i] > scores[0]:
            row = np.int64(later_rows[i])
            size = take(scores, rows, size, _score(matrix, row, query, is_distance, shift), row)
            state[2] += 1
    state[0] = size


@fast_kernel
def walk(
    stored: Stored, aim: Aim, goal: Goal, bits: np.ndarray, matching: int, k: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The k best rows (int64) and their scores (float32), in no order, and counts int64 (5,): how many were found, put
    off, scored and estimated, and how many partitions were entered.

    bits: uint64, of the `matching` rows that pass, and an unset one behind the last, see partitions.packed. A
    partition is passed over when middles + steepness * spreads stays below the k-th best score so far, where steepness
    depends on how far that score lies above the best middle: the higher, the nearer the query is to rows that pass.
    """
    codes, factors, order, starts, places = stored
    middles, spreads, steepness = aim.middles, aim.spreads, aim.steepness
    matrix, query, is_distance, shift = goal
    scores, rows = np.empty(k, np.float32), np.empty(k, np.int64)
    later_rows, later_best = np.empty(len(order), np.int32), np.empty(len(order), np.float32)
    state, lanes, gathered = np.zeros(5, np.int64), np.empty(0, np.uint16), 0
    nearest = middles.argmax()
    top, width = middles[nearest], max(spreads[nearest], np.float32(1e-30))
    most: Any = steepness.max()
    steep = most
    for part in aim.sequence:
        if state[0] == k:
            if middles[part] + most * spreads[part] < scores[0]:
                break
            if middles[part] + steep * spreads[part] < scores[0]:
                continue
        blocks = (starts[part], starts[part + 1])
        if not len(lanes) and gathered > matching:
            lanes = _scattered(places, len(codes), bits)
        gathered += (blocks[1] - blocks[0]) * LANES
        state[4] += 1
        _enter(
            codes, factors, order, blocks, bits, lanes, aim.planes, aim.slope, aim.per_set, aim.offset, aim.reach,
            aim.bases[part], matrix, query, is_distance, shift, scores, rows, later_rows, later_best, state,
        )  # fmt: skip
        if state[0] == k:
            place: Any = np.int64(((scores[0] - top) / width - aim.gap_start) / aim.gap_width)
            steep = steepness[min(len(steepness) - 1, max(0, place))]
    _finish(matrix, query, is_distance, shift, scores, rows, later_rows, later_best, state)
    return rows[: state[0]], scores[: state[0]], state
