"""A small sheet that asks for a name to keep something under."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from embexplorer.gui.pieces import button, column, label, row
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.tokens import GRID

_WIDTH = 400


class NameSheet(Sheet):
    """chosen: the name, once; then the sheet has gone."""

    chosen = Signal(str)

    def __init__(self, host: QWidget, title: str, does: str) -> None:
        """does: the words on the button."""
        super().__init__(host, _WIDTH, 0)
        self.setAccessibleName(title)
        self._names: tuple[str, ...] = ()
        self._line = QLineEdit()
        self._line.setAccessibleName("Name")
        self._line.setPlaceholderText("Name")
        self._line.textChanged.connect(self._on_text_changed)
        self._line.returnPressed.connect(self._choose)
        self._hint = label("", "muted")
        self._take = button(does, "primary")
        self._take.clicked.connect(self._choose)
        cancel = button("Cancel")
        cancel.clicked.connect(self.dismiss)
        end = row(self._hint, None, cancel, self._take)
        self.setLayout(column(label(title, "heading"), self._line, end, margin=GRID * 2, spacing=GRID + GRID // 2))

    def open(self, proposed: str, names: tuple[str, ...]) -> None:
        """names: those that are taken already; what has one of them would be replaced."""
        self._names = names
        self._line.setText(proposed)
        self._on_text_changed()
        self._line.selectAll()
        self.present(self._line)

    def wanted_height(self) -> int:
        layout = self.layout()
        return layout.sizeHint().height() if layout is not None else 0

    def top_for(self, height: int) -> int:
        """A quarter down, where the palette opens too."""
        return (self._host.height() - height) // 4

    def _on_text_changed(self) -> None:
        name = " ".join(self._line.text().split())
        self._take.setEnabled(bool(name))
        self._hint.setText("Replaces the one that is there." if name in self._names else "")

    def _choose(self) -> None:
        name = " ".join(self._line.text().split())
        if name:
            self.dismiss()
            self.chosen.emit(name)
