"""Single points as round dots: which are drawn, in which order, how large and with what rim."""

from collections.abc import Iterator

import numpy as np

from embexplorer.raster.bands import draw_in_bands
from embexplorer.raster.look import DIMMED, NORMAL, SELECTED, Look
from embexplorer.raster.shapes import SIZES, Disc, disc
from embexplorer.raster.sight import Sight

_RING, _RING_OUTSIDE = 1.8, 1.4  # pixels: how wide the ring of a selected point is, and how much of it lies around it
_THREADED = 60_000  # pixels under discs, overlaps counted, from which a second thread is worth its start
_RANKS = np.array([1, 0, 2, 3], np.uint8)  # dimmed, normal and selected points lie one above the other


def shown(sight: Sight, radius: float) -> np.ndarray:
    """int32: positions in grid order of the points that are to be drawn in a window; radius: of a usual point."""
    reach = _reach(sight, radius)
    into = np.empty(sight.seen(reach), np.int32)
    grid, find = sight.grid, sight.loops.shown_in
    assert find is not None
    found = find(
        grid.x, grid.y, sight.looks, grid.starts, grid.axes, sight.affine, sight.width, sight.height, reach, into
    )
    return into[:found]


def near(sight: Sight, positions: np.ndarray, radius: float) -> np.ndarray:
    """Those of some positions whose discs reach into the window."""
    return sight.within(positions, _reach(sight, radius))


def draw_discs(
    sight: Sight, look: Look, positions: np.ndarray, radius: float, out: np.ndarray, threads: int, *,
    over: bool = False,
) -> None:  # fmt: skip
    """Draw these points onto the background or, where over, onto what is there: quiet ones below, larger ones before
    smaller ones, so that none hides another entirely."""
    grid, draw = sight.grid, sight.loops.draw_discs
    assert draw is not None
    fills, rims = look.discs()
    empty = look.empty()
    groups = list(_groups(sight, positions, radius))
    pixels = sum(len(those) * (shape.weights.shape[2] - 1) ** 2 for those, shape in groups)

    def band(top: int, bottom: int) -> None:
        if not over:
            out[top:bottom] = empty
        for those, shape in groups:
            draw(
                grid.x, grid.y, sight.looks, those, sight.affine, top, bottom, fills, rims, shape.weights, shape.spans,
                out,
            )  # fmt: skip

    threads = threads if pixels >= _THREADED else 1
    lines = max(16, -(-len(out) // (threads * 4))) if threads > 1 else len(out)
    draw_in_bands(lambda: band, len(out), lines, threads)


def _reach(sight: Sight, radius: float) -> float:
    return radius * (max(SIZES) if sight.sizes is not None else 1.0) + _RING_OUTSIDE + 2


def _groups(sight: Sight, positions: np.ndarray, radius: float) -> Iterator[tuple[np.ndarray, Disc]]:
    """The positions by what they look like, the lowest first."""
    states = (sight.looks[positions] >> 8).astype(np.uint8)
    sizes = np.zeros(len(positions), np.uint8) if sight.sizes is None else sight.sizes[positions]
    layers = _RANKS[states] * np.uint8(len(SIZES)) + (np.uint8(len(SIZES) - 1) - sizes)
    order = np.argsort(layers, kind="stable")
    ends = np.searchsorted(layers[order], np.arange(3 * len(SIZES) + 1))
    for layer in np.flatnonzero(np.diff(ends)).tolist():
        state = (DIMMED, NORMAL, SELECTED)[layer // len(SIZES)]
        factor = 1.0 if sight.sizes is None else SIZES[len(SIZES) - 1 - layer % len(SIZES)]
        yield positions[order[ends[layer] : ends[layer + 1]]], _disc(radius * factor, state)


def _disc(radius: float, state: int) -> Disc:
    if state == SELECTED:
        return disc(round(radius + _RING_OUTSIDE, 1), _RING, 1.0)
    return disc(round(radius, 1), round(min(0.9 if radius < 4 else 1.2, radius * 0.45), 1), 0.88)
