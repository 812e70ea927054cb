"""The scores of an answer, and the order of its results, as they are shown."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class ScoresView:
    """The scores of everything that passes the filter. edges: float64 (b + 1,); totals: int64 (b,). line: where the
    cut-off stands; proposed: where it stands by itself. above: how many score more."""

    edges: np.ndarray
    totals: np.ndarray
    line: float
    proposed: float
    above: int


@dataclass(frozen=True)
class Order:
    """How results are ordered. by: a column, "" for the score. columns: (name, label) to choose from. by_letters: the
    column holds words. diversity: as in a Query, None where hits cannot be kept apart."""

    by: str = ""
    descending: bool = True
    columns: tuple[tuple[str, str], ...] = ()
    by_letters: bool = False
    diversity: float | None = None
