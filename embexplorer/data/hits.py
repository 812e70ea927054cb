"""What a search answers."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Method = Literal["empty", "list", "graph", "exact", "lexical", "hybrid"]


@dataclass(frozen=True)
class Hits:
    """ids: int64 (m,), best first, m <= k. scores: float32 (m,), larger is nearer: the cosine, the inner product,
    or minus the Euclidean distance. exact: no better item was missed. candidates: how many vectors were scored.
    matching: how many items passed the filter. notes: sentences for the user, such as "the text was cut"."""

    ids: np.ndarray
    scores: np.ndarray
    method: Method
    exact: bool
    took_ms: float
    candidates: int
    matching: int
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)
