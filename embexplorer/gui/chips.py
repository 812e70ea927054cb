"""A term of the query as a chip: what it is, whether it pulls or pushes, and how to take it away."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from embexplorer.app.values import Chip
from embexplorer.gui.pieces import IconLabel, row, set_property, tool_button
from embexplorer.gui.tokens import CONTROL, GRID

_ICONS = {"text": "text", "image": "image", "items": "similar"}
_MOST_LETTERS = 36


class ChipButton(QFrame):
    """Click turns “more like” into “less like”; the cross, Delete and Backspace take it away; a menu does the rest."""

    flipped = Signal()
    removed = Signal()
    muted = Signal(bool)
    moved = Signal(int)  # to the chip before (-1) or after (1)

    def __init__(self, chip: Chip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chip = chip
        self.setObjectName("chip")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        pulls = chip.weight > 0
        text = chip.label if len(chip.label) <= _MOST_LETTERS else chip.label[: _MOST_LETTERS - 1] + "…"
        words = QLabel(text)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setObjectName("chipWords")
        sign = IconLabel("plus" if pulls else "minus", "accent" if pulls else "danger", 14)
        close = self._close_button()
        parts = row(sign, IconLabel(_ICONS[chip.kind], "muted", 14), words, close, spacing=GRID // 2)
        parts.setContentsMargins(GRID - 2, 0, 2, 0)
        self.setLayout(parts)
        self.setFixedHeight(CONTROL - 4)
        set_property(self, "sign", "muted" if chip.muted else "plus" if pulls else "minus")
        how = "More like" if pulls else "Less like"
        self.setAccessibleName(f"{how} {chip.label}{', muted' if chip.muted else ''}")
        self.setToolTip(f"{how}: {chip.label}\nClick to turn it round.")

    def _close_button(self) -> QToolButton:
        close = tool_button("close", f"Remove {self.chip.label}")
        close.setFixedSize(GRID * 2 + 4, GRID * 2 + 4)
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.clicked.connect(self.removed)
        return close

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        event.accept()  # what is pressed here is released here

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.flipped.emit()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self.flipped.emit()
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.moved.emit(-1 if event.key() == Qt.Key.Key_Left else 1)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        self._menu(self.mapToGlobal(QPoint(0, self.height())) if by_key else event.globalPos())

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction("Less like this" if self.chip.weight > 0 else "More like this", self.flipped.emit)
        turn = "Take it into account again" if self.chip.muted else "Leave it out for now"
        menu.addAction(turn, lambda: self.muted.emit(not self.chip.muted))
        menu.addAction("Remove", self.removed.emit)
        menu.exec(at)
        menu.deleteLater()
