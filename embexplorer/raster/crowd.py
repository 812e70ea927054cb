"""Many points as density: the darker or lighter, the more of them lie under a pixel, in their mean colour."""

from collections.abc import Sequence

import numpy as np

from embexplorer.raster.bands import Band, draw_in_bands
from embexplorer.raster.look import DIMMED, SELECTED, Look
from embexplorer.raster.shapes import PAD, Dot
from embexplorer.raster.sight import Sight

_STRIP = 48  # lines at a time, so that the counters stay in the L2 cache
_THREADED = 400_000  # points and pixels from which a second thread is worth its start


def draw_crowd(
    sight: Sight, look: Look, states: Sequence[int], dot: Dot, step: int, out: np.ndarray, threads: int
) -> None:
    """Draw every step-th point in the window. states: how many points are in each state, of those to be told apart."""
    grid, draw = sight.grid, sight.loops.draw_density
    assert draw is not None
    table = look.table(states)
    any_strong = bool(states[DIMMED] or states[SELECTED])

    def worker() -> Band:
        wide = out.shape[1] + 2 * PAD
        counters = np.empty((2 if any_strong else 1, _STRIP + 2 * PAD, wide), np.uint64)
        sums = np.empty((max(1, int(dot.runs[:, 1].max())), _STRIP + 2 * PAD, wide), np.uint64)

        def band(top: int, bottom: int) -> None:
            draw(
                grid.x, grid.y, sight.looks, grid.starts, grid.axes, sight.affine, top, bottom, step, table,
                dot.most, dot.runs, dot.paint, dot.under, counters, sums, out,
            )  # fmt: skip

        return band

    work = sight.seen() // step + out.size
    draw_in_bands(worker, len(out), _STRIP, threads if work >= _THREADED else 1)
