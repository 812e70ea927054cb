"""Time left: silent until it knows, near the truth, no jumps; and stages in one progress bar."""

from collections.abc import Generator
from itertools import pairwise

import pytest

from embexplorer.base.progress import Step
from embexplorer.work.estimate import Stage, TimeLeft, fraction_of, in_stage, stages


def told(rates: list[float], tick_s: float = 0.1) -> list[tuple[float, float | None]]:
    """(seconds gone, answer) while the work moves by these fractions a tick."""
    left, now, done, answers = TimeLeft(0.0), 0.0, 0.0, []
    for rate in rates:
        now += tick_s
        done += rate
        answers.append((now, left.moved(done, now)))
    return answers


def test_a_steady_pace_is_told_truly_and_not_too_early() -> None:
    answers = told([0.001] * 900)  # 100 s in all
    assert all(answer is None for now, answer in answers if now < 1.0)
    for now, answer in answers[30:]:
        assert answer == pytest.approx(100 - now, rel=0.02)


def test_one_slow_piece_does_not_make_it_jump() -> None:
    answers = told([0.001] * 300 + [0.0] * 40 + [0.001] * 300)
    shown = [answer for _, answer in answers[30:] if answer is not None]
    assert max(abs(later - earlier) for earlier, later in pairwise(shown)) < 10


def test_a_new_pace_is_learnt() -> None:
    answers = told([0.001] * 100 + [0.0001] * 600)
    now, answer = answers[-1]
    done = 0.1 + 0.06
    assert answer == pytest.approx((1 - done) / 0.001, rel=0.1)
    assert now == pytest.approx(70)


def test_unknown_and_new_starts_and_pauses() -> None:
    left = TimeLeft(0.0)
    assert left.moved(None, 5.0) is None
    for tick in range(1, 100):
        left.moved(tick / 200, tick * 0.3)
    before = left.moved(99 / 200, 30.0)
    assert before is not None
    left.paused(60.0)
    assert left.moved(99 / 200, 90.0) == pytest.approx(before)
    assert left.moved(0.0, 91.0) is None


def piece(total: int, result: str, closed: list[str] | None = None) -> Generator[Step, None, str]:
    try:
        for done in range(total + 1):
            yield Step(done, total, result)
        return result
    finally:
        if closed is not None:
            closed.append(result)


def test_stages_make_one_honest_bar() -> None:
    work = stages([Stage(lambda _: piece(4, "read"), 1), Stage(lambda got: piece(2, f"{got[0]} map"), 3)])
    seen = []
    while True:
        try:
            seen.append(fraction_of(next(work)))
        except StopIteration as end:
            assert end.value == ("read", "read map")
            break
    assert seen == pytest.approx([0, 0.0625, 0.125, 0.1875, 0.25, 0.25, 0.625, 1.0])


def test_a_step_of_unknown_length_stays_where_it_was() -> None:
    def work() -> Generator[Step, None, None]:
        yield Step(1, 2)
        yield Step(0, 0, "thinking")
        yield Step(2, 2)

    assert [(step.done, step.note) for step in in_stage(work(), 0.5, 1.0)] == [
        (0.75, ""),
        (0.75, "thinking"),
        (1.0, ""),
    ]


def test_closing_the_whole_closes_the_stage() -> None:
    closed: list[str] = []
    work = stages([Stage(lambda _: piece(9, "first", closed), 1), Stage(lambda _: piece(9, "second", closed), 1)])
    next(work)
    work.close()
    assert closed == ["first"]
