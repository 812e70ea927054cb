"""Background work in lanes, without Qt: every job ends exactly once, whatever is raised in it."""

import itertools
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from queue import SimpleQueue

from embexplorer.base.errors import Cancelled, EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.work.estimate import TimeLeft, fraction_of
from embexplorer.work.events import Done, Ending, Event, Failed, JobEnded, JobMoved, JobStarted, WasCancelled
from embexplorer.work.job import Job, Lane

_log = logging.getLogger(__name__)

# A person sees no more than twenty moves a second; the first few pass at once, so that "Loading the model" shows.
_MOVES_PER_S = 20.0
_BURST = 4.0
_BEHIND = 5  # in Unix's terms of niceness: a third of the window's share where both want a processor


class Runner:
    """Runs jobs, one thread a lane. The threads start with a lane's first job and end with close().

    post: receives every event, on the thread where it happened (mostly a lane's). It must return soon and must not
    wait for another thread, since a newer request waits for it: so a stale answer is never posted after the newer
    request was made. What it raises is logged and changes nothing.
    """

    def __init__(self, post: Callable[[Event], None]) -> None:
        self._post = post
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._live: dict[int, Job] = {}
        self._queues: dict[str, SimpleQueue[Job | None]] = {}
        self._threads: list[threading.Thread] = []
        self._closed = False

    def submit(self, title: str, make: Callable[[], Operation], lane: Lane, key: str = "") -> Job:
        """Queue a job. make: called in the lane's thread; what it raises fails the job.

        In a lane where the newest wins, the older jobs of the same key are forgotten first, then cancelled.
        After close() the job ends as WasCancelled at once.
        """
        with self._lock:
            job = Job(next(self._numbers), title, make, lane, key, self._cancel)
            if lane.newest_wins:
                self._outdate(lane, key)
            self._live[job.id] = job
            if self._closed:
                self._end(job, WasCancelled())
            else:
                self._queue(lane).put(job)
            return job

    def jobs(self) -> tuple[Job, ...]:
        """What waits or runs, oldest first."""
        with self._lock:
            return tuple(self._live.values())

    def cancel(self, lane: Lane, key: str | None = None) -> None:
        """Cancel all jobs of a lane, or those of one key."""
        for job in self.jobs():
            if job.lane == lane and key in (None, job.key):
                job.cancel()

    def close(self, timeout_s: float = 5.0) -> bool:
        """Cancel everything and wait for the threads; True when all have ended within the time.

        A thread that is deep in a long step ends after it; as a daemon it never keeps the program from ending.
        """
        with self._lock:
            self._closed = True
            for job in self.jobs():
                job.cancel()
            for queue in self._queues.values():
                queue.put(None)
        until = time.monotonic() + timeout_s
        others = [thread for thread in self._threads if thread is not threading.current_thread()]
        for thread in others:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in others)

    # -- all under the lock --------------------------------------------------------------------------------------

    def _queue(self, lane: Lane) -> "SimpleQueue[Job | None]":
        queue = self._queues.get(lane.name)
        if queue is None:
            queue = self._queues[lane.name] = SimpleQueue()
            thread = threading.Thread(target=self._work, args=(queue, lane), name=f"work {lane.name}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return queue

    def _outdate(self, lane: Lane, key: str) -> None:
        older = [job for job in self._live.values() if job.lane == lane and job.key == key]
        for job in older:
            job.outdated = True
            self._cancel(job)

    def _cancel(self, job: Job) -> None:
        with self._lock:
            job.stop()
            if not job.started:
                self._end(job, WasCancelled())

    def _end(self, job: Job, ending: Ending) -> None:
        """The only place where a job ends."""
        with self._lock:
            if job.ending is not None:
                return
            job.ending = WasCancelled() if job.unwanted else ending
            self._live.pop(job.id, None)
            job.forget()
            try:
                self._tell(JobEnded(job.id, job.ending))
            finally:
                job.ended.set()

    def _tell(self, event: Event) -> None:
        try:
            self._post(event)
        except Exception:
            _log.exception("the receiver of %s failed", type(event).__name__)

    # -- in a lane's thread --------------------------------------------------------------------------------------

    def _work(self, queue: "SimpleQueue[Job | None]", lane: Lane) -> None:
        if lane.steps_back:
            _step_back()
        while (job := queue.get()) is not None:
            if self._start(job):
                self._end(job, self._run(job))
            del job  # an idle lane keeps no result alive

    def _start(self, job: Job) -> bool:
        with self._lock:
            if job.ending is not None:
                return False
            job.started = True
            self._tell(JobStarted(job.id))
            return True

    def _run(self, job: Job) -> Ending:
        """Whatever is raised becomes an ending: a lane's thread must outlive every job."""
        try:
            operation = job.begin()
            try:
                outcome = self._steps(job, operation)
            finally:
                operation.close()
        except Cancelled:
            return WasCancelled()
        except BaseException as error:
            return _failure(job, error)
        return WasCancelled() if outcome is None else Done(outcome)

    def _steps(self, job: Job, operation: Operation) -> Outcome | None:
        """The outcome, or None when the job was stopped."""
        progress = _Progress(job, self._move)
        while not job.stopping:
            try:
                step = next(operation)
            except StopIteration as end:
                progress.flush()
                outcome: Outcome = end.value
                return outcome
            progress.take(step)
            if job.paused:
                progress.flush()
                since = time.monotonic()
                job.wait_while_paused()
                progress.left.paused(time.monotonic() - since)
        progress.flush()
        return None

    def _move(self, job: Job, event: JobMoved) -> None:
        with self._lock:
            if not job.unwanted:
                self._tell(event)


class _Progress:
    """Lets through what a person can follow; steps that carry something all pass, and the last one always does."""

    def __init__(self, job: Job, move: Callable[[Job, JobMoved], None]) -> None:
        self.left = TimeLeft(time.monotonic())
        self._job = job
        self._move = move
        self._allowed = _BURST
        self._counted_s = time.monotonic()
        self._held: JobMoved | None = None

    def take(self, step: Step) -> None:
        now_s = time.monotonic()
        fraction = fraction_of(step)
        self._held = JobMoved(self._job.id, step, fraction, self.left.moved(fraction, now_s))
        self._allowed = min(_BURST, self._allowed + (now_s - self._counted_s) * _MOVES_PER_S)
        self._counted_s = now_s
        if step.payload is not None or step.problems:
            self.flush()
        elif self._allowed >= 1.0:
            self._allowed -= 1.0
            self.flush()

    def flush(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._move(self._job, held)


def _step_back() -> None:
    """Lower the priority of this thread alone; only Linux knows priorities of threads."""
    if sys.platform == "linux":
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), max(own, _BEHIND))


def _failure(job: Job, error: BaseException) -> Failed:
    if isinstance(error, EmbexError):
        _log.info("“%s” failed: %s", job.title, error)
        return Failed(error.text, error.hint)
    if isinstance(error, MemoryError):
        _log.error("“%s” ran out of memory", job.title, exc_info=error)
        return Failed(
            f"There is not enough memory for “{job.title}”.",
            "Close other programs, or work with fewer items at a time.",
        )
    _log.error("“%s” failed", job.title, exc_info=error)
    trace = "".join(traceback.format_exception(error))
    return Failed(f"“{job.title}” stopped because of a mistake in embexplorer.", "Your project is safe.", trace)
