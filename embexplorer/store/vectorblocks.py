"""The blocks in which vectors lie in the project file."""

from dataclasses import dataclass

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.store.blocks import checksum, pack_ids, unpack_ids
from embexplorer.store.database import Database

BLOCK_ROWS = 4_096


@dataclass(frozen=True)
class Block:
    """ids: int64, the items whose vectors it holds, in its order. digest: what the cache is told apart by."""

    id: int
    ids: np.ndarray
    digest: bytes


class VectorBlocks:
    """Reads and writes blocks; remembers the ids of those it has seen, since a block never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[int, Block] = {}
        self.damaged: dict[int, int] = {}  # block id -> rows, found while reading

    def write(self, space_id: int, ids: np.ndarray, matrix: np.ndarray) -> None:
        """One block, at most BLOCK_ROWS rows, inside a transaction."""
        packed, data = pack_ids(ids), np.ascontiguousarray(matrix, "<f4").tobytes()
        self._database.execute(
            "INSERT INTO vector_block (space_id, count, checksum, ids, data) VALUES (?, ?, ?, ?, ?)",
            (space_id, len(ids), checksum(packed, data), packed, data),
        )

    def of_space(self, space_id: int) -> list[Block]:
        """The blocks of a space that can be used, in the order in which they were written."""
        listed = self._database.rows(
            "SELECT id, count, damaged FROM vector_block WHERE space_id = ? ORDER BY id", (space_id,)
        )
        blocks = []
        for block_id, count, damaged in listed:
            if damaged:
                self.damaged[block_id] = count
            elif block_id not in self.damaged:
                block = self._block(block_id, count)
                blocks += [block] if block is not None else []
        return blocks

    def _block(self, block_id: int, count: int) -> Block | None:
        if block_id not in self._seen:
            try:
                row = self._database.row("SELECT ids, checksum FROM vector_block WHERE id = ?", (block_id,))
                ids = unpack_ids(row[0]) if row is not None else np.empty(0, np.int64)
            except (ValueError, EmbexError):
                ids = np.empty(0, np.int64)
                row = None
            if row is None or len(ids) != count:
                self.damaged[block_id] = count
                return None
            self._seen[block_id] = Block(block_id, ids, row[1])
        return self._seen[block_id]

    def matrix(self, block: Block, dims: int) -> np.ndarray | None:
        """float32 (n, dims), None where the block is damaged, which is then remembered."""
        try:
            row = self._database.row("SELECT checksum, ids, data FROM vector_block WHERE id = ?", (block.id,))
        except EmbexError:
            row = None
        if row is None or checksum(row[1], row[2]) != row[0] or len(row[2]) != len(block.ids) * dims * 4:
            self.damaged[block.id] = len(block.ids)
            return None
        return np.frombuffer(row[2], "<f4").reshape(len(block.ids), dims)
