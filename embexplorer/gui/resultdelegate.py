"""How one result is drawn: rank, picture, title, score, what it says, a few fields and tags."""

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from embexplorer.app.values import ResultRow
from embexplorer.data.items import Kind
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, Tokens

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
_HEIGHT = GRID * 11
_RANK, _PICTURE = GRID * 4, GRID * 8


class ResultDelegate(QStyledItemDelegate):
    """hovered: the row that is lit up, -1 for none. selected: bool (n,) over the project's rows."""

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.hovered = -1
        self.selected = np.zeros(0, np.bool_)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(GRID * 24, _HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        result: ResultRow = index.data(ROW_ROLE)
        tokens, area = theme().tokens, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = result.row < len(self.selected) and bool(self.selected[result.row])
        if chosen or result.row == self.hovered:
            painter.fillRect(area, QColor(tokens.soft if chosen else tokens.hover))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(tokens.focus))
            painter.drawRect(area.adjusted(1, 1, -2, -2))
        painter.setPen(QColor(tokens.line))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        inner = area.adjusted(GRID, GRID, -GRID - 4, -GRID)
        painter.setPen(QColor(tokens.muted))
        rank = QRect(inner.left(), inner.top(), _RANK - GRID, inner.height())
        painter.drawText(rank, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, str(result.rank))
        left = inner.left() + _RANK
        if result.kind == Kind.IMAGE:
            self._paint_picture(painter, QRect(left, inner.top(), _PICTURE, inner.height()), result, tokens)
            left += _PICTURE + GRID
        words = QRect(left, inner.top(), inner.right() - left, inner.height())
        self._paint_words(painter, words, result, tokens)
        painter.restore()

    def _paint_picture(self, painter: QPainter, area: QRect, result: ResultRow, tokens: Tokens) -> None:
        picture = self._pictures.get(result.uri)
        if picture is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(QRectF(area), 4, 4)
            return
        size = picture.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        spot = QRect(area.topLeft(), size)
        spot.moveCenter(area.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(spot, picture)

    def _paint_words(self, painter: QPainter, area: QRect, result: ResultRow, tokens: Tokens) -> None:
        base = QFont(painter.font())
        strong = QFont(base)
        strong.setWeight(QFont.Weight.DemiBold)
        line = painter.fontMetrics().height()
        score = f"{result.score:.3f}"
        room = painter.fontMetrics().horizontalAdvance(score) + GRID
        painter.setPen(QColor(tokens.muted))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, score)
        painter.setPen(QColor(tokens.text))
        painter.setFont(strong)
        title = result.title or result.text
        shown = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, area.width() - room)
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown)
        painter.setFont(base)
        details = " · ".join((*(value for _, value in result.details), *(f"#{tag}" for tag in result.tags)))
        body = QRect(area.left(), area.top() + line + 2, area.width(), area.height() - line - 2)
        if details:
            body.setHeight(body.height() - line)
            below = QRect(area.left(), body.bottom() + 1, area.width(), line)
            painter.setPen(QColor(tokens.muted))
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom
            cut = painter.fontMetrics().elidedText(details, Qt.TextElideMode.ElideRight, area.width())
            painter.drawText(below, flags, cut)
        if result.title and result.text:
            painter.setPen(QColor(tokens.text))
            rows = max(1, body.height() // line)
            text = painter.fontMetrics().elidedText(result.text, Qt.TextElideMode.ElideRight, area.width() * rows - 40)
            painter.drawText(body, int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft), text)
