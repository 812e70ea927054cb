"""How one tag is drawn: whether the selection has it, its name, its key, how many items have it, and a menu."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from embexplorer.app.values import TagView
from embexplorer.gui.icons import pixmap
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, ROW, Tokens

TAG_ROLE = Qt.ItemDataRole.UserRole + 1
_BOX, _ICON = GRID * 2, 16


def check_state(tag: TagView) -> Qt.CheckState:
    """Whether all, some or none of the selected items have the tag."""
    if tag.of and tag.chosen >= tag.of:
        return Qt.CheckState.Checked
    return Qt.CheckState.PartiallyChecked if tag.chosen else Qt.CheckState.Unchecked


def box_area(line: QRect) -> QRect:
    """Where the check box of a line is drawn."""
    return QRect(line.left() + GRID, line.center().y() - _BOX // 2 + 1, _BOX, _BOX)


def menu_area(line: QRect) -> QRect:
    """Where the sign of a line's menu is drawn."""
    return QRect(line.right() - _ICON - GRID, line.center().y() - _ICON // 2 + 1, _ICON, _ICON)


class TagDelegate(QStyledItemDelegate):
    """The menu's sign comes with the mouse and with the keyboard."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(GRID * 20, ROW + GRID // 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tag: TagView = index.data(TAG_ROLE)
        tokens, area = theme().tokens, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        is_lit = bool(option.state & QStyle.StateFlag.State_MouseOver) or has_focus
        if is_lit:
            painter.setBrush(QColor(tokens.hover))
            painter.setPen(QPen(QColor(tokens.focus)) if has_focus else Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        _paint_box(painter, QRectF(box_area(area)), tag, tokens)
        if is_lit:
            painter.drawPixmap(menu_area(area).topLeft(), pixmap("more", tokens.muted, _ICON))
        _paint_words(painter, area, tag, tokens)
        painter.restore()


def _paint_box(painter: QPainter, box: QRectF, tag: TagView, tokens: Tokens) -> None:
    state = check_state(tag)
    is_on = state is not Qt.CheckState.Unchecked
    painter.setPen(QPen(QColor(tokens.accent if is_on else tokens.muted if tag.of else tokens.line), 1))
    painter.setBrush(QColor(tokens.accent if is_on else tokens.field))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if is_on:
        sign = "check" if state is Qt.CheckState.Checked else "minus"
        painter.drawPixmap(box.adjusted(2, 2, 0, 0).topLeft(), pixmap(sign, tokens.accent_text, _BOX - 4))


def _paint_words(painter: QPainter, area: QRect, tag: TagView, tokens: Tokens) -> None:
    metrics, middle = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
    number = f"{tag.count:,}"
    right = menu_area(area).left() - GRID // 2
    painter.setPen(QColor(tokens.muted))
    numbers = QRect(area.left(), area.top(), right - area.left(), area.height())
    painter.drawText(numbers, middle | Qt.AlignmentFlag.AlignRight, number)
    right -= metrics.horizontalAdvance(number) + GRID
    if tag.key:
        key = QRectF(right - 18, area.center().y() - 8, 18, 18)
        painter.setBrush(QColor(tokens.hover))
        painter.setPen(QColor(tokens.control))
        painter.drawRoundedRect(key, 4, 4)
        small = QFont(painter.font())
        small.setPointSizeF(small.pointSizeF() * 0.9)
        painter.save()
        painter.setFont(small)
        painter.setPen(QColor(tokens.muted))
        painter.drawText(key, Qt.AlignmentFlag.AlignCenter, tag.key)
        painter.restore()
        right -= 18 + GRID
    left = box_area(area).right() + GRID + 2
    painter.setPen(QColor(tokens.text))
    room = QRect(left, area.top(), right - left, area.height())
    painter.drawText(room, middle, metrics.elidedText(tag.tag, Qt.TextElideMode.ElideRight, room.width()))
