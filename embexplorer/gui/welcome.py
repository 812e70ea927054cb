"""The first page: drop something, open something, or try a sample."""

import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QWidget

from embexplorer.gui.pieces import IconLabel, button, column, label, row, set_property
from embexplorer.gui.recent import RecentRow, look_up
from embexplorer.gui.tokens import GRID

_WIDTH = GRID * 100
_SAMPLES = (
    ("wordnet", "text", "WordNet glosses", "2,000 meanings of English words, as a map of what they mean."),
    ("emoji", "image", "Emoji", "300 small pictures, laid out by how alike they look."),
)
_FORMATS = "Tables, texts, PDFs, images, ready-made vectors, or a folder of them. Nothing leaves this computer."


class WelcomePage(QWidget):
    """action_triggered: an action of the table. sample_requested: "wordnet" or "emoji"."""

    action_triggered = Signal(str)
    open_requested = Signal(Path)
    forget_requested = Signal(Path)
    sample_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.drop_zone = _drop_zone(self)
        self._recent_box = column(spacing=2)
        self._recent_title = label("Recent projects", "section")
        self._recent = QWidget()
        self._recent.setLayout(column(self._recent_title, self._recent_box))
        self.rows: list[RecentRow] = []
        samples = QWidget()
        cards = row(*(self._card(*sample) for sample in _SAMPLES), spacing=GRID * 2)
        samples.setLayout(column(label("Try it with a sample", "section"), cards))
        head = column(
            label("embexplorer", "display"), label("See what embeddings know about your files.", "muted"), spacing=2
        )
        body = QWidget()
        body.setLayout(column(head, self.drop_zone, samples, self._recent, spacing=GRID * 3))
        body.setMaximumWidth(_WIDTH)
        page = QWidget()
        middle = row(spacing=0)
        middle.addStretch(1)
        middle.addWidget(body, 100)
        middle.addStretch(1)
        page.setLayout(column(None, middle, None, margin=GRID * 4))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(page)
        self.setLayout(column(area, spacing=0))
        self.set_recent(())

    def set_recent(self, paths: Sequence[str]) -> None:
        """Show these projects, newest first; none hides the list."""
        for old in self.rows:
            self._recent_box.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.rows = [RecentRow(look_up(path, time.time())) for path in paths[:6]]
        for line in self.rows:
            line.opened.connect(self.open_requested)
            line.forgotten.connect(self.forget_requested)
            self._recent_box.addWidget(line)
        self._recent.setVisible(bool(self.rows))

    def set_drag_over(self, is_over: bool) -> None:
        """Light up the drop zone while files are dragged over the window."""
        set_property(self.drop_zone, "over", "true" if is_over else "false")

    def _card(self, name: str, icon: str, title: str, text: str) -> QPushButton:
        card = button("", "card")
        card.setAccessibleName(f"Open the sample {title}")
        card.setAccessibleDescription(text)
        card.clicked.connect(lambda: self.sample_requested.emit(name))
        words = column(None, label(title, "heading"), label(text, "muted", wrap=True), None, spacing=2)
        line = row(IconLabel(icon, "accent", 28), spacing=GRID * 2, margin=GRID * 2)
        line.addLayout(words, 1)
        card.setLayout(line)
        card.setMinimumHeight(GRID * 11)
        for part in card.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        return card


def _drop_zone(page: WelcomePage) -> QFrame:
    zone = QFrame()
    zone.setObjectName("dropZone")
    zone.setProperty("over", "false")
    title = label("Drop files or a folder here", "title")
    text = label(_FORMATS, "muted", wrap=True)
    for line in (title, text):
        line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    add = button("Choose files…", "primary", "add")
    add.clicked.connect(lambda: page.action_triggered.emit("file.add_files"))
    folder = button("Choose a folder…", "", "folder")
    folder.clicked.connect(lambda: page.action_triggered.emit("file.add_folder"))
    opened = button("Open a project…", "", "open")
    opened.clicked.connect(lambda: page.action_triggered.emit("file.open"))
    picture = row(None, IconLabel("add", "accent", 40), None)
    buttons = row(None, add, folder, opened, None)
    zone.setLayout(column(picture, title, text, GRID, buttons, margin=GRID * 4, spacing=GRID))
    return zone
