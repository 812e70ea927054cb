"""Up to four maps side by side, which the controllers know as one. Each has its own view; all else they share."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QWidget

from embexplorer.app.state import MapLook, MapPlaces
from embexplorer.app.values import CardView, LegendView, MapChoice
from embexplorer.app.views import MapViews
from embexplorer.data.labels import ItemNames, MapLabels
from embexplorer.gui.map.view import MapView
from embexplorer.gui.mappanel import MapPanel
from embexplorer.gui.pictures import Pictures
from embexplorer.raster.colours import ColourScale

# Where the panels stand, for one to four of them: row, column, rows, columns.
_PLACES = (
    ((0, 0, 1, 1),),
    ((0, 0, 1, 1), (0, 1, 1, 1)),
    ((0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)),
    ((0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)),
)
_PASSED_ON = (
    "hovered", "picked", "opened", "area_selected", "cleared", "menu_requested", "colour_chosen", "tool_chosen",
    "sampled",
)  # fmt: skip
_OF_LEGEND = (
    "switched", "isolated", "category_picked", "all_wanted", "range_chosen", "size_chosen", "labels_chosen", "folded",
)  # fmt: skip


class MapGrid(QWidget):
    """Implements app.views.MapPanel. A setter of all panels is one line: self._tell(its name, values), or
    self._tell_of_rows where the values are about rows, which mean nothing any more when there are other items.

    map_chosen, closed: the place of a map, 0 for the first, and the name of the map that is wanted there.
    """

    hovered = Signal(int)
    picked = Signal(int, object)
    opened = Signal(int)
    area_selected = Signal(object, object)
    cleared = Signal()
    menu_requested = Signal(int, QPoint)
    switched = Signal(str)  # this and those below, as the legend tells them
    isolated = Signal(str)
    category_picked = Signal(str, object)
    all_wanted = Signal()
    range_chosen = Signal(object)
    size_chosen = Signal(str)
    labels_chosen = Signal(str)
    folded = Signal(bool)
    colour_chosen = Signal(str)
    map_chosen = Signal(int, str)
    closed = Signal(int)
    tool_chosen = Signal(str)
    drag_began = Signal()  # points are being carried off a map
    drag_ended = Signal()
    sampled = Signal(int)  # so many points stand for one while a map moves

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._told: dict[str, tuple[Any, ...]] = {}
        self._told_of_rows: dict[str, tuple[Any, ...]] = {}
        self._rows = -1
        self._views: MapViews = {}
        self._pointed: MapPanel | None = None  # where the mouse last was
        self._spare: list[MapPanel] = []
        self._layout = QGridLayout()
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(1)
        self.setLayout(self._layout)
        self.setObjectName("mapGrid")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.panels = [self._make_panel()]
        self._arrange()

    def _make_panel(self) -> MapPanel:
        panel = MapPanel(self._pictures)
        panel.drag.began.connect(self.drag_began)
        panel.drag.ended.connect(self.drag_ended)
        panel.used.connect(lambda: self._on_used(panel))  # before what it tells is passed on
        for name in _PASSED_ON:
            getattr(panel, name).connect(getattr(self, name))
        for name in _OF_LEGEND:
            getattr(panel.view.legend, name).connect(getattr(self, name))
        panel.map_chosen.connect(lambda name: self.map_chosen.emit(self.panels.index(panel), name))
        panel.closed.connect(lambda: self.closed.emit(self.panels.index(panel)))
        return panel

    @property
    def view(self) -> MapView:
        """The canvas of the first map."""
        return self.panels[0].view

    @property
    def current(self) -> MapPanel:
        """The one that the user works with."""
        return self._pointed if self._pointed in self.panels and self._pointed is not None else self.panels[0]

    # -- which maps -----------------------------------------------------------------------------------------------

    def set_maps(self, maps: tuple[MapPlaces, ...]) -> None:
        """The maps that are shown, the first one first. A map that was shown before keeps its panel; the places of
        the others are taken by what is new."""
        rows = len(maps[0].xy)
        if rows != self._rows:
            self._rows, self._told_of_rows = rows, {}
        known = {panel.map: panel for panel in self.panels}
        free = [panel for panel in self.panels if panel.map not in {places.name for places in maps}]
        fresh = list(self._spare)
        before = list(self.panels)
        self.panels = []
        for at, places in enumerate(maps):
            panel = known.get(places.name) or _taken(free, before[at] if at < len(before) else None)
            if panel is None:
                panel = fresh.pop() if fresh else self._make_panel()
            self.panels.append(panel)
        gone = [panel for panel in before if panel not in self.panels]
        for panel in gone:
            self._keep_view(panel)
            panel.forget()
        self._spare = [*fresh, *gone]
        self._arrange()
        for panel, places in zip(self.panels, maps, strict=True):
            self._show_map(panel, places, is_new=panel not in before)

    def _show_map(self, panel: MapPanel, places: MapPlaces, is_new: bool) -> None:
        if panel.map != places.name:
            self._keep_view(panel)
        panel.show_map(places, self._views.get(places.name, {}))
        if is_new:
            for setter, values in (*self._told.items(), *self._told_of_rows.items()):
                getattr(panel, setter)(*values)

    def _keep_view(self, panel: MapPanel) -> None:
        if panel.map:
            self._views[panel.map] = panel.view_state()

    def _arrange(self) -> None:
        for panel in self._spare:
            panel.hide()
            self._layout.removeWidget(panel)
        for panel, place in zip(self.panels, _PLACES[len(self.panels) - 1], strict=True):
            self._layout.addWidget(panel, *place)
            panel.set_role(is_first=panel is self.panels[0], is_alone=len(self.panels) == 1)
            panel.show()
        for line in (0, 1):
            self._layout.setColumnStretch(line, int(line == 0 or len(self.panels) > 1))
            self._layout.setRowStretch(line, int(line == 0 or len(self.panels) > 2))
        self.setFocusProxy(self.panels[0])

    def move_points(self, name: str, xy: np.ndarray) -> None:
        """A map that is being made: its items are elsewhere. "" and a map that is not there yet are the first one."""
        shown = [panel for panel in self.panels if panel.map == name]
        first = [] if self.panels[0].map else self.panels[:1]
        for panel in shown or first:
            panel.move_points(xy)

    def forget(self) -> None:
        """Another project comes."""
        self._views, self._rows, self._told_of_rows = {}, -1, {}
        for panel in self.panels:
            panel.forget()

    # -- what all of them show ------------------------------------------------------------------------------------

    def _tell(self, setter: str, *values: Any) -> None:
        self._told[setter] = values
        self._each(setter, *values)

    def _tell_of_rows(self, setter: str, *values: Any) -> None:
        self._told_of_rows[setter] = values
        self._each(setter, *values)

    def _each(self, setter: str, *values: Any) -> None:
        for panel in self.panels:
            getattr(panel, setter)(*values)

    def set_colours(self, scale: ColourScale, title: str) -> None:
        self._tell_of_rows("set_colours", scale, title)

    def set_state(self, state: np.ndarray) -> None:
        self._tell_of_rows("set_state", state)

    def set_sizes(self, classes: np.ndarray | None) -> None:
        self._tell_of_rows("set_sizes", classes)

    def set_legend(self, legend: LegendView) -> None:
        self._tell("set_legend", legend)

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """What can be switched on and off on the maps, from the legend."""
        self._tell("set_actions", actions)

    def set_map_actions(self, actions: Sequence[QAction]) -> None:
        """What can be done with the first map, from the list of maps."""
        self._tell("set_map_actions", actions)

    def set_hits(self, rows: np.ndarray) -> None:
        self._tell_of_rows("set_hits", rows)

    def set_hover(self, row: int) -> None:
        self._tell_of_rows("set_hover", row)

    def show_card(self, card: CardView | None) -> None:
        """Where the mouse is; on the first map that has the item where it is on none of them."""
        order = [self.current, *(panel for panel in self.panels if panel is not self.current)]
        chosen = next((panel for panel in order if card is not None and panel.has_place(card.row)), None)
        for panel in self.panels:
            panel.show_card(card if panel is chosen else None)

    def set_labels(self, name: str, labels: MapLabels) -> None:
        """Of the map of this name."""
        for panel in self.panels:
            if panel.map == name:
                panel.set_labels(labels)

    def set_names(self, names: ItemNames | None) -> None:
        self._tell_of_rows("set_names", names)

    def set_pictures(self, uris: pl.Series) -> None:
        self._tell_of_rows("set_pictures", uris)

    def set_neighbours(self, row: int, rows: np.ndarray, strengths: np.ndarray) -> None:
        self._tell_of_rows("set_neighbours", row, rows, strengths)

    def set_choice(self, choice: MapChoice) -> None:
        self._tell("set_choice", choice)

    def set_look(self, look: MapLook) -> None:
        self._tell("set_look", look)

    def set_empty_text(self, text: str) -> None:
        self._tell("set_empty_text", text)

    def set_tool(self, tool: str) -> None:
        self._tell("set_tool", tool)

    def set_reduced_motion(self, reduced: bool) -> None:
        self._tell("set_reduced_motion", reduced)

    # -- what is seen of them -------------------------------------------------------------------------------------

    def fit(self) -> None:
        self.current.fit()

    def fit_rows(self, rows: np.ndarray) -> None:
        self._each("fit_rows", rows)

    def show_row(self, row: int) -> None:
        self._each("show_row", row)

    def zoom(self, factor: float) -> None:
        self.current.zoom(factor)

    def back(self) -> None:
        self.current.back()

    def forward(self) -> None:
        self.current.forward()

    def view_state(self) -> MapViews:
        for panel in self.panels:
            self._keep_view(panel)
        return {name: view for name, view in self._views.items() if view}

    def restore_view(self, views: MapViews) -> None:
        """Of all maps, also of those that are shown later. What stands under "" is of the first map."""
        self._views = dict(views)
        for panel in self.panels:
            default = views.get("", {}) if panel is self.panels[0] else {}
            panel.restore_view(views.get(panel.map, default))

    def open_colours(self) -> None:
        """Open the list of columns to colour by."""
        self.panels[0].open_colours()

    def _on_used(self, panel: MapPanel) -> None:
        self._pointed = panel


def _taken(free: Iterable[MapPanel], wanted: MapPanel | None) -> MapPanel | None:
    """The wanted one, where it is free."""
    return wanted if wanted is not None and wanted in free else None
