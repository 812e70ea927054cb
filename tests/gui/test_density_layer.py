"""The density over the real map: what it shows, when it is surveyed anew, and that it leaves nothing behind."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QThreadPool
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from embexplorer.app.state import MapLook
from embexplorer.gui.map.view import MapView
from embexplorer.gui.theme import theme
from embexplorer.raster import engine
from embexplorer.raster.look import DIMMED, HIDDEN, NORMAL

N = 4_000
BARE = MapLook(labels=False, thumbnails=False, minimap=False)
DENSE = replace(BARE, density=True)


@pytest.fixture
def view(qtbot) -> MapView:
    engine.warm_up()
    widget = MapView()
    qtbot.addWidget(widget)
    widget.set_reduced_motion(True)
    widget.set_look(BARE)
    widget.resize(640, 480)
    with qtbot.waitExposed(widget):
        widget.show()
    random = np.random.default_rng(0)
    xy = np.concatenate([random.normal(-4, 0.5, (N // 2, 2)), random.normal(4, 0.5, (N // 2, 2))])
    widget.set_points(xy.astype(np.float32))
    return widget


def settled(view: MapView) -> QImage:
    """The map at rest with all that is made beside the window."""
    view.camera.is_moving = False
    for _ in range(2):
        view.grab()
        idle(view)
    return view.grab().toImage()


def idle(view: MapView) -> None:
    """Until what was asked for has come, and the pause after it is over."""
    end = time.monotonic() + 20
    while view.density._surveyor._is_busy:
        assert time.monotonic() < end
        QTest.qWait(2)


def differing(one: QImage, other: QImage, by: int = 0) -> np.ndarray:
    """bool (h, w): which pixels differ by more than that."""
    arrays = [np.array(image.convertToFormat(QImage.Format.Format_RGB32).constBits()) for image in (one, other)]
    return np.ptp(np.stack(arrays).astype(np.int16), axis=0).reshape(one.height(), one.width(), 4).max(axis=2) > by


def test_it_is_drawn_where_the_points_are_and_nowhere_else(view: MapView) -> None:
    without = settled(view)
    view.set_look(DENSE)
    changed = differing(settled(view), without)
    x, y = (round(part) for part in view.view.to_pixel(-4.0, -4.0, 640, 480))
    assert changed[y - 30 : y + 30, x - 30 : x + 30].mean() > 0.9
    assert not changed[200:280, 300:340].any()  # halfway between the clusters
    view.set_look(BARE)
    assert not differing(settled(view), without).any()


def test_while_it_is_off_nothing_is_surveyed_or_kept(view: MapView) -> None:
    view.camera.pan(30, 0)
    settled(view)
    assert view.density._asked is None and view.density._sheet is None
    view.set_look(DENSE)
    settled(view)
    sheet = view.density._sheet
    assert sheet is not None
    settled(view)
    assert view.density._sheet is sheet  # nothing has changed since
    view.set_look(BARE)
    assert view.density._asked is None and view.density._sheet is None


def test_hidden_and_dimmed_points_do_not_count(view: MapView) -> None:
    view.set_look(DENSE)
    settled(view)
    x, y = (round(part) for part in view.view.to_pixel(4.0, 4.0, 640, 480))
    state = np.full(N, NORMAL, np.uint8)
    for left_out in (HIDDEN, DIMMED):
        state[N // 2 :] = left_out
        view.set_state(state)
        with_contours = settled(view)
        view.set_look(BARE)
        changed = differing(settled(view), with_contours)
        assert changed.any() and not changed[y - 60 : y + 60, x - 60 : x + 60].any()
        view.set_look(DENSE)


def test_it_moves_along_and_is_surveyed_anew_at_rest(view: MapView) -> None:
    view.set_look(DENSE)
    settled(view)
    first = view.density._sheet
    view.camera.pan(20, 10)
    moving = view.grab().toImage()
    assert view.density._asked.view == first.place.view  # a small move waits for the rest
    settled(view)
    assert view.density._sheet is not first and view.density._sheet.place.view == view.view
    assert differing(moving, view.grab().toImage(), by=40).mean() < 0.002  # it was where it belongs all the time


def test_a_long_way_is_not_waited_for(view: MapView) -> None:
    view.set_look(DENSE)
    settled(view)
    view.camera.zoom(3.0, QPointF(320, 240))
    view.grab()
    assert view.camera.is_moving and view.density._asked.view == view.view


def test_of_many_layouts_the_newest_is_surveyed_and_not_each(view: MapView) -> None:
    view.set_look(DENSE)
    settled(view)
    sheets: list[object] = []
    view.density._surveyor.surveyed.connect(sheets.append)
    for step in range(20):
        view.move_points(view.xy + np.float32([0.01 * step, 0]))
        view.grab()
        QApplication.processEvents()
    settled(view)
    assert 1 <= len(sheets) < 20
    assert view.density._sheet is sheets[-1]
    assert sheets[-1].place.grid is view.raster.sight(view.view, 1, 1).grid


def test_it_follows_points_and_theme(view: MapView) -> None:
    view.set_look(DENSE)
    settled(view)
    first = view.density._sheet
    view.move_points(view.xy + np.float32([3, 0]))
    settled(view)
    second = view.density._sheet
    assert second is not first and second.place.grid is not first.place.grid
    theme().choose("dark")
    settled(view)
    assert view.density._sheet.place.tokens.dark
    view.set_points(np.zeros((7, 2), np.float32))
    view.grab()
    assert view.density._sheet is None  # of other points


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_points_have_no_contours(view: MapView, n: int) -> None:
    view.set_points(np.zeros((n, 2), np.float32))
    without = settled(view)
    view.set_look(DENSE)
    assert not differing(settled(view), without).any()


def test_closing_while_it_is_surveyed_leaves_no_thread(qtbot) -> None:
    engine.warm_up()
    window = MapView()
    window.resize(300, 200)
    with qtbot.waitExposed(window):
        window.show()
    window.set_points(np.random.default_rng(0).standard_normal((500, 2)).astype(np.float32))
    pool, go_on = QThreadPool.globalInstance(), threading.Event()
    for _ in range(pool.maxThreadCount()):
        pool.start(lambda: go_on.wait(10))
    window.set_look(DENSE)
    window.grab()
    assert window.density._asked is not None
    window.close()
    window.deleteLater()
    qtbot.waitUntil(lambda: not isValid(window))
    go_on.set()  # only now is it surveyed
    assert pool.waitForDone(10_000)
    QApplication.processEvents()
