"""Search by words over titles and texts: SQLite's FTS5 ranks by BM25, a word in the title counting twice."""

import itertools
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from embexplorer.base.wordforms import indexed, looked_for, without_number
from embexplorer.data.wordquery import Words
from embexplorer.store.database import Database

_BM25 = "-bm25(item_text, 2.0, 1.0)"


@dataclass(frozen=True)
class Asked:
    """groups: an item fits that has all the words of any of them. but_not: and of none of these."""

    groups: tuple[tuple[Words, ...], ...]
    but_not: tuple[tuple[Words, ...], ...] = ()


def expression(asked: Asked) -> str:
    """For FTS5, whatever the words hold; "" where nothing can be looked for."""
    wanted = _any_of(asked.groups)
    unwanted = _any_of(asked.but_not)
    return f"({wanted}) NOT ({unwanted})" if wanted and unwanted else wanted


def _any_of(groups: Sequence[Sequence[Words]]) -> str:
    parts = (" AND ".join(filter(None, map(_one, group))) for group in groups)
    return " OR ".join(f"({part})" for part in parts if part)


def _one(words: Words) -> str:
    text, is_beginning = looked_for(words.text.replace("\0", " "))
    if not any(character.isalnum() or "\ue000" <= character <= "\uf8ff" for character in text):
        return ""
    star = "*" if words.begins or is_beginning else ""
    return '"' + text.replace('"', '""') + '"' + star


def match(
    database: Database, asked: Asked, limit: int, allowed: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """ids int64 and scores float64 (larger fits better: minus BM25), best first, at most limit.

    allowed: int64 ids of the items that may be found; None for all that are not in the trash. What may not be found is
    passed over before it is ranked, so a narrow filter loses nothing and costs less than none.
    """
    query = expression(asked)
    if not query or limit <= 0 or (allowed is not None and not len(allowed)):
        return np.empty(0, np.int64), np.empty(0)
    with database.reader() as connection:
        where = _passing(connection, allowed)
        sql = f"SELECT rowid, {_BM25} AS score FROM item_text WHERE item_text MATCH ?{where} ORDER BY score DESC, rowid"
        rows = connection.execute(f"{sql} LIMIT ?", (query, min(limit, 2**62))).fetchall()
    return np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.float64)


def matching_ids(database: Database, asked: Asked, allowed: np.ndarray | None = None) -> np.ndarray:
    """int64: all items that fit, ascending; as match, but unranked and so much quicker."""
    query = expression(asked)
    if not query or (allowed is not None and not len(allowed)):
        return np.empty(0, np.int64)
    with database.reader() as connection:
        where = _passing(connection, allowed)
        rows = connection.execute(f"SELECT rowid FROM item_text WHERE item_text MATCH ?{where}", (query,)).fetchall()
    return np.fromiter(itertools.chain.from_iterable(rows), np.int64, len(rows))


def _passing(connection: sqlite3.Connection, allowed: np.ndarray | None) -> str:
    """A condition on rowid; a look into a map of bytes takes SQLite a tenth of a microsecond."""
    if allowed is None:
        return " AND rowid NOT IN (SELECT id FROM item INDEXED BY item_trashed WHERE trashed)"
    ids = np.asarray(allowed, np.int64)
    low, high = int(ids.min()), int(ids.max())
    passes = np.zeros(high - low + 1, np.uint8)
    passes[ids - low] = 1
    connection.create_function("item_passes", 1, passes.tobytes().__getitem__)
    inside = f"rowid BETWEEN {low} AND {high}"  # twice: FTS5 reads only these, and the map is not asked beyond its ends
    return f" AND {inside} AND CASE WHEN {inside} THEN item_passes(rowid - {low}) END"


def frequencies(database: Database, words: Sequence[Words]) -> list[int]:
    """In how many items each of these occurs, in the trash too."""
    found = []
    with database.reader() as connection:
        for each in words:
            query = _one(each)
            sql = "SELECT count(*) FROM item_text WHERE item_text MATCH ?"
            found.append(connection.execute(sql, (query,)).fetchone()[0] if query else 0)
    return found


def add(database: Database, first: int) -> None:
    """Index the items from this id on, inside the caller's transaction."""
    with database.writing() as connection:
        index(connection, "id >= ?", (first,))


def forget_trashed(database: Database) -> None:
    """Take the items in the trash out of the index, inside the caller's transaction and before they are deleted."""
    with database.writing() as connection:
        rows = connection.execute("SELECT id, title, text FROM item WHERE trashed")
        _write(connection, "INSERT INTO item_text (item_text, rowid, title, text) VALUES ('delete', ?, ?, ?)", rows)


def renew(connection: sqlite3.Connection) -> None:
    """Index anew what version 1 of the project file held as it was written."""
    rows = connection.execute("SELECT id, title, text FROM item")
    changed = [row for row in rows if _title(row[1]) != row[1] or indexed(row[2]) != row[2]]
    connection.executemany("INSERT INTO item_text (item_text, rowid, title, text) VALUES ('delete', ?, ?, ?)", changed)
    _write(connection, "INSERT INTO item_text (rowid, title, text) VALUES (?, ?, ?)", changed)


def index(connection: sqlite3.Connection, where: str = "1", parameters: Sequence[int] = ()) -> None:
    """Index the items of a condition, none of which may be in the index yet."""
    rows = connection.execute(f"SELECT id, title, text FROM item WHERE {where}", parameters)
    _write(connection, "INSERT INTO item_text (rowid, title, text) VALUES (?, ?, ?)", rows)


def _write(connection: sqlite3.Connection, sql: str, rows: Iterable[tuple[int, str, str]]) -> None:
    connection.executemany(sql, ((item_id, _title(title), indexed(text)) for item_id, title, text in rows))


def _title(title: str) -> str:
    return indexed(without_number(title))
