"""Every job ends exactly once, whatever is raised; lanes keep their promises; nothing leaks."""

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event as Flag

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embexplorer.base.errors import Cancelled, EmbexError
from embexplorer.base.progress import Operation, Outcome, Problem, Step
from embexplorer.work.events import Done, Event, Failed, JobEnded, JobMoved, JobStarted, WasCancelled
from embexplorer.work.job import DETAILS, INDEX, QUERY, WRITE, Job, Lane
from embexplorer.work.runner import Runner

LONG_S = 20.0


class Recorder:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.runner = Runner(self.events.append)

    def of(self, job: Job) -> list[Event]:
        return [event for event in list(self.events) if event.job_id == job.id]

    def run(self, make: Callable[[], Operation], lane: Lane = WRITE) -> Job:
        job = self.runner.submit("Test", make, lane)
        assert job.wait(LONG_S)
        return job


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    before = set(threading.enumerate())
    made = Recorder()
    yield made
    assert made.runner.close(LONG_S)
    assert set(threading.enumerate()) == before


def counting(total: int, result: object = None) -> Operation:
    for done in range(total):
        yield Step(done, total)
    return Outcome(value=result)


def raising(error: BaseException, after: int = 2) -> Operation:
    for done in range(after):
        yield Step(done, 0)
    raise error


def waiting(entered: Flag, release: Flag, result: object = None) -> Operation:
    """Runs until released, one step each few milliseconds."""
    entered.set()
    while not release.wait(0.002):
        yield Step(0, 0)
    return Outcome(value=result)


def ending_of(recorder: Recorder, job: Job) -> object:
    events = recorder.of(job)
    assert sum(isinstance(event, JobEnded) for event in events) == 1
    assert isinstance(events[-1], JobEnded)
    assert events[-1].ending == job.ending
    return events[-1].ending


def test_a_job_starts_moves_and_is_done(recorder: Recorder) -> None:
    job = recorder.run(lambda: counting(3, "result"))
    events = recorder.of(job)
    assert isinstance(events[0], JobStarted)
    moves = [event for event in events if isinstance(event, JobMoved)]
    assert [move.fraction for move in moves] == [0, pytest.approx(1 / 3), pytest.approx(2 / 3)]
    ending = ending_of(recorder, job)
    assert isinstance(ending, Done)
    assert ending.outcome.value == "result"


@pytest.mark.parametrize(
    "error", [RuntimeError("CUDA out of memory"), KeyboardInterrupt(), SystemExit(3), GeneratorExit(), KeyError("x")]
)
def test_our_mistakes_fail_with_the_traceback_and_the_lane_goes_on(
    recorder: Recorder, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.CRITICAL, "embexplorer"):
        ending = ending_of(recorder, recorder.run(lambda: raising(error)))
    assert isinstance(ending, Failed)
    assert type(error).__name__ in ending.traceback
    assert isinstance(ending_of(recorder, recorder.run(lambda: counting(1))), Done)


def test_the_worlds_failures_keep_their_words(recorder: Recorder) -> None:
    job = recorder.run(lambda: raising(EmbexError("The disk is full.", "Make room.")))
    assert ending_of(recorder, job) == Failed("The disk is full.", "Make room.")
    memory = ending_of(recorder, recorder.run(lambda: raising(MemoryError())))
    assert isinstance(memory, Failed)
    assert "memory" in memory.text
    assert memory.traceback == ""
    assert ending_of(recorder, recorder.run(lambda: raising(Cancelled()))) == WasCancelled()


def test_a_maker_that_raises_fails_the_job(recorder: Recorder) -> None:
    def make() -> Operation:
        raise EmbexError("The model is gone.")

    assert ending_of(recorder, recorder.run(make)) == Failed("The model is gone.")


def test_cancel_closes_the_operation_at_the_next_step(recorder: Recorder) -> None:
    closed, entered = Flag(), Flag()

    def work() -> Operation:
        try:
            while True:
                entered.set()
                time.sleep(0.001)
                yield Step(0, 0)
        finally:
            closed.set()

    job = recorder.runner.submit("Endless", work, INDEX)
    assert entered.wait(LONG_S)
    job.cancel()
    job.cancel()
    assert job.wait(LONG_S)
    assert closed.is_set()
    assert ending_of(recorder, job) == WasCancelled()


def test_what_raises_while_it_is_closed_still_ends_once(recorder: Recorder) -> None:
    entered = Flag()

    def work() -> Operation:
        try:
            while True:
                entered.set()
                yield Step(0, 0)
        finally:
            raise EmbexError("The last block could not be written.")

    job = recorder.runner.submit("Endless", work, WRITE)
    assert entered.wait(LONG_S)
    job.cancel()
    assert job.wait(LONG_S)
    assert ending_of(recorder, job) == Failed("The last block could not be written.")


def test_the_write_lane_keeps_the_order(recorder: Recorder) -> None:
    jobs = [recorder.runner.submit(str(n), lambda n=n: counting(n % 4, n), WRITE) for n in range(40)]
    assert all(job.wait(LONG_S) for job in jobs)
    kinds = [(type(e), e.job_id) for e in recorder.events if not isinstance(e, JobMoved)]
    assert kinds == [pair for job in jobs for pair in ((JobStarted, job.id), (JobEnded, job.id))]


def test_a_waiting_job_is_cancelled_at_once_and_never_starts(recorder: Recorder) -> None:
    entered, release = Flag(), Flag()
    first = recorder.runner.submit("First", lambda: waiting(entered, release), WRITE)
    second = recorder.runner.submit("Second", lambda: counting(1), WRITE)
    assert entered.wait(LONG_S)
    second.cancel()
    assert second.ended.is_set()
    assert recorder.of(second) == [JobEnded(second.id, WasCancelled())]
    assert not first.ended.is_set()
    release.set()
    assert first.wait(LONG_S)
    assert isinstance(ending_of(recorder, first), Done)


def test_the_newest_wins_and_a_stale_answer_is_never_posted() -> None:
    """Requests come from this thread while answers are posted from the lane's: after a request was made, no older
    answer may be told."""
    stale: list[int] = []
    newest = 0

    def post(event: Event) -> None:
        if isinstance(event, JobEnded) and isinstance(event.ending, Done) and event.job_id < newest:
            stale.append(event.job_id)

    runner = Runner(post)
    jobs = []
    for number in range(400):
        jobs.append(runner.submit("Search", lambda n=number: counting(n % 5, n), QUERY, key="main"))
        newest = jobs[-1].id
        time.sleep(random.Random(number).random() * 0.0005)
    assert all(job.wait(LONG_S) for job in jobs)
    assert runner.close(LONG_S)
    assert stale == []
    assert isinstance(jobs[-1].ending, Done)


def test_an_answer_that_comes_too_late_is_dropped(recorder: Recorder) -> None:
    entered, release = Flag(), Flag()

    def slow() -> Operation:
        entered.set()
        release.wait(LONG_S)  # one long step that cannot be interrupted
        return Outcome(value="stale")
        yield

    old = recorder.runner.submit("Old", slow, QUERY, key="main")
    assert entered.wait(LONG_S)
    new = recorder.runner.submit("New", lambda: counting(1, "fresh"), QUERY, key="main")
    release.set()
    assert old.wait(LONG_S)
    assert new.wait(LONG_S)
    assert ending_of(recorder, old) == WasCancelled()
    assert isinstance(ending_of(recorder, new), Done)


def test_another_key_is_another_question(recorder: Recorder) -> None:
    jobs = [recorder.runner.submit("Card", lambda: counting(2), DETAILS, key=str(n)) for n in range(10)]
    assert all(job.wait(LONG_S) for job in jobs)
    assert all(isinstance(ending_of(recorder, job), Done) for job in jobs)


def test_pause_holds_at_a_step_and_resume_goes_on(recorder: Recorder) -> None:
    steps, entered, release = Counter[str](), Flag(), Flag()

    def work() -> Operation:
        while not release.is_set():
            steps["taken"] += 1
            entered.set()
            yield Step(0, 0)
            time.sleep(0.001)
        return Outcome()

    job = recorder.runner.submit("Pausable", work, WRITE)
    assert entered.wait(LONG_S)
    job.pause()
    assert job.paused
    time.sleep(0.05)
    held = steps["taken"]
    time.sleep(0.05)
    assert steps["taken"] == held
    job.resume()
    deadline = time.monotonic() + LONG_S
    while steps["taken"] == held and time.monotonic() < deadline:
        time.sleep(0.001)
    assert steps["taken"] > held
    release.set()
    assert job.wait(LONG_S)
    assert not job.paused


def test_a_paused_job_can_be_cancelled(recorder: Recorder) -> None:
    entered, release = Flag(), Flag()
    job = recorder.runner.submit("Paused", lambda: waiting(entered, release), WRITE)
    assert entered.wait(LONG_S)
    job.pause()
    job.cancel()
    assert job.wait(LONG_S)
    assert ending_of(recorder, job) == WasCancelled()


def test_many_steps_are_thinned_but_what_they_carry_and_the_last_arrive(recorder: Recorder) -> None:
    def work() -> Operation:
        for done in range(3000):
            problems = (Problem("row 7", "is broken."),) if done == 700 else ()
            yield Step(done, 3000, payload="frame" if done in (5, 1500) else None, problems=problems)
        return Outcome()

    job = recorder.run(work)
    steps = [event.step for event in recorder.of(job) if isinstance(event, JobMoved)]
    assert len(steps) < 300
    assert [step.done for step in steps if step.payload] == [5, 1500]
    assert [step.done for step in steps if step.problems] == [700]
    assert steps[-1].done == 2999
    assert [step.done for step in steps] == sorted({step.done for step in steps})


def test_a_receiver_that_fails_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def post(event: Event) -> None:
        raise RuntimeError("the window is gone")

    runner = Runner(post)
    with caplog.at_level(logging.CRITICAL, "embexplorer"):
        jobs = [runner.submit("Test", lambda: counting(2), WRITE) for _ in range(3)]
        assert all(job.wait(LONG_S) for job in jobs)
    assert all(isinstance(job.ending, Done) for job in jobs)
    assert runner.close(LONG_S)


def test_after_close_a_job_ends_at_once(recorder: Recorder) -> None:
    entered, release = Flag(), Flag()
    running = recorder.runner.submit("Running", lambda: waiting(entered, release), WRITE)
    queued = recorder.runner.submit("Queued", lambda: counting(1), WRITE)
    assert entered.wait(LONG_S)
    assert recorder.runner.close(LONG_S)
    late = recorder.runner.submit("Late", lambda: counting(1), WRITE)
    for job in (running, queued, late):
        assert job.ended.is_set()
        assert ending_of(recorder, job) == WasCancelled()
    assert recorder.runner.jobs() == ()


def test_close_says_when_a_thread_is_still_busy() -> None:
    entered, release = Flag(), Flag()

    def stuck() -> Operation:
        entered.set()
        release.wait(LONG_S)
        yield Step(1, 1)
        return Outcome()

    events: list[Event] = []
    runner = Runner(events.append)
    job = runner.submit("Stuck", stuck, INDEX)
    assert entered.wait(LONG_S)
    assert not runner.close(0.01)
    release.set()
    assert job.wait(LONG_S)
    assert runner.close(LONG_S)


ACTIONS = st.sampled_from(["done", "raise", "memory", "base", "close raises", "cancel", "pause", "make raises"])
LANES = st.sampled_from([WRITE, QUERY, DETAILS, INDEX])


def troubled(action: str) -> Operation:
    if action == "make raises":
        raise ValueError(action)
    return _troubled(action)


def _troubled(action: str) -> Operation:
    errors = {"raise": RuntimeError("x"), "memory": MemoryError(), "base": KeyboardInterrupt()}
    try:
        for done in range(5):
            yield Step(done, 5)
            if done == 2 and action in errors:
                raise errors[action]
    finally:
        if action == "close raises":
            raise OSError("closing failed")
    return Outcome()


@settings(max_examples=60, deadline=None)
@given(plan=st.lists(st.tuples(ACTIONS, LANES, st.sampled_from(["", "a"])), max_size=12), close_early=st.booleans())
def test_whatever_happens_each_job_ends_exactly_once(plan: list[tuple[str, Lane, str]], close_early: bool) -> None:
    before = set(threading.enumerate())
    logging.getLogger("embexplorer.work.runner").disabled = True
    recorder = Recorder()
    jobs = []
    for action, lane, key in plan:
        job = recorder.runner.submit(action, lambda action=action: troubled(action), lane, key)
        jobs.append(job)
        if action == "cancel":
            job.cancel()
        elif action == "pause":
            job.pause()
            job.resume()
    if not close_early:
        assert all(job.wait(LONG_S) for job in jobs)
    assert recorder.runner.close(LONG_S)
    logging.getLogger("embexplorer.work.runner").disabled = False
    ends = Counter(event.job_id for event in recorder.events if isinstance(event, JobEnded))
    assert ends == {job.id: 1 for job in jobs}
    for job in jobs:
        ending_of(recorder, job)
    assert set(threading.enumerate()) == before
