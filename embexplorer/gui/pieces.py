"""The small parts that every panel is made of, so that they look and speak alike."""

from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from embexplorer.gui.icons import dress, pixmap
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import CONTROL, GRID, Tokens

Part = QWidget | QLayout | int | None
_Layout = TypeVar("_Layout", bound=QBoxLayout)


def label(text: str, role: str = "", *, wrap: bool = False) -> QLabel:
    """A label in plain text. role: "", muted, small, section, heading, title, display, key, danger."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("role", role)
    result.setWordWrap(wrap)
    if role == "key":
        result.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return result


def button(text: str, kind: str = "", icon: str = "", help_text: str = "") -> QPushButton:
    """A push button. kind: "", primary, danger, quiet, link."""
    result = QPushButton(text)
    result.setProperty("kind", kind)
    result.setToolTip(help_text)
    result.setAutoDefault(False)
    if icon:
        tones = {"primary": "accent_text", "danger": "danger"}
        dress(result, icon, tones.get(kind, "text"))
        result.setIconSize(QSize(16, 16))
    return result


def tool_button(icon: str, name: str, help_text: str = "") -> QToolButton:
    """A button that is only an icon; name is what a screen reader says and the tool tip shows."""
    result = QToolButton()
    dress(result, icon, "muted")
    result.setIconSize(QSize(18, 18))
    result.setFixedSize(CONTROL, CONTROL)
    result.setAccessibleName(name)
    result.setToolTip(help_text or name)
    result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return result


def hairline() -> QFrame:
    result = QFrame()
    result.setProperty("role", "line")
    return result


def column(*parts: Part, margin: int = 0, spacing: int = GRID) -> QVBoxLayout:
    """Parts under each other: widgets, layouts, a number of pixels, or None for what stretches."""
    layout = QVBoxLayout()
    return _filled(layout, parts, margin, spacing)


def row(*parts: Part, margin: int = 0, spacing: int = GRID) -> QHBoxLayout:
    """Parts beside each other, as in column()."""
    layout = QHBoxLayout()
    return _filled(layout, parts, margin, spacing)


def set_property(widget: QWidget, name: str, value: str) -> None:
    """Change a property that the style sheet looks at, and look again."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def shortcut_words(shortcut: str) -> str:
    """A shortcut as this platform writes it: “Ctrl+K”, or “⌘K” on a Mac."""
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)


class IconLabel(QLabel):
    """An icon that only says something to the eye, in a tone of the theme."""

    def __init__(self, name: str, tone: str = "muted", size: int = 20) -> None:
        super().__init__()
        self._name, self._tone, self._size = name, tone, size
        self.setFixedSize(size, size)
        theme().changed.connect(self._on_theme_changed)
        self._on_theme_changed(theme().tokens)

    def set_icon(self, name: str, tone: str) -> None:
        self._name, self._tone = name, tone
        self._on_theme_changed(theme().tokens)

    def _on_theme_changed(self, tokens: Tokens) -> None:
        self.setPixmap(pixmap(self._name, getattr(tokens, self._tone), self._size))


class ElidedLabel(QLabel):
    """One line that is cut with an ellipsis where the room ends; the tool tip has the whole."""

    def __init__(self, text: str = "", role: str = "", mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._mode = mode
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(GRID * 3, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent, /) -> None:
        metrics: QFontMetrics = self.fontMetrics()
        room = self.contentsRect()
        shown = metrics.elidedText(self.text(), self._mode, room.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        painter.drawText(room, int(self.alignment()), shown)
        painter.end()


class EmptyState(QWidget):
    """What a list shows while there is nothing in it: why, and what to do."""

    def __init__(self, icon: str, title: str, text: str, action: QPushButton | None = None) -> None:
        super().__init__()
        self._title = label(title, "heading", wrap=True)
        self._text = label(text, "muted", wrap=True)
        for line in (self._title, self._text):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            line.setMaximumWidth(GRID * 40)
        picture = IconLabel(icon, "faint", 32)
        parts: list[Part] = [None, row(None, picture, None), row(self._title), row(self._text)]
        if action is not None:
            parts += [GRID, row(None, action, None)]
        self.setLayout(column(*parts, None, margin=GRID * 3))

    def set_text(self, title: str, text: str) -> None:
        self._title.setText(title)
        self._text.setText(text)


def _filled(layout: _Layout, parts: tuple[Part, ...], margin: int, spacing: int) -> _Layout:
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
    return layout
