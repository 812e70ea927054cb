"""How points look: their colours in each state over a background, ready for the drawing loops."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

NORMAL, DIMMED, SELECTED, HIDDEN = 0, 1, 2, 3

_DIM_DENSE, _DIM_DISC = 0.74, 0.66  # how far dimmed points fade towards the background
_RIM = 0.38  # how far the rim of a disc goes from its colour towards black
_FLAG = np.uint64(1) << np.uint64(56)


@dataclass
class Look:
    """palette: uint8 (k, 3). background, mark: RGB; mark rings the selected points."""

    palette: np.ndarray = field(default_factory=lambda: np.array([[90, 110, 200]], np.uint8))
    background: tuple[int, int, int] = (255, 255, 255)
    mark: tuple[int, int, int] = (27, 30, 38)

    def colours(self, dim: float = _DIM_DENSE) -> np.ndarray:
        """float32 (4, 256, 3), by state and key."""
        full = np.zeros((256, 3), np.float32)
        full[: len(self.palette)] = self.palette[:256]
        quiet = full * (1 - dim) + self._faded() * dim
        return np.stack([full, quiet, full, full])

    def _faded(self) -> np.ndarray:
        """Nearly the background, but never quite, so that the darkest colour still shows on a dark one."""
        return np.array(self.background, np.float32) * 0.8 + 128 * 0.2

    def discs(self) -> tuple[np.ndarray, np.ndarray]:
        """Fills and rims, uint32 (1024,) each, RGB32 by look."""
        fills = self.colours(_DIM_DISC)
        rims = fills * (1 - _RIM)
        rims[DIMMED] = fills[DIMMED] * 0.9 + np.array(self.background, np.float32) * 0.1
        rims[SELECTED] = self.mark
        return _packed(fills), _packed(rims)

    def table(self, states: Sequence[int]) -> np.ndarray:
        """uint64 (1024,): what a point of each look adds to a counter. states: how many points are in each state.
        Selected points, or else normal ones among dimmed, are strong: they carry the flag."""
        wide = np.round(self.colours()).astype(np.uint64)
        table = (
            wide[..., 0] | wide[..., 1] << np.uint64(16) | wide[..., 2] << np.uint64(32) | np.uint64(1) << np.uint64(48)
        )
        table[HIDDEN] = 0
        if states[SELECTED]:
            table[SELECTED] |= _FLAG
        elif states[DIMMED]:
            table[NORMAL] |= _FLAG
        flat: np.ndarray = table.ravel()
        return flat

    def packed(self) -> np.ndarray:
        """uint32 (1024,), RGB32 by look."""
        return _packed(self.colours())

    def empty(self) -> np.uint32:
        return np.uint32(rgb32(np.array(self.background, np.uint32)))


def _packed(colours: np.ndarray) -> np.ndarray:
    return rgb32(np.round(colours).astype(np.uint32)).ravel()


def rgb32(colours: np.ndarray) -> np.ndarray:
    """uint32 (...), 0xffRRGGBB, from uint32 (..., 3)."""
    packed: np.ndarray = np.uint32(0xFF000000) | colours[..., 0] << 16 | colours[..., 1] << 8 | colours[..., 2]
    return packed.astype(np.uint32)
