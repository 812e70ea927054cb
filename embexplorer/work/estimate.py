"""How long work still takes."""

from collections import deque
from statistics import median

from embexplorer.base.progress import Step

# Rates are medians of the last pieces, so that one slow file or one pause does not throw the figure about.
_PIECES = 21
_PIECE_S = 0.25
_ENOUGH_PIECES = 4
_ENOUGH_S = 1.5
# A new figure moves the shown one by this share: it settles within seconds and does not jump.
_TRUST = 0.3


class TimeLeft:
    """Seconds left, from how the fraction done moved. Feed it every step; it answers None until it knows."""

    def __init__(self, now_s: float) -> None:
        self._started_s = self._piece_s = now_s
        self._piece_fraction = 0.0
        self._rates: deque[float] = deque(maxlen=_PIECES)
        self._end_s: float | None = None

    def moved(self, fraction: float | None, now_s: float) -> float | None:
        """fraction: done of all, 0 to 1, None where unknown. now_s: any clock that only goes forward."""
        if fraction is None:
            return None
        if fraction < self._piece_fraction:  # a new start: what was learnt does not hold
            self._rates.clear()
            self._end_s, self._piece_fraction, self._piece_s, self._started_s = None, fraction, now_s, now_s
        elif now_s - self._piece_s >= _PIECE_S and fraction > self._piece_fraction:
            self._rates.append((fraction - self._piece_fraction) / (now_s - self._piece_s))
            self._piece_fraction, self._piece_s = fraction, now_s
            self._settle(fraction, now_s)
        return None if self._end_s is None else max(0.0, self._end_s - now_s)

    def paused(self, seconds: float) -> None:
        """This long nothing was done because the user said so."""
        self._piece_s += seconds
        self._started_s += seconds
        if self._end_s is not None:
            self._end_s += seconds

    def _settle(self, fraction: float, now_s: float) -> None:
        if len(self._rates) < _ENOUGH_PIECES or now_s - self._started_s < _ENOUGH_S:
            return
        end_s = now_s + (1 - fraction) / median(self._rates)
        self._end_s = end_s if self._end_s is None else self._end_s + _TRUST * (end_s - self._end_s)


def fraction_of(step: Step) -> float | None:
    """0 to 1; None where the total is unknown."""
    return min(1.0, max(0.0, step.done / step.total)) if step.total > 0 else None
