"""Documents that were cut into passages, answered as documents: each by its best passage.

A document is as good as its best passage (MaxP in Dai and Callan, "Deeper Text Understanding for IR with Contextual
Neural Language Modeling", SIGIR 2019): unlike a mean it is not worse for all else that a long document speaks of.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from embexplorer.data.hits import Documents, Hits
from embexplorer.data.query import ItemsTerm, Query
from embexplorer.store.project import ProjectStore

# So many passages are looked for at first, times k; where they are of fewer documents than k, so many times more.
_DEPTH, _DEEPER, _LEAST = 4, 4, 40


@dataclass(frozen=True, eq=False)
class Cut:
    """ids: int64 (p,) ascending, the passages. documents: int64 (p,), the first passage of each one's document."""

    ids: np.ndarray
    documents: np.ndarray

    def of(self, ids: np.ndarray) -> np.ndarray:
        """int64: what document each item is of; what is no passage is a document by itself."""
        if not len(self.ids):
            return ids
        at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[at] == ids, self.documents[at], ids)

    def asked_for(self, query: Query) -> np.ndarray:
        """int64: the documents of the items in a query."""
        own = [i for term in query.active_terms() if isinstance(term, ItemsTerm) for i in term.ids]
        return self.of(np.array(own, np.int64))


class DocumentSearch:
    """Callers see to it that one thread asks at a time."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        self._kept: tuple[int, Cut] | None = None

    def cut(self) -> Cut:
        """As the project stands now."""
        if self._kept is None or self._kept[0] != self._store.change_count:
            self._kept = (self._store.change_count, Cut(*self._store.items.passage_documents()))
        return self._kept[1]

    def is_by_document(self, query: Query) -> bool:
        if query.by == "passage" or not query.pulling():
            return False
        cut = self.cut()
        return query.by in ("document", "whole") or bool((cut.ids != cut.documents).any())

    def hits(self, query: Query, allowed: np.ndarray | None, search: Callable[[int], Hits]) -> Hits:
        """The k best documents, of those with a passage allowed. search: answers the query with so many passages.

        Other passages of the documents that are asked for as such are no answer.
        """
        cut, depth = self.cut(), max(_LEAST, _DEPTH * query.k)
        asked_for = cut.asked_for(query)
        while True:
            hits = search(depth)
            documents = cut.of(hits.ids)
            first = np.sort(np.unique(documents, return_index=True)[1])
            best = first[~np.isin(documents[first], asked_for)][: query.k]
            if len(best) == query.k or len(hits) < depth:
                break
            depth *= _DEEPER
        found, numbers = np.unique(documents, return_counts=True)
        more = numbers[np.searchsorted(found, documents[best])] - 1
        ids = self._store.items.ids() if allowed is None else allowed
        return replace(hits.at(best), documents=Documents(more, len(np.unique(cut.of(ids)))))
