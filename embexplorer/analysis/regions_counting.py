"""Compiled: which words a text says for the first time, and how often each group of texts says them.

Imported only where it is used.
"""

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


@kernel
def by_group(group: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows ordered by their group (int32, below groups), and where each group begins and the last one ends."""
    starts = np.zeros(groups + 1, np.int64)
    for i in range(group.size):
        starts[group[i] + 1] += 1
    for g in range(groups):
        starts[g + 1] += starts[g]
    order, place = np.empty(group.size, np.int32), starts[:-1].copy()
    for i in range(group.size):
        order[place[group[i]]] = i
        place[group[i]] += 1
    return order, starts


@kernel
def summed(
    group: np.ndarray, term: np.ndarray, texts: np.ndarray, groups: int, terms: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sum texts (float32) over rows of the same group and term (int32): their groups, terms and sums, sorted."""
    order, starts = by_group(group, groups)
    sums, seen = np.zeros(terms, np.float32), np.zeros(terms, np.bool_)
    found_group, found_term = np.empty(group.size, np.int32), np.empty(group.size, np.int32)
    found = np.empty(group.size, np.float32)
    end = 0
    for g in range(groups):
        begin = end
        for i in order[starts[g] : starts[g + 1]]:
            if not seen[term[i]]:
                seen[term[i]] = True
                found_term[end] = term[i]
                end += 1
            sums[term[i]] += texts[i]
        found_term[begin:end].sort()
        for j in range(begin, end):
            t = found_term[j]
            found_group[j], found[j] = g, sums[t]
            sums[t], seen[t] = 0, False
    return found_group[:end].copy(), found_term[:end].copy(), found[:end].copy()


@kernel
def pairs_at(word: np.ndarray, beside: np.ndarray, pairs: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """int32 (t,): the row of the pair that begins at each token, -1 for none.

    word: int32 (t,). beside: bool (t,), whether the next token may follow it in a pair. pairs: int32 (p, 2), sorted;
    those that begin with word w are rows starts[w] to starts[w + 1].
    """
    found = np.full(word.size, -1, np.int32)
    for i in range(word.size - 1):
        if not beside[i]:
            continue
        low, high = starts[word[i]], starts[word[i] + 1]
        while low < high:
            middle = (low + high) // 2
            if pairs[middle, 1] < word[i + 1]:
                low = middle + 1
            else:
                high = middle
        if low < starts[word[i] + 1] and pairs[low, 1] == word[i + 1]:
            found[i] = low
    return found
