"""Where words stand on a map: none over another, none cut off, and what stands there stays while it can.

Greedy by importance over a bitmap of what is taken, in cells of four pixels, as map makers do it (Luboschik et al.,
Particle-based labeling, 2008, without the particles). A thousand words take about 2 ms.
"""

import math
from dataclasses import dataclass

import numpy as np

from embexplorer.data.labels import MapLabels
from embexplorer.raster.view import View

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels
Spot = tuple[float, float, float, float]  # of the middle of the words: widths, heights, and gaps across and down

MOST_CANDIDATES = 400
_CELL = 4
_STAY = 4.0  # a word that stands already is as important as one of so many times its weight
_SLACK = 1.15  # how far beyond its range of zoom a word that stands already is kept
_EDGE = 4.0  # pixels kept free along the window's edge
_ROOM = 2.0 * _CELL  # pixels around that what is new needs too, so that it is not in the way when the map moves a pixel
_REPEATED = 0.2  # of the window's longer side between two labels with the same words, at least
_NEAR_EDGE, _THERE = (70.0, 24.0), 0.2  # so near to the edge, where words are pushed in, they weigh only so much


@dataclass(frozen=True)
class Window:
    """What a map shows. fitted: the scale of the view that shows all of it. taken: what is kept free of words."""

    view: View
    width: int
    height: int
    fitted: float
    taken: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Manner:
    """How words stand at their place. spots: where, the best first. least: the size of the field, in pixels, in which
    no other words may stand. gap: pixels between the place and words beside it."""

    spots: tuple[Spot, ...]
    least: tuple[float, float]
    gap: float = 0.0


# the name of an area stands over its middle, or a little off
OVER = Manner(((0, 0, 0, 0), (0, -0.9, 0, 0), (0, 0.9, 0, 0), (-0.4, 0, 0, 0), (0.4, 0, 0, 0)), (120, 40))
_BESIDE = ((0.5, 0, 1, 0), (-0.5, 0, -1, 0), (0, -0.5, 0, -1), (0, 0.5, 0, 1))


def beside(radius: float) -> Manner:
    """The name of a single point of this radius stands to its right, or on another side."""
    return Manner(_BESIDE, (0, 24), radius + 4)


@dataclass(frozen=True, eq=False)
class Standing:
    """rows: int64 (k,), the labels that stand, the most important first. boxes: float64 (k, 4), whole pixels: left,
    top, right, bottom. spots: int64 (k,), which spot of the manner each has."""

    rows: np.ndarray
    boxes: np.ndarray
    spots: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


def nothing_stands() -> Standing:
    return Standing(np.zeros(0, np.int64), np.zeros((0, 4)), np.zeros(0, np.int64))


class Occupancy:
    """What of a window is taken, to within four pixels outwards. Each line of cells is a whole number whose bits are
    the cells, which takes less time than slices of an array."""

    def __init__(self, window: Window) -> None:
        self.width, self.height = window.width, window.height
        self._lines = [0] * (math.ceil(max(0, window.height) / _CELL) + 1)
        self.take(np.array(window.taken, np.float64).reshape(-1, 4))

    def take(self, boxes: np.ndarray) -> None:
        """boxes: (k, 4), pixels; what of them lies outside the window does not matter."""
        for left, top, right, bottom in self._cells(boxes):
            self._take(left, top, right, bottom)

    def fill(self, boxes: np.ndarray, rooms: np.ndarray, fields: np.ndarray, most: int) -> list[tuple[int, int]]:
        """One after the other takes the first of its boxes that is whole within the window and whose room is free, if
        any, and with it the field around it. boxes, rooms, fields: (m, spots, 4). Returns (which of the m, which spot),
        at most so many."""
        whole = (boxes[..., :2] >= 0).all(axis=-1) & (boxes[..., 2:] <= (self.width, self.height)).all(axis=-1)
        wanted, taken = self._cells(rooms), self._cells(fields)
        spots = boxes.shape[1]
        found: list[tuple[int, int]] = []
        last = -1  # the one that was placed last
        for k in np.flatnonzero(whole).tolist():
            if k // spots != last and self._is_free(*wanted[k]):
                self._take(*taken[k])
                last = k // spots
                found.append((last, k % spots))
                if len(found) == most:
                    break
        return found

    def _is_free(self, left: int, top: int, right: int, bottom: int) -> bool:
        bits = (1 << right) - (1 << left)
        return all(not bits & line for line in self._lines[top:bottom])

    def _take(self, left: int, top: int, right: int, bottom: int) -> None:
        bits = (1 << right) - (1 << left)
        for line in range(top, bottom):
            self._lines[line] |= bits

    def _cells(self, boxes: np.ndarray) -> list[list[int]]:
        """The first column and line of each box (..., 4), and those after the last."""
        inside = np.clip(boxes.reshape(-1, 4), 0, (self.width, self.height, self.width, self.height)) / _CELL
        cells: list[list[int]] = (
            np.concatenate([np.floor(inside[:, :2]), np.ceil(inside[:, 2:])], 1).astype(int).tolist()
        )
        return cells


def candidates(labels: MapLabels, window: Window, shown: Standing, most: int = MOST_CANDIDATES) -> np.ndarray:
    """int64, the labels that may stand: offered at this zoom, with their place in the window, the most important
    first; no more than these need to be measured. shown: what stands already, which goes first where it is near."""
    places = pixels(labels, window.view, window.width, window.height)
    stands = np.zeros(len(labels), np.bool_)
    stands[shown.rows[shown.rows < len(labels)]] = True
    zoom, slack = window.view.scale / window.fitted, np.where(stands, _SLACK, 1.0)
    low, high = labels.scales[:, 0] / slack, labels.scales[:, 1] * slack
    inside = (places >= 0).all(axis=1) & (places[:, 0] <= window.width) & (places[:, 1] <= window.height)
    rows = np.flatnonzero(inside & (low <= zoom) & (zoom < high))
    margin = np.minimum(places[rows], (window.width, window.height) - places[rows])
    weights = labels.weights[rows] * np.where(stands[rows], _STAY, 1.0)
    weights = weights * np.where((margin < _NEAR_EDGE).any(axis=1), _THERE, 1.0)
    if len(rows) > most:
        best = np.argpartition(-weights, most)[:most]
        rows, weights = rows[best], weights[best]
    rows = rows[np.lexsort((rows, -weights))]
    return _without_repetition(labels, rows.astype(np.int64), places, _REPEATED * max(window.width, window.height))


def _without_repetition(labels: MapLabels, rows: np.ndarray, places: np.ndarray, apart: float) -> np.ndarray:
    """Without those that say what a more important one says within so many pixels."""
    said: dict[str, list[tuple[float, float]]] = {}
    kept = []
    for k, (row, (x, y)) in enumerate(zip(rows.tolist(), places[rows].tolist(), strict=True)):
        same = said.setdefault(labels.texts[row], [])
        if all(math.hypot(x - other, y - below) >= apart for other, below in same):
            kept.append(k)
            same.append((x, y))
    return rows[kept]


def pixels(labels: MapLabels, view: View, width: int, height: int) -> np.ndarray:
    """float64 (m, 2): where the labels' places are in a window of this size."""
    x, y = view.to_pixel(0.0, 0.0, width, height)
    places: np.ndarray = labels.xy * (view.scale, -view.scale) + (x, y)
    return places


def place(
    labels: MapLabels, rows: np.ndarray, sizes: np.ndarray, window: Window, shown: Standing, manner: Manner,
    occupied: Occupancy | None = None,
) -> Standing:  # fmt: skip
    """Give the labels of these rows (candidates, in their order) places. sizes: (len(rows), 2), pixels of each.

    occupied: what is taken already, and then also by what was placed; so that several kinds of labels can be placed
    one after the other. No two boxes overlap, all lie within the window, and none in what is taken. There are no more
    than one for every 120 x 40 pixels.
    """
    field = occupied if occupied is not None else Occupancy(window)
    anchors = pixels(labels, window.view, window.width, window.height)[rows]
    order = _spots(manner, rows, shown)
    boxes = _boxes(manner, order, anchors, np.ceil(sizes), window)
    across = np.maximum(0, manner.least[0] - boxes[..., 2] + boxes[..., 0]) / 2
    down = np.maximum(0, manner.least[1] - boxes[..., 3] + boxes[..., 1]) / 2
    fields = boxes + np.stack([-across, -down, across, down], axis=-1)
    is_new = ~np.isin(rows, shown.rows)
    rooms = boxes + is_new[:, None, None] * np.array([-_ROOM, -_ROOM, _ROOM, _ROOM])
    most = int(window.width * window.height / (OVER.least[0] * OVER.least[1])) + 1
    found = np.array(field.fill(boxes, rooms, fields, most), np.int64).reshape(-1, 2)
    which, spot = found[:, 0], found[:, 1]
    return Standing(rows[which], boxes[which, spot], order[which, spot])


def _spots(manner: Manner, rows: np.ndarray, shown: Standing) -> np.ndarray:
    """int64 (m, spots): in which order each tries them. What stood somewhere tries that first, so that words do not
    jump about."""
    order = np.tile(np.arange(len(manner.spots)), (len(rows), 1))
    before = dict(zip(shown.rows.tolist(), shown.spots.tolist(), strict=True))
    for k, spot in enumerate(before.get(row, 0) for row in rows.tolist()):
        if 0 < spot < order.shape[1]:
            order[k, : spot + 1] = [spot, *range(spot)]
    return order


def _boxes(manner: Manner, order: np.ndarray, anchors: np.ndarray, sizes: np.ndarray, window: Window) -> np.ndarray:
    """float64 (m, spots, 4)"""
    spots = np.array(manner.spots, np.float64)[order]
    wide_high = sizes[:, None, :].astype(np.float64)
    corner = anchors[:, None, :] + (spots[..., :2] - 0.5) * wide_high + spots[..., 2:] * manner.gap
    if not manner.gap:  # an area's name is pushed into the window; a point's would leave its point
        furthest = (window.width - _EDGE, window.height - _EDGE) - wide_high
        corner = np.maximum(_EDGE, np.minimum(corner, furthest))
    corner = np.floor(corner + 0.5)
    return np.concatenate([corner, corner + wide_high], axis=-1)
