"""One run of the descent over a graph: epochs in blocks, each block a place to stop."""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from embexplorer.projection.fuzzy import find_ab
from embexplorer.projection.params import MapParams

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_BLOCKS = 8  # an epoch's parts: at 200,000 points one takes 9 ms
_FEW = 500  # fewer points than this are not worth a second thread


@dataclass(frozen=True)
class Edges:
    """A graph in the kernel's form, see kernel.descend."""

    starts: np.ndarray
    tails: np.ndarray
    chances: np.ndarray
    phases: np.ndarray


def edges(union: "csr_matrix", epochs: int, seed: int) -> Edges:
    """The edges that are sampled at least once in so many epochs; the strongest is sampled in each."""
    strongest = union.data.max(initial=0)
    kept = union.data >= strongest / max(epochs, 11)
    starts = np.concatenate([[0], np.cumsum(kept)])[union.indptr].astype(np.int32)
    chances = np.minimum(np.round(union.data[kept] * (65536 / (strongest or 1))), 65535).astype(np.uint16)
    phases = np.random.default_rng(seed).integers(0, 65536, len(chances), dtype=np.uint16)
    return Edges(starts, union.indices[kept].astype(np.int32), chances, phases)


@dataclass(frozen=True)
class Descent:
    """rate: the first epoch's step; it falls to 0. settled: the share of epochs after which points move by a snapshot
    of the others (precise, shared by threads) instead of in place (noisy, mends tears); 1 = always in place."""

    params: MapParams
    epochs: int
    rate: float = 1.0
    settled: float = 1.0
    first: int = 0

    def run(self, xy: np.ndarray, edge: Edges, pool: Executor | None = None, threads: int = 1) -> Iterator[float]:
        """Moves xy, float32 (n, 2), and yields the epochs done after each block."""
        a, b = (np.float32(value) for value in find_ab(self.params.spread, self.params.min_dist))
        snapshot = xy.copy()
        bounds = np.linspace(self.first, len(xy), _BLOCKS + 1).astype(int).tolist()
        for epoch in range(self.epochs):
            rate = np.float32(self.rate * (1 - epoch / self.epochs))
            in_place = epoch < self.settled * self.epochs
            for block in range(_BLOCKS):
                begin, end = bounds[block], bounds[block + 1]
                if in_place:
                    self._move(xy, xy, edge, (begin, end), epoch, rate, a, b)
                else:
                    snapshot[:] = xy
                    parts = _split(begin, end, threads if pool is not None else 1)
                    jobs = [(xy, snapshot, edge, part, epoch, rate, a, b) for part in parts]
                    self._all(jobs, pool)
                yield epoch + (block + 1) / _BLOCKS

    def _all(self, jobs: list[tuple], pool: Executor | None) -> None:  # type: ignore[type-arg]
        if pool is None or len(jobs) == 1:
            for job in jobs:
                self._move(*job)
            return
        for future in [pool.submit(self._move, *job) for job in jobs]:
            future.result()

    def _move(
        self,
        xy: np.ndarray,
        seen: np.ndarray,
        edge: Edges,
        part: tuple[int, int],
        epoch: int,
        rate: np.float32,
        a: np.float32,
        b: np.float32,
    ) -> None:
        from embexplorer.projection.kernel import descend

        in_place = xy is seen
        # a snapshot head does not feel the pulls of its edges' other ends, so it is pushed half as much
        repulsion = np.float32(self.params.repulsion * (1 if in_place else 0.5))
        graph = (edge.starts, edge.tails, edge.chances, edge.phases)
        tail = (self.params.negatives, self.params.seed, self.first, in_place)
        descend(xy, seen, *graph, *part, epoch, rate, a, b, repulsion, *tail)


def _split(begin: int, end: int, threads: int) -> list[tuple[int, int]]:
    if threads < 2 or end - begin < _FEW:
        return [(begin, end)]
    cuts = np.linspace(begin, end, threads + 1).astype(int).tolist()
    return list(pairwise(cuts))
