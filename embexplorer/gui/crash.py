"""When we made a mistake: log it, keep the work, and say so once in plain words."""

import logging
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QWidget

from embexplorer.base.errors import EmbexError
from embexplorer.gui.pieces import IconLabel, button, column, label, row
from embexplorer.gui.tokens import GRID

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("embexplorer.qt")
_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_TEXT = "Something went wrong inside embexplorer."
_CALM = (
    "This is our mistake, not yours. Your project is safe: everything that was finished is already saved in its file. "
    "You can go on working; if the window behaves oddly, close it and open the project again."
)


class CrashGuard(QObject):
    """Catches what nobody caught, in any thread, and tells it in the thread of the window.

    crashed: the traceback as text. world_failed: an EmbexError that slipped through; it belongs in the message bar.
    """

    crashed = Signal(str)
    world_failed = Signal(object)

    def install(self) -> None:
        """Take over sys.excepthook, threading.excepthook and Qt's messages, until remove()."""
        self._previous = (sys.excepthook, threading.excepthook, qInstallMessageHandler(_on_qt_message))
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        sys.excepthook, threading.excepthook, handler = self._previous
        qInstallMessageHandler(handler)

    def report(self, error: BaseException) -> None:
        """Log an exception and tell it; safe to call from any thread."""
        self._on_exception(type(error), error, error.__traceback__)

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        elif isinstance(error, EmbexError):
            _log.warning("not shown where it arose: %s", error)
            self.world_failed.emit(error)
        else:
            text = "".join(traceback.format_exception(kind, error, trace))
            _log.critical("unexpected error\n%s", text)
            self.crashed.emit(text)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            self._on_exception(type(args.exc_value), args.exc_value, args.exc_traceback)


class CrashDialog(QDialog):
    """One dialog for all crashes of a session; a further one only adds to it. It locks nothing."""

    def __init__(self, parent: QWidget | None, diagnostics: Callable[[str], str]) -> None:
        """diagnostics: makes the text to copy from the traceback."""
        super().__init__(parent)
        self.setWindowTitle("embexplorer")
        self.setModal(False)
        self._diagnostics = diagnostics
        self._crashes: list[str] = []
        self._title = label(_TEXT, "title", wrap=True)
        words = label(_CALM, wrap=True)
        self.details = QPlainTextEdit(readOnly=True)
        self.details.setAccessibleName("Technical details")
        self.details.setMinimumHeight(GRID * 22)
        self.details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.details.hide()
        self.details_button = button("Details", "quiet")
        self.details_button.clicked.connect(self._on_details_clicked)
        self.copy_button = button("Copy diagnostics", icon="copy")
        self.copy_button.clicked.connect(self._on_copy_clicked)
        self.continue_button = button("Continue", "primary")
        self.continue_button.clicked.connect(self.accept)
        self.continue_button.setDefault(True)
        top = row(IconLabel("warning", "warning", 32), spacing=GRID * 2)
        top.addLayout(column(self._title, words, None), 1)
        top.itemAt(0).setAlignment(Qt.AlignmentFlag.AlignTop)  # type: ignore[union-attr]
        foot = row(self.details_button, None, self.copy_button, self.continue_button)
        self.setLayout(column(top, self.details, foot, margin=GRID * 3, spacing=GRID * 2))
        self.setFixedWidth(GRID * 72)

    def show_crash(self, trace: str) -> None:
        """Add a crash and show the dialog."""
        self._crashes.append(trace)
        if len(self._crashes) > 1:
            self._title.setText(f"Something went wrong inside embexplorer, {len(self._crashes)} times so far.")
        self.details.setPlainText(self._all())
        self.show()
        self.raise_()
        self.continue_button.setFocus()

    def done(self, result: int, /) -> None:
        self._crashes.clear()
        self._title.setText(_TEXT)
        self.details.hide()
        self.copy_button.setText("Copy diagnostics")
        super().done(result)

    def _all(self) -> str:
        return "\n\n".join(self._crashes)

    def _on_details_clicked(self) -> None:
        self.details.setVisible(not self.details.isVisible())
        self.adjustSize()

    def _on_copy_clicked(self) -> None:
        QApplication.clipboard().setText(self._diagnostics(self._all()))
        self.copy_button.setText("Copied")


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, text: str | Any) -> None:
    _qt_log.log(_LEVELS.get(kind, logging.WARNING), "%s", text)
