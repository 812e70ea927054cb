"""Selecting, hovering and looking at items."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from embexplorer.app.core import Core, once
from embexplorer.app.details import card_view, load_details
from embexplorer.app.state import Facts
from embexplorer.app.values import ItemDetails
from embexplorer.data.selection import Combine, Selection
from embexplorer.work.job import DETAILS


class Selecting:
    """What the user points at: hover, selection, the current item."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.hovering: list[Callable[[int], None]] = []  # told of each row that is hovered, -1 for none
        self._hovered = -1
        self._detailed: tuple[Facts, int] | None = None  # what the item view was asked to show
        core.after_show.append(self._on_show)
        core.on_leave.append(self._forget)

    def _forget(self) -> None:
        self._hovered, self._detailed = -1, None
        self._core.view.map.show_card(None)
        self._core.view.item.set_item(ItemDetails())

    def select(self, rows: np.ndarray, how: Combine = Combine.REPLACE) -> None:
        """rows: int64. The selection becomes, gains, loses or is cut to these rows."""
        facts = self._core.facts
        if facts is None:
            return
        rows = np.asarray(rows, np.int64)
        new = Selection.of_rows(len(facts), rows[(rows >= 0) & (rows < len(facts))])
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
        facts = self._core.facts
        if facts is not None:
            self.select(np.flatnonzero(facts.frame["@tags"].list.contains(tag).fill_null(False).to_numpy()), how)

    def hover(self, row: int) -> None:
        """Light the item up everywhere, and show its card on the map where it lies on it; -1 for none."""
        if row == self._hovered:
            return
        self._hovered = row
        view, facts = self._core.view, self._core.facts
        for panel in (view.map, view.results, view.table, view.gallery):
            panel.set_hover(row)
        resolved = self._core.resolved
        colour_by = resolved.choice.colour_by if resolved is not None else ""
        view.map.show_card(card_view(facts, row, colour_by) if facts is not None and facts.is_placed(row) else None)
        for told in self.hovering:
            told(row)

    def show_item(self, row: int) -> None:
        """Show the item with its nearest neighbours; -1 for none."""
        core = self._core
        if core.facts is None:
            return
        row = row if 0 <= row < len(core.facts) else -1
        core.change(current=row)
        if row >= 0:
            core.view.table.show_row(row)
            core.view.gallery.show_row(row)
        self._show_details(row)

    def _on_show(self, _changed: object) -> None:
        """The project was read anew: show the current item as it is now."""
        facts, current = self._core.facts, self._core.state.current
        if facts is None or (self._detailed is not None and self._detailed[0] is facts):
            return
        if self._detailed is None and current >= 0:
            self._core.view.table.show_row(current)
            self._core.view.gallery.show_row(current)
        self._show_details(current)

    def _show_details(self, row: int) -> None:
        core, session, facts = self._core, self._core.session, self._core.facts
        if session is None or facts is None:
            return
        self._detailed = (facts, row)
        if row < 0:
            core.view.item.set_item(ItemDetails())
            return
        core.start(
            "item",
            lambda: load_details(session, facts, row),
            DETAILS,
            key="item",
            on_done=lambda outcome: core.view.item.set_item(outcome.value),
        )

    def open_original(self, row: int) -> None:
        """Open the item's own file with the system's application; its page in the item view where it has none."""

        def found(uri: str, exists: bool) -> None:
            if not uri:
                self.pick(row)
            elif exists:
                self._core.view.open_file(Path(uri))
            else:
                self._core.inform(f"The file {uri} is no longer there.", level="warning")

        self._with_uri(row, found)

    def copy_path(self) -> None:
        """The path of the current item's file into the clipboard."""

        def found(uri: str, _exists: bool) -> None:
            if uri:
                self._core.view.copy_text(uri)
            else:
                self._core.inform("This item does not come from a file of its own.")

        self._with_uri(self._core.state.current, found)

    def copy_text(self) -> None:
        """The whole text of the current item into the clipboard."""
        facts, row = self._core.facts, self._core.state.current
        if facts is not None and row >= 0:
            self._core.view.copy_text(facts.frame["@text"][row] or facts.frame["@title"][row] or "")

    def _with_uri(self, row: int, found: Callable[[str, bool], None]) -> None:
        session, facts = self._core.session, self._core.facts
        if session is None or facts is None or not 0 <= row < len(facts):
            return
        ids = facts.ids[row : row + 1]

        def look() -> tuple[str, bool]:
            uri = session.store.items.uris(ids)[0]
            return uri, bool(uri) and Path(uri).exists()

        self._core.start("file", lambda: once(look), DETAILS, key="file", on_done=lambda outcome: found(*outcome.value))
