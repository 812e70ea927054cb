"""Where one looks: which part of the map is in the window, and every way to another part."""

import math

from PySide6.QtCore import QEasingCurve, QObject, QPointF, QTimer, QVariantAnimation, Signal

from embexplorer.raster.view import Bounds, View, fitted

_SETTLE_MS, _GLIDE_MS = 120, 220
_CLOSEST, _FURTHEST = 5_000.0, 1 / 20  # times the scale of the whole map
_CLOSEST_FOR_FEW = 40.0  # a single point is not looked at through a microscope
_CLOSE = 4.0  # a single item is looked for at no less
_REMEMBERED = 100  # views to go back to


class Camera(QObject):
    """moved: another part is in the window. rested: it has not moved for a moment.

    view: what is seen. fit_scale: the scale at which the whole map is seen. is_moving: it has not rested yet.
    """

    moved = Signal()
    rested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view, self.fit_scale = View(), 1.0
        self.is_moving, self.is_seen, self.reduced_motion = False, False, False
        self._is_fitted = True
        self._bounds: Bounds = (-1.0, -1.0, 1.0, 1.0)
        self._width, self._height, self._covered = 1, 1, (0, 0)
        self._past: list[View] = []
        self._future: list[View] = []
        self._rested_at = self.view
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self._glide = QVariantAnimation(self, duration=_GLIDE_MS, startValue=0.0, endValue=1.0)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._on_glide)
        self._glide_from = self._glide_to = self.view

    # -- what it looks at ---------------------------------------------------------------------------------------------

    def set_room(self, width: int, height: int, covered: tuple[int, int]) -> None:
        """The window's size, and how many pixels at its left and right lie under something."""
        self._width, self._height, self._covered = width, height, covered
        self._follow()

    def set_bounds(self, bounds: Bounds) -> None:
        """Of the points that the whole map is."""
        self._bounds = bounds
        self._follow()

    def forget(self) -> None:
        """Another map: there is nothing to go back to, and all of it is seen."""
        self._past, self._future = [], []
        self._is_fitted = True
        self._follow()

    def look_anew(self, state: dict[str, float]) -> None:
        """Another map: there is nothing to go back to, and that is seen which state() told."""
        self.forget()
        self.restore(state)

    def travel(self, view: View, bounds: Bounds) -> None:
        """On the way to another map, of these bounds: this is seen now. It is no step to go back to."""
        self._is_fitted, self._bounds = False, bounds
        self._whole()
        self._rested_at = view
        self._jump(view)

    def arrive(self, bounds: Bounds, state: dict[str, float]) -> None:
        """At another map, of these bounds; as look_anew."""
        self._bounds = bounds
        self.look_anew(state)

    def remembered(self, state: dict[str, float]) -> View | None:
        """The view that state() told of; None where it was of the whole map, or is no sensible view."""
        values = [float(state.get(name, math.nan)) for name in ("x", "y", "scale")]
        return View(*values) if all(map(math.isfinite, values)) and values[2] > 0 else None

    def _follow(self) -> None:
        whole = self._whole()
        if self._is_fitted:
            self._glide.stop()
            self.view = self._rested_at = whole

    def _whole(self) -> View:
        view = self.whole()
        self.fit_scale = view.scale
        return view

    def whole(self, bounds: Bounds | None = None) -> View:
        """Where all of this map is seen, or of one of other bounds."""
        left, right = self._covered if self._width > 2 * sum(self._covered) else (0, 0)
        return fitted(bounds or self._bounds, self._width - left - right, self._height).panned((left - right) / 2, 0)

    # -- moving -------------------------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Glide to where the whole map is seen."""
        self._glide_towards(self._whole(), is_fitted=True)

    def fit_bounds(self, bounds: Bounds) -> None:
        """Glide to where these bounds are seen, as large as is sensible."""
        target = fitted(bounds, self._width, self._height)
        scale = min(target.scale, self.fit_scale * _CLOSEST_FOR_FEW)
        self._glide_towards(View(target.cx, target.cy, scale))

    def glide_to(self, x: float, y: float) -> None:
        """Bring a data point into the middle of what is not covered, close enough to see what is around it."""
        left, right = self._covered
        scale = max(self.view.scale, self.fit_scale * _CLOSE)
        self._glide_towards(View(x, y, scale).panned((left - right) / 2, 0))

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom around a pixel, or the middle."""
        self._jump(self._zoomed(self.view, factor, at))

    def glide_zoom(self, factor: float, at: QPointF) -> None:
        """As zoom, gliding."""
        self._glide_towards(self._zoomed(self._target(), factor, at))

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by so many pixels to the right and down."""
        self._jump(self.view.panned(dx, dy))

    def look_at(self, view: View) -> None:
        """Look there at once."""
        self._jump(view)

    def back(self) -> None:
        """To where one looked before."""
        self._step(self._past, self._future)

    def forward(self) -> None:
        """To where one looked before going back."""
        self._step(self._future, self._past)

    def state(self) -> dict[str, float]:
        """What restore takes; empty while the whole map is fitted."""
        return {} if self._is_fitted else {"x": self.view.cx, "y": self.view.cy, "scale": self.view.scale}

    def restore(self, state: dict[str, float]) -> None:
        """Look where one looked. Anything that is not a sensible view fits the whole map."""
        self._glide.stop()
        whole, view = self._whole(), self.remembered(state)
        self._is_fitted, self.view = view is None, view or whole
        self._rested_at = self.view
        self.moved.emit()

    def _target(self) -> View:
        return self._glide_to if self._glide.state() == QVariantAnimation.State.Running else self.view

    def _zoomed(self, view: View, factor: float, at: QPointF | None) -> View:
        place = at or QPointF(self._width / 2, self._height / 2)
        scale = min(max(view.scale * factor, self.fit_scale * _FURTHEST), self.fit_scale * _CLOSEST)
        return view.zoomed(scale / view.scale, place.x(), place.y(), self._width, self._height)

    def _step(self, source: list[View], target: list[View]) -> None:
        if source:
            target.append(self._rested_at)
            self._rested_at = source.pop()  # so that arriving is no step of its own
            self._glide_towards(self._rested_at)

    def _jump(self, view: View) -> None:
        self._glide.stop()
        self._is_fitted, self.view = False, view
        self._announce()

    def _glide_towards(self, view: View, is_fitted: bool = False) -> None:
        self._glide.stop()
        self._is_fitted = is_fitted
        if self.reduced_motion or not self.is_seen:
            self.view = view
            self._announce()
            return
        self._glide_from, self._glide_to = self.view, view
        self._glide.start()

    def _on_glide(self, share: float) -> None:
        self.view = self._glide_from.towards(self._glide_to, float(share)) if share < 1 else self._glide_to
        self._announce()

    def _announce(self) -> None:
        self.is_moving = True
        self._settle.start()
        self.moved.emit()

    def _on_settled(self) -> None:
        self.is_moving = False
        if self.view != self._rested_at:
            self._past = [*self._past, self._rested_at][-_REMEMBERED:]
            self._future = []
            self._rested_at = self.view
        self.rested.emit()
