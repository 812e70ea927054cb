"""The application: one window, one controller, one guard against our own mistakes."""

import sys
import threading
from dataclasses import replace
from pathlib import Path

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from embexplorer.app.controller import Controller
from embexplorer.app.values import Message
from embexplorer.base.paths import resources
from embexplorer.base.settings import load_settings
from embexplorer.gui.appview import AppView
from embexplorer.gui.bridge import Bridge
from embexplorer.gui.crash import CrashDialog, CrashGuard
from embexplorer.gui.diagnostics import diagnostics_text
from embexplorer.gui.dialogs import Dialogs
from embexplorer.gui.signals import EndRequests
from embexplorer.gui.theme import theme
from embexplorer.gui.window import MainWindow
from embexplorer.gui.wiring import wire


class Application:
    """Everything of one running window. close() ends all work; unfinished jobs continue the next time."""

    def __init__(self) -> None:
        settings, warning = load_settings()
        theme().choose(settings.theme)
        self.window = MainWindow()
        self.view = AppView(self.window)
        self.bridge = Bridge()
        self.controller = Controller(self.view, self.bridge.post, settings)
        self.bridge.arrived.connect(self.controller.on_event)
        self.dialogs = Dialogs(self.view, self.controller)
        wire(self.view, self.controller)
        self.view.map.set_reduced_motion(settings.reduced_motion)
        self.window.restore_layout(settings.window)
        self.window.show_welcome(settings.recent)
        self.window.closing.connect(self.close)
        self.controller.core.set_flags({"project": False})
        if warning:
            self.view.show_message(Message("warning", warning))

    def open(self, paths: tuple[Path, ...], sample: str = "") -> None:
        """What was asked for on the command line."""
        if sample:
            self.controller.open_sample(sample, Path.cwd())
        elif paths:
            self.controller.importing.drop(paths)

    def close(self) -> None:
        settings = replace(self.controller.settings, window=self.window.layout_state())
        self.controller.apply_settings(settings)
        self.controller.shut_down()


def run(paths: tuple[Path, ...], sample: str, screenshot: Path | None) -> int:
    """Open the window and stay until it is closed; with screenshot, do the main job, save a picture and end."""
    qt = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("embexplorer")
    qt.setApplicationDisplayName("embexplorer")
    qt.setDesktopFileName("org.embexplorer.embexplorer")
    qt.setWindowIcon(QIcon(str(resources() / "embexplorer.svg")))
    guard = CrashGuard()
    guard.install()
    application = Application()
    guard.world_failed.connect(application.controller.core.tell)
    dialog = CrashDialog(
        application.window, lambda trace: diagnostics_text(application.controller.settings, crash=trace)
    )
    guard.crashed.connect(dialog.show_crash)
    application.window.show()
    _warm_up()
    application.open(paths, sample)
    if screenshot is not None:
        from embexplorer.gui.demonstration import demonstrate

        return demonstrate(qt, application, screenshot)
    asked = EndRequests(application.window.close, application.window)
    try:
        return qt.exec()
    finally:
        asked.forget()


def _warm_up() -> None:
    """Compile the map's kernels while the user looks at the window; a plain picture is drawn until they are ready."""
    from embexplorer.raster.engine import warm_up

    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
