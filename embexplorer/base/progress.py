"""How long work speaks: an operation is a generator of steps that ends with an outcome.

Each yield is a progress tick and a place to stop: closing the generator there leaves whole, committed batches.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any


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


def finish(operation: Operation, on_step: Callable[[Step], None] | None = None) -> Outcome:
    """Run an operation to its end in this thread; every step goes to on_step first."""
    while True:
        try:
            step = next(operation)
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        if on_step is not None:
            on_step(step)
