"""Filtered search: ours and every local engine that is installed, on the same vectors, filters and queries, in one run.

100,000 and 1,000,000 x 384 (clusters of power-law sizes, each spread over about twenty directions of its own), and the
vectors of a project where EMBEXPLORER_BENCH_VECTORS names a .npy of some. The peers are the extra `peers`; those that
take very long at a million rows take part where EMBEXPLORER_BENCH_LONG is set.
"""

import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import peers
import pytest

from embexplorer.base.progress import finish
from embexplorer.data.vectors import normalised
from embexplorer.search.costs import measured_costs
from embexplorer.search.partition_building import build_partitions
from embexplorer.search.partitionfile import Kept, read_partitions, write_partitions
from embexplorer.search.planner import Found, Index, search
from embexplorer.search.recall import with_recall
from embexplorer.search.steepness import with_steepness

DIMS, QUERIES, PEER_QUERIES = 384, 30, 8
SIZES = ["100000", "1000000", "own vectors"]
SHARES = (0.5, 0.1, 0.01, 0.001, 0.0001)
KINDS = ("independent", "correlated", "against")
CELLS = [(1.0, "unfiltered"), *((share, kind) for share in SHARES for kind in KINDS)]


@dataclass
class Space:
    """cluster: int32 (n,), of each row; centres: float32 (c, d)."""

    name: str
    matrix: np.ndarray
    cluster: np.ndarray
    centres: np.ndarray
    index: Index
    engines: list
    build_s: float
    check_s: float

    def queries(self, number: int) -> np.ndarray:
        random = np.random.default_rng(2)
        chosen = self.matrix[random.choice(len(self.matrix), number)]
        dims = self.matrix.shape[1]
        return normalised(chosen + 0.3 * random.standard_normal((number, dims)) / np.sqrt(dims))

    def mask(self, query: np.ndarray, share: float, kind: str, seed: int) -> np.ndarray:
        """Rows by chance, of the clusters nearest to the query, or of those farthest from it."""
        if kind == "independent":
            # not the seeds of the mixture: the same numbers have chosen the clusters
            return np.random.default_rng(1_000 + seed).random(len(self.matrix)) < share
        far = -(self.centres @ query)[self.cluster]
        order = np.argsort(far if kind == "correlated" else -far, kind="stable")
        mask = np.zeros(len(self.matrix), np.bool_)
        mask[order[: round(share * len(mask))]] = True
        return mask


def mixture(rows: int, clusters: int = 500, axes: int = 96) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The vectors, the cluster of each, and the clusters' centres; always the same."""
    random = np.random.default_rng(1)
    sizes = 1 / np.arange(1, clusters + 1)
    cluster = random.choice(clusters, rows, p=sizes / sizes.sum()).astype(np.int32)
    root = np.float32(np.sqrt(DIMS))
    topics = random.standard_normal((40, DIMS), dtype=np.float32) / root
    own = 0.8 * random.standard_normal((clusters, DIMS), dtype=np.float32) / root
    centres = topics[random.integers(40, size=clusters)] + own
    fading = (0.35 * 0.9 ** np.arange(axes)).astype(np.float32)
    matrix = np.empty((rows, DIMS), np.float32)
    for number in range(clusters):
        chosen = np.flatnonzero(cluster == number)
        directions = random.standard_normal((axes, DIMS), dtype=np.float32) / root
        spread = random.standard_normal((len(chosen), axes), dtype=np.float32) * fading
        matrix[chosen] = centres[number] + spread @ directions
    for start in range(0, rows, 50_000):
        block = matrix[start : start + 50_000]
        block += 0.1 * random.standard_normal(block.shape, dtype=np.float32) / root
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return matrix, cluster, centres / np.linalg.norm(centres, axis=1, keepdims=True)


def own_vectors() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Real ones, in the clusters that k-means finds in them."""
    matrix = normalised(np.load(os.environ["EMBEXPLORER_BENCH_VECTORS"]))
    index = finish(build_partitions(matrix, "cosine"))
    return matrix, index.parts(), index.centres


@pytest.fixture(scope="module", params=SIZES)
def space(request, tmp_path_factory) -> Space:
    if request.param == SIZES[-1] and "EMBEXPLORER_BENCH_VECTORS" not in os.environ:
        pytest.skip("EMBEXPLORER_BENCH_VECTORS names no vectors")
    matrix, cluster, centres = own_vectors() if request.param == SIZES[-1] else mixture(int(request.param))
    small = matrix[:2_000]  # the kernels are compiled before anything is timed
    finish(with_recall(finish(with_steepness(finish(build_partitions(small, "cosine")), small)), small))
    folder = tmp_path_factory.mktemp("engines")
    engines = []
    for make in peers.ENGINES:
        is_long = len(matrix) > 200_000 and make in peers.LONG and "EMBEXPLORER_BENCH_LONG" not in os.environ
        engine, began = None if is_long else make(folder, matrix.shape[1]), time.process_time()
        if engine is not None:
            engine.build(matrix)
            engine.build_s = time.process_time() - began
            engines.append(engine)
    began = time.process_time()
    index = finish(build_partitions(matrix, "cosine"))
    built = time.process_time()
    checked = Index(*finish(with_recall(finish(with_steepness(index, matrix)), matrix)), costs=measured_costs())
    checked_s = time.process_time() - built
    return Space(request.param, matrix, cluster, centres, checked, engines, built - began, checked_s)


def timed(answer, queries, masks, k: int) -> tuple[list[float], list]:
    """Processor milliseconds of all threads, and the answers."""
    times, answers = [], []
    for query, mask in zip(queries, masks, strict=True):
        began = time.process_time()
        answers.append(answer(query, mask, k))
        times.append((time.process_time() - began) * 1e3)
    return times, answers


def truth(space: Space, query: np.ndarray, mask: np.ndarray | None, k: int) -> np.ndarray:
    scores = space.matrix @ query
    if mask is not None:
        scores[~mask] = -np.inf
        k = min(k, int(mask.sum()))
    return np.argpartition(-scores, k - 1)[:k] if k else np.empty(0, np.int64)


def methods(answers: list) -> str:
    """ "partitions 28, list 2"; "" for the engines that have but one."""
    if not isinstance(answers[0], Found):
        return ""
    return ", ".join(f"{method} {number}" for method, number in Counter(a.method for a in answers).most_common())


@pytest.mark.parametrize("k", [10, 100])
@pytest.mark.parametrize(("share", "kind"), CELLS)
def test_filtered_search(benchmark, space, table, share, kind, k) -> None:
    benchmark.group = f"{space.name}: {share:.2%} pass, {kind}, k = {k}"
    queries = space.queries(QUERIES)
    masks = [None if share == 1 else space.mask(query, share, kind, seed) for seed, query in enumerate(queries)]
    best = [truth(space, query, mask, k) for query, mask in zip(queries, masks, strict=True)]

    def ours(query, mask, k):
        return search(space.matrix, query, k, "cosine", mask, space.index)

    timed(ours, queries[:3], masks[:3], k)
    for name, answer in (("embexplorer", ours), *((engine.name, engine.search) for engine in space.engines)):
        number = QUERIES if name == "embexplorer" else PEER_QUERIES
        times, answers = timed(answer, queries[:number], masks[:number], k)
        shares = [
            len(np.intersect1d(getattr(a, "rows", a), b)) / len(b)
            for a, b in zip(answers, best, strict=False)
            if len(b)
        ]
        p50, p95 = (float(value) for value in np.percentile(times, [50, 95]))
        table.row(
            f"{space.name}, {share:.2%} {kind}, k {k}: {name}",
            p50_ms=p50,
            p95_ms=p95,
            recall=float(np.mean(shares or [1.0])),
            worst=float(min(shares, default=1.0)),
            method=methods(answers),
        )
    benchmark.pedantic(ours, (queries[0], masks[0], k), rounds=3)


def test_building_and_opening(benchmark, space, table, tmp_path: Path) -> None:
    benchmark.group = f"{space.name}: opening"
    path = tmp_path / "an.idx"
    rows = len(space.matrix)
    write_partitions(path, Kept(np.arange(rows), space.index.partitions, space.index.recalls), "a space")
    began = time.perf_counter()
    kept = read_partitions(path, "a space")
    opened = time.perf_counter() - began
    assert kept is not None
    table.row(
        f"{space.name}: building embexplorer's index",
        cpu_s=space.build_s,
        checking_cpu_s=space.check_s,
        bytes_a_row=path.stat().st_size / rows,
        opening_s=opened,
    )
    for engine in space.engines:
        table.row(f"{space.name}: building {engine.name}", cpu_s=engine.build_s)
    for make in peers.ENGINES:
        if make(tmp_path, space.matrix.shape[1]) is None:
            table.row(f"{space.name}: {make.name} is not installed, or cannot be loaded")
    benchmark.pedantic(read_partitions, (path, "a space"), rounds=3)
