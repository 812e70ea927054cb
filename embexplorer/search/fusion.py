"""One ranking out of several."""

from collections.abc import Sequence

import numpy as np


def fuse(
    rankings: Sequence[np.ndarray], k: int, weights: Sequence[float] | None = None, damping: float = 60.0
) -> tuple[np.ndarray, np.ndarray]:
    """Reciprocal rank fusion: an id scores the sum of weight / (damping + its rank) over the rankings, ranks from 1.

    Scores of different kinds (a cosine, BM25) cannot be added, ranks can. Cormack, Clarke and Buettcher, "Reciprocal
    rank fusion outperforms Condorcet and individual rank learning methods", SIGIR 2009; 60 is their constant.
    rankings: int64 ids each, best first; an id that a ranking repeats counts where it comes first. Returns at most k
    ids int64 and scores float32, best first, of equal scores the lower id first.
    """
    shares = [1.0] * len(rankings) if weights is None else list(weights)
    ids: list[np.ndarray] = []
    gains: list[np.ndarray] = []
    for ranking, share in zip(rankings, shares, strict=True):
        unique, first = np.unique(np.asarray(ranking, np.int64), return_index=True)
        ranks = np.empty(len(unique), np.int64)
        ranks[np.argsort(first)] = np.arange(1, len(unique) + 1)
        ids.append(unique)
        gains.append(share / (damping + ranks))
    if not ids:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    together, places = np.unique(np.concatenate(ids), return_inverse=True)
    scores = np.bincount(places, weights=np.concatenate(gains), minlength=len(together))
    order = np.lexsort((together, -scores))[: max(k, 0)]
    return together[order], scores[order].astype(np.float32)


def places_in(ranking: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """int64: the place of each id in a ranking without repetitions, from 1; 0 where it is not in it."""
    if not len(ranking):
        return np.zeros(len(ids), np.int64)
    order = np.argsort(ranking)
    at = np.minimum(np.searchsorted(ranking, ids, sorter=order), len(ranking) - 1)
    found: np.ndarray = np.where(ranking[order[at]] == ids, order[at] + 1, 0)
    return found
