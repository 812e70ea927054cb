"""How many points a frame may draw while the map moves, learnt from what the last frames took."""

import math

_FRAME_MS = 12.0
_FEWEST, _AT_FIRST = 150_000, 1_000_000


class Budget:
    """Beyond it every second, third, ... point is drawn until the map rests."""

    def __init__(self) -> None:
        self._most = _AT_FIRST

    def step(self, seen: int) -> int:
        """Which points to draw of those that are in view: every step-th."""
        return max(1, math.ceil(seen / self._most))

    def learn(self, seen: int, step: int, took_ms: float) -> None:
        if took_ms > _FRAME_MS:
            self._most = max(_FEWEST, int(min(self._most, seen / step) * 0.8))
        elif step > 1 and took_ms < 0.7 * _FRAME_MS:
            self._most = int(self._most * 1.15)
