"""Our own line icons (24-pixel grid, one stroke width), painted in a colour of the theme and kept in step with it."""

import weakref
from typing import Final, Protocol

import shiboken6
from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from embexplorer.base import paths
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import Tokens

_SIZES: Final = (16, 20, 24)
_icons: dict[tuple[str, str, str, float], QIcon] = {}


class Dressed(Protocol):
    """A button or an action: whatever has an icon."""

    def setIcon(self, icon: QIcon, /) -> None: ...


_dressed: "weakref.WeakKeyDictionary[Dressed, tuple[str, str]]" = weakref.WeakKeyDictionary()
_is_following = False


def names() -> list[str]:
    """All icons that there are."""
    return sorted(path.stem for path in (paths.resources() / "icons").glob("*.svg"))


def pixmap(name: str, colour: str, size: int, ratio: float = 0.0) -> QPixmap:
    """One icon in "#rrggbb", size logical pixels wide. ratio 0: that of the sharpest screen. Raises OSError."""
    ratio = ratio or _ratio()
    source = (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
    result = QPixmap(round(size * ratio), round(size * ratio))
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    renderer.render(painter, QRectF(0, 0, result.width(), result.height()))
    painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def icon(name: str, tone: str = "text") -> QIcon:
    """An icon in a tone (a name of Tokens) of the theme as it is now. For buttons and actions rather use dress()."""
    tokens = theme().tokens
    key = (name, tokens.name, tone, _ratio())
    if key not in _icons:
        _icons[key] = _drawn(name, getattr(tokens, tone), tokens.faint)
    return _icons[key]


def dress(target: Dressed, name: str, tone: str = "text") -> None:
    """Give a button or an action its icon, and again whenever the theme changes."""
    global _is_following
    if not _is_following:
        theme().changed.connect(_on_theme_changed)
        _is_following = True
    _dressed[target] = (name, tone)
    target.setIcon(icon(name, tone))


def _drawn(name: str, colour: str, faint: str) -> QIcon:
    result = QIcon()
    for size in _SIZES:
        result.addPixmap(pixmap(name, colour, size), QIcon.Mode.Normal)
        result.addPixmap(pixmap(name, faint, size), QIcon.Mode.Disabled)
    return result


def _ratio() -> float:
    return max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)


def _on_theme_changed(_tokens: Tokens) -> None:
    for target, (name, tone) in list(_dressed.items()):
        if shiboken6.isValid(target):
            target.setIcon(icon(name, tone))
