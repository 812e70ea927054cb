"""Every test of the window cleans up: no widget, timer or thread is left, and Qt has nothing to warn about."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from embexplorer.gui.theme import theme

WaitUntil = Callable[..., None]
_HARMLESS = ("This plugin does not support",)  # what the offscreen platform says of itself


@pytest.fixture(autouse=True)
def nothing_leaks(qapp: QApplication) -> Iterator[None]:
    before_widgets = set(qapp.topLevelWidgets())
    before_threads = set(threading.enumerate())
    theme().choose("light")
    yield
    for widget in set(qapp.topLevelWidgets()) - before_widgets:
        if widget.parent() is None and not widget.isVisible():
            widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    left = [w for w in set(qapp.topLevelWidgets()) - before_widgets if w.isVisible()]
    timers = [t for w in left for t in w.findChildren(QTimer) if t.isActive()]
    threads = [t for t in set(threading.enumerate()) - before_threads if t.is_alive() and not t.daemon]
    for widget in left:
        widget.close()
        widget.deleteLater()
    assert (left, timers, threads) == ([], [], [])


@pytest.fixture(autouse=True)
def qt_does_not_warn(qapp: QApplication) -> Iterator[list[str]]:
    """What Qt warned of; a test that expects a warning empties the list."""
    warned: list[str] = []

    def note(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg) and not text.startswith(_HARMLESS):
            warned.append(text)

    previous = qInstallMessageHandler(note)
    yield warned
    qapp.processEvents()
    qInstallMessageHandler(previous)
    assert warned == []


@pytest.fixture
def wait_until(qapp: QApplication) -> WaitUntil:
    """Let the event loop run until something is so; fails with its words after some seconds."""

    def wait(condition: Callable[[], object], what: str = "the condition", seconds: float = 5.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"{what} did not come true"
            qapp.processEvents()
            time.sleep(0.002)

    return wait
