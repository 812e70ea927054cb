"""UMAP's fuzzy graph: membership strengths and their union, a range of rows a call. Importing it loads numba."""

import math
from typing import Any

import numpy as np

from embexplorer.base.kernels import inline_kernel, kernel


@inline_kernel
def _bandwidth(distances: Any, nearest: Any, target: float) -> float:
    """The sigma at which the strengths of one row sum to target, by bisection."""
    low, high, sigma = 0.0, np.inf, 1.0
    for _ in range(64):
        total = 0.0
        for distance in distances:
            total += math.exp(-(distance - nearest) / sigma) if distance > nearest else 1.0
        if abs(total - target) < 1e-5:
            break
        if total > target:
            high = sigma
            sigma = (low + high) / 2
        else:
            low = sigma
            sigma = sigma * 2 if high == np.inf else (low + high) / 2
    return sigma


@kernel
def strengths(distances: Any, mean_of_all: float, begin: int, end: int, out: Any) -> None:
    """out[i, j], begin <= i < end: how strongly row i belongs with its j-th neighbour; float32 (n, k), self not there.

    As umap-learn's smooth_knn_dist and compute_membership_strengths with k + 1 neighbours. Infinite: strength 0.
    """
    k = distances.shape[1]
    target = math.log2(k + 1)
    for i in range(begin, end):
        nearest, mean = 0.0, 0.0
        for distance in distances[i]:
            if distance < np.inf:
                mean += distance / (k + 1)
            if nearest == 0.0 and 0.0 < distance < np.inf:
                nearest = distance
        sigma = _bandwidth(distances[i], nearest, target)
        sigma = max(sigma, 1e-3 * (mean if nearest > 0 else mean_of_all))
        for j in range(k):
            beyond = distances[i, j] - nearest
            out[i, j] = 1.0 if beyond <= 0 or sigma == 0 else math.exp(-beyond / sigma)
            if distances[i, j] == np.inf:
                out[i, j] = 0.0


@kernel
def count_incoming(rows: Any, weights: Any, begin: int, end: int, counts: Any) -> None:
    """Adds to counts[t], int64 (n,), how many of the rows begin..end have an edge to t. rows int32, weights (n, k)."""
    for i in range(begin, end):
        for j in range(rows.shape[1]):
            if weights[i, j] > 0:
                counts[rows[i, j]] += 1


@kernel
def turn(rows: Any, weights: Any, begin: int, end: int, free: Any, heads: Any, back: Any) -> None:
    """Writes the edges of the rows begin..end to where they come in: free[t] is the next place of row t."""
    for i in range(begin, end):
        for j in range(rows.shape[1]):
            if weights[i, j] > 0:
                place = free[rows[i, j]]
                heads[place] = i
                back[place] = weights[i, j]
                free[rows[i, j]] = place + 1


@inline_kernel
def _sorted_edges(rows: Any, weights: Any, tails: Any, strength: Any) -> int:
    """One row's edges by tail into tails and strength; returns how many."""
    found = 0
    for j in range(len(rows)):
        if weights[j] > 0:
            at = found
            while at > 0 and tails[at - 1] > rows[j]:
                tails[at], strength[at] = tails[at - 1], strength[at - 1]
                at -= 1
            tails[at], strength[at] = rows[j], weights[j]
            found += 1
    return found


# fmt: off
@kernel
def unite(
    rows: Any, weights: Any, incoming: Any, heads: Any, back: Any, begin: int, end: int,
    starts: Any, tails: Any, out: Any,
) -> None:
    """The rows begin..end of the union a + b - a * b in CSR form; the rows before begin must be there already.

    incoming int64 (n + 1,), heads int32, back float32: the edges that come in, as turn wrote them. starts int64
    (n + 1,), tails int32 and out float32: what is written, tails ascending in every row.
    """
    own_tails = np.empty(rows.shape[1], np.int32)
    own = np.empty(rows.shape[1], np.float32)
    for i in range(begin, end):
        number = _sorted_edges(rows[i], weights[i], own_tails, own)
        at, j, p = starts[i], 0, incoming[i]
        while j < number or p < incoming[i + 1]:
            if p == incoming[i + 1] or (j < number and own_tails[j] < heads[p]):
                tails[at], out[at] = own_tails[j], own[j]
                j += 1
            elif j == number or heads[p] < own_tails[j]:
                tails[at], out[at] = heads[p], back[p]
                p += 1
            else:
                tails[at], out[at] = heads[p], own[j] + back[p] - own[j] * back[p]
                j += 1
                p += 1
            at += 1
        starts[i + 1] = at
# fmt: on
