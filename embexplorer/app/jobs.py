"""What the job panel shows: every job that a person may care about, from its start until it is dismissed."""

from dataclasses import replace

from embexplorer.app.jobview import JobState, JobView
from embexplorer.base.progress import Problem
from embexplorer.work.events import Done, Event, Failed, JobEnded, JobMoved, JobStarted
from embexplorer.work.job import Job

# Problems beyond this many are counted, not listed: nobody reads further, and a panel has to draw them.
_MOST_PROBLEMS = 1_000


class JobBoard:
    """The jobs that are shown, newest last. Other jobs' events pass by."""

    def __init__(self) -> None:
        self._jobs: dict[int, Job] = {}
        self._views: dict[int, JobView] = {}

    def add(self, job: Job, title: str) -> None:
        self._jobs[job.id] = job
        self._views[job.id] = JobView(str(job.id), title, state="waiting")

    def take(self, event: Event) -> bool:
        """True where the event changes what is shown."""
        view = self._views.get(event.job_id)
        if view is None:
            return False
        if isinstance(event, JobStarted):
            view = replace(view, state="paused" if self._jobs[event.job_id].paused else "running")
        elif isinstance(event, JobMoved):
            view = replace(
                view,
                fraction=event.fraction,
                left_s=event.left_s,
                note=event.step.note,
                problems=_joined(view.problems, event.step.problems),
            )
        elif isinstance(event, JobEnded):
            view = _ended(view, event)
        self._views[event.job_id] = view
        return True

    def views(self) -> tuple[JobView, ...]:
        return tuple(self._views.values())

    def running(self) -> int:
        return sum(not view.is_over for view in self._views.values())

    def cancel(self, job_id: str) -> None:
        job = self._jobs.get(int(job_id))
        if job is not None:
            job.cancel()

    def toggle_pause(self, job_id: str) -> None:
        job, view = self._jobs.get(int(job_id)), self._views.get(int(job_id))
        if job is None or view is None or view.is_over:
            return
        paused = view.state != "paused"
        if paused:
            job.pause()
        else:
            job.resume()
        going: JobState = "running" if job.started else "waiting"
        self._views[job.id] = replace(view, state="paused" if paused else going)

    def dismiss(self, job_id: str) -> None:
        view = self._views.get(int(job_id))
        if view is not None and view.is_over:
            del self._views[int(job_id)]
            del self._jobs[int(job_id)]

    def cancel_newest(self) -> None:
        running = [view.id for view in self._views.values() if not view.is_over]
        if running:
            self.cancel(running[-1])

    def clear(self) -> None:
        self._jobs.clear()
        self._views.clear()


def _ended(view: JobView, event: JobEnded) -> JobView:
    ending = event.ending
    if isinstance(ending, Done):
        outcome = ending.outcome
        problems = outcome.problems or view.problems
        return replace(
            view, state="done", fraction=1.0, left_s=None, summary=outcome.summary, problems=problems[:_MOST_PROBLEMS]
        )
    if isinstance(ending, Failed):
        return replace(view, state="failed", left_s=None, summary=f"{ending.text} {ending.hint}".strip())
    return replace(view, state="cancelled", left_s=None, summary="Stopped. What was finished before is kept.")


def _joined(known: tuple[Problem, ...], new: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return (known + new)[:_MOST_PROBLEMS] if new else known
