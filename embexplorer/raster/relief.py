"""A density as a picture to lay over the points: tints between its contours, and the lines on a soft halo.

Drawn here and not by Qt, whose painter holds Python's lock while it strokes a path: half a second for a rich map.
"""

from dataclasses import dataclass

import numpy as np

from embexplorer.raster.density import Density
from embexplorer.raster.view import View

_THIN, _THICK, _HALO = 1.0, 1.5, 3.4  # widths in pixels; every other line is thick
_FAINTEST = 0.62  # strength of the lowest line; the highest has 1

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Ink:
    """Colours, and how opaque each is, 0 to 1: the highest line, the halo around every line, each step up of the tints,
    which lie over one another."""

    line: Rgb
    halo: Rgb
    tint: Rgb
    line_opacity: float = 0.8
    halo_opacity: float = 0.4
    tint_opacity: float = 0.045


def ink_for(background: Rgb, text: Rgb, accent: Rgb) -> Ink:
    """Quiet lines and tints for a map on this background."""
    red, green, blue = _mixed(text, accent, 0.5)
    even = (red + green) // 2  # or faint tints, rounded to whole numbers, would turn now pink, now green
    return Ink(_mixed(text, accent, 0.25), background, (even, even, blue))


def _mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def relief(made: Density, view: View, width: int, height: int, ink: Ink, ratio: float = 1.0) -> np.ndarray:
    """uint32 (height, width), ARGB premultiplied, transparent where there is nothing, for a window of this size in
    device pixels, with this view in device pixels too. ratio: device pixels per pixel, for the widths of lines."""
    from embexplorer.raster import field_kernels

    out = np.zeros((height, width), np.uint32)
    if not made.levels:
        return out
    halos, lines = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint8)
    for k, contours in enumerate(made.contours):
        if contours:
            places, starts = _in_window(contours, view, width, height)
            strength = _FAINTEST + (1 - _FAINTEST) * k / max(1, len(made.levels) - 1)
            breadth = (_THICK if k % 2 == 0 else _THIN) / 2 * ratio
            field_kernels.trace(places, starts, strength, breadth, _HALO / 2 * ratio, lines, halos)
    tints = [_premultiplied(ink.tint, 1 - (1 - ink.tint_opacity) ** k) for k in range(len(made.levels) + 1)]
    packed = np.round(tints).astype(np.uint32) @ (1 << np.arange(0, 32, 8, dtype=np.uint32))
    levels = np.array(made.levels, np.float32)
    field_kernels.shade(made.values, levels, *_places(made, view, width, height), packed, out)
    halo, line = _premultiplied(ink.halo, ink.halo_opacity), _premultiplied(ink.line, ink.line_opacity)
    field_kernels.ink(halos, lines, halo, line, out)
    return out


def _in_window(contours: tuple[np.ndarray, ...], view: View, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """All places of a level, float32 (k, 2) in pixels, and where each line begins, with the end."""
    x0, y0 = view.to_pixel(0.0, 0.0, width, height)
    places = np.concatenate(contours) * (view.scale, -view.scale) + (x0, y0)
    starts = np.cumsum([0, *map(len, contours)])
    return places.astype(np.float32), starts


def _places(made: Density, view: View, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the middles of the window's columns and lines lie in the field, counted in its squares' middles."""
    x0, y0, x1, y1 = made.bounds
    high, wide = made.values.shape
    left, top = view.to_pixel(x0, y1, width, height)
    right, bottom = view.to_pixel(x1, y0, width, height)
    across = (np.arange(width) + 0.5 - left) * (wide / (right - left)) - 0.5
    down = (np.arange(height) + 0.5 - top) * (high / (bottom - top)) - 0.5
    return (
        np.clip(across, 0, wide - 1).astype(np.float32),
        np.clip(down, 0, high - 1).astype(np.float32),
    )


def _premultiplied(colour: Rgb, opacity: float) -> np.ndarray:
    """Blue, green, red and alpha, float32 from 0 to 255: the order of the bytes from the lowest."""
    return np.array([*(part * opacity for part in reversed(colour)), 255 * opacity], np.float32)
