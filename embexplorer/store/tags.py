"""Tags and notes: what the user wrote on the items."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.store.ledger import Ledger
from embexplorer.store.values import id_list


class Tags:
    """A tag exists while it is on an item or has a key."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def add(self, ids: np.ndarray, tag: str) -> np.ndarray:
        """Put a tag on items; returns those that did not have it, int64 ascending. Raises EmbexError for no name."""
        name = _clean(tag)
        with self._ledger.change():
            self._database.execute("INSERT OR IGNORE INTO tag (name) VALUES (?)", (name,))
            tag_id = self._id(name)
            added = self._database.execute(
                """INSERT OR IGNORE INTO item_tag SELECT ?, id FROM item
                WHERE id IN (SELECT value FROM json_each(?)) RETURNING item_id""",
                (tag_id, id_list(ids)),
            ).fetchall()
        return _ascending(added)

    def remove(self, ids: np.ndarray, tag: str) -> np.ndarray:
        """Take a tag off items; returns those that had it, int64 ascending."""
        with self._ledger.change():
            removed = self._database.execute(
                """DELETE FROM item_tag WHERE tag_id = (SELECT id FROM tag WHERE name = ?)
                AND item_id IN (SELECT value FROM json_each(?)) RETURNING item_id""",
                (tag, id_list(ids)),
            ).fetchall()
            self._drop_unused(tag)
        return _ascending(removed)

    def all(self) -> dict[str, int]:
        """How many live items have each tag, by name."""
        rows = self._database.rows(
            """SELECT t.name, count(i.id) FROM tag t LEFT JOIN item_tag x ON x.tag_id = t.id
            LEFT JOIN item i ON i.id = x.item_id AND NOT i.trashed GROUP BY t.id ORDER BY t.name COLLATE NOCASE"""
        )
        return dict(rows)

    def of(self, item_id: int) -> tuple[str, ...]:
        rows = self._database.rows(
            """SELECT name FROM tag JOIN item_tag ON tag_id = tag.id WHERE item_id = ? ORDER BY name COLLATE NOCASE""",
            (int(item_id),),
        )
        return tuple(row[0] for row in rows)

    def ids(self, tag: str, *, trashed: bool = False) -> np.ndarray:
        """int64: the live items with this tag, ascending; with trashed=True those in the trash too."""
        rows = self._database.rows(
            """SELECT item_id FROM item_tag JOIN tag ON tag.id = tag_id JOIN item ON item.id = item_id
            WHERE name = ? AND trashed <= ? ORDER BY item_id""",
            (tag, trashed),
        )
        return _ascending(rows)

    def rename(self, old: str, new: str) -> None:
        """Raises EmbexError where there is no such tag or the new name is taken or empty."""
        name = _clean(new)
        self._id(old)
        if name != old and self._database.row("SELECT 1 FROM tag WHERE name = ?", (name,)):
            raise EmbexError(f"There is already a tag “{name}”.", "Choose another name.")
        with self._ledger.change():
            self._database.execute("UPDATE tag SET name = ? WHERE name = ?", (name, old))

    def delete(self, tag: str) -> np.ndarray:
        """Take a tag off all items and forget it; returns the items that had it, trashed ones too."""
        self._id(tag)
        with self._ledger.change():
            had = self.ids(tag, trashed=True)
            self._database.execute("DELETE FROM item_tag WHERE tag_id = ?", (self._id(tag),))
            self._database.execute("DELETE FROM tag WHERE name = ?", (tag,))
        return had

    def as_column(self) -> tuple[np.ndarray, pl.Series]:
        """The live items that have tags, int64 ascending, and the tags of each, a list of texts."""
        rows = self._database.rows(
            """SELECT x.item_id, t.name FROM item_tag x JOIN tag t ON t.id = x.tag_id
            JOIN item i ON i.id = x.item_id WHERE NOT i.trashed ORDER BY x.item_id, t.name COLLATE NOCASE"""
        )
        flat = pl.DataFrame(rows, {"item": pl.Int64, "tag": pl.String}, orient="row")
        column = flat.group_by("item", maintain_order=True).agg("tag")
        return column["item"].to_numpy(), column["tag"]

    def keys(self) -> dict[str, str]:
        """Keyboard key -> tag."""
        return dict(self._database.rows("SELECT key, name FROM tag WHERE key <> '' ORDER BY key"))

    def set_key(self, tag: str, key: str) -> str:
        """Give a tag a keyboard key of its own, "" for none; another tag that had it loses it. Returns the key that
        the tag had. A tag that does not exist yet is made."""
        name = _clean(tag)
        with self._ledger.change():
            self._database.execute("INSERT OR IGNORE INTO tag (name) VALUES (?)", (name,))
            before = str(self._database.value("SELECT key FROM tag WHERE name = ?", (name,)))
            if key:
                self._database.execute("UPDATE tag SET key = '' WHERE key = ?", (key,))
            self._database.execute("UPDATE tag SET key = ? WHERE name = ?", (key, name))
            self._drop_unused(name)
        return before

    def _id(self, tag: str) -> int:
        row = self._database.row("SELECT id FROM tag WHERE name = ?", (tag,))
        if row is None:
            raise EmbexError(f"There is no tag “{tag}”.", "Check its name.")
        return int(row[0])

    def _drop_unused(self, tag: str) -> None:
        self._database.execute(
            """DELETE FROM tag WHERE name = ? AND key = ''
            AND NOT EXISTS (SELECT 1 FROM item_tag WHERE tag_id = tag.id)""",
            (tag,),
        )


class Notes:
    """One text of the user's for each item."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def get(self, item_id: int) -> str:
        row = self._database.row("SELECT text FROM note WHERE item_id = ?", (int(item_id),))
        return "" if row is None else str(row[0])

    def all(self) -> dict[int, str]:
        """Item -> its note."""
        return dict(self._database.rows("SELECT item_id, text FROM note ORDER BY item_id"))

    def set(self, item_id: int, text: str) -> str:
        """Write an item's note, "" for none; returns the note before."""
        before = self.get(item_id)
        with self._ledger.change():
            if text:
                self._database.execute("INSERT OR REPLACE INTO note VALUES (?, ?)", (int(item_id), text))
            else:
                self._database.execute("DELETE FROM note WHERE item_id = ?", (int(item_id),))
        return before


def _clean(tag: str) -> str:
    name = " ".join(tag.split())
    if not name:
        raise EmbexError("A tag needs a name.", "Type one.")
    return name


def _ascending(rows: Iterable[tuple[int, ...]]) -> np.ndarray:
    return np.sort(np.array([row[0] for row in rows], np.int64))
