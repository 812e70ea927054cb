"""SQLite's errors in words."""

import sqlite3
from pathlib import Path

from embexplorer.base.errors import EmbexError

_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its details, 0 where Python itself raised."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def is_damage(error: sqlite3.Error) -> bool:
    return primary_code(error) in _DAMAGED


def in_words(error: sqlite3.Error, path: Path) -> EmbexError | None:
    """What the world did to the project, or None where the error is a bug of ours."""
    name, code = path.name, primary_code(error)
    if code in _DAMAGED:
        return EmbexError(
            f"The project {name} is damaged: part of it cannot be read.",
            "Save what can be read into a copy, or go back to a backup.",
        )
    return {
        sqlite3.SQLITE_FULL: EmbexError(
            f"The disk is full, so the last change could not be saved to {name}.",
            "Free some space and try again; everything that was saved before is there.",
        ),
        sqlite3.SQLITE_READONLY: EmbexError(
            f"The project {name} cannot be changed, because its file or folder is read-only.",
            "Save a copy of it somewhere else and change that.",
        ),
        sqlite3.SQLITE_BUSY: EmbexError(
            f"Another program is using the project {name}.", "Close it there and try again."
        ),
        sqlite3.SQLITE_IOERR: EmbexError(
            f"The disk that holds {name} could not be read or written.",
            "Check that the disk is connected and has space, then open the project again.",
        ),
        sqlite3.SQLITE_CANTOPEN: EmbexError(
            f"The project {name} can no longer be opened.", "Check that it is still there and that you may read it."
        ),
        sqlite3.SQLITE_PERM: EmbexError(f"You may not open the project {name}.", "Ask its owner for permission."),
        sqlite3.SQLITE_INTERRUPT: EmbexError(f"The project {name} was closed meanwhile.", "Open it again."),
    }.get(code)
