"""Compiled: which words a text says for the first time. Imported only where it is used."""

import numpy as np

from embexplorer.base.kernels import kernel


@kernel
def first_in_text(doc: np.ndarray, term: np.ndarray, number: int) -> np.ndarray:
    """bool (t,): the term (int32, below number, -1 for none) stands in this text (int32, ascending) for the first
    time."""
    seen = np.full(number, -1, np.int32)
    first = np.zeros(term.size, np.bool_)
    for i in range(term.size):
        if term[i] >= 0 and seen[term[i]] != doc[i]:
            seen[term[i]] = doc[i]
            first[i] = True
    return first
