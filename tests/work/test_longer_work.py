"""Work within longer work: its result passed on, its steps moved into a part of the whole."""

from collections.abc import Generator

import pytest

from embexplorer.base.progress import Step, finish, part


def piece(total: int, result: str, closed: list[str] | None = None) -> Generator[Step, None, str]:
    try:
        for done in range(total + 1):
            yield Step(done, total, result)
        return result
    finally:
        if closed is not None:
            closed.append(result)


def whole(closed: list[str] | None = None) -> Generator[Step, None, str]:
    first = yield from part(piece(4, "read", closed), 0, 0.25)
    second = yield from part(piece(2, "map", closed), 0.25, 1, "mapping")
    return f"{first} {second}"


def test_parts_make_one_honest_bar() -> None:
    steps: list[Step] = []
    assert finish(whole(), steps.append) == "read map"
    assert [step.done for step in steps] == pytest.approx([0, 0.0625, 0.125, 0.1875, 0.25, 0.25, 0.625, 1.0])
    assert {step.total for step in steps} == {1.0}
    assert [step.note for step in steps] == ["read"] * 5 + ["mapping"] * 3


def test_a_step_of_unknown_length_stays_where_it_was() -> None:
    def work() -> Generator[Step, None, None]:
        yield Step(1, 2)
        yield Step(0, 0, "thinking")
        yield Step(2, 2)

    steps = [(step.done, step.total, step.note) for step in part(work(), 5, 10, total=20)]
    assert steps == [(7.5, 20, ""), (7.5, 20, "thinking"), (10, 20, "")]


def test_closing_the_whole_closes_the_part() -> None:
    closed: list[str] = []
    work = whole(closed)
    next(work)
    work.close()
    assert closed == ["read"]
