"""The hover card of a point: painted beside it, always whole within the window."""

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from embexplorer.app.values import CardView
from embexplorer.gui.map.layer import Scene
from embexplorer.gui.tokens import GRID, Tokens
from embexplorer.raster.colours import ColourScale, plain_scale

_WIDTH, _PAD, _GAP = GRID * 35, 12.0, 14.0
_TEXT_LINES, _FIELDS, _PICTURE = 4, 6, GRID * 18
_MOST_ENLARGED = 2.0  # times, of a small picture
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop
_FIRST_MS = 30  # before the first card, so that none flashes up under a mouse that only passes
_LINGER_MS = 90  # after the last one, so that none flickers on the way from point to point


@dataclass
class _Part:
    box: QRectF
    text: str
    font: QFont
    colour: str
    flags: int


@dataclass
class _Laid:
    """What is on the card and where. dot: the middle of the colour's dot."""

    height: float
    parts: list[_Part] = field(default_factory=list)
    picture: QRectF = field(default_factory=QRectF)
    dot: QPointF | None = None


class Card(QObject):
    """changed: paint anew. The first card waits a moment; from one point to the next they follow at once.

    card: of the hovered point, None for none; picture: its thumbnail; scale: the points' colours.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.card: CardView | None = None
        self.picture: QImage | None = None
        self.scale: ColourScale = plain_scale(0)
        self._laid: tuple[object, _Laid] | None = None
        self.is_shown = False
        self._first = QTimer(self, singleShot=True, interval=_FIRST_MS)
        self._first.timeout.connect(self._appear)
        self._last = QTimer(self, singleShot=True, interval=_LINGER_MS)
        self._last.timeout.connect(self.hide)

    def show_card(self, card: CardView | None, picture: QImage | None) -> None:
        """Of another point, or the same one with a picture that has come; None for no point."""
        if card is None:
            if self.is_shown:
                self._last.start()
            else:
                self.hide()
            return
        self._last.stop()
        self.card, self.picture, self._laid = card, picture, None
        if not self.is_shown and not self._first.isActive():
            self._first.start()
        self.changed.emit()

    def hide(self) -> None:
        """At once: the points are others, or the map moves."""
        self._first.stop()
        self._last.stop()
        self.card, self.picture, self._laid, self.is_shown = None, None, None, False
        self.changed.emit()

    def _appear(self) -> None:
        self.is_shown = True
        self.changed.emit()

    def paint(self, painter: QPainter, scene: Scene) -> None:
        at = scene.place(self.card.row) if self.card is not None else None
        if self.card is None or at is None or not self.is_shown or scene.is_moving:
            return
        around = scene.boxes.get(self.card.row, QRectF(at, at).adjusted(-6, -6, 6, 6))
        made_of = (self.card, scene.tokens, painter.font().key())
        if self._laid is None or self._laid[0] != made_of:
            self._laid = (made_of, _laid_out(painter.font(), self.card, self.picture, scene.tokens))
        laid = self._laid[1]
        box = _placed(around, _WIDTH, laid.height, scene.room, scene.taken)
        _paint_ground(painter, box, scene.tokens)
        painter.translate(box.topLeft())
        _paint(painter, laid, self.picture, self._colour(self.card.row, scene))

    def _colour(self, row: int, scene: Scene) -> QColor:
        if len(self.scale.keys) != len(scene.xy):
            return QColor(scene.tokens.muted)
        return QColor(*self.scale.palette(scene.tokens.dark)[self.scale.keys[row]].tolist())


def _paint_ground(painter: QPainter, box: QRectF, t: Tokens) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for spread, strength in ((5, 10), (3, 16), (1, 22)):
        painter.setBrush(QColor(0, 0, 0, strength * (2 if t.dark else 1)))
        painter.drawRoundedRect(box.adjusted(-spread, -spread + 2, spread, spread + 2), 8 + spread, 8 + spread)
    painter.setPen(QPen(QColor(t.control), 1))
    painter.setBrush(QColor(t.raised))
    painter.drawRoundedRect(box, 8, 8)


def _paint(painter: QPainter, laid: _Laid, picture: QImage | None, colour: QColor) -> None:
    if picture is not None and not laid.picture.isEmpty():
        painter.drawImage(laid.picture, picture)
    if laid.dot is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(laid.dot, 4.5, 4.5)
    for part in laid.parts:
        painter.setFont(part.font)
        painter.setPen(QColor(part.colour))
        painter.drawText(part.box, part.flags, part.text)


def _placed(around: QRectF, width: float, height: float, room: QRectF, taken: tuple[QRectF, ...]) -> QRectF:
    """Beside what it is about, to the right and below if there is room, and never over it while any side has room;
    off what lies over the map if that can be."""
    room = room.adjusted(4, 4, -4, -4)
    sides = (around.right() + _GAP, around.left() - _GAP - width)
    heights = (around.center().y() + _GAP, around.center().y() - _GAP - height)
    beside = [QRectF(x, y, width, height) for x in sides for y in heights]
    over = [(around.center().x() - width / 2, y) for y in (around.bottom() + _GAP, around.top() - _GAP - height)]
    every = [_within(box, room, across=False) for box in beside]
    every += [_within(QRectF(x, y, width, height), room, across=True) for x, y in over]
    fitting = [box for box in every if room.contains(box) and not box.intersects(around)]
    free = [box for box in fitting if not any(box.intersects(other) for other in taken)]
    return next(iter(free or fitting), _within(_within(every[0], room, across=True), room, across=False))


def _within(box: QRectF, room: QRectF, *, across: bool) -> QRectF:
    """The box moved into the room: sideways, or up and down."""
    moved = QRectF(box)
    if across:
        moved.moveLeft(max(room.left(), min(box.left(), room.right() - box.width())))
    else:
        moved.moveTop(max(room.top(), min(box.top(), room.bottom() - box.height())))
    return moved


def _laid_out(font: QFont, card: CardView, picture: QImage | None, t: Tokens) -> _Laid:
    bold, small = QFont(font), QFont(font)
    bold.setBold(True)
    small.setPointSizeF(font.pointSizeF() * 0.9)
    laid, inner = _Laid(_PAD), _WIDTH - 2 * _PAD
    if picture is not None and not picture.isNull():
        laid.picture = _picture_box(QSizeF(picture.deviceIndependentSize()), laid.height)
        laid.height = laid.picture.bottom() + GRID
    for text, used, colour, lines in ((card.title, bold, t.text, 2), (card.text, font, t.muted, _TEXT_LINES)):
        if text:
            height = _height(text, used, inner, lines)
            shown = _shortened(text, used, inner, lines)
            laid.parts.append(_Part(QRectF(_PAD, laid.height, inner, height), shown, used, colour, int(_WRAP)))
            laid.height += height + 4
    _add_lines(laid, card, small, t)
    laid.height += _PAD - 4
    return laid


def _picture_box(size: QSizeF, top: float) -> QRectF:
    inner = _WIDTH - 2 * _PAD
    ratio = min(inner / size.width(), _PICTURE / size.height(), _MOST_ENLARGED)
    wide, high = size.width() * ratio, size.height() * ratio
    return QRectF((_WIDTH - wide) / 2, top, wide, high)


def _add_lines(laid: _Laid, card: CardView, small: QFont, t: Tokens) -> None:
    """The colour's column with its dot, the other fields, and the tags."""
    fields = [*((card.colour,) if card.colour else ()), *card.lines[:_FIELDS]]
    fields += [("tags", ", ".join(card.tags))] if card.tags else []
    metrics, inner = QFontMetricsF(small), _WIDTH - 2 * _PAD
    row, middle, elided = metrics.height() + 3, int(Qt.AlignmentFlag.AlignVCenter), Qt.TextElideMode.ElideRight
    laid.height += 4 if fields else 0
    for k, (name, value) in enumerate(fields):
        left = 14.0 if k == 0 and card.colour else 0.0
        if left:
            laid.dot = QPointF(_PAD + inner * 0.4 + 4.5, laid.height + row / 2)
        name_box = QRectF(_PAD, laid.height, inner * 0.36, row)
        value_box = QRectF(_PAD + inner * 0.4 + left, laid.height, inner * 0.6 - left, row)
        for box, text, colour in ((name_box, name, t.muted), (value_box, value, t.text)):
            laid.parts.append(_Part(box, metrics.elidedText(text, elided, box.width()), small, colour, middle))
        laid.height += row


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
