"""The tags of one item as chips, and a line to add another."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QSizePolicy, QWidget

from embexplorer.gui.crosschip import CrossChip
from embexplorer.gui.flow import FlowLayout
from embexplorer.gui.tokens import GRID


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


class TagChips(QWidget):
    """added, removed: the user wants this tag on, or off, the item."""

    added = Signal(str)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tags: tuple[str, ...] = ()
        self._is_fixed = False
        self._chips: list[CrossChip] = []
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
        self._chips = [_chip(tag, is_fixed=is_fixed) for tag in tags]
        for position, chip in enumerate(self._chips):
            chip.removed.connect(lambda tag=chip.text: self.removed.emit(tag))
            self._flow.insert(position, chip)
        self._flow.removeWidget(self.line)
        if not is_fixed:
            self._flow.addWidget(self.line)
        self.line.setVisible(not is_fixed)
        self.updateGeometry()


def _chip(tag: str, *, is_fixed: bool) -> CrossChip:
    return CrossChip(tag, f"Tag {tag}", f"Take off the tag {tag}", is_fixed=is_fixed)
