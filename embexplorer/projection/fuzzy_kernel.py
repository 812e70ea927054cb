"""The membership strengths of UMAP's fuzzy graph. Importing this module loads numba."""

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
def strengths(distances: Any, mean_of_all: float, out: Any) -> None:
    """out[i, j]: how strongly row i belongs with its j-th neighbour; float32 (n, k), self not among them.

    As umap-learn's smooth_knn_dist and compute_membership_strengths with k + 1 neighbours. Infinite: strength 0.
    """
    n, k = distances.shape
    target = math.log2(k + 1)
    for i in range(n):
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
