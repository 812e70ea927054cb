"""The command palette: type a part of what you want to do, press Enter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from embexplorer.app.actions import ACTIONS, Action, why_not
from embexplorer.app.matching import match_score
from embexplorer.gui.icons import icon
from embexplorer.gui.pieces import IconLabel, column, hairline, label, row, shortcut_words
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID

_WIDTH, _TOP, _ROW, _ROWS = 640, 65, 48, 8
_GROUP_COST, _BLOCKED_COST = 100.0, 10.0
_ENTRY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Entry:
    """One line of the palette. id: what chosen() tells. blocked: why it cannot be used now, "" when it can."""

    id: str
    text: str
    help: str = ""
    group: str = ""
    shortcut: str = ""
    icon: str = ""
    blocked: str = ""


def entry_of(action: Action, flags: Mapping[str, bool]) -> Entry:
    """An action as a line of the palette."""
    shortcut = shortcut_words(action.shortcuts[0]) if action.shortcuts else ""
    return Entry(action.id, action.plain_text, action.help, action.menu, shortcut, action.icon, why_not(action, flags))


def ranked(typed: str, entries: Sequence[Entry]) -> list[Entry]:
    """The entries that fit what was typed, best first; usable ones before blocked ones when nothing was typed."""
    scored: list[tuple[float, Entry]] = []
    for entry in entries:
        by_text, by_group = match_score(typed, entry.text), match_score(typed, f"{entry.group} {entry.text}")
        by_group = None if by_group is None else by_group - _GROUP_COST
        fitting = [score for score in (by_text, by_group) if score is not None]
        if fitting:
            scored.append((max(fitting) - (_BLOCKED_COST if entry.blocked else 0.0), entry))
    return [entry for _score, entry in sorted(scored, key=lambda pair: -pair[0])]


class CommandPalette(Sheet):
    """A sheet over the window. chosen: the id of an entry that can be used."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH, 0)
        self._entries: list[Entry] = []
        self.line = QLineEdit()
        self.line.setProperty("kind", "bare")
        self.line.setPlaceholderText("What do you want to do?")
        self.line.setAccessibleName("What do you want to do?")
        self.line.textChanged.connect(self._on_text_changed)
        self.line.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("Actions")
        self.list.setItemDelegate(_EntryPainter(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setStyleSheet("QListWidget { background: transparent; border: none; }")
        self.list.itemClicked.connect(self._on_item_clicked)
        self._empty = label("Nothing is called like that.", "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setFixedHeight(_ROW)
        top = row(IconLabel("search"), self.line, label("Esc", "key"), margin=GRID * 2, spacing=12)
        layout: QVBoxLayout = column(top, hairline(), self._empty, self.list, spacing=0)
        layout.setContentsMargins(1, 0, 1, GRID)
        self.setLayout(layout)

    def open_with(self, flags: Mapping[str, bool], extra: Sequence[Entry] = ()) -> None:
        """Show all actions, and further entries (columns, tags, recent projects), and take the keyboard."""
        own = [entry_of(a, flags) for a in ACTIONS if a.id != "help.palette"]
        self._entries = [*own, *extra]
        self.line.clear()
        self._fill("")
        self.present(self.line)

    def wanted_height(self) -> int:
        shown = max(1, min(_ROWS, self.list.count()))
        return _TOP + _ROW * shown + GRID

    def top_for(self, height: int) -> int:
        """In the upper middle, where a line that one types into is looked for."""
        return max(GRID * 2, min(self._host.height() // 8, self._host.height() - height - GRID * 2))

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event.key())
        if watched is self.line and event.type() == QEvent.Type.FocusOut:
            self.dismiss()
        return super().eventFilter(watched, event)

    def _on_key(self, key: int) -> bool:
        moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}
        if key in moves:
            last = self.list.count() - 1
            self.list.setCurrentRow(max(0, min(last, self.list.currentRow() + moves[Qt.Key(key)])))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentItem())
        else:
            return False
        return True

    def _on_text_changed(self, text: str) -> None:
        self._fill(text)
        self.place()

    def _on_item_clicked(self, item: QListWidgetItem) -> None:
        self._choose(item)

    def _choose(self, item: QListWidgetItem | None) -> None:
        entry: Entry | None = item.data(_ENTRY) if item is not None else None
        if entry is not None and not entry.blocked:
            self.dismiss()
            self.chosen.emit(entry.id)

    def _fill(self, typed: str) -> None:
        self.list.clear()
        for entry in ranked(typed, self._entries):
            item = QListWidgetItem(entry.text)
            item.setData(_ENTRY, entry)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, entry.blocked or entry.help)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(self.list.count() > 0)
        self._empty.setVisible(self.list.count() == 0)


class _EntryPainter(QStyledItemDelegate):
    """Icon, name and help in two lines, the shortcut at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex, /) -> QSize:
        return QSize(0, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex, /
    ) -> None:
        entry: Entry = index.data(_ENTRY)
        tokens = theme().tokens
        rect: QRect = option.rect.adjusted(GRID, 0, -GRID, 0)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.soft))
            painter.drawRoundedRect(rect, 6, 6)
        if entry.icon:
            icon(entry.icon, "faint" if entry.blocked else "muted").paint(
                painter, QRect(rect.left() + 12, rect.center().y() - 9, 18, 18)
            )
        right = self._paint_shortcut(painter, rect, entry.shortcut)
        room = QRect(rect.left() + 44, rect.top() + 5, right - rect.left() - 56, 20)
        _line(painter, room, entry.text, tokens.faint if entry.blocked else tokens.text, 1.0)
        _line(painter, room.translated(0, 19), entry.blocked or entry.help, tokens.muted, 0.88)
        painter.restore()

    def _paint_shortcut(self, painter: QPainter, rect: QRect, shortcut: str) -> int:
        """The x where the shortcut begins."""
        if not shortcut:
            return rect.right()
        width = painter.fontMetrics().horizontalAdvance(shortcut)
        painter.setPen(QColor(theme().tokens.muted))
        box = QRect(rect.right() - width - 12, rect.top(), width, rect.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shortcut)
        return box.left()


def _line(painter: QPainter, room: QRect, text: str, colour: str, scale: float) -> None:
    font = painter.font()
    size = font.pointSizeF()
    font.setPointSizeF(size * scale)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
    font.setPointSizeF(size)
    painter.setFont(font)
