"""A few words as a chip with a cross, which takes them away."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy

from embexplorer.gui.pieces import row, tool_button
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, Tokens

_HEIGHT = GRID * 3 + 2
_CLOSE = GRID * 2 + 4
_WIDEST = GRID * 30


class CrossChip(QFrame):
    """The cross, Delete and Backspace take it away. name: for those who hear it; take_off: what the cross does."""

    removed = Signal()

    def __init__(self, text: str, name: str, take_off: str, *, tip: str = "", is_fixed: bool = False) -> None:
        super().__init__()
        self.text = text
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName(name)
        self.setToolTip(tip or text)
        self._is_fixed = is_fixed
        self._close = tool_button("close", take_off)
        self._close.setFixedSize(_CLOSE, _CLOSE)
        self._close.setIconSize(QSize(12, 12))
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if is_fixed:
            self._close.hide()  # never shown from here: without a parent it would be a window for a moment
        self._close.clicked.connect(self.removed)
        parts = row(None, self._close)
        parts.setContentsMargins(0, 0, 3, 0)
        self.setLayout(parts)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if is_fixed else Qt.FocusPolicy.StrongFocus)
        theme().changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        return QSize(min(_WIDEST, self.fontMetrics().horizontalAdvance(self.text) + 2 + self._beside()), _HEIGHT)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        tokens, painter = theme().tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(tokens.soft))
        painter.setPen(QPen(QColor(tokens.focus), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        round_by = _HEIGHT / 2 - 1
        width = min(self.width(), self.sizeHint().width())  # the last part of a line is given more
        painter.drawRoundedRect(QRectF(0, 0, width, _HEIGHT).adjusted(1, 1, -1, -1), round_by, round_by)
        painter.setPen(QColor(tokens.soft_text))
        room = QRect(GRID, 0, width - self._beside(), _HEIGHT)
        shown = self.fontMetrics().elidedText(self.text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _beside(self) -> int:
        """Pixels of the chip that are not text."""
        return GRID * 2 if self._is_fixed else GRID + 5 + _CLOSE

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self._is_fixed:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def _on_theme_changed(self, _tokens: Tokens) -> None:
        self.update()
