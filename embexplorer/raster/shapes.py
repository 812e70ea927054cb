"""The shapes of a point: runs of pixels for the density picture, smooth masks for single discs."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

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
SIZES: Final = tuple(0.6 * 5 ** (size / 7) for size in range(8))  # of each size class, in radii: 0.6 to 3
_LONE, _LONE_IN_A_CROWD = 0.5, 0.26  # opacity of a point by itself, where few overlap and where hundreds do
_FEW, _HUNDREDS = 4.0, 400.0


@dataclass(frozen=True, eq=False)
class Dot:
    """runs: int64 (r, 2). most: points that a pixel may count so that sums stay below 16 bits. paint, under: uint64, by
    a disc's count, four lanes of 16 bits: what each sum of colours is multiplied by, of 65,536, and what the
    background then adds (red lowest, then green and blue; the lane of the count stays 0)."""

    runs: np.ndarray
    most: int
    paint: np.ndarray
    under: np.ndarray


@lru_cache(maxsize=8)
def dot(radius: float, alpha: float | None, step: int, crowd: float, background: tuple[int, int, int]) -> Dot:
    """The nearest radius there is. alpha: opacity of a single point, None: by the crowd, so that neither a lone point
    nor the shape of the crowd is lost. step: every step-th point stands for that many. crowd: points per pixel where
    the map is dense."""
    nearest = min(_RUNS, key=lambda known: abs(known - radius))
    runs = np.array(_RUNS[nearest], np.int64)
    pixels = int((2 * runs[:, 1] + 1).sum())
    most = min(250, 257 // pixels)  # 257 times 255 fill a lane of 16 bits
    heaviest = 2 if nearest == 1.5 else 1
    counts = np.arange(257 + pixels + 2)
    points = counts * step / heaviest
    dense = min(crowd * pixels, most * pixels * step) / heaviest  # no more than can be counted
    opacity = _by_crowd(points, dense) if alpha is None else 1 - (1 - alpha) ** points
    paint = np.minimum(np.round(opacity / np.maximum(counts, 1) * 65_536), 65_535)
    under = np.round((1 - opacity)[:, None] * np.array(background))
    return Dot(runs, most, _lanes(np.repeat(paint[:, None], 3, axis=1)), _lanes(under))


def _lanes(channels: np.ndarray) -> np.ndarray:
    """uint64 (n,) from (n, 3), each below 65,536."""
    red, green, blue = channels.astype(np.uint64).T
    lanes: np.ndarray = red | green << np.uint64(16) | blue << np.uint64(32)
    return lanes


def _by_crowd(points: np.ndarray, dense: float) -> np.ndarray:
    """Opacity by the number of points under a pixel: its logarithm, so that twice as many always look one step
    denser, from a lone point to the dense parts, which are opaque."""
    dense = max(dense, _FEW)
    crowded = min(1.0, math.log(dense / _FEW) / math.log(_HUNDREDS / _FEW))
    lone = _LONE + (_LONE_IN_A_CROWD - _LONE) * crowded
    denser = lone + (1 - lone) * np.log(np.maximum(points, 1)) / math.log(dense)
    opacity: np.ndarray = np.where(points < 1, lone * points, np.minimum(denser, 1.0))
    return opacity


@dataclass(frozen=True, eq=False)
class Disc:
    """weights: uint32 (4, 4, k, k, 2), how much of 256 each pixel takes of the fill and of the rim, for the middle at
    quarter-pixel places down and across. spans: int64 (4, 4, k, 2), the columns of each line that take any."""

    weights: np.ndarray
    spans: np.ndarray


@lru_cache(maxsize=64)
def disc(radius: float, rim: float, opacity: float) -> Disc:
    """radius, rim: in pixels, the rim's width within the radius. opacity: of the whole."""
    side = math.ceil(radius + 1.0) * 2 + 1
    middles = (np.arange(PHASES) + 0.5) / PHASES
    places = np.arange(side) + 0.5 - side // 2 - middles[:, None]  # (phase, pixel)
    distance = np.hypot(places[:, None, :, None], places[None, :, None, :])
    cover = np.clip(radius + 0.5 - distance, 0, 1) * opacity
    edge = np.clip(distance - (radius - rim - 0.5), 0, 1)
    weights = np.round(np.stack([cover * (1 - edge), cover * edge], axis=-1) * 256).astype(np.uint32)
    inked: np.ndarray = weights.sum(axis=-1) > 0
    first = np.where(inked.any(axis=-1), inked.argmax(axis=-1), 0)
    last = np.where(inked.any(axis=-1), side - inked[..., ::-1].argmax(axis=-1), 0)
    return Disc(weights, np.stack([first, last], axis=-1).astype(np.int64))
