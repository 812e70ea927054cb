"""The loop that everything turns in: intents change the state, work runs in lanes, what follows is shown.

All methods are called on the GUI thread; workers speak only through events, which the bridge hands to on_event.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from embexplorer.app.facts import load_facts
from embexplorer.app.jobs import JobBoard
from embexplorer.app.resolve import Aspect, Resolved, aspects, resolve
from embexplorer.app.session import Session
from embexplorer.app.state import Facts, State
from embexplorer.app.values import Message
from embexplorer.app.views import View
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.base.settings import Settings
from embexplorer.data.selection import Selection
from embexplorer.work.events import Done, Event, Failed, JobEnded, JobMoved
from embexplorer.work.job import Job, Lane
from embexplorer.work.runner import Runner

_log = logging.getLogger(__name__)

# Each lane has a thread of its own: what is in one never waits for the others.
VIEW = Lane("view")
EDIT = Lane("edit")
OPEN = Lane("open")
EXPORT = Lane("export")


@dataclass(frozen=True)
class _Wait:
    """What to do when a job moves or ends."""

    on_done: Callable[[Outcome], None] | None
    on_step: Callable[[Step], None] | None
    on_failed: Callable[[EmbexError], None] | None
    session: Session | None


class Core:
    """State, facts and what is shown of them; starts work and takes its results back."""

    def __init__(self, view: View, post: Callable[[Event], None], settings: Settings) -> None:
        self.view = view
        self.settings = settings
        self.runner = Runner(post)
        self.board = JobBoard()
        self.session: Session | None = None
        self.state = State(Selection.none(0))
        self.facts: Facts | None = None
        self.resolved: Resolved | None = None
        self.after_show: list[Callable[[frozenset[Aspect]], None]] = []
        self._flags: dict[str, bool] = {}
        self._waits: dict[int, _Wait] = {}
        self._resolving = self._loading = False
        self._resolve_again = self._load_again = False

    # -- work -------------------------------------------------------------------------------------------------

    def start(
        self,
        title: str,
        make: Callable[[], Operation],
        lane: Lane,
        *,
        key: str = "",
        shown: bool = False,
        on_done: Callable[[Outcome], None] | None = None,
        on_step: Callable[[Step], None] | None = None,
        on_failed: Callable[[EmbexError], None] | None = None,
    ) -> Job:
        """Run an operation in a lane. shown: it appears in the job panel. Results of a closed project are dropped."""
        job = self.runner.submit(title, make, lane, key=key)
        self._waits[job.id] = _Wait(on_done, on_step, on_failed, self.session)
        if shown:
            self.board.add(job, title)
            self._show_jobs()
        return job

    def on_event(self, event: Event) -> None:
        """Take what a worker said. Called on the GUI thread only."""
        if self.board.take(event):
            self._show_jobs()
        if isinstance(event, JobMoved):
            wait = self._waits.get(event.job_id)
            if wait is not None and wait.on_step is not None and wait.session is self.session:
                wait.on_step(event.step)
        elif isinstance(event, JobEnded):
            wait = self._waits.pop(event.job_id, None)
            if wait is not None and wait.session is self.session:
                self._ended(event, wait)

    def _ended(self, event: JobEnded, wait: _Wait) -> None:
        if isinstance(event.ending, Done) and wait.on_done is not None:
            wait.on_done(event.ending.outcome)
        elif isinstance(event.ending, Failed):
            error = EmbexError(event.ending.text, event.ending.hint)
            if wait.on_failed is not None:
                wait.on_failed(error)
            else:
                self.tell(error)

    def _show_jobs(self) -> None:
        self.view.set_jobs(self.board.views())
        self.set_flags({"job": self.board.running() > 0})

    def toggle_pause(self, job_id: str) -> None:
        self.board.toggle_pause(job_id)
        self._show_jobs()

    def dismiss(self, job_id: str) -> None:
        self.board.dismiss(job_id)
        self._show_jobs()

    def tell(self, error: EmbexError) -> None:
        self.view.show_message(Message("error", error.text, error.hint))

    def inform(self, text: str, *, action: str = "", level: str = "info") -> None:
        self.view.show_message(Message("warning" if level == "warning" else "info", text, action=action))

    def set_flags(self, flags: dict[str, bool]) -> None:
        """Some of the flags that actions depend on; the others stay as they are."""
        changed = self._flags | flags
        if changed != self._flags:
            self._flags = changed
            self.view.set_flags(changed)

    # -- state ------------------------------------------------------------------------------------------------

    def change(self, **fields: Any) -> None:
        """Set fields of the state and show what follows."""
        self.state = replace(self.state, **fields)
        self.show()

    def show(self) -> None:
        """Resolve in the background; changes that come meanwhile are taken together into the next turn."""
        if self.facts is None or self.session is None:
            return
        if self._resolving:
            self._resolve_again = True
            return
        self._resolving = True
        state, facts, old = self.state, self.facts, self.resolved
        self.start(
            "view", lambda: _resolving(state, facts, old), VIEW, on_done=self._resolved, on_failed=self._not_resolved
        )

    def _resolved(self, outcome: Outcome) -> None:
        new: Resolved = outcome.value
        changed = aspects(self.resolved, new)
        self.resolved = new
        self._resolving = False
        for shown in self.after_show:
            shown(changed)
        self._next_resolve()

    def _not_resolved(self, error: EmbexError) -> None:
        self._resolving = False
        self.tell(error)
        self._next_resolve()

    def _next_resolve(self) -> None:
        if self._resolve_again:
            self._resolve_again = False
            self.show()

    # -- facts ------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the project anew: something in it changed."""
        if self.session is None:
            return
        if self._loading:
            self._load_again = True
            return
        self._loading = True
        store, shown_map = self.session.store, self.state.map
        self.start("read", lambda: load_facts(store, shown_map), VIEW, on_done=self._loaded, on_failed=self._not_loaded)

    def _loaded(self, outcome: Outcome) -> None:
        self._loading = False
        old, self.facts = self.facts, outcome.value
        self._carry_over(old, outcome.value)
        self.show()
        self._next_load()

    def _not_loaded(self, error: EmbexError) -> None:
        self._loading = False
        self.tell(error)
        self._next_load()

    def _next_load(self) -> None:
        if self._load_again:
            self._load_again = False
            self.refresh()

    def _carry_over(self, old: Facts | None, new: Facts) -> None:
        """Rows may have moved: keep the selection and the current item by their ids."""
        if old is not None and np.array_equal(old.ids, new.ids):
            return
        selection, current = Selection.none(len(new)), -1
        if old is not None and len(self.state.selection.mask) == len(old):
            rows = new.rows_of(old.ids[self.state.selection.mask])
            selection = Selection.of_rows(len(new), rows[rows >= 0])
            if self.state.current >= 0:
                current = int(new.rows_of(old.ids[self.state.current : self.state.current + 1])[0])
        self.state = replace(self.state, selection=selection, current=current)

    # -- sessions ---------------------------------------------------------------------------------------------

    def enter(self, session: Session, state: State) -> None:
        """A project was opened: forget everything of the one before."""
        self.session, self.state = session, state
        self.set_flags({"project": True, "writable": not session.store.read_only})
        self.facts = self.resolved = None
        self._resolving = self._loading = self._resolve_again = self._load_again = False
        self.refresh()

    def leave(self) -> None:
        """Forget the project; its running work ends with the next step and continues when it is opened again."""
        session, self.session = self.session, None
        self.facts = self.resolved = None
        self.state = State(Selection.none(0))
        self._flags = {}
        self.set_flags({"project": False})
        if session is not None:
            session.quitting.set()
            self.board.cancel_all()
            session.close()


def _resolving(state: State, facts: Facts, old: Resolved | None) -> Operation:
    yield Step(0, 1)
    return Outcome(value=resolve(state, facts, old))


def once(function: Callable[[], Any]) -> Operation:
    """A single call as an operation; Outcome.value is what it returns."""
    yield Step(0, 1)
    return Outcome(value=function())
