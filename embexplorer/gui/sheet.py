"""A sheet that lies over the window without locking it: the palette, the cheat sheet, the settings."""

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from embexplorer.gui.tokens import GRID

_FIRST_SPECIAL_KEY = 0x01000000  # Qt's codes below are characters


class Sheet(QFrame):
    """Esc puts it away. closed: it went away. size: at most so wide and high, less where the window is small."""

    closed = Signal()

    def __init__(self, host: QWidget, width: int, height: int) -> None:
        super().__init__(host)
        self._host, self._width, self._height = host, width, height
        self._before: QWidget | None = None  # what had the keyboard
        self.setProperty("role", "sheet")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        host.installEventFilter(self)
        self.hide()

    def present(self, focus: QWidget) -> None:
        """Show it over everything else in the window and give it the keyboard."""
        self._before = QApplication.focusWidget()
        self.place()
        self.show()
        self.raise_()
        focus.setFocus(Qt.FocusReason.PopupFocusReason)

    def place(self) -> None:
        room = GRID * 4
        width = min(self._width, self._host.width() - room)
        height = min(self.wanted_height(), self._host.height() - room)
        self.setGeometry(QRect((self._host.width() - width) // 2, self.top_for(height), width, height))

    def wanted_height(self) -> int:
        return self._height

    def top_for(self, height: int) -> int:
        """In the middle."""
        return (self._host.height() - height) // 2

    def dismiss(self) -> None:
        """Put it away; the keyboard goes back to where it was, unless the user has moved it elsewhere."""
        if not self.isVisible():
            return
        focus, before = QApplication.focusWidget(), self._before
        had_focus = focus is not None and (focus is self or self.isAncestorOf(focus))
        self.hide()
        if had_focus:
            back = before if before is not None and shiboken6.isValid(before) and before.isVisible() else self._host
            back.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent, /) -> bool:
        """Keep plain keys from the shortcuts of the window below: a T typed here tags nothing."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            is_plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            is_character = event.key() < _FIRST_SPECIAL_KEY and event.key() != Qt.Key.Key_Question
            if event.key() == Qt.Key.Key_Escape or (is_plain and is_character):
                event.accept()
                return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self.place()
        return super().eventFilter(watched, event)
