"""The vectors of a query's terms in a space: each text and image is read by its model once, and kept."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from embexplorer.base.errors import EmbexError
from embexplorer.base.wording import count, excerpt
from embexplorer.data.query import ImageTerm, ItemsTerm, Term, TextTerm
from embexplorer.data.vectors import SpaceInfo
from embexplorer.operations.bridging import BY_KINDS, is_bridge
from embexplorer.operations.searchspaces import LoadedSpace, QueryEncoders
from embexplorer.search.compose import mean_vector
from embexplorer.store.project import ProjectStore

_MOST_KEPT = 4096  # vectors, some 6 MB
_CENTRE_ROWS = 20_000  # whose mean stands for that of a whole space, to a hundredth of the spread
_WORDS_SHOWN = 40


@dataclass(frozen=True, eq=False)
class TermVectors:
    """vectors: term -> (d,), float32. notes: sentences for the user, such as “the text was cut”."""

    vectors: dict[Term, np.ndarray]
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Read:
    """What a model made of a text or an image. problem: why it could not be read, "" where it could."""

    vector: np.ndarray
    cut: bool = False
    problem: str = ""


@dataclass
class QueryVectors:
    """Turns terms into vectors. Callers see to it that one thread asks at a time."""

    store: ProjectStore
    encoders: QueryEncoders
    _kept: OrderedDict[Hashable, _Read] = field(default_factory=OrderedDict)
    _centres: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)

    def of(self, terms: Sequence[Term], space: SpaceInfo, loaded: LoadedSpace) -> TermVectors:
        """Raises EmbexError where the space does not understand a term, or a term holds nothing."""
        notes: list[str] = []
        asked = [term for term in terms if isinstance(term, (TextTerm, ImageTerm))]
        vectors: dict[Term, np.ndarray] = self._read(asked, space, notes)
        for term in terms:
            if isinstance(term, ItemsTerm):
                vectors[term] = self._mean_of(term, space, loaded, notes)
        if is_bridge(space) and any(isinstance(term, TextTerm) for term in terms):
            notes.append(BY_KINDS)
        return TermVectors(vectors, tuple(dict.fromkeys(notes)))

    def centre(self, space: SpaceInfo, loaded: LoadedSpace) -> np.ndarray:
        """float32 (d,): the mean of the space's vectors, of evenly chosen ones where there are many."""
        key = (space.id, loaded.stamp)
        if key not in self._centres:
            step = max(1, len(loaded.vectors) // _CENTRE_ROWS)
            self._centres = {key: mean_vector(loaded.vectors.matrix[::step])}
        return self._centres[key]

    def _read(
        self, terms: Sequence[TextTerm | ImageTerm], space: SpaceInfo, notes: list[str]
    ) -> dict[Term, np.ndarray]:
        """What is not known yet is read at once, each text only once however often it is asked for."""
        keys = {term: _key(term, space) for term in terms}
        for kind in (TextTerm, ImageTerm):
            missing = {keys[term]: term for term in terms if isinstance(term, kind) and keys[term] not in self._kept}
            if missing:
                self._encode(missing, space)
        found: dict[Term, np.ndarray] = {}
        for term, key in keys.items():
            read = self._kept[key]
            self._kept.move_to_end(key)
            if read.problem:
                raise EmbexError(read.problem)
            if read.cut:
                words = excerpt(_content(term), _WORDS_SHOWN)
                notes.append(f"“{words}” is longer than the model reads, so only its beginning was used.")
            found[term] = read.vector
        while len(self._kept) > max(_MOST_KEPT, len(keys)):
            self._kept.popitem(last=False)
        return found

    def _encode(self, terms: dict[Hashable, TextTerm | ImageTerm], space: SpaceInfo) -> None:
        if not all(_content(term).strip() for term in terms.values()):
            raise EmbexError("There is nothing in the text to search for.", "Type some words.")
        encoder = self.encoders.of(space, next(iter(terms.values())))
        encoded = encoder.encode_queries([_content(term) for term in terms.values()])
        problems = dict(encoded.reasons)
        for row, key in enumerate(terms):
            self._kept[key] = _Read(encoded.vectors[row].copy(), row in encoded.cut, problems.get(row, ""))

    def _mean_of(self, term: ItemsTerm, space: SpaceInfo, loaded: LoadedSpace, notes: list[str]) -> np.ndarray:
        ids = np.array(term.ids, np.int64)
        rows = loaded.rows_of(term.ids)
        there = rows >= 0
        if not there.any():
            raise self._absent(ids, space)
        if not there.all():
            without = count(len(ids) - int(there.sum()), "chosen item")
            notes.append(f"Left out for lack of a vector: {without} of {len(ids):,}.")
        return mean_vector(loaded.vectors.matrix[np.sort(rows[there])])

    def _absent(self, ids: np.ndarray, space: SpaceInfo) -> EmbexError:
        unknown = ids[~np.isin(ids, self.store.items.ids())]
        if len(unknown) == len(ids) == 1:
            return EmbexError(f"There is no item {unknown[0]} in this project.", "Look its number up in the table.")
        return EmbexError(
            f"None of the chosen items has a vector in the space “{space.name}”.",
            "Choose other items or another space.",
        )


def _content(term: Term) -> str:
    assert isinstance(term, (TextTerm, ImageTerm))
    return term.text if isinstance(term, TextTerm) else term.path


def _key(term: TextTerm | ImageTerm, space: SpaceInfo) -> Hashable:
    """What the vector depends on; of an image also the file as it is now."""
    model: tuple[Hashable, ...] = (space.model, space.precision)
    if isinstance(term, TextTerm):
        return (*model, "text", term.text)
    try:
        status = Path(term.path).stat()
    except (OSError, ValueError):  # it will be said by who reads it
        return (*model, "image", term.path)
    return (*model, "image", term.path, status.st_mtime_ns, status.st_size)
