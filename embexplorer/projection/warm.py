"""Compile or load the kernels while nobody waits for them."""

import threading

import numpy as np


def warm_up() -> threading.Thread:
    """Starts a daemon thread that makes a tiny map, so that the first real one begins at once; returns it."""
    thread = threading.Thread(target=_tiny_map, name="warm-projection", daemon=True)
    thread.start()
    return thread


def _tiny_map() -> None:
    from embexplorer.projection.layout import layout
    from embexplorer.projection.neighbours import neighbour_graph
    from embexplorer.projection.params import MapParams

    points = np.random.default_rng(0).random((24, 4), np.float32)
    search = neighbour_graph(points, "l2", 5)
    while True:
        try:
            next(search)
        except StopIteration as end:
            graph = end.value
            break
    for _ in layout(points, graph, MapParams(epochs=2), "l2", threads=1):
        pass
