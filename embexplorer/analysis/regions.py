"""Which parts a map has: dense regions within dense regions, as many as one can read at each zoom.

The points' density on a grid is taken apart into hills (each cell climbs to its peak). Hills that belong together
are joined by Ward's clustering, in which a valley between two counts as distance. Cutting that tree at several
places gives levels of which each lies within the one above.
"""

import math
from dataclasses import dataclass

import numpy as np

WHOLE = (12, 20)  # how many regions the whole map is divided into
_MOST_HILLS, _ITEMS_PER_HILL = 1000, 40
_FEWEST = 6  # points on a hill, unless no hill has as many: fewer lie there by chance
_LEVELS, _FINER = 4, (3.2, 5.0)  # so many times the regions of the level above
_CLEAR = 2.0  # a number of regions below WHOLE is taken where they are so clearly apart
_EDGE = 0.1  # points in places thinner than this, as a share of their hill's height, are noise
_FINEST = 1.5  # standard deviation in cells of the least smoothing
_EMPTY = 1e-4  # of the density of a single point: what rounding leaves
_OUTSIDE = 0.002  # the share of points on each side that do not decide how far the map reaches
_SAMPLE = 100_000


@dataclass(frozen=True, eq=False)
class Level:
    """k regions. of_hill: int32 (hills,), the region of each hill. parent: int32 (k,), in the level above, -1 in the
    first. items: int64 (k,), without noise. xy: float64 (k, 2), a place amid the region's points."""

    of_hill: np.ndarray
    parent: np.ndarray
    items: np.ndarray
    xy: np.ndarray

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, eq=False)
class Regions:
    """hill: int32 (n,), of each point, -1 for noise and for points that are not on the map. levels: from the
    coarsest; none where there are no points."""

    hill: np.ndarray
    levels: tuple[Level, ...]


def find_regions(xy: np.ndarray) -> Regions:
    """The regions of a map. xy: float32 (n, 2); points with NaN or infinity belong to none. The same points in the
    same order give the same regions."""
    on_map = np.isfinite(xy).all(axis=1)
    if not on_map.any():
        return Regions(np.full(len(xy), -1, np.int32), ())
    hill, number, shares, density = _hills_of(xy, on_map)
    used, hill = _renumbered(hill, number)
    hills = _Hills(*_centres(xy, hill, density, len(used)))
    order, heights = _joinings(hills, shares[np.ix_(used, used)])
    levels: list[Level] = []
    for k in _cuts(heights):
        of_hill = _after(order, len(used), len(used) - k)
        levels.append(_level(of_hill, levels[-1] if levels else None, hills))
    return Regions(hill, tuple(levels))


def _hills_of(xy: np.ndarray, on_map: np.ndarray) -> tuple[np.ndarray, int, np.ndarray, np.ndarray]:
    """The hill of each point, -1 for noise; the number of hills; the passes between them; the density at each point."""
    from embexplorer.analysis.regions_kernels import cells_of, passes

    n = int(on_map.sum())
    corner, side = _reach(xy, on_map)
    if side <= 0:  # all points are equal
        return np.where(on_map, 0, -1).astype(np.int32), 1, np.zeros((1, 1), np.float32), np.ones(len(xy), np.float32)
    size = 512 if n >= 50_000 else 256 if n >= 5_000 else 128
    cells = np.empty(len(xy), np.int32)
    # the corner is float64, so that float32 coordinates are subtracted without loss: 1e8 and 1e8 + 8 are two places
    counts = cells_of(xy, corner[0], corner[1], size * (1 - 1e-6) / side, size, size, cells)
    density, hill_of_cell, number = _smoothed(counts, min(max(n // _ITEMS_PER_HILL, 1), _MOST_HILLS))
    heights = density.ravel()
    peaks = np.zeros(number, np.float32)
    np.maximum.at(peaks, hill_of_cell[hill_of_cell >= 0], heights[hill_of_cell >= 0])
    dense = np.where(heights >= _EDGE * peaks[hill_of_cell], hill_of_cell, -1)
    hill = np.where(cells >= 0, dense[cells], -1).astype(np.int32)
    return hill, number, passes(density, hill_of_cell, number), heights[cells]


def _smoothed(counts: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray, int]:
    """The density, the hill of each cell and the number of hills: as fine as it can be with so many hills at most."""
    from embexplorer.analysis.regions_kernels import blurred, hills

    spread = _FINEST
    while True:
        reach = np.arange(math.ceil(3 * spread) + 1)
        weights = np.exp(-((reach / spread) ** 2) / 2)
        weights /= 2 * weights.sum() - weights[0]
        density = blurred(counts, weights.astype(np.float32))
        hill_of_cell, number = hills(density, _EMPTY / (spread * spread))
        if number <= most or spread > len(counts) / 8:
            return density, hill_of_cell, number
        spread *= math.sqrt(2)


def _reach(xy: np.ndarray, on_map: np.ndarray) -> tuple[np.ndarray, float]:
    """The lower left corner and the side of a square around nearly all points; few outliers do not make it large."""
    points = xy[on_map]
    step = max(1, len(points) // _SAMPLE)
    sample = points[::step].astype(np.float64)
    low, high = np.quantile(sample, (_OUTSIDE, 1 - _OUTSIDE), axis=0)
    room = 0.1 * (high - low)
    low, high = np.maximum(low - room, points.min(axis=0)), np.minimum(high + room, points.max(axis=0))
    side = float((high - low).max())
    return (low + high) / 2 - side / 2, side


def _renumbered(hill: np.ndarray, number: int) -> tuple[np.ndarray, np.ndarray]:
    """The hills that hold points enough, and the points' hills numbered among these."""
    items = np.bincount(hill[hill >= 0], minlength=number)
    used = np.flatnonzero(items >= _FEWEST)
    used = used if len(used) else np.flatnonzero(items)
    place = np.full(number + 1, -1, np.int32)
    place[used] = np.arange(len(used))
    return used, place[hill]


@dataclass(frozen=True, eq=False)
class _Hills:
    """centres: float64 (hills, 2), where a hill's points are densest. items: how many there are. height: float64, what
    each weighs in the place of a region, so that a name stands where the region is densest."""

    centres: np.ndarray
    items: np.ndarray
    height: np.ndarray


def _centres(
    xy: np.ndarray, hill: np.ndarray, density: np.ndarray, number: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    inside = hill >= 0
    of, weight = hill[inside], density[inside].astype(np.float64)
    height = np.bincount(of, weight, number)
    sums = [np.bincount(of, weight * xy[inside, axis], number) for axis in range(2)]
    return np.stack(sums, axis=1) / height[:, None], np.bincount(of, minlength=number), height


def _joinings(hills: _Hills, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from embexplorer.analysis.regions_kernels import joined_in_order

    low = hills.centres.min(axis=0)
    span = float((hills.centres.max(axis=0) - low).max()) or 1.0
    # the root: a place with many points is no wider on the screen, and needs not so many more labels
    mass = np.sqrt(hills.items.astype(np.float64))
    return joined_in_order((hills.centres - low) / span, mass, np.ascontiguousarray(shares))


def _cuts(heights: np.ndarray) -> list[int]:
    """How many regions each level has: where the next joining is dear after a cheap one."""
    hills = len(heights) + 1
    costs = np.maximum.accumulate(heights)[::-1]  # costs[k - 2]: from k groups to k - 1
    groups = np.arange(2, hills)
    # in an even area the cost falls with the square of the number
    clear = costs[:-1] / np.maximum(costs[1:], 1e-300) / ((groups + 1) / groups) ** 2
    cuts: list[int] = []
    low, high = WHOLE
    while low < hills and len(cuts) < _LEVELS:
        best = low + int(np.argmax(clear[low - 2 : high - 1]))
        if not cuts:
            below = 3 + int(np.argmax(clear[1 : low - 2]))
            best = below if clear[below - 2] > max(_CLEAR, clear[best - 2]) else best
        cuts.append(best)
        low, high = round(best * _FINER[0]), round(best * _FINER[1])
    if not cuts or (len(cuts) < _LEVELS and hills > 1.5 * cuts[-1]):
        cuts.append(hills)
    return cuts


def _after(pairs: np.ndarray, number: int, steps: int) -> np.ndarray:
    """The group of each hill after so many joinings, numbered from 0."""
    group = np.arange(number)
    for kept, gone in pairs[:steps].tolist()[::-1]:
        group[gone] = group[kept]  # from the last backwards: what kept became is known already
    _, numbered = np.unique(group, return_inverse=True)
    return numbered.astype(np.int32)


def _level(of_hill: np.ndarray, above: Level | None, hills: _Hills) -> Level:
    number = int(of_hill.max()) + 1
    total = np.bincount(of_hill, hills.items, number).astype(np.int64)
    sums = [np.bincount(of_hill, hills.height * hills.centres[:, axis], number) for axis in range(2)]
    middle = np.stack(sums, axis=1) / np.bincount(of_hill, hills.height, number)[:, None]
    xy = np.array([_amid(hills, of_hill == region, middle[region]) for region in range(number)])
    parent = np.full(number, -1, np.int32)
    if above is not None:
        parent[of_hill] = above.of_hill
    return Level(of_hill, parent, total, xy.reshape(number, 2))


def _amid(hills: _Hills, own: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """The middle of a region, or where it is bent around something else the hill of it that lies next to there."""
    centres, items = hills.centres[own], hills.items[own]
    if len(centres) < 3:
        return middle
    far = np.hypot(*(centres - middle).T)
    wide = np.sqrt((items * far**2).sum() / items.sum())
    nearest: np.ndarray = middle if far.min() < 0.35 * wide else centres[far.argmin()]
    return nearest
