"""A term of the query as a chip: what it is, which way it acts, how much it counts, and all that can be done with it.

A chip paints itself, as one widget: with hundreds of them the bar must not stutter.
"""

from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from embexplorer.app.composing import LEAST_WEIGHT, MOST_WEIGHT, WEIGHT_STEP
from embexplorer.app.values import Chip
from embexplorer.gui.chipmenu import chip_menu
from embexplorer.gui.chippaint import (
    CLOSE_WIDTH,
    HEIGHT,
    SIGN_WIDTH,
    Look,
    Part,
    Way,
    paint_chip,
    shape_of,
    way_of,
    weight_words,
)
from embexplorer.gui.tokens import GRID

_SAID: dict[Way, str] = {"more": "More like", "less": "Less like", "aside": "Whatever it is about"}
_EDITOR = GRID * 32
_STEP_PX = 6  # of an upward or downward drag, for each step of the weight
_ENDING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
_STAYING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


class ChipButton(QWidget):
    """A click on the sign turns the chip round; a drag to the side moves it, one up or down makes it count more or
    less, as the wheel does where it has the keyboard. A double click edits a text. Every key is in the tool tip."""

    turned = Signal()
    way_chosen = Signal(str)  # a Way
    weighed = Signal(float)  # the size of the weight, above 0
    nudged = Signal(int)  # so many steps more, or less
    removed = Signal()
    muted = Signal(bool)
    rewritten = Signal(str)
    walked = Signal(int)  # the keyboard goes to the chip before (-1) or after (1)
    shifted = Signal(int)  # the chip changes places with the one before (-1) or after (1)
    dragged = Signal(QPoint)  # to the side, to this place on the screen
    dropped = Signal()
    items_wanted = Signal()  # select the items that the chip stands for

    def __init__(self, chip: Chip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._pressed: QPoint | None = None
        self._pull: Literal["", "side", "weight"] = ""
        self._weight_before = 1.0
        self._over: Part = ""
        self._editor: QLineEdit | None = None
        self.chip = chip
        self.set_chip(chip)

    def set_chip(self, chip: Chip) -> None:
        """Show another term, or the same one as it is now."""
        self.chip = chip
        self._shape = shape_of(chip, self.fontMetrics())
        said, weight = _SAID[way_of(chip)], weight_words(chip)
        self.setAccessibleName(
            f"{said}{':' if chip.aside else ''} {chip.label[:200]}{f', {weight}' if weight else ''}"
            f"{', left out for now' if chip.muted else ''}"
        )
        self._take_size()
        self.update()

    def edit(self) -> None:
        """Type another text in place of this one; Enter takes it, Esc does not."""
        if self.chip.kind != "text" or self._editor is not None:
            return
        editor = QLineEdit(self.chip.label, self)
        editor.setProperty("kind", "bare")
        editor.setAccessibleName("Text of this part")
        editor.installEventFilter(self)
        self._editor = editor
        self._take_size()
        self._place_editor()
        editor.show()
        editor.selectAll()
        editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end_edit(self, *, take: bool) -> None:
        editor, self._editor = self._editor, None
        if editor is None:
            return
        had_focus, text = editor.hasFocus(), editor.text()
        editor.hide()
        editor.deleteLater()
        self._take_size()
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        if take and text.strip() != self.chip.label:
            self.rewritten.emit(text)

    def _place_editor(self) -> None:
        if self._editor is not None:
            self._editor.setGeometry(SIGN_WIDTH, 0, self.width() - SIGN_WIDTH - GRID, HEIGHT)

    # -- shape ------------------------------------------------------------------------------------------------

    def _take_size(self) -> None:
        """As a fixed size, which the layout reads without asking Python."""
        wide = max(_EDITOR, self._shape.width) if self._editor is not None else self._shape.width
        if wide != self.width() or self.minimumWidth() != wide:
            self.setFixedSize(wide, HEIGHT)

    def resizeEvent(self, _event: object, /) -> None:
        self._place_editor()

    def part_at(self, place: QPoint) -> Part:
        if not self.rect().contains(place):
            return ""
        if place.x() < SIGN_WIDTH:
            return "sign"
        return "close" if place.x() >= self.width() - CLOSE_WIDTH and self._editor is None else "body"

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        look = Look(self._over, self.hasFocus() or self._editor is not None, self._editor is not None)
        paint_chip(painter, self.chip, self.rect(), self._shape, look)
        painter.end()

    # -- the mouse --------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        event.accept()  # what is pressed here is released here
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._pull = event.position().toPoint(), ""
            self._weight_before = abs(self.chip.weight)

    def mouseMoveEvent(self, event: QMouseEvent, /) -> None:
        place = event.position().toPoint()
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            self._set_over(self.part_at(place))
            return
        moved = place - self._pressed
        if not self._pull and moved.manhattanLength() >= QApplication.startDragDistance():
            self._pull = "side" if abs(moved.x()) >= abs(moved.y()) or self.chip.aside else "weight"
            self.setCursor(Qt.CursorShape.ClosedHandCursor if self._pull == "side" else Qt.CursorShape.SizeVerCursor)
        if self._pull == "side":
            self.dragged.emit(event.globalPosition().toPoint())
        elif self._pull == "weight":
            self._weigh(self._weight_before - WEIGHT_STEP * round(moved.y() / _STEP_PX))

    def mouseReleaseEvent(self, event: QMouseEvent, /) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        start, pull, self._pressed, self._pull = self._pressed, self._pull, None, ""
        self.unsetCursor()
        part = self.part_at(event.position().toPoint())
        if pull == "side":
            self.dropped.emit()
        elif not pull and part == self.part_at(start):
            if part == "sign":
                self.turned.emit()
            elif part == "close":
                self.removed.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        if self.part_at(event.position().toPoint()) == "body" and event.button() == Qt.MouseButton.LeftButton:
            self._open()
        else:
            self.mousePressEvent(event)  # two quick clicks on the sign are two

    def wheelEvent(self, event: QWheelEvent, /) -> None:
        if self.hasFocus() and not self.chip.aside and event.angleDelta().y():
            self._nudge(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def leaveEvent(self, _event: QEvent, /) -> None:
        self._set_over("")

    def _set_over(self, part: Part) -> None:
        if part == self._over:
            return
        self._over = part
        self.setToolTip(self._tip() if part else "")
        self.setCursor(Qt.CursorShape.PointingHandCursor if part in ("sign", "close") else Qt.CursorShape.ArrowCursor)
        self.update()

    def _tip(self) -> str:
        if self._over == "close":
            return "Remove"
        if self._over == "sign":
            return f"{_SAID[way_of(self.chip)]}. Click to turn it round: more like, less like, set aside."
        edits = " Double-click to edit the text." if self.chip.kind == "text" else ""
        counts = "" if self.chip.aside else " Drag it up or down, or press the up and down keys, to make it count more."
        return f"{self.chip.label[:1000]}\n\nDrag it to the side to move it.{edits}{counts}"

    def _weigh(self, weight: float) -> None:
        size = round(min(MOST_WEIGHT, max(LEAST_WEIGHT, weight)), 1)
        if size != abs(self.chip.weight) and not self.chip.aside:
            self.weighed.emit(size)

    def _nudge(self, steps: int) -> None:
        if not self.chip.aside:
            self.nudged.emit(steps)

    def _open(self) -> None:
        if self.chip.kind == "text":
            self.edit()
        elif self.chip.kind == "items":
            self.items_wanted.emit()

    # -- the keys ---------------------------------------------------------------------------------------------

    def event(self, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_own(event):
            event.accept()  # Alt and an arrow would go back on the map
        return super().event(event)

    def _is_own(self, event: QKeyEvent) -> bool:
        own = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Delete, Qt.Key.Key_Space}
        return event.key() in own and not event.modifiers() & Qt.KeyboardModifier.ControlModifier

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key, alt = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        sides = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key in sides:
            (self.shifted if alt else self.walked).emit(sides[Qt.Key(key)])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._nudge(1 if key == Qt.Key.Key_Up else -1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
        elif key == Qt.Key.Key_Space and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.muted.emit(not self.chip.muted)
        elif key == Qt.Key.Key_Space:
            self.turned.emit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.way_chosen.emit("more" if key == Qt.Key.Key_Plus else "less")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self._open()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        """Of the line in which the text is edited."""
        if watched is not self._editor or self._editor is None:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape:
                event.accept()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _ENDING:
            self._end_edit(take=event.key() != Qt.Key.Key_Escape)
            return True  # Enter would reach the chip, which would open the line again
        elif isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _STAYING:
            self._end_edit(take=True)
        return False

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        menu = chip_menu(self)
        menu.exec(self.mapToGlobal(QPoint(0, self.height())) if by_key else event.globalPos())
        menu.deleteLater()
