"""What the user wants of the maps: colours, sizes, names, and what of them is switched off."""

from dataclasses import replace
from typing import Any

import numpy as np

from embexplorer.app.core import Core
from embexplorer.app.legend import name_of
from embexplorer.app.selecting import Selecting
from embexplorer.data.selection import Combine


class Looking:
    """Intents of the legend, of the colour bar, and of what is drawn beside the points."""

    def __init__(self, core: Core, selecting: Selecting) -> None:
        self._core, self._selecting = core, selecting

    # -- the look -----------------------------------------------------------------------------------------------

    def colour_by(self, column: str) -> None:
        """What was switched off of the other colours is forgotten with them."""
        resolved = self._core.resolved
        shown = resolved.choice.colour_by if resolved is not None else self._core.state.colour_by
        if column == shown:
            self._core.change(colour_by=column)
        else:
            self._core.change(colour_by=column, muted=frozenset(), value_range=None)

    def set_look(self, **fields: Any) -> None:
        """Set fields of MapLook."""
        self._core.change(look=replace(self._core.state.look, **fields))

    def turn(self, field: str) -> None:
        """Switch a field of MapLook on or off."""
        self.set_look(**{field: not getattr(self._core.state.look, field)})

    # -- the legend ---------------------------------------------------------------------------------------------

    def toggle(self, name: str) -> None:
        """Take a category off the map or put it back. name: of legend.name_of."""
        self._switch(muted=self._core.state.muted ^ {name})

    def isolate(self, name: str) -> None:
        """Leave only this category on the map; all of them, where it is the only one already."""
        resolved = self._core.resolved
        if resolved is not None:
            others = frozenset(line.name for line in resolved.legend.lines if line.name != name)
            self._switch(muted=frozenset() if self._core.state.muted == others else others)

    def show_all(self) -> None:
        """Put everything that the legend keeps off the map back on it."""
        self._core.change(muted=frozenset(), value_range=None)

    def set_value_range(self, left: tuple[float, float] | None) -> None:
        """Leave only these values of the colour bar on the map, both ends included; None leaves all."""
        self._switch(value_range=left)

    def select(self, name: str, how: Combine = Combine.REPLACE) -> None:
        """Select the items of a category that the filter lets through."""
        resolved = self._core.resolved
        if resolved is None:
            return
        entries = resolved.colours.scale.legend.entries
        keys = [entry.key for entry in entries if name_of(entry) == name]
        if keys:
            rows = np.flatnonzero((resolved.colours.scale.keys == keys[0]) & resolved.mask)
            self._selecting.select(rows, how)

    def _switch(self, **fields: Any) -> None:
        """With the column whose colours are shown as the chosen one: what is switched off must not pass to another.
        Nothing happens while other colours are on their way."""
        resolved = self._core.resolved
        if resolved is not None and self._core.state.colour_by in ("", resolved.choice.colour_by):
            self._core.change(colour_by=resolved.choice.colour_by, **fields)
