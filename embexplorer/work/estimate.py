"""How long it still takes, and several pieces of work in one honest progress bar."""

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import TypeVar

from embexplorer.base.progress import Step

_Result = TypeVar("_Result")

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


def in_stage(work: Generator[Step, None, _Result], start: float, end: float) -> Generator[Step, None, _Result]:
    """The same work, its progress moved into the part from start to end (0 to 1) of a longer whole.

    A step of unknown total stays where the progress was. Closing it closes the work.
    """
    reached = start
    try:
        while True:
            try:
                step = next(work)
            except StopIteration as finished:
                result: _Result = finished.value
                return result
            fraction = fraction_of(step)
            if fraction is not None:
                reached = max(reached, start + fraction * (end - start))
            yield replace(step, done=reached, total=1.0)
    finally:
        work.close()


@dataclass(frozen=True)
class Stage:
    """A piece of a longer work. make: given the results of the stages before. weight: its share of the time."""

    make: Callable[[tuple[object, ...]], Generator[Step, None, object]]
    weight: float


def stages(pieces: Sequence[Stage]) -> Generator[Step, None, tuple[object, ...]]:
    """One stage after the other under one progress bar; returns their results in order."""
    whole = sum(piece.weight for piece in pieces)
    results: tuple[object, ...] = ()
    reached = 0.0
    for piece in pieces:
        end = reached + piece.weight / whole
        results = (*results, (yield from in_stage(piece.make(results), reached, end)))
        reached = end
    return results
