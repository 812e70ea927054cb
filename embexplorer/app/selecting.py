"""Selecting, hovering and looking at items."""

from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.app.core import Core
from embexplorer.app.details import card_view, load_details
from embexplorer.app.state import Facts
from embexplorer.app.values import ItemDetails
from embexplorer.base.progress import Outcome
from embexplorer.data.items import FieldType
from embexplorer.data.selection import Combine, Selection
from embexplorer.work.job import DETAILS


def rows_of_label(facts: Facts, column: str, label: str) -> np.ndarray:
    """int64: the rows whose value in a column the legend calls so; none for what stands for several values."""
    if column not in facts.frame.columns:
        return np.empty(0, np.int64)
    values = facts.frame[column]
    if facts.schema[column] is FieldType.TAGS:
        values = values.list.first()
    elif facts.schema[column] is FieldType.BOOLEAN:
        values = values.replace_strict({True: "yes", False: "no"}, return_dtype=pl.String)
    mask = values.is_null() if label == "missing" else values.cast(pl.String) == label
    rows: np.ndarray = np.flatnonzero(mask.fill_null(False).to_numpy())
    return rows


class Selecting:
    """What the user points at: hover, selection, the current item."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._hovered = -1

    def select(self, rows: np.ndarray, how: Combine = Combine.REPLACE) -> None:
        """rows: int64. The selection becomes, gains, loses or is cut to these rows."""
        facts = self._core.facts
        if facts is None:
            return
        new = Selection.of_rows(len(facts), np.asarray(rows, np.int64))
        self._core.change(selection=self._core.state.selection.combined(new, how))

    def pick(self, row: int, how: Combine = Combine.REPLACE) -> None:
        """A click on one item: it is selected and shown in the item view."""
        self.select(np.array([row]), how)
        self.show_item(row)

    def select_shown(self) -> None:
        resolved = self._core.resolved
        if resolved is not None:
            self._core.change(selection=Selection(resolved.mask))

    def invert(self) -> None:
        """What is shown and was not selected becomes selected."""
        resolved = self._core.resolved
        if resolved is not None:
            self._core.change(selection=Selection(resolved.mask & ~self._core.state.selection.mask))

    def clear(self) -> None:
        facts = self._core.facts
        if facts is not None and self._core.state.selection.count():
            self._core.change(selection=Selection.none(len(facts)))

    def select_tag(self, tag: str, how: Combine = Combine.REPLACE) -> None:
        session, facts = self._core.session, self._core.facts
        if session is not None and facts is not None:
            rows = facts.rows_of(session.store.tags.ids(tag))
            self.select(rows[rows >= 0], how)

    def hover(self, row: int) -> None:
        """Light the item up everywhere, and show its card on the map; -1 for none."""
        if row == self._hovered:
            return
        self._hovered = row
        view, facts = self._core.view, self._core.facts
        for panel in (view.map, view.results, view.table, view.gallery):
            panel.set_hover(row)
        shown = facts is not None and 0 <= row < len(facts)
        view.map.show_card(card_view(facts, row) if shown and facts is not None else None)

    def show_item(self, row: int) -> None:
        """Show the item with its nearest neighbours; -1 for none."""
        core = self._core
        if core.facts is None or core.session is None:
            return
        if not 0 <= row < len(core.facts):
            core.view.item.set_item(ItemDetails())
            return
        core.change(current=row)
        core.view.table.show_row(row)
        core.view.gallery.show_row(row)
        session, facts = core.session, core.facts
        core.start("item", lambda: load_details(session, facts, row), DETAILS, key="item", on_done=self._show_details)

    def show_current(self) -> None:
        """Read the current item anew, after a change of its tags or note."""
        if self._core.state.current >= 0:
            self.show_item(self._core.state.current)

    def _show_details(self, outcome: Outcome) -> None:
        self._core.view.item.set_item(outcome.value)

    def open_original(self, row: int) -> None:
        """Open the item's own file with the system's application; its page in the item view where it has none."""
        session, facts = self._core.session, self._core.facts
        if session is None or facts is None or not 0 <= row < len(facts):
            return
        uri = session.store.items.uris(facts.ids[row : row + 1])[0]
        if not uri:
            self.pick(row)
        elif Path(uri).exists():
            self._core.view.open_file(Path(uri))
        else:
            self._core.inform(f"The file {uri} is no longer there.", level="warning")
