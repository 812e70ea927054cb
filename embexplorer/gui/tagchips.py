"""The tags of one item as chips, and a line to add another."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCompleter, QFrame, QLineEdit, QSizePolicy, QWidget

from embexplorer.gui.flow import FlowLayout
from embexplorer.gui.pieces import row, tool_button
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, Tokens

_HEIGHT = GRID * 3 + 2
_CLOSE = GRID * 2 + 4
_WIDEST = GRID * 30


class TagLine(QLineEdit):
    """A line to type a tag in, completed from the tags that there are. entered: Enter, with something typed."""

    entered = Signal(str)

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCompleter(completer)
        self.returnPressed.connect(self._on_return_pressed)

    def set_names(self, names: Sequence[str]) -> None:
        if list(names) != self._names.stringList():
            self._names.setStringList(list(names))

    def _on_return_pressed(self) -> None:
        tag = " ".join(self.text().split())
        if tag:
            self.clear()
            self.entered.emit(tag)


class TagChip(QFrame):
    """One tag; the cross, Delete and Backspace take it off."""

    removed = Signal(str)

    def __init__(self, tag: str, *, is_fixed: bool) -> None:
        super().__init__()
        self.tag = tag
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName(f"Tag {tag}")
        self.setToolTip(tag)
        self._is_fixed = is_fixed
        self._close = tool_button("close", f"Take off the tag {tag}")
        self._close.setFixedSize(_CLOSE, _CLOSE)
        self._close.setIconSize(QSize(12, 12))
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._close.setVisible(not is_fixed)
        self._close.clicked.connect(lambda: self.removed.emit(self.tag))
        parts = row(None, self._close)
        parts.setContentsMargins(0, 0, 3, 0)
        self.setLayout(parts)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if is_fixed else Qt.FocusPolicy.StrongFocus)
        theme().changed.connect(self._on_theme_changed)

    def sizeHint(self) -> QSize:
        return QSize(min(_WIDEST, self.fontMetrics().horizontalAdvance(self.tag) + 2 + self._beside()), _HEIGHT)

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
        shown = self.fontMetrics().elidedText(self.tag, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()

    def _beside(self) -> int:
        """Pixels of the chip that are not text."""
        return GRID * 2 if self._is_fixed else GRID + 5 + _CLOSE

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self._is_fixed:
            self.removed.emit(self.tag)
        else:
            super().keyPressEvent(event)

    def _on_theme_changed(self, _tokens: Tokens) -> None:
        self.update()


class TagChips(QWidget):
    """added, removed: the user wants this tag on, or off, the item."""

    added = Signal(str)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tags: tuple[str, ...] = ()
        self._is_fixed = False
        self._chips: list[TagChip] = []
        self.line = TagLine("Add a tag")
        self.line.entered.connect(self.added)
        self._flow = FlowLayout(GRID // 2, GRID * 14)
        self._flow.addWidget(self.line)
        self.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_tags(self, tags: tuple[str, ...], *, is_fixed: bool) -> None:
        """is_fixed: they can be seen only."""
        if (tags, is_fixed) == (self._tags, self._is_fixed):
            return
        self._tags, self._is_fixed = tags, is_fixed
        if any(chip.hasFocus() for chip in self._chips):
            self.line.setFocus()  # the chip with the keyboard is about to go
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [TagChip(tag, is_fixed=is_fixed) for tag in tags]
        for position, chip in enumerate(self._chips):
            chip.removed.connect(self.removed)
            self._flow.insert(position, chip)
        self._flow.removeWidget(self.line)
        if not is_fixed:
            self._flow.addWidget(self.line)
        self.line.setVisible(not is_fixed)
        self.updateGeometry()
