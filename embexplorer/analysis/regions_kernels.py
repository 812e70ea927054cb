"""Compiled: the density of a map on a grid of cells, the hills in it, and which hills join first.

Imported only where it is used: numba compiles at the first call, or loads what it kept.
"""

import numpy as np

from embexplorer.base.kernels import fast_kernel, kernel

_APART = 4.0  # how much dearer it is to join two hills with an empty valley between them than one hill's two halves


@kernel
def cells_of(
    xy: np.ndarray, x0: float, y0: float, per_unit: float, lines: int, columns: int, cells: np.ndarray
) -> np.ndarray:
    """Writes the cell of every point to cells (int32 (n,)), -1 for points that are not on the grid or not numbers.

    Returns float32 (lines, columns): how many points each cell holds.
    """
    counts = np.zeros((lines, columns), np.float32)
    for i in range(xy.shape[0]):
        column = (xy[i, 0] - x0) * per_unit
        line = (xy[i, 1] - y0) * per_unit
        if column >= 0 and column < columns and line >= 0 and line < lines:  # false for NaN
            cells[i] = int(line) * columns + int(column)
            counts[int(line), int(column)] += 1
        else:
            cells[i] = -1
    return counts


@fast_kernel
def blurred(counts: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The counts, spread by a symmetric kernel: weights[d] for d cells to each side. Nothing lies beyond the edge."""
    lines, columns = counts.shape
    reach = weights.size - 1
    along: np.ndarray = weights[0] * counts
    for d in range(1, reach + 1):
        for line in range(lines):
            for column in range(columns - d):
                along[line, column] += weights[d] * counts[line, column + d]
                along[line, column + d] += weights[d] * counts[line, column]
    both: np.ndarray = weights[0] * along
    for d in range(1, reach + 1):
        for line in range(lines - d):
            for column in range(columns):
                both[line, column] += weights[d] * along[line + d, column]
                both[line + d, column] += weights[d] * along[line, column]
    return both


@kernel
def _uphill(density: np.ndarray, line: int, column: int) -> int:
    """The highest of a cell and its eight neighbours, of equal ones the last, so that every path ends."""
    lines, columns = density.shape
    best: int = line * columns + column
    height = density[line, column]
    for next_line in range(max(line - 1, 0), min(line + 2, lines)):
        for next_column in range(max(column - 1, 0), min(column + 2, columns)):
            cell = next_line * columns + next_column
            there = density[next_line, next_column]
            if there > height or (there == height and cell > best):
                best, height = cell, there
    return best


@kernel
def hills(density: np.ndarray, lowest: float) -> tuple[np.ndarray, int]:
    """Each cell climbs to the peak it belongs to: int32 (lines * columns,) numbers of hills, and how many there are.

    Cells lower than this are on no hill: -1.
    """
    columns = density.shape[1]
    heights = density.ravel()
    hill = np.full(heights.size, -1, np.int32)
    path = np.empty(heights.size, np.int64)
    number = 0
    for start in range(heights.size):
        if heights[start] < lowest or hill[start] >= 0:
            continue
        cell, steps = start, 0
        while hill[cell] < 0:
            path[steps] = cell
            steps += 1
            above = _uphill(density, cell // columns, cell % columns)
            if above == cell:
                hill[cell] = number
                number += 1
            cell = above
        for step in range(steps):
            hill[path[step]] = hill[cell]
    return hill, number


@kernel
def passes(density: np.ndarray, hill: np.ndarray, number: int) -> np.ndarray:
    """float32 (number, number): the highest pass between two hills as a share of the lower one's height; 0 where
    they do not touch."""
    lines, columns = density.shape
    heights = density.ravel()
    peaks = np.zeros(number, np.float32)
    for cell in range(hill.size):
        if hill[cell] >= 0:
            peaks[hill[cell]] = max(peaks[hill[cell]], heights[cell])
    shares = np.zeros((number, number), np.float32)
    for cell in range(hill.size):
        one = hill[cell]
        for way in range(4):  # right, and the three below
            line, column = cell // columns + (way > 0), cell % columns + (1 if way == 0 else way - 2)
            if one < 0 or line >= lines or column < 0 or column >= columns:
                continue
            other = hill[line * columns + column]
            if other >= 0 and other != one:
                share = min(heights[cell], heights[line * columns + column]) / min(peaks[one], peaks[other])
                shares[one, other] = max(shares[one, other], share)
                shares[other, one] = shares[one, other]
    return shares


@kernel
def _cost(xy: np.ndarray, mass: np.ndarray, shares: np.ndarray, a: int, b: int) -> float:
    """Ward's: by how much the spread within groups grows; more where a valley lies between the two."""
    far = (xy[a, 0] - xy[b, 0]) ** 2 + (xy[a, 1] - xy[b, 1]) ** 2
    cost: float = mass[a] * mass[b] / (mass[a] + mass[b]) * far * (1.0 + _APART * (1.0 - shares[a, b]))
    return cost


@kernel
def _look_for_nearest(
    xy: np.ndarray, mass: np.ndarray, shares: np.ndarray, alive: np.ndarray, a: int, nearest: np.ndarray,
    costs: np.ndarray,
) -> None:  # fmt: skip
    costs[a] = np.inf
    nearest[a] = -1
    for b in range(mass.size):
        if alive[b] and b != a:
            cost = _cost(xy, mass, shares, a, b)
            if cost < costs[a] or nearest[a] < 0:
                costs[a], nearest[a] = cost, b


@kernel
def joined_in_order(xy: np.ndarray, mass: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Join the two groups that belong together most, again and again, down to one (Ward's clustering).

    xy: float64 (m, 2) centres, mass: float64 (m,) > 0, shares: of passes(); all three are used up. Returns int32
    (m - 1, 2), the groups joined, of which the first goes on as both; and float64 (m - 1,), what each joining cost.
    """
    m = mass.size
    alive = np.ones(m, np.bool_)
    nearest, costs = np.full(m, -1, np.int64), np.full(m, np.inf)
    for a in range(m):
        _look_for_nearest(xy, mass, shares, alive, a, nearest, costs)
    pairs, heights = np.empty((m - 1, 2), np.int32), np.empty(m - 1)
    for step in range(m - 1):
        a = -1
        for c in range(m):
            if alive[c] and (a < 0 or costs[c] < costs[a]):
                a = c
        b = nearest[a]
        heights[step] = costs[a]
        a, b = min(a, b), max(a, b)
        pairs[step, 0], pairs[step, 1] = a, b
        both = mass[a] + mass[b]
        for axis in range(2):
            xy[a, axis] = (mass[a] * xy[a, axis] + mass[b] * xy[b, axis]) / both
        mass[a] = both
        alive[b] = False
        for c in range(m):
            shares[a, c] = max(shares[a, c], shares[b, c])
            shares[c, a] = shares[a, c]
        _look_for_nearest(xy, mass, shares, alive, a, nearest, costs)
        _repair(xy, mass, shares, alive, a, b, nearest, costs)
    return pairs, heights


@kernel
def _repair(
    xy: np.ndarray, mass: np.ndarray, shares: np.ndarray, alive: np.ndarray, a: int, b: int, nearest: np.ndarray,
    costs: np.ndarray,
) -> None:  # fmt: skip
    """What a joining changes for the others."""
    for c in range(mass.size):
        if not alive[c] or c == a:
            continue
        if nearest[c] == a or nearest[c] == b:
            _look_for_nearest(xy, mass, shares, alive, c, nearest, costs)
        else:
            cost = _cost(xy, mass, shares, c, a)
            if cost < costs[c]:
                costs[c], nearest[c] = cost, a
