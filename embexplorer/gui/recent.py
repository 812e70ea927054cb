"""The recent projects as the welcome page shows them."""

import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from embexplorer.base.wording import size
from embexplorer.gui.pieces import ElidedLabel, IconLabel, column, label, row, tool_button
from embexplorer.gui.tokens import GRID

_DAY_S = 86_400


@dataclass(frozen=True)
class RecentProject:
    """details: size and date in words; "" where the file is missing."""

    path: Path
    details: str

    @property
    def is_there(self) -> bool:
        return bool(self.details)


def look_up(path: str, now_s: float) -> RecentProject:
    """What the file system says of a project now."""
    try:
        facts = Path(path).stat()
    except OSError:
        return RecentProject(Path(path), "")
    return RecentProject(Path(path), f"{size(facts.st_size)} · {day_words(facts.st_mtime, now_s)}")


def day_words(then_s: float, now_s: float) -> str:
    """“today”, “yesterday”, “3 days ago”, and from a week on the date."""
    midnight = time.mktime((*time.localtime(now_s)[:3], 0, 0, 0, 0, 0, -1))
    if then_s >= midnight:
        return "today"
    days = int((midnight - then_s) // _DAY_S) + 1
    if days < 7:
        return "yesterday" if days == 1 else f"{days} days ago"
    return time.strftime("%Y-%m-%d", time.localtime(then_s))


class RecentRow(QWidget):
    """One recent project; a missing one is grey and can only be forgotten. Enter or a click opens it."""

    opened = Signal(Path)
    forgotten = Signal(Path)

    def __init__(self, project: RecentProject) -> None:
        super().__init__()
        self.setObjectName("recentRow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.project = project
        tone = "accent" if project.is_there else "faint"
        name = ElidedLabel(project.path.stem, "heading")
        where = ElidedLabel(_short(project.path.parent), "small", Qt.TextElideMode.ElideMiddle)
        name.setEnabled(project.is_there)
        words = column(name, where, spacing=1)
        line = row(IconLabel("map", tone), spacing=12)
        line.addLayout(words, 1)
        line.addWidget(label(project.details or "This file is gone", "small"))
        self.forget_button = tool_button("close", f"Remove {project.path.stem} from the list")
        self.forget_button.clicked.connect(lambda: self.forgotten.emit(project.path))
        line.addWidget(self.forget_button)
        line.setContentsMargins(12, 6, 6, 6)
        self.setLayout(line)
        self.setAccessibleName(f"{project.path.stem}, {project.details or 'this file is gone'}")
        if project.is_there:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(GRID * 7)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._open()

    def _open(self) -> None:
        if self.project.is_there:
            self.opened.emit(self.project.path)


def _short(folder: Path) -> str:
    """The folder with “~” for the home folder."""
    try:
        return str(Path("~") / folder.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(folder)
