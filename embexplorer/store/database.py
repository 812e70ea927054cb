"""Connections to the project file: one that writes, under a lock, and one that reads for every thread."""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embexplorer.base.errors import EmbexError
from embexplorer.store.failures import in_words

_BUSY_TIMEOUT_S = 10.0

Parameters = Sequence[Any]
Row = tuple[Any, ...]


def connect(path: Path, options: str) -> sqlite3.Connection:
    """options: "mode=rw", "mode=ro" or "mode=ro&immutable=1". Transactions are ours, none begins by itself."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=_BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,  # the closing thread closes all; use is serialised by our locks
    )


class _Reader:
    """A thread's own connection for reading. The lock keeps close() from pulling it away under a running read."""

    def __init__(self, connection: sqlite3.Connection, thread: threading.Thread) -> None:
        self.connection = connection
        self.thread = thread
        self.lock = threading.RLock()


class Database:
    """The one door to SQLite. Thread-safe. Raises EmbexError for the world's failures (disk full, damage, ...).

    writer None: the project is read-only, and reason says why. read_options: how readers connect.
    """

    def __init__(self, path: Path, writer: sqlite3.Connection | None, read_options: str, reason: str = "") -> None:
        self.path = path
        self.reason = reason
        self._writer = writer
        self._read_options = read_options
        self._lock = threading.RLock()
        self._depth = 0
        self._owner = 0
        self._readers: dict[int, _Reader] = {}
        self._readers_lock = threading.Lock()
        self._closed = False
        self.before_commit: list[Callable[[], None]] = []
        self.after_end: list[Callable[[bool], None]] = []

    @property
    def writable(self) -> bool:
        return self._writer is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Inside another transaction of this thread it is a part that can fail by itself.

        Raises EmbexError in a read-only project, and where the world keeps it from being committed.
        """
        if self._closed:
            raise EmbexError(f"The project {self.path.name} is closed.", "Open it again.")
        if self._writer is None:
            raise EmbexError(f"The project {self.path.name} is open for reading only.", self.reason)
        with self._lock, self._in_words():
            if self._depth:
                with self._nested():
                    yield
            else:
                with self._outermost():
                    yield

    @contextmanager
    def _outermost(self) -> Iterator[None]:
        self._write("BEGIN IMMEDIATE")
        self._depth, self._owner = 1, threading.get_ident()
        committed = False
        try:
            yield
            for callback in self.before_commit:
                callback()
            self._write("COMMIT")
            committed = True
        finally:
            self._depth, self._owner = 0, 0
            # a full disk has rolled back already
            if not committed and self._writer is not None and self._writer.in_transaction:
                self._write("ROLLBACK")
            for ended in self.after_end:
                ended(committed)

    @contextmanager
    def _nested(self) -> Iterator[None]:
        name = f"part_{self._depth}"
        self._write(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            yield
        except BaseException:
            if self._writer is not None and self._writer.in_transaction:
                self._write(f"ROLLBACK TO {name}")
                self._write(f"RELEASE {name}")
            raise
        else:
            self._write(f"RELEASE {name}")
        finally:
            self._depth -= 1

    def _write(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        assert self._writer is not None
        return self._writer.execute(sql, parameters)

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Write one statement inside a transaction of this thread."""
        assert self._owner == threading.get_ident(), "writing needs a transaction"
        return self._write(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        assert self._owner == threading.get_ident(), "writing needs a transaction"
        assert self._writer is not None
        self._writer.executemany(sql, rows)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """All rows. Inside a transaction of this thread it sees what was written so far, else what is committed."""
        with self._in_words(), self._reading() as connection:
            return connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters = ()) -> Row | None:
        with self._in_words(), self._reading() as connection:
            found: Row | None = connection.execute(sql, parameters).fetchone()
            return found

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first value of the first row; the statement must give one."""
        found = self.row(sql, parameters)
        assert found is not None
        return found[0]

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection of this thread's transaction, for libraries that want one. They must not end it."""
        assert self._owner == threading.get_ident(), "writing needs a transaction"
        assert self._writer is not None
        yield self._writer

    @contextmanager
    def writer(self) -> Iterator[sqlite3.Connection]:
        """The writing connection, outside any transaction, for VACUUM and the like."""
        if self._writer is None:
            raise EmbexError(f"The project {self.path.name} is open for reading only.", self.reason)
        with self._lock, self._in_words():
            assert not self._depth, "not inside a transaction"
            yield self._writer

    @contextmanager
    def reader(self) -> Iterator[sqlite3.Connection]:
        """This thread's reading connection, for libraries that want one."""
        with self._in_words(), self._reading() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if self._writer is not None and self._owner == threading.get_ident():
            yield self._writer
            return
        reader = self._own_reader()
        with reader.lock:
            if self._closed:
                raise EmbexError(f"The project {self.path.name} is closed.", "Open it again.")
            yield reader.connection

    def _own_reader(self) -> _Reader:
        with self._readers_lock:
            if self._closed:
                raise EmbexError(f"The project {self.path.name} is closed.", "Open it again.")
            thread = threading.current_thread()
            reader = self._readers.get(threading.get_ident())
            if reader is not None and reader.thread is thread:
                return reader
            self._drop_dead_readers()
            reader = _Reader(connect(self.path, self._read_options), thread)
            self._readers[threading.get_ident()] = reader
            return reader

    def _drop_dead_readers(self) -> None:
        for ident, reader in list(self._readers.items()):
            if not reader.thread.is_alive():
                reader.connection.close()
                del self._readers[ident]

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            said = in_words(error, self.path)
            if said is None:
                raise
            raise said from error

    def close(self) -> None:
        """Wait for the transaction that runs, stop what is being read, and close all connections.

        Leaves one plain file: without a write-ahead log it opens in a read-only folder, and no copy of it can
        silently lack the last changes.
        """
        with self._lock:
            if self._closed:
                return
            self._close_readers()
            if self._writer is not None:
                self._close_writer(self._writer)
                self._writer = None

    def _close_readers(self) -> None:
        with self._readers_lock:
            self._closed = True
            for reader in self._readers.values():
                reader.connection.interrupt()
                with reader.lock:
                    reader.connection.close()
            self._readers.clear()

    def _close_writer(self, writer: sqlite3.Connection) -> None:
        try:
            writer.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error:
            pass  # a full disk or another reader: the log stays beside the file and is taken in at the next opening
        finally:
            writer.close()
