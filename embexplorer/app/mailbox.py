"""Between the workers and the window: of a job's progress only the newest is delivered, so that a window that is
busy never falls behind a worker that is fast. Everything else arrives in order and whole."""

from dataclasses import dataclass
from threading import Lock

from embexplorer.work.events import Event, JobMoved


@dataclass(frozen=True)
class Notice:
    """There is something newer of this job."""

    job_id: int


class Mailbox:
    """put() by workers, take() by the window with what put() gave. Progress with problems is never left out."""

    def __init__(self) -> None:
        self._newest: dict[int, JobMoved] = {}
        self._lock = Lock()

    def put(self, event: Event) -> "Event | Notice | None":
        """What to send to the window: the event, a notice, or None where a notice is on its way already."""
        if not isinstance(event, JobMoved) or event.step.problems:
            return event
        with self._lock:
            is_waiting = event.job_id in self._newest
            self._newest[event.job_id] = event
        return None if is_waiting else Notice(event.job_id)

    def take(self, sent: "Event | Notice") -> Event:
        """The event that was sent, or the newest that the notice stands for."""
        if not isinstance(sent, Notice):
            return sent
        with self._lock:
            return self._newest.pop(sent.job_id)
