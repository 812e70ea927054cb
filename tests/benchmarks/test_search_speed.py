"""Filtered search at 100,000 x 384: ours, numpy's brute force, and hnswlib with its own filter, in one run."""

import time
from collections import Counter

import numpy as np
import pytest

from embexplorer.base.progress import finish
from embexplorer.data.vectors import normalised
from embexplorer.search.graph import GraphIndex
from embexplorer.search.planner import Found, search

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
    return matrix, finish(GraphIndex.build(matrix, "cosine"))


def timed(answer, queries, masks) -> tuple[list[float], list]:
    times, answers = [], []
    for query, mask in zip(queries, masks, strict=True):
        began = time.perf_counter()
        answers.append(answer(query, mask))
        times.append((time.perf_counter() - began) * 1e3)
    return times, answers


def passing(kind: str, share: float, closeness: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The rows that a filter keeps: by chance, the nearest to the query, or the farthest from it."""
    order = {
        "independent": lambda: random.permutation(ROWS),
        "correlated": lambda: np.argsort(-closeness),
        "anti-correlated": lambda: np.argsort(closeness),
    }[kind]()
    mask = np.zeros(ROWS, np.bool_)
    mask[order[: round(share * ROWS)]] = True
    return mask


def methods(answers: list) -> str:
    """ "graph 17, exact 3"; "" for the engines that have but one."""
    if not isinstance(answers[0], Found):
        return ""
    return ", ".join(f"{method} {number}" for method, number in Counter(a.method for a in answers).most_common())


@pytest.mark.parametrize(
    ("share", "kind"),
    [(1.0, "unfiltered")]
    + [(s, k) for s in (0.5, 0.1, 0.01, 0.001, 0.0001) for k in ("independent", "correlated", "anti-correlated")],
)
def test_filtered_search(benchmark, space, table, share, kind) -> None:
    matrix, graph = space
    benchmark.group = f"search, {share:.2%} pass, {kind}"
    random = np.random.default_rng(2)
    moved = matrix[random.choice(ROWS, QUERIES)] + 0.3 * random.standard_normal((QUERIES, DIMS)) / np.sqrt(DIMS)
    queries = normalised(moved)
    masks = [None if share == 1 else passing(kind, share, matrix @ query, random) for query in queries]

    def ours(query, mask):
        return search(matrix, query, K, "cosine", mask, graph)

    def brute(query, mask):
        scores = matrix @ query
        if mask is not None:
            scores[~mask] = -np.inf
        top = np.argpartition(-scores, K)[:K]
        return top if mask is None else top[mask[top]]

    def plain(query, mask):
        graph._index.set_ef(160)
        passes = None if mask is None else lambda row: bool(mask[row])
        try:
            return graph._index.knn_query(query, k=K, num_threads=1, filter=passes)[0][0]
        except RuntimeError:
            return np.empty(0, np.int64)  # it answers nothing where it finds fewer than k

    timed(ours, queries[:2], masks[:2])
    truth = timed(brute, queries, masks)[1]
    for name, answer in (("ours", ours), ("numpy, exact", brute), ("hnswlib with filter, ef 160", plain)):
        times, answers = timed(answer, queries, masks)
        found = sum(len(np.intersect1d(getattr(a, "rows", a), b)) for a, b in zip(answers, truth, strict=True))
        p50, p95 = (float(value) for value in np.percentile(times, [50, 95]))
        recall = found / sum(map(len, truth))
        table.row(f"{share:.2%} {kind}: {name}", p50_ms=p50, p95_ms=p95, recall=float(recall), method=methods(answers))
    benchmark.pedantic(ours, (queries[0], masks[0]), rounds=20)
