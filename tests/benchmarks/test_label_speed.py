"""Words on a map of 1600 x 1000: placing, painting, and finding where the names of a million items' values belong.
Times are of the processor in one thread."""

import time
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from embexplorer.data.labels import always_offered
from embexplorer.gui.map.view import MapView
from embexplorer.raster import engine
from embexplorer.raster.anchors import value_labels
from embexplorer.raster.labels import OVER, Window, candidates, nothing_stands, place
from embexplorer.raster.view import fitted

SIZE = (1600, 1000)
RNG = np.random.default_rng(2)


def took_ms(work: Callable[[], object], times: int = 9) -> float:
    """The median."""
    figures = []
    for _ in range(times):
        start = time.thread_time()
        work()
        figures.append((time.thread_time() - start) * 1000)
    return float(np.median(figures))


@pytest.mark.parametrize(
    ("labels", "most", "limit_ms"), [(100, 400, 2), (1_000, 400, 4), (20_000, 400, 6), (20_000, 120, 4)]
)
def test_placing(table, labels: int, most: int, limit_ms: float) -> None:
    offered = always_offered(
        tuple(map(str, range(labels))), RNG.normal(0, 0.4, (labels, 2)), RNG.pareto(1.2, labels) + 1
    )
    sizes = np.stack([RNG.uniform(50, 190, labels), np.full(labels, 20.0)], axis=1)
    view = fitted((-1, -1, 1, 1), *SIZE)
    window, shown = Window(view, *SIZE, view.scale), nothing_stands()

    def frame() -> None:
        nonlocal shown
        rows = candidates(offered, window, shown, most)
        shown = place(offered, rows, sizes[rows], window, shown, OVER)

    figure = took_ms(frame)
    table.row(f"place {labels:,} labels, {most} looked at", ms=figure, shown=len(shown), limit=limit_ms)
    assert figure <= limit_ms


@pytest.mark.parametrize("values", [25, 50_000])
def test_finding_the_places_of_values(table, values: int) -> None:
    n = 1_000_000
    of = RNG.integers(0, values, n)
    xy = (RNG.normal(0, 1, (values, 2))[of] + RNG.normal(0, 0.1, (n, 2))).astype(np.float32)
    column = pl.Series([f"value {k}" for k in of.tolist()]).cast(pl.Categorical)
    figure = took_ms(lambda: value_labels(column, xy, np.ones(n, np.bool_), {}), times=3)
    table.row(f"places of {values:,} values of a million items, beside the window", ms=figure, limit=600)
    assert figure <= 600


def test_painting(table, qtbot) -> None:
    engine.warm_up()
    view = MapView()
    qtbot.addWidget(view)
    view.set_reduced_motion(True)
    view.resize(*SIZE)
    with qtbot.waitExposed(view):
        view.show()
    view.set_points(RNG.normal(0, 1, (5_000, 2)).astype(np.float32))
    figures: list[float] = []
    paint = view.labels.paint

    def timed(painter, scene) -> None:
        start = time.thread_time()
        paint(painter, scene)
        figures.append((time.thread_time() - start) * 1000)

    view.labels.paint = timed  # type: ignore[method-assign]
    texts = tuple(f"part {k} · word" for k in range(600))
    view.set_labels(always_offered(texts, RNG.uniform(-2.6, 2.6, (600, 2)), RNG.random(600) + 1))
    while not figures or view.labels.is_unfinished:
        view.repaint()
    first, figures[:] = max(figures[1:]), []  # the very first loads the font
    for _ in range(9):
        view.repaint()
    resting, figures[:] = float(np.median(figures)), []
    for _ in range(9):
        view.camera.pan(3, 1)
        view.repaint()
    moving = float(np.median(figures))
    shown = len(view.labels.words)
    table.row(f"paint {shown} labels", resting_ms=resting, moving_ms=moving, frame_with_new_words_ms=first, limit=3)
    assert shown >= 40
    assert resting <= 3 and moving <= 4
