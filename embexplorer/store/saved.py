"""Queries and views that the user keeps by name."""

import json
from typing import Any

from embexplorer.base.errors import EmbexError
from embexplorer.store.ledger import Ledger


class Saved:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def queries(self) -> dict[str, Any]:
        """Name -> JSON value, by name."""
        return self._all("saved_query")

    def put_query(self, name: str, value: Any) -> Any:
        """Keep a query; returns what stood under the name before, None for nothing."""
        return self._put("saved_query", name, value)

    def delete_query(self, name: str) -> Any:
        """Returns what stood there, None for nothing."""
        return self._delete("saved_query", name)

    def views(self) -> dict[str, Any]:
        return self._all("view")

    def put_view(self, name: str, value: Any) -> Any:
        return self._put("view", name, value)

    def delete_view(self, name: str) -> Any:
        return self._delete("view", name)

    def _all(self, table: str) -> dict[str, Any]:
        rows = self._database.rows(f"SELECT name, value FROM {table} ORDER BY name COLLATE NOCASE")
        return {name: json.loads(value) for name, value in rows}

    def _put(self, table: str, name: str, value: Any) -> Any:
        if not name.strip():
            raise EmbexError("What is kept needs a name.", "Type one.")
        before = self._all(table).get(name)
        with self._ledger.change():
            self._database.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", (name, json.dumps(value)))
        return before

    def _delete(self, table: str, name: str) -> Any:
        before = self._all(table).get(name)
        with self._ledger.change():
            self._database.execute(f"DELETE FROM {table} WHERE name = ?", (name,))
        return before
