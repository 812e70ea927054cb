"""Which maps there are. Their coordinates are columns."""

import json

from embexplorer.base.errors import EmbexError
from embexplorer.data.columns import MapInfo
from embexplorer.store.columns import Columns
from embexplorer.store.ledger import Ledger


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
