"""The conditions of the filter above the facets: each as a chip that is taken away by its cross."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from embexplorer.app.filterchips import FilterChips
from embexplorer.gui.crosschip import CrossChip
from embexplorer.gui.flow import FlowLayout
from embexplorer.gui.pieces import button
from embexplorer.gui.tokens import GRID


class ConditionChips(QWidget):
    """Hidden while there is no filter; as high as its lines."""

    removed = Signal(int)  # position among the conditions
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Conditions of the filter")
        self._shown = FilterChips()
        self._chips: list[CrossChip] = []
        self._clear: QPushButton = button("", "link")
        self._clear.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._clear.clicked.connect(self.cleared)
        self._flow = FlowLayout(GRID // 2, GRID * 10)
        self._flow.addWidget(self._clear)
        self.setLayout(self._flow)
        self.hide()

    def set_conditions(self, conditions: FilterChips) -> None:
        if conditions == self._shown:
            return
        self._shown = conditions
        focused = next((at for at, chip in enumerate(self._chips) if chip.hasFocus()), -1)
        old = self._chips
        self._chips = [self._chip(at) for at in range(len(conditions.chips))]
        for at, chip in enumerate(self._chips):
            self._flow.insert(at, chip)
            chip.show()  # now, for only what is shown can take the keyboard
        self._clear.setText(f"Clear, with {conditions.more:,} more" if conditions.more else "Clear all")
        self.setVisible(bool(self._chips))
        if focused >= 0 and self._chips:
            self._chips[min(focused, len(self._chips) - 1)].setFocus()
        for gone in old:
            self._flow.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        self._fit()

    def _chip(self, at: int) -> CrossChip:
        condition = self._shown.chips[at]
        name = f"Condition: {condition.words}"
        chip = CrossChip(condition.words, name, "Take this condition away", tip=condition.whole)
        chip.removed.connect(lambda: self.removed.emit(condition.position))
        return chip

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self._flow.height_for(self.width()))
