"""The layout against umap-learn from the same neighbours, in CPU seconds of all threads, without compilation."""

import time
import warnings

import numpy as np
import pytest

from embexplorer.base.progress import finish
from embexplorer.projection.layout import layout
from embexplorer.projection.neighbours import NeighbourGraph, neighbour_graph
from embexplorer.projection.params import MapParams
from embexplorer.projection.start import pca_start
from embexplorer.projection.trust import faithfulness


def clusters(count: int) -> np.ndarray:
    """Unit vectors in a thousand groups of very different size, each with directions of its own."""
    random = np.random.default_rng(0)
    sizes = 1 / np.arange(1, 1_001)
    group = random.choice(1_000, count, p=sizes / sizes.sum())
    centres = random.normal(size=(40, 128))[np.arange(1_000) % 40] + 0.7 * random.normal(size=(1_000, 128))
    axes = random.normal(size=(1_000, 8, 128)).astype(np.float32)
    matrix = centres[group].astype(np.float32)
    for one in range(1_000):
        own = np.flatnonzero(group == one)
        matrix[own] += 0.4 * random.normal(size=(len(own), 8)).astype(np.float32) @ axes[one]
    matrix += 0.3 * random.normal(size=matrix.shape).astype(np.float32)
    return matrix / np.linalg.norm(matrix, axis=1)[:, None]


def by_umap_learn(matrix: np.ndarray, graph: NeighbourGraph) -> np.ndarray:
    import umap

    own = np.arange(len(matrix), dtype=np.int32)[:, None]
    rows, distances = np.hstack([own, graph.rows]), np.hstack([np.zeros_like(own, np.float32), graph.distances])
    knn = (rows, distances, None)
    return umap.UMAP(n_neighbors=16, init="pca", random_state=42, metric="cosine", precomputed_knn=knn).fit_transform(
        matrix
    )


def by_us(matrix: np.ndarray, graph: NeighbourGraph) -> np.ndarray:
    return finish(layout(matrix, graph, MapParams())).xy


@pytest.mark.parametrize("count", [10_000, 50_000])
def test_layout_speed(table, benchmark, count) -> None:
    seconds = {}
    for name, run in (("umap-learn", by_umap_learn), ("embexplorer", by_us)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of umap-learn, about the seed and the missing search index
            small = clusters(5_000)
            run(small, finish(neighbour_graph(small, "cosine", 15)))  # compiles
            matrix = clusters(count)
            graph = finish(neighbour_graph(matrix, "cosine", 15))
            begun = time.process_time()
            xy = run(matrix, graph)
            seconds[name] = time.process_time() - begun
        _row(table, f"{count:,}: {name}", seconds[name], seconds["umap-learn"], matrix, xy)
    _row(table, f"{count:,}: PCA", 0.0, 0.0, matrix, finish(pca_start(matrix)))
    first, gap = benchmark.pedantic(live, (matrix, graph), rounds=1)
    table.row(f"{count:,}: embexplorer, live", first_picture_s=first, longest_gap_s=gap)


def _row(table, name: str, seconds: float, reference: float, matrix: np.ndarray, xy: np.ndarray) -> None:
    faithful = faithfulness(matrix, xy)
    ratio = reference / seconds if seconds else ""
    table.row(name, cpu_s=seconds, ratio=ratio, trust=faithful.trustworthiness, cont=faithful.continuity)


def live(matrix: np.ndarray, graph: NeighbourGraph) -> tuple[float, float]:
    """Seconds to the first picture, and the longest that a stop waits."""
    began = last = time.perf_counter()
    first, gap = 0.0, 0.0
    for step in layout(matrix, graph, MapParams()):
        now = time.perf_counter()
        gap, last = max(gap, now - last), now
        if step.payload is not None and not first:
            first = now - began
    return first, max(gap, time.perf_counter() - last)
