"""A combo box of values, each with words to show."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from embexplorer.gui.tokens import GRID

_WIDEST = GRID * 60


class ChoiceBox(QComboBox):
    """value_chosen: the user picked this value. Turning the wheel over it changes nothing."""

    value_chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._values: list[str] = []
        self._words: list[str] = []
        self.activated.connect(lambda at: self.value_chosen.emit(self._values[at]))

    def set_choices(self, choices: Sequence[tuple[str, str]], current: str) -> None:
        """choices: (value, words). A current value that is not among them comes first, as it is."""
        values, words = [value for value, _ in choices], [words for _, words in choices]
        if current not in values:
            values, words = [current, *values], [current, *words]
        with QSignalBlocker(self):
            if (values, words) != (self._values, self._words):
                self._values, self._words = values, words
                self.clear()
                for value, text in zip(values, words, strict=True):
                    self.addItem(text, value)
            self.setCurrentIndex(values.index(current))

    def value(self) -> str:
        """The value that is shown; "" where there is none to choose."""
        return self._values[self.currentIndex()] if self._values else ""

    def showPopup(self) -> None:
        """The list is as wide as its words, within reason."""
        self.view().setMinimumWidth(min(_WIDEST, self.view().sizeHintForColumn(0) + 4 * GRID))
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        event.ignore()
