"""The shapes of a point: runs of pixels for the density picture, smooth masks for single discs."""

import math
from dataclasses import dataclass

import numpy as np

# radius in pixels -> runs (line, half-width); runs given twice weigh twice, which makes a soft rim
_RUNS: dict[float, tuple[tuple[int, int], ...]] = {
    0.5: ((0, 0),),
    1.0: ((0, 1), (-1, 0), (1, 0)),
    1.5: ((0, 1), (0, 1), (-1, 1), (1, 1), (-1, 0), (1, 0)),
    2.0: ((0, 2), (-1, 2), (1, 2), (-2, 1), (2, 1)),
    3.0: ((0, 3), (-1, 3), (1, 3), (-2, 2), (2, 2), (-3, 1), (3, 1)),
}
PAD = 4  # pixels that the widest disc reaches, and one more
PHASES = 4  # positions of a disc's middle within a pixel, each way


@dataclass(frozen=True, eq=False)
class Dot:
    """runs: int64 (r, 2). most: points that a pixel may count so that sums stay below 16 bits. opacity, share:
    float32, by a disc's count: how opaque, and one over the count."""

    runs: np.ndarray
    most: int
    opacity: np.ndarray
    share: np.ndarray


def dot(radius: float, alpha: float, step: int) -> Dot:
    """The nearest radius there is. alpha: opacity of a single point. step: every step-th point stands for that many."""
    nearest = min(_RUNS, key=lambda known: abs(known - radius))
    runs = np.array(_RUNS[nearest], np.int64)
    pixels = int((2 * runs[:, 1] + 1).sum())
    most = max(1, 257 // pixels)
    heaviest = 2 if nearest == 1.5 else 1
    counts = np.arange(257 + pixels + 2)
    opacity = 1 - (1 - alpha) ** (counts * step / heaviest)
    return Dot(runs, most, opacity.astype(np.float32), (1 / np.maximum(counts, 1)).astype(np.float32))


def disc_shapes(radius: float, rim: float) -> np.ndarray:
    """float32 (4, 4, k, k, 2): how much of each pixel a disc covers, and how much of that is rim (rim: its width in
    pixels), for the middle at quarter-pixel places down and across."""
    side = math.ceil(radius + 1.5) * 2 + 1
    lines, columns = np.mgrid[:side, :side] + 0.5 - side // 2
    shapes = np.zeros((PHASES, PHASES, side, side, 2), np.float32)
    for down in range(PHASES):
        for across in range(PHASES):
            distance = np.hypot(lines - (down + 0.5) / PHASES, columns - (across + 0.5) / PHASES)
            shapes[down, across, :, :, 0] = np.clip(radius + 0.5 - distance, 0, 1)
            shapes[down, across, :, :, 1] = np.clip(distance - (radius - rim - 0.5), 0, 1)
    return shapes
