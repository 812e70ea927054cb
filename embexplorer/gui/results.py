"""The results of a search, best first."""

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStackedLayout, QWidget

from embexplorer.app.values import ResultRow, ResultsView
from embexplorer.gui.gestures import combine_of
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.pieces import EmptyState, column, label
from embexplorer.gui.resultdelegate import ROW_ROLE, ResultDelegate, more_text
from embexplorer.gui.resultshead import ResultsHead
from embexplorer.gui.rowdrag import RowDrag
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID

_ROOT = QModelIndex()
_HINT = "Type what you are looking for, or choose “More like this” on an item."


class ResultModel(QAbstractListModel):
    """The rows as they are; the delegate draws them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ResultRow, ...] = ()

    def set_rows(self, rows: tuple[ResultRow, ...]) -> bool:
        """True where they are others, rather than the same items, and perhaps more."""
        known = len(self.rows)
        old = self.rows
        if known and len(rows) >= known and all(was.id == now.id for was, now in zip(old, rows, strict=False)):
            if len(rows) > known:
                self.beginInsertRows(_ROOT, known, len(rows) - 1)
                self.rows = rows
                self.endInsertRows()
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(known - 1, 0))
            return False
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        return True

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.rows):
            return None
        result = self.rows[index.row()]
        if role == ROW_ROLE:
            return result
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (result.title or result.text, result.score_text, result.places, more_text(result))
            return f"{result.rank}: {', '.join(part for part in parts if part)}"
        return result.title or result.text if role == Qt.ItemDataRole.DisplayRole else None


class ResultsPanel(QWidget):
    """A list that lights up with the map; click shows the item, double-click opens its file."""

    hovered = Signal(int)
    picked = Signal(int, object)  # row, Combine
    opened = Signal(int)
    menu_requested = Signal(int, QPoint)
    more_wanted = Signal()
    exact_wanted = Signal()
    select_wanted = Signal()

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Results")
        self._model = ResultModel(self)
        self._total = 0
        self._asked_at = -1  # how many rows there were when more was asked for
        self._look = QTimer(self, singleShot=True, interval=0)
        self._list = QListView()
        self._list.setObjectName("results")
        self._list.setAccessibleName("Search results")
        self._list.setModel(self._model)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._delegate = ResultDelegate(pictures, self._list)
        self._list.setItemDelegate(self._delegate)
        self._connect()
        viewport = self._list.viewport()
        self.drag = RowDrag(
            viewport, lambda at: self._row(self._list.indexAt(at)), lambda: self._delegate.selected, self
        )
        pictures.arrived.connect(self._repaint)
        theme().changed.connect(self._repaint)
        self.head = ResultsHead()
        self.head.exact_wanted.connect(self.exact_wanted)
        self.head.select_wanted.connect(self.select_wanted)
        self._notes = label("", "warning", wrap=True)
        self._page = QWidget()
        self._page.setLayout(column(self.head, self._notes, self._list, spacing=0))
        self._empty = EmptyState("search", "Nothing searched for yet", _HINT)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._page)
        self.setFocusProxy(self._list)

    def _connect(self) -> None:
        self._look.timeout.connect(self._look_at_end)
        self._list.verticalScrollBar().valueChanged.connect(lambda _value: self._look.start())
        self._list.verticalScrollBar().rangeChanged.connect(lambda _low, _high: self._look.start())
        self._list.entered.connect(lambda index: self.hovered.emit(self._row(index)))
        self._list.clicked.connect(self._on_clicked)
        self._list.doubleClicked.connect(lambda index: self.opened.emit(self._row(index)))
        self._list.customContextMenuRequested.connect(self._on_menu)
        self._list.viewport().installEventFilter(self)
        self._list.installEventFilter(self)
        self._list.selectionModel().currentChanged.connect(lambda index, _old: self.hovered.emit(self._row(index)))

    def set_results(self, results: ResultsView) -> None:
        self._delegate.above, self._total = results.above, results.total
        if self._model.set_rows(results.rows):
            self._list.scrollToTop()
            self._asked_at = -1
        self._look.start()
        self._repaint()
        self.head.set_results(results)
        self._notes.setText(" ".join(results.notes))
        self._notes.setVisible(bool(results.notes))
        self._notes.setContentsMargins(GRID + 4, 0, GRID + 4, GRID // 2)
        if results.error:
            self._empty.set_text("This cannot be searched for", results.error)
        elif results.searching:
            self._empty.set_text("Searching…", "")
        elif results.asked:
            self._empty.set_text("Nothing found", "No item passes the filter. Widen it, or clear it.")
        else:
            self._empty.set_text("Nothing searched for yet", _HINT)
        busy = results.searching and bool(self._model.rows)
        self._stack.setCurrentWidget(self._page if results.rows or busy else self._empty)

    def _look_at_end(self) -> None:
        """Ask for more rows before the last one is reached. Not while nobody looks."""
        known = len(self._model.rows)
        if known >= self._total or self._asked_at == known or not self._list.isVisible():
            return
        if self._list.visualRect(self._model.index(known - 1, 0)).top() < 2 * self._list.viewport().height():
            self._asked_at = known
            self.more_wanted.emit()

    def set_hover(self, row_number: int) -> None:
        if row_number != self._delegate.hovered:
            self._delegate.hovered = row_number
            self._repaint()

    def set_selected(self, mask: np.ndarray) -> None:
        self._delegate.selected = mask
        self._repaint()

    def _repaint(self, _what: object = None) -> None:
        """The rows that can be seen; no more are drawn."""
        self._list.viewport().update()

    def _row(self, index: QModelIndex) -> int:
        return self._model.rows[index.row()].row if 0 <= index.row() < len(self._model.rows) else -1

    def _on_clicked(self, index: QModelIndex) -> None:
        row_number = self._row(index)
        if row_number >= 0:
            chosen = self._delegate.is_selected(row_number)
            self.picked.emit(row_number, combine_of(QGuiApplication.keyboardModifiers(), chosen))

    def _on_menu(self, at: QPoint) -> None:
        row_number = self._row(self._list.indexAt(at))
        if row_number >= 0:
            self.menu_requested.emit(row_number, self._list.viewport().mapToGlobal(at))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and watched is self._list.viewport():
            self.hovered.emit(-1)
        if event.type() == QEvent.Type.KeyPress and watched is self._list and isinstance(event, QKeyEvent):
            row_number = self._row(self._list.currentIndex())
            if row_number >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.opened.emit(row_number)
                return True
            if row_number >= 0 and event.key() == Qt.Key.Key_Space:
                self._on_clicked(self._list.currentIndex())
                return True
        return super().eventFilter(watched, event)
