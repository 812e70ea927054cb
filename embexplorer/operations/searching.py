"""A query of any terms under any filter, answered over a project."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation
from embexplorer.data.hits import Hits
from embexplorer.data.ids import is_among
from embexplorer.data.items import Kind
from embexplorer.data.query import ImageTerm, ItemsTerm, Query, TextTerm
from embexplorer.data.vectors import SpaceInfo
from embexplorer.filters.mask import Likeness, MaskContext, mask
from embexplorer.filters.maskcache import MaskCache
from embexplorer.filters.parse import parse
from embexplorer.operations.asking import check_page
from embexplorer.operations.bridging import at_home, understands
from embexplorer.operations.calibrating import calibrate
from embexplorer.operations.columns import project_frame, schema_of
from embexplorer.operations.hybrid import hybrid
from embexplorer.operations.lexical import LexicalSearch
from embexplorer.operations.likeness import Likenesses
from embexplorer.operations.passages import DocumentSearch
from embexplorer.operations.queryvectors import QueryVectors
from embexplorer.operations.ranking import Ground, ranked
from embexplorer.operations.searchspaces import LoadedSpaces, QueryEncoders
from embexplorer.operations.spaces import chosen_space, filled_spaces
from embexplorer.operations.wholes import WholeSearch
from embexplorer.search.diversity import PLACES, POOL, diversified
from embexplorer.search.exact import every_row
from embexplorer.search.planner import Found, search
from embexplorer.store.project import ProjectStore

_EVERY = "Every item that passes the filter was compared."


class Searcher:
    """Answers queries over one open project; keeps vectors, index and encoders between them. Thread-safe."""

    def __init__(self, store: ProjectStore, device: str = "auto", threads: int = 0) -> None:
        self._store = store
        self._lock = threading.RLock()
        self._spaces = LoadedSpaces(store)
        self.measure_costs = self._spaces.measure_costs
        self._encoders = QueryEncoders(device, threads)
        self._vectors = QueryVectors(store, self._encoders)
        self._likenesses = Likenesses(store, self._spaces, self._vectors, self._lock)
        self._words = LexicalSearch(store)
        self._documents = DocumentSearch(store)
        self._whole = WholeSearch(store, self._documents)
        self._frame: tuple[int, pl.DataFrame] | None = None
        self._masks = MaskCache()  # of the frame

    def close(self) -> None:
        with self._lock:
            self._encoders.close()
            self._spaces.forget()

    def search(
        self,
        query: Query,
        selected: np.ndarray | None = None,
        frame: pl.DataFrame | None = None,
        masks: MaskCache | None = None,
    ) -> Hits:
        """The best items for a query. selected: bool (n,) over the live items, for filters that say "selected".
        frame: the project frame that the filter is about, where the caller has one; selected is of its rows, and
        masks are what is known of it.

        Raises EmbexError where a term or the filter cannot be understood or there is nothing to search.
        """
        with self._lock:
            began = time.perf_counter()
            check_page(query)
            hits = self._page(query, self._allowed(query.where, selected, frame, masks))
            took_ms = (time.perf_counter() - began) * 1e3
            return replace(hits, took_ms=took_ms, words=self._words.telling(query))

    def everything(
        self,
        query: Query,
        selected: np.ndarray | None = None,
        frame: pl.DataFrame | None = None,
        masks: MaskCache | None = None,
    ) -> Hits:
        """As search, but all that pass the filter in their order, whatever k and offset say; of a search by words
        all that hold them. Other searches go on meanwhile. Scores are right to float32 in vector mode."""
        began = time.perf_counter()
        with self._lock:
            whole = replace(query, k=self._store.items.count(), exact=True, offset=None)
            allowed = self._allowed(query.where, selected, frame, masks)
            by_meaning = query.mode == "vector" and query.pulling() and query.by != "whole"
            if not by_meaning or self._words.at_least(whole, allowed, 1) is not None:
                return replace(self._ranked(whole, allowed), words=self._words.telling(query))
            answer = self._prepared(whole, allowed, whole=True)
            by_document = self._documents.is_by_document(query)
        hits = self._documents.hits(whole, allowed, answer) if by_document else answer(whole.k)
        hits = self._varied(query, hits, PLACES)
        return replace(hits, took_ms=(time.perf_counter() - began) * 1e3, words=self._words.telling(query))

    def calibrate(self, space_name: str = "") -> Operation:
        """See operations/calibrating; texts are read by the space's own model."""

        def encode(texts: list[str]) -> np.ndarray:
            with self._lock:
                space = chosen_space(self._store, space_name)
                vectors: np.ndarray = self._encoders.of(space, TextTerm("")).encode_queries(texts).vectors
                return vectors

        return calibrate(self._store, space_name, encode)

    def warm_up(self) -> None:
        """Load what the first query would wait for: vectors, index, encoder, kernels. Raises EmbexError where
        nothing is embedded yet."""
        with self._lock:
            space = chosen_space(self._store, "")
            loaded = self._spaces.of(space)
            if space.kind == Kind.TEXT:
                self._encoders.of(space, TextTerm(""))
            search(loaded.vectors.matrix, loaded.vectors.matrix[0], 1, space.metric, index=loaded.index)

    def frame(self) -> pl.DataFrame:
        """All live items with fields, computed columns and tags, as filters see them."""
        with self._lock:
            if self._frame is None or self._frame[0] != self._store.change_count:
                self._frame = (self._store.change_count, project_frame(self._store))
            return self._frame[1]

    def matching(self, where: str, selected: np.ndarray | None = None) -> np.ndarray:
        """int64: the ids of the live items that pass a filter, ascending."""
        allowed = self._allowed(where, selected)
        return self._store.items.ids() if allowed is None else allowed

    @property
    def version(self) -> int:
        """Of what likeness compares: another number, other vectors perhaps."""
        return self._store.change_count

    def likeness(self, reference: int | str, ids: np.ndarray) -> Likeness:
        """How like an item (its number) or a text these items are, int64 (n,) ascending. Raises EmbexError."""
        return self._likenesses.of(reference, ids)

    def _allowed(
        self,
        where: str,
        selected: np.ndarray | None,
        frame: pl.DataFrame | None = None,
        masks: MaskCache | None = None,
    ) -> np.ndarray | None:
        """The ids that pass a filter, int64 ascending; None where there is no filter."""
        if not where.strip():
            return None
        if frame is None:
            frame, masks = self.frame(), self._masks
        ids: np.ndarray = frame["@id"].to_numpy()
        tree = parse(where, schema_of(frame), partial(is_among, ids))
        likeness = partial(self.likeness, ids=ids)
        context = MaskContext(selected, likeness, self.version, MaskCache() if masks is None else masks)
        passing: np.ndarray = ids[mask(tree, frame, context)]
        return passing

    def _page(self, query: Query, allowed: np.ndarray | None) -> Hits:
        """The k hits from the offset on, of an order that is the same for every page."""
        first, depth = query.offset or 0, (query.offset or 0) + query.k
        query = replace(query, exact=query.exact or query.offset is not None)
        if query.diversity and query.pulling():
            hits = self._ranked(replace(query, k=max(depth, POOL)), allowed)
            hits = self._varied(query, hits, min(depth, PLACES))
        else:
            hits = self._ranked(replace(query, k=depth), allowed)
        return hits.at(np.arange(first, max(first, min(depth, len(hits)))))

    def _varied(self, query: Query, hits: Hits, places: int) -> Hits:
        """The hits in an order that keeps what is like each other apart; others stay as they are."""
        if not query.diversity or not hits.space:
            return hits
        space = self._store.spaces.get(hits.space)
        with self._lock:
            vectors = self._spaces.of(space).vectors
        best = slice(0, max(POOL, places))
        matrix = vectors.matrix[vectors.rows_of(hits.ids[best])]
        front = diversified(matrix, hits.scores[best], space.metric, query.diversity, places)
        return hits.at(np.concatenate([front, np.arange(len(front), len(hits))]))

    def _ranked(self, query: Query, allowed: np.ndarray | None) -> Hits:
        if query.by == "whole" and query.mode == "vector" and query.pulling():
            space = self._space_for(query)
            return self._whole.hits(query, allowed, space, self._spaces.of(space), self._vectors)
        if self._documents.is_by_document(query):
            return self._documents.hits(query, allowed, lambda depth: self._passages(query, allowed, depth))
        return self._passages(query, allowed, query.k)

    def _passages(self, query: Query, allowed: np.ndarray | None, k: int) -> Hits:
        if query.mode == "lexical":
            return self._words.hits(query, allowed, k)
        if not query.pulling():
            return self._first(query, allowed)
        by_words = self._words.at_least(query, allowed, k)
        if by_words is not None:
            return by_words
        if query.mode == "vector":
            return self._vector(query, allowed, k)
        return hybrid(query, allowed, k, self._words, self._vector)

    def _first(self, query: Query, allowed: np.ndarray | None) -> Hits:
        """No term that pulls: the items that pass the filter, in their order."""
        if query.active_terms():
            raise EmbexError("The query only says what to avoid.", "Add a text or an item that results should be like.")
        ids = self._store.items.ids() if allowed is None else allowed
        top = ids[: query.k]
        return Hits(top, np.zeros(len(top), np.float32), "list" if len(ids) else "empty", True, 0.0, 0, len(ids))

    def _vector(self, query: Query, allowed: np.ndarray | None, k: int) -> Hits:
        return self._prepared(query, allowed)(k)

    def _prepared(self, query: Query, allowed: np.ndarray | None, *, whole: bool = False) -> Callable[[int], Hits]:
        """Reads the terms; what it gives finds the best k and needs no lock. whole: every row is scored."""
        space = self._space_for(query)
        loaded = self._spaces.of(space)
        vectors, terms = loaded.vectors, query.active_terms()
        read = self._vectors.of(terms, space, loaded)
        passing = loaded.mask(allowed)
        own = [loaded.rows_of(term.ids) for term in terms if isinstance(term, ItemsTerm)]
        exclude = np.unique(np.concatenate([rows[rows >= 0] for rows in own])) if own else np.empty(0, np.int64)

        def nearest(goal: np.ndarray, depth: int) -> Found:
            if whole:
                all_scored = every_row(vectors.matrix, goal, space.metric, rows())
                return Found(all_scored.rows, all_scored.scores, all_scored.candidates, "exact", True, _EVERY)
            return search(
                vectors.matrix,
                goal,
                depth,
                space.metric,
                mask=passing,
                index=loaded.index,
                exact=query.exact,
                exclude_rows=exclude,
            )

        def rows() -> np.ndarray:
            allowed_rows = np.ones(len(vectors), np.bool_) if passing is None else passing.copy()
            allowed_rows[exclude] = False
            return np.flatnonzero(allowed_rows)

        def centre() -> np.ndarray:
            with self._lock:
                return self._vectors.centre(space, loaded)

        ground = Ground(vectors.matrix, space.metric, nearest, rows, centre)
        matching = len(vectors) if passing is None else int(np.count_nonzero(passing))
        by_text = any(isinstance(term, TextTerm) for term in query.pulling())

        def answer(k: int) -> Hits:
            found, notes = ranked(query, read.vectors, ground, k)
            ids, said = vectors.ids[found.rows], read.notes + notes
            hits = Hits(ids, found.scores, found.method, found.exact, 0.0, found.candidates, matching, said, space.name)
            return replace(hits, recall=found.recall, by_text=by_text)

        return answer

    def _space_for(self, query: Query) -> SpaceInfo:
        if query.space:
            return self._store.spaces.get(query.space)
        return max(filled_spaces(self._store), key=lambda s: (self._fit(s, query), at_home(s), s.count))

    def _fit(self, space: SpaceInfo, query: Query) -> int:
        """How many of the terms this space understands."""
        tests: dict[type, Callable[[], bool]] = {
            TextTerm: lambda: understands(space, Kind.TEXT),
            ImageTerm: lambda: understands(space, Kind.IMAGE),
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
