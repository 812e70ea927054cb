"""The tags of the project: how many items have each, whether the selection has it, and what can be done with it."""

from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QStackedLayout, QWidget

from embexplorer.app.values import TagView
from embexplorer.base.wording import count
from embexplorer.gui.pieces import EmptyState, column
from embexplorer.gui.tagchips import TagLine
from embexplorer.gui.tagdelegate import TAG_ROLE, TagDelegate, box_area, check_state, menu_area
from embexplorer.gui.tagsheet import TagSheet
from embexplorer.gui.tokens import GRID

__all__ = ["TagSheet", "TagsPanel"]

_ROOT = QModelIndex()
_KEYS = "123456789"
_STATES = {
    Qt.CheckState.Checked: "all of the selection",
    Qt.CheckState.PartiallyChecked: "some of the selection",
    Qt.CheckState.Unchecked: "none of the selection",
}


class _TagModel(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tags: tuple[TagView, ...] = ()

    def set_tags(self, tags: tuple[TagView, ...]) -> None:
        """The same tags with other counts keep their place and the keyboard."""
        if [tag.tag for tag in tags] == [tag.tag for tag in self.tags]:
            self.tags = tags
            if tags:
                self.dataChanged.emit(self.index(0), self.index(len(tags) - 1))
            return
        self.beginResetModel()
        self.tags = tags
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.tags)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.tags):
            return None
        tag = self.tags[index.row()]
        if role == TAG_ROLE:
            return tag
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return _in_words(tag)
        return tag.tag if role == Qt.ItemDataRole.DisplayRole else None


class TagList(QListView):
    """Click on the box or Space turns a tag on or off for the selection; double-click or Enter selects its items."""

    toggled = Signal(str)
    select_wanted = Signal(str)
    menu_wanted = Signal(str, QPoint)  # tag, place on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tags of the project")
        self.tags = _TagModel(self)
        self.setModel(self.tags)
        self.setItemDelegate(TagDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setStyleSheet("QListView:focus { border: none; }")  # the line with the keyboard has the ring
        self.setMouseTracking(True)
        self.doubleClicked.connect(lambda index: self.select_wanted.emit(self._tag(index)))

    def set_tags(self, tags: tuple[TagView, ...]) -> None:
        if tags == self.tags.tags:
            return
        current = self._tag(self.currentIndex())
        self.tags.set_tags(tags)
        names = [tag.tag for tag in tags]
        if current in names:
            self.setCurrentIndex(self.tags.index(names.index(current)))

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        line = self.visualRect(index)
        if _near(box_area(line).center(), at):
            self.toggled.emit(self._tag(index))
        elif _near(menu_area(line).center(), at):
            self.menu_wanted.emit(self._tag(index), self.viewport().mapToGlobal(menu_area(line).bottomLeft()))

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        """Two quick clicks on the box are two clicks."""
        at = event.position().toPoint()
        if not _near(box_area(self.visualRect(self.indexAt(at))).center(), at):
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        tag = self._tag(self.currentIndex())
        if tag and event.key() == Qt.Key.Key_Space:
            self.toggled.emit(tag)
        elif tag and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.select_wanted.emit(tag)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_key else self.indexAt(event.pos())
        if index.isValid():
            at = self.viewport().mapToGlobal(self.visualRect(index).center()) if is_key else event.globalPos()
            self.menu_wanted.emit(self._tag(index), at)

    def focusInEvent(self, event: Any, /) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.tags.tags:
            self.setCurrentIndex(self.tags.index(0))

    def viewportEvent(self, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Leave:
            self.viewport().update()
        return super().viewportEvent(event)

    def _tag(self, index: QModelIndex) -> str:
        return self.tags.tags[index.row()].tag if 0 <= index.row() < len(self.tags.tags) else ""


class TagsPanel(QWidget):
    """A line to tag the selection with, and all tags below."""

    tag_wanted = Signal(str)
    untag_wanted = Signal(str)
    select_wanted = Signal(str)
    filter_wanted = Signal(str)
    key_chosen = Signal(str, str)  # tag, digit or ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tags")
        self._tags: dict[str, TagView] = {}
        self._line = TagLine("Type a tag and press Enter")
        self._line.setToolTip("Tags the selected items.")
        self._line.entered.connect(self.tag_wanted)
        self._list = TagList()
        self._list.toggled.connect(self._on_toggled)
        self._list.select_wanted.connect(self.select_wanted)
        self._list.menu_wanted.connect(self._on_menu_wanted)
        self._empty = EmptyState("tag", "No tags yet", "Select some items, then type a tag above and press Enter.")
        below = QWidget()
        self._stack = QStackedLayout(below)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._list)
        layout = column(self._line, below)
        layout.setContentsMargins(GRID, GRID, GRID, 0)
        self.setLayout(layout)
        self.setFocusProxy(self._line)

    def set_tags(self, tags: tuple[TagView, ...]) -> None:
        self._tags = {tag.tag: tag for tag in tags}
        self._list.set_tags(tags)
        self._line.set_names(tuple(self._tags))
        self._stack.setCurrentWidget(self._list if tags else self._empty)

    def _on_toggled(self, name: str) -> None:
        tag = self._tags[name]
        if not tag.of:
            return
        if check_state(tag) is Qt.CheckState.Checked:
            self.untag_wanted.emit(name)
        else:
            self.tag_wanted.emit(name)

    def _on_menu_wanted(self, name: str, at: QPoint) -> None:
        menu = self._menu(self._tags[name])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def _menu(self, tag: TagView) -> QMenu:
        menu = QMenu(self)
        name = tag.tag
        menu.addAction("Select its items", lambda: self.select_wanted.emit(name))
        menu.addAction("Show only its items", lambda: self.filter_wanted.emit(name))
        menu.addSeparator()
        put = menu.addAction("Put on the selection", lambda: self.tag_wanted.emit(name))
        put.setEnabled(tag.chosen < tag.of)
        take = menu.addAction("Remove from the selection", lambda: self.untag_wanted.emit(name))
        take.setEnabled(tag.chosen > 0)
        menu.addSeparator()
        keys = menu.addMenu("Key")
        owners = {other.key: other.tag for other in self._tags.values() if other.key}
        for key in ("", *_KEYS):
            owner = owners.get(key, "")
            words = f"{key}   {owner}".rstrip() if key else "None"
            action = keys.addAction(words, partial(self.key_chosen.emit, name, key))
            action.setCheckable(True)
            action.setChecked(tag.key == key)
        return menu


def _near(centre: QPoint, at: QPoint) -> bool:
    """Whether a click meets a sign: within 14 pixels across, anywhere in the line."""
    return abs(centre.x() - at.x()) <= GRID + 6


def _in_words(tag: TagView) -> str:
    words = f"{tag.tag}: {count(tag.count, 'item')}"
    if tag.of:
        words += f", {_STATES[check_state(tag)]}"
    return f"{words}, key {tag.key}" if tag.key else words
