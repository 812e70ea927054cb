"""What each form of a space costs and finds, measured on the space's own vectors."""

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from embexplorer.base.progress import Step, part
from embexplorer.data.precision import WHOLE, Codec, Form
from embexplorer.data.vectors import Metric
from embexplorer.search.exact import scan_rows
from embexplorer.search.precision import Shrunk, fit, search, shrink

K = 10
SAMPLE_ROWS = 100_000
_SAMPLE_NUMBERS = 40_000_000  # of vectors with many dimensions fewer are taken
_QUERIES = 100
_SEED = 11
_STEP = 20  # queries between places to stop
_SAME = 2e-6  # scores that rounding alone tells apart


@dataclass(frozen=True)
class Way:
    """How to search: through a form, and, where finer is given, with the best of it scored again in that one."""

    form: Form
    finer: Form | None = None

    @property
    def name(self) -> str:
        return self.form.name if self.finer is None else f"{self.form.name}+{self.finer.name}"


@dataclass(frozen=True)
class Measured:
    """One way, on one space.

    row_bytes: of one vector, in both forms where there are two. total_bytes: of the whole space. recall, worst: which
    share of the ten nearest it finds, in the mean over all queries and for the worst of them; NaN where there is
    nothing to find. ms: processor time of a query over the whole space at the median, compared with every item.
    """

    name: str
    row_bytes: int
    total_bytes: int
    recall: float
    worst: float
    ms: float


@dataclass(frozen=True)
class Measurement:
    """rows: of the space. sampled: how many of them were tried. queries: how many searches. own: whether these were
    the user's own and not items of the space."""

    rows: int
    sampled: int
    queries: int
    own: bool
    ways: tuple[Measured, ...]


def measure(
    matrix: np.ndarray, metric: Metric, ways: Sequence[Way], queries: np.ndarray | None = None
) -> Generator[Step, None, Measurement]:
    """Try these ways on a sample of (n, d). queries: (m, d), the user's own; else items are looked for, each among the
    others. Each step is a place to stop.

    The times are those of the sample, for as many rows as the space has: all rows are compared, so they grow alike.
    """
    trial = _Trial(matrix, metric, queries)
    total = len(ways) + 1
    yield from part(trial.find_truth(), 0, 1, "Comparing every item", total)
    measured = []
    for number, way in enumerate(ways, 1):
        found = yield from part(trial.tried(way), number, number + 1, f"Trying {way.name}", total)
        measured.append(found)
    return Measurement(len(matrix), len(trial.sample), len(trial.queries), trial.own, tuple(measured))


class _Trial:
    """A sample of a space, what is asked of it, and what would be right."""

    def __init__(self, matrix: np.ndarray, metric: Metric, queries: np.ndarray | None) -> None:
        random = np.random.default_rng(_SEED)
        most = max(1_000, min(SAMPLE_ROWS, _SAMPLE_NUMBERS // max(1, matrix.shape[1])))
        self.rows, self._metric = len(matrix), metric
        if len(matrix) > most:
            self.sample = np.asarray(matrix[np.sort(random.choice(len(matrix), most, replace=False))], np.float32)
        else:
            self.sample = np.asarray(matrix, np.float32)
        self.own = queries is not None and len(queries) > 0
        self._asked: np.ndarray | None = None
        if queries is not None and self.own:
            self.queries = queries[:_QUERIES]
        else:
            number = min(_QUERIES, len(self.sample)) if len(self.sample) > 1 else 0
            self._asked = random.choice(max(1, len(self.sample)), number, replace=False)
            self.queries = self.sample[self._asked]
        self._truth: list[np.ndarray] = []
        self._shrunk: dict[Form, Shrunk] = {}
        self._directions: Codec | None = None

    def find_truth(self) -> Generator[Step, None, None]:
        """The scores of the ten nearest of each query."""
        every = np.arange(len(self.sample))
        for at, query in enumerate(self.queries):
            if at % _STEP == 0:
                yield Step(at, len(self.queries))
            rows = every if self._asked is None else np.delete(every, self._asked[at])
            self._truth.append(scan_rows(self.sample, query, K, self._metric, rows).scores)

    def tried(self, way: Way) -> Generator[Step, None, Measured]:
        yield Step(0, 2 * len(self.queries))
        coarse = self._in_form(way.form)
        finer = None if way.finer is None else self._in_form(way.finer)
        recalls: list[float] = []
        times: list[float] = []
        for first in range(0, len(self.queries), _STEP):
            yield Step(len(self.queries) + first, 2 * len(self.queries))
            self._ask(coarse, finer, range(first, min(first + _STEP, len(self.queries))), recalls, times)
        used = [form for form in (coarse, finer) if form is not None]
        dims = int(self.sample.shape[1])
        row_bytes = sum(form.codec.row_bytes for form in used)
        return Measured(
            way.name,
            row_bytes,
            self.rows * row_bytes + sum(form.codec.form.own_bytes(dims) for form in used),
            float(np.mean(recalls)) if recalls else float("nan"),
            float(np.min(recalls)) if recalls else float("nan"),
            float(np.median(times)) * 1e3 * self.rows / len(self.sample) if times else 0.0,
        )

    def _ask(
        self, coarse: Shrunk, finer: Shrunk | None, numbers: range, recalls: list[float], times: list[float]
    ) -> None:
        """Ask these queries, and add what they found and how many seconds each took."""
        from threadpoolctl import threadpool_limits

        # one thread, else the time would be that of threads that wait for each other; huge numbers may not fit
        with threadpool_limits(1), np.errstate(over="ignore", invalid="ignore"):
            for at in numbers:
                exclude = None if self._asked is None else self._asked[at : at + 1]
                began = time.thread_time()
                found = search(coarse, self.queries[at], K, finer, exclude)
                times.append(time.thread_time() - began)
                scores = scan_rows(self.sample, self.queries[at], K, self._metric, found.rows).scores
                recalls.append(_share(scores, self._truth[at]))

    def _in_form(self, form: Form) -> Shrunk:
        """Kept as long as something may be scored again in it: the finest and what was asked for last."""
        if form not in self._shrunk:
            self._shrunk = {kept: shrunk for kept, shrunk in self._shrunk.items() if kept == WHOLE}
            with np.errstate(over="ignore", invalid="ignore"):
                self._shrunk[form] = shrink(self.sample, self._fitted(form), self._metric)
            if len(self.sample) > 1:
                search(self._shrunk[form], self.sample[0], 1)  # the first time, machine code is made
        return self._shrunk[form]

    def _fitted(self, form: Form) -> Codec:
        """Directions are found once: the first of many are those that fewer would be."""
        most = self._directions
        if form.cut == "pca" and form.precision != "binary" and most is not None and most.form.dims >= form.dims:
            return replace(most, form=form, centre=None, basis=None if most.basis is None else most.basis[: form.dims])
        codec = fit(self.sample, form, self._metric)
        if form.cut == "pca":
            self._directions = codec
        return codec


def _share(found: np.ndarray, truth: np.ndarray) -> float:
    """Of the true scores so many were found; of items that are equally near each counts."""
    if not len(truth):
        return 1.0
    least = float(truth[-1])
    return float(np.count_nonzero(found >= least - _SAME * max(1.0, abs(least))) / len(truth))
