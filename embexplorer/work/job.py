"""A piece of background work that can be stopped, paused and waited for; and the lanes that it can run in."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event as Flag

from embexplorer.base.progress import Operation
from embexplorer.work.events import Ending


@dataclass(frozen=True)
class Lane:
    """One thread's worth of work, a job at a time. newest_wins: a newer job outdates the older ones of its key.
    steps_back: its thread, and the threads that it starts, let the window go first where processors are short."""

    name: str
    newest_wins: bool = False
    steps_back: bool = False


WRITE = Lane("write", steps_back=True)  # whatever changes the project, in order
MAP = Lane("map", steps_back=True)
INDEX = Lane("index", steps_back=True)
THUMBNAILS = Lane("thumbnails", steps_back=True)
QUERY = Lane("query", newest_wins=True)
FACETS = Lane("facets", newest_wins=True)
DETAILS = Lane("details", newest_wins=True)  # hover cards, the item view, previews of files


class Job:
    """Handed out by Runner.submit. Every method may be called from any thread, at any time, more than once."""

    def __init__(
        self,
        number: int,
        title: str,
        make: Callable[[], Operation],
        lane: Lane,
        key: str,
        cancel: Callable[["Job"], None],
    ) -> None:
        self.id = number
        self.title = title
        self.lane = lane
        self.key = key
        self.ended = Flag()
        self.ending: Ending | None = None
        self.outdated = False
        self.started = False
        self._make: Callable[[], Operation] | None = make
        self._cancel = cancel
        self._stop = Flag()
        self._go = Flag()
        self._go.set()

    def cancel(self) -> None:
        """End as WasCancelled: at once while it waits for its turn, else at the next step; no effect after the end.

        Work that changes something and reaches its end before its next step is Done, since what it did is done.
        """
        self._cancel(self)

    def pause(self) -> None:
        """Wait at the next step. The lane waits with it."""
        if not self._stop.is_set():
            self._go.clear()

    def resume(self) -> None:
        self._go.set()

    @property
    def paused(self) -> bool:
        return not self._go.is_set() and not self.ended.is_set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """True once it has ended and its last event was posted, False when the time was up before."""
        return self.ended.wait(timeout_s)

    @property
    def unwanted(self) -> bool:
        """Nobody waits for its answer any more."""
        return self.outdated or (self.lane.newest_wins and self._stop.is_set())

    def stop(self) -> None:
        """For the runner: stop at the next step, paused or not."""
        self._stop.set()
        self._go.set()

    def begin(self) -> Operation:
        """For the runner, once: make the operation and let go of what it was made from."""
        make, self._make = self._make, None
        if make is None:
            raise RuntimeError(f"job {self.id} was begun twice")
        return make()

    def forget(self) -> None:
        """For the runner: let go of what the work would have needed."""
        self._make = None

    def wait_while_paused(self) -> None:
        """For the runner, between two steps."""
        self._go.wait()
