"""Frames of the points: every point unless a frame was late, and half the resolution of a huge screen while moving."""

import numpy as np
import pytest
from PySide6.QtCore import QSize

from embexplorer.gui.map.budget import Budget
from embexplorer.gui.map.frames import Frames
from embexplorer.raster import engine
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.view import View


@pytest.fixture
def frames() -> Frames:
    engine.warm_up()
    raster = PointRaster()
    raster.set_points(np.random.default_rng(0).standard_normal((2_000, 2)).astype(np.float32))
    return Frames(raster)


def test_every_point_is_drawn_until_a_frame_was_late() -> None:
    budget = Budget()
    assert budget.step(4_000_000) == 1
    budget.learn(4_000_000, 1, 12.0)
    assert budget.step(4_000_000) == 1
    budget.learn(4_000_000, 1, 30.0)
    assert budget.step(4_000_000) == 2
    assert budget.step(100_000) == 1, "few points are never sampled"


def test_points_come_back_when_frames_are_quick_again() -> None:
    budget = Budget()
    for _ in range(20):
        budget.learn(1_000_000, budget.step(1_000_000), 40.0)
    worst = budget.step(1_000_000)
    assert 4 < worst < 10, "however slow the machine is, a fair number is drawn"
    for _ in range(60):
        budget.learn(1_000_000, budget.step(1_000_000), 2.0)
    assert budget.step(1_000_000) == 1


def test_a_4k_screen_is_drawn_at_half_its_resolution_only_while_moving(frames: Frames) -> None:
    size, view = QSize(1920, 1080), View(0, 0, 200)
    frames.draw(view, size, 2.0, 2.0, True)
    assert (frames.image.width(), frames.image.height()) == (1920, 1080)
    assert frames.image.deviceIndependentSize().toSize() == size
    frames.draw(view, size, 2.0, 2.0, False)
    assert (frames.image.width(), frames.image.height()) == (3840, 2160)
    assert frames.image.deviceIndependentSize().toSize() == size


def test_another_screen_or_size_asks_for_another_frame(frames: Frames) -> None:
    size = QSize(300, 200)
    frames.draw(View(0, 0, 20), size, 1.0, 2.0, False)
    assert frames.fits(size, 1.0)
    assert not frames.fits(size, 1.5), "the window went to a screen with finer pixels"
    assert not frames.fits(QSize(301, 200), 1.0)
    frames.draw(View(0, 0, 20), size, 1.25, 2.0, False)
    assert (frames.image.width(), frames.image.height()) == (375, 250)
    frames.draw(View(0, 0, 20), QSize(1, 1), 1.0, 2.0, False)
    assert frames.image.width() == 1
