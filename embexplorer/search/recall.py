"""What share of the best rows the partitioned index finds, measured against brute force on its own rows.

No figure holds for every kind of filter: filtered search is hardest where the filter leaves out what is nearest to the
query. So each kind is measured for itself, and where too little is found the index is made to look farther.
"""

import math
from collections.abc import Generator
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from embexplorer.base.progress import Step
from embexplorer.search.partitions import PartitionIndex
from embexplorer.search.trial import GROUP, Kind, Sieve, Trial

DEPTHS = (10, 100, 1_000)
GOOD, WORST = 0.99, 0.8  # the mean of all queries and the poorest of them
_LOOKED_FOR = 100  # results, for which an index is made to look farther; more are found or left to a scan
_QUERIES = 48
_SIEVES = (
    Sieve("none", 1.0),
    Sieve("by chance", 0.1),
    Sieve("by chance", 0.01),
    Sieve("against", 0.5),
    Sieve("against", 0.1),
)
# Times the steepness, and standard errors: what is tried one after the other until enough is found.
_EFFORTS = ((1.0, 2.6), (1.25, 3.2), (1.6, 4.0))
_SEED = 11
_ROUNDING = 1e-5


@dataclass(frozen=True)
class Measured:
    """Of one kind of filter and one number of results: the share of the best rows found, of all queries and of the
    poorest, and at the median how many rows were estimated and scored and what share of the partitions entered."""

    kind: Kind
    share: float
    depth: int
    recall: float
    worst: float
    estimated: float
    scored: float
    entered: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def is_good(self) -> bool:
        return self.recall >= GOOD and self.worst >= WORST


@dataclass(frozen=True)
class Recalls:
    """All that was measured on an index; empty where nothing was."""

    measured: tuple[Measured, ...] = ()

    def expected(self, share: float, k: int) -> Measured | None:
        """What to expect of a filter that keeps this share (1: of none) whatever it is like, for so many results;
        None where that was not measured or too little is found."""
        depth = next((d for d in DEPTHS if k <= d), 0)
        found = [m for m in self.measured if m.depth == depth and (share < 1 or m.kind == "none")]
        if not found or not all(m.is_good for m in found):
            return None
        likely = [m for m in found if m.kind != "against"]
        return min(likely, key=lambda m: abs(math.log(m.share / max(share, 1e-9))))

    def of(self, expected: Measured, entered: float) -> Measured:
        """What was measured under filters like the one that an answer came under: one that made the walk enter far
        more partitions (entered: their share) than expected has left out what is nearest to the query."""
        against = [m for m in self.measured if m.kind == "against" and m.depth == expected.depth]
        if entered <= max(2 * expected.entered, 0.1) or not against:
            return expected
        return min(against, key=lambda m: m.recall)


def with_recall(index: PartitionIndex, matrix: np.ndarray) -> Generator[Step, None, tuple[PartitionIndex, Recalls]]:
    """The index, made to look as far as it has to, and what it finds then; each step is a place to stop."""
    trial = Trial(index, matrix, _SEED)
    queries = trial.queries(_QUERIES)
    truths = yield from _truths(trial, queries)
    tried = index
    measured: tuple[Measured, ...] = ()
    for place, (times, reach) in enumerate(_EFFORTS):
        steepness = np.asarray(index.steepness * np.where(index.steepness > 0, times, 1 / times), np.float32)
        tried = replace(index, steepness=steepness, reach=reach)
        found = []
        for number, (sieve, answers) in enumerate(truths.items()):
            yield Step(0.5 + (place + number / len(truths)) / 6, 1, "Checking the search index")
            found += [m for depth in DEPTHS if (m := _measured(tried, matrix, trial, queries, sieve, answers, depth))]
        measured = tuple(found)
        if all(m.is_good for m in measured if m.depth <= _LOOKED_FOR):
            break
    return tried, Recalls(measured)


def _truths(trial: Trial, queries: np.ndarray) -> Generator[Step, None, dict[Sieve, list[np.ndarray]]]:
    """For each sieve the scores of the best rows of each query, float32, best first."""
    truths: dict[Sieve, list[np.ndarray]] = {sieve: [] for sieve in _SIEVES}
    for start in range(0, len(queries), GROUP):
        yield Step(0.5 * start / len(queries), 1, "Checking the search index")
        group = queries[start : start + GROUP]
        for query, scores in zip(group, trial.scores(group), strict=True):
            for sieve, answers in truths.items():
                answers.append(scores[trial.best(query, scores, sieve, DEPTHS[-1])])
    return truths


def _measured(
    index: PartitionIndex, matrix: np.ndarray, trial: Trial, queries: np.ndarray, sieve: Sieve,
    truths: list[np.ndarray], depth: int,
) -> Measured | None:  # fmt: skip
    """None where so few rows pass that nothing is to be ranked."""
    shares, work = [], []
    for query, truth in zip(queries, truths, strict=True):
        if len(truth) < depth:
            continue
        walked = index.walk(matrix, query, depth, trial.mask(query, sieve))
        margin = _ROUNDING * max(abs(float(truth[depth - 1])), float(np.ptp(truth)))
        shares.append(np.count_nonzero(walked.scores >= truth[depth - 1] - margin) / depth)
        work.append((walked.estimated, walked.scored, walked.entered / len(index.centres)))
    if not shares:
        return None
    estimated, scored, entered = np.median(work, axis=0).tolist()
    recall, worst = float(np.mean(shares)), float(min(shares))
    return Measured(sieve.kind, sieve.share, depth, min(recall, 1.0), worst, estimated, scored, entered)
