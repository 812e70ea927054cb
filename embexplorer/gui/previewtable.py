"""The first rows of a source, each column headed by its name and by what becomes of it."""

from functools import partial
from typing import Any

import polars as pl
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from embexplorer.app.valuetext import value_text
from embexplorer.base.wording import excerpt
from embexplorer.data.items import FieldType, ImportChoices, Kind, Preview
from embexplorer.gui.columnroles import WORDS, AnyRole, Role, roles
from embexplorer.gui.icons import pixmap
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, ROW

_ROOT = QModelIndex()
_CELL_TEXT = 160
_ROLE = Qt.ItemDataRole.UserRole + 1
_WIDTHS: dict[AnyRole, int] = {Role.EMBEDDED: 320, FieldType.TEXT: 240, Role.TITLE: 180}
_WIDTH = 140
_Index = QModelIndex | QPersistentModelIndex


class PreviewModel(QAbstractTableModel):
    """The cells of a frame as text; the roles of its columns in the header."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frame = pl.DataFrame()
        self.columns: tuple[tuple[str, AnyRole], ...] = ()
        self._whole: set[str] = set()

    def set_preview(self, preview: Preview, choices: ImportChoices) -> bool:
        """Returns whether the columns are others than before."""
        there = set(preview.rows.columns)
        given = tuple((name, role) for name, role in roles(preview, choices).items() if name in there)
        are_new = [name for name, _ in given] != [name for name, _ in self.columns]
        if are_new or preview.rows is not self.frame:
            self.beginResetModel()
            self._take(preview, given)
            self.endResetModel()
        elif given != self.columns:
            self._take(preview, given)
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(given) - 1)
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, len(given) - 1))
        return are_new

    def _take(self, preview: Preview, columns: tuple[tuple[str, AnyRole], ...]) -> None:
        self.frame, self.columns = preview.rows, columns
        self._whole = {field.name for field in preview.columns if field.whole}

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else self.frame.height

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        name, its = self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(self.frame[name][index.row()], name in self._whole)
        if role == Qt.ItemDataRole.ForegroundRole and its is Role.LEFT_OUT:
            return QColor(theme().tokens.faint)
        if role == Qt.ItemDataRole.TextAlignmentRole and its is FieldType.NUMBER:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical or not 0 <= section < len(self.columns):
            return None
        name, its = self.columns[section]
        if role == _ROLE:
            return its
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{name}: {WORDS[its]}"
        return name if role == Qt.ItemDataRole.DisplayRole else None


class _RoleHeader(QHeaderView):
    """Two lines: the name of the column, and its role with a sign that there is a menu."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(GRID * 10)

    def sizeHint(self) -> QSize:
        return QSize(GRID * 10, self.fontMetrics().height() * 2 + GRID * 2)

    def paintSection(self, painter: QPainter, rect: QRect, section: int, /) -> None:
        tokens = theme().tokens
        role: AnyRole = self.model().headerData(section, self.orientation(), _ROLE)
        name = str(self.model().headerData(section, self.orientation()))
        painter.save()
        is_marked = role in (Role.EMBEDDED, Role.TITLE)
        painter.fillRect(rect, QColor(tokens.soft if is_marked else tokens.surface))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        words = rect.adjusted(GRID, GRID - 2, -GRID, -GRID + 2)
        upper, lower = QRect(words), QRect(words)
        upper.setHeight(words.height() // 2)
        lower.setTop(upper.bottom() + 1)
        strong = QFont(painter.font())
        strong.setWeight(QFont.Weight.DemiBold)
        painter.setFont(strong)
        out = role is Role.LEFT_OUT
        painter.setPen(QColor(tokens.faint if out else tokens.soft_text if is_marked else tokens.text))
        _draw(painter, upper, name or "(no name)")
        strong.setWeight(QFont.Weight.Normal)
        painter.setFont(strong)
        painter.setPen(QColor(tokens.soft_text if is_marked else tokens.muted))
        _draw(painter, lower.adjusted(0, 0, -14, 0), WORDS[role])
        painter.drawPixmap(lower.right() - 11, lower.center().y() - 5, pixmap("chevron-down", tokens.muted, 12))
        painter.restore()


class PreviewTable(QTableView):
    """A click on a header, or Space in a column, opens the menu of what the column can be. role_chosen: it was."""

    role_chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("First rows; Space changes what becomes of a column")
        self.preview = PreviewModel(self)
        self._is_fixed = False  # what is embedded is no column: these are pictures
        self.setModel(self.preview)
        header = _RoleHeader(self)
        header.sectionClicked.connect(self._on_header_clicked)
        self.setHorizontalHeader(header)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setStyleSheet("QTableView { background: transparent; } QTableView::item { padding: 0 8px; }")

    def set_preview(self, preview: Preview, choices: ImportChoices) -> None:
        """The place that is looked at stays where the columns are the same."""
        self._is_fixed = preview.kind is Kind.IMAGE
        current = self.currentIndex()
        at = (current.row(), current.column())
        places = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        if self.preview.set_preview(preview, choices):
            self.horizontalHeader().setDefaultSectionSize(_WIDTH)
            for section, (_, role) in enumerate(self.preview.columns):
                if self.columnWidth(section) != _WIDTHS.get(role, _WIDTH):
                    self.setColumnWidth(section, _WIDTHS.get(role, _WIDTH))
            self.setCurrentIndex(self.preview.index(0, 0))
            return
        self.setCurrentIndex(self.preview.index(*at))
        self.horizontalScrollBar().setValue(places[0])
        self.verticalScrollBar().setValue(places[1])

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._on_header_clicked(self.currentIndex().column())
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        section = self.currentIndex().column() if is_key else self.columnAt(event.pos().x())
        if section >= 0:
            self._on_header_clicked(section)

    def _on_header_clicked(self, section: int) -> None:
        name, current = self.preview.columns[section]
        menu = QMenu(self)
        for role, words in WORDS.items():
            if role is Role.EMBEDDED and self._is_fixed:
                continue
            if role in (FieldType.CATEGORY, Role.LEFT_OUT):
                menu.addSeparator()
            action = menu.addAction("Leave it out" if role is Role.LEFT_OUT else words)
            action.setCheckable(True)
            action.setChecked(role is current)
            action.triggered.connect(partial(self._on_role_chosen, name, role))
        menu.aboutToHide.connect(menu.deleteLater)
        left = self.columnViewportPosition(section)
        menu.popup(self.viewport().mapToGlobal(QPoint(max(0, left), 0)))

    def _on_role_chosen(self, name: str, role: AnyRole, _checked: bool = True) -> None:
        self.role_chosen.emit(name, role)


def cell_text(value: Any, whole: bool) -> str:
    """A cell as people read it, on one line."""
    kinds = {bool: FieldType.BOOLEAN, int: FieldType.NUMBER, float: FieldType.NUMBER}
    kind = FieldType.DATE if hasattr(value, "hour") else kinds.get(type(value), FieldType.TEXT)
    return excerpt(value_text(value, kind, whole), _CELL_TEXT)


def _draw(painter: QPainter, area: QRect, text: str) -> None:
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, shown)
