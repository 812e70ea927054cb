"""A frame of the map while panning against pyqtgraph's scatter and against only showing a ready picture, CPU ms."""

import time

import numpy as np
import pyqtgraph
import pytest
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QWidget

from embexplorer.gui.map.view import MapView
from embexplorer.raster import engine

SIZE, FRAMES = (1600, 1000), 10


class Blit(QWidget):
    """Shows a ready picture: what any renderer pays at least."""

    image = QImage(*SIZE, QImage.Format.Format_RGB32)

    def paintEvent(self, _event) -> None:
        painter = QPainter(self)
        painter.drawImage(0, 0, self.image)
        painter.end()


def frame_ms(widget: QWidget, pan) -> float:
    widget.repaint()
    begun = time.process_time()
    for k in range(FRAMES):
        pan(3 if k % 2 else -3)
        widget.repaint()
    return (time.process_time() - begun) / FRAMES * 1000


@pytest.mark.parametrize("n", [100_000, 1_000_000])
def test_map_speed(qtbot, table, benchmark, n: int) -> None:
    engine.warm_up()
    random = np.random.default_rng(0)
    middles = random.normal(0, 4, (60, 2))
    xy = (middles[random.integers(0, 60, n)] + random.normal(0, 0.6, (n, 2))).astype(np.float32)
    view, plot, blit = MapView(), pyqtgraph.PlotWidget(), Blit()
    for widget in (view, plot, blit):
        qtbot.addWidget(widget)
        widget.resize(*SIZE)
        with qtbot.waitExposed(widget):  # an unexposed widget paints nothing, in no time
            widget.show()
    view.set_points(xy)
    qtbot.waitUntil(lambda: view.raster.visible(view.view, *SIZE) >= n // 2, timeout=10_000)  # arranged beside us
    plot.addItem(pyqtgraph.ScatterPlotItem(xy[:, 0], xy[:, 1], size=3, pen=None, brush="b"))
    box = plot.getViewBox()
    box.disableAutoRange()
    ours = frame_ms(view, lambda dx: view.camera.pan(dx, 0))
    theirs = frame_ms(plot.viewport(), lambda dx: box.translateBy(x=dx / 100))
    only_blit = frame_ms(blit, lambda dx: None)
    for name, ms in (("embexplorer", ours), ("pyqtgraph", theirs), ("ready picture", only_blit)):
        table.row(f"{name}, {n:,} points", frame_ms=ms, ratio=theirs / ms)
    benchmark.pedantic(view.repaint, rounds=3)
