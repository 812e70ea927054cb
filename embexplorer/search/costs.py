"""What a search costs on this machine, so that the planner can choose the cheapest way that is good enough."""

import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

_ROWS, _DIMS = 20_000, 128  # 10 MB: more than the nearer caches hold
_TIMES = 7
_SEED = 5


@dataclass(frozen=True)
class Costs:
    """Milliseconds of processor time. scanned, listed: for one number of a vector, of all rows in their order and of
    chosen ones scattered over the memory. estimated: for one bit of a code. asked: for the first look at an index.
    The defaults were measured on one core of a server."""

    scanned: float = 1.3e-7
    listed: float = 5.5e-7
    estimated: float = 1.6e-8
    asked: float = 0.15

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "Costs":
        """What to_json gave; the defaults where it is not that."""
        names = {f.name for f in fields(cls)}
        good = {name: float(v) for name, v in raw.items() if name in names and isinstance(v, float) and 0 < v < 1}
        return cls(**good)

    def to_json(self) -> dict[str, float]:
        return {f.name: float(getattr(self, f.name)) for f in fields(self)}


def measured_costs() -> Costs:
    """The costs on this machine; takes about half a second of one core."""
    from embexplorer.base.progress import finish
    from embexplorer.search.kernels import dot_rows
    from embexplorer.search.partition_building import build_partitions

    random = np.random.default_rng(_SEED)
    matrix = random.standard_normal((_ROWS, _DIMS), dtype=np.float32)
    query, scores = matrix[0].copy(), np.empty(_ROWS, np.float32)
    ordered, scattered = np.arange(_ROWS), random.permutation(_ROWS)
    usual = Costs()
    index = finish(build_partitions(matrix, "cosine"))
    if index is None:
        return usual
    nothing = np.zeros(_ROWS, np.bool_)
    asked = _least_ms(lambda: index.walk(matrix, query, 10, nothing))
    walked = index.walk(matrix, query, 10)
    listed = _least_ms(lambda: dot_rows(matrix, scattered, query, scores)) / (_ROWS * _DIMS)
    walk = _least_ms(lambda: index.walk(matrix, query, 10)) - asked - listed * walked.scored * _DIMS
    return Costs(
        scanned=_least_ms(lambda: dot_rows(matrix, ordered, query, scores)) / (_ROWS * _DIMS),
        listed=max(listed, usual.listed / 2),  # here all rows fit into the farther caches
        estimated=max(walk / (walked.estimated * _DIMS), usual.estimated / 4),
        asked=asked,
    )


def _least_ms(work: Callable[[], object]) -> float:
    """The quickest of a few runs: others can only make it slower."""
    taken = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return max(min(taken) * 1e3, 1e-6)
