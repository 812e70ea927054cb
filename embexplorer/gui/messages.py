"""The one door to the user: a bar that says what happened and what to do, and never locks the window."""

from collections import deque

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from embexplorer.app.actions import BY_ID
from embexplorer.app.values import Message
from embexplorer.gui.pieces import IconLabel, button, column, label, row, set_property, tool_button
from embexplorer.gui.tokens import GRID

_INFO_MS = 6000
_ICONS = {"info": ("info", "accent"), "warning": ("warning", "warning"), "error": ("error", "danger")}


class MessageBar(QFrame):
    """Warnings and errors wait for each other and stay until they are closed; an info goes by itself.

    action_triggered: the id of the action on the message's button.
    """

    action_triggered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("messageBar")
        self._waiting: deque[Message] = deque()
        self.current: Message | None = None
        self._timer = QTimer(self, singleShot=True, interval=_INFO_MS)
        self._timer.timeout.connect(self.dismiss)
        self._icon = IconLabel("info")
        self._text = label("", "heading", wrap=True)
        self._hint = label("", wrap=True)
        self._count = label("", "muted")
        self.action_button = button("")
        self.action_button.hide()
        self.action_button.clicked.connect(self._on_action_clicked)
        self.details_button = button("Details", "quiet")
        self.details_button.clicked.connect(self._on_details_clicked)
        self.close_button = tool_button("close", "Close this message")
        self.close_button.clicked.connect(self.dismiss)
        self.details = QPlainTextEdit(readOnly=True)
        self.details.setAccessibleName("Details of the message")
        self.details.setMaximumHeight(GRID * 20)
        words = column(self._text, self._hint, spacing=2)
        line = row(self._icon, spacing=12)
        line.addLayout(words, 1)
        for part in (self._count, self.details_button, self.action_button, self.close_button):
            line.addWidget(part)
        line.setAlignment(self._icon, Qt.AlignmentFlag.AlignVCenter)
        layout = column(line, self.details)
        layout.setContentsMargins(GRID * 2, GRID, GRID, GRID)
        self.setLayout(layout)
        self.hide()

    def natural_width(self) -> int:
        """Wide enough for the words without a break, and for the details where they are open."""
        words = max(part.fontMetrics().horizontalAdvance(part.text()) for part in (self._text, self._hint))
        beside = (self._icon, self._count, self.details_button, self.action_button, self.close_button)
        signs = sum(part.sizeHint().width() + GRID + 4 for part in beside if not part.isHidden())
        return max(words + signs + GRID * 5, GRID * 90 if not self.details.isHidden() else GRID * 30)

    def show_message(self, message: Message) -> None:
        """Show it now, or after the warnings and errors that are not closed yet; a newer info replaces an older."""
        if self.current is not None and self.current.level != "info":
            if message != self.current and message not in self._waiting:
                self._waiting.append(message)
            self._show_count()
            return
        self._show(message)

    def dismiss(self) -> None:
        """Close the message; the next that waits is shown."""
        self._timer.stop()
        self.current = None
        if self._waiting:
            self._show(self._waiting.popleft())
        else:
            self.hide()

    def _show(self, message: Message) -> None:
        self.current = message
        name, tone = _ICONS[message.level]
        self._icon.set_icon(name, tone)
        set_property(self, "level", message.level)
        self._text.setText(message.text)
        self._hint.setText(message.hint)
        self._hint.setVisible(bool(message.hint))
        action = BY_ID.get(message.action)
        self.action_button.setVisible(action is not None)
        self.action_button.setText(action.text if action is not None else "")
        self.details_button.setVisible(bool(message.details))
        self.details.setPlainText("\n".join(message.details))
        self.details.hide()
        self.setAccessibleName(f"{message.text} {message.hint}".strip())
        self._show_count()
        self.show()
        if message.level == "info" and not message.action:
            self._timer.start()
        else:
            self._timer.stop()

    def _show_count(self) -> None:
        self._count.setText(f"{len(self._waiting)} more" if self._waiting else "")

    def _on_details_clicked(self) -> None:
        self.details.setVisible(not self.details.isVisible())

    def _on_action_clicked(self) -> None:
        if self.current is not None:
            action = self.current.action
            self.dismiss()
            self.action_triggered.emit(action)
