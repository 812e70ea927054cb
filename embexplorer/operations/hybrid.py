"""One answer out of two rankings: by meaning and by words."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from embexplorer.data.hits import Hits, Ranks
from embexplorer.data.query import Query
from embexplorer.operations.lexical import LexicalSearch, plain_texts, word_terms
from embexplorer.search.fusion import fuse, places_in

# Each ranking gives this many times k, and at least so many, so that what is third in both can come first.
_DEPTH, _LEAST = 5, 50

Near = Callable[[Query, np.ndarray | None, int], Hits]


def hybrid(query: Query, allowed: np.ndarray | None, k: int, lexical: LexicalSearch, near: Near) -> Hits:
    """The k best by meaning and by words, of the items without what is unwanted. near: answers by meaning alone."""
    allowed, plain = lexical.without(query, allowed), plain_texts(query)
    if not word_terms(query).wanted:
        hits = near(plain, allowed, k)
        return replace(hits, notes=(*hits.notes, "There are no words to look for, so these are by meaning alone."))
    depth = max(_LEAST, _DEPTH * k) if k else 0
    return fused(near(plain, allowed, depth), lexical.hits(query, allowed, depth, alone=False), query.lexical_weight, k)


def fused(near: Hits, words: Hits, lexical_weight: float, k: int) -> Hits:
    """The k best of both by weighted reciprocal rank (search/fusion), each with its place in both.

    lexical_weight: 0 is by meaning alone, 1 by words alone; what lies outside is taken for the nearer of the two.
    """
    share = min(max(lexical_weight, 0.0), 1.0)
    parts = [(near.ids, 1.0 - share), (words.ids, share)]
    used = [part for part in parts if part[1] > 0]
    ids, scores = fuse([ids for ids, _ in used], k, [weight for _, weight in used])
    notes = near.notes + words.notes
    if not len(words):
        notes += ("None of the words is in any item here, so these are by meaning alone.",)
    return Hits(
        ids,
        scores.astype(np.float32),
        "hybrid",
        near.exact,
        0.0,
        near.candidates + words.candidates,
        max(near.matching, words.matching),
        tuple(dict.fromkeys(notes)),
        scoring="ranks",
        ranks=Ranks(places_in(near.ids, ids), places_in(words.ids, ids)),
        recall=near.recall,
    )
