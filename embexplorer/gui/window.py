"""The window: a frame with places for the panels. It knows no project; it shows values and says what the user did."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QToolBar, QWidget

from embexplorer.app.jobview import JobView
from embexplorer.app.values import Message, StatusView
from embexplorer.gui.centre import Centre
from embexplorer.gui.cheatsheet import CheatSheet
from embexplorer.gui.commands import Commands
from embexplorer.gui.docks import Docks
from embexplorer.gui.dropping import DropOverlay, dropped_paths
from embexplorer.gui.jobs_panel import JobsPanel
from embexplorer.gui.messages import MessageBar
from embexplorer.gui.palette import CommandPalette, Entry
from embexplorer.gui.pieces import EmptyState, column
from embexplorer.gui.statusline import StatusLine
from embexplorer.gui.tokens import GRID
from embexplorer.gui.welcome import WelcomePage

_PANEL_ACTIONS = {f"panel.{name}": name for name in ("facets", "results", "item", "table", "gallery", "jobs")}


class MainWindow(QMainWindow):
    """action_triggered: an action that the window does not do by itself. files_dropped: on any part of the window.

    entry_chosen: an extra entry of the palette. recent_chosen: a path of “Open recent”. closing: the last word.
    """

    action_triggered = Signal(str)
    entry_chosen = Signal(str)
    recent_chosen = Signal(str)
    files_dropped = Signal(list)
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("embexplorer")
        self.setAcceptDrops(True)
        self.setMinimumSize(GRID * 90, GRID * 60)
        self.resize(1280, 800)
        self.commands = Commands(self)
        self.commands.fill(self.menuBar())
        self.commands.triggered.connect(self._on_command_triggered)
        self.commands.recent_chosen.connect(self.recent_chosen)
        self.welcome = WelcomePage()
        self.welcome.action_triggered.connect(self.trigger)
        self.messages = MessageBar()
        self.messages.action_triggered.connect(self.trigger)
        self._build_centre()
        self.docks = Docks(self)
        self.docks.shown_changed.connect(self._on_dock_shown_changed)
        self.jobs = JobsPanel()
        self._fill_docks()
        self.status = StatusLine()
        self.status.job_chip.clicked.connect(lambda: self.docks.reveal("jobs"))
        self.setStatusBar(self.status)
        self.palette_sheet = CommandPalette(self)
        self.palette_sheet.chosen.connect(self._on_entry_chosen)
        self.cheat_sheet = CheatSheet(self)
        self._overlay = DropOverlay(self)
        self._extra_entries: tuple[Entry, ...] = ()
        self._dock_state = ""  # until the panels were arranged once, they stand as at first
        self._is_project_shown = False
        self.show_welcome()

    # What is shown

    def show_welcome(self, recent: Sequence[str] | None = None) -> None:
        """The welcome page instead of the panels. recent: paths of projects; None leaves the list as it is."""
        if self._is_project_shown:
            self._dock_state = self.docks.state()
        self._is_project_shown = False
        if recent is not None:
            self.welcome.set_recent(recent)
            self.commands.set_recent(tuple(recent))
        self.docks.hide_all()
        self.query_bar.hide()
        self.statusBar().setVisible(False)
        self._stack.setCurrentWidget(self.welcome)
        self.setWindowTitle("embexplorer")

    def show_project(self, name: str, read_only_reason: str = "") -> None:
        """The panels and the map, as they were arranged last."""
        self.setWindowTitle(f"{name}{' (read only)' if read_only_reason else ''} – embexplorer")
        if read_only_reason:
            self.messages.show_message(Message("warning", read_only_reason))
        if self._is_project_shown:
            return
        self._is_project_shown = True
        self._stack.setCurrentWidget(self._project)
        self.query_bar.show()
        self.statusBar().setVisible(True)
        self.docks.restore(self._dock_state)

    def set_panel(self, name: str, widget: QWidget) -> None:
        """Put a panel into its place: map, query, facets, tags, results, item, table, gallery. Raises KeyError."""
        if name == "map":
            self._set_map(widget)
        elif name == "query":
            self.query_bar.clear()
            self.query_bar.addWidget(widget)
        else:
            self.docks.by_name[name].set_content(widget)

    def set_status(self, status: StatusView) -> None:
        self.status.set_status(status)

    def set_jobs(self, jobs: tuple[JobView, ...]) -> None:
        self.jobs.set_jobs(jobs)
        self.status.job_chip.set_jobs(jobs)

    def set_flags(self, flags: Mapping[str, bool]) -> None:
        """Which flags of app.actions.FLAGS are up; the others are down."""
        self.commands.set_flags(flags)

    def set_checked(self, action_id: str, is_on: bool) -> None:
        self.commands.set_checked(action_id, is_on)

    def set_undo_labels(self, undo: str, redo: str) -> None:
        """What would be undone and redone, such as “tagging 40 items”; "" for nothing."""
        self.commands.set_text("edit.undo", f"Undo {undo}" if undo else "")
        self.commands.set_text("edit.redo", f"Redo {redo}" if redo else "")

    def set_palette_entries(self, entries: Sequence[Entry]) -> None:
        """What the command palette offers besides the actions: columns, tags, recent projects."""
        self._extra_entries = tuple(entries)

    def show_message(self, message: Message) -> None:
        self.messages.show_message(message)

    def trigger(self, action_id: str) -> None:
        """Do as if the action had been chosen from its menu. Raises KeyError for an unknown one."""
        self.commands.trigger(action_id)

    # What is remembered

    def layout_state(self) -> dict[str, str]:
        """Size, place and panels, for Settings.window."""
        docks = self.docks.state() if self._is_project_shown else self._dock_state
        return {"geometry": bytes(self.saveGeometry().toBase64().data()).decode(), "docks": docks}

    def restore_layout(self, state: Mapping[str, str]) -> None:
        """Put everything where layout_state() found it; what cannot be used is ignored."""
        self.restoreGeometry(QByteArray.fromBase64(state.get("geometry", "").encode()))
        self._dock_state = state.get("docks") or self._dock_state
        if self._is_project_shown:
            self.docks.restore(self._dock_state)

    # What the window does by itself

    def _on_command_triggered(self, action_id: str) -> None:
        own = {
            "help.palette": self._open_palette,
            "help.cheatsheet": self._toggle_cheat_sheet,
            "panel.next": lambda: self._walk(1),
            "panel.previous": lambda: self._walk(-1),
            "panel.reset": self.docks.reset,
            "view.full_screen": self._toggle_full_screen,
            "file.quit": self.close,
        }
        if action_id in _PANEL_ACTIONS:
            self.docks.toggle(_PANEL_ACTIONS[action_id])
        elif action_id in own:
            own[action_id]()
        else:
            self.action_triggered.emit(action_id)

    def _on_entry_chosen(self, entry_id: str) -> None:
        if entry_id in self.commands.actions:
            self.trigger(entry_id)
        else:
            self.entry_chosen.emit(entry_id)

    def _open_palette(self) -> None:
        self.cheat_sheet.dismiss()
        self.palette_sheet.open_with(self.commands.flags, self._extra_entries)

    def _toggle_cheat_sheet(self) -> None:
        if self.cheat_sheet.isVisible():
            self.cheat_sheet.dismiss()
        else:
            self.cheat_sheet.open()

    def _toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()
        self.commands.set_checked("view.full_screen", self.isFullScreen())

    def _walk(self, step: int) -> None:
        """Move the keyboard to the next or the previous panel."""
        if not self._is_project_shown:
            return
        stops = [self.query_bar, self._project, *self.docks.in_order()]
        focus = QApplication.focusWidget()
        here = next((i for i, stop in enumerate(stops) if focus is not None and stop.isAncestorOf(focus)), -1)
        here = next((i for i, stop in enumerate(stops) if stop is focus), here)
        for distance in range(1, len(stops) + 1):
            if _focus_first(stops[(here + step * distance) % len(stops)]):
                return

    def _on_dock_shown_changed(self, name: str, is_shown: bool) -> None:
        if f"panel.{name}" in self.commands.actions:
            self.commands.set_checked(f"panel.{name}", is_shown)

    def _build_centre(self) -> None:
        self.query_bar = QToolBar("Search")
        self.query_bar.setObjectName("queryBar")
        self.query_bar.setMovable(False)
        self.query_bar.setFloatable(False)
        self.query_bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addToolBar(self.query_bar)
        self._stack = QStackedWidget()
        self._project = QWidget()
        self._project.setLayout(column(spacing=0))
        self._stack.addWidget(self.welcome)
        self._stack.addWidget(self._project)
        self.setCentralWidget(Centre(self._stack, self.messages))
        self._set_map(EmptyState("map", "No map yet", "Add files, and their map appears here while they are embedded."))

    def _set_map(self, widget: QWidget) -> None:
        layout = self._project.layout()
        assert layout is not None
        while (old := layout.takeAt(0)) is not None:
            old.widget().deleteLater()  # type: ignore[union-attr]
        layout.addWidget(widget)
        widget.show()

    def _fill_docks(self) -> None:
        self.docks.by_name["jobs"].set_content(self.jobs)
        empty = {
            "facets": ("filter", "No fields yet", "The columns of your files appear here, to filter by."),
            "tags": ("tag", "No tags yet", "Select items and press T to tag them."),
            "results": ("search", "No search yet", "Type what you look for, or drop an image on the query bar."),
            "item": ("item", "No item chosen", "Click a point, a row or a picture to see it here."),
            "table": ("table", "No items yet", "Drop files on the window to add them."),
            "gallery": ("gallery", "No pictures", "Images of the project appear here."),
        }
        for name, words in empty.items():
            self.docks.by_name[name].set_content(EmptyState(*words))

    # Qt's events

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        if dropped_paths(event.mimeData()):
            event.acceptProposedAction()
            self._show_drag(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent, /) -> None:
        self._show_drag(False)

    def dropEvent(self, event: QDropEvent, /) -> None:
        self._show_drag(False)
        event.acceptProposedAction()
        self.files_dropped.emit(dropped_paths(event.mimeData()))

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        if self._overlay.isVisible():
            self._overlay.cover()

    def closeEvent(self, event: QCloseEvent, /) -> None:
        self.closing.emit()
        event.accept()

    def _show_drag(self, is_over: bool) -> None:
        self.welcome.set_drag_over(is_over)
        if is_over and self._is_project_shown:
            self._overlay.cover()
        else:
            self._overlay.hide()


def _focus_first(place: QWidget) -> bool:
    """Give the keyboard to a panel or to the first thing in it that takes it."""
    for widget in (place, *place.findChildren(QWidget)):
        if widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            return True
    return False
