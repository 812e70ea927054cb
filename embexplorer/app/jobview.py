"""One job as the job panel and the status line show it."""

from dataclasses import dataclass
from typing import Literal

from embexplorer.base.progress import Problem
from embexplorer.base.wording import duration

JobState = Literal["waiting", "running", "paused", "done", "cancelled", "failed"]


@dataclass(frozen=True)
class JobView:
    """fraction: 0 to 1, None where the end is not known. left_s: seconds, None where they cannot be told yet.

    summary: one sentence once the job has ended. problems: the items that could not be used.
    """

    id: str
    title: str
    fraction: float | None = None
    left_s: float | None = None
    note: str = ""
    state: JobState = "running"
    summary: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "cancelled", "failed")


def progress_words(job: JobView) -> str:
    """“63 % · 0:41 left”, as much of it as is known; for a job that is not running, its state."""
    match job.state:
        case "waiting":
            return "Waiting"
        case "done":
            return "Finished"
        case "cancelled":
            return "Stopped"
        case "failed":
            return "Failed"
    parts = ["Paused"] if job.state == "paused" else []
    if job.fraction is not None:
        parts.append(f"{int(100 * min(1.0, max(0.0, job.fraction)))} %")
    if job.left_s is not None and job.state == "running":
        parts.append(f"{duration(job.left_s)} left")
    return " · ".join(parts) or "Working"
