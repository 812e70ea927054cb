"""How far out in a partition the best rows for a query lie, measured on the rows themselves right after the build.

A partition can be passed over when even a row far out in the query's direction could not come among the best. How far
out rows lie depends on the query: near its own neighbourhood little, and far from it, where a filter has left only what
the query is unlike, hardly at all, since in many dims everything there lies at right angles to it. The gap between the
k-th best score and the best partition's middle tells which it is. So exact answers to sampled queries, under filters of
every kind, say for each gap how far out the best rows were.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace

import numpy as np

from embexplorer.base.progress import Step
from embexplorer.search.partitions import GAP_START, GAP_WIDTH, GAPS, PartitionIndex
from embexplorer.search.trial import GROUP, Sieve, Trial

_QUERIES = 128
_DEPTHS = (10, 100)
_NEEDS = 10  # kept of each answer
_KEPT = 99.7  # per cent of the best rows that must not be passed over
_MARGIN = 0.02
_FEWEST = 64  # answers behind each gap's figure
_SIEVES = (
    Sieve("none", 1.0),
    *(Sieve("by chance", share) for share in (0.1, 0.01)),
    *(Sieve("against", share) for share in (0.99, 0.96, 0.88, 0.7, 0.4, 0.1)),
)
_SEED = 7


def with_steepness(index: PartitionIndex, matrix: np.ndarray) -> Generator[Step, None, PartitionIndex]:
    """The index with its own steepness; each step is a place to stop. 5 s at 1,000,000 x 384."""
    trial = Trial(index, matrix, _SEED)
    queries = trial.queries(_QUERIES)
    gaps: list[float] = []
    needs: list[np.ndarray] = []
    for start in range(0, len(queries), GROUP):
        yield Step(start, len(queries), "Checking the search index")
        group = queries[start : start + GROUP]
        for query, scores in zip(group, trial.scores(group), strict=True):
            for gap, need in _answers(index, trial, query, scores):
                gaps.append(gap)
                needs.append(need)
    return replace(index, steepness=_table(np.array(gaps), np.array(needs))) if gaps else index


def _answers(
    index: PartitionIndex, trial: Trial, query: np.ndarray, scores: np.ndarray
) -> Iterator[tuple[float, np.ndarray]]:
    """For each kind of filter and depth: the gap, and how far out some of the best rows lay."""
    middles, spreads = index.middles(query)
    spreads = np.maximum(spreads, 1e-30)
    first = int(middles.argmax())
    for sieve in _SIEVES:
        rows = trial.best(query, scores, sieve, _DEPTHS[-1])
        parts = trial.parts[rows]
        for depth in _DEPTHS:
            if len(rows) >= depth:
                last = float(scores[rows[depth - 1]])
                some = parts[np.linspace(0, depth - 1, _NEEDS).astype(int)]
                yield float((last - middles[first]) / spreads[first]), (last - middles[some]) / spreads[some]


def _table(gaps: np.ndarray, needs: np.ndarray) -> np.ndarray:
    """float32 (GAPS,): for each gap what nearly all rows needed there, and a little more."""
    steep = np.empty(GAPS, np.float32)
    for place in range(GAPS):
        away = np.abs(gaps - (GAP_START + (place + 0.5) * GAP_WIDTH))
        close = np.flatnonzero(away <= GAP_WIDTH)
        close = close if len(close) >= _FEWEST else np.argsort(away, kind="stable")[:_FEWEST]
        steep[place] = np.percentile(needs[close], _KEPT) + _MARGIN
    return np.array([steep[max(0, place - 1) : place + 2].max() for place in range(GAPS)], np.float32)
