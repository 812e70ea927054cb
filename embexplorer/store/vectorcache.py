"""A space's vectors as one memory-mapped file in the cache folder, because SQLite cannot be mapped.

The file holds the rows of all usable blocks, ascending by item id, without a header. New blocks are appended while
their ids come after all others; otherwise, and where anything else changed, it is written anew under another name,
since a file that is mapped somewhere cannot be replaced on Windows.
"""

import itertools
import json
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embexplorer.store.vectorblocks import Block, VectorBlocks

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mapped:
    """ids: int64 ascending. matrix: float32 (n, dims), read-only."""

    ids: np.ndarray
    matrix: np.ndarray


@dataclass(frozen=True)
class _Stamp:
    """What the file holds: the digests of the blocks in their order, and the file's name and rows."""

    blocks: tuple[str, ...]
    file: str
    rows: int


class VectorCache:
    """One for each space. Not thread-safe: its owner holds a lock."""

    def __init__(self, folder: Path, space_id: int, dims: int, blocks: VectorBlocks) -> None:
        self._folder = folder
        self._name = f"vectors-{space_id}"
        self._dims = dims
        self._blocks = blocks
        self._open: tuple[tuple[str, ...], Mapped] | None = None

    def mapped(self, blocks: Sequence[Block]) -> Mapped:
        """The vectors of these blocks, without those that turn out to be damaged."""
        wanted = tuple(block.digest.hex() for block in blocks)
        if self._open is not None and self._open[0] == wanted:
            return self._open[1]
        try:
            stamp = self._on_disk(blocks, wanted)
        except OSError as error:  # no cache is no loss but of memory
            _log.warning("the vectors cannot be laid out in %s and are held in memory: %s", self._folder, error)
            mapped = self._in_memory(blocks)
            usable = [block for block in blocks if block.id not in self._blocks.damaged]
        else:
            usable = [block for block in blocks if block.id not in self._blocks.damaged]
            mapped = self._map(stamp, usable)
        self._open = (tuple(block.digest.hex() for block in usable), mapped)
        return mapped

    def _on_disk(self, blocks: Sequence[Block], wanted: tuple[str, ...]) -> _Stamp:
        """The file that holds these blocks, made or added to where it does not yet. Raises OSError."""
        stamp = self._stamp()
        if stamp is None or not self._fits(stamp, wanted, blocks):
            return self._written(blocks, "", 0)
        if len(wanted) > len(stamp.blocks):
            return self._written(blocks[len(stamp.blocks) :], stamp.file, stamp.rows, stamp.blocks)
        return stamp

    def _in_memory(self, blocks: Sequence[Block]) -> Mapped:
        found = [(block.ids, self._blocks.matrix(block, self._dims)) for block in blocks]
        whole = [(ids, matrix) for ids, matrix in found if matrix is not None]
        if not whole:
            return Mapped(np.empty(0, np.int64), np.empty((0, self._dims), np.float32))
        ids = np.concatenate([ids for ids, _ in whole])
        order = np.argsort(ids, kind="stable")
        matrix = np.concatenate([matrix for _, matrix in whole])[order]
        matrix.setflags(write=False)
        return Mapped(ids[order], matrix)

    def _fits(self, stamp: _Stamp, wanted: tuple[str, ...], blocks: Sequence[Block]) -> bool:
        """Whether the file is the beginning of what is wanted, and the rest comes after it."""
        known = len(stamp.blocks)
        if stamp.blocks != wanted[:known]:
            return False
        ids = [block.ids for block in blocks if len(block.ids)]
        return known == len(wanted) or _ascending(ids)

    def _stamp(self) -> _Stamp | None:
        try:
            raw = json.loads((self._folder / f"{self._name}.json").read_text(encoding="utf-8"))
            stamp = _Stamp(tuple(raw["blocks"]), str(raw["file"]), int(raw["rows"]))
            size = (self._folder / stamp.file).stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return stamp if size >= stamp.rows * self._dims * 4 else None

    def _written(self, fresh: Sequence[Block], file: str, rows: int, known: tuple[str, ...] = ()) -> _Stamp:
        """Append to the file, or write a new one where file is "". Raises OSError where the disk is full."""
        name = file or f"{self._name}-{secrets.token_hex(4)}.f4"
        path = self._folder / name
        self._folder.mkdir(parents=True, exist_ok=True)
        # room for all rows at once; what a damaged block leaves out is cut off below
        with path.open("r+b" if file else "w+b") as stream:
            stream.truncate((rows + sum(len(block.ids) for block in fresh)) * self._dims * 4)
        done = self._fill(path, fresh, rows)
        stamp = _Stamp((*known, *(block.digest.hex() for block in done)), name, rows + sum(map(_rows, done)))
        self._keep(stamp)
        return stamp

    def _fill(self, path: Path, fresh: Sequence[Block], first: int) -> list[Block]:
        """Write the rows of the blocks where they belong in the order of ids. Returns the blocks that were whole."""
        if _ascending([block.ids for block in fresh if len(block.ids)]):
            return self._fill_in_order(path, fresh, first)
        whole = [block for block in fresh if self._blocks.matrix(block, self._dims) is not None]
        total = sum(map(_rows, whole))
        target = np.memmap(path, np.float32, "r+", first * self._dims * 4, (total, self._dims))
        places = np.empty(total, np.int64)
        places[np.argsort(np.concatenate([block.ids for block in whole]), kind="stable")] = np.arange(total)
        start = 0
        for block in whole:
            matrix = self._blocks.matrix(block, self._dims)
            if matrix is not None:
                target[places[start : start + len(block.ids)]] = matrix
                start += len(block.ids)
        target.flush()
        return whole

    def _fill_in_order(self, path: Path, fresh: Sequence[Block], first: int) -> list[Block]:
        done: list[Block] = []
        with path.open("r+b") as stream:
            stream.seek(first * self._dims * 4)
            for block in fresh:
                matrix = self._blocks.matrix(block, self._dims)
                if matrix is not None:
                    stream.write(matrix.data)
                    done.append(block)
        return done

    def _keep(self, stamp: _Stamp) -> None:
        beside = self._folder / f"{self._name}.json.new"
        beside.write_text(json.dumps(stamp.__dict__), encoding="utf-8")
        beside.replace(self._folder / f"{self._name}.json")
        for old in self._folder.glob(f"{self._name}-*.f4"):
            if old.name != stamp.file:
                _remove(old)

    def _map(self, stamp: _Stamp, blocks: Sequence[Block]) -> Mapped:
        ids = np.sort(np.concatenate([block.ids for block in blocks])) if blocks else np.empty(0, np.int64)
        if not len(ids):
            return Mapped(np.empty(0, np.int64), np.empty((0, self._dims), np.float32))
        path = self._folder / stamp.file
        matrix = np.memmap(path, np.float32, "r", shape=(len(ids), self._dims))
        return Mapped(ids, matrix.view(np.ndarray))


def _rows(block: Block) -> int:
    return len(block.ids)


def _ascending(runs: Sequence[np.ndarray]) -> bool:
    inside = all((np.diff(ids) > 0).all() for ids in runs)
    return inside and all(before[-1] < after[0] for before, after in itertools.pairwise(runs))


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        _log.info("%s is still mapped and will be removed later", path)
