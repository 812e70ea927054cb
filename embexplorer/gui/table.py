"""The table: a million rows, drawn from the frame cell by cell as they come into view."""

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QStackedLayout, QTableView, QWidget

from embexplorer.app.appearance import label_of
from embexplorer.app.values import TableView
from embexplorer.data.items import FieldType
from embexplorer.data.selection import Combine
from embexplorer.gui.gestures import combine_of
from embexplorer.gui.pieces import EmptyState
from embexplorer.gui.rowdrag import RowDrag
from embexplorer.gui.tablemodel import CellDelegate, TableModel
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, ROW

_NARROWEST, _WIDEST, _WIDEST_TEXT, _SORT_ROOM = GRID * 9, GRID * 28, GRID * 46, GRID * 2
_WORDY = (FieldType.TEXT, FieldType.TAGS)
_MEASURED = 40  # rows by which the width of a column is chosen
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End)


class TablePanel(QWidget):
    """A virtual table with our own selection. Click selects, Ctrl adds, Shift takes a range; the header sorts."""

    hovered = Signal(int)
    picked = Signal(int, object)  # row, Combine
    rows_selected = Signal(object, object)  # int64 rows, Combine
    opened = Signal(int)
    sort_changed = Signal(str, bool)
    columns_changed = Signal(tuple)
    menu_requested = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Table of items")
        self._anchor = -1  # the position from which Shift takes a range
        self._widths: dict[str, int] = {}  # what the user made of a column's width
        self._fitted: dict[str, int] = {}  # what the first cells of a column ask for
        self._model = TableModel(self)
        self._view = QTableView()
        self._view.setModel(self._model)
        self._delegate = CellDelegate(self._model, self._view)
        self._view.setItemDelegate(self._delegate)
        self._set_up_view()
        self._set_up_header()
        self._connect()
        self.drag = RowDrag(self._view.viewport(), self._row_at, lambda: self._model.selected, self)
        self._empty = EmptyState("table", "No items yet", "Drop files here, and their items are listed.")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._view)
        self.setFocusProxy(self._view)

    def _set_up_view(self) -> None:
        view = self._view
        view.setObjectName("items")
        view.setAccessibleName("Items")
        view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setWordWrap(False)
        view.setShowGrid(False)
        view.setMouseTracking(True)
        view.setTabKeyNavigation(False)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        vertical = view.verticalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(ROW)
        vertical.hide()

    def _set_up_header(self) -> None:
        header = self._view.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(GRID * 5)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_header_clicked)
        header.sectionResized.connect(self._on_resized)
        header.customContextMenuRequested.connect(self._on_header_menu)

    def _connect(self) -> None:
        view = self._view
        view.entered.connect(lambda index: self.hovered.emit(self._model.row_at(index.row())))
        view.clicked.connect(self._on_clicked)
        view.doubleClicked.connect(lambda index: self.opened.emit(self._model.row_at(index.row())))
        view.customContextMenuRequested.connect(self._on_menu)
        view.selectionModel().currentChanged.connect(lambda _new, _old: self._mark_current())
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)
        theme().changed.connect(self._repaint)

    # -- what is shown ----------------------------------------------------------------------------------------

    def set_table(self, table: TableView) -> None:
        old = self._model.table
        self._anchor = self._anchor if old is not None and old.order is table.order else -1
        self._model.set_table(table)
        header = self._view.horizontalHeader()
        shown = table.sort in table.columns
        header.setSortIndicatorShown(shown)
        if shown:
            order = Qt.SortOrder.DescendingOrder if table.descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(table.columns.index(table.sort), order)
        if old is None or old.columns != table.columns or len(old.order) == 0:
            self._fit_columns(table)
        if len(table.frame):
            self._empty.set_text("No items are shown", "No item passes the filter. Widen it, or clear it.")
        else:
            self._empty.set_text("No items yet", "Drop files here, and their items are listed.")
        self._stack.setCurrentWidget(self._view if len(table.order) else self._empty)

    def set_selected(self, mask: np.ndarray) -> None:
        self._model.selected = mask
        self._repaint()

    def set_hover(self, row: int) -> None:
        if row != self._model.hovered:
            self._model.hovered = row
            self._repaint()

    def show_row(self, row: int) -> None:
        """Scroll to a row, unless it can be seen already."""
        position = self._model.position_of(row)
        if position >= 0:
            index = self._model.index(position, max(0, self._view.currentIndex().column()))
            self._view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self._view.scrollTo(index)

    def choose_columns(self) -> None:
        """Open the column chooser below the header."""
        header = self._view.horizontalHeader()
        self._on_header_menu(QPoint(0, header.height()))

    def _fit_columns(self, table: TableView) -> None:
        """Each as wide as its first cells ask for, within bounds, unless the user has made it otherwise."""
        header, metrics = self._view.horizontalHeader(), self._view.fontMetrics()
        self._fitted = {}
        for column, name in enumerate(table.columns):
            texts = [self._model.text_at(position, column) for position in range(min(_MEASURED, len(table.order)))]
            wanted = max((metrics.horizontalAdvance(text) for text in texts), default=0)
            wanted = max(wanted, header.fontMetrics().horizontalAdvance(label_of(name)) + _SORT_ROOM) + 3 * GRID
            widest = _WIDEST_TEXT if table.types[name] is FieldType.TEXT else _WIDEST
            self._fitted[name] = min(widest, max(_NARROWEST, wanted))
        self._share_room(table)

    def _share_room(self, table: TableView) -> None:
        """What is left of the panel's width goes to the columns of words, which can use it."""
        header = self._view.horizontalHeader()
        widths = [self._widths.get(name, self._fitted[name]) for name in table.columns]
        wordy = [at for at, n in enumerate(table.columns) if table.types[n] in _WORDY and n not in self._widths]
        left = self._view.viewport().width() - sum(widths)
        header.blockSignals(True)
        for at, width in enumerate(widths):
            share = left // len(wordy) if at in wordy and left > 0 else 0
            header.resizeSection(at, width + share)
        header.blockSignals(False)
        self._view.updateGeometries()

    def _repaint(self, _what: object = None) -> None:
        """The rows that can be seen; dataChanged over a million rows would take its time."""
        self._view.viewport().update()

    def _mark_current(self) -> None:
        self._delegate.current = self._view.currentIndex().row() if self._view.hasFocus() else -1
        self._repaint()

    # -- what the user does -----------------------------------------------------------------------------------

    def _on_clicked(self, index: QModelIndex) -> None:
        modifiers = QGuiApplication.keyboardModifiers()
        if modifiers & Qt.KeyboardModifier.ShiftModifier and self._anchor >= 0:
            self._take_range(index.row(), modifiers)
        else:
            self._pick(index.row(), modifiers)

    def _pick(self, position: int, modifiers: Qt.KeyboardModifier) -> None:
        row = self._model.row_at(position)
        if row >= 0:
            self._anchor = position
            self.picked.emit(row, combine_of(modifiers, self._model.is_selected(row)))

    def _take_range(self, position: int, modifiers: Qt.KeyboardModifier) -> None:
        if self._model.table is None or position < 0:
            return
        low, high = sorted((self._anchor, position))
        how = Combine.ADD if modifiers & Qt.KeyboardModifier.ControlModifier else Combine.REPLACE
        self.rows_selected.emit(self._model.table.order[low : high + 1], how)

    def _on_header_clicked(self, section: int) -> None:
        """First ascending, then descending, then as it was."""
        table = self._model.table
        if table is None:
            return
        name = table.columns[section]
        if table.sort != name:
            self.sort_changed.emit(name, False)
        elif not table.descending:
            self.sort_changed.emit(name, True)
        else:
            self.sort_changed.emit("", False)

    def _on_resized(self, section: int, _old: int, width: int) -> None:
        table = self._model.table
        if table is not None and section < len(table.columns) and QGuiApplication.mouseButtons():
            self._widths[table.columns[section]] = width

    def _on_header_menu(self, at: QPoint) -> None:
        table = self._model.table
        if table is None:
            return
        menu = QMenu(self)
        for name in table.all_columns:
            action = menu.addAction(label_of(name).replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(name in table.columns)
            action.setData(name)
        chosen = menu.exec(self._view.horizontalHeader().mapToGlobal(at))
        menu.deleteLater()
        if chosen is not None:
            self.columns_changed.emit(_toggled(table, str(chosen.data())))

    def _row_at(self, at: QPoint) -> int:
        return self._model.row_at(self._view.rowAt(at.y()))

    def _on_menu(self, at: QPoint) -> None:
        row = self._row_at(at)
        if row >= 0:
            self.menu_requested.emit(row, self._view.viewport().mapToGlobal(at))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Leave and watched is self._view.viewport():
            self.hovered.emit(-1)
        if watched is self._view and kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._delegate.current = self._view.currentIndex().row() if kind == QEvent.Type.FocusIn else -1
            self._repaint()
        if watched is self._view.viewport() and kind == QEvent.Type.Resize and self._model.table is not None:
            self._share_room(self._model.table)
        if watched is self._view and isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        """Space picks, Enter opens; arrows go, and with Shift take all rows from where they began."""
        position = self._view.currentIndex().row()
        if event.key() in _MOVES:
            self._move(event, position)
            return True
        row = self._model.row_at(position)
        if row < 0 or event.key() not in (*_ENTER, Qt.Key.Key_Space):
            return False
        if event.key() in _ENTER:
            self.opened.emit(row)
        else:
            self._pick(position, event.modifiers())
        return True

    def _move(self, event: QKeyEvent, position: int) -> None:
        last = self._model.rowCount() - 1
        page = max(1, self._view.viewport().height() // ROW - 1)
        steps = dict(zip(_MOVES, (-1, 1, -page, page, -last - 1, last + 1), strict=True))
        step = steps[Qt.Key(event.key())]
        new = min(last, max(0, position + step)) if position >= 0 else 0
        if last < 0:
            return
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._anchor = self._anchor if self._anchor >= 0 else max(0, position)
            self._take_range(new, event.modifiers())
        self.show_row(self._model.row_at(new))
        self.hovered.emit(self._model.row_at(new))


def _toggled(table: TableView, name: str) -> tuple[str, ...]:
    """The columns with this one put in, where it stands among all, or taken out; never none at all."""
    kept = tuple(n for n in table.columns if n != name)
    if name not in table.columns:
        wanted = {*table.columns, name}
        return tuple(n for n in table.all_columns if n in wanted)
    return kept or table.columns
