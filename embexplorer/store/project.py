"""An open project: one file, its tables, and its folder in the cache."""

import shutil
import uuid
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.base.wording import size
from embexplorer.store import copies
from embexplorer.store.columns import Columns
from embexplorer.store.fields import Fields
from embexplorer.store.frame import Frames
from embexplorer.store.history import History
from embexplorer.store.items import Items
from embexplorer.store.jobs import Jobs
from embexplorer.store.ledger import Ledger
from embexplorer.store.maps import Maps
from embexplorer.store.meta import Meta
from embexplorer.store.opening import Opened, create, open_existing
from embexplorer.store.saved import Saved
from embexplorer.store.sources import Sources
from embexplorer.store.spaces import Spaces
from embexplorer.store.tags import Notes, Tags

_SPARE_BYTES = 64_000_000  # what a project needs beside the content itself: its log, indexes, a last change


class ProjectStore:
    """The one truth about a project. Thread-safe: many may read, one writes at a time.

    Changes that a user makes go through history.perform(); the tables' own verbs change without a record.
    """

    def __init__(self, opened: Opened) -> None:
        self._database = opened.database
        self._lock = opened.lock
        self.backup = opened.backup  # of the file before it was brought up to date, None where nothing was to do
        self._ledger = Ledger(opened.database)
        self.path = opened.database.path
        self.id = self._own_id()
        folder = self.cache_folder()
        self.meta: Meta = Meta(self._ledger)
        self.sources: Sources = Sources(self._ledger)
        self.fields: Fields = Fields(self._ledger)
        frames = Frames(self._ledger, self.fields, self.sources, folder)
        self.items: Items = Items(self._ledger, self.fields, self.sources, frames)
        self.spaces: Spaces = Spaces(self._ledger, frames, folder)
        self.columns: Columns = Columns(self._ledger)
        self.maps: Maps = Maps(self._ledger, self.columns)
        self.tags: Tags = Tags(self._ledger)
        self.notes: Notes = Notes(self._ledger)
        self.history: History = History(self, self._ledger)
        self.saved: Saved = Saved(self._ledger)
        self.jobs: Jobs = Jobs(self._ledger)

    @classmethod
    def create(cls, path: Path | str) -> "ProjectStore":
        """A new, empty project. Raises EmbexError where the file exists or cannot be made."""
        return cls(create(Path(path)))

    @classmethod
    def open(cls, path: Path | str, *, read_only: bool = False) -> "ProjectStore":
        """Open a project: for writing where that can be, else for reading, and then read_only_reason says why.

        Raises EmbexError where it is missing, empty, damaged, no project, or of a newer version.
        """
        return cls(open_existing(Path(path), read_only))

    def _own_id(self) -> str:
        kept = self._ledger.read("id")
        if not kept and self._database.writable:
            kept = str(uuid.uuid4())
            with self._ledger.transaction():
                self._ledger.write("id", kept)
                self._ledger.items_changed()
        return kept

    @property
    def read_only(self) -> bool:
        return not self._database.writable

    @property
    def read_only_reason(self) -> str:
        """One sentence, "" where the project can be changed."""
        return self._database.reason

    @property
    def change_count(self) -> int:
        """Grows with every committed change of content (not of the view state or of job records)."""
        return self._ledger.change_count

    def transaction(self) -> AbstractContextManager[None]:
        """Everything inside is committed together or not at all. Raises EmbexError in a read-only project."""
        return self._ledger.change()

    def cache_folder(self) -> Path:
        """Where what can be made again lies; may not exist yet, may be deleted at any moment."""
        return paths.cache_folder() / "projects" / self.id

    def free_space_check(self, needed_bytes: int) -> None:
        """Raises EmbexError where the project's disk has no room for this much more."""
        free = shutil.disk_usage(self.path.parent).free
        if free < needed_bytes + _SPARE_BYTES:
            raise EmbexError(
                f"The disk of {self.path.name} has {size(free)} free, but about "
                f"{size(needed_bytes + _SPARE_BYTES)} are needed.",
                "Free some space and try again.",
            )

    def save_copy(self, path: Path | str) -> None:
        """A complete, compact copy with an id of its own, also while work is running. Written beside, then put in
        place. Raises EmbexError where it cannot be written."""
        copies.save_copy(self._database, Path(path))

    def compact(self) -> None:
        """Give back the space of what was deleted. Needs as much free disk again for a while."""
        if self.read_only:
            raise EmbexError(f"The project {self.path.name} is open for reading only.", self.read_only_reason)
        self.free_space_check(self.path.stat().st_size)
        self.spaces.rewrite()
        self.maps.forget_deleted()
        with self._database.writer() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def check(self) -> tuple[Problem, ...]:
        """Read everything and say what is damaged: SQLite's own check, and the checksum of every block."""
        problems = list(copies.integrity_problems(self._database))
        problems += self.spaces.verify()
        problems += [
            Problem(f"column “{name}”", "A part of it is damaged in the project file.", "Compute it again.")
            for name in self.columns.damaged()
        ]
        return tuple(problems)

    def close(self) -> None:
        """Wait for what is being written, stop what is being read, leave one plain file."""
        self._database.close()
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> "ProjectStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
