"""A sheet that asks for the parameters of an operation: the form is drawn from the params dataclass."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from embexplorer.gui.forms import Choices, Form
from embexplorer.gui.pieces import button, column, hairline, label, row, tool_button
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.tokens import GRID

_WIDTH, _HEIGHT = 600, 620


class FormSheet(Sheet):
    """wanted: the parameters, when the user says go. Enter does, Esc closes."""

    wanted = Signal(object)

    def __init__(self, host: QWidget, title: str, text: str, go: str) -> None:
        super().__init__(host, _WIDTH, _HEIGHT)
        self.setAccessibleName(title)
        self._form: Form | None = None
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setSizeAdjustPolicy(QScrollArea.SizeAdjustPolicy.AdjustToContents)
        close = tool_button("close", "Close")
        close.clicked.connect(self.dismiss)
        self._top = top = row(column(label(title, "title"), label(text, "muted", wrap=True), spacing=GRID // 2), close)
        top.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID * 2)
        self._go = button(go, "primary")
        self._go.clicked.connect(self._accept)
        cancel = button("Cancel")
        cancel.clicked.connect(self.dismiss)
        self._bottom = bottom = row(None, cancel, self._go)
        bottom.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        layout = column(top, hairline(), self._area, hairline(), bottom, spacing=0)
        layout.setContentsMargins(1, 0, 1, 0)
        self.setLayout(layout)

    def open(self, values: Any, choices: Mapping[str, Choices] | None = None) -> None:
        """Ask, with these values at first. choices: for text fields whose values are known only now."""
        self._form = Form(values, choices)
        layout = self._form.layout()
        assert layout is not None
        layout.setContentsMargins(GRID * 3, GRID, GRID * 3, GRID)
        self._area.setWidget(self._form)
        self.present(self._go)

    def wanted_height(self) -> int:
        layout = self._form.layout() if self._form is not None else None
        form = layout.totalHeightForWidth(_WIDTH - 2) if layout is not None else 0
        return min(_HEIGHT, form + self._top.sizeHint().height() + self._bottom.sizeHint().height() + GRID)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        assert self._form is not None
        values = self._form.values
        self.dismiss()
        self.wanted.emit(values)
