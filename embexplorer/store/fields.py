"""The typed fields of the items: one SQL column each in item_field, so that a person can query them."""

from dataclasses import dataclass

import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.data.items import Field, FieldType
from embexplorer.store.conversion import SQL_TYPES, converted, from_sql, to_sql, widest
from embexplorer.store.ledger import Ledger

# SQLite's own limit is 2,000 columns and 32,766 bound values; item_id takes one.
MOST_FIELDS = 1_900
_CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class StoredField:
    """A field and how it lies in the file: field.type is shown, stored is what the SQL column holds."""

    field: Field
    stored: FieldType
    sql_column: str

    @property
    def quoted(self) -> str:
        return quoted(self.sql_column)


def quoted(name: str) -> str:
    """A name of any characters as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


class Fields:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database

    def all(self) -> tuple[Field, ...]:
        """In the order in which they came."""
        return tuple(stored.field for stored in self.stored())

    def stored(self) -> tuple[StoredField, ...]:
        rows = self._database.rows("SELECT name, type, whole, stored, sql_column FROM field ORDER BY id")
        return tuple(
            StoredField(Field(name, FieldType(kind), bool(whole)), FieldType(stored), column)
            for name, kind, whole, stored, column in rows
        )

    def get(self, name: str) -> StoredField:
        """Raises EmbexError where there is none."""
        for stored in self.stored():
            if stored.field.name == name:
                return stored
        raise EmbexError(f"There is no field “{name}”.", "Check its name.")

    def set_type(self, name: str, wanted: FieldType) -> FieldType:
        """Show a field as another type; returns the type before. The stored values stay, so going back loses
        nothing. Values without meaning in the new type are shown as missing."""
        before = self.get(name).field.type
        with self._ledger.change():
            self._database.execute("UPDATE field SET type = ? WHERE name = ?", (wanted.value, name))
            self._ledger.items_changed()
        return before

    def rename(self, old: str, new: str) -> None:
        """Raises EmbexError where the new name is empty or taken."""
        self.get(old)
        if not new.strip() or new.startswith("@"):
            raise EmbexError(f"A field cannot be called “{new}”.", "Give a name that does not begin with @.")
        if new != old and new in {field.name for field in self.all()}:
            raise EmbexError(f"There is already a field “{new}”.", "Choose another name.")
        with self._ledger.change():
            self._database.execute("UPDATE field SET name = ? WHERE name = ?", (new, old))
            self._ledger.items_changed()

    def take_in(self, incoming: pl.DataFrame, types: dict[str, FieldType]) -> tuple[list[StoredField], list[Problem]]:
        """Make the SQL columns that these fields need, inside a transaction. Returns where each column of incoming
        goes, in its order without those that find no room, and a Problem for each that does not."""
        known = {stored.field.name: stored for stored in self.stored()}
        places: list[StoredField] = []
        problems: list[Problem] = []
        for name in incoming.columns:
            there, kind = known.get(name), types[name]
            if there is None and len(known) >= MOST_FIELDS:
                text = f"The field was left out, because a project holds at most {MOST_FIELDS:,} fields."
                problems.append(Problem(name, text, "Choose fewer fields when importing."))
                continue
            fraction = kind is FieldType.NUMBER and _has_fraction(incoming[name])
            if there is None:
                there = self._add(name, kind, kind is FieldType.NUMBER and not fraction, set(known.values()))
            else:
                there = self._fitted(there, kind, fraction)
            known[name] = there
            places.append(there)
        return places, problems

    def _add(self, name: str, kind: FieldType, whole: bool, known: set[StoredField]) -> StoredField:
        from sqlite_utils import Database as Tables

        column = _free_column(name, {stored.sql_column.casefold() for stored in known} | {"item_id", "rowid"})
        with self._database.writing() as connection:
            Tables(connection, execute_plugins=False)["item_field"].add_column(column, SQL_TYPES[kind])  # type: ignore[union-attr]
        self._database.execute(
            "INSERT INTO field (name, type, whole, stored, sql_column) VALUES (?, ?, ?, ?, ?)",
            (name, kind.value, whole, kind.value, column),
        )
        self._ledger.items_changed()
        return StoredField(Field(name, kind, whole), kind, column)

    def _fitted(self, there: StoredField, kind: FieldType, fraction: bool) -> StoredField:
        """The field made wide enough for values of this type."""
        wide = widest(there.stored, kind)
        shown = wide if there.field.type is there.stored else there.field.type
        whole = there.field.whole and not fraction
        if wide is there.stored and whole == there.field.whole:
            return there
        if wide is not there.stored:
            self._widen(there, wide)
        self._database.execute(
            "UPDATE field SET stored = ?, type = ?, whole = ? WHERE name = ?",
            (wide.value, shown.value, whole, there.field.name),
        )
        self._ledger.items_changed()
        return StoredField(Field(there.field.name, shown, whole), wide, there.sql_column)

    def _widen(self, there: StoredField, wide: FieldType) -> None:
        """Rewrite a field's stored values in a wider type. The column's declared type goes first: left as REAL it
        would turn the text 12 into a number again."""
        from sqlite_utils import Database as Tables

        column = there.quoted
        rows = self._database.rows(f"SELECT item_id, {column} FROM item_field WHERE {column} IS NOT NULL")
        if SQL_TYPES[wide] is not SQL_TYPES[there.stored]:
            with self._database.writing() as connection:
                table = Tables(connection, execute_plugins=False)["item_field"]
                table.transform(types={there.sql_column: SQL_TYPES[wide]})  # type: ignore[union-attr]
        for start in range(0, len(rows), _CHUNK_ROWS):
            part = rows[start : start + _CHUNK_ROWS]
            values = from_sql("", [value for _, value in part], there.stored)
            fresh = to_sql(converted(values, there.stored, wide), wide)
            pairs = ((value, item_id) for value, (item_id, _) in zip(fresh, part, strict=True))
            self._database.execute_many(f"UPDATE item_field SET {column} = ? WHERE item_id = ?", pairs)


def _has_fraction(values: pl.Series) -> bool:
    numbers = values.cast(pl.Float64)
    return bool(((numbers % 1) != 0).any())


def _free_column(name: str, taken: set[str]) -> str:
    """SQLite's names know no upper and lower case, and no NUL."""
    plain = name.replace("\0", "").strip() or "field"
    candidate, number = plain, 2
    while candidate.casefold() in taken:
        candidate, number = f"{plain} ({number})", number + 1
    return candidate
