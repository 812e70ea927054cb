"""What each point looks like, kept by row and gathered in the order in which points are drawn when that is needed."""

from functools import lru_cache
from typing import Final

import numpy as np

from embexplorer.raster import fallback
from embexplorer.raster.engine import Engine
from embexplorer.raster.grid import Affine, Grid, build_grid
from embexplorer.raster.look import SELECTED
from embexplorer.raster.shapes import SIZES
from embexplorer.raster.sight import Sight

MOST_ABOVE: Final = 5_000  # selected points in view that are drawn one by one above a crowd
_MOST_LARGE = 2_000  # large points in view that are; more would hide the crowd
_MOST_KEPT = 40_000  # of each are looked through for a frame, which takes 0.3 ms
_LARGE = 4  # the size class from which a point stands out; those below are no larger than a usual point, or little

_MARGIN = 16.0  # pixels around the window from which a disc may reach into it


class Points:
    """n points, each of which has a key, a state, a size class and, once there is a grid, a place.

    Points, keys, states and sizes that are set together cost one pass: 3 ms for a million.
    """

    def __init__(self, n: int) -> None:
        self._grid = _nowhere()
        self._keys, self._state = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
        self._sizes: np.ndarray | None = None
        self._looks: np.ndarray | None = None
        self._sizes_there: np.ndarray | None = None
        self._states: tuple[int, int, int, int] | None = None
        self._chosen: np.ndarray | None = None
        self._large: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def grid(self) -> Grid:
        return self._grid

    def place(self, grid: Grid) -> None:
        """Raises ValueError where the grid's points are not as many as there are."""
        if len(grid.order) + grid.left_out != len(self):
            raise ValueError(f"{len(grid.order) + grid.left_out} places for {len(self)} points")
        self._grid = grid
        self._looks = self._sizes_there = self._chosen = self._large = None

    def set_keys(self, keys: np.ndarray) -> None:
        self._keys = self._checked(keys)
        self._looks = None

    def set_state(self, state: np.ndarray) -> None:
        self._state = self._checked(state)
        self._looks = self._states = self._chosen = None

    def set_sizes(self, sizes: np.ndarray | None) -> None:
        """Classes beyond the last are drawn as the last."""
        self._sizes = None if sizes is None else np.minimum(self._checked(sizes), len(SIZES) - 1)
        self._sizes_there = self._large = None

    def _checked(self, values: np.ndarray) -> np.ndarray:
        if values.shape != (len(self),):
            raise ValueError(f"{values.shape} values for {len(self)} points")
        return np.array(values, np.uint8)

    def is_selected(self, row: int) -> bool:
        return bool(self._state[row] == SELECTED)

    @property
    def states(self) -> tuple[int, int, int, int]:
        """How many points are in each of the four states."""
        if self._states is None:
            normal, dimmed, selected, hidden = (int(np.count_nonzero(self._state == state)) for state in range(4))
            self._states = (normal, dimmed, selected, hidden)
        return self._states

    def sight(self, affine: Affine, width: int, height: int, loops: Engine) -> Sight:
        """The points as a window shows them."""
        if self._looks is None:
            self._looks = ((self._state.astype(np.uint16) << 8) | self._keys).take(self._grid.order)
        if self._sizes_there is None and self._sizes is not None:
            self._sizes_there = self._sizes.take(self._grid.order)
        return Sight(self._grid, self._looks, self._sizes_there, affine, width, height, loops)

    def chosen(self, sight: Sight) -> np.ndarray | None:
        """int32: positions in grid order of the selected points near the window, where they are few; None where they
        are too many to be drawn one by one."""
        if self.states[SELECTED] > _MOST_KEPT:
            return None
        if self._chosen is None:
            self._chosen = np.flatnonzero((sight.looks >> 8) == SELECTED).astype(np.int32)
        near = sight.within(self._chosen, _MARGIN)
        return near if len(near) <= MOST_ABOVE else None

    def _large_by_size(self, sizes_there: np.ndarray) -> np.ndarray:
        """int32: positions of large points, the largest first; equally large ones in a fixed random order."""
        assert self._sizes is not None
        order = self._grid.order
        positions = np.flatnonzero(_largest(self._sizes).take(order)).astype(np.int32)
        smaller = np.uint64(len(SIZES)) - sizes_there[positions]
        ordered: np.ndarray = positions[np.argsort(smaller << np.uint64(32) | fallback.rank(order[positions]))]
        return ordered

    def large(self, sight: Sight) -> np.ndarray:
        """int32: positions in grid order of the largest shown points near the window, a few thousand at most."""
        if sight.sizes is None:
            return np.zeros(0, np.int32)
        if self._large is None:
            self._large = self._large_by_size(sight.sizes)
        near = sight.within(self._large, _MARGIN)
        shown: np.ndarray = near[(sight.looks[near] >> 8) < SELECTED]
        return shown[:_MOST_LARGE]


def _largest(sizes: np.ndarray) -> np.ndarray:
    """bool by row: of the large points as many as are looked through, the largest ones, and of those classes that are
    too many a fair part. Chosen by row, so that the same ones stand out wherever they move."""
    largest, room = np.zeros(len(sizes), np.bool_), _MOST_KEPT
    for size in range(len(SIZES) - 1, _LARGE - 1, -1):
        rows = np.flatnonzero(sizes == size)
        if len(rows) and room:
            rows = rows[:: -(-len(rows) // room)]
            largest[rows] = True
            room -= len(rows)
    return largest


@lru_cache(maxsize=1)
def _nowhere() -> Grid:
    """Of points that have no places yet. Made once, since its many empty cells take longer than all else of a map."""
    return build_grid(np.zeros((0, 2), np.float32), np.zeros(0, np.int32), fallback.order_by_cell)
