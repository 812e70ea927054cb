"""The colours of numbers and dates from low to high, how many there are, and two ends that leave a part."""

import math
from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from embexplorer.app.legend import END
from embexplorer.app.values import BarView
from embexplorer.app.valuetext import place_text
from embexplorer.data.items import FieldType
from embexplorer.gui.map.rangeend import BARS, GRADIENT, GRIP_WIDE, TOP, RangeEnd
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID

_FOOT = 20.0  # height of the words
_HEIGHT = round(TOP + BARS + GRADIENT + _FOOT + 4)
_GRIP, _DRAG_PX = 7.0, 3.0  # pixels around an end within which it can be taken; from where on a press is a drag
_KEY_STEPS = 100  # along the whole bar
_FEW = 20  # whole numbers that are so many at most stand as columns by themselves


class ColourBar(QWidget):
    """Drag an end to move it, drag over the bars to leave only these values, double-click to have all again.

    range_chosen: (low, high) that are left, both included and END where there is no end, or None for all; told with
    every movement."""

    range_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._bar = BarView(0, 1, (), (), (), FieldType.NUMBER)
        self._colours: list[QColor] = []
        self._left = (0.0, 1.0)
        self._sent: tuple[float, float] | None = None  # told, and not shown by others yet
        self._pressed_at: float | None = None
        self._held: int | None = None  # which end the mouse holds
        self.setFixedHeight(_HEIGHT)
        self.setMouseTracking(True)
        self.ends = (RangeEnd(self), RangeEnd(self))
        for which, (end, name) in enumerate(zip(self.ends, ("Lowest value shown", "Highest value shown"), strict=True)):
            end.setAccessibleName(name)
            end.stepped.connect(self._stepper(which))
            end.sent_to.connect(self._sender(which))
            end.given_up.connect(self._give_up)

    # -- what is shown ----------------------------------------------------------------------------------------

    def set_bar(self, bar: BarView, colours: list[QColor]) -> None:
        """What a person is dragging just now stays under the hand, and until it was taken over."""
        if bar is self._bar:
            self._colours = colours
            self.update()
            return
        is_same = (bar.low, bar.high, bar.ticks) == (self._bar.low, self._bar.high, self._bar.ticks)
        self._bar, self._colours = bar, colours
        if not is_same or bar.left in (None, self._sent) or self._sent is None:
            self._sent = None
            if self._held is None:
                self._left = self._clipped(bar.left or (-END, END))
        for end in self.ends:
            end.setVisible(bar.low < bar.high)
        self._place_ends()
        self._describe()

    def _clipped(self, left: tuple[float, float]) -> tuple[float, float]:
        low, high = self._bar.low, self._bar.high
        return min(max(left[0], low), high), max(min(left[1], high), low)

    @property
    def has_range(self) -> bool:
        """Whether some values are left out."""
        return self._left != (self._bar.low, self._bar.high)

    def words(self) -> tuple[str, str]:
        """The two ends of what is left, as the column writes its values."""
        bar = self._bar
        low, high = (place_text(v, bar.type, bar.whole, bar.high - bar.low) for v in self._left)
        return low, high

    def _describe(self) -> None:
        words = ", ".join(text for _, text in self._bar.ticks)
        self.setAccessibleName(f"Colours from low to high: {words}")
        beyond = " Values beyond the ends have the ends’ colours." if self._bar.open_low or self._bar.open_high else ""
        self.setToolTip(
            f"<p>Drag the ends, or over the bars, to show only some values; double-click to show all.{beyond}</p>"
        )
        for end, text in zip(self.ends, self.words(), strict=True):
            end.setAccessibleDescription(text)
        self.update()

    # -- geometry ---------------------------------------------------------------------------------------------

    def _room(self) -> QRectF:
        return QRectF(GRID, TOP, max(1, self.width() - 2 * GRID), BARS + GRADIENT)

    def _x(self, value: float) -> float:
        half = self._bar.high / 2 - self._bar.low / 2  # halves, as in the colours: no difference is too large
        share = (value / 2 - self._bar.low / 2) / half if half > 0 else 0.5
        return self._room().left() + share * self._room().width()

    def _value(self, x: float) -> float:
        share = min(1.0, max(0.0, (x - self._room().left()) / self._room().width()))
        return self._bar.low * (1 - share) + self._bar.high * share

    def _snapped(self, value: float, upper: bool) -> float:
        """The nearest value that can be chosen; of days, the first moment or the last."""
        step = self._bar.step
        if not step or value in (self._bar.low, self._bar.high):
            return value
        if self._bar.type is FieldType.DATE:
            day: float = math.floor(value / step) * step
            return day + step - 1 if upper else day
        return float(round(value / step) * step)

    def _place_ends(self) -> None:
        for end, value in zip(self.ends, self._left, strict=True):
            end.move(round(self._x(value) - GRIP_WIDE / 2), 0)
        self.update()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._place_ends()

    # -- painting ---------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        self._paint_bars(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = self._room()
        strip = QRectF(room.left(), TOP + BARS, room.width(), GRADIENT)
        gradient = QLinearGradient(strip.topLeft(), strip.topRight())
        for k, colour in enumerate(self._colours):
            gradient.setColorAt(k / max(1, len(self._colours) - 1), colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(strip, 3, 3)
        veil = QColor(theme().tokens.raised)
        veil.setAlphaF(0.8)
        low, high = (self._x(value) for value in self._left)
        painter.fillRect(QRectF(strip.left(), strip.top(), low - strip.left(), GRADIENT), veil)
        painter.fillRect(QRectF(high, strip.top(), strip.right() - high, GRADIENT), veil)
        self._paint_words(painter)
        painter.end()

    def _paint_bars(self, painter: QPainter) -> None:
        """A square root, so that rare values can still be seen; as in the filters."""
        tokens, room, bar = theme().tokens, self._room(), self._bar
        tallest, wide = max(1, *bar.totals, 1), room.width() / max(1, len(bar.totals))
        low, high = (self._x(value) for value in self._left)
        for part, (shown, total) in enumerate(zip(bar.shown, bar.totals, strict=True)):
            left, right = self._span_of(part, wide)
            colour = self._colours[part * len(self._colours) // len(bar.totals)]
            is_left = low <= right and left <= high
            for number, shade in ((total, QColor(tokens.pressed)), (shown if is_left else 0, colour)):
                tall = math.ceil((BARS - 2) * (number / tallest) ** 0.5)
                painter.fillRect(QRectF(left, room.top() + BARS - tall, max(1, right - left - 1), tall), shade)

    def _span_of(self, part: int, wide: float) -> tuple[int, int]:
        """Whole pixels, so that the bars stand evenly; of a few whole numbers each bar is as wide as can be seen."""
        room, bar = self._room(), self._bar
        if bar.whole and bar.high - bar.low <= _FEW:
            middle = room.left() + (part + 0.5) * wide
            left = min(max(middle - GRID / 2, room.left()), room.right() - GRID)
            return round(left), round(left) + GRID
        return round(room.left() + part * wide), round(room.left() + (part + 1) * wide)

    def _paint_words(self, painter: QPainter) -> None:
        tokens = theme().tokens
        if self.has_range or self._held is not None:
            painter.setPen(QColor(tokens.text))
            places = [(self._x(value), text) for value, text in zip(self._left, self.words(), strict=True)]
        else:
            painter.setPen(QColor(tokens.muted))
            room = self._room()
            places = [(room.left() + place * room.width(), text) for place, text in self._bar.ticks]
        for left, text in laid_out(places, self.width(), self.fontMetrics().horizontalAdvance):
            place = QRectF(left, TOP + BARS + GRADIENT + 5, self.width(), _FOOT)
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, text)

    # -- the mouse --------------------------------------------------------------------------------------------

    def _end_at(self, x: float) -> int | None:
        if self._is_near_both(x):
            return None  # the way that it is dragged shows which of the two is meant
        low, high = (self._x(value) for value in self._left)
        reach = min((abs(x - low), 0), (abs(x - high), 1))
        return reach[1] if reach[0] <= _GRIP else None

    def _is_near_both(self, x: float) -> bool:
        low, high = (self._x(value) for value in self._left)
        return high - low < 2 and abs(low - x) <= _GRIP

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._bar.low < self._bar.high:
            self._pressed_at = event.position().x()
            self._hold(self._end_at(self._pressed_at))

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        x = event.position().x()
        if self._pressed_at is None:
            near = self._end_at(x) is not None and self._bar.low < self._bar.high
            self.setCursor(Qt.CursorShape.SizeHorCursor if near else Qt.CursorShape.CrossCursor)
        elif self._held is not None:
            self._move_end(self._held, self._value(x))
        elif abs(x - self._pressed_at) > _DRAG_PX:
            if not self._is_near_both(self._pressed_at):  # over the bars: a new range from where it began
                start = self._value(self._pressed_at)
                self._left = self._clipped((self._snapped(start, False), self._snapped(start, True)))
            self._hold(int(x > self._pressed_at))
            self._move_end(int(x > self._pressed_at), self._value(x))

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = None
            self._hold(None)
            self._describe()

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._give_up()

    def _hold(self, which: int | None) -> None:
        self._held = which
        for at, end in enumerate(self.ends):
            end.is_held = at == which
            end.update()
            if at == which:
                end.raise_()

    # -- moving an end ----------------------------------------------------------------------------------------

    def _stepper(self, which: int) -> Callable[[int], None]:
        def step(steps: int) -> None:
            wide = max(self._bar.step, (self._bar.high / 2 - self._bar.low / 2) / (_KEY_STEPS / 2))
            self._move_end(which, self._left[which] + steps * wide)

        return step

    def _sender(self, which: int) -> Callable[[bool], None]:
        return lambda upper: self._move_end(which, self._bar.high if upper else self._bar.low)

    def _move_end(self, which: int, value: float) -> None:
        """An end stays on its side of the other, and of the bar."""
        low, high = self._left
        value = self._snapped(min(max(value, self._bar.low), self._bar.high), bool(which))
        moved = self._clipped((low, max(value, low)) if which else (min(value, high), high))
        if moved != self._left:
            self._left = moved
            self._place_ends()
            self._describe()
            self._tell()

    def _give_up(self) -> None:
        self._pressed_at = None
        self._hold(None)
        self._left = (self._bar.low, self._bar.high)
        self._place_ends()
        self._describe()
        self._tell()

    def _tell(self) -> None:
        low = -END if self._left[0] <= self._bar.low else self._left[0]
        high = END if self._left[1] >= self._bar.high else self._left[1]
        self._sent = (low, high) if (low, high) != (-END, END) else None
        self.range_chosen.emit(self._sent)


def laid_out(places: list[tuple[float, str]], width: float, wide: Callable[[str], int]) -> list[tuple[float, str]]:
    """Texts, each centred at its place, as (left, text) within a width; what would touch the text before is left out,
    but the last one rather than that before it."""
    found: list[tuple[float, str]] = []
    for at, (place, text) in enumerate(places):
        left = min(max(place - wide(text) / 2, 4.0), width - wide(text) - 4.0)
        free = found[-1][0] + wide(found[-1][1]) + 8 if found else 0.0
        if left < free and len(places) == 2 and at == 1:  # the two ends of a range: side by side
            shift = free - left
            found[0] = (max(4.0, found[0][0] - shift), found[0][1])
            left = min(max(left, found[0][0] + wide(found[0][1]) + 8), width - wide(text) - 4.0)
            found.append((left, text))
        elif left >= free:
            found.append((left, text))
    return found
