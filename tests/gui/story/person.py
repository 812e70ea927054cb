"""A person at the real window: every deed is an event that Qt delivers, every check reads what a widget shows."""

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from embexplorer.app.state import Facts
from embexplorer.gui.crash import CrashGuard
from embexplorer.gui.main import Application

PATIENCE_S = 40.0
SIZE = (1440, 900)
LEFT, NO_KEY, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
_Widget = TypeVar("_Widget", bound=QWidget)


class Person:
    """Opens the program; leave() closes its window and says whether anything went wrong meanwhile."""

    def __init__(self, qt: QApplication) -> None:
        self._qt = qt
        self.crashes: list[str] = []
        self._has_left = False
        self._guard = CrashGuard()
        self._guard.install()
        self._guard.crashed.connect(self.crashes.append)
        self.app = Application()
        self._guard.world_failed.connect(lambda error: self.crashes.append(str(error)))
        self.window, self.view, self.controller = self.app.window, self.app.view, self.app.controller
        self.core = self.controller.core
        self.window.show()
        self.window.resize(*SIZE)
        self.window.activateWindow()
        self.breathe()

    # -- waiting ----------------------------------------------------------------------------------------------

    def wait(self, until: Callable[[], object], what: str = "") -> None:
        end = time.monotonic() + PATIENCE_S
        while not until():
            assert time.monotonic() < end, f"waited too long for {what or 'the condition'}; said: {self.said()}"
            self._qt.processEvents()
            time.sleep(0.002)

    def settle(self) -> None:
        """Until nothing is under way any more."""
        self.wait(lambda: not self.core.tasks.busy(), "all work to end")
        self.breathe()

    def breathe(self, seconds: float = 0.02) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._qt.processEvents()

    # -- the mouse and the keys -------------------------------------------------------------------------------

    def drop(self, paths: Sequence[Path], target: QWidget | None = None) -> None:
        """Let files go over a widget; the window, where none is named."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        self.drop_data(data, target or self.window)

    def drop_data(
        self, data: QMimeData, target: QWidget, at: QPoint | None = None, keys: Qt.KeyboardModifier = NO_KEY
    ) -> bool:
        """Drag something onto a place of a widget and let go there; whether the widget took it."""
        place, copy = QPointF(at or target.rect().center()), Qt.DropAction.CopyAction
        enter = QDragEnterEvent(place.toPoint(), copy, data, LEFT, keys)
        self._qt.sendEvent(target, enter)
        if not enter.isAccepted():
            return False
        drop = QDropEvent(place, copy, data, LEFT, keys)
        self._qt.sendEvent(target, drop)
        self.breathe()
        return drop.isAccepted()

    def click(self, widget: QWidget, at: QPoint | None = None, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        QTest.mouseClick(widget, LEFT, keys, at or widget.rect().center())
        self.breathe()

    def drag(self, widget: QWidget, places: Sequence[QPoint], keys: Qt.KeyboardModifier = NO_KEY) -> None:
        QTest.mousePress(widget, LEFT, keys, places[0])
        for place in places[1:]:
            QTest.mouseMove(widget, place)
            self.breathe(0.01)
        QTest.mouseRelease(widget, LEFT, keys, places[-1])
        self.breathe()

    def turn_wheel(self, widget: QWidget, at: QPoint, clicks: int) -> None:
        place, nothing = QPointF(at), QPoint()
        turned = QPoint(0, 120 * clicks)
        phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(
            place, widget.mapToGlobal(place), nothing, turned, Qt.MouseButton.NoButton, NO_KEY, phase, False
        )
        self._qt.sendEvent(widget, event)
        self.breathe(0.3)  # the map rests before it draws everything again

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        """A key, to whatever has the keyboard."""
        QTest.keyClick(self._qt.focusWidget() or self.window, key, keys)
        self.breathe()

    def write(self, text: str) -> None:
        QTest.keyClicks(self._qt.focusWidget() or self.window, text)
        self.breathe()

    def hover(self, widget: QWidget, at: QPoint) -> None:
        QTest.mouseMove(widget, at)
        self.breathe()

    # -- what is there ----------------------------------------------------------------------------------------

    @property
    def facts(self) -> Facts:
        assert self.core.facts is not None
        return self.core.facts

    def part(self, kind: type[_Widget], name: str, inside: QWidget | None = None) -> _Widget:
        """The widget of a kind with this accessible name, or with these words on it, that can be seen."""
        for widget in (inside or self.window).findChildren(kind):
            words = {widget.accessibleName(), widget.text() if isinstance(widget, (QAbstractButton, QLabel)) else ""}
            if name in words and not widget.isHidden():
                return widget
        raise AssertionError(f"no {kind.__name__} called {name}")

    def said(self) -> list[str]:
        """The words that stand in the message bar."""
        return [label.text() for label in self.window.messages.findChildren(QLabel) if label.text()]

    def status(self) -> str:
        return "  ".join(part.text() for part in self.window.status.parts.values() if part.text())

    def place_of(self, row: int) -> QPoint:
        """Where a point of the map is on its widget."""
        return _point(self._places()[row])

    def alone(self) -> int:
        """A row whose point on the map lies under no other and under nothing that lies over the map."""
        canvas, places = self.view.map.view, self._places()
        left, right, foot = 80, canvas.width() - 260, canvas.height() - 20
        for row, (x, y) in enumerate(places):
            if left < x < right and 20 < y < foot and canvas.row_at(QPointF(_point(places[row]))) == row:
                return row
        raise AssertionError("no point stands free")

    def _places(self) -> np.ndarray:
        canvas = self.view.map.view
        size = (canvas.width(), canvas.height())
        return np.array([canvas.view.to_pixel(float(x), float(y), *size) for x, y in canvas.xy])

    def selected(self) -> int:
        return self.core.state.selection.count()

    def accept_import(self) -> None:
        """Wait for the sheet, then Enter."""
        sheet = self.view.import_sheet
        self.wait(lambda: sheet.isVisible() and not self.controller.importing.proposal.reading, "the sheet")
        self.press(Qt.Key.Key_Return)

    # -- the end ----------------------------------------------------------------------------------------------

    def leave(self) -> None:
        if self._has_left:
            return
        self._has_left = True
        if self.window.isVisible():
            self.window.close()
        self._guard.remove()
        self.window.deleteLater()
        self._qt.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self._qt.processEvents()
        assert self.crashes == []


def _point(place: np.ndarray) -> QPoint:
    return QPoint(round(float(place[0])), round(float(place[1])))


class Complaints(logging.Handler):
    """Keeps what was logged as a warning or worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if "This plugin does not support" not in record.getMessage():  # the offscreen platform, of itself
            self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")
