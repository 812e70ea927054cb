"""The two lines of the query bar in which one types."""

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QInputMethodEvent, QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QLineEdit, QWidget

from embexplorer.gui.pieces import set_property
from embexplorer.gui.theme import theme


class BareLine(QLineEdit):
    """A line without a frame of its own: the queryField around it shows the focus (property typing="true")."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "bare")
        self.setAcceptDrops(False)  # a file let go here would leave its path; the bar takes it
        self.setAccessibleName(name)

    def focusInEvent(self, event: QFocusEvent, /) -> None:
        super().focusInEvent(event)
        self._tell_box("true")

    def focusOutEvent(self, event: QFocusEvent, /) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._tell_box("")

    def _tell_box(self, typing: str) -> None:
        box = self.parentWidget()
        while box is not None and box.objectName() != "queryField":
            box = box.parentWidget()
        if box is not None:
            set_property(box, "typing", typing)


class SearchLine(BareLine):
    """Where a text is typed. Backspace and Left at the start go to the last chip; Down, while it is empty, asks for
    earlier queries. Shift and Enter means less like it, Control and Enter whatever it is about."""

    left_start = Signal()
    minus_wanted = Signal()
    aside_wanted = Signal()
    past_wanted = Signal()

    def event(self, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_aside(event):
            event.accept()  # the shortcut would open the current item
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        at_start = self.cursorPosition() == 0 and not self.hasSelectedText()
        if at_start and event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Left):
            self.left_start.emit()
        elif event.key() == Qt.Key.Key_Down and not self.text():
            self.past_wanted.emit()
        elif _is_aside(event):
            self.aside_wanted.emit()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.minus_wanted.emit()
        else:
            super().keyPressEvent(event)


class FilterLine(BareLine):
    """Where a filter is typed; what cannot be read is underlined from where it goes wrong."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._error_at = -1

    def mark_error(self, at: int) -> None:
        """at: the character, -1 for none."""
        if at == self._error_at == -1:
            return
        self._error_at = at
        marks = [] if at < 0 else [self._mark(min(at, max(0, len(self.text()) - 1)))]
        QCoreApplication.sendEvent(self, QInputMethodEvent("", marks))

    def _mark(self, start: int) -> QInputMethodEvent.Attribute:
        """The way to format a part of a line edit: what an input method may underline, counted from the cursor."""
        wavy = QTextCharFormat()
        wavy.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        wavy.setUnderlineColor(QColor(theme().tokens.danger))
        length = _word_length(self.text(), start)
        kind = QInputMethodEvent.AttributeType.TextFormat
        return QInputMethodEvent.Attribute(kind, start - self.cursorPosition(), length, wavy)


def _is_aside(event: QKeyEvent) -> bool:
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return enter and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def _word_length(text: str, start: int) -> int:
    end = start
    while end < len(text) and not text[end].isspace():
        end += 1
    return max(1, end - start)
