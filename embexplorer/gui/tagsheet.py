"""A small sheet that asks for one tag: type a new one, or pick one that is there."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from embexplorer.gui.icons import icon
from embexplorer.gui.pieces import column, label
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.tokens import GRID, ROW

_WIDTH, _HEIGHT = 380, 360
_ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_MOST_SHOWN = 200


class TagSheet(Sheet):
    """chosen: the tag, once; then the sheet has gone."""

    chosen = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, _WIDTH, _HEIGHT)
        self._names: tuple[str, ...] = ()
        self._is_removing = False
        self._title = label("", "heading")
        self._line = QLineEdit()
        self._line.installEventFilter(self)
        self._line.textChanged.connect(self._fill)
        self._line.returnPressed.connect(self._choose)
        self._list = QListWidget()
        self._list.setAccessibleName("Tags to pick from")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setStyleSheet("QListWidget { background: transparent; }")  # it lies on the sheet
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(lambda _item: self._choose())
        self._nothing = label("", "muted", wrap=True)
        self.setLayout(column(self._title, self._line, self._list, self._nothing, margin=GRID * 2))

    def open(self, names: tuple[str, ...], is_removing: bool = False) -> None:
        """names: the tags to pick from. is_removing: only one of these can be chosen."""
        self._names, self._is_removing = names, is_removing
        words = "Remove a tag from the selection" if is_removing else "Tag the selection"
        self._title.setText(words)
        self.setAccessibleName(words)
        self._line.setPlaceholderText("Which tag?" if is_removing else "Type a new tag or pick one")
        self._line.setAccessibleName(words)
        self._line.clear()
        self._fill()
        self.present(self._line)

    def wanted_height(self) -> int:
        rows = min(7, max(1, self._list.count()))
        return self._title.sizeHint().height() + self._line.sizeHint().height() + rows * (ROW + 2) + GRID * 7

    def top_for(self, height: int) -> int:
        """A quarter down, where the palette opens too."""
        return (self._host.height() - height) // 4

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        is_key = watched is self._line and event.type() == QEvent.Type.KeyPress
        if is_key and isinstance(event, QKeyEvent) and event.key() in _ARROWS:
            self._list.event(event)
            return True
        return super().eventFilter(watched, event)

    def _fill(self) -> None:
        typed = _tidy(self._line.text())
        wanted = typed.casefold()
        fitting = [name for name in self._names if wanted in name.casefold()]
        fitting.sort(key=lambda name: not name.casefold().startswith(wanted))
        self._list.clear()
        for name in fitting[:_MOST_SHOWN]:
            self._add(name, name, "tag")
        if typed and typed not in self._names and not self._is_removing:
            self._add(f"New tag “{typed}”", typed, "plus")
        self._list.setCurrentRow(0 if wanted or self._is_removing else -1)
        self._list.setVisible(self._list.count() > 0)
        self._nothing.setVisible(self._list.count() == 0)
        there_is = "No tag of the selection is called that." if self._names else "The selection has no tags."
        self._nothing.setText(there_is if self._is_removing else "There are no tags yet. Type one and press Enter.")
        if self.isVisible():
            self.place()

    def _add(self, words: str, tag: str, sign: str) -> None:
        item = QListWidgetItem(icon(sign, "muted"), words)
        item.setData(Qt.ItemDataRole.UserRole, tag)
        self._list.addItem(item)

    def _choose(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.dismiss()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


def _tidy(text: str) -> str:
    return " ".join(text.split())
