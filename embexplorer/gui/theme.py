"""Light, dark, or as the system is: one place that colours the whole application and says when it changed."""

from typing import Literal

from PySide6.QtCore import QDir, QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from embexplorer.base import paths
from embexplorer.gui.style import style_sheet
from embexplorer.gui.tokens import DARK, LIGHT, Tokens

Choice = Literal["system", "light", "dark"]

_SCHEMES = {"system": Qt.ColorScheme.Unknown, "light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class Theme(QObject):
    """changed: the new tokens are in force. Reached through theme()."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT
        self.choice: Choice = "system"
        self._is_styled = False
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_scheme_changed)

    def choose(self, choice: Choice) -> None:
        """Colour the application; "system" follows the system from now on."""
        self.choice = choice
        hints = QGuiApplication.styleHints()
        if hints.colorScheme() != _SCHEMES[choice]:
            hints.setColorScheme(_SCHEMES[choice])  # title bars and native dialogs follow
        self._apply(hints.colorScheme() if choice == "system" else _SCHEMES[choice])

    def _apply(self, scheme: Qt.ColorScheme) -> None:
        wanted = DARK if scheme == Qt.ColorScheme.Dark else LIGHT
        if self._is_styled and wanted is self.tokens:
            return
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        if not self._is_styled:
            QDir.setSearchPaths("glyphs", [str(paths.resources() / "icons" / "glyphs")])
            application.setStyle("Fusion")
        self._is_styled = True
        self.tokens = wanted
        application.setPalette(palette(wanted))
        application.setStyleSheet(style_sheet(wanted, application.font().pointSizeF()))
        self.changed.emit(wanted)

    def _on_system_scheme_changed(self, scheme: Qt.ColorScheme) -> None:
        if self._is_styled and self.choice == "system":
            self._apply(scheme)


_theme: Theme | None = None


def theme() -> Theme:
    """The theme of the running application; there must be a QApplication."""
    global _theme
    if _theme is None:
        _theme = Theme()
    return _theme


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette of a theme, for what style sheets do not reach and for painting by hand."""
    role = QPalette.ColorRole
    colours = {
        role.Window: tokens.background,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.background,
        role.Text: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Button: tokens.raised,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.danger,
        role.ToolTipBase: tokens.raised,
        role.ToolTipText: tokens.text,
        role.Highlight: tokens.soft,
        role.HighlightedText: tokens.soft_text,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.Accent: tokens.accent,
        role.Light: tokens.raised,
        role.Midlight: tokens.hover,
        role.Mid: tokens.control,
        role.Dark: tokens.line,
        role.Shadow: tokens.line,
    }
    result = QPalette()
    for which, colour in colours.items():
        result.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.faint))
    return result
