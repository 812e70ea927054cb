"""Many points at once are arranged beside the window: what is set meanwhile holds, and the old picture stays."""

import numpy as np

from embexplorer.data.items import FieldType
from embexplorer.gui.map.view import MapView
from embexplorer.raster.colours import scale_for

N = 30_000


def spread(n: int) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)


def test_state_and_colours_set_before_the_points_are_arranged(qtbot) -> None:
    view = MapView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    state = np.zeros(N, np.uint8)
    state[7] = 2
    view.set_points(spread(N))
    view.set_colours(scale_for(np.arange(float(N)), FieldType.NUMBER), "number")
    view.set_state(state)
    view.set_hits(np.array([7]))
    view.grab()
    qtbot.waitUntil(lambda: bool(np.isfinite(view.xy).all()))
    assert view.raster.is_selected(7) and not view.raster.is_selected(8)
    assert len(view.raster.rows_in_rectangle(view.view, 600, 400, (-1e4, -1e4, 1e4, 1e4))) == N
    place = view.place_of(7)
    assert view.raster.pick(view.view, 600, 400, place.x(), place.y(), 0.5) >= 0


def test_the_last_picture_stays_until_the_new_points_are_there(qtbot) -> None:
    view = MapView()
    qtbot.addWidget(view)
    view.resize(600, 400)
    with qtbot.waitExposed(view):
        view.show()
    view.set_points(spread(N))
    qtbot.waitUntil(lambda: bool(np.isfinite(view.xy).all()))
    before = view.grab().toImage()
    view.set_points(spread(N + 5))
    assert view.grab().toImage() == before
    qtbot.waitUntil(lambda: len(view.xy) == N + 5 and bool(np.isfinite(view.xy).all()))
    assert len(view.raster) == N + 5
