"""How like an item or a text all items are, for filters that say `similar to`."""

from collections import OrderedDict
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import finish
from embexplorer.data.ids import rows_of
from embexplorer.data.items import Kind
from embexplorer.data.query import ItemsTerm, TextTerm
from embexplorer.data.vectors import SpaceInfo
from embexplorer.filters.check import no_such_item
from embexplorer.filters.mask import Likeness
from embexplorer.operations.bridging import at_home, understands
from embexplorer.operations.calibrating import Encode, calibrate
from embexplorer.operations.queryvectors import QueryVectors
from embexplorer.operations.searchspaces import LoadedSpace, LoadedSpaces
from embexplorer.operations.spaces import filled_spaces
from embexplorer.search.exact import all_scores
from embexplorer.store.project import ProjectStore

_MOST_KEPT = 4  # references, 4 MB each over a million items


@dataclass(frozen=True, eq=False)
class _Scored:
    """scores: float32 (m,), of the items ids, int64 (m,) ascending."""

    ids: np.ndarray
    scores: np.ndarray
    space: SpaceInfo


class Likenesses:
    """Compares the items of a project with one of them, or with a text, in the space with most vectors that can. Keeps
    the last few answers while the project does not change. lock: held while spaces and vectors are used."""

    def __init__(
        self, store: ProjectStore, spaces: LoadedSpaces, vectors: QueryVectors, lock: AbstractContextManager[bool]
    ) -> None:
        self._store = store
        self._spaces = spaces
        self._vectors = vectors
        self._lock = lock
        self._kept: OrderedDict[tuple[int | str, int], _Scored] = OrderedDict()

    def of(self, reference: int | str, ids: np.ndarray) -> Likeness:
        """The likeness of these items, int64 (n,) ascending, to an item (its number) or a text.

        Raises FilterError where there is no such item, and EmbexError where it, or a text, cannot be compared.
        """
        with self._lock:
            scored = self._scored(reference)

        def likely() -> float:
            return self._line(scored.space, len(ids), by_text=isinstance(reference, str))

        if np.array_equal(ids, scored.ids):
            return Likeness(scored.scores, likely)
        rows = rows_of(scored.ids, ids)
        return Likeness(np.where(rows >= 0, scored.scores[rows], np.float32("nan")), likely)

    def _scored(self, reference: int | str) -> _Scored:
        key = (reference, self._store.change_count)
        if key not in self._kept:
            term = TextTerm(reference) if isinstance(reference, str) else ItemsTerm((reference,))
            space, loaded = self._text_space() if isinstance(reference, str) else self._space_of(reference)
            vector = self._vectors.of((term,), space, loaded).vectors[term]
            scores = all_scores(loaded.vectors.matrix, vector, space.metric)
            self._kept[key] = _Scored(loaded.vectors.ids, scores, space)
        self._kept.move_to_end(key)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]

    def _space_of(self, item: int) -> tuple[SpaceInfo, LoadedSpace]:
        for space in self._largest_first():
            loaded = self._spaces.of(space)
            if loaded.rows_of((item,))[0] >= 0:
                return space, loaded
        if item not in self._store.items.ids():
            raise no_such_item(item)
        raise EmbexError(f"Item {item:,} has no vector, so nothing can be compared with it.", "Embed it first.")

    def _text_space(self) -> tuple[SpaceInfo, LoadedSpace]:
        """Where no space understands texts, the largest one says so itself."""
        spaces = self._largest_first()
        space = next((space for space in spaces if understands(space, Kind.TEXT)), spaces[0])
        return space, self._spaces.of(space)

    def _largest_first(self) -> list[SpaceInfo]:
        return sorted(filled_spaces(self._store), key=lambda space: (not at_home(space), -space.count))

    def _line(self, space: SpaceInfo, among: int, *, by_text: bool) -> float:
        """The score from which on items are likely related. Raises EmbexError where there are too few to tell."""
        with self._lock:
            relevance = finish(calibrate(self._store, space.name, self._reader(space))).value
        if relevance is None:
            raise EmbexError(
                "There are too few items to tell from which score on they are likely related.",
                "Write a score, as in similar to 3 at least 0.5.",
            )
        line: float = relevance.line(among, by_text=by_text)
        return line

    def _reader(self, space: SpaceInfo) -> Encode:
        return lambda texts: self._vectors.encoders.of(space, TextTerm("")).encode_queries(texts).vectors
