"""A map with its small tools: how dragging selects, and everything in view again."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QWidget

from embexplorer.app.state import MapLook, MapPlaces
from embexplorer.app.values import CardView, LegendView, MapChoice
from embexplorer.data.labels import ItemNames, MapLabels
from embexplorer.gui.map.carrying import MapDrag
from embexplorer.gui.map.heading import Heading
from embexplorer.gui.map.view import MapView
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.pieces import column, tool_button
from embexplorer.gui.tokens import GRID
from embexplorer.raster.colours import ColourScale

_TOOLS = (
    ("pan", "Move the map", "Drag moves the map; Shift and drag selects (P)"),
    ("rectangle", "Select with a rectangle", "Drag a rectangle; Shift adds, Alt takes away (R)"),
    ("lasso", "Select with a lasso", "Draw around points; Shift adds, Alt takes away (L)"),
)
_ZOOM = 1.5
_BARE = "None of the items of this map is left."
_CARD_ROOM = (320, 200)  # what a whole card needs


class MapPanel(QWidget):
    """One of the maps that are side by side: a MapView with a heading where it is not alone, and with tools and
    legend where it is the first. map: its name, "" for none.

    used: the mouse or the keyboard came to it. closed: the user wants it no longer.
    """

    hovered = Signal(int)
    picked = Signal(int, object)
    opened = Signal(int)
    area_selected = Signal(object, object)
    cleared = Signal()
    menu_requested = Signal(int, QPoint)
    colour_chosen = Signal(str)
    map_chosen = Signal(str)
    tool_chosen = Signal(str)
    used = Signal()
    closed = Signal()
    sampled = Signal(int)  # so many points stand for one while the map moves

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._card: CardView | None = None
        self.map, self._rows = "", -1
        self._is_first, self._is_alone, self._empty_text, self._look = True, True, "", MapLook()
        self._is_narrow = False
        self.view = MapView()
        self.view.installEventFilter(self)
        self.view.hovered.connect(lambda row: self.used.emit() if row >= 0 else None)
        for name in ("hovered", "picked", "opened", "area_selected", "cleared", "menu_requested"):
            getattr(self.view, name).connect(getattr(self, name))
        for name in ("colour_chosen", "map_chosen"):
            getattr(self.view, name).connect(getattr(self, name))
        self.drag = MapDrag(self.view, self)
        self.view.sampled.connect(self.sampled)
        self.heading = Heading()
        self.heading.map_chosen.connect(self.map_chosen)
        self.heading.closed.connect(self.closed)
        self.setLayout(column(self.heading, self.view, spacing=0))
        self._tools: dict[str, QToolButton] = {}
        self._strip = self._make_strip()
        pictures.arrived.connect(self._on_picture)
        self.setFocusProxy(self.view)

    def _make_strip(self) -> QFrame:
        strip = QFrame(self.view)
        strip.setProperty("role", "card")
        group = QButtonGroup(self)
        for name, title, help_text in _TOOLS:
            button = tool_button(name, title, help_text)
            button.setCheckable(True)
            button.clicked.connect(lambda _on, chosen=name: self.tool_chosen.emit(chosen))
            group.addButton(button)
            self._tools[name] = button
        self._tools["pan"].setChecked(True)
        closer, further = tool_button("plus", "Zoom in"), tool_button("minus", "Zoom out")
        closer.clicked.connect(lambda: self.view.camera.zoom(_ZOOM))
        further.clicked.connect(lambda: self.view.camera.zoom(1 / _ZOOM))
        fit = tool_button("fit", "Fit the whole map", "Show all points (F)")
        fit.clicked.connect(self.view.fit)
        strip.setLayout(column(*self._tools.values(), GRID // 2, closer, further, fit, margin=3, spacing=2))
        strip.adjustSize()
        strip.move(GRID + 4, GRID + 4)
        return strip

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn):
            self.used.emit()
        elif event.type() == QEvent.Type.Resize:
            self._show_tools()
        return super().eventFilter(watched, event)

    # -- what is shown ----------------------------------------------------------------------------------------

    def set_role(self, *, is_first: bool, is_alone: bool) -> None:
        """The first has the tools and the legend, folded while others stand beside it; each has a heading unless it
        is alone."""
        if is_alone != self._is_alone:
            self.view.legend.set_folded(not is_alone or self._is_narrow or not self._look.legend)
        self._is_first, self._is_alone = is_first, is_alone
        self.heading.setVisible(not is_alone)
        self._show_tools()

    def _show_tools(self) -> None:
        """As far as there is room for them; the menus have them all."""
        strip, legend, room = self._strip.size(), self.view.legend, self.view.size()
        self._fold_where_narrow()
        has_tools = self._is_first and not self._empty_text and room.height() >= strip.height() + 3 * GRID
        legend.set_wanted(self._is_first and room.width() >= legend.width() + strip.width() + 5 * GRID)
        self._strip.setVisible(has_tools)
        self.view.covered_left = self._strip.width() + GRID * 2 if has_tools else 0
        self.view.tools_box = QRectF(self._strip.geometry()) if has_tools else QRectF()
        self.view.follow_room()

    def _fold_where_narrow(self) -> None:
        """Where the legend would cover half of the map it is folded, until the user unfolds it."""
        is_narrow = self.view.width() < 2 * (self.view.legend.width() + self._strip.width() + 4 * GRID)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self.view.legend.set_folded(is_narrow or not self._is_alone or not self._look.legend)

    def show_map(self, places: MapPlaces, seen: dict[str, float]) -> None:
        """A map, with a row per item. The view stays as it is where it is the same map, or the first one; of another
        map that part is seen that view_state() told of it, and all of it where seen is empty."""
        is_other, self.map = self.map not in ("", places.name), places.name
        self.heading.set_map(places.name)
        is_bare = bool(places.name) and not np.isfinite(places.xy[:, 0]).any()
        self.view.set_empty_text(_BARE if is_bare else self._empty_text)
        if len(places.xy) == self._rows and is_other:
            self.view.travel(places.xy, seen)
        elif len(places.xy) == self._rows:
            self.view.move_points(places.xy)
        else:
            is_new = is_other or self._rows < 0
            self._rows = len(places.xy)
            self.view.set_points(places.xy)
            if is_new:
                self.view.look_anew(seen)

    def move_points(self, xy: np.ndarray) -> None:
        """The map is being made: the items are elsewhere."""
        self.show_map(MapPlaces(self.map, xy), {})

    def has_place(self, row: int) -> bool:
        """Whether an item lies on this map."""
        return 0 <= row < self._rows and bool(np.isfinite(self.view.xy[row]).all())

    def forget(self) -> None:
        """It shows no map for now."""
        self.map, self._rows = "", -1
        self.show_card(None)
        self.view.set_points(np.zeros((0, 2), np.float32))

    def set_colours(self, scale: ColourScale, title: str) -> None:
        self.view.set_colours(scale, title)

    def set_state(self, state: np.ndarray) -> None:
        self.view.set_state(state)

    def set_sizes(self, classes: np.ndarray | None) -> None:
        self.view.set_sizes(classes)

    def set_legend(self, legend: LegendView) -> None:
        self.view.set_legend(legend)

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """What can be switched on and off on the map, from its legend."""
        self.view.legend.set_actions(actions)

    def set_map_actions(self, actions: Sequence[QAction]) -> None:
        """What can be done with the first map, from the list of maps."""
        self.view.legend.set_map_actions(actions)

    def set_hits(self, rows: np.ndarray) -> None:
        self.view.set_hits(rows)

    def set_hover(self, row: int) -> None:
        self.view.set_hover(row)

    def show_card(self, card: CardView | None) -> None:
        self._card = card
        """A map that is too small for a card has the item's title as a tool tip."""
        is_small = self.view.width() < _CARD_ROOM[0] or self.view.height() < _CARD_ROOM[1]
        self.view.setToolTip(card.title if card is not None and is_small else "")
        card = None if is_small else card
        picture = self._pictures.get(card.uri) if card is not None and card.uri else None
        self.view.show_card(card, picture.toImage() if picture is not None else None)

    def set_labels(self, labels: MapLabels) -> None:
        self.view.set_labels(labels)

    def set_names(self, names: ItemNames | None) -> None:
        self.view.set_names(names)

    def set_pictures(self, uris: pl.Series) -> None:
        self.view.set_pictures(self._pictures, uris)

    def set_neighbours(self, row: int, rows: np.ndarray, strengths: np.ndarray) -> None:
        self.view.set_neighbours(row, rows, strengths)

    def set_choice(self, choice: MapChoice) -> None:
        self.heading.set_choice(choice)
        self.view.set_choice(replace(choice, maps=()) if choice.beside else choice)  # the headings have them

    def set_look(self, look: MapLook) -> None:
        """Beside other maps, and on a narrow one, the legend is unfolded only when that is what is asked for now."""
        legend, is_tight = self.view.legend, self._is_narrow or not self._is_alone
        stays = is_tight and look.legend == self._look.legend
        was_folded, self._look = legend.is_folded, look
        self.view.set_look(look)
        if stays:
            legend.set_folded(was_folded)

    def set_empty_text(self, text: str) -> None:
        if text != self._empty_text:
            self._empty_text = text
            self.view.set_empty_text(text)
            self._show_tools()

    def set_tool(self, tool: str) -> None:
        self._tools[tool].setChecked(True)
        self.view.set_tool(tool)

    def set_reduced_motion(self, reduced: bool) -> None:
        self.view.set_reduced_motion(reduced)

    def fit(self) -> None:
        self.view.fit()

    def fit_rows(self, rows: np.ndarray) -> None:
        self.view.fit_rows(rows)

    def show_row(self, row: int) -> None:
        self.view.show_row(row)

    def zoom(self, factor: float) -> None:
        self.view.camera.zoom(factor)

    def back(self) -> None:
        self.view.camera.back()

    def forward(self) -> None:
        self.view.camera.forward()

    def view_state(self) -> dict[str, float]:
        return self.view.camera.state()

    def restore_view(self, state: dict[str, float]) -> None:
        self.view.look_anew(state)

    def open_colours(self) -> None:
        """Open the list of columns to colour by."""
        self.view.legend.open_colours()

    def _on_picture(self, uri: str) -> None:
        if self._card is not None and self._card.uri == uri:
            self.show_card(self._card)
        self.view.on_picture(uri)
