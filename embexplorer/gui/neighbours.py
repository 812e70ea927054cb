"""What is nearest to the item in the item view: a short list that is linked with the other views."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from embexplorer.app.values import ResultRow
from embexplorer.data.items import Kind
from embexplorer.gui.gestures import combine_of
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.resultdelegate import ROW_ROLE
from embexplorer.gui.results import ResultModel
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, ROW, Tokens

_WITH_PICTURE = GRID * 5


class NeighbourDelegate(QStyledItemDelegate):
    """One line: rank, picture, title, score. tall: there are pictures."""

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.tall = False

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(GRID * 20, _WITH_PICTURE if self.tall else ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        result: ResultRow = index.data(ROW_ROLE)
        tokens, area = theme().tokens, QRect(option.rect)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if option.state & (QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_HasFocus):
            painter.setBrush(QColor(tokens.hover))
            has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QColor(tokens.focus) if has_focus else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        self._paint_line(painter, area.adjusted(GRID // 2, 0, -GRID, 0), result, tokens)
        painter.restore()

    def _paint_line(self, painter: QPainter, area: QRect, result: ResultRow, tokens: Tokens) -> None:
        metrics, middle = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
        rank_width = metrics.horizontalAdvance("00")
        painter.setPen(QColor(tokens.muted))
        rank = QRect(area.left(), area.top(), rank_width, area.height())
        painter.drawText(rank, middle | Qt.AlignmentFlag.AlignRight, str(result.rank))
        score = f"{result.score:.3f}"
        painter.drawText(area, middle | Qt.AlignmentFlag.AlignRight, score)
        left = rank.right() + GRID
        if result.kind == Kind.IMAGE:
            side = area.height() - GRID
            self._paint_picture(painter, QRect(left, area.top() + GRID // 2, side, side), result.uri, tokens)
            left += side + GRID
        room = QRect(left, area.top(), area.right() - left - metrics.horizontalAdvance(score) - GRID, area.height())
        painter.setPen(QColor(tokens.text))
        title = " ".join((result.title or result.text).split())
        painter.drawText(room, middle, metrics.elidedText(title, Qt.TextElideMode.ElideRight, room.width()))

    def _paint_picture(self, painter: QPainter, area: QRect, uri: str, tokens: Tokens) -> None:
        picture = self._pictures.get(uri)
        if picture is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(QRectF(area), 4, 4)
            return
        spot = QRect(area.topLeft(), picture.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio))
        spot.moveCenter(area.center())
        painter.drawPixmap(spot, picture)


class NeighbourList(QListView):
    """As high as its lines. Click picks, double-click opens; Space and Enter do the same from the keyboard."""

    hovered = Signal(int)
    picked = Signal(int, object)  # row, Combine
    opened = Signal(int)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Nearest items")
        self._rows = ResultModel(self)
        self.setModel(self._rows)
        self._delegate = NeighbourDelegate(pictures, self)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setUniformItemSizes(True)
        self.setStyleSheet("QListView:focus { border: none; }")  # the line with the keyboard has the ring
        self.setMouseTracking(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.entered.connect(lambda index: self.hovered.emit(self._row(index)))
        self.clicked.connect(self._on_clicked)
        self.doubleClicked.connect(lambda index: self.opened.emit(self._row(index)))
        self.selectionModel().currentChanged.connect(lambda index, _old: self._on_current(index))
        self.viewport().installEventFilter(self)
        pictures.arrived.connect(lambda _uri: self.viewport().update())

    def set_rows(self, rows: tuple[ResultRow, ...]) -> None:
        if rows == self._rows.rows:
            return
        self._delegate.tall = any(row.kind == Kind.IMAGE for row in rows)
        self._rows.set_rows(rows)
        self.setFixedHeight(len(rows) * (_WITH_PICTURE if self._delegate.tall else ROW) + 2)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        row = self._row(self.currentIndex())
        if row >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(row)
        elif row >= 0 and event.key() == Qt.Key.Key_Space:
            self.picked.emit(row, combine_of(event.modifiers()))
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Leave and watched is self.viewport():
            self.hovered.emit(-1)
        return super().eventFilter(watched, event)

    def _row(self, index: QModelIndex) -> int:
        return self._rows.rows[index.row()].row if 0 <= index.row() < len(self._rows.rows) else -1

    def _on_current(self, index: QModelIndex) -> None:
        if index.isValid():
            self.hovered.emit(self._row(index))

    def _on_clicked(self, index: QModelIndex) -> None:
        row = self._row(index)
        if row >= 0:
            self.picked.emit(row, combine_of(QGuiApplication.keyboardModifiers()))
