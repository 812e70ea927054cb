"""How a project file is found fit to open: for writing, else for reading, else as a file that nothing can touch."""

import errno
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.store import schema
from embexplorer.store.database import Database, connect
from embexplorer.store.failures import in_words, is_damage, place_in_words, primary_code
from embexplorer.store.lock import LockedByAnotherError, ProjectLock
from embexplorer.store.migrations import migrate, refuse_newer, run, version_of

_READ, _FROZEN = "mode=ro", "mode=ro&immutable=1"
_ASKED = "It was opened for reading only."


@dataclass(frozen=True)
class Opened:
    database: Database
    lock: ProjectLock | None
    backup: Path | None = None  # of the project before it was brought up to date


def create(path: Path) -> Opened:
    """A new, empty project. Raises EmbexError where the file exists or cannot be made."""
    if _is_there(path):
        raise EmbexError(f"There is already a file {path.name} in {path.parent}.", "Choose another name.")
    if not path.parent.is_dir():
        raise EmbexError(f"There is no folder {path.parent}.", "Make the folder first, or choose another.")
    lock = ProjectLock(path)
    try:
        lock.acquire()
    except LockedByAnotherError as error:
        raise EmbexError(f"The project {path.name} is just being made by {error.owner}.") from error
    except OSError as error:
        raise place_in_words(error, path) from error
    try:
        return Opened(_new_database(path), lock)
    except BaseException as error:
        for suffix in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        lock.release()
        raise _said(error, path) from error


def open_existing(path: Path, read_only: bool) -> Opened:
    """Raises EmbexError: missing, a folder, empty, not a project, damaged, of a newer version."""
    _look(path)
    if read_only:
        return Opened(_for_reading(path, _ASKED), None)
    lock = ProjectLock(path)
    try:
        lock.acquire()
    except LockedByAnotherError as error:
        return Opened(_for_reading(path, f"It is already open in a window of {error.owner}."), None)
    except OSError as error:
        full = error.errno == errno.ENOSPC
        reason = "Its disk is full." if full else f"You may not write in the folder {path.parent}."
        return Opened(_for_reading(path, reason), None)
    try:
        if not os.access(path, os.W_OK):
            lock.release()
            return Opened(_for_reading(path, "You may not write to its file."), None)
        database, backup = _for_writing(path)
        return Opened(database, lock, backup)
    except BaseException as error:
        lock.release()
        if isinstance(error, sqlite3.Error) and primary_code(error) == sqlite3.SQLITE_FULL:
            return Opened(_for_reading(path, "Its disk is full."), None)
        raise _said(error, path) from error


def _look(path: Path) -> None:
    """What SQLite would report as one and the same error, told apart."""
    there = _is_there(path)
    if path.is_dir():
        raise EmbexError(f"{path.name} is a folder, not a project.", "Choose a file that ends in .embx.")
    if not there:
        raise EmbexError(f"There is no project {path.name} in {path.parent}.", "Check the name and the folder.")
    if not path.stat().st_size:
        raise EmbexError(f"{path.name} is empty: there is nothing in it.", "Choose another file or make a new project.")


def _is_there(path: Path) -> bool:
    """Raises EmbexError where that may not even be looked at."""
    try:
        return path.exists()
    except OSError as error:
        raise place_in_words(error, path) from error


def _new_database(path: Path) -> Database:
    connection = connect(path, "mode=rwc")
    try:
        connection.execute(f"PRAGMA page_size={schema.PAGE_BYTES}")
        connection.execute(f"PRAGMA application_id={schema.APPLICATION_ID}")
        connection.execute("BEGIN IMMEDIATE")
        run(connection, 0)
        connection.execute("COMMIT")
        connection = _prepared(connection, path)
    except BaseException:
        connection.close()
        raise
    return Database(path, connection, _READ)


def _for_writing(path: Path) -> tuple[Database, Path | None]:
    connection = connect(path, "mode=rw")
    try:
        _check(connection, path)
        backup = migrate(connection, path)
        connection = _prepared(connection, path)
    except BaseException:
        connection.close()
        raise
    return Database(path, connection, _READ), backup


def _for_reading(path: Path, reason: str) -> Database:
    """Read-only; where even the side files cannot be made, as a file that does not change."""
    options = _READ
    connection = connect(path, _READ)
    try:
        _check_readable(connection, path)
    except sqlite3.OperationalError as error:
        connection.close()
        if primary_code(error) not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise _said(error, path) from error
        options = _FROZEN
        connection = connect(path, _FROZEN)
        _check_frozen(connection, path)
        if path.with_name(path.name + "-wal").exists():
            reason += " Its last changes lie in a file beside it that cannot be read there."
    except sqlite3.Error as error:
        connection.close()
        raise _said(error, path) from error
    except EmbexError:
        connection.close()
        raise
    connection.close()
    return Database(path, None, options, reason)


def _check_frozen(connection: sqlite3.Connection, path: Path) -> None:
    try:
        _check_readable(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise _said(error, path) from error
    except EmbexError:
        connection.close()
        raise


def _check_readable(connection: sqlite3.Connection, path: Path) -> None:
    _check(connection, path)
    if not version_of(connection):  # who may write makes the tables now
        raise EmbexError(f"The project {path.name} is just being made, or its making was cut off.", "Open it again.")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """Raises EmbexError or sqlite3.Error unless this is a project that we can read."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
        raise EmbexError(f"{path.name} is a database, but not an embexplorer project.", "Choose another file.")
    refuse_newer(version_of(connection), path)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    if version_of(connection) == schema.VERSION and not tables.issuperset(schema.TABLES):
        raise EmbexError(
            f"The project {path.name} is damaged: tables are missing.",
            "Save what can be read into a copy (“Rescue a damaged project”), or go back to a backup.",
        )


def _prepared(connection: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """Write-ahead log, every commit safe on the disk; network drives that only claim to have one get a journal."""
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        _write_nothing(connection)
    except sqlite3.OperationalError as error:
        if primary_code(error) not in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL):
            raise
        connection.close()
        connection = connect(path, "mode=rw")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA journal_mode=DELETE")
        _write_nothing(connection)
    return connection


def _write_nothing(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE project SET value = value WHERE key = 'id'")
    connection.execute("COMMIT")


def _said(error: BaseException, path: Path) -> BaseException:
    if not isinstance(error, sqlite3.Error):
        return error
    if is_damage(error) and primary_code(error) == sqlite3.SQLITE_NOTADB:
        return EmbexError(f"{path.name} is not an embexplorer project.", "Choose a file that ends in .embx.")
    return in_words(error, path) or error
