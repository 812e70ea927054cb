"""How one result is drawn: rank, picture, title, score, what it says, a few fields and tags."""

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from embexplorer.app.values import ResultRow
from embexplorer.base.wording import count
from embexplorer.data.items import Kind
from embexplorer.data.marking import Spans
from embexplorer.gui.pictures import Pictures, paint_picture
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, RADIUS, Tokens
from embexplorer.gui.wordmarks import in_characters, paint_marked, shifted

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
_MARGIN, _GAP = GRID + GRID // 2, 3
_TEXT_LINES = 2
_RANK, _PICTURE = GRID * 3, GRID * 8
_LEFT_TOP = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_RIGHT_TOP = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
_DIVIDER, _DIMMED = "less likely related", 0.6
_MIDDLE = Qt.AlignmentFlag.AlignCenter


class ResultDelegate(QStyledItemDelegate):
    """hovered: the row that is lit up, -1 for none. selected: bool (n,) over the project's rows. above: how many of the
    list stand above the relevance line, None where there is none; the others are dimmed."""

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.hovered = -1
        self.selected = np.zeros(0, np.bool_)
        self.above: int | None = None

    def is_selected(self, row: int) -> bool:
        return 0 <= row < len(self.selected) and bool(self.selected[row])

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The same for every result: title, two lines of text, fields."""
        words = QFontMetrics(option.font).lineSpacing() * (_TEXT_LINES + 2) + 2 * _GAP
        return QSize(GRID * 24, max(words, _PICTURE) + 2 * GRID + 3)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        result: ResultRow = index.data(ROW_ROLE)
        tokens, area = theme().tokens, QRect(option.rect)
        is_dimmed = self.above is not None and index.row() >= self.above
        painter.save()
        painter.setFont(option.font)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        self._paint_ground(painter, area, result, focused, tokens)
        if self.above in (index.row(), index.row() + 1) and self.above:
            _paint_divider(painter, area, tokens, below=self.above == index.row() + 1)
        tokens = replace(tokens, text=tokens.muted) if is_dimmed else tokens
        inner = area.adjusted(_MARGIN, GRID + 1, -_MARGIN, -GRID - 1)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(inner, _LEFT_TOP, str(result.rank))
        inner.setLeft(inner.left() + max(_RANK, painter.fontMetrics().horizontalAdvance(str(result.rank)) + GRID))
        if result.kind == Kind.IMAGE:
            square = QRect(inner.left(), inner.top() + (inner.height() - _PICTURE) // 2, _PICTURE, _PICTURE)
            painter.setOpacity(_DIMMED if is_dimmed else 1.0)
            paint_picture(painter, square, self._pictures.get(result.uri))
            painter.setOpacity(1.0)
            inner.setLeft(inner.left() + _PICTURE + _MARGIN)
        self._paint_words(painter, inner, result, tokens)
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRect, result: ResultRow, focused: bool, tokens: Tokens) -> None:
        """The line below; what is selected or lit up; the ring of the keyboard."""
        line = QRect(area.left() + _MARGIN, area.bottom(), area.width() - 2 * _MARGIN, 1)
        painter.fillRect(line, QColor(tokens.line))
        box = QRectF(area).adjusted(GRID / 2, 1.5, -GRID / 2, -2.5)
        chosen = self.is_selected(result.row)
        if chosen or result.row == self.hovered:
            painter.setPen(QPen(QColor(tokens.accent), 1) if chosen else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.soft if chosen else tokens.hover))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(box, RADIUS, RADIUS)

    def _paint_words(self, painter: QPainter, area: QRect, result: ResultRow, tokens: Tokens) -> None:
        line = painter.fontMetrics().lineSpacing()
        title, text = (result.title, result.text) if result.title else (result.text, "")
        below = _details(result)
        most = _title_lines(painter, area.width(), title, result) if not text else 1
        if result.kind == Kind.IMAGE:  # beside a picture the words stand in its middle
            lines = most + (_TEXT_LINES if text else 0) + bool(below or result.tags)
            area = area.adjusted(0, max(0, (area.height() - lines * line - _GAP) // 2), 0, 0)
        marks = result.title_marks if result.title else result.text_marks
        head = QRect(area.left(), area.top(), area.width(), most * line)
        top = area.top() + self._paint_title(painter, head, (title, marks), result, tokens) + _GAP
        if text:
            room = QRect(area.left(), top, area.width(), line * _TEXT_LINES)
            top += _paint_text(painter, room, text, result.text_marks, tokens) + _GAP
        left = area.left()
        for tag in result.tags:
            left = _paint_tag(painter, QRect(left, top, area.right() + 1 - left, line), tag, tokens)
        painter.setPen(QColor(tokens.muted))
        width = area.right() + 1 - left
        painter.drawText(QRect(left, top, width, line), _LEFT_TOP, _cut(painter, below, width))

    def _paint_title(
        self, painter: QPainter, area: QRect, title: tuple[str, Spans], result: ResultRow, tokens: Tokens
    ) -> int:
        """Beside the score, in as many lines as the area has room for; gives the height that they take."""
        number = result.score_text
        painter.setPen(QColor(tokens.muted))
        painter.drawText(area, _RIGHT_TOP, number)
        room = _title_room(painter, area.width(), result)
        font = QFont(painter.font())
        painter.setFont(_strong(font))
        height = _paint_text(painter, QRect(area.left(), area.top(), room, area.height()), *title, tokens)
        painter.setFont(font)
        return height


def _strong(font: QFont) -> QFont:
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    return strong


def _title_room(painter: QPainter, width: int, result: ResultRow) -> int:
    return width - painter.fontMetrics().horizontalAdvance(result.score_text) - _MARGIN


def _title_lines(painter: QPainter, width: int, title: str, result: ResultRow) -> int:
    """How many lines a title may take that no text follows; beside a picture no more than it needs, at most two."""
    if result.kind != Kind.IMAGE:
        return 1 + _TEXT_LINES
    words = QFontMetrics(_strong(painter.font())).horizontalAdvance(title)
    return 2 if words > _title_room(painter, width, result) else 1


def _paint_divider(painter: QPainter, area: QRect, tokens: Tokens, *, below: bool) -> None:
    """The words between what is likely related and the rest, on the border of two rows; each row draws its half."""
    font = painter.font()
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.85)
    small.setWeight(QFont.Weight.DemiBold)
    painter.setFont(small)
    width = painter.fontMetrics().horizontalAdvance(_DIVIDER) + 2 * GRID
    border = area.bottom() + 1 if below else area.top()
    line = QRect(area.left() + _MARGIN, border - 1, area.width() - 2 * _MARGIN, 1)
    pill = QRect(area.center().x() - width // 2, border - GRID, width, 2 * GRID)
    painter.save()
    painter.setClipRect(area)
    painter.fillRect(line, QColor(tokens.control))
    painter.fillRect(pill, QColor(tokens.surface))
    painter.setPen(QColor(tokens.muted))
    painter.drawText(pill, _MIDDLE, _DIVIDER)
    painter.restore()
    painter.setFont(font)


def more_text(result: ResultRow) -> str:
    """What else of the document was found; "" for nothing."""
    return count(result.more, "more passage") if result.more else ""


def _details(result: ResultRow) -> str:
    """Names only where the value alone says nothing: a number, yes or no. What else of the document was found and how
    the hit stood in both rankings come first, for they tell of this search."""
    parts = (part for part in (more_text(result), result.places) if part)
    return " · ".join([*parts, *(value if _speaks(value) else f"{name} {value}" for name, value in result.details)])


def _speaks(value: str) -> bool:
    return value not in ("yes", "no") and any(letter.isalpha() for letter in value)


def _cut(painter: QPainter, text: str, width: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, max(0, width))


def _paint_text(painter: QPainter, area: QRect, text: str, marks: Spans, tokens: Tokens) -> int:
    """As many whole lines as fit, the last one cut with an ellipsis; gives the height that they take."""
    line = painter.fontMetrics().lineSpacing()
    layout = QTextLayout(text, painter.font())
    layout.beginLayout()
    top, start = area.top(), 0
    while top + line <= area.bottom() + 1:
        part = layout.createLine()
        if not part.isValid():
            break
        part.setLineWidth(area.width())
        is_last = top + 2 * line > area.bottom() + 1
        end = len(text) if is_last else in_characters(text, part.textStart() + part.textLength())
        paint_marked(
            painter,
            QRect(area.left(), top, area.width(), line),
            text[start:end].rstrip(),
            shifted(marks, start, end),
            tokens,
        )
        top, start = top + line, end
    layout.endLayout()
    return top - area.top()


def _paint_tag(painter: QPainter, area: QRect, tag: str, tokens: Tokens) -> int:
    """A tag as a small label, if there is room; gives where the next one begins."""
    width = min(painter.fontMetrics().horizontalAdvance(tag) + GRID + 4, GRID * 14)
    if width > area.width():
        return area.left()
    spot = QRect(area.left(), area.top(), width, area.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.pressed))
    painter.drawRoundedRect(QRectF(spot), spot.height() / 2, spot.height() / 2)
    painter.setPen(QColor(tokens.text))
    painter.drawText(spot, _MIDDLE, _cut(painter, tag, width - GRID))
    return area.left() + width + GRID // 2
