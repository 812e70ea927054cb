"""The table: a million rows, drawn from the frame cell by cell as they come into view."""

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QVBoxLayout, QWidget

from embexplorer.app.resolve import label_of
from embexplorer.app.values import TableView
from embexplorer.app.valuetext import value_text
from embexplorer.base.wording import excerpt
from embexplorer.data.items import FieldType
from embexplorer.data.selection import Combine
from embexplorer.gui.gestures import combine_of
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import ROW

_CELL_TEXT = 160  # characters of a cell; the item view shows the whole
_WIDTHS = {FieldType.TEXT: 320, FieldType.NUMBER: 96, FieldType.BOOLEAN: 80, FieldType.DATE: 120}
_WIDTH = 150
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class TableModel(QAbstractTableModel):
    """Positions are rows of the view; rows are those of the project. The selection is our own mask: Qt's takes
    seconds at a million rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.table: TableView | None = None
        self.selected = np.zeros(0, np.bool_)
        self.hovered = -1
        self._series: list[Any] = []

    def set_table(self, table: TableView) -> None:
        self.beginResetModel()
        self.table = table
        self._series = [table.frame[name] for name in table.columns]
        self.endResetModel()

    def row_at(self, position: int) -> int:
        """The project's row at a position, -1 beyond the end."""
        if self.table is None or not 0 <= position < len(self.table.order):
            return -1
        return int(self.table.order[position])

    def position_of(self, row: int) -> int:
        """Where a row of the project stands, -1 where it is not shown."""
        if self.table is None:
            return -1
        found = np.flatnonzero(self.table.order == row)
        return int(found[0]) if len(found) else -1

    def repaint_rows(self) -> None:
        if self.table is not None and len(self.table.order):
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.BackgroundRole])

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self.table is None else len(self.table.order)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self.table is None else len(self.table.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index)
        if role == Qt.ItemDataRole.BackgroundRole:
            return self._background(self.row_at(index.row()))
        if role == Qt.ItemDataRole.TextAlignmentRole and self._type(index.column()) is FieldType.NUMBER:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or self.table is None:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return label_of(self.table.columns[section])
        return f"{section + 1:,}"

    def _type(self, column: int) -> FieldType:
        assert self.table is not None
        return self.table.types[self.table.columns[column]]

    def _text(self, index: _Index) -> str:
        row = self.row_at(index.row())
        if row < 0:
            return ""
        return excerpt(value_text(self._series[index.column()][row], self._type(index.column())), _CELL_TEXT)

    def _background(self, row: int) -> QBrush | None:
        tokens = theme().tokens
        if 0 <= row < len(self.selected) and self.selected[row]:
            return QBrush(QColor(tokens.soft))
        return QBrush(QColor(tokens.hover)) if row == self.hovered and row >= 0 else None


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
        self._anchor = -1
        self._model = TableModel(self)
        self._view = QTableView(self)
        self._view.setModel(self._model)
        self._set_up_view()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self.setFocusProxy(self._view)

    def _set_up_view(self) -> None:
        view = self._view
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
        header = view.horizontalHeader()
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._on_header_clicked)
        header.customContextMenuRequested.connect(self._on_header_menu)
        view.entered.connect(lambda index: self.hovered.emit(self._model.row_at(index.row())))
        view.clicked.connect(self._on_clicked)
        view.doubleClicked.connect(lambda index: self.opened.emit(self._model.row_at(index.row())))
        view.customContextMenuRequested.connect(self._on_menu)
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)

    # -- what is shown ----------------------------------------------------------------------------------------

    def set_table(self, table: TableView) -> None:
        old = self._model.table
        self._model.set_table(table)
        header = self._view.horizontalHeader()
        shown = table.sort in table.columns
        header.setSortIndicatorShown(shown)
        if shown:
            order = Qt.SortOrder.DescendingOrder if table.descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(table.columns.index(table.sort), order)
        if old is None or old.columns != table.columns:
            for position, name in enumerate(table.columns):
                self._view.setColumnWidth(position, _WIDTHS.get(table.types[name], _WIDTH))

    def set_selected(self, mask: np.ndarray) -> None:
        self._model.selected = mask
        self._model.repaint_rows()

    def set_hover(self, row: int) -> None:
        if row != self._model.hovered:
            self._model.hovered = row
            self._model.repaint_rows()

    def show_row(self, row: int) -> None:
        """Scroll to a row, unless it can be seen already."""
        position = self._model.position_of(row)
        if position >= 0:
            index = self._model.index(position, 0)
            self._view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self._view.scrollTo(index)

    def choose_columns(self) -> None:
        """Open the column chooser below the header."""
        header = self._view.horizontalHeader()
        self._on_header_menu(QPoint(0, header.height()))

    # -- what the user does -----------------------------------------------------------------------------------

    def _on_clicked(self, index: QModelIndex) -> None:
        modifiers = QGuiApplication.keyboardModifiers()
        row = self._model.row_at(index.row())
        if row < 0:
            return
        if modifiers & Qt.KeyboardModifier.ShiftModifier and self._anchor >= 0:
            low, high = sorted((self._anchor, index.row()))
            assert self._model.table is not None
            how = Combine.ADD if modifiers & Qt.KeyboardModifier.ControlModifier else Combine.REPLACE
            self.rows_selected.emit(self._model.table.order[low : high + 1], how)
            return
        self._anchor = index.row()
        self.picked.emit(row, combine_of(modifiers, bool(self._model.selected[row])))

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

    def _on_header_menu(self, at: QPoint) -> None:
        table = self._model.table
        if table is None:
            return
        menu = QMenu(self)
        for name in table.all_columns:
            action = menu.addAction(label_of(name))
            action.setCheckable(True)
            action.setChecked(name in table.columns)
            action.setData(name)
        chosen = menu.exec(self._view.horizontalHeader().mapToGlobal(at))
        menu.deleteLater()
        if chosen is not None:
            self.columns_changed.emit(_toggled(table, str(chosen.data())))

    def _on_menu(self, at: QPoint) -> None:
        row = self._model.row_at(self._view.rowAt(at.y()))
        if row >= 0:
            self.menu_requested.emit(row, self._view.viewport().mapToGlobal(at))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and watched is self._view.viewport():
            self.hovered.emit(-1)
        if event.type() == QEvent.Type.KeyPress and watched is self._view and isinstance(event, QKeyEvent):
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        row = self._model.row_at(self._view.currentIndex().row())
        if row < 0:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(row)
            return True
        if event.key() == Qt.Key.Key_Space:
            self.picked.emit(row, combine_of(event.modifiers(), bool(self._model.selected[row])))
            return True
        return False


def _toggled(table: TableView, name: str) -> tuple[str, ...]:
    """The columns with this one put in, where it stands among all, or taken out; never none at all."""
    kept = tuple(n for n in table.columns if n != name)
    if name not in table.columns:
        wanted = {*table.columns, name}
        return tuple(n for n in table.all_columns if n in wanted)
    return kept or table.columns
