"""The chips of the query and the line to type another, in two lines at most; more are scrolled."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from embexplorer.app.values import Chip
from embexplorer.gui.chippaint import HEIGHT
from embexplorer.gui.chips import ChipButton
from embexplorer.gui.flow import FlowLayout
from embexplorer.gui.querylines import SearchLine
from embexplorer.gui.tokens import GRID

_LINES = 2
_AT_ONCE, _EACH_TURN = 24, 8  # chips made before the window is drawn, and between two moments for the user
_WAYS = {"more": (1.0, False), "less": (-1.0, False), "aside": (1.0, True)}


class ChipArea(QScrollArea):
    """Every signal says which chip, by its place. A chip is kept for the next term at its place, so that the keyboard
    stays where it is when terms come and go."""

    turned = Signal(int)
    way_chosen = Signal(int, float, bool)  # sign, aside
    weighed = Signal(int, float)
    nudged = Signal(int, int)  # so many steps more, or less
    removed = Signal(int)
    muted = Signal(int, bool)
    rewritten = Signal(int, str)
    moved = Signal(int, int)  # from, to
    items_wanted = Signal(int)

    def __init__(self, line: SearchLine) -> None:
        super().__init__()
        self.line = line
        self.chips: list[ChipButton] = []
        self._wanted: tuple[Chip, ...] = ()
        self._inside = QWidget()
        self._inside.setObjectName("chipArea")
        self._flow = FlowLayout(GRID // 2, GRID * 18)
        self._flow.addWidget(line)
        self._inside.setLayout(self._flow)
        self._caret = QFrame(self._inside)
        self._caret.setObjectName("chipCaret")
        self._caret.hide()
        self._target = -1
        self.setObjectName("chipScroll")
        self.setMinimumWidth(GRID * 20)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._inside)
        self._inside.installEventFilter(self)
        line.installEventFilter(self)
        self.verticalScrollBar().valueChanged.connect(self._snap)
        self.verticalScrollBar().rangeChanged.connect(lambda _low, high: self._on_range_changed(high))
        self._making = QTimer(self, singleShot=True, interval=0)
        self._making.timeout.connect(lambda: self._make(_EACH_TURN))

    def set_chips(self, chips: Sequence[Chip]) -> None:
        """Those that changed are drawn anew; a great many appear one after the other."""
        self._wanted = tuple(chips)
        self._take_away()
        for button, chip in zip(self.chips, self._wanted, strict=False):
            if button.chip != chip:
                button.set_chip(chip)
        self._make(_AT_ONCE)
        self.fit()

    def focus_chip(self, at: int) -> None:
        """The chip at a place; the line behind the last one, nothing before the first."""
        if 0 <= at < len(self.chips):
            self.chips[at].setFocus(Qt.FocusReason.BacktabFocusReason)
        elif at >= len(self.chips):
            self.line.setFocus(Qt.FocusReason.TabFocusReason)

    def fit(self) -> None:
        """Take the height that the chips need, of two lines at most."""
        width = self.viewport().width()
        needed = self._flow.height_for(width)
        most = _LINES * self._line_step() - self._flow.spacing() // 2
        self._inside.setMinimumHeight(needed)
        if self.height() != min(needed, most) or self.minimumHeight() != self.maximumHeight():
            self.setFixedHeight(min(needed, most))
        self.verticalScrollBar().setSingleStep(self._line_step())

    def _reveal(self, part: QWidget) -> None:
        self._inside.resize(self._inside.width(), max(self._inside.minimumHeight(), self.height()))
        self._flow.activate()  # now, to know where the part is
        self.ensureWidgetVisible(part, 0, 0)

    def _on_range_changed(self, last: int) -> None:
        """Chips came or went: where one types stays in sight."""
        if self.line.hasFocus():
            self.verticalScrollBar().setValue(last)

    def _snap(self, value: int) -> None:
        """Scroll by whole lines."""
        bar, step = self.verticalScrollBar(), self._line_step()
        whole = min(bar.maximum(), round(value / step) * step)
        if whole != value:
            bar.setValue(whole)

    def _line_step(self) -> int:
        return max(self.line.sizeHint().height(), HEIGHT) + self._flow.spacing() // 2

    # -- the chips --------------------------------------------------------------------------------------------

    def _take_away(self) -> None:
        gone = self.chips[len(self._wanted) :]
        had_focus = any(chip.hasFocus() for chip in gone)
        del self.chips[len(self._wanted) :]
        if had_focus:
            self.focus_chip(max(0, len(self.chips) - 1))
        for chip in gone:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()

    def _make(self, most: int) -> None:
        first = len(self.chips)
        self._flow.setEnabled(False)  # each chip that is shown would have all of them arranged anew
        for chip in self._wanted[first : first + most]:
            self._add(chip)
        self._flow.setEnabled(True)
        if first < len(self.chips):
            self.fit()
        if len(self.chips) < len(self._wanted):
            self._making.start()

    def _add(self, chip: Chip) -> None:
        at, button = len(self.chips), ChipButton(chip)
        button.turned.connect(lambda: self.turned.emit(at))
        button.way_chosen.connect(lambda way: self.way_chosen.emit(at, *_WAYS[way]))
        button.weighed.connect(lambda weight: self.weighed.emit(at, weight))
        button.nudged.connect(lambda steps: self.nudged.emit(at, steps))
        button.removed.connect(lambda: self.removed.emit(at))
        button.muted.connect(lambda muted: self.muted.emit(at, muted))
        button.rewritten.connect(lambda text: self.rewritten.emit(at, text))
        button.items_wanted.connect(lambda: self.items_wanted.emit(at))
        button.walked.connect(lambda step: self.focus_chip(at + step))
        button.shifted.connect(lambda step: self._shift(at, step))
        button.dragged.connect(self._show_target)
        button.dropped.connect(lambda: self._drop(at))
        button.installEventFilter(self)
        self.chips.append(button)
        self._flow.insert(at, button)
        if at:
            self.setTabOrder(self.chips[at - 1], button)
        self.setTabOrder(button, self.line)
        button.show()  # now, for only what is shown can take the keyboard

    def _shift(self, at: int, step: int) -> None:
        if 0 <= at + step < len(self.chips):
            self.moved.emit(at, at + step)
            self.focus_chip(at + step)

    # -- dragging ---------------------------------------------------------------------------------------------

    def _show_target(self, place: QPoint) -> None:
        """Where a chip that is dragged to this place of the screen would go."""
        here = self._inside.mapFromGlobal(place)
        places = enumerate(chip.geometry() for chip in self.chips)
        behind = (
            at for at, box in places if here.y() < box.y() or (here.y() <= box.bottom() and here.x() < box.center().x())
        )
        self._target = next(behind, len(self.chips))
        is_last = self._target == len(self.chips)
        beside = self.chips[-1 if is_last else self._target].geometry()
        left = beside.right() + 2 if is_last else max(0, beside.left() - 3)
        self._caret.setGeometry(left, beside.top() + 1, 2, beside.height() - 2)
        self._caret.show()
        self._caret.raise_()

    def _drop(self, at: int) -> None:
        self._caret.hide()
        target, self._target = self._target, -1
        to = target - 1 if target > at else target
        if target >= 0 and to != at:
            self.moved.emit(at, to)
            self.focus_chip(to)

    # -- Qt ---------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        elif event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget) and watched is not self._inside:
            self._reveal(watched)
        return False

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.fit()
