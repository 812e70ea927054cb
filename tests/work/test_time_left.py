"""Time left: silent until it knows, near the truth, no jumps."""

from itertools import pairwise

import pytest

from embexplorer.work.estimate import TimeLeft


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
