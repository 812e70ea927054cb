"""Background work as the controllers see it: started with what to do when it moves and ends, dropped with its project.

All methods are called on the GUI thread.
"""

from collections.abc import Callable
from dataclasses import dataclass

from embexplorer.app.jobs import JobBoard
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.work.events import Done, Event, Failed, JobEnded, JobMoved
from embexplorer.work.job import Job, Lane
from embexplorer.work.runner import Runner


@dataclass(frozen=True)
class Reactions:
    """What to do on the GUI thread when a job moves, is done, fails, or stops before its end for either reason."""

    on_done: Callable[[Outcome], None] | None = None
    on_step: Callable[[Step], None] | None = None
    on_failed: Callable[[EmbexError], None] | None = None
    on_stopped: Callable[[], None] | None = None


@dataclass(frozen=True)
class _Task:
    job: Job
    owner: object
    reactions: Reactions


class Tasks:
    """owner: whose work it is. An owner that leaves takes its work along: nothing of it is reacted to any more."""

    def __init__(self, post: Callable[[Event], None], tell: Callable[[EmbexError], None]) -> None:
        self.board = JobBoard()
        self._runner = Runner(post)
        self._tell = tell
        self._tasks: dict[int, _Task] = {}

    def start(
        self,
        title: str,
        make: Callable[[], Operation],
        lane: Lane,
        *,
        owner: object,
        key: str,
        shown: bool,
        reactions: Reactions,
    ) -> Job:
        job = self._runner.submit(title, make, lane, key=key)
        self._tasks[job.id] = _Task(job, owner, reactions)
        if shown:
            self.board.add(job, title)
        return job

    def take(self, event: Event) -> bool:
        """React to an event. True where the job panel has to be drawn anew."""
        changed = self.board.take(event)
        if isinstance(event, JobMoved):
            task = self._tasks.get(event.job_id)
            if task is not None and task.reactions.on_step is not None:
                task.reactions.on_step(event.step)
        elif isinstance(event, JobEnded):
            task = self._tasks.pop(event.job_id, None)
            if task is not None:
                self._ended(event, task.reactions)
        return changed

    def _ended(self, event: JobEnded, reactions: Reactions) -> None:
        ending = event.ending
        if isinstance(ending, Done):
            if reactions.on_done is not None:
                reactions.on_done(ending.outcome)
            return
        if isinstance(ending, Failed):
            (reactions.on_failed or self._tell)(EmbexError(ending.text, ending.hint))
        if reactions.on_stopped is not None:
            reactions.on_stopped()

    def busy(self) -> bool:
        """Whether anything is still to be reacted to."""
        return bool(self._tasks)

    def cancel(self, lane: Lane) -> None:
        """Give up what waits or runs in a lane."""
        self._runner.cancel(lane)

    def drop(self, owner: object, kept: Lane) -> tuple[Job, ...]:
        """Stop an owner's work, save what it has in one lane, and forget what was to be done about it. Returns the
        jobs to wait for."""
        jobs = [task.job for task in self._tasks.values() if task.owner is owner]
        for job in jobs:
            del self._tasks[job.id]
            if job.lane != kept:
                job.cancel()
        self.board.clear()
        return tuple(jobs)

    def close(self, timeout_s: float) -> bool:
        """End all work; True when all has ended within the time."""
        return self._runner.close(timeout_s)
