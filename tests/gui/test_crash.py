"""Our own mistakes are logged, told once in plain words, and end nothing."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt, qWarning
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from embexplorer.base.errors import EmbexError
from embexplorer.base.settings import Settings
from embexplorer.gui.crash import CrashDialog, CrashGuard
from embexplorer.gui.diagnostics import diagnostics_text


@pytest.fixture
def guard() -> Iterator[CrashGuard]:
    guard = CrashGuard()
    guard.install()
    yield guard
    guard.remove()


def raise_and_catch(error: BaseException) -> None:
    """As Python does with what nobody caught."""
    try:
        raise error
    except BaseException:
        sys.excepthook(*sys.exc_info())


def test_an_uncaught_exception_is_told_and_logged(guard: CrashGuard, caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []
    guard.crashed.connect(told.append)
    raise_and_catch(ZeroDivisionError("by zero"))
    assert len(told) == 1
    assert "ZeroDivisionError: by zero" in told[0]
    assert "by zero" in caplog.text


def test_a_thread_tells_in_the_thread_of_the_window(guard: CrashGuard, qtbot: QtBot) -> None:
    told: list[tuple[str, threading.Thread]] = []

    class Listener(CrashDialog):
        def show_crash(self, trace: str) -> None:
            told.append((trace, threading.current_thread()))

    listener = Listener(None, str)
    qtbot.addWidget(listener)
    guard.crashed.connect(listener.show_crash)

    def fail() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: bool(told))
    assert "in a thread" in told[0][0]
    assert told[0][1] is threading.main_thread()


def test_a_failure_of_the_world_is_no_crash(guard: CrashGuard) -> None:
    crashes: list[str] = []
    failures: list[EmbexError] = []
    guard.crashed.connect(crashes.append)
    guard.world_failed.connect(failures.append)
    error = EmbexError("The disk is full.", "Make room.")
    raise_and_catch(error)
    assert crashes == []
    assert failures == [error]


def test_qt_messages_reach_the_log(guard: CrashGuard, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "embexplorer.qt"):
        qWarning("a pen is not active")
    assert "a pen is not active" in caplog.text


def test_the_hooks_are_given_back() -> None:
    before = sys.excepthook, threading.excepthook
    guard = CrashGuard()
    guard.install()
    assert sys.excepthook != before[0]
    guard.remove()
    assert (sys.excepthook, threading.excepthook) == before


def test_the_dialog_speaks_plainly_and_hides_the_traceback(qtbot: QtBot, qapp: QApplication) -> None:
    dialog = CrashDialog(None, lambda trace: f"report: {trace}")
    qtbot.addWidget(dialog)
    dialog.show_crash("Traceback: one")
    parts = [*dialog.findChildren(QLabel), *dialog.findChildren(QPushButton)]
    shown = " ".join(part.text() for part in parts if part.isVisible())
    assert "Your project is safe" in shown
    assert "Traceback" not in shown
    assert not dialog.isModal()
    assert not dialog.details.isVisible()
    qtbot.mouseClick(dialog.details_button, Qt.MouseButton.LeftButton)
    assert dialog.details.isVisible()
    dialog.show_crash("Traceback: two")
    assert dialog.details.toPlainText() == "Traceback: one\n\nTraceback: two"
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert qapp.clipboard().text() == "report: Traceback: one\n\nTraceback: two"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_diagnostics_tell_versions_settings_and_log_and_keep_names_private(qapp: QApplication) -> None:
    settings = Settings(theme="dark", recent=("/home/anna/secret.embx",))
    text = diagnostics_text(settings, {"model": "MiniLM on CPU"}, "Traceback: x")
    for part in ("version: ", "Python: ", "numpy: ", "theme: dark", "model: MiniLM on CPU", "Traceback: x", "log"):
        assert part in text
    assert "secret" not in text
