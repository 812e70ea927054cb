"""Palettes that everybody can read: told apart with any colour vision, and seen on both backgrounds."""

import numpy as np
import pytest

from embexplorer.raster.palettes import MOST_CATEGORIES, category_palette, number_palette, rgb

# Machado, Oliveira and Fernandes, A physiologically-based model for simulation of color vision deficiency (2009),
# severity 1.0; for linear RGB.
VISION = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ],
    "usual": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
}  # fmt: skip
TO_XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
WHITE = (0.95047, 1.0, 1.08883)
BACKGROUND = {False: "#ffffff", True: "#101216"}
TOLD_APART = 15.0  # in CIE Lab, where 2.3 is what can just be seen and 10 is told at a glance
SEEN = 3.0  # contrast that WCAG 2.2 asks of graphics


def linear(colours: np.ndarray) -> np.ndarray:
    share = colours.astype(np.float64) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    xyz = light @ np.array(TO_XYZ).T / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def contrasts(colours: np.ndarray, dark: bool) -> np.ndarray:
    own, back = (linear(np.atleast_2d(c)) @ TO_XYZ[1] for c in (colours, rgb(BACKGROUND[dark])))
    return (np.maximum(own, back) + 0.05) / (np.minimum(own, back) + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("vision", VISION)
def test_eight_categories_are_told_apart_by_everybody(dark: bool, vision: str) -> None:
    colours = category_palette(8, False, dark)  # with that of missing values
    seen = lab(np.clip(linear(colours) @ np.array(VISION[vision]).T, 0, 1))
    distances = np.linalg.norm(seen[:, None] - seen[None], axis=2)[~np.eye(len(seen), dtype=bool)]
    assert distances.min() >= TOLD_APART


@pytest.mark.parametrize("dark", [False, True])
def test_every_category_stands_out_from_its_background(dark: bool) -> None:
    palette = category_palette(MOST_CATEGORIES, True, dark)
    assert contrasts(palette[1:], dark).min() >= SEEN
    assert contrasts(palette[:1], dark).max() < 3  # what is missing steps back
    assert len(np.unique(palette, axis=0)) == len(palette)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("vision", VISION)
def test_numbers_grow_lighter_for_everybody(dark: bool, vision: str) -> None:
    ramp = number_palette(dark)[1:]
    lightness = lab(np.clip(linear(ramp) @ np.array(VISION[vision]).T, 0, 1))[:, 0]
    assert (np.diff(lightness[::8]) > 0).all() and lightness[-1] - lightness[0] > 55
    assert contrasts(ramp, dark).min() > 1.5
