"""What a picture of the map is made of besides its points, in pixels of the page, and the measures of the page."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

Rgb = tuple[int, int, int]

# Measures in units; a unit is a pixel of a picture of 1280 x 1000, so that words are as large a share of any other.
MARGIN: Final = 24.0
HEADER: Final = 56.0
SIDE: Final = 240.0  # of the legend
ROW: Final = 22.0
TITLE_SIZE, TEXT_SIZE, SMALL_SIZE = 20.0, 13.0, 12.0


@dataclass(frozen=True)
class Inks:
    background: Rgb
    ink: Rgb
    quiet: Rgb
    hit: Rgb


INKS = {
    False: Inks((255, 255, 255), (27, 30, 38), (90, 97, 112), (194, 65, 12)),
    True: Inks((16, 18, 22), (231, 233, 238), (162, 169, 184), (255, 176, 112)),
}


@dataclass(frozen=True)
class Words:
    """One line of text. y: the line that the letters stand on. x: of its beginning, middle or end."""

    x: float
    y: float
    text: str
    size: float
    colour: Rgb
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    halo: float = 0.0  # the width of a rim in the background's colour


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    radius: float
    fill: Rgb
    ring: Rgb | None = None
    ring_width: float = 0.0


@dataclass(frozen=True)
class Ramp:
    """A bar of colours, from left to right."""

    x: float
    y: float
    width: float
    height: float
    colours: tuple[Rgb, ...]


@dataclass(frozen=True, eq=False)
class Line:
    """points: float64 (k, 2), closed where it ends as it begins."""

    points: np.ndarray
    colour: Rgb
    width: float


Mark = Words | Dot | Ramp | Line
