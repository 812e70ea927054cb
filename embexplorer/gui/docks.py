"""The panels around the map: docks with a quiet header, tabbed where they share a place, remembered."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QByteArray, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

from embexplorer.gui.pieces import label, row, tool_button
from embexplorer.gui.tokens import GRID

_LAYOUT_VERSION = 1
_AREA = Qt.DockWidgetArea


@dataclass(frozen=True)
class _Place:
    name: str
    title: str
    area: Qt.DockWidgetArea
    tab_with: str = ""
    below: str = ""
    is_open: bool = True


_PLACES: Final = (
    _Place("facets", "Filters", _AREA.LeftDockWidgetArea),
    _Place("tags", "Tags", _AREA.LeftDockWidgetArea, tab_with="facets"),
    _Place("results", "Results", _AREA.RightDockWidgetArea),
    _Place("item", "Item", _AREA.RightDockWidgetArea, tab_with="results"),
    _Place("jobs", "Jobs", _AREA.RightDockWidgetArea, below="results", is_open=False),
    _Place("table", "Table", _AREA.BottomDockWidgetArea),
    _Place("gallery", "Gallery", _AREA.BottomDockWidgetArea, tab_with="table"),
)
_SIZES = {"facets": 264, "results": 336}
_BOTTOM = 216


class Dock(QDockWidget):
    """A panel. Its header hides while it is one of several tabs, because the tab says the same."""

    def __init__(self, name: str, title: str, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(f"dock.{name}")
        self.name = name
        self.setAccessibleName(title)
        self._header = _header(self, title)
        self._no_header = QWidget(self)
        self._no_header.setFixedHeight(0)
        self.setTitleBarWidget(self._header)
        self.setMinimumWidth(GRID * 20)

    def show_header(self, is_shown: bool) -> None:
        wanted = self._header if is_shown else self._no_header
        if self.titleBarWidget() is not wanted:
            self.titleBarWidget().hide()
            self.setTitleBarWidget(wanted)
            wanted.show()

    def set_content(self, widget: QWidget) -> None:
        old = self.widget()
        widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(widget)
        if old is not None and old is not widget:
            old.deleteLater()

    def minimumSizeHint(self) -> QSize:
        return QSize(GRID * 20, GRID * 12)


class Docks(QObject):
    """shown_changed: (name, is it shown) of a panel, for the check marks in the menu."""

    shown_changed = Signal(str, bool)

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.setDockOptions(
            QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.GroupedDragging
        )
        window.setTabPosition(_AREA.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, _AREA.BottomDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, _AREA.BottomDockWidgetArea)
        self.by_name = {place.name: Dock(place.name, place.title, window) for place in _PLACES}
        self._tidying = QTimer(self, singleShot=True, interval=0)
        self._tidying.timeout.connect(self._tidy)
        for dock in self.by_name.values():
            dock.visibilityChanged.connect(self._on_dock_changed)
            dock.dockLocationChanged.connect(self._on_dock_changed)
            dock.topLevelChanged.connect(self._on_dock_changed)
        self.reset()

    def reset(self) -> None:
        """Put every panel where it was at first."""
        for dock in self.by_name.values():
            self._window.removeDockWidget(dock)
        for place in _PLACES:
            dock = self.by_name[place.name]
            dock.setFloating(False)
            self._window.addDockWidget(place.area, dock)
            if place.tab_with:
                self._window.tabifyDockWidget(self.by_name[place.tab_with], dock)
            elif place.below:
                self._window.splitDockWidget(self.by_name[place.below], dock, Qt.Orientation.Vertical)
            dock.setVisible(place.is_open)
        for name in ("facets", "results", "table"):
            self.by_name[name].raise_()
        self._resize()

    def toggle(self, name: str) -> None:
        """Show a panel, bring it to the front of its tabs, or hide it when it is in front."""
        dock = self.by_name[name]
        if dock.isVisible() and not dock.visibleRegion().isEmpty():
            dock.hide()
        else:
            self.reveal(name)

    def reveal(self, name: str) -> None:
        """Show a panel in front of its tabs."""
        self.by_name[name].show()
        self.by_name[name].raise_()

    def bring_forward(self, name: str) -> None:
        """Put a panel in front of its tabs, unless the user has hidden it."""
        if not self.by_name[name].isHidden():
            self.by_name[name].raise_()

    def hide_all(self) -> None:
        for dock in self.by_name.values():
            dock.hide()

    def state(self) -> str:
        """Where the panels are, as base64."""
        return bytes(self._window.saveState(_LAYOUT_VERSION).toBase64().data()).decode()

    def restore(self, state: str) -> None:
        """Put the panels where they were; the first layout where the state cannot be used."""
        if not state or not self._window.restoreState(QByteArray.fromBase64(state.encode()), _LAYOUT_VERSION):
            self.reset()

    def in_order(self) -> list[QWidget]:
        """The contents of the panels that can be seen, for walking through them with the keyboard."""
        found = []
        for dock in self.by_name.values():
            content = dock.widget()
            if content is not None and dock.isVisible() and not dock.visibleRegion().isEmpty():
                found.append(content)
        return found

    def _resize(self) -> None:
        docks = [self.by_name[name] for name in _SIZES]
        self._window.resizeDocks(docks, list(_SIZES.values()), Qt.Orientation.Horizontal)
        self._window.resizeDocks([self.by_name["table"]], [_BOTTOM], Qt.Orientation.Vertical)

    def _on_dock_changed(self, *_what: object) -> None:
        self._tidying.start()

    def _tidy(self) -> None:
        """After docks moved: headers only where there is no tab, tab bars plain, check marks right."""
        for name, dock in self.by_name.items():
            others = [other for other in self._window.tabifiedDockWidgets(dock) if not other.isHidden()]
            dock.show_header(not others)
            self.shown_changed.emit(name, not dock.isHidden())
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setDrawBase(False)
            bar.setExpanding(False)
            bar.setDocumentMode(True)
            bar.setAccessibleName("Panels that share this place")


def _header(dock: Dock, title: str) -> QWidget:
    header = QWidget(dock)
    header.setObjectName("dockTitle")
    header.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    close = tool_button("close", f"Hide {title.lower()}")
    close.setFixedSize(24, 24)
    close.setIconSize(QSize(14, 14))
    close.clicked.connect(dock.hide)
    line = row(label(title, "heading"), None, close)
    line.setContentsMargins(12, 4, 6, 4)
    header.setLayout(line)
    return header
