"""The lock that tells a second window that a project is open. The system lets go of it when a process dies."""

import getpass
import json
import logging
import os
import socket
import sys
from io import FileIO
from pathlib import Path

_log = logging.getLogger(__name__)

_LOCKED_BYTE = 1 << 30  # beyond the content, because Windows lets nobody read a locked byte


class LockedByAnotherError(Exception):
    """owner: who has the project open, in words."""

    def __init__(self, owner: str) -> None:
        super().__init__(owner)
        self.owner = owner


def lock_path(project: Path) -> Path:
    return project.with_name(f".{project.name}.lock")


class ProjectLock:
    """Held from acquire() to release(). Raises LockedByAnotherError, or OSError where the folder is read-only."""

    def __init__(self, project: Path) -> None:
        self._path = lock_path(project)
        self._stream: FileIO | None = None

    def acquire(self) -> None:
        while True:
            # unbuffered: what a full disk refuses must not be tried again by close()
            stream = self._path.open("a+b", buffering=0)
            try:
                _lock_byte(stream)
            except BlockingIOError:
                owner = _owner_in(stream)
                stream.close()
                raise LockedByAnotherError(owner) from None
            except OSError:
                # a file system without locks: the project opens all the same
                _log.warning("the file system of %s has no locks", self._path)
            if _still_there(stream, self._path):
                break
            stream.close()  # its owner removed it between our open and our lock
        self._stream = stream
        try:
            stream.seek(0)
            stream.truncate()
            stream.write(json.dumps(_own_name()).encode())
        except OSError:  # a full disk: the lock itself holds, only its owner's name is missing
            _log.info("the owner of %s could not be written", self._path)

    def release(self) -> None:
        if self._stream is None:
            return
        if sys.platform == "win32":
            self._stream.close()
            self._path.unlink(missing_ok=True)
        else:
            # removed while still held, so that nobody locks a file that is about to go
            self._path.unlink(missing_ok=True)
            self._stream.close()
        self._stream = None


def _lock_byte(stream: FileIO) -> None:
    if sys.platform == "win32":
        import msvcrt

        stream.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
    else:
        import fcntl

        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def _still_there(stream: FileIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _own_name() -> dict[str, str | int]:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = "somebody"
    return {"user": user, "host": socket.gethostname(), "pid": os.getpid()}


def _owner_in(stream: FileIO) -> str:
    try:
        stream.seek(0)
        owner = json.loads(stream.readall())
        place = "on this computer" if owner["host"] == socket.gethostname() else f"on {owner['host']}"
        return f"{owner['user']} {place} (process {owner['pid']})"
    except (OSError, ValueError, KeyError, TypeError):
        return "another window"
