"""Compiled: the best few so far, in a heap with the worst at its top. Importing this module loads numba."""

from typing import Any

import numpy as np

from embexplorer.base.kernels import inline_kernel


@inline_kernel
def take(scores: np.ndarray, rows: np.ndarray, size: int, score: Any, row: Any) -> int:
    """Take a row into a heap of float32 and int64 that holds `size`, where it is one of the best; how many are in it
    then. Of equal scores the lower row is the better one."""
    if size < len(scores):
        place = size
        while place > 0:
            above = (place - 1) >> 1
            if scores[above] < score or (scores[above] == score and rows[above] > row):
                break
            scores[place], rows[place] = scores[above], rows[above]
            place = above
        scores[place], rows[place] = score, row
        return size + 1
    if score < scores[0] or (score == scores[0] and row > rows[0]):
        return size
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        other = below + 1
        if other < size and (
            scores[other] < scores[below] or (scores[other] == scores[below] and rows[other] > rows[below])
        ):
            below = other
        if scores[below] > score or (scores[below] == score and rows[below] < row):
            break
        scores[place], rows[place] = scores[below], rows[below]
        place = below
    scores[place], rows[place] = score, row
    return size
