"""A query of any terms under any filter, answered over a project."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.data.hits import Hits
from embexplorer.data.items import Kind
from embexplorer.data.query import ImageTerm, ItemsTerm, Query, TextTerm
from embexplorer.data.vectors import SpaceInfo
from embexplorer.filters.mask import MaskContext, mask
from embexplorer.filters.parse import parse
from embexplorer.operations.columns import project_frame, schema_of
from embexplorer.operations.queryvectors import QueryVectors
from embexplorer.operations.ranking import Ground, ranked
from embexplorer.operations.searchspaces import LoadedSpaces, QueryEncoders
from embexplorer.operations.spaces import chosen_space, filled_spaces
from embexplorer.search.fusion import fuse
from embexplorer.search.planner import Found, search
from embexplorer.store.project import ProjectStore

# Each ranking that is fused gives this many times k, so that what is third in both can come first.
_FUSED_DEPTH = 5


class Searcher:
    """Answers queries over one open project; keeps vectors, index and encoders between them. Thread-safe."""

    def __init__(self, store: ProjectStore, device: str = "auto", threads: int = 0) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._spaces = LoadedSpaces(store)
        self._encoders = QueryEncoders(device, threads)
        self._vectors = QueryVectors(store, self._encoders)
        self._frame: tuple[int, pl.DataFrame] | None = None

    def close(self) -> None:
        with self._lock:
            self._encoders.close()
            self._spaces.forget()

    def search(self, query: Query, selected: np.ndarray | None = None, frame: pl.DataFrame | None = None) -> Hits:
        """The best items for a query. selected: bool (n,) over the live items, for filters that say "selected".
        frame: the project frame that the filter is about, where the caller has one; selected is of its rows.

        Raises EmbexError where a term or the filter cannot be understood or there is nothing to search.
        """
        with self._lock:
            began = time.perf_counter()
            _check_k(query.k)
            hits = self._ranked(query, self._allowed(query.where, selected, frame))
            return replace(hits, took_ms=(time.perf_counter() - began) * 1e3)

    def warm_up(self) -> None:
        """Load what the first query would wait for: vectors, index, encoder, kernels. Raises EmbexError where
        nothing is embedded yet."""
        with self._lock:
            space = chosen_space(self._store, "")
            loaded = self._spaces.of(space)
            if space.kind == Kind.TEXT:
                self._encoders.of(space, TextTerm(""))
            search(loaded.vectors.matrix, loaded.vectors.matrix[0], 1, space.metric, graph=loaded.graph)

    def frame(self) -> pl.DataFrame:
        """All live items with fields, computed columns and tags, as filters see them."""
        with self._lock:
            if self._frame is None or self._frame[0] != self._store.change_count:
                self._frame = (self._store.change_count, project_frame(self._store))
            return self._frame[1]

    def matching(self, where: str, selected: np.ndarray | None = None) -> np.ndarray:
        """int64: the ids of the live items that pass a filter, ascending."""
        allowed = self._allowed(where, selected, None)
        return self._store.items.ids() if allowed is None else allowed

    def _allowed(self, where: str, selected: np.ndarray | None, frame: pl.DataFrame | None) -> np.ndarray | None:
        """The ids that pass a filter, int64 ascending; None where there is no filter."""
        if not where.strip():
            return None
        frame = self.frame() if frame is None else frame
        tree = parse(where, schema_of(frame))
        ids: np.ndarray = frame["@id"].to_numpy()
        passing: np.ndarray = ids[mask(tree, frame, MaskContext(selected))]
        return passing

    def _ranked(self, query: Query, allowed: np.ndarray | None) -> Hits:
        if query.mode == "lexical":
            return self._lexical(query, allowed, query.k)
        if not query.pulling():
            return self._first(query, allowed)
        if query.mode == "vector":
            return self._by_words_at_least(query, allowed) or self._vector(query, allowed, query.k)
        depth = query.k * _FUSED_DEPTH
        near, words = self._vector(query, allowed, depth), self._lexical(query, allowed, depth)
        ids, scores = fuse([near.ids, words.ids], query.k)
        notes = near.notes + words.notes
        candidates = near.candidates + words.candidates
        return Hits(ids, scores, "hybrid", near.exact, 0.0, candidates, near.matching, notes)

    def _by_words_at_least(self, query: Query, allowed: np.ndarray | None) -> Hits | None:
        """Where no space understands texts: what the words themselves find, and a note; None where they find nothing
        or are not all that is asked."""
        terms = query.active_terms()
        is_text = all(isinstance(term, TextTerm) for term in terms) and terms == query.pulling()
        if not is_text or query.space or any(s.kind == Kind.TEXT and s.count for s in self._store.spaces.all()):
            return None
        hits = self._lexical(query, allowed, query.k)
        note = "There are no texts here that a model understands, so the words themselves were looked for."
        return replace(hits, notes=(*hits.notes, note)) if len(hits) else None

    def _first(self, query: Query, allowed: np.ndarray | None) -> Hits:
        """No term that pulls: the items that pass the filter, in their order."""
        if query.active_terms():
            raise EmbexError("The query only says what to avoid.", "Add a text or an item that results should be like.")
        ids = self._store.items.ids() if allowed is None else allowed
        top = ids[: query.k]
        return Hits(top, np.zeros(len(top), np.float32), "list" if len(ids) else "empty", True, 0.0, 0, len(ids))

    def _vector(self, query: Query, allowed: np.ndarray | None, k: int) -> Hits:
        space = self._space_for(query)
        loaded = self._spaces.of(space)
        vectors, terms = loaded.vectors, query.active_terms()
        read = self._vectors.of(terms, space, loaded)
        passing = loaded.mask(allowed)
        own = [loaded.rows_of(term.ids) for term in terms if isinstance(term, ItemsTerm)]
        exclude = np.unique(np.concatenate([rows[rows >= 0] for rows in own])) if own else np.empty(0, np.int64)

        def nearest(goal: np.ndarray, depth: int) -> Found:
            return search(
                vectors.matrix,
                goal,
                depth,
                space.metric,
                mask=passing,
                graph=loaded.graph,
                exact=query.exact,
                exclude_rows=exclude,
            )

        def rows() -> np.ndarray:
            allowed_rows = np.ones(len(vectors), np.bool_) if passing is None else passing.copy()
            allowed_rows[exclude] = False
            return np.flatnonzero(allowed_rows)

        ground = Ground(vectors.matrix, space.metric, nearest, rows, lambda: self._vectors.centre(space, loaded))
        found, notes = ranked(query, read.vectors, ground, k)
        matching = len(vectors) if passing is None else int(np.count_nonzero(passing))
        ids = vectors.ids[found.rows]
        return Hits(ids, found.scores, found.method, found.exact, 0.0, found.candidates, matching, read.notes + notes)

    def _lexical(self, query: Query, allowed: np.ndarray | None, k: int) -> Hits:
        texts = [term.text for term in query.pulling() if isinstance(term, TextTerm)]
        if not texts:
            raise EmbexError("A search by words needs a text.", "Type the words to look for.")
        everything = self._store.items.count()
        limit = min(k, everything) if allowed is None else everything
        ids, scores = self._store.items.match_text(" ".join(texts), limit)
        if allowed is not None:
            keep = np.isin(ids, allowed)
            ids, scores = ids[keep], scores[keep]
        matching = everything if allowed is None else len(allowed)
        return Hits(ids[:k], scores[:k].astype(np.float32), "lexical", True, 0.0, len(ids), matching)

    def _space_for(self, query: Query) -> SpaceInfo:
        if query.space:
            return self._store.spaces.get(query.space)
        return max(filled_spaces(self._store), key=lambda space: (self._fit(space, query), space.count))

    def _fit(self, space: SpaceInfo, query: Query) -> int:
        """How many of the terms this space understands."""
        tests: dict[type, Callable[[], bool]] = {
            TextTerm: lambda: space.kind == Kind.TEXT,
            ImageTerm: lambda: space.kind == Kind.IMAGE,
        }
        fits = 0
        for term in query.active_terms():
            if isinstance(term, ItemsTerm):
                rows = self._spaces.of(space).rows_of(term.ids)
                fits += bool((rows >= 0).any())
            else:
                fits += tests[type(term)]()
        return fits

    def forget_index(self) -> None:
        """A new index lies in the cache: load it with the next query."""
        with self._lock:
            self._spaces.forget()


def _check_k(k: int) -> None:
    if k < 0:
        raise EmbexError(f"The number of results cannot be {k}.", "Give 0 or more.")
