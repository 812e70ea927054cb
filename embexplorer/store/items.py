"""The items: adding what is new, reading them in bulk, the trash."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.data.items import Item, ItemBatch, Kind, field_type
from embexplorer.data.wordquery import Words
from embexplorer.store import passages, textsearch
from embexplorer.store.conversion import converted, from_sql, to_sql
from embexplorer.store.fields import Fields
from embexplorer.store.frame import Frames
from embexplorer.store.ledger import Ledger
from embexplorer.store.sources import Sources
from embexplorer.store.tags import Notes, Tags
from embexplorer.store.values import id_list


@dataclass(frozen=True)
class Added:
    """ids: int64 (m,), ascending, of the new items. rows: int64 (m,), their rows in the batch. known: how many of
    the batch were in the project already. problems: fields that found no room."""

    ids: np.ndarray
    rows: np.ndarray
    known: int
    problems: tuple[Problem, ...] = ()


class Items:
    def __init__(self, ledger: Ledger, fields: Fields, sources: Sources, frames: Frames) -> None:
        self._ledger = ledger
        self._database = ledger.database
        self._fields = fields
        self._sources = sources
        self._frames = frames
        self._tags = Tags(ledger)
        self._notes = Notes(ledger)

    def add(self, source_id: int, batch: ItemBatch) -> Added:
        """Store the items of a batch whose keys are new for this source, live or in the trash, in one transaction.

        New fields get columns. A field that comes with another type than before is widened (conversion.widest), its
        stored values with it. Vectors are not stored here. Raises EmbexError where it cannot be saved.
        """
        with self._ledger.change():
            rows = self._new_rows(source_id, batch.keys)
            if not len(rows):
                return Added(np.empty(0, np.int64), rows, len(batch))
            first = int(self._ledger.read("next_item_id", "1"))
            ids = np.arange(first, first + len(rows), dtype=np.int64)
            self._ledger.write("next_item_id", str(first + len(rows)))
            self._insert(source_id, batch, rows, ids)
            problems = self._insert_fields(batch.fields, rows, ids)
            textsearch.add(self._database, first)
            self._ledger.items_added_or_moved()
        return Added(ids, rows, len(batch) - len(rows), tuple(problems))

    def _new_rows(self, source_id: int, keys: np.ndarray) -> np.ndarray:
        _, first = np.unique(keys, return_index=True)
        found = self._database.rows(
            "SELECT content_key FROM item WHERE source_id = ? AND content_key IN (SELECT value FROM json_each(?))",
            (source_id, id_list(keys)),
        )
        known = np.isin(keys[first], np.array([row[0] for row in found], np.int64))
        rows: np.ndarray = np.sort(first[~known]).astype(np.int64)
        return rows

    def _insert(self, source_id: int, batch: ItemBatch, rows: np.ndarray, ids: np.ndarray) -> None:
        chosen = rows.tolist()
        keys = np.asarray(batch.keys, np.int64)[rows].tolist()
        sql = """INSERT INTO item (id, source_id, kind, content_key, title, uri, text)
            VALUES (?, ?, ?, ?, ?, ?, ?)"""
        kind = batch.kind.value
        values = [
            (item_id, source_id, kind, key, batch.titles[row], batch.uris[row], batch.texts[row])
            for item_id, key, row in zip(ids.tolist(), keys, chosen, strict=True)
        ]
        try:
            with self._ledger.transaction():
                self._database.execute_many(sql, values)
        except UnicodeEncodeError:  # half characters, as in undecodable file names
            plain = [(*v[:4], *(text.encode("utf-8", "replace").decode() for text in v[4:])) for v in values]
            self._database.execute_many(sql, plain)

    def _insert_fields(self, fields: pl.DataFrame, rows: np.ndarray, ids: np.ndarray) -> list[Problem]:
        if not fields.width:
            return []
        chosen = fields if len(rows) == fields.height else fields[rows]
        types = {name: field_type(dtype) for name, dtype in chosen.schema.items()}
        places, problems = self._fields.take_in(chosen, types)
        columns = [
            to_sql(converted(chosen[place.field.name], types[place.field.name], place.stored), place.stored)
            for place in places
        ]
        names = ", ".join(place.quoted for place in places)
        marks = ", ".join("?" * (len(places) + 1))
        self._database.execute_many(
            f"INSERT INTO item_field (item_id, {names}) VALUES ({marks})", zip(ids.tolist(), *columns, strict=True)
        )
        return problems

    def ids(self) -> np.ndarray:
        """int64: the live items, ascending."""
        return self._frames.ids()

    def count(self) -> int:
        # both within indexes; "WHERE NOT trashed" would look every item up
        return int(
            self._database.value(
                """SELECT (SELECT count(*) FROM item INDEXED BY item_known)
                - (SELECT count(*) FROM item INDEXED BY item_trashed WHERE trashed)"""
            )
        )

    def kinds(self) -> dict[Kind, int]:
        """How many live items there are of each kind."""
        return {Kind(kind): number for kind, number in self._frames.kinds()}

    def get(self, item_id: int) -> Item:
        """Also from the trash. Raises EmbexError where there is no such item."""
        row = self._database.row("SELECT kind, title, text, uri, source_id FROM item WHERE id = ?", (int(item_id),))
        if row is None:
            raise EmbexError(f"There is no item {item_id} in this project.", "It may have been deleted meanwhile.")
        kind, title, text, uri, source_id = row
        source = self._sources.labels().get(source_id, "")
        tags, note = self._tags.of(item_id), self._notes.get(item_id)
        return Item(int(item_id), Kind(kind), title, text, uri, source, self._field_values(int(item_id)), tags, note)

    def _field_values(self, item_id: int) -> tuple[tuple[str, object], ...]:
        stored = self._fields.stored()
        if not stored:
            return ()
        names = ", ".join(place.quoted for place in stored)
        row = self._database.row(f"SELECT {names} FROM item_field WHERE item_id = ?", (item_id,))
        values = row if row is not None else (None,) * len(stored)
        shown: list[tuple[str, object]] = []
        for place, value in zip(stored, values, strict=True):
            series = converted(from_sql("", [value], place.stored), place.stored, place.field.type)
            shown.append((place.field.name, series.to_list()[0]))
        return tuple(shown)

    def texts(self, ids: np.ndarray) -> list[str]:
        """One for each of the ids (int64), in their order; "" for an item that is not there."""
        return self._strings("text", ids)

    def titles(self, ids: np.ndarray) -> list[str]:
        """As texts."""
        return self._strings("title", ids)

    def uris(self, ids: np.ndarray) -> list[str]:
        """As texts: the paths of the original files, "" where an item has none."""
        return self._strings("uri", ids)

    def _strings(self, column: str, ids: np.ndarray) -> list[str]:
        found: dict[int, str] = dict(
            self._database.rows(
                f"SELECT id, {column} FROM item WHERE id IN (SELECT value FROM json_each(?))", (id_list(ids),)
            )
        )
        return [found.get(item_id, "") for item_id in np.asarray(ids, np.int64).tolist()]

    def frame(self, *, text: bool = False) -> pl.DataFrame:
        """One row per live item, ascending by id: "@id", "@kind", "@source", "@title", "@text" if asked for, then
        a column per field, in the types of POLARS_TYPES."""
        return self._frames.frame(text=text)

    def match_words(
        self, asked: textsearch.Asked, limit: int, allowed: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """See textsearch.match."""
        return textsearch.match(self._database, asked, limit, allowed)

    def with_words(self, asked: textsearch.Asked, allowed: np.ndarray | None = None) -> np.ndarray:
        """See textsearch.matching_ids."""
        return textsearch.matching_ids(self._database, asked, allowed)

    def word_counts(self, words: Sequence[Words]) -> list[int]:
        """See textsearch.frequencies."""
        return textsearch.frequencies(self._database, words)

    def passage_documents(self) -> tuple[np.ndarray, np.ndarray]:
        """See passages.passage_documents."""
        return passages.passage_documents(self._database)

    def trash(self, ids: np.ndarray) -> np.ndarray:
        """Move items to the trash; returns those that were live, int64 ascending."""
        return self._set_trashed(ids, True)

    def restore(self, ids: np.ndarray) -> np.ndarray:
        """Take items out of the trash; returns those that were in it, int64 ascending."""
        return self._set_trashed(ids, False)

    def _set_trashed(self, ids: np.ndarray, trashed: bool) -> np.ndarray:
        with self._ledger.change():
            moved = self._database.execute(
                """UPDATE item SET trashed = ? WHERE id IN (SELECT value FROM json_each(?)) AND trashed = ?
                RETURNING id""",
                (trashed, id_list(ids), not trashed),
            ).fetchall()
            if moved:
                self._ledger.items_added_or_moved()
        return np.sort(np.array([row[0] for row in moved], np.int64))

    def trashed(self) -> np.ndarray:
        """int64: the items in the trash, ascending."""
        rows = self._database.rows("SELECT id FROM item WHERE trashed ORDER BY id")
        return np.array([row[0] for row in rows], np.int64)

    def empty_trash(self) -> int:
        """Delete the items in the trash for good; returns how many. The one act that cannot be undone. Their
        vectors stay in their blocks, unseen, until compact() writes the blocks anew."""
        with self._ledger.change():
            gone = self.trashed()
            textsearch.forget_trashed(self._database)
            for table in ("item_field", "item_tag", "note", "embedding_failure"):
                self._database.execute(f"DELETE FROM {table} WHERE item_id IN (SELECT id FROM item WHERE trashed)")
            self._database.execute("DELETE FROM item WHERE trashed")
            if len(gone):
                self._ledger.items_changed()
        return len(gone)
