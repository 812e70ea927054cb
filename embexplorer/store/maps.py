"""Which maps there are. Their coordinates are columns."""

import json
from typing import Any

from embexplorer.base.errors import EmbexError
from embexplorer.data.columns import MapInfo
from embexplorer.store.columns import Columns
from embexplorer.store.ledger import Ledger

# Where the columns of a deleted map lie until the file is compacted, so that the deletion can be undone.
SET_ASIDE = "@deleted map"
_UNWANTED = "spaces_without_map"  # spaces whose last map the user deleted: none is made by itself again


class Maps:
    def __init__(self, ledger: Ledger, columns: Columns) -> None:
        self._ledger = ledger
        self._database = ledger.database
        self._columns = columns

    def put(self, info: MapInfo) -> None:
        """Add a map, or replace the one of this name."""
        kept = (info.name, info.space_id, json.dumps(info.params), info.finished, json.dumps(info.quality))
        with self._ledger.change():
            self._database.execute(
                """INSERT INTO map VALUES (?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM map))
                ON CONFLICT (name) DO UPDATE SET space_id = excluded.space_id, params = excluded.params,
                finished = excluded.finished, quality = excluded.quality""",
                kept,
            )
            self._note_unwanted(self.unwanted() - {info.space_id})

    def all(self) -> tuple[MapInfo, ...]:
        """In the order in which they were made."""
        rows = self._database.rows("SELECT name, space_id, params, finished, quality FROM map ORDER BY position")
        return tuple(
            MapInfo(name, space_id, json.loads(params), bool(finished), json.loads(quality))
            for name, space_id, params, finished, quality in rows
        )

    def get(self, name: str) -> MapInfo:
        """Raises EmbexError where there is none."""
        for info in self.all():
            if info.name == name:
                return info
        raise EmbexError(f"There is no map “{name}”.", "Check its name, or make the map first.")

    def rename(self, old: str, new: str) -> None:
        """Its coordinates' columns too. Raises EmbexError where there is no such map or the name is taken."""
        info = self.get(old)
        if not new.strip() or new in {other.name for other in self.all() if other.name != old}:
            raise EmbexError(f"A map cannot be called “{new}”.", "Choose a name that no other map has.")
        renamed = MapInfo(new, info.space_id, info.params, info.finished, info.quality)
        with self._ledger.change():
            self._database.execute("UPDATE map SET name = ? WHERE name = ?", (new, old))
            self._columns.rename(info.x_column, renamed.x_column)
            self._columns.rename(info.y_column, renamed.y_column)
            if info.trust_column in {column.name for column in self._columns.all()}:
                self._columns.rename(info.trust_column, renamed.trust_column)

    def set_aside(self, name: str, mark: str) -> dict[str, Any]:
        """Delete a map so that put_back can undo it; JSON values for that. mark: tells this deletion from others.
        Raises EmbexError where there is no such map."""
        info = self.get(name)
        found = self._database.row("SELECT position FROM map WHERE name = ?", (name,))
        assert found is not None
        mark = f"{SET_ASIDE} {mark}"
        there = {column.name: column.hidden for column in self._columns.all()}
        with self._ledger.change():
            aside = []
            for column in (info.x_column, info.y_column, info.trust_column):
                if column in there:
                    aside.append([column, f"{mark} {column}", there[column]])
                    self._columns.rename(column, f"{mark} {column}")
                    self._columns.set_hidden(f"{mark} {column}", True)
            self._database.execute("DELETE FROM map WHERE name = ?", (name,))
            if all(other.space_id != info.space_id for other in self.all()):
                self._note_unwanted(self.unwanted() | {info.space_id})
        kept = [info.name, info.space_id, json.dumps(info.params), info.finished, json.dumps(info.quality), found[0]]
        return {"map": kept, "columns": aside}

    def put_back(self, kept: dict[str, Any]) -> None:
        """What set_aside deleted. Raises EmbexError where another map has its name by now."""
        name, space_id = kept["map"][:2]
        if name in {info.name for info in self.all()}:
            raise EmbexError(f"There is another map “{name}” by now.", "Rename or delete that one first.")
        with self._ledger.change():
            self._database.execute(
                """INSERT INTO map (name, space_id, params, finished, quality, position) VALUES (?, ?, ?, ?, ?, ?)""",
                tuple(kept["map"]),
            )
            for column, aside, hidden in kept["columns"]:
                self._columns.rename(aside, column)
                self._columns.set_hidden(column, hidden)
            self._note_unwanted(self.unwanted() - {space_id})

    def forget_deleted(self) -> None:
        """Give up the deleted maps for good: their deletion can no longer be undone."""
        with self._ledger.change():
            for column in self._columns.all():
                if column.name.startswith(SET_ASIDE):
                    self._columns.delete(column.name)
            self._database.execute("DELETE FROM history WHERE kind = 'delete map'")

    def unwanted(self) -> set[int]:
        """The spaces whose last map was deleted."""
        return set(json.loads(self._ledger.read(_UNWANTED, "[]")))

    def _note_unwanted(self, spaces: set[int]) -> None:
        if spaces != self.unwanted():
            self._ledger.write(_UNWANTED, json.dumps(sorted(spaces)))
