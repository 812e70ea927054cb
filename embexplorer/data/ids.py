"""Where item ids stand in a sorted array of them."""

import numpy as np


def rows_of(known: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """int64: the rows of these ids among the known ones, which are ascending; -1 where an id is not among them."""
    if not len(known):
        return np.full(len(ids), -1, np.int64)
    rows = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    return np.where(known[rows] == ids, rows, -1).astype(np.int64)


def is_among(known: np.ndarray, number: int) -> bool:
    """Whether a number, of any size, is one of the known ids, int64, which are ascending."""
    return 0 <= number < 2**63 and bool(rows_of(known, np.array([number], np.int64))[0] >= 0)
