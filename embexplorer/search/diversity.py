"""Hits that are like the query and unlike each other."""

import numpy as np

from embexplorer.data.vectors import Metric

POOL = 5_000  # of the best that may come to the front
PLACES = 500  # that are given out so; what comes after stands in its old order


def diversified(vectors: np.ndarray, scores: np.ndarray, metric: Metric, diversity: float, places: int) -> np.ndarray:
    """int64 (m,): the order that gives the first places to what is near the query and far from what came before;
    the others follow in their old order. The first of fewer places are the first of more.

    vectors: (m, d), best first; rows of a "cosine" space have length 1. scores: (m,), as the search gave them.
    diversity: 0 (the order as it is) to 1 (only unlike what came before, but for the first).

    Maximal marginal relevance (Carbonell and Goldstein, "The use of MMR", SIGIR 1998): next is the one of largest
    (1 - diversity) score - diversity (its largest similarity to those chosen), where similarity is the space's own
    score between two items. For "ip" both are divided by their largest absolute values, since a query has no length
    that could be compared with those of items. Costs places times m times d.
    """
    count = len(scores)
    order = np.arange(count)
    if diversity <= 0 or count < 3 or places < 2:
        return order
    matrix = np.ascontiguousarray(vectors, np.float32)
    near, scale = np.asarray(scores, np.float64), 1.0
    if metric == "ip":
        near = near / (float(np.abs(near).max()) or 1.0)
        scale = float(np.einsum("ij,ij->i", matrix, matrix).max()) or 1.0
    left = np.ones(count, np.bool_)
    chosen = [0]
    left[0] = False
    closest = np.full(count, -np.inf)
    while len(chosen) < min(places, count):
        np.maximum(closest, _similarity(matrix, chosen[-1], metric) / scale, out=closest)
        worth = (1 - diversity) * near - diversity * closest
        following = int(np.argmax(np.where(left, worth, -np.inf)))  # the better hit of equally good ones
        chosen.append(following)
        left[following] = False
    return np.concatenate([np.array(chosen, np.int64), order[left]])


def _similarity(matrix: np.ndarray, row: int, metric: Metric) -> np.ndarray:
    """(m,): the score of each row with one of them."""
    if metric != "l2":
        dots: np.ndarray = matrix @ matrix[row]
        return dots
    apart = matrix - matrix[row]
    distances: np.ndarray = np.sqrt(np.einsum("ij,ij->i", apart, apart))
    return -distances
