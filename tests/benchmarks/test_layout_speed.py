"""The layout against umap-learn from the same neighbours at 10,000 points, in CPU seconds without compilation."""

import time
import warnings

import numpy as np

from embexplorer.projection.layout import layout
from embexplorer.projection.neighbours import neighbour_graph
from embexplorer.projection.params import MapParams
from embexplorer.projection.trust import faithfulness


def ended(work):
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value


def test_layout_speed(table, benchmark) -> None:
    random = np.random.default_rng(0)
    matrix = random.normal(size=(50, 64))[random.integers(0, 50, 10_000)] + 0.8 * random.normal(size=(10_000, 64))
    matrix = (matrix / np.linalg.norm(matrix, axis=1)[:, None]).astype(np.float32)
    graph = ended(neighbour_graph(matrix, "cosine", 15))
    own = np.arange(10_000, dtype=np.int32)[:, None]
    knn = np.hstack([own, graph.rows]), np.hstack([np.zeros_like(own, np.float32), graph.distances]), None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import umap

        reference = umap.UMAP(n_neighbors=16, init="pca", random_state=42, metric="cosine", precomputed_knn=knn)
        engines = {
            "umap-learn": lambda: reference.fit_transform(matrix),
            "embexplorer": lambda: ended(layout(matrix, graph, MapParams())).xy,
        }
        seconds = {}
        for name, run in engines.items():
            run()  # compiles
            begun = time.process_time()
            xy = run()
            seconds[name] = time.process_time() - begun
            faithful = faithfulness(matrix, xy)
            ratio = seconds["umap-learn"] / seconds[name]
            table.row(name, cpu_s=seconds[name], ratio=ratio, trust=faithful.trustworthiness, cont=faithful.continuity)
    benchmark.pedantic(engines["embexplorer"], rounds=1)
