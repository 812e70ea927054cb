"""The fields of an item: names at the left, values at the right, all of it text that can be selected and copied."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QTextEdit, QWidget

from embexplorer.base.wording import excerpt
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import Tokens

_VALUE_TEXT = 2_000  # characters; the table and the export have the whole


class FieldLines(QTextEdit):
    """As high as its lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Fields")
        self.setProperty("kind", "bare")
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self._fields: tuple[tuple[str, str], ...] = ()
        theme().changed.connect(self._on_theme_changed)

    def set_fields(self, fields: tuple[tuple[str, str], ...]) -> None:
        if fields != self._fields:
            self._fields = fields
            self._write(theme().tokens)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def _write(self, tokens: Tokens) -> None:
        lines = "".join(
            f'<tr><td width="36%" align="left" style="color: {tokens.muted}; padding: 0 12px 6px 0">'
            f"{escape(name)}</td>"
            f'<td width="64%" align="left" style="padding: 0 0 6px 0">{escape(excerpt(value, _VALUE_TEXT))}</td></tr>'
            for name, value in self._fields
        )
        self.setHtml(f'<table width="100%" cellspacing="0">{lines}</table>')
        self._fit()

    def _fit(self) -> None:
        height = round(self.document().size().height()) + 4
        if self.height() != height:
            self.setFixedHeight(height)

    def _on_theme_changed(self, tokens: Tokens) -> None:
        if self._fields:
            self._write(tokens)
