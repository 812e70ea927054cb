"""Changes that the user makes, each of which can be undone: tags, notes, the trash."""

from collections.abc import Callable

import numpy as np

from embexplorer.app.core import EDIT, Core, once
from embexplorer.base.progress import Outcome
from embexplorer.base.wording import count
from embexplorer.store.changes import (
    Change,
    restore_items,
    set_tag_key,
    tag_items,
    trash_items,
    untag_items,
    write_note,
)


class Editing:
    """Every change goes through the project's history, in the background, and is then shown."""

    def __init__(self, core: Core) -> None:
        self._core = core

    def tag(self, tag: str, rows: np.ndarray | None = None) -> None:
        """Put a tag on these rows; on the selection, or else the current item, when None."""
        ids, name = self._ids(rows), tag.strip()
        if name and len(ids):
            self._perform(tag_items(ids, name))

    def untag(self, tag: str, rows: np.ndarray | None = None) -> None:
        ids = self._ids(rows)
        if len(ids):
            self._perform(untag_items(ids, tag))

    def toggle_key(self, key: str) -> None:
        """The tag of a digit key: put it on the selection, or take it off where all have it."""
        facts, resolved = self._core.facts, self._core.resolved
        if facts is None or resolved is None:
            return
        tag = facts.tag_keys.get(key, "")
        if not tag:
            self._core.inform(f"No tag has the key {key} yet. Give it one in the list of tags.")
            return
        view = next((t for t in resolved.tags if t.tag == tag), None)
        chosen = self._ids(None)
        if view is not None and len(chosen) and view.chosen == len(chosen):
            self.untag(tag)
        else:
            self.tag(tag)

    def set_key(self, tag: str, key: str) -> None:
        """One digit for a tag; "" takes it away."""
        session = self._core.session
        if session is not None:
            self._perform(set_tag_key(tag, key), is_told=False)

    def write_note(self, row: int, text: str) -> None:
        facts = self._core.facts
        if facts is not None and 0 <= row < len(facts):
            self._perform(write_note(int(facts.ids[row]), text), is_told=False)

    def trash(self) -> None:
        ids = self._ids(None)
        if len(ids):
            self._perform(trash_items(ids), undo=True)

    def restore(self) -> None:
        """Take everything out of the trash."""

        def all_restored(ids: np.ndarray) -> None:
            self._perform(restore_items(ids), undo=True)

        self._with_trash(all_restored)

    def ask_to_empty_trash(self, ask: Callable[[int], None]) -> None:
        """ask: called with the number of items in the trash, where there are any; it may then call empty_trash."""
        self._with_trash(lambda ids: ask(len(ids)))

    def empty_trash(self) -> None:
        """Delete what is in the trash. The one change that cannot be undone."""
        session = self._core.session
        if session is None:
            return
        empty = session.store.items.empty_trash

        def done(outcome: Outcome) -> None:
            self._core.inform(f"{count(outcome.value, 'item')} deleted for good")
            self._core.refresh()

        self._core.start("empty the trash", lambda: once(empty), EDIT, on_done=done)

    def _with_trash(self, then: Callable[[np.ndarray], None]) -> None:
        """Call `then` with the items in the trash, int64; say so where it is empty."""
        session = self._core.session
        if session is None:
            return
        look = session.store.items.trashed

        def done(outcome: Outcome) -> None:
            if len(outcome.value):
                then(outcome.value)
            else:
                self._core.inform("The trash is empty.")

        self._core.start("look into the trash", lambda: once(look), EDIT, on_done=done)

    def undo(self) -> None:
        session = self._core.session
        if session is not None:
            self._do("undo", session.store.history.undo, "Undone: ")

    def redo(self) -> None:
        session = self._core.session
        if session is not None:
            self._do("redo", session.store.history.redo, "Done again: ")

    def _ids(self, rows: np.ndarray | None) -> np.ndarray:
        facts, state = self._core.facts, self._core.state
        if facts is None:
            return np.empty(0, np.int64)
        if rows is None:
            rows = state.selection.rows()
            if not len(rows) and state.current >= 0:
                rows = np.array([state.current])
        chosen: np.ndarray = facts.ids[rows]
        return chosen

    def _perform(self, change: Change, *, is_told: bool = True, undo: bool = False) -> None:
        session = self._core.session
        if session is None:
            return
        history = session.store.history

        def done(_outcome: Outcome) -> None:
            if is_told:
                self._core.inform(f"{change.label}.", action="edit.undo" if undo else "")
            self._core.refresh()

        self._core.start("change", lambda: once(lambda: history.perform(change)), EDIT, on_done=done)

    def _do(self, title: str, function: Callable[[], object], said: str) -> None:
        def done(outcome: Outcome) -> None:
            if isinstance(outcome.value, Change):
                self._core.inform(f"{said}{outcome.value.label}.")
            self._core.refresh()

        self._core.start(title, lambda: once(function), EDIT, on_done=done)
