"""How long work speaks: an operation is a generator of steps that ends with an outcome.

Each yield is a progress tick and a place to stop: closing the generator there leaves whole, committed batches.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Problem:
    """One thing that could not be used while the rest went on: where it was, what happened, what to do."""

    where: str
    text: str
    hint: str = ""

    def __str__(self) -> str:
        place = "" if self.text.startswith(self.where) else f"{self.where}: "
        return f"{place}{self.text} {self.hint}".strip()


@dataclass(frozen=True)
class Step:
    """How far the work is. total 0 means unknown. payload: a picture of the result so far (a layout's frame)."""

    done: float
    total: float
    note: str = ""
    payload: Any = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How the work ended: one sentence about it, what could not be used, its value, and what was measured."""

    summary: str = ""
    problems: tuple[Problem, ...] = ()
    value: Any = None
    figures: dict[str, float] = field(default_factory=dict)


Operation = Generator[Step, None, Outcome]


def finish(work: Generator[Step, None, _Result], on_step: Callable[[Step], None] | None = None) -> _Result:
    """Run work to its end in this thread and return what it returns; every step goes to on_step first."""
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            result: _Result = end.value
            return result
        if on_step is not None:
            on_step(step)


def part(
    work: Generator[Step, None, _Result], begin: float, end: float, note: str = "", total: float = 1.0
) -> Generator[Step, None, _Result]:
    """The same work, its progress moved into begin..end of a longer one of this total; note: replaces its notes
    unless "". A step of unknown total stays where the progress was. Closing it closes the work."""
    reached = begin
    try:
        while True:
            try:
                step = next(work)
            except StopIteration as stop:
                result: _Result = stop.value
                return result
            if step.total > 0:
                reached = begin + (end - begin) * min(1.0, step.done / step.total)
            yield replace(step, done=reached, total=total, note=note or step.note)
    finally:
        work.close()
