"""Small values of the project by name: where the user was, what the project is."""

import json
from typing import Any

from embexplorer.store.ledger import Ledger


class Meta:
    """JSON values. They belong to the view, not to the content, so they leave the change count alone."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def get(self, key: str, default: Any = None) -> Any:
        found = self._database.row("SELECT value FROM project WHERE key = ?", (f"view.{key}",))
        return default if found is None else json.loads(found[0])

    def set(self, key: str, value: Any) -> None:
        with self._ledger.transaction():
            self._ledger.write(f"view.{key}", json.dumps(value))
