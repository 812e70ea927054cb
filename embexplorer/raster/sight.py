"""Points as a window shows them: what is drawn, and what questions are asked of."""

from dataclasses import dataclass

import numpy as np

from embexplorer.raster.engine import Engine
from embexplorer.raster.grid import Affine, Grid


@dataclass(frozen=True, eq=False)
class Sight:
    """A window of width x height pixels, from its top left. looks: uint16 (m,), state << 8 | key of each point, and
    sizes: uint8 (m,), its size class, or None where all have the same; both in grid order."""

    grid: Grid
    looks: np.ndarray
    sizes: np.ndarray | None
    affine: Affine
    width: int
    height: int
    loops: Engine

    @property
    def rows(self) -> int:
        """How many rows there are, with those that have no place."""
        return len(self.grid.order) + self.grid.left_out

    def seen(self, reach: float = 0.0) -> int:
        """About how many points lie in the window or within reach pixels of it; never too few."""
        a, b, c, d = self.affine
        wide, high = self.width + 2 * reach, self.height + 2 * reach
        return int(self.loops.count_in(self.grid.starts, self.grid.axes, (a, b + reach, c, d + reach), wide, high))

    def within(self, positions: np.ndarray, reach: float) -> np.ndarray:
        """Those of some positions in grid order that lie in the window or within reach pixels of it."""
        a, b, c, d = self.affine
        px = self.grid.x[positions].astype(np.float64) * a + b
        py = self.grid.y[positions].astype(np.float64) * c + d
        near = (px > -reach) & (px < self.width + reach) & (py > -reach) & (py < self.height + reach)
        found: np.ndarray = positions[near]
        return found
