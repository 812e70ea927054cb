"""The density layer: the survey and its picture in another thread, and painting it in the window's; CPU ms at
1600 x 1000 against scipy's gaussian filter of a ready histogram of 1024 x 1024, and against only showing a picture."""

import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from scipy.ndimage import gaussian_filter

from embexplorer.gui.map.density_layer import _Place, _sheet
from embexplorer.gui.tokens import LIGHT
from embexplorer.raster import engine
from embexplorer.raster.density import density
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.view import fitted

WIDTH, HEIGHT, ROUNDS = 1600, 1000, 9


def cpu_ms(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        taken.append((time.process_time() - begun) * 1000)
    return median(taken)


@pytest.mark.parametrize("n", [100_000, 1_000_000, 4_000_000])
def test_density_speed(qtbot, table, benchmark, n: int) -> None:
    engine.warm_up()
    random = np.random.default_rng(0)
    middles = random.normal(0, 4, (60, 2))
    raster = PointRaster()
    raster.set_points((middles[random.integers(0, 60, n)] + random.normal(0, 0.6, (n, 2))).astype(np.float32))
    view = fitted(raster.main_bounds(), WIDTH, HEIGHT)
    sight = raster.sight(view, WIDTH, HEIGHT)
    histogram = random.random((1024, 1024), np.float32)
    place = _Place(sight.grid, sight.looks, view, WIDTH, HEIGHT, 1.0, LIGHT)
    sheet, window = _sheet(place), QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)

    def painted(paint: Callable[[QPainter], object]) -> float:
        painter = QPainter(window)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        taken = cpu_ms(lambda: paint(painter))
        painter.end()
        return taken

    closer = view.zoomed(1.2, 500, 400, WIDTH, HEIGHT)
    ready = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    survey = cpu_ms(lambda: density(sight.grid, sight.looks, view, WIDTH, HEIGHT))
    smooth = cpu_ms(lambda: gaussian_filter(histogram, 8, truncate=3))
    table.row(
        f"{n:,} points",
        density_and_contours_ms=survey,
        with_picture_ms=cpu_ms(lambda: _sheet(place)),
        only_smoothing_by_scipy_ms=smooth,
        ratio=smooth / survey,
        paint_at_rest_ms=painted(lambda painter: sheet.paint(painter, view, WIDTH, HEIGHT)),
        paint_while_zooming_ms=painted(lambda painter: sheet.paint(painter, closer, WIDTH, HEIGHT)),
        ready_picture_ms=painted(lambda painter: painter.drawImage(0, 0, ready)),
    )
    benchmark.pedantic(lambda: density(sight.grid, sight.looks, view, WIDTH, HEIGHT), rounds=3)
