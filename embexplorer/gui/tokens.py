"""The colours and measures of the two themes, and how far two colours are apart. Plain values."""

from dataclasses import dataclass
from typing import Final

GRID: Final = 8  # pixels; every distance is a multiple, or a half where things belong together
ROW: Final = 28  # height of a row in lists, tables and menus
CONTROL: Final = 30  # height of a button or a line to type in
RADIUS: Final = 6


@dataclass(frozen=True)
class Tokens:
    """One theme. Every colour is "#rrggbb".

    background: behind everything; surface: docks and lists; raised: menus, cards, sheets; field: where one types.
    muted: secondary text; faint: disabled text. line: hairlines; control: borders of controls. soft: behind what is
    chosen. focus: the ring around what has the keyboard. hit: search hits on the map; selection: selected points.
    mark, mark_text: a word that was asked for, in the text that has it.
    """

    name: str
    dark: bool
    background: str
    surface: str
    raised: str
    field: str
    hover: str
    pressed: str
    text: str
    muted: str
    faint: str
    line: str
    control: str
    accent: str
    accent_hover: str
    accent_text: str
    soft: str
    soft_text: str
    focus: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    map_background: str
    selection: str
    hit: str
    mark: str
    mark_text: str


LIGHT: Final = Tokens(
    name="light",
    dark=False,
    background="#f3f4f6",
    surface="#fbfbfc",
    raised="#ffffff",
    field="#ffffff",
    hover="#eceef2",
    pressed="#e0e3ea",
    text="#1b1e26",
    muted="#5a6170",
    faint="#9aa1af",
    line="#e3e5ea",
    control="#c9cdd6",
    accent="#4353c9",
    accent_hover="#3746b4",
    accent_text="#ffffff",
    soft="#e4e7fb",
    soft_text="#29338a",
    focus="#6a79e8",
    danger="#b3261e",
    danger_soft="#fdecea",
    warning="#855400",
    warning_soft="#fdf3dd",
    map_background="#ffffff",
    selection="#1b1e26",
    hit="#c2410c",
    mark="#ffe29a",
    mark_text="#2b1d00",
)

DARK: Final = Tokens(
    name="dark",
    dark=True,
    background="#14161b",
    surface="#1a1d23",
    raised="#23262e",
    field="#14161b",
    hover="#282c35",
    pressed="#323742",
    text="#e7e9ee",
    muted="#a2a9b8",
    faint="#666d7c",
    line="#2a2e37",
    control="#3d434f",
    accent="#97a3ff",
    accent_hover="#adb7ff",
    accent_text="#12152b",
    soft="#2b3157",
    soft_text="#d6dbff",
    focus="#97a3ff",
    danger="#ff9a90",
    danger_soft="#3a2023",
    warning="#f0c169",
    warning_soft="#352b18",
    map_background="#101216",
    selection="#ffffff",
    hit="#ffb070",
    mark="#5c4708",
    mark_text="#ffefc4",
)


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb" by WCAG 2.2: 0 is black, 1 is white."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours by WCAG 2.2: 1 (the same) to 21; text needs 4.5, controls need 3."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
