"""A selection is a value: a set of items that can be joined, cut and turned round."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np


class Combine(StrEnum):
    """How a new selection meets the one that is there."""

    REPLACE = "replace"
    ADD = "add"
    REMOVE = "remove"
    INTERSECT = "intersect"


@dataclass(frozen=True, eq=False)
class Selection:
    """mask: bool (n,), True for the rows that are in. Treated as immutable."""

    mask: np.ndarray

    @classmethod
    def none(cls, n: int) -> "Selection":
        return cls(np.zeros(n, np.bool_))

    @classmethod
    def of_rows(cls, n: int, rows: np.ndarray) -> "Selection":
        """These rows (integers from 0 to n - 1) of n."""
        mask = np.zeros(n, np.bool_)
        mask[rows] = True
        return cls(mask)

    def combined(self, other: "Selection", how: Combine) -> "Selection":
        if how is Combine.ADD:
            return self | other
        if how is Combine.REMOVE:
            return self & ~other
        return self & other if how is Combine.INTERSECT else other

    def rows(self) -> np.ndarray:
        """int64, ascending."""
        return np.flatnonzero(self.mask)

    def count(self) -> int:
        return int(np.count_nonzero(self.mask))

    def __and__(self, other: "Selection") -> "Selection":
        return Selection(self.mask & other.mask)

    def __or__(self, other: "Selection") -> "Selection":
        return Selection(self.mask | other.mask)

    def __invert__(self) -> "Selection":
        return Selection(~self.mask)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Selection) and np.array_equal(self.mask, other.mask)

    def __hash__(self) -> int:
        return hash(self.mask.tobytes())
