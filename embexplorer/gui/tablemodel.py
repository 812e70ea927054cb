"""What the table shows of a frame, cell by cell as it comes into view, and how a cell is drawn."""

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from embexplorer.app.appearance import label_of
from embexplorer.app.values import TableView
from embexplorer.app.valuetext import value_text
from embexplorer.base.wording import excerpt
from embexplorer.data.items import FieldType
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID

_CELL_TEXT = 160  # characters of a cell; the item view shows the whole
_TIP_TEXT = 600
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


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

    def is_selected(self, row: int) -> bool:
        return 0 <= row < len(self.selected) and bool(self.selected[row])

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self.table is None else len(self.table.order)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self.table is None else len(self.table.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text_at(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            text = self.text_at(index.row(), index.column(), _TIP_TEXT)
            return text if len(text) > GRID * 5 else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            chosen = ", selected" if self.is_selected(self.row_at(index.row())) else ""
            return f"{self.text_at(index.row(), index.column())}{chosen}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self.table is None or orientation != Qt.Orientation.Horizontal or section >= len(self.table.columns):
            return None
        name = self.table.columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_MIDDLE | _side(self.table.types[name]))
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{label_of(name)} ({self.table.types[name].value})\nClick to sort; click again to turn round."
        return label_of(name) if role == Qt.ItemDataRole.DisplayRole else None

    def type_of(self, column: int) -> FieldType:
        assert self.table is not None
        return self.table.types[self.table.columns[column]]

    def text_at(self, position: int, column: int, length: int = _CELL_TEXT) -> str:
        row = self.row_at(position)
        if row < 0 or not 0 <= column < len(self._series):
            return ""
        return excerpt(value_text(self._series[column][row], self.type_of(column)), length)


class CellDelegate(QStyledItemDelegate):
    """Draws a cell from the model's own marks: the selection, what is lit up, and the row of the keyboard."""

    def __init__(self, model: TableModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.current = -1  # the position that has the keyboard, -1 for none

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        tokens, area, position = theme().tokens, QRect(option.rect), index.row()
        row = self._model.row_at(position)
        chosen = self._model.is_selected(row)
        if chosen or row == self._model.hovered:
            painter.fillRect(area, QColor(tokens.soft if chosen else tokens.hover))
        if position == self.current:
            for top in (area.top(), area.bottom()):
                painter.fillRect(QRect(area.left(), top, area.width(), 1), QColor(tokens.focus))
        if chosen and area.left() <= 0:
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(tokens.accent))
        room = area.adjusted(GRID, 0, -GRID, 0)
        painter.setFont(option.font)
        painter.setPen(QColor(tokens.soft_text if chosen else tokens.text))
        text = self._model.text_at(position, index.column())
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(_MIDDLE | _side(self._model.type_of(index.column()))), shown)


def _side(kind: FieldType) -> Qt.AlignmentFlag:
    return Qt.AlignmentFlag.AlignRight if kind is FieldType.NUMBER else Qt.AlignmentFlag.AlignLeft
