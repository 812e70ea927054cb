"""What a search answers."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from embexplorer.data.wordquery import Words

Scoring = Literal["nearness", "words", "ranks"]
Method = Literal["empty", "list", "partitions", "graph", "exact", "lexical", "hybrid", "encodings"]


@dataclass(frozen=True)
class Ranks:
    """Which place each hit had by meaning and by words: int64 (m,), from 1, 0 where it was not among the first."""

    by_meaning: np.ndarray
    by_words: np.ndarray


@dataclass(frozen=True)
class Documents:
    """The hits are documents, each by its best passage. more: int64 (m,), how many further passages of each were among
    the best. number: how many documents there are to choose from."""

    more: np.ndarray
    number: int


@dataclass(frozen=True)
class Hits:
    """ids: int64 (m,), best first, m <= k. scores: float32 (m,), larger is better. scoring says what they are:
    "nearness" the cosine, the inner product or minus the Euclidean distance; "words" BM25; "ranks" the sum of both
    rankings' weight / (60 + rank). exact: no better item was missed. candidates: how many vectors were scored.
    matching: how many items passed the filter. notes: sentences for the user, such as "the text was cut". space: the
    name of the space whose scores these are, "" where they are of another kind. recall: of an approximate answer, the
    share of the best items that was found under such filters when it was measured; None where it was not. words: of
    the query, to be marked where they stand. by_text: a text is part of what was asked (data/relevance)."""

    ids: np.ndarray
    scores: np.ndarray
    method: Method
    exact: bool
    took_ms: float
    candidates: int
    matching: int
    notes: tuple[str, ...] = ()
    space: str = ""
    scoring: Scoring = "nearness"
    ranks: Ranks | None = None
    documents: Documents | None = None
    recall: float | None = None
    words: tuple[Words, ...] = ()
    by_text: bool = False

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def sureness(self) -> str:
        """How far the answer can be trusted, in words."""
        if self.exact:
            return "exact"
        if self.recall is None:
            return "approximate"
        # rounded down: what was found in every try may still be missed once
        return f"finds {min(int(self.recall * 1000) / 10, 99.9):.1f} % of what an exact search finds"

    def at(self, places: np.ndarray) -> "Hits":
        """The hits at these places (int64), in their order."""
        ranks, documents = self.ranks, self.documents
        if ranks is not None:
            ranks = Ranks(ranks.by_meaning[places], ranks.by_words[places])
        if documents is not None:
            documents = replace(documents, more=documents.more[places])
        return replace(self, ids=self.ids[places], scores=self.scores[places], ranks=ranks, documents=documents)
