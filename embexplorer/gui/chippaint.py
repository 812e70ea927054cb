"""How a chip of the query looks: sign, kind, words, weight and cross, in one row."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from embexplorer.app.values import Chip
from embexplorer.gui.icons import icon
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import CONTROL, GRID

Way = Literal["more", "less", "aside"]
Part = Literal["", "sign", "close", "body"]

HEIGHT = CONTROL - 4
SIGN_WIDTH, CLOSE_WIDTH = 26, 24
_KINDS = {"text": "text", "image": "image", "items": "similar"}
_SIGNS: dict[Way, str] = {"more": "plus", "less": "minus", "aside": "aside"}
_ICON, _GAP, _CIRCLE = 14, GRID // 2, 20
_WIDEST = GRID * 30
_MOST_LETTERS = 200  # more never fit


@dataclass(frozen=True)
class Look:
    """over: the part under the pointer. marked: it has the keyboard. edited: its text is being typed."""

    over: Part
    marked: bool
    edited: bool


@dataclass(frozen=True)
class Shape:
    """Pixels: of the words, of the weight (0 where it is not shown), and of the whole chip."""

    words: int
    weight: int
    width: int


def way_of(chip: Chip) -> Way:
    return "aside" if chip.aside else "more" if chip.weight > 0 else "less"


def weight_words(chip: Chip) -> str:
    """“×2” for a weight of 2 or -2; "" where it counts once, or not at all."""
    size = abs(chip.weight)
    return "" if size == 1 or chip.aside else f"×{size:g}"


def shape_of(chip: Chip, metrics: QFontMetrics) -> Shape:
    words = min(_WIDEST, metrics.horizontalAdvance(_one_line(chip.label)) + 2)
    weight = weight_words(chip)
    room = round(metrics.horizontalAdvance(weight) * 1.15) + 2 if weight else 0  # it is drawn bold
    return Shape(words, room, SIGN_WIDTH + _ICON + _GAP + words + (room + _GAP if room else 0) + CLOSE_WIDTH)


def paint_chip(painter: QPainter, chip: Chip, area: QRect, shape: Shape, look: Look) -> None:
    tokens, way = theme().tokens, way_of(chip)
    fill = {"more": tokens.soft, "less": tokens.danger_soft, "aside": tokens.pressed}[way]
    words = {"more": tokens.soft_text, "less": tokens.danger, "aside": tokens.text}[way]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_outline(chip, look))
    painter.setBrush(Qt.BrushStyle.NoBrush if chip.muted else QColor(fill))
    painter.drawRoundedRect(QRectF(area).adjusted(1, 1, -1, -1), HEIGHT / 2 - 1, HEIGHT / 2 - 1)
    tone = {"more": "accent", "less": "danger", "aside": "text"}[way]
    _paint_mark(
        painter, _SIGNS[way], "muted" if chip.muted else tone, QRect(4, 3, _CIRCLE, _CIRCLE), look.over == "sign"
    )
    if look.edited:
        return
    cross = QRect(area.width() - CLOSE_WIDTH, 3, _CIRCLE, _CIRCLE)
    _paint_mark(painter, "close", "muted", cross, look.over == "close")
    painter.setPen(QColor(tokens.muted if chip.muted else words))
    _paint_words(painter, chip, shape)


def _outline(chip: Chip, look: Look) -> QPen:
    tokens = theme().tokens
    if look.marked:
        return QPen(QColor(tokens.focus), 2)
    if chip.muted:
        return QPen(QColor(tokens.control), 1, Qt.PenStyle.DashLine)
    return QPen(QColor(tokens.control), 1) if look.over else QPen(Qt.PenStyle.NoPen)


def _paint_mark(painter: QPainter, name: str, tone: str, circle: QRect, is_over: bool) -> None:
    if is_over:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme().tokens.hover))
        painter.drawEllipse(circle)
    icon(name, tone).paint(painter, circle.adjusted(3, 3, -3, -3))


def _paint_words(painter: QPainter, chip: Chip, shape: Shape) -> None:
    icon(_KINDS[chip.kind], "muted").paint(painter, QRect(SIGN_WIDTH, (HEIGHT - _ICON) // 2, _ICON, _ICON))
    left = SIGN_WIDTH + _ICON + _GAP
    line = painter.fontMetrics().elidedText(_one_line(chip.label), Qt.TextElideMode.ElideRight, shape.words)
    painter.drawText(QRect(left, 0, shape.words, HEIGHT), Qt.AlignmentFlag.AlignVCenter, line)
    if shape.weight:
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        beside = QRect(left + shape.words + _GAP, 0, shape.weight + _GAP, HEIGHT)
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter, weight_words(chip))


def _one_line(text: str) -> str:
    return " ".join(text[: _MOST_LETTERS * 2].split())[:_MOST_LETTERS]
