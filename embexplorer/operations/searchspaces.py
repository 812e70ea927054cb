"""What a project's spaces need to be searched: vectors, index and encoder, kept between queries."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.data.items import Kind
from embexplorer.data.query import ImageTerm, TextTerm
from embexplorer.data.vectors import SpaceInfo, Vectors
from embexplorer.encoders.open import Encoder
from embexplorer.operations.bridging import open_query_encoder, understands
from embexplorer.operations.indexing import load_index
from embexplorer.search.costs import Costs, measured_costs
from embexplorer.search.planner import Index
from embexplorer.store.project import ProjectStore

_COSTS_MATTER = 20_000  # items; with fewer every way to search takes a millisecond or two


@dataclass
class LoadedSpace:
    """What a space needs to be searched, kept while the project does not change.

    vectors: of the items in the trash too, so that neither a copy nor another index is needed for the rest.
    live: bool (n,), which of them are not in the trash; None where all are.
    """

    stamp: int
    vectors: Vectors
    index: Index
    live: np.ndarray | None
    space: SpaceInfo

    def rows_of(self, ids: Iterable[int]) -> np.ndarray:
        """int64: the rows of live items, -1 where one has no vector."""
        rows = self.vectors.rows_of(np.fromiter(ids, np.int64))
        return rows if self.live is None else np.where((rows >= 0) & self.live[rows], rows, -1)

    def mask(self, allowed: np.ndarray | None) -> np.ndarray | None:
        """bool (n,): the rows of these items, of all live ones for None; None where that is every row."""
        return self.live if allowed is None else np.isin(self.vectors.ids, allowed, assume_unique=True)


class LoadedSpaces:
    """The spaces of an open project that were searched so far. Callers see to it that one thread asks at a time."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        self._kept: dict[int, LoadedSpace] = {}
        self._costs = Costs()

    def of(self, space: SpaceInfo) -> LoadedSpace:
        """As the project stands now."""
        kept, now = self._kept.get(space.id), self._store.change_count
        if kept is None or kept.stamp != now:
            vectors = self._store.spaces.vectors(space.id, trashed=True)
            live = np.isin(vectors.ids, self._store.items.ids(), assume_unique=True)
            if kept is not None and _has_grown(kept, space, vectors):
                index = kept.index
            else:
                index = load_index(self._store, space, vectors)
            kept = self._kept[space.id] = LoadedSpace(now, vectors, index, None if live.all() else live, space)
        kept.index = replace(kept.index, costs=self._costs)
        return kept

    def measure_costs(self, known: dict[str, float]) -> dict[str, float]:
        """Let the planner reckon with what searches cost on this machine: as known from before, else as measured now,
        in a second, where the project is so large that it matters. What is known then; {} where nothing is."""
        large = any(space.count >= _COSTS_MATTER for space in self._store.spaces.all())
        self._costs = Costs.from_json(known) if known or not large else measured_costs()
        return self._costs.to_json() if known or large else {}

    def forget(self) -> None:
        """Load everything again when it is asked for."""
        self._kept.clear()


def _has_grown(old: LoadedSpace, space: SpaceInfo, vectors: Vectors) -> bool:
    """Whether these are the old vectors, perhaps with more behind them: what is known of them still holds."""
    if replace(old.space, count=0) != replace(space, count=0):
        return False
    known = old.vectors.ids
    return old.vectors.matrix is vectors.matrix or np.array_equal(known, vectors.ids[: len(known)])


class QueryEncoders:
    """The models that turn a query's terms into vectors, each loaded once. Callers see to it that one thread asks."""

    def __init__(self, device: str, threads: int) -> None:
        self._device = device
        self._threads = threads
        self._open: dict[str, Encoder] = {}

    def of(self, space: SpaceInfo, term: TextTerm | ImageTerm) -> Encoder:
        """The encoder of a space for terms of this kind. Raises EmbexError where the space understands no such terms
        or its model cannot be loaded."""
        wanted = Kind.TEXT if isinstance(term, TextTerm) else Kind.IMAGE
        if not understands(space, wanted):
            raise EmbexError(
                f"The space “{space.name}” holds {_CONTENT[Kind(space.kind)]}, "
                f"which cannot be searched by {_ASKED[wanted]}.",
                _INSTEAD[Kind(space.kind), wanted],
            )
        key = f"{space.model} {space.precision} {wanted}"
        if key not in self._open:
            self._open[key] = open_query_encoder(space, wanted, self._device, self._threads)
        return self._open[key]

    def close(self) -> None:
        for encoder in self._open.values():
            encoder.close()
        self._open.clear()


_CONTENT = {Kind.TEXT: "texts", Kind.IMAGE: "images", Kind.VECTOR: "ready-made vectors"}
_ASKED = {Kind.TEXT: "a text", Kind.IMAGE: "an image"}
_INSTEAD = {
    (Kind.IMAGE, Kind.TEXT): "Search by words instead, drop an image, or use “more like this” on an item.",
    (Kind.TEXT, Kind.IMAGE): (
        "Add pictures to the project so that an image model embeds them, type a text, or use “more like this”."
    ),
    (Kind.VECTOR, Kind.TEXT): "Search by words instead, or use “more like this” on an item.",
    (Kind.VECTOR, Kind.IMAGE): "Use “more like this” on an item.",
}
