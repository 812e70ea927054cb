"""SQLite's errors in words."""

import errno
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


def place_in_words(error: OSError, path: Path) -> EmbexError:
    """Why nothing can be made, or even looked at, where the project is meant to be."""
    folder = path.parent
    if error.errno == errno.ENAMETOOLONG:
        return EmbexError(f"The name {path.name[:40]}… is too long for this system.", "Choose a shorter one.")
    if error.errno == errno.ENOSPC:
        return EmbexError(f"The disk that holds {folder} is full.", "Free some space and try again.")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return EmbexError(f"You have no permission to use the folder {folder}.", "Choose another folder.")
    return EmbexError(f"The folder {folder} cannot be used: {error.strerror or error}.", "Choose another folder.")


def in_words(error: sqlite3.Error, path: Path) -> EmbexError | None:
    """What the world did to the project, or None where the error is a bug of ours."""
    name, code = path.name, primary_code(error)
    if code in _DAMAGED:
        return EmbexError(
            f"The project {name} is damaged: part of it cannot be read.",
            "Save what can be read into a copy (“Rescue a damaged project”), or go back to a backup.",
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
