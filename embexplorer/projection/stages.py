"""Work within a longer work: its steps moved into a part of the whole."""

from collections.abc import Generator
from dataclasses import replace
from typing import TypeVar

from embexplorer.base.progress import Step

_Result = TypeVar("_Result")


def part(
    work: Generator[Step, None, _Result], begin: float, end: float, note: str = ""
) -> Generator[Step, None, _Result]:
    """The same work, its progress moved into begin..end (0 to 1); note: replaces its notes unless "". Closing it
    closes the work."""
    try:
        while True:
            try:
                step = next(work)
            except StopIteration as stop:
                result: _Result = stop.value
                return result
            share = step.done / step.total if step.total else 0.0
            yield replace(step, done=begin + (end - begin) * share, total=1.0, note=note or step.note)
    finally:
        work.close()
