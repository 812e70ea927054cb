"""The questions about maps: a new one, and another name for one."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from embexplorer.app.controller import Controller
from embexplorer.app.mapmaking import MapPreviews, MapWish
from embexplorer.gui.mapsheet import TRIED, MapSheet
from embexplorer.gui.namesheet import NameSheet
from embexplorer.gui.theme import theme


class MapDialogs:
    """Asks, then tells the controller."""

    def __init__(self, window: QWidget, controller: Controller) -> None:
        self._core, self._making = controller.core, controller.map_making
        self.sheet = MapSheet(window)
        self.sheet.wanted.connect(self._making.make_wished)
        self.sheet.tried.connect(self._try)
        self.sheet.closed.connect(self._making.stop_previews)
        self.name_sheet = NameSheet(window, "Rename the map", "Rename")
        self.name_sheet.chosen.connect(self._making.rename)
        self._core.on_leave += [self.sheet.dismiss, self.name_sheet.dismiss]

    def actions(self) -> dict[str, Callable[[], None]]:
        """What each action of these does."""
        return {"project.make_map": self._ask_map, "project.rename_map": self._ask_name}

    def _ask_map(self) -> None:
        facts, making = self._core.facts, self._making
        names = tuple(info.name for info in facts.maps) if facts is not None else ()
        self.sheet.open(making.proposed(), names, making.spaces(), making.number_columns())

    def _ask_name(self) -> None:
        facts = self._core.facts
        if facts is not None and facts.map:
            self.name_sheet.open(facts.map, ())

    def _try(self, wish: MapWish) -> None:
        layouts = tuple(replace(wish.layout, **settings) for _, _, settings in TRIED)
        self._making.preview(wish, layouts, self._show)

    def _show(self, previews: MapPreviews) -> None:
        """In the colours of the map."""
        facts, resolved = self._core.facts, self._core.resolved
        if facts is None or resolved is None or not self.sheet.isVisible():
            return
        rows = facts.rows_of(previews.ids)
        scale = resolved.colours.scale
        keys = np.where(rows >= 0, scale.keys[rows], 0)
        palette = scale.palette(theme().tokens.dark)
        colours = [(QColor(*palette[key].tolist()), np.flatnonzero(keys == key)) for key in np.unique(keys).tolist()]
        self.sheet.set_previews(previews.maps, colours)
