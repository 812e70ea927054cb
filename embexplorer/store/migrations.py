"""From any earlier schema to the present one: one function a version, all in one transaction, with a backup first."""

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from embexplorer.base.errors import EmbexError
from embexplorer.store import schema, textsearch

Migration = Callable[[sqlite3.Connection], None]


def _to_2(connection: sqlite3.Connection) -> None:
    """Spaces may be kept in fewer bytes; words are found in scripts without blanks between them."""
    for table in (table for table, version in schema.SINCE.items() if version == 2):
        connection.execute(schema.table_statement(table))
    connection.execute("ALTER TABLE space ADD COLUMN codec INTEGER NOT NULL DEFAULT 0")
    textsearch.renew(connection)


# version -> how a project of the version before becomes one of it; an empty file is given the newest at once.
MIGRATIONS: dict[int, Migration] = {2: _to_2}


def version_of(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def refuse_newer(version: int, path: Path, newest: int = schema.VERSION) -> None:
    """Raises EmbexError where a newer embexplorer has written the project."""
    if version > newest:
        raise EmbexError(
            f"The project {path.name} was made by a newer version of embexplorer (format {version}, "
            f"this one reads up to {newest}).",
            "Install the newest version to open it; the file was not touched.",
        )


def migrate(connection: sqlite3.Connection, path: Path, steps: Mapping[int, Migration] = MIGRATIONS) -> Path | None:
    """Bring an existing project up to the newest of the steps. Returns the backup, None where nothing was to do.

    Raises EmbexError or sqlite3.Error, and then the project is as it was.
    """
    version, newest = version_of(connection), max(steps)
    if version >= newest:
        return None
    backup = _backup(connection, path, version) if version else None  # cut off while it was made: nothing in it yet
    connection.execute("BEGIN IMMEDIATE")
    try:
        run(connection, version, steps)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return backup


def run(connection: sqlite3.Connection, version: int, steps: Mapping[int, Migration] = MIGRATIONS) -> None:
    """The steps after a version, inside the caller's transaction; version 0 is an empty file."""
    if not version:
        for statement in schema.statements():
            connection.execute(statement)
        version = schema.VERSION
        connection.execute(f"PRAGMA user_version={version}")
    for number in range(version + 1, max(steps) + 1):
        steps[number](connection)
        connection.execute(f"PRAGMA user_version={number}")


def _backup(connection: sqlite3.Connection, path: Path, version: int) -> Path:
    backup = path.with_name(f"{path.stem}.format-{version}-backup{path.suffix}")
    number = 2
    while backup.exists():
        backup = path.with_name(f"{path.stem}.format-{version}-backup-{number}{path.suffix}")
        number += 1
    connection.execute("VACUUM INTO ?", (str(backup),))
    return backup
