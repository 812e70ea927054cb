"""How many points a frame may draw while the map moves, learnt from what the last frames took."""

import math

_FRAME_MS = 14.0  # of the 16.7 that a screen of 60 frames a second leaves
_FEWEST = 150_000


class Budget:
    """All points, until a frame was late; from then on every second, third, ... point until the map rests."""

    def __init__(self) -> None:
        self._most = math.inf

    def step(self, seen: int) -> int:
        """Which points to draw of those that are in view: every step-th."""
        return max(1, math.ceil(seen / self._most))

    def learn(self, seen: int, step: int, took_ms: float) -> None:
        if took_ms > _FRAME_MS:
            self._most = max(_FEWEST, min(self._most, seen / step) * 0.8)
        elif took_ms < 0.7 * _FRAME_MS and step > 1:
            self._most *= 1.15
