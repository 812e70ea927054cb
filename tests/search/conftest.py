"""Vectors as real ones lie: clusters of power-law sizes, each spread over some directions of its own."""

from collections.abc import Callable

import numpy as np
import pytest

from embexplorer.data.vectors import normalised


@pytest.fixture(scope="session")
def clustered() -> Callable[[int, int], np.ndarray]:
    """(rows, dims) -> float32 (rows, dims) of length 1, always the same."""

    def make(rows: int, dims: int) -> np.ndarray:
        random = np.random.default_rng(rows + dims)
        number = max(2, rows // 100)
        sizes = 1 / np.arange(1, number + 1)
        cluster = random.choice(number, rows, p=sizes / sizes.sum())
        centres = random.standard_normal((number, dims)) / np.sqrt(dims)
        axes = random.standard_normal((8, 20, dims)) / np.sqrt(dims)
        spread = np.einsum("ij,ijk->ik", random.standard_normal((rows, 20)) * 0.15, axes[cluster % 8])
        return normalised(centres[cluster] + spread + 0.02 * random.standard_normal((rows, dims)))

    return make
