"""The map of 100,000, a million and four million points, 1600 x 1000, against its limits, against pyqtgraph's scatter
and against only showing a ready picture. Times are of the processor in one thread, where nothing else is said."""

import functools
import gc
import time
import tracemalloc
from collections.abc import Callable
from threading import Thread

import numpy as np
import pyqtgraph
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from embexplorer.gui.map.view import MapView
from embexplorer.raster import bands, engine, picture
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.view import View, fitted

SIZE, FRAMES = (1600, 1000), 9
PALETTE = np.random.default_rng(1).integers(0, 256, (21, 3)).astype(np.uint8)

LIMITS: dict[int, dict[str, float]] = {
    100_000: {
        "frame_ms": 5, "longest_of_2_threads_ms": 3, "scatter_ratio": 4, "recolour_ms": 1, "state_ms": 1,
        "pick_p99_ms": 0.05, "lasso_ms": 2, "bytes_a_point": 40, "first_picture_s": 0.5,
    },
    1_000_000: {
        "frame_ms": 12, "longest_of_2_threads_ms": 7, "scatter_ratio": 18, "recolour_ms": 5, "state_ms": 5,
        "pick_p99_ms": 0.05, "lasso_ms": 6, "bytes_a_point": 40, "first_picture_s": 0.5,
    },
    4_000_000: {
        "frame_ms": 26, "longest_of_2_threads_ms": 15, "scatter_ratio": 35, "recolour_ms": 40, "state_ms": 40,
        "pick_p99_ms": 0.1, "lasso_ms": 20, "bytes_a_point": 40,
    },
}  # fmt: skip


class Blit(QWidget):
    """Shows a ready picture: what any renderer pays at least."""

    image = QImage(*SIZE, QImage.Format.Format_RGB32)

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.drawImage(0, 0, self.image)
        painter.end()


class TimedThread(Thread):
    """Notes how long its work kept the processor busy."""

    longest_s = 0.0

    def run(self) -> None:
        begun = time.thread_time()
        super().run()
        TimedThread.longest_s = max(TimedThread.longest_s, time.thread_time() - begun)


def cloud(n: int) -> np.ndarray:
    random = np.random.default_rng(0)
    middles = random.normal(0, 4, (60, 2))
    return (middles[random.integers(0, 60, n)] + random.normal(0, 0.6, (n, 2))).astype(np.float32)


def busy_ms(work: Callable[[], object], rounds: int = FRAMES) -> float:
    """The median time of this thread."""
    work()
    times = []
    for _ in range(rounds):
        begun = time.thread_time()
        work()
        times.append((time.thread_time() - begun) * 1000)
    return float(np.median(times))


def shown(widget: QWidget, qtbot) -> None:
    qtbot.addWidget(widget)
    widget.resize(*SIZE)
    with qtbot.waitExposed(widget):  # an unexposed widget paints nothing, in no time
        widget.show()


def map_of(xy: np.ndarray, threads: int, qtbot, monkeypatch: pytest.MonkeyPatch) -> tuple[MapView, float]:
    """A map that shows the points, and after how many seconds it did."""
    monkeypatch.setattr("embexplorer.gui.map.canvas.PointRaster", functools.partial(PointRaster, threads=threads))
    view = MapView()
    shown(view, qtbot)
    picture._shuffled.cache_clear()
    begun = time.perf_counter()
    view.set_points(xy)
    qtbot.waitUntil(lambda: view.raster.visible(view.camera.view, *SIZE) >= len(xy) // 2, timeout=60_000)
    view.repaint()
    return view, time.perf_counter() - begun


def frame(view: MapView) -> None:
    view.redraw()
    view.repaint()


def longest_ms(view: MapView, monkeypatch: pytest.MonkeyPatch) -> float:
    """Of the threads that draw a frame together: what a frame takes where each has a core."""
    monkeypatch.setattr(bands, "Thread", TimedThread)
    times = []
    for _ in range(FRAMES):
        TimedThread.longest_s, begun = 0.0, time.thread_time()
        frame(view)
        times.append(max(time.thread_time() - begun, TimedThread.longest_s) * 1000)
    return float(np.median(times))


def scatter_ms(xy: np.ndarray, qtbot) -> float:
    plot = pyqtgraph.PlotWidget()
    shown(plot, qtbot)
    plot.addItem(pyqtgraph.ScatterPlotItem(xy[:, 0], xy[:, 1], size=3, pen=None, brush="b"))
    box, turn = plot.getViewBox(), iter(range(1000))
    box.disableAutoRange()

    def pan() -> None:
        box.translateBy(x=0.03 if next(turn) % 2 else -0.03)
        plot.viewport().repaint()

    return busy_ms(pan, 3)


def pick_p99_ms(raster: PointRaster, view: View) -> float:
    times = []
    for x, y in np.random.default_rng(0).uniform((300, 200), (1300, 800), (3_000, 2)).tolist():
        begun = time.thread_time()
        raster.pick(view, *SIZE, x, y, 7.0)
        times.append((time.thread_time() - begun) * 1000)
    return float(np.quantile(times, 0.99))


def bytes_a_point(xy: np.ndarray, keys: np.ndarray) -> float:
    """Of all that the raster keeps, its own coordinates and colours included, once it has drawn everything."""
    gc.collect()
    picture._shuffled.cache_clear()
    tracemalloc.start()
    raster = PointRaster()
    raster.set_points(xy)
    raster.set_colours(keys, PALETTE)
    raster.set_sizes(keys % 8)
    raster.set_state((keys == 1).astype(np.uint8) * 2)
    out = raster.render(fitted(raster.main_bounds(), *SIZE), *SIZE, 1.0)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0] - out.nbytes
    tracemalloc.stop()
    return kept / len(xy)


@pytest.mark.parametrize("n", LIMITS)
def test_map_speed(qtbot, table, monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    engine.warm_up()
    xy, keys = cloud(n), (np.arange(n) % 21).astype(np.uint8)
    selected = (np.arange(n) % 3).astype(np.uint8)
    view, first_s = map_of(xy, 1, qtbot, monkeypatch)
    raster, place = view.raster, view.camera.view
    raster.set_colours(keys, PALETTE)
    blit = Blit()
    shown(blit, qtbot)
    frame_ms, blit_ms = busy_ms(lambda: frame(view)), busy_ms(blit.repaint)
    angles = np.linspace(0, 2 * np.pi, 200)
    lasso = np.stack([800 + 480 * np.cos(angles), 500 + 380 * np.sin(angles)], axis=1)
    figures = {
        "frame_ms": frame_ms,
        "recolour_ms": busy_ms(lambda: (raster.set_colours(keys, PALETTE), raster.sight(place, *SIZE))),
        "state_ms": busy_ms(lambda: (raster.set_state(selected), raster.sight(place, *SIZE))),
        "frame_with_selection_ms": busy_ms(lambda: frame(view)),
        "pick_p99_ms": pick_p99_ms(raster, place),
        "lasso_ms": busy_ms(lambda: raster.rows_in_polygon(place, *SIZE, lasso)),
        "rows_in_view_ms": busy_ms(lambda: raster.rows_in_view(place, *SIZE, 500)),
        "first_picture_s": first_s,
        "bytes_a_point": bytes_a_point(xy, keys),
    }
    view.close()
    figures["longest_of_2_threads_ms"] = longest_ms(map_of(xy, 2, qtbot, monkeypatch)[0], monkeypatch)
    theirs = scatter_ms(xy, qtbot)
    figures |= {"scatter_ms": theirs, "scatter_ratio": theirs / frame_ms, "blit_ms": blit_ms}
    figures["blit_ratio"] = frame_ms / blit_ms
    table.row(f"{n:,} points", **figures)
    table.row("limit", **LIMITS[n])


@pytest.mark.parametrize(("n", "radius"), [(40_000, 1.5), (40_000, 2.2), (40_000, 4.4), (14_000, 8.0)])
def test_disc_speed(table, n: int, radius: float) -> None:
    engine.warm_up()
    xy = cloud(n)
    raster = PointRaster(threads=1)
    raster.set_points(xy)
    view = fitted(raster.main_bounds(), *SIZE)
    sizes = np.minimum(7, np.random.default_rng(0).exponential(1.5, n)).astype(np.uint8)
    one_size = busy_ms(lambda: raster.render(view, *SIZE, radius, discs=True))
    raster.set_sizes(sizes)
    of_sizes = busy_ms(lambda: raster.render(view, *SIZE, radius, discs=True))
    table.row(f"{n:,} discs of {radius} pixels", frame_ms=one_size, frame_of_sizes_ms=of_sizes)
