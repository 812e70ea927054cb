"""Whole copies of a project, and what can be saved of a damaged one."""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Outcome, Problem
from embexplorer.base.wording import count
from embexplorer.store import schema, textsearch
from embexplorer.store.database import Database, connect
from embexplorer.store.failures import in_words
from embexplorer.store.fields import quoted
from embexplorer.store.migrations import run, version_of

_MOST_REPORTED = 20


def save_copy(database: Database, target: Path) -> None:
    """VACUUM INTO a file beside the target, then replace. Raises EmbexError."""
    if target.exists() and target.samefile(database.path):
        raise EmbexError("A project cannot be copied onto itself.", "Choose another name.")
    beside = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        with database.reader() as connection:
            connection.execute("VACUUM INTO ?", (str(beside),))
        with closing(connect(beside, "mode=rw")) as copy:
            copy.execute("UPDATE project SET value = ? WHERE key = 'id'", (str(uuid.uuid4()),))
        beside.replace(target)
    except sqlite3.Error as error:
        raise in_words(error, target) or error from error
    except OSError as error:
        raise EmbexError(f"The copy {target.name} could not be written to {target.parent}.") from error
    finally:
        beside.unlink(missing_ok=True)


def integrity_problems(database: Database) -> tuple[Problem, ...]:
    """What SQLite itself finds wrong with the file."""
    try:
        rows = database.rows(f"PRAGMA integrity_check({_MOST_REPORTED})")
    except EmbexError as error:
        return (Problem(database.path.name, error.text, error.hint),)
    hint = "Save what can be read into a copy (“Rescue a damaged project”), or go back to a backup."
    return tuple(Problem(database.path.name, f"The file is damaged: {row[0]}.", hint) for row in rows if row[0] != "ok")


def salvage(path: Path, copy_path: Path) -> Outcome:
    """Save what can be read of a damaged project into a new file; the damaged one is not touched.

    Outcome.value: how many rows were saved, by table. Outcome.problems: the tables that were not read to their end.
    Raises EmbexError where nothing at all can be read or the copy cannot be written.
    """
    if copy_path.exists():
        raise EmbexError(f"There is already a file {copy_path.name}.", "Choose another name for the copy.")
    saved: dict[str, int] = {}
    problems: list[Problem] = []
    try:
        with closing(connect(path, "mode=ro")) as damaged, closing(connect(copy_path, "mode=rwc")) as copy:
            _prepare(copy)
            for table in _tables_of(damaged):
                saved[table] = _save_table(damaged, copy, table, problems)
            textsearch.index(copy)
            copy.execute("INSERT OR REPLACE INTO project VALUES ('id', ?)", (str(uuid.uuid4()),))
            copy.execute("COMMIT")
    except sqlite3.Error as error:
        copy_path.unlink(missing_ok=True)
        raise in_words(error, copy_path) or error from error
    if not any(saved.values()):
        copy_path.unlink(missing_ok=True)
        raise EmbexError(f"Nothing in {path.name} can be read any more.", "Go back to a backup.")
    text = f"{count(saved['item'], 'item')} saved into {copy_path.name}"
    return Outcome(text, problems=tuple(problems), value=saved)


def _tables_of(damaged: sqlite3.Connection) -> list[str]:
    """The tables that a project of its format has, all where its format cannot be read any more."""
    try:
        version = version_of(damaged) or schema.VERSION
    except sqlite3.DatabaseError:
        version = schema.VERSION
    return [table for table in schema.TABLES if schema.SINCE.get(table, 1) <= version]


def _prepare(copy: sqlite3.Connection) -> None:
    copy.execute(f"PRAGMA page_size={schema.PAGE_BYTES}")
    copy.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
    copy.execute("BEGIN IMMEDIATE")
    run(copy, 0)


def _save_table(damaged: sqlite3.Connection, copy: sqlite3.Connection, table: str, problems: list[Problem]) -> int:
    """Copy the rows of a table, going on behind what cannot be read. Returns how many."""
    from sqlite_utils import Database as Tables

    try:
        names = [row[1] for row in damaged.execute(f'PRAGMA table_info("{table}")')]
    except sqlite3.DatabaseError:
        names = []
    if not names:
        problems.append(Problem(table, "This part of the project cannot be read at all."))
        return 0
    target = Tables(copy, execute_plugins=False)[table]
    for name in names:
        if name not in target.columns_dict:
            copy.execute(f'ALTER TABLE "{table}" ADD COLUMN {quoted(name)}')
    columns = ", ".join(map(quoted, names))
    marks = ", ".join("?" * len(names))
    number = 0
    for row in _readable_rows(damaged, table, columns, problems):
        copy.execute(f'INSERT OR IGNORE INTO "{table}" ({columns}) VALUES ({marks})', row)
        number += 1
    return number


def _readable_rows(
    damaged: sqlite3.Connection, table: str, columns: str, problems: list[Problem]
) -> Iterator[tuple[object, ...]]:
    """Rows from the front until something cannot be read, then from the back until there."""
    by_rowid = table not in schema.WITHOUT_ROWID
    last = None
    try:
        for row in damaged.execute(f'SELECT {"rowid" if by_rowid else "0"}, {columns} FROM "{table}"'):
            last = row[0]
            yield row[1:]
        return
    except sqlite3.DatabaseError:
        problems.append(Problem(table, "This part of the project could only be read in part."))
    if by_rowid:
        behind = f'SELECT {columns} FROM "{table}" WHERE rowid > ? ORDER BY rowid DESC'
        with suppress(sqlite3.DatabaseError):
            yield from damaged.execute(behind, (last or 0,))
