"""Colours as data, for a light and a dark background.

Categories: Okabe and Ito's eight (Color Universal Design, 2008) and then Paul Tol's muted scheme (SRON/EPS/TN/09-002),
each darkened or lightened until it stands out from its background by 3 to 1, and the eight moved apart until people
with protanopia, deuteranopia and tritanopia tell them apart as well. Numbers: viridis (Smith and van der Walt, 2015),
whose ends that would sink into the background are left out.
"""

from typing import Final

import numpy as np

MOST_CATEGORIES: Final = 20  # more hues than these cannot be told apart

_CATEGORIES_LIGHT: Final = (
    "125690 d38000 148456 b8659a b54400 209cce 7e134d 93954c 332288 2f9f8d "
    "a38d00 aa4499 117733 7a2a10 5b86bd dc6a4b 7a5fb0 8c6d31 e062b4 1499a8"
)
_CATEGORIES_DARK: Final = (
    "388cda efa600 0cb87d fbb2c9 e2773b 8bccfc d66fab d7e574 8f82ea 62cdbb "
    "f0e442 d070c8 4bb36b c4745a a5c3e8 ffb199 b59cf0 c9a45c ff86cf 4adbe6"
)
_VIRIDIS: Final = "440154 482475 414487 355f8d 2a788e 21918c 22a884 44bf70 7ad151 bddf26 fde725"
_MISSING_LIGHT, _MISSING_DARK = "bcc0c9", "555c6a"
_OTHER_LIGHT, _OTHER_DARK = "8a909f", "7d8594"
_PART_LIGHT, _PART_DARK = (0.0, 0.9), (0.14, 1.0)  # of viridis that shows on white, on black


def rgb(text: str) -> np.ndarray:
    """ "#rrggbb" or "rrggbb" as uint8 (3,)."""
    return np.frombuffer(bytes.fromhex(text.removeprefix("#")), np.uint8).copy()


def _colours(text: str) -> np.ndarray:
    return np.stack([rgb(word) for word in text.split()])


def category_palette(shown: int, has_other: bool, dark: bool) -> np.ndarray:
    """uint8 (k, 3): the missing value's colour, the categories' colours, and that of all the others where wanted."""
    missing = _colours(_MISSING_DARK if dark else _MISSING_LIGHT)
    hues = _colours(_CATEGORIES_DARK if dark else _CATEGORIES_LIGHT)[:shown]
    other = _colours(_OTHER_DARK if dark else _OTHER_LIGHT)[: int(has_other)]
    return np.concatenate([missing, hues, other])


def number_palette(dark: bool) -> np.ndarray:
    """uint8 (256, 3): the missing value's colour, then 255 steps from low to high."""
    anchors = _colours(_VIRIDIS).astype(np.float64)
    places = np.linspace(*(_PART_DARK if dark else _PART_LIGHT), 255)
    steps = np.linspace(0, 1, len(anchors))
    ramp = np.stack([np.interp(places, steps, anchors[:, channel]) for channel in range(3)], axis=1)
    missing = _colours(_MISSING_DARK if dark else _MISSING_LIGHT)
    return np.concatenate([missing, np.round(ramp).astype(np.uint8)])
