"""What tells one state of a project from another: the change count and the stamps of the items."""

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from embexplorer.store.database import Database


@dataclass(frozen=True)
class ItemStamps:
    """all: another value after any change of items or fields. old: the same as long as items were only added,
    or moved to the trash and back."""

    all: str
    old: str


class Ledger:
    """Counts committed changes and stamps the items. Stamps are random, so that two copies of a project that went
    different ways never share one."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._changed = False
        self._count = int(self.read("change_count", "0"))
        database.before_commit.append(self._count_up)
        database.after_end.append(self._ended)

    @property
    def change_count(self) -> int:
        """Grows with every committed change of content; two windows see each other's."""
        if self.database.writable:
            return self._count
        return int(self.read("change_count", "0"))

    def read(self, key: str, default: str = "") -> str:
        found = self.database.row("SELECT value FROM project WHERE key = ?", (key,))
        return default if found is None else str(found[0])

    def write(self, key: str, value: str) -> None:
        """Inside a transaction."""
        self.database.execute("INSERT OR REPLACE INTO project VALUES (?, ?)", (key, value))

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction that changes no content."""
        return self.database.transaction()

    @contextmanager
    def change(self) -> Iterator[None]:
        """A transaction that changes content."""
        with self.database.transaction():
            yield
            self._changed = True

    def item_stamps(self) -> ItemStamps:
        return ItemStamps(self.read("items_stamp"), self.read("old_items_stamp"))

    def items_added_or_moved(self) -> None:
        self.write("items_stamp", secrets.token_hex(8))

    def items_changed(self) -> None:
        self.write("items_stamp", secrets.token_hex(8))
        self.write("old_items_stamp", secrets.token_hex(8))

    def _count_up(self) -> None:
        if self._changed:
            self.write("change_count", str(self._count + 1))

    def _ended(self, committed: bool) -> None:
        if self._changed and committed:
            self._count += 1
        self._changed = False
