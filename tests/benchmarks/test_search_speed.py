"""Filtered search at 100,000 x 384: ours, numpy's brute force, and hnswlib with its own filter, in one run."""

import time

import numpy as np
import pytest

from embexplorer.data.vectors import normalised
from embexplorer.search.graph import GraphIndex
from embexplorer.search.planner import search

ROWS, DIMS, QUERIES, K = 100_000, 384, 20, 10


@pytest.fixture(scope="module")
def space() -> tuple[np.ndarray, GraphIndex]:
    random = np.random.default_rng(1)
    sizes = 1 / np.arange(1, 1_001)
    cluster = random.choice(1_000, ROWS, p=sizes / sizes.sum())
    centres = random.standard_normal((1_000, DIMS)).astype(np.float32) / np.sqrt(DIMS)
    axes = random.standard_normal((20, DIMS)).astype(np.float32) / np.sqrt(DIMS)
    spread = 0.15 * random.standard_normal((ROWS, 20)).astype(np.float32) @ axes
    matrix = normalised(centres[cluster] + spread)
    work = GraphIndex.build(matrix, "cosine")
    while True:
        try:
            next(work)
        except StopIteration as end:
            return matrix, end.value


def timed(answer, queries, masks) -> tuple[list[float], list[np.ndarray]]:
    times, rows = [], []
    for query, mask in zip(queries, masks, strict=True):
        began = time.perf_counter()
        rows.append(answer(query, mask))
        times.append((time.perf_counter() - began) * 1e3)
    return times, rows


@pytest.mark.parametrize("kind", ["independent", "anti-correlated"])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.01, 0.001, 0.0001])
def test_filtered_search(benchmark, space, table, share, kind) -> None:
    matrix, graph = space
    benchmark.group = f"search, {share:.2%} pass, {kind}"
    random = np.random.default_rng(2)
    moved = matrix[random.choice(ROWS, QUERIES)] + 0.3 * random.standard_normal((QUERIES, DIMS)) / np.sqrt(DIMS)
    queries = normalised(moved)
    masks = [np.zeros(ROWS, np.bool_) for _ in queries]
    for query, mask in zip(queries, masks, strict=True):
        order = random.permutation(ROWS) if kind == "independent" else np.argsort(matrix @ query)
        mask[order[: round(share * ROWS)]] = True

    def ours(query, mask):
        return search(matrix, query, K, "cosine", mask, graph).rows

    def brute(query, mask):
        scores = np.where(mask, matrix @ query, -np.inf)
        top = np.argpartition(-scores, K)[:K]
        return top[mask[top]]

    def plain(query, mask):
        graph._index.set_ef(160)
        try:
            return graph._index.knn_query(query, k=K, num_threads=1, filter=lambda row: bool(mask[row]))[0][0]
        except RuntimeError:
            return np.empty(0, np.int64)  # it answers nothing where it finds fewer than k

    timed(ours, queries[:2], masks[:2])
    truth = timed(brute, queries, masks)[1]
    for name, answer in (("ours", ours), ("numpy, exact", brute), ("hnswlib with filter, ef 160", plain)):
        times, rows = timed(answer, queries, masks)
        found = sum(len(np.intersect1d(a, b)) for a, b in zip(rows, truth, strict=True))
        recall = found / sum(map(len, truth))
        p50, p95 = np.percentile(times, [50, 95])
        table.row(f"{share:.2%} {kind}: {name}", p50_ms=float(p50), p95_ms=float(p95), recall=float(recall))
    benchmark(ours, queries[0], masks[0])
