"""Spaces: what each embedding is, its vectors in blocks, and which items could not be embedded."""

import logging
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Problem
from embexplorer.base.wording import count as counted
from embexplorer.data.precision import WHOLE
from embexplorer.data.vectors import Metric, SpaceInfo, Vectors
from embexplorer.store.frame import Frames
from embexplorer.store.ledger import Ledger
from embexplorer.store.spaceforms import SpaceForms
from embexplorer.store.vectorblocks import BLOCK_ROWS, Block, VectorBlocks
from embexplorer.store.vectorcache import VectorCache

_log = logging.getLogger(__name__)

_COLUMNS = "id, name, model, dims, metric, kind, precision, checksum, prompt, granted"


class Spaces:
    def __init__(self, ledger: Ledger, frames: Frames, folder: Path) -> None:
        self._ledger = ledger
        self._database = ledger.database
        self._frames = frames
        self._folder = folder
        self._blocks = VectorBlocks(ledger.database)
        self.forms = SpaceForms(ledger, self._blocks)
        self._caches: dict[int, VectorCache] = {}
        self._live: dict[int, tuple[np.ndarray, Vectors]] = {}  # the matrix of all items, and its live rows
        self._recorded: set[int] = set()  # damaged blocks that are marked in the file
        self._lock = threading.RLock()

    def create(
        self,
        name: str,
        model: str,
        dims: int,
        metric: Metric,
        kind: str,
        precision: str = "",
        checksum: str = "",
        prompt: str = "",
        granted: str = "",
    ) -> SpaceInfo:
        """A new, empty space. Raises EmbexError where the name is taken or empty."""
        if not name.strip() or name in {space.name for space in self.all()}:
            raise EmbexError(f"A space cannot be called “{name}”.", "Choose a name that no other space has.")
        with self._ledger.change():
            row = self._database.execute(
                """INSERT INTO space (name, model, dims, metric, kind, precision, checksum, prompt, granted)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
                (name, model, int(dims), metric, str(kind), precision, checksum, prompt, granted),
            ).fetchone()
        return self.get(int(row[0]))

    def all(self) -> tuple[SpaceInfo, ...]:
        """In the order in which they were made."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM space ORDER BY id")
        counts, kept = self._blocks.counts(), self.forms.kept()
        known = (SpaceInfo(*row) for row in rows)
        return tuple(
            replace(space, count=counts.get(space.id, 0), kept=kept.get(space.id, WHOLE.name)) for space in known
        )

    def get(self, name_or_id: str | int) -> SpaceInfo:
        """Raises EmbexError where there is none."""
        for space in self.all():
            if name_or_id in (space.name, space.id):
                return space
        raise EmbexError(f"There is no space “{name_or_id}” in this project.", "Check its name.")

    def append(self, space_id: int, ids: np.ndarray, matrix: np.ndarray) -> None:
        """Add vectors, committed in blocks of at most 4,096 rows (one transaction for all inside another one).

        ids: int64 (n,), items without a vector in this space. matrix: (n, dims) of usable rows, written in the form
        that the space is kept in; rows of a cosine space have length 1. Raises EmbexError where the width does not fit,
        ValueError for what a caller must not do: other shapes, unusable rows, ids that have a vector or come twice.
        """
        space = self.get(space_id)
        wide = np.asarray(matrix)
        if wide.ndim != 2 or len(wide) != len(ids):
            raise ValueError(f"{len(ids)} ids do not go with vectors of shape {wide.shape}")
        if wide.shape[1] != space.dims:
            raise EmbexError(
                f"Vectors of {wide.shape[1]} dimensions do not fit into the space “{space.name}” of {space.dims}.",
                "Put them into a space of their own.",
            )
        codec = self._blocks.present_codec(space_id)
        write = self._blocks.codec_of(codec, space).encode
        order = np.argsort(ids, kind="stable")
        ordered = np.asarray(ids, np.int64)[order]
        if (np.diff(ordered) == 0).any() or np.isin(ordered, self._stored_ids(space_id)).any():
            raise ValueError("an item has a vector in this space already")
        for start in range(0, len(ordered), BLOCK_ROWS):
            rows = order[start : start + BLOCK_ROWS]
            part = np.asarray(wide[rows], np.float32)
            if not np.isfinite(part).all():
                raise ValueError("a vector is not finite")
            self._append_block(space_id, ordered[start : start + BLOCK_ROWS], write(part), codec)

    def _append_block(self, space_id: int, ids: np.ndarray, rows: np.ndarray, codec: int) -> None:
        with self._ledger.change():
            self._blocks.write(space_id, ids, rows, codec)
            self._forgive(space_id, ids)

    def _forgive(self, space_id: int, ids: np.ndarray) -> None:
        """A vector makes an earlier failure of the item void."""
        if self._database.row("SELECT 1 FROM embedding_failure WHERE space_id = ? LIMIT 1", (space_id,)) is None:
            return
        pairs = [(space_id, item_id) for item_id in ids.tolist()]
        self._database.execute_many("DELETE FROM embedding_failure WHERE space_id = ? AND item_id = ?", pairs)

    def _stored_ids(self, space_id: int) -> np.ndarray:
        ids = [block.ids for block in self._blocks.of_space(space_id)]
        return np.concatenate(ids) if ids else np.empty(0, np.int64)

    def pending(self, space_id: int) -> np.ndarray:
        """int64, ascending: the live items of the space's kind with neither a vector nor a recorded failure."""
        space = self.get(space_id)
        with self._lock:
            stored = self._stored_ids(space_id)
        rows = self._database.rows(
            """SELECT id FROM item WHERE kind = ? AND NOT trashed AND id NOT IN
            (SELECT item_id FROM embedding_failure WHERE space_id = ?) ORDER BY id""",
            (space.kind, space_id),
        )
        return np.setdiff1d(np.array([row[0] for row in rows], np.int64), stored)

    def fail(self, space_id: int, failures: Iterable[tuple[int, str]]) -> None:
        """Record why items could not be embedded; they are not pending any more."""
        rows = [(space_id, int(item_id), reason) for item_id, reason in failures]
        with self._ledger.change():
            self._database.execute_many("INSERT OR REPLACE INTO embedding_failure VALUES (?, ?, ?)", rows)

    def failures(self, space_id: int) -> tuple[tuple[int, str], ...]:
        """(item id, reason) of the live items, ascending."""
        rows = self._database.rows(
            """SELECT item_id, reason FROM embedding_failure JOIN item ON item.id = item_id
            WHERE space_id = ? AND NOT trashed ORDER BY item_id""",
            (space_id,),
        )
        return tuple((int(item_id), str(reason)) for item_id, reason in rows)

    def retry(self, space_id: int) -> None:
        """Forget the failures of a space, so that its items are pending again."""
        with self._ledger.change():
            self._database.execute("DELETE FROM embedding_failure WHERE space_id = ?", (space_id,))

    def vectors(self, space_id: int, *, trashed: bool = False) -> Vectors:
        """The vectors of the live items, ascending by id, memory-mapped from the cache. Blocks are verified when they
        are read for the first time; the items of a damaged one are left out, reported by damaged() and pending.

        trashed: those of all items that ever were, which are mapped in any case; the live ones alone are a copy where
        something is in the trash."""
        space = self.get(space_id)
        with self._lock:
            if space_id not in self._caches:
                self._caches[space_id] = VectorCache(self._folder, space_id, space.dims, self._blocks)
            before = len(self._blocks.damaged)
            mapped = self._caches[space_id].mapped(self._blocks.of_space(space_id))
            if len(self._blocks.damaged) > before:
                self._record_damage()
                # a block that fell out in the middle changes the rows of all that follow
                mapped = self._caches[space_id].mapped(self._blocks.of_space(space_id))
            everything = Vectors(mapped.ids, mapped.matrix)
            return everything if trashed else self._living(space_id, everything)

    def _living(self, space_id: int, everything: Vectors) -> Vectors:
        live = np.isin(everything.ids, self._frames.ids(), assume_unique=True)
        if live.all():
            return everything
        ids = everything.ids[live]
        kept = self._live.get(space_id)
        if kept is None or kept[0] is not everything.matrix or not np.array_equal(kept[1].ids, ids):
            kept = self._live[space_id] = (everything.matrix, Vectors(ids, everything.matrix[live]))
        return kept[1]

    def _record_damage(self) -> None:
        fresh = [(number,) for number in self._blocks.damaged if number not in self._recorded]
        if not fresh or not self._database.writable:
            return
        try:
            with self._ledger.change():
                self._database.execute_many("UPDATE vector_block SET damaged = 1 WHERE id = ?", fresh)
        except EmbexError:
            _log.warning("damaged blocks could not be marked", exc_info=True)  # found again the next time
            return
        self._recorded.update(number for (number,) in fresh)

    def damaged(self, space_id: int) -> tuple[Problem, ...]:
        """A Problem for each damaged block that was found so far."""
        space = self.get(space_id)
        with self._lock:
            self._blocks.of_space(space_id)
            rows = self._database.rows("SELECT id, count FROM vector_block WHERE space_id = ?", (space_id,))
            found = [(number, size) for number, size in rows if number in self._blocks.damaged]
        return tuple(
            Problem(
                f"space “{space.name}”",
                f"The vectors of {counted(size, 'item')} are damaged in the project file.",
                "Embed again: only these items are missing.",
            )
            for _, size in found
        )

    def verify(self) -> tuple[Problem, ...]:
        """Read every block of every space; a Problem for each that is damaged."""
        problems: list[Problem] = []
        for space in self.all():
            with self._lock:
                for block in self._blocks.of_space(space.id):
                    self._blocks.matrix(block, space.dims)
                self._record_damage()
            problems.extend(self.damaged(space.id))
        return tuple(problems)

    def count(self, space_id: int) -> int:
        """How many live items have a vector in the space."""
        with self._lock:
            return int(np.isin(self._stored_ids(space_id), self._frames.ids(), assume_unique=True).sum())

    def rewrite(self) -> None:
        """Write every block anew without vectors of items that are gone for good, and without damaged blocks and those
        in forms that no space is kept in any more: what was kept in fewer digits can no longer be undone."""
        existing = np.array([row[0] for row in self._database.rows("SELECT id FROM item")], np.int64)
        for space in self.all():
            with self._lock, self._ledger.change():
                for block in self._blocks.of_space(space.id):
                    self._rewrite_block(space, block, existing)
                self._database.execute("DELETE FROM vector_block WHERE space_id = ? AND damaged", (space.id,))
        with self._lock:
            self.forms.forget_others()

    def _rewrite_block(self, space: SpaceInfo, block: Block, existing: np.ndarray) -> None:
        keep = np.isin(block.ids, existing, assume_unique=True)
        if keep.all():
            return
        rows = self._blocks.codes(block, self._blocks.codec_of(block.codec, space).row_bytes)
        if rows is None:
            return
        if keep.any():
            self._blocks.write(space.id, block.ids[keep], rows[keep], block.codec)
        self._blocks.delete(block.id)
