"""Words for the map as small pictures: each is drawn once, with a halo that sets it off from the points under it."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from embexplorer.gui.tokens import Tokens, contrast
from embexplorer.raster.palettes import rgb

_LONGEST = 28  # letters of a usual width; longer words are cut
_MOST_READ = 160  # letters that are looked at
_HALO = 2.0  # pixels
_PAD = 3.0  # around the letters, for the halo
_HALO_OPACITY = 0.86
_MOST_KEPT = 1_500
_READABLE = 8.0  # contrast by WCAG 2.2; more than the 7 of its highest level, since points lie under the words
_INK_SHARE = 6  # tenths of the ink in coloured letters at least, since the points under them have the same colour


@dataclass(frozen=True)
class Style:
    """size: times that of the window's font."""

    size: float
    weight: QFont.Weight = QFont.Weight.DemiBold


@dataclass(frozen=True)
class Ink:
    """The colours of letters and of their halo, "#rrggbb"."""

    letters: str
    halo: str


class Lettering:
    """Measures and draws words, and keeps what it drew."""

    def __init__(self) -> None:
        self._fonts: dict[Style, tuple[QFont, QFontMetricsF]] = {}
        self._measured: dict[tuple[str, Style], tuple[str, QSizeF]] = {}
        self._pictures: dict[tuple[str, Style, Ink, float], QPixmap] = {}

    def size(self, text: str, style: Style) -> QSizeF:
        """Of the picture, in logical pixels."""
        return self._fitted(text, style)[1]

    def is_drawn(self, text: str, style: Style, ink: Ink, ratio: float) -> bool:
        return (text, style, ink, ratio) in self._pictures

    def picture(self, text: str, style: Style, ink: Ink, ratio: float) -> QPixmap:
        """The words on nothing. ratio: pixels of the screen for a logical one."""
        key = (text, style, ink, ratio)
        found = self._pictures.pop(key, None)
        if found is None:
            found = self._drawn(text, style, ink, ratio)
            if len(self._pictures) >= _MOST_KEPT:
                del self._pictures[next(iter(self._pictures))]
        self._pictures[key] = found  # as the newest
        return found

    def _fitted(self, text: str, style: Style) -> tuple[str, QSizeF]:
        key = (text, style)
        if key not in self._measured:
            if len(self._measured) > 4 * _MOST_KEPT:
                self._measured.clear()
            metrics = self._font(style)[1]
            longest = metrics.averageCharWidth() * _LONGEST
            shown = metrics.elidedText(_one_line(text), Qt.TextElideMode.ElideRight, longest)
            size = QSizeF(metrics.horizontalAdvance(shown) + 2 * _PAD, metrics.height() + 2)
            self._measured[key] = shown, size
        return self._measured[key]

    def _font(self, style: Style) -> tuple[QFont, QFontMetricsF]:
        if style not in self._fonts:
            font = QFont(QApplication.font())
            font.setPointSizeF(font.pointSizeF() * style.size)
            font.setWeight(style.weight)
            self._fonts[style] = font, QFontMetricsF(font)
        return self._fonts[style]

    def _drawn(self, text: str, style: Style, ink: Ink, ratio: float) -> QPixmap:
        shown, size = self._fitted(text, style)
        pixels = (size * ratio).toSize()
        image = QImage(pixels.width() + 1, pixels.height() + 1, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setFont(self._font(style)[0])
        painter.setPen(QColor(ink.letters))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip
        painter.drawText(QRectF(0, 0, size.width(), size.height()), int(flags), shown)
        painter.end()
        _add_halo(image, QColor(ink.halo), max(1, round(_HALO * ratio)))
        return QPixmap.fromImage(image)


@lru_cache(maxsize=512)
def readable(colour: str, tokens: Tokens) -> str:
    """Ink with a touch of a colour ("#rrggbb"), as much as can be read well on the map."""
    found, target = rgb(colour).astype(float), rgb(tokens.text).astype(float)
    for step in range(_INK_SHARE, 11):
        mixed = np.round(found + (target - found) * (step / 10)).astype(int)
        name = "#{:02x}{:02x}{:02x}".format(*mixed.tolist())
        if contrast(name, tokens.map_background) >= _READABLE:
            return name
    return tokens.text


def _one_line(text: str) -> str:
    """Without line breaks and control characters, and no longer than is looked at."""
    plain = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text[:_MOST_READ])
    return " ".join(plain.split()) + ("…" if len(text) > _MOST_READ else "")


def _add_halo(image: QImage, colour: QColor, radius: int) -> None:
    """Put a border of so many pixels under what is drawn; by what is opaque, so that emoji get one too."""
    pixels = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    alpha = pixels[..., 3]
    spread = alpha.copy()
    for turn in range(radius):
        spread = _grown(spread, corners=turn % 2 == 1)
    spread = _softened(spread)
    room = (255 - alpha.astype(np.uint32)) * spread * round(_HALO_OPACITY * 255) // (255 * 255)
    for channel, value in enumerate((colour.blue(), colour.green(), colour.red(), 255)):
        pixels[..., channel] += (room * value // 255).astype(np.uint8)


def _softened(alpha: np.ndarray) -> np.ndarray:
    """Each pixel with its neighbours, in quarters and a half each way."""
    wide = np.pad(alpha.astype(np.uint32), 1)
    lines = wide[:-2] + 2 * wide[1:-1] + wide[2:]
    soft: np.ndarray = (lines[:, :-2] + 2 * lines[:, 1:-1] + lines[:, 2:]) // 16
    return soft


def _grown(alpha: np.ndarray, corners: bool) -> np.ndarray:
    """The most opaque of each pixel's neighbours, with those at its corners or without; by turns a nearly round pen."""
    grown = alpha.copy()
    np.maximum(grown[:, 1:], alpha[:, :-1], out=grown[:, 1:])
    np.maximum(grown[:, :-1], alpha[:, 1:], out=grown[:, :-1])
    source = grown.copy() if corners else alpha
    np.maximum(grown[1:], source[:-1], out=grown[1:])
    np.maximum(grown[:-1], source[1:], out=grown[:-1])
    return grown
