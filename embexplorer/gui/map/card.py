"""The hover card of a point: painted beside it, always whole within the window."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from embexplorer.app.values import CardView
from embexplorer.gui.map.layer import Scene
from embexplorer.gui.tokens import GRID, Tokens

_WIDTH, _PAD, _GAP = GRID * 35, 12.0, 14.0
_TEXT_LINES, _FIELDS, _PICTURE = 4, 6, GRID * 12
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop


@dataclass
class _Part:
    box: QRectF
    text: str
    font: QFont
    colour: str
    flags: int


class Card:
    """card: of the hovered point, None for none; picture: its thumbnail."""

    def __init__(self) -> None:
        self.card: CardView | None = None
        self.picture: QImage | None = None

    def paint(self, painter: QPainter, scene: Scene) -> None:
        at = scene.place(self.card.row) if self.card is not None else None
        if self.card is not None and at is not None:
            _paint(painter, self.card, self.picture, at, scene.room, scene.tokens)


def _paint(painter: QPainter, card: CardView, picture: QImage | None, at: QPointF, room: QRectF, t: Tokens) -> None:
    """Draw the card near a point, on the side where there is room."""
    parts, picture_box, height = _laid_out(painter.font(), card, picture, t)
    box = _placed(at, _WIDTH, height, room)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    for spread, strength in ((5, 10), (3, 16), (1, 22)):
        painter.setBrush(QColor(0, 0, 0, strength * (2 if t.dark else 1)))
        painter.drawRoundedRect(box.adjusted(-spread, -spread + 2, spread, spread + 2), 8 + spread, 8 + spread)
    painter.setPen(QPen(QColor(t.control), 1))
    painter.setBrush(QColor(t.raised))
    painter.drawRoundedRect(box, 8, 8)
    painter.translate(box.topLeft())
    if picture is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(picture_box, picture)
    for part in parts:
        painter.setFont(part.font)
        painter.setPen(QColor(part.colour))
        painter.drawText(part.box, part.flags, part.text)
    painter.restore()


def _placed(at: QPointF, width: float, height: float, room: QRectF) -> QRectF:
    x = at.x() + _GAP if at.x() + _GAP + width < room.right() - 4 else at.x() - _GAP - width
    y = at.y() + _GAP if at.y() + _GAP + height < room.bottom() - 4 else at.y() - _GAP - height
    x = max(room.left() + 4, min(x, room.right() - width - 4))
    y = max(room.top() + 4, min(y, room.bottom() - height - 4))
    return QRectF(x, y, width, height)


def _laid_out(font: QFont, card: CardView, picture: QImage | None, t: Tokens) -> tuple[list[_Part], QRectF, float]:
    bold, small = QFont(font), QFont(font)
    bold.setBold(True)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    parts: list[_Part] = []
    inner, y = _WIDTH - 2 * _PAD, _PAD
    picture_box = QRectF()
    if picture is not None and not picture.isNull():
        ratio = min(inner / picture.width(), _PICTURE / picture.height())
        wide, high = picture.width() * ratio, picture.height() * ratio
        picture_box = QRectF((_WIDTH - wide) / 2, y, wide, high)
        y += high + GRID
    for text, used, colour, lines in ((card.title, bold, t.text, 2), (card.text, font, t.muted, _TEXT_LINES)):
        if text:
            height = _height(text, used, inner, lines)
            shown = _shortened(text, used, inner, lines)
            parts.append(_Part(QRectF(_PAD, y, inner, height), shown, used, colour, int(_WRAP)))
            y += height + 4
    row = QFontMetricsF(small).height() + 3
    y += 4 if card.lines else 0
    for name, value in card.lines[:_FIELDS]:
        metrics = QFontMetricsF(small)
        name_box, value_box = QRectF(_PAD, y, inner * 0.36, row), QRectF(_PAD + inner * 0.4, y, inner * 0.6, row)
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        elided = Qt.TextElideMode.ElideRight
        parts.append(_Part(name_box, metrics.elidedText(name, elided, name_box.width()), small, t.muted, middle))
        parts.append(_Part(value_box, metrics.elidedText(value, elided, value_box.width()), small, t.text, middle))
        y += row
    return parts, picture_box, y + _PAD - 4


def _height(text: str, font: QFont, width: float, lines: int) -> float:
    metrics = QFontMetricsF(font)
    needed = metrics.boundingRect(QRectF(0, 0, width, 1e5), int(_WRAP), text[:600]).height()
    return min(needed, metrics.lineSpacing() * lines + 1)


def _shortened(text: str, font: QFont, width: float, lines: int) -> str:
    """The text cut at a word so that it fills no more than so many lines."""
    metrics, words = QFontMetricsF(font), text[:600].split()
    most = metrics.lineSpacing() * lines + 1

    def fits(k: int) -> bool:
        candidate = " ".join(words[:k]) + ("…" if k < len(words) else "")
        return metrics.boundingRect(QRectF(0, 0, width, 1e5), int(_WRAP), candidate).height() <= most

    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    whole = low == len(words) and len(text) <= 600
    return " ".join(words[:low]) + ("" if whole else "…")
