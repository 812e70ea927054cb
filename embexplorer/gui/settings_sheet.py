"""The settings, over the window: every change counts at once."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from embexplorer.base.settings import Settings
from embexplorer.gui.forms import Choices, Form
from embexplorer.gui.pieces import column, hairline, label, row, tool_button
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.tokens import GRID

_WIDTH, _TOP, _HEIGHT = 640, 64, 720


class SettingsSheet(Sheet):
    """changed: the Settings as they are now."""

    changed = Signal(object)

    def __init__(self, host: QWidget, settings: Settings, choices: Mapping[str, Choices] | None = None) -> None:
        """choices: for text_model and image_model, the installed models as (id, name)."""
        super().__init__(host, _WIDTH, _HEIGHT)
        self.setAccessibleName("Settings")
        self.form = Form(settings, choices)
        self.form.changed.connect(self.changed)
        self.form.layout().setContentsMargins(GRID * 3, GRID, GRID * 3, GRID)  # type: ignore[union-attr]
        close = tool_button("close", "Close the settings")
        close.clicked.connect(self.dismiss)
        top = row(label("Settings", "title"), None, label("Changes count at once.", "muted"), close)
        top.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID * 2)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.form)
        layout: QVBoxLayout = column(top, hairline(), area, spacing=0)
        layout.setContentsMargins(1, 0, 1, GRID)
        self.setLayout(layout)

    def wanted_height(self) -> int:
        return min(_HEIGHT, _TOP + self.form.sizeHint().height())

    def open(self, settings: Settings) -> None:
        self.form.set_values(settings)
        self.present(self.form.control("theme"))
