"""All keys on one page, drawn from the table of actions."""

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from embexplorer.app.actions import ACTIONS, Action
from embexplorer.gui.pieces import column, hairline, label, row, shortcut_words, tool_button
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.tokens import GRID

_WIDTH, _HEIGHT, _COLUMNS = 1120, 832, 3
_MAP_KEYS = (
    ("Select a point", "Click"),
    ("Add to the selection", "Shift and drag"),
    ("Take away from it", "Alt and drag"),
    ("Zoom at the pointer", "Wheel"),
    ("Open the original", "Double-click"),
    ("Step from point to point", "Arrow keys"),
    ("Select that point", "Space"),
)
_TEXT_KEYS = (
    ("More like the text", "Enter"),
    ("Less like the text", "Shift+Enter"),
    ("Set aside what it says", "Ctrl+Enter"),
)


def sections() -> list[tuple[str, list[tuple[str, tuple[str, ...]]]]]:
    """(menu, [(what, keys)]): every action that has keys, the nine tag keys as one line, and what stands in no menu."""
    result = []
    for menu, actions in groupby(ACTIONS, key=lambda action: action.menu):
        lines = [_line(a) for a in actions if a.shortcuts and not a.palette_only]
        if menu == "Tag":
            lines.append(("Tag with a key", ("1–9",)))
        if lines:
            result.append((menu, lines))
    for where, unlisted in (("In the search field", _TEXT_KEYS), ("On the map", _MAP_KEYS)):
        result.append((where, [(what, (keys,)) for what, keys in unlisted]))
    return result


def _line(action: Action) -> tuple[str, tuple[str, ...]]:
    return action.plain_text, tuple(shortcut_words(key) for key in action.shortcuts)


class CheatSheet(Sheet):
    """A sheet over the window; Esc, F1 or ? puts it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH, _HEIGHT)
        self.setAccessibleName("Keyboard shortcuts")
        close = tool_button("close", "Close the keyboard shortcuts")
        close.clicked.connect(self.dismiss)
        top = row(label("Keyboard shortcuts", "title"), None, label("Esc", "key"), close, margin=GRID * 2)
        top.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID * 2)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setAccessibleName("List of keyboard shortcuts")
        self.setFocusProxy(self._area)
        layout: QVBoxLayout = column(top, hairline(), self._area, spacing=0)
        layout.setContentsMargins(1, 0, 1, GRID)
        self.setLayout(layout)

    def open(self) -> None:
        if self._area.widget() is None:
            self._area.setWidget(_page())  # not before it is wanted: it costs 30 ms
        self.present(self._area)


def _page() -> QWidget:
    """The sections in columns of about equal length."""
    page = QWidget()
    columns: list[list[QWidget]] = [[] for _ in range(_COLUMNS)]
    everything = sections()
    total = sum(len(lines) + 2 for _menu, lines in everything)
    used = 0
    for menu, lines in everything:
        length = len(lines) + 2
        columns[int((used + length / 2) / total * _COLUMNS)].append(_section(menu, lines))  # where its middle falls
        used += length
    side = row(spacing=GRID * 5)
    for blocks in columns:
        side.addLayout(column(*blocks, None, spacing=GRID * 2), 1)
    side.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
    page.setLayout(side)
    return page


def _section(menu: str, lines: list[tuple[str, tuple[str, ...]]]) -> QWidget:
    block = QWidget()
    grid = QGridLayout(block)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    grid.addWidget(label(menu, "section"), 0, 0, 1, 2)
    for at, (what, keys) in enumerate(lines, start=1):
        grid.addWidget(label(what, wrap=True), at, 0)
        caps = row(*(label(key, "key") for key in keys), spacing=4)
        grid.addLayout(caps, at, 1, Qt.AlignmentFlag.AlignRight)
    return block
