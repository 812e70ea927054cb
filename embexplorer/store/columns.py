"""Computed columns: values per item with what made them, in blocks with checksums."""

import json
from dataclasses import dataclass

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.data.columns import Column, Provenance
from embexplorer.data.items import POLARS_TYPES, FieldType
from embexplorer.store.blocks import checksum, pack_ids, unpack_ids
from embexplorer.store.columncodec import decode, encode
from embexplorer.store.ledger import Ledger

BLOCK_ROWS = 65_536


@dataclass(frozen=True)
class ColumnInfo:
    """count: how many items have a value or a place in it."""

    name: str
    type: FieldType
    provenance: Provenance
    hidden: bool
    count: int


class Columns:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def put(self, column: Column) -> None:
        """Add a column, or replace the one of this name, all or nothing."""
        made = column.provenance
        with self._ledger.change():
            self.delete(column.name)
            row = self._database.execute(
                """INSERT INTO column (name, type, hidden, count, operation, params, fingerprint)
                VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id""",
                (
                    column.name,
                    column.type.value,
                    column.hidden,
                    len(column.ids),
                    made.operation,
                    json.dumps(made.params),
                    made.fingerprint,
                ),
            ).fetchone()
            for start in range(0, len(column.ids), BLOCK_ROWS):
                self._put_block(int(row[0]), column, slice(start, start + BLOCK_ROWS))

    def extend(self, column: Column) -> None:
        """Add the values of further items to the column of this name, or make it; the latest value of an item counts.
        Raises EmbexError where that column is of another type."""
        with self._ledger.change():
            if column.name not in {info.name for info in self.all()}:
                self.put(column)
                return
            known = self._info(column.name)
            if known.type is not column.type:
                raise EmbexError(f"There is already a column “{column.name}”.", "Rename or delete it.")
            row = self._database.execute(
                "UPDATE column SET count = count + ? WHERE name = ? RETURNING id", (len(column.ids), column.name)
            ).fetchone()
            for start in range(0, len(column.ids), BLOCK_ROWS):
                self._put_block(int(row[0]), column, slice(start, start + BLOCK_ROWS))

    def _put_block(self, column_id: int, column: Column, rows: slice) -> None:
        ids = pack_ids(column.ids[rows])
        encoding, data = encode(column.values[rows], column.type)
        self._database.execute(
            "INSERT INTO column_block (column_id, count, encoding, checksum, ids, data) VALUES (?, ?, ?, ?, ?, ?)",
            (column_id, len(column.ids[rows]), encoding, checksum(ids, data), ids, data),
        )

    def get(self, name: str) -> Column:
        """Raises EmbexError where there is no such column or it is damaged."""
        info = self._info(name)
        blocks = self._database.rows(
            """SELECT encoding, checksum, ids, data FROM column_block
            WHERE column_id = (SELECT id FROM column WHERE name = ?) ORDER BY id""",
            (name,),
        )
        if any(checksum(ids, data) != kept for _, kept, ids, data in blocks):
            raise EmbexError(f"The column “{name}” is damaged in the project file.", "Compute it again.")
        ids = [unpack_ids(raw) for _, _, raw, _ in blocks]
        values = [decode(name, data, encoding, info.type) for encoding, _, _, data in blocks]
        joined = np.concatenate(ids) if ids else np.empty(0, np.int64)
        series = pl.concat(values) if values else pl.Series(name, [], dtype=POLARS_TYPES[info.type])
        if (np.diff(joined) <= 0).any():
            last = len(joined) - 1 - np.unique(joined[::-1], return_index=True)[1]
            joined, series = joined[last], series[last]
        return Column(name, info.type, joined, series, info.provenance, info.hidden)

    def all(self) -> tuple[ColumnInfo, ...]:
        """In the order in which they were computed."""
        rows = self._database.rows(
            "SELECT name, type, operation, params, fingerprint, hidden, count FROM column ORDER BY id"
        )
        return tuple(
            ColumnInfo(name, FieldType(kind), Provenance(made, json.loads(params), mark), bool(hidden), number)
            for name, kind, made, params, mark, hidden, number in rows
        )

    def _info(self, name: str) -> ColumnInfo:
        for info in self.all():
            if info.name == name:
                return info
        raise EmbexError(f"There is no column “{name}”.", "Check its name, or compute it first.")

    def delete(self, name: str) -> None:
        """Nothing happens where there is none."""
        with self._ledger.change():
            self._database.execute(
                "DELETE FROM column_block WHERE column_id = (SELECT id FROM column WHERE name = ?)", (name,)
            )
            self._database.execute("DELETE FROM column WHERE name = ?", (name,))

    def rename(self, old: str, new: str) -> None:
        """Raises EmbexError where there is no such column or the new name is taken."""
        self._info(old)
        if new != old and new in {info.name for info in self.all()}:
            raise EmbexError(f"There is already a column “{new}”.", "Choose another name.")
        with self._ledger.change():
            self._database.execute("UPDATE column SET name = ? WHERE name = ?", (new, old))

    def set_hidden(self, name: str, hidden: bool) -> None:
        """Whether it is offered for colour and filter."""
        with self._ledger.change():
            self._database.execute("UPDATE column SET hidden = ? WHERE name = ?", (hidden, name))

    def damaged(self) -> tuple[str, ...]:
        """The names of the columns with a block whose checksum is wrong. Reads every block."""
        rows = self._database.rows("SELECT b.id, c.name FROM column_block b JOIN column c ON c.id = b.column_id")
        names = []
        for block_id, name in rows:
            found = self._database.row("SELECT checksum, ids, data FROM column_block WHERE id = ?", (block_id,))
            if found is not None and checksum(found[1], found[2]) != found[0]:
                names.append(name)
        return tuple(dict.fromkeys(names))
