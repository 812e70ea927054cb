"""Files that are dragged onto the window."""

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtWidgets import QFrame, QWidget

from embexplorer.gui.pieces import IconLabel, column, label, row
from embexplorer.gui.tokens import GRID


def dropped_paths(data: QMimeData) -> list[Path]:
    """The local files and folders in what is dragged; [] when there is none."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


class DropOverlay(QFrame):
    """Lies over the project while files are dragged, and says what letting go will do."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("dropOverlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = label("Let go to add these to the project", "title")
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(column(None, row(None, IconLabel("add", "soft_text", 48), None), words, None, spacing=GRID * 2))
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self.parentWidget().rect().adjusted(GRID, GRID, -GRID, -GRID))  # type: ignore[union-attr]
        self.show()
        self.raise_()
