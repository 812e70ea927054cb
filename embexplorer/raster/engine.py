"""Which inner loops draw: the compiled ones once they are ready, numpy until then."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from embexplorer.raster import fallback

_lock = threading.Lock()
_compiled: "Engine | None" = None


@dataclass(frozen=True)
class Engine:
    """The inner loops; see the kernels for what each takes. The last three: None in numpy, which has draw instead."""

    order_by_cell: Callable[..., tuple[np.ndarray, np.ndarray]]
    count_in: Callable[..., int]
    nearest: Callable[..., int]
    nearest_disc: Callable[..., int]
    nearest_towards: Callable[..., int]
    mark_in_box: Callable[..., None]
    mark_between: Callable[..., None]
    draw_density: Callable[..., None] | None = None
    shown_in: Callable[..., int] | None = None
    draw_discs: Callable[..., None] | None = None


NUMPY = Engine(
    fallback.order_by_cell,
    fallback.count_in,
    fallback.nearest,
    fallback.nearest_disc,
    fallback.nearest_towards,
    fallback.mark_in_box,
    fallback.mark_between,
)


def current() -> Engine:
    """The best engine that is ready now. Never waits."""
    return _compiled or NUMPY


def is_compiled() -> bool:
    return _compiled is not None


def warm_up() -> None:
    """Compile the kernels, or load them from the cache (about 0.5 s; 5 s the first time). Call it from a background
    thread; from then on everything is drawn by them. Calling it again does nothing."""
    global _compiled
    with _lock:
        if _compiled is None:
            engine = _load()
            _try_out(engine)
            _compiled = engine


def _load() -> Engine:
    from embexplorer.raster import cell_kernels, density_kernels, disc_kernels

    return Engine(
        cell_kernels.order_by_cell,
        cell_kernels.count_in,
        cell_kernels.nearest,
        cell_kernels.nearest_disc,
        cell_kernels.nearest_towards,
        cell_kernels.mark_in_box,
        cell_kernels.mark_between,
        density_kernels.draw_density,
        disc_kernels.shown_in,
        disc_kernels.draw_discs,
    )


def _try_out(engine: Engine) -> None:
    """Use every kernel once with the types that a picture uses, so that nothing is compiled while one draws."""
    from embexplorer.raster.density import density
    from embexplorer.raster.picture import PointRaster
    from embexplorer.raster.relief import ink_for, relief
    from embexplorer.raster.view import View

    points: Any = np.linspace(-1, 1, 20, dtype=np.float32).reshape(10, 2)
    raster = PointRaster(engine)
    raster.set_points(points)
    view = View(0.0, 0.0, 20.0)
    for states in (1, 3):  # without and with strong points
        raster.set_state(np.arange(10, dtype=np.uint8) % states)
        for discs in (False, True):
            raster.render(view, 32, 24, 1.5, discs=discs)
    raster.pick(view, 32, 24, 16.0, 12.0, 5.0)
    raster.set_sizes(np.arange(10, dtype=np.uint8) % 8)
    raster.pick(view, 32, 24, 16.0, 12.0, 5.0)
    raster.next_towards(view, 32, 24, 0, 1.0, 0.0)
    raster.rows_in_view(view, 32, 24, 5)
    raster.rows_in_polygon(view, 32, 24, np.array([[0, 0], [30, 0], [0, 20]], np.float64))
    sight, black = raster.sight(view, 32, 24), (0, 0, 0)
    relief(density(sight.grid, sight.looks, view, 32, 24), view, 32, 24, ink_for(black, black, black))
