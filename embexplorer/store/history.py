"""The undo log: every change that a user made, kept with the project."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from embexplorer.store.blocks import pack_ids, unpack_ids
from embexplorer.store.changes import Change, applied, reverted
from embexplorer.store.ledger import Ledger

if TYPE_CHECKING:
    from embexplorer.store.project import ProjectStore

_LAST_DONE = "WHERE NOT undone ORDER BY id DESC LIMIT 1"
_FIRST_UNDONE = "WHERE undone ORDER BY id LIMIT 1"


class History:
    def __init__(self, store: "ProjectStore", ledger: Ledger) -> None:
        self._store = store
        self._ledger = ledger
        self._database = ledger.database

    def perform(self, change: Change) -> Change:
        """Do a change and record it in one transaction; what was undone before can no longer be redone. Returns the
        change with what undoes it. Raises EmbexError, and then nothing happened."""
        with self._ledger.change():
            done = applied(self._store, change)
            self.record(done)
        return done

    def record(self, change: Change) -> None:
        """Record a change that is done already."""
        with self._ledger.change():
            self._database.execute("DELETE FROM history WHERE undone")
            self._database.execute(
                """INSERT INTO history (kind, label, made, params, undo, ids, undo_ids)
                VALUES (?, ?, ?, ?, ?, ?, ?)""",
                (
                    change.kind,
                    change.label,
                    datetime.now(UTC).isoformat(timespec="seconds"),
                    json.dumps(change.params),
                    json.dumps(change.undo),
                    pack_ids(change.ids),
                    pack_ids(change.undo_ids),
                ),
            )

    def undo(self) -> Change | None:
        """Take the last change back; returns it, or None where there is nothing to undo."""
        with self._ledger.change():
            found = self._change(_LAST_DONE)
            if found is None:
                return None
            number, change = found
            reverted(self._store, change)
            self._database.execute("UPDATE history SET undone = 1 WHERE id = ?", (number,))
        return change

    def redo(self) -> Change | None:
        """Do the change that was undone last again; returns it, or None where there is nothing to redo."""
        with self._ledger.change():
            found = self._change(_FIRST_UNDONE)
            if found is None:
                return None
            number, change = found
            done = applied(self._store, change)
            self._database.execute(
                "UPDATE history SET undone = 0, undo = ?, undo_ids = ? WHERE id = ?",
                (json.dumps(done.undo), pack_ids(done.undo_ids), number),
            )
        return done

    def undo_label(self) -> str:
        """What undo() would take back, "" for nothing."""
        return self._label(_LAST_DONE)

    def redo_label(self) -> str:
        """What redo() would do again, "" for nothing."""
        return self._label(_FIRST_UNDONE)

    def _label(self, which: str) -> str:
        row = self._database.row(f"SELECT label FROM history {which}")
        return "" if row is None else str(row[0])

    def _change(self, which: str) -> tuple[int, Change] | None:
        row = self._database.row(f"SELECT id, kind, label, params, undo, ids, undo_ids FROM history {which}")
        if row is None:
            return None
        number, kind, label, params, undo, ids, undo_ids = row
        change = Change(kind, label, json.loads(params), unpack_ids(ids), json.loads(undo), unpack_ids(undo_ids))
        return int(number), change
