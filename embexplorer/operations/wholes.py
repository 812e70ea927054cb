"""Whole documents: every part of a query is looked for in all passages of a document at once (search/late)."""

import logging
import re
from dataclasses import dataclass, replace

import numpy as np

from embexplorer.base.arrayfile import read_arrays, write_arrays
from embexplorer.base.fingerprint import fingerprint
from embexplorer.data.hits import Documents, Hits
from embexplorer.data.query import Query, Term, TextTerm
from embexplorer.data.vectors import SpaceInfo
from embexplorer.operations.passages import Cut, DocumentSearch
from embexplorer.operations.queryvectors import QueryVectors
from embexplorer.operations.searchspaces import LoadedSpace
from embexplorer.search import late
from embexplorer.store.project import ProjectStore

_log = logging.getLogger(__name__)

_MOST_PARTS = 32
# To score so many passages exactly takes less time than a person notices; beyond that encodings choose the candidates.
_EXACT_ROWS = 200_000
_CANDIDATES, _LEAST = 20, 400  # times k, at least
_SENTENCE = re.compile(r"(?<=[.!?…。！？])\s+|(?<=[。！？])|\n+")


def parts_of(query: Query) -> tuple[Term, ...]:
    """What pulls or pushes, each text cut into its sentences, which share its weight; at most 32 parts."""
    parts: list[Term] = []
    for term in (*query.pulling(), *query.pushing()):
        sentences = [s.strip() for s in _SENTENCE.split(term.text) if s.strip()] if isinstance(term, TextTerm) else []
        if isinstance(term, TextTerm) and len(sentences) > 1:
            parts += [replace(term, text=sentence, weight=term.weight / len(sentences)) for sentence in sentences]
        else:
            parts.append(term)
    return tuple(parts[:_MOST_PARTS])


@dataclass(frozen=True, eq=False)
class _Encoded:
    """documents: int64 (m,) ascending. encodings: float32 (m, late.DIMS)."""

    stamp: str
    documents: np.ndarray
    encodings: np.ndarray


class WholeSearch:
    """Callers see to it that one thread asks at a time."""

    def __init__(self, store: ProjectStore, documents: DocumentSearch) -> None:
        self._store = store
        self._documents = documents
        self._kept: _Encoded | None = None

    def hits(
        self, query: Query, allowed: np.ndarray | None, space: SpaceInfo, loaded: LoadedSpace, reader: QueryVectors
    ) -> Hits:
        """The k best documents by Chamfer similarity, of those with a passage allowed (int64 ids, None for all).

        Raises EmbexError where the space does not understand a part.
        """
        terms, cut = parts_of(query), self._documents.cut()
        read, passing = reader.of(terms, space, loaded), loaded.mask(allowed)
        vectors, weights = np.stack([read.vectors[t] for t in terms]), np.array([t.weight for t in terms])
        everything = loaded.vectors
        rows = np.arange(len(everything)) if passing is None else np.flatnonzero(passing)
        owners = cut.of(everything.ids[rows])
        number, exact = len(np.unique(owners)), True
        others = ~np.isin(owners, cut.asked_for(query))
        rows, owners = rows[others], owners[others]
        wanted = max(_LEAST, _CANDIDATES * query.k)
        if len(rows) > _EXACT_ROWS and wanted < number and not query.exact:
            chosen = self._candidates(vectors[weights > 0] * weights[weights > 0, None], loaded, cut, space.id, owners)
            keep = np.isin(owners, chosen[:wanted])
            rows, owners, exact = rows[keep], owners[keep], False
        if not len(rows):
            return replace(_empty(number), notes=read.notes)
        order = np.argsort(owners, kind="stable")
        rows, owners = rows[order], owners[order]
        starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
        matrix = everything.matrix
        products = (matrix @ vectors.T)[rows] if 2 * len(rows) > len(matrix) else matrix[rows] @ vectors.T
        scores, best, distinct = late.chamfer(products, starts, weights)
        first = np.lexsort((owners[starts], -scores))[: query.k]
        ids, method = everything.ids[rows[best[first]]], "exact" if exact else "encodings"
        found = Hits(ids, scores[first], method, exact, 0.0, len(starts), len(rows))  # type: ignore[arg-type]
        return replace(found, notes=read.notes, documents=Documents(distinct[first] - 1, number))

    def _candidates(
        self, vectors: np.ndarray, loaded: LoadedSpace, cut: Cut, space_id: int, owners: np.ndarray
    ) -> np.ndarray:
        """int64: the documents of these owners by their encodings, best first."""
        kept = self._encoded(loaded, cut, space_id)
        near = kept.encodings @ late.query_encoding(vectors, late.scheme(vectors.shape[1]))
        ranked = kept.documents[np.argsort(-near)]
        found: np.ndarray = ranked[np.isin(ranked, owners)]
        return found

    def _encoded(self, loaded: LoadedSpace, cut: Cut, space_id: int) -> _Encoded:
        """The encodings of all documents, made when they are first asked for and kept in the cache."""
        everything = loaded.vectors
        live = np.arange(len(everything)) if loaded.live is None else np.flatnonzero(loaded.live)
        owners = cut.of(everything.ids[live])
        stamp = fingerprint(late.DIMS, everything.ids[live].tobytes(), owners.tobytes(), everything.matrix[0].tobytes())
        if self._kept is not None and self._kept.stamp == stamp:
            return self._kept
        path = self._store.cache_folder() / f"documents-{space_id}.encodings"
        read = read_arrays(path)
        if read is not None and read[0].get("stamp") == stamp:
            self._kept = _Encoded(stamp, read[1]["documents"], read[1]["encodings"])
            return self._kept
        order = np.argsort(owners, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(owners[order]) != 0])
        ways = late.scheme(everything.matrix.shape[1])
        encodings = late.document_encodings(everything.matrix, starts, ways, live[order])
        self._kept = _Encoded(stamp, owners[order][starts], encodings)
        try:
            write_arrays(path, {"stamp": stamp}, {"documents": self._kept.documents, "encodings": encodings})
        except OSError as error:
            _log.info("%s was not kept: %s", path.name, error)
        return self._kept


def _empty(number: int) -> Hits:
    nothing = np.empty(0, np.int64)
    return Hits(nothing, np.empty(0, np.float32), "empty", True, 0.0, 0, 0, documents=Documents(nothing, number))
