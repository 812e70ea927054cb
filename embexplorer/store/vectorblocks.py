"""The blocks in which vectors lie in the project file, each written in one of the forms of its space.

A space is read in the form of its present codec. Blocks in other forms lie beside it: those of a form that is being
written, and those of the one before, so that keeping fewer digits can be undone until the file is compacted.
"""

from dataclasses import dataclass

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.data.precision import WHOLE, Codec
from embexplorer.data.vectors import SpaceInfo
from embexplorer.store.blocks import checksum, pack_ids, unpack_ids
from embexplorer.store.database import Database

BLOCK_ROWS = 4_096
PLAIN = 0  # the codec of float32


@dataclass(frozen=True)
class Block:
    """ids: int64, the items whose vectors it holds, in its order. digest: what the cache is told apart by."""

    id: int
    ids: np.ndarray
    digest: bytes
    codec: int = PLAIN


@dataclass(frozen=True)
class StoredCodec:
    """A codec of a space, with its number and the checksum that was kept with it."""

    id: int
    codec: Codec
    digest: bytes


class VectorBlocks:
    """Reads and writes blocks; remembers the ids of those it has seen, since a block never changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[int, Block] = {}
        self._codecs: dict[int, StoredCodec | None] = {}
        # a project of format 1 that may only be read stays as it is
        self.has_codecs = bool(database.rows("SELECT 1 FROM sqlite_master WHERE name = 'block_codec'"))
        self.damaged: dict[int, int] = {}  # block id -> rows, found while reading

    def write(self, space_id: int, ids: np.ndarray, rows: np.ndarray, codec: int = PLAIN) -> None:
        """One block, at most BLOCK_ROWS rows, inside a transaction. rows: uint8, as the codec writes them; float32 for
        the plain one."""
        plain = codec == PLAIN and rows.dtype != np.uint8
        packed, data = pack_ids(ids), np.ascontiguousarray(rows, "<f4" if plain else np.uint8).tobytes()
        self._database.execute(
            "INSERT INTO vector_block (space_id, count, checksum, ids, data) VALUES (?, ?, ?, ?, ?)",
            (space_id, len(ids), checksum(packed, data), packed, data),
        )
        if codec != PLAIN:
            self._database.execute("INSERT INTO block_codec VALUES (last_insert_rowid(), ?)", (codec,))

    def of_space(self, space_id: int, codec: int | None = None) -> list[Block]:
        """The blocks of a space that can be used, in the order in which they were written. codec: those in this form,
        in the present one for None."""
        wanted = self.present_codec(space_id) if codec is None else codec
        blocks = []
        for block_id, count, damaged, written_in in self._listed(space_id):
            if written_in != wanted:
                continue
            if damaged:
                self.damaged[block_id] = count
            elif block_id not in self.damaged:
                block = self._block(block_id, count, written_in)
                blocks += [block] if block is not None else []
        return blocks

    def present_codec(self, space_id: int) -> int:
        """The number of the codec that a space is read with."""
        if not self.has_codecs:
            return PLAIN
        row = self._database.row("SELECT codec FROM space WHERE id = ?", (space_id,))
        return int(row[0]) if row is not None else PLAIN

    def counts(self) -> dict[int, int]:
        """Of every space, how many rows its usable blocks in the present form hold."""
        if not self.has_codecs:
            found = self._database.rows("SELECT space_id, sum(count) FROM vector_block WHERE NOT damaged GROUP BY 1")
        else:
            found = self._database.rows(
                """SELECT b.space_id, sum(b.count) FROM vector_block b JOIN space s ON s.id = b.space_id
                LEFT JOIN block_codec c ON c.block_id = b.id
                WHERE NOT b.damaged AND coalesce(c.codec, 0) = s.codec GROUP BY 1"""
            )
        return {int(space): int(rows) for space, rows in found}

    def _listed(self, space_id: int) -> list[tuple[int, int, int, int]]:
        if not self.has_codecs:
            return self._database.rows(
                "SELECT id, count, damaged, 0 FROM vector_block WHERE space_id = ? ORDER BY id", (space_id,)
            )
        return self._database.rows(
            """SELECT id, count, damaged, coalesce(codec, 0) FROM vector_block LEFT JOIN block_codec ON block_id = id
            WHERE space_id = ? ORDER BY id""",
            (space_id,),
        )

    def _block(self, block_id: int, count: int, codec: int) -> Block | None:
        if block_id not in self._seen:
            stored = self.codec(codec) if codec != PLAIN else None
            try:
                row = self._database.row("SELECT ids, checksum FROM vector_block WHERE id = ?", (block_id,))
                ids = unpack_ids(row[0]) if row is not None else np.empty(0, np.int64)
            except (ValueError, EmbexError):
                ids = np.empty(0, np.int64)
                row = None
            if row is None or len(ids) != count or (codec != PLAIN and stored is None):
                self.damaged[block_id] = count
                return None
            digest = row[1] if stored is None else checksum(row[1], stored.digest)
            self._seen[block_id] = Block(block_id, ids, digest, codec)
        return self._seen[block_id]

    def codec(self, number: int) -> StoredCodec | None:
        """A codec other than the plain one; None where it is damaged or missing."""
        if number not in self._codecs:
            row = self._database.row("SELECT checksum, data FROM vector_codec WHERE id = ?", (number,))
            try:
                whole = row is not None and checksum(row[1]) == row[0]
                self._codecs[number] = StoredCodec(number, Codec.from_bytes(row[1]), row[0]) if row and whole else None
            except ValueError:
                self._codecs[number] = None
        return self._codecs[number]

    def forget_codecs(self) -> None:
        """Read codecs again when they are asked for: some were deleted."""
        self._codecs.clear()

    def codec_of(self, number: int, space: SpaceInfo) -> Codec:
        """Any codec of a space, the plain one too. Raises EmbexError where it is damaged."""
        if number == PLAIN:
            return Codec(WHOLE, space.dims, space.metric)
        stored = self.codec(number)
        if stored is None:
            raise EmbexError(
                f"How the vectors of “{space.name}” are written is damaged in the project file.",
                "Embed the items again into a new space, or go back to a backup.",
            )
        return stored.codec

    def add_codec(self, space_id: int, codec: Codec) -> int:
        """Keep a codec, inside a transaction; its number."""
        data = codec.to_bytes()
        row = self._database.execute(
            "INSERT INTO vector_codec (space_id, name, checksum, data) VALUES (?, ?, ?, ?) RETURNING id",
            (space_id, codec.form.name, checksum(data), data),
        ).fetchone()
        return int(row[0])

    def delete(self, block_id: int) -> None:
        """Inside a transaction."""
        self._database.execute("DELETE FROM vector_block WHERE id = ?", (block_id,))
        if self.has_codecs:
            self._database.execute("DELETE FROM block_codec WHERE block_id = ?", (block_id,))

    def codes(self, block: Block, row_bytes: int) -> np.ndarray | None:
        """uint8 (n, row_bytes), as written; None where the block is damaged, which is then remembered."""
        try:
            row = self._database.row("SELECT checksum, ids, data FROM vector_block WHERE id = ?", (block.id,))
        except EmbexError:
            row = None
        if row is None or checksum(row[1], row[2]) != row[0] or len(row[2]) != len(block.ids) * row_bytes:
            self.damaged[block.id] = len(block.ids)
            return None
        return np.frombuffer(row[2], np.uint8).reshape(len(block.ids), row_bytes)

    def matrix(self, block: Block, dims: int) -> np.ndarray | None:
        """float32 (n, dims), None where the block is damaged, which is then remembered."""
        stored = self.codec(block.codec) if block.codec != PLAIN else None
        codes = self.codes(block, dims * 4 if stored is None else stored.codec.row_bytes)
        if codes is None:
            return None
        return codes.view("<f4") if stored is None else stored.codec.decode(codes)
