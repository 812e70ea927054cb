"""The forms that spaces are kept in: another one is written beside the present one, block by block, then taken.

Until it is taken nothing has changed, and what was written of it is gone on with the next time. Taking it is one small
write, and so is going back, as long as the blocks of the form before are still there: until the file is compacted.
"""

from dataclasses import dataclass

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.data.precision import WHOLE, Codec
from embexplorer.data.vectors import SpaceInfo
from embexplorer.store.ledger import Ledger
from embexplorer.store.vectorblocks import PLAIN, Block, VectorBlocks

KEEP_FORM = "keep form"  # the kind of change, see changes.py


@dataclass(frozen=True, eq=False)
class Lacking:
    """rows: bool, those of the block that are not written in another form."""

    block: Block
    rows: np.ndarray


class SpaceForms:
    def __init__(self, ledger: Ledger, blocks: VectorBlocks) -> None:
        self._ledger = ledger
        self._database = ledger.database
        self._blocks = blocks

    def kept(self) -> dict[int, str]:
        """The names of the forms of the spaces that are not kept in float32, by the space's id."""
        if not self._blocks.has_codecs:
            return {}
        rows = self._database.rows("SELECT s.id, c.name FROM space s JOIN vector_codec c ON c.id = s.codec")
        return {int(space): str(name) for space, name in rows}

    def written(self, space: SpaceInfo) -> dict[str, int]:
        """The forms that all vectors of a space are there in, the present one too, and the numbers of their codecs.
        float32 as long as any are, since it is never begun with again and the others came after it was left."""
        present = self._ids(space.id, self._blocks.present_codec(space.id))
        there = {WHOLE.name: PLAIN} if self._ids(space.id, PLAIN).size else {}
        codecs = self._codecs(space.id).items()
        return there | {name: number for name, number in codecs if np.isin(present, self._ids(space.id, number)).all()}

    def prepare(self, space: SpaceInfo, codec: Codec) -> int:
        """The number of a codec to write a space with: the one of this form that was begun with, or this one."""
        known = {WHOLE.name: PLAIN, **self._codecs(space.id)}
        if codec.form.name in known:
            return known[codec.form.name]
        with self._ledger.transaction():
            return self._blocks.add_codec(space.id, codec)

    def lacking(self, space: SpaceInfo, number: int) -> list[Lacking]:
        """What of the present form is not yet written with this codec."""
        there = self._ids(space.id, number)
        missing = [
            Lacking(block, ~np.isin(block.ids, there, assume_unique=True)) for block in self._blocks.of_space(space.id)
        ]
        return [part for part in missing if part.rows.any()]

    def carry(self, space: SpaceInfo, part: Lacking, number: int) -> None:
        """Write a part with this codec, committed. A damaged block is passed over.

        Raises EmbexError where the disk is full, or the numbers are too large for the form."""
        matrix = self._blocks.matrix(part.block, space.dims)
        if matrix is None:
            return
        codec = self._blocks.codec_of(number, space)
        with np.errstate(over="ignore", invalid="ignore"):
            rows = codec.encode(matrix[part.rows])
            fits = np.isfinite(codec.decode(rows)).all()
        if not fits:
            raise EmbexError(
                f"The numbers of “{space.name}” are too large to be kept as {codec.form.name}.", "Choose another form."
            )
        with self._ledger.transaction():
            self._blocks.write(space.id, part.block.ids[part.rows], rows, number)

    def use(self, space_id: int, number: int) -> int:
        """Keep a space in the form of this codec from now on; vectors that came since it was written are added to it.
        Returns the number of the codec before. Raises EmbexError where that form is not there any more."""
        space, before = self._space(space_id), self._blocks.present_codec(space_id)
        if number not in {PLAIN, *self._codecs(space_id).values()}:
            raise EmbexError(
                f"The vectors of “{space.name}” are not there in that form any more.",
                "The file was compacted since. Embed the items again into a new space to have all digits.",
            )
        with self._ledger.change():
            for part in self.lacking(space, number):
                self.carry(space, part, number)
            self._database.execute("UPDATE space SET codec = ? WHERE id = ?", (number, space_id))
        return before

    def forget_others(self) -> None:
        """Delete the blocks of all forms but the present ones. What was kept in fewer digits stays so for good."""
        with self._ledger.change():
            for space_id, number in self._database.rows("SELECT id, codec FROM space"):
                for block in self._other_blocks(space_id, number):
                    self._blocks.delete(block)
            self._database.execute("DELETE FROM vector_codec WHERE id NOT IN (SELECT codec FROM space)")
            self._database.execute("DELETE FROM block_codec WHERE block_id NOT IN (SELECT id FROM vector_block)")
            self._database.execute("DELETE FROM history WHERE kind = ?", (KEEP_FORM,))
        self._blocks.forget_codecs()

    def spare_bytes(self) -> int:
        """What compacting would give back of other forms than the present ones."""
        if not self._blocks.has_codecs:
            return 0
        total = 0
        for space in self._database.rows("SELECT id, codec FROM space"):
            blocks = self._other_blocks(*space)
            marks = ", ".join("?" * len(blocks))
            sizes = f"SELECT coalesce(sum(length(data)), 0) FROM vector_block WHERE id IN ({marks})"
            total += int(self._database.value(sizes, tuple(blocks)))
        return total

    def _other_blocks(self, space_id: int, number: int) -> list[int]:
        rows = self._database.rows(
            """SELECT id FROM vector_block LEFT JOIN block_codec ON block_id = id
            WHERE space_id = ? AND coalesce(codec, 0) != ?""",
            (space_id, number),
        )
        return [int(row[0]) for row in rows]

    def _codecs(self, space_id: int) -> dict[str, int]:
        if not self._blocks.has_codecs:
            return {}
        rows = self._database.rows("SELECT name, id FROM vector_codec WHERE space_id = ? ORDER BY id", (space_id,))
        return {str(name): int(number) for name, number in rows}

    def _ids(self, space_id: int, number: int) -> np.ndarray:
        """int64: the items that have a vector in this form."""
        ids = [block.ids for block in self._blocks.of_space(space_id, number)]
        return np.concatenate(ids) if ids else np.empty(0, np.int64)

    def _space(self, space_id: int) -> SpaceInfo:
        row = self._database.row("SELECT id, name, model, dims, metric, kind FROM space WHERE id = ?", (space_id,))
        if row is None:
            raise EmbexError("This space is not in the project any more.", "Choose another.")
        return SpaceInfo(*row)
