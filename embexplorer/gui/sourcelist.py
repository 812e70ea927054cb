"""The sources of a drop: which are wanted, and what is wrong with them."""

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from embexplorer.app.values import SourceProposal
from embexplorer.base.wording import count
from embexplorer.gui.icons import pixmap
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, Tokens

_ROOT = QModelIndex()
_SOURCE = Qt.ItemDataRole.UserRole + 1
_BOX = GRID * 2
_Index = QModelIndex | QPersistentModelIndex


class _SourceModel(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sources: tuple[SourceProposal, ...] = ()

    def set_sources(self, sources: tuple[SourceProposal, ...]) -> None:
        if [source.path for source in sources] == [source.path for source in self.sources]:
            self.sources = sources
            if sources:
                self.dataChanged.emit(self.index(0), self.index(len(sources) - 1))
            return
        self.beginResetModel()
        self.sources = sources
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.sources)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self.sources):
            return None
        source = self.sources[index.row()]
        if role == _SOURCE:
            return source
        if role == Qt.ItemDataRole.ToolTipRole:
            return source.path
        if role == Qt.ItemDataRole.AccessibleTextRole:
            state = "wanted" if source.wanted and not source.error else "left out"
            return f"{source.name}, {state}, {words_of(source)}"
        return source.name if role == Qt.ItemDataRole.DisplayRole else None


class _SourceDelegate(QStyledItemDelegate):
    """Two lines beside a check box."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(GRID * 20, option.fontMetrics.height() * 2 + GRID * 2)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        source: SourceProposal = index.data(_SOURCE)
        tokens, area = theme().tokens, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(tokens.soft if is_chosen else tokens.hover))
            has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(QColor(tokens.focus)) if has_focus else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        _paint_box(painter, box_area(area), source, tokens)
        words = area.adjusted(_BOX + GRID * 2, GRID - 2, -GRID, -GRID + 2)
        upper, lower = QRect(words), QRect(words)
        upper.setHeight(words.height() // 2)
        lower.setTop(upper.bottom() + 1)
        metrics = painter.fontMetrics()
        painter.setPen(QColor(tokens.soft_text if is_chosen else tokens.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(upper, middle, metrics.elidedText(source.name, Qt.TextElideMode.ElideMiddle, words.width()))
        painter.setPen(QColor(tokens.danger if source.error else tokens.soft_text if is_chosen else tokens.muted))
        about = words_of(source)
        painter.drawText(lower, middle, metrics.elidedText(about, Qt.TextElideMode.ElideRight, words.width()))
        painter.restore()


class SourceList(QListView):
    """A click on the box, or Space, wants a source or leaves it out. Sources that cannot be used cannot be wanted."""

    chosen = Signal(int)
    wanted_changed = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Files to import")
        self.sources = _SourceModel(self)
        self.setModel(self.sources)
        self.setItemDelegate(_SourceDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setStyleSheet("QListView, QListView:focus { border: none; background: transparent; }")
        self.selectionModel().currentChanged.connect(self._on_current_changed)

    def set_sources(self, sources: tuple[SourceProposal, ...]) -> None:
        """The same sources keep the one that is looked at."""
        self.sources.set_sources(sources)
        if sources and not self.currentIndex().isValid():
            usable = next((i for i, source in enumerate(sources) if not source.error), 0)
            self.setCurrentIndex(self.sources.index(usable))

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        is_box = index.isValid() and at.x() <= box_area(self.visualRect(index)).right() + GRID // 2
        if is_box and event.button() == Qt.MouseButton.LeftButton:
            self._toggle(index.row())

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self._toggle(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def _toggle(self, position: int) -> None:
        source = self.sources.sources[position]
        if not source.error:
            self.wanted_changed.emit(position, not source.wanted)

    def _on_current_changed(self, index: QModelIndex, _old: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.row())


def box_area(line: QRect) -> QRect:
    """Where the check box of a line is drawn."""
    return QRect(line.left() + GRID, line.center().y() - _BOX // 2 + 1, _BOX, _BOX)


def words_of(source: SourceProposal) -> str:
    """What a source is, or what is wrong with it."""
    if source.error:
        return source.error
    if source.preview is None:
        return "Looking at it…"
    preview = source.preview
    words = f"{preview.format[:1].upper()}{preview.format[1:]} · {count(preview.items, 'item')}"
    return f"{words} · {count(len(preview.problems), 'problem')}" if preview.problems else words


def _paint_box(painter: QPainter, box: QRect, source: SourceProposal, tokens: Tokens) -> None:
    if source.error:
        painter.drawPixmap(box.topLeft(), pixmap("warning", tokens.danger, _BOX))
        return
    painter.setPen(QPen(QColor(tokens.accent if source.wanted else tokens.muted), 1))
    painter.setBrush(QColor(tokens.accent if source.wanted else tokens.field))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if source.wanted:
        painter.drawPixmap(box.left() + 2, box.top() + 2, pixmap("check", tokens.accent_text, _BOX - 4))
