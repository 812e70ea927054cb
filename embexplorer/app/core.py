"""The loop that everything turns in: intents change the state, work runs in lanes, what follows is shown.

All methods are called on the GUI thread; workers speak only through events, which the bridge hands to on_event.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

from embexplorer.app.carrying import carried
from embexplorer.app.facts import load_facts
from embexplorer.app.jobs import JobBoard
from embexplorer.app.resolve import Aspect, Resolved, aspects, resolve
from embexplorer.app.session import Session, remember
from embexplorer.app.state import Facts, State
from embexplorer.app.tasks import Reactions, Tasks
from embexplorer.app.values import Message
from embexplorer.app.views import MapViews, View
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.base.settings import Settings, save_settings
from embexplorer.data.selection import Selection
from embexplorer.work.events import Event
from embexplorer.work.job import Job, Lane

_log = logging.getLogger(__name__)

# Each lane has a thread of its own: what is in one never waits for the others.
VIEW = Lane("view")
READ = Lane("read")
EDIT = Lane("edit")
OPEN = Lane("open")
EXPORT = Lane("export")

# A job that is deep in a long step gets so long to come to its end before its project is closed under it.
_LEAVING_S = 10.0


class Core:
    """State, facts and what is shown of them; starts work and takes its results back.

    state and facts are always those of the same rows: facts that are new become the current ones together with what
    is shown of them, so that a row number that a view tells means what the user sees.
    """

    def __init__(self, view: View, post: Callable[[Event], None], settings: Settings) -> None:
        self.view = view
        self.settings = settings
        self.tasks = Tasks(post, self.tell)
        self.session: Session | None = None
        self.state = State(Selection.none(0))
        self.facts: Facts | None = None
        self.resolved: Resolved | None = None
        self.after_show: list[Callable[[frozenset[Aspect]], None]] = []
        self.on_leave: list[Callable[[], None]] = []
        self._flags: dict[str, bool] = {}
        self._closing: Job | None = None
        self._fresh: Facts | None = None  # read already, not yet shown
        self._resolving = self._loading = False
        self._resolve_again = self._load_again = False

    @property
    def board(self) -> JobBoard:
        return self.tasks.board

    # -- work -------------------------------------------------------------------------------------------------

    def start(
        self,
        title: str,
        make: Callable[[], Operation],
        lane: Lane,
        *,
        key: str = "",
        shown: bool = False,
        free: bool = False,
        on_done: Callable[[Outcome], None] | None = None,
        on_step: Callable[[Step], None] | None = None,
        on_failed: Callable[[EmbexError], None] | None = None,
        on_stopped: Callable[[], None] | None = None,
    ) -> Job:
        """Run an operation in a lane. shown: it appears in the job panel. free: its result is wanted whatever project
        is open by then; else it is dropped with the project that is open now. on_stopped: it failed or was stopped."""
        reactions = Reactions(on_done, on_step, on_failed, on_stopped)
        owner = None if free else self.session
        job = self.tasks.start(title, make, lane, owner=owner, key=key, shown=shown, reactions=reactions)
        if shown:
            self._show_jobs()
        return job

    def on_event(self, event: Event) -> None:
        """Take what a worker said. Called on the GUI thread only."""
        if self.tasks.take(event):
            self._show_jobs()

    def cancel(self, lane: Lane) -> None:
        """Give up what waits or runs in a lane."""
        self.tasks.cancel(lane)

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

    def inform(self, text: str, *, action: str = "", level: Literal["info", "warning"] = "info") -> None:
        self.view.show_message(Message(level, text, action=action))

    def set_flags(self, flags: dict[str, bool]) -> None:
        """Some of the flags that actions depend on; the others stay as they are."""
        changed = self._flags | flags
        if changed != self._flags:
            self._flags = changed
            self.view.set_flags(changed)

    def keep_settings(self, settings: Settings) -> None:
        """Use these settings from now on, also the next time."""
        self.settings = settings
        try:
            save_settings(settings)
        except OSError as error:
            self.inform(f"The settings could not be saved: {error.strerror}.", level="warning")

    # -- what is shown ----------------------------------------------------------------------------------------

    def change(self, **fields: Any) -> None:
        """Set fields of the state and show what follows."""
        self.state = replace(self.state, **fields)
        self.show()

    def show(self) -> None:
        """Resolve in the background; changes that come meanwhile are taken together into the next turn."""
        facts = self._newest()
        if facts is None:
            return
        if self._resolving:
            self._resolve_again = True
            return
        self._resolving = True
        asked, old = self.state, self.resolved
        state = carried(asked, self.facts, facts)
        self.start(
            "view",
            lambda: once(lambda: resolve(state, facts, old)),
            VIEW,
            on_done=lambda outcome: self._resolved(asked, outcome.value),
            on_failed=self._not_resolved,
        )

    def _newest(self) -> Facts | None:
        return self.facts if self._fresh is None else self._fresh

    def _resolved(self, asked: State, new: Resolved) -> None:
        self._resolving = False
        if new.facts is not self.facts:
            self.state = new.state if self.state is asked else carried(self.state, self.facts, new.facts)
            self.facts = new.facts
            self._fresh = None if self._fresh is new.facts else self._fresh
        changed = aspects(self.resolved, new)
        self.resolved = new
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
        store, likeness = self.session.store, self.session.searcher.likeness
        wanted, old = (self.state.map, *self.state.side_maps), self._newest()
        self.start(
            "read",
            lambda: load_facts(store, wanted, old, likeness),
            READ,
            on_done=self._loaded,
            on_failed=self._not_loaded,
        )

    def look_at_maps(self, names: tuple[str, ...]) -> None:
        """Look at these maps of the project, side by side."""
        self.state = replace(self.state, map=names[0], side_maps=names[1:])
        self.refresh()

    def _loaded(self, outcome: Outcome) -> None:
        self._loading = False
        self._fresh = outcome.value
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

    # -- sessions ---------------------------------------------------------------------------------------------

    def enter(self, session: Session, state: State) -> None:
        """A project was opened; none is open."""
        self.session, self.state = session, state
        self.set_flags({"project": True, "writable": not session.store.read_only})
        self.refresh()

    def leave(self) -> None:
        """Keep where the user was and forget the project; its running work ends with the next step, in the
        background, and continues when the project is opened again. What the user changed is written in any case."""
        session = self.session
        if session is None:
            return
        session.quitting.set()
        state, ids = self.state, self.facts.ids if self.facts is not None else None
        map_views = self.view.map.view_state()
        jobs = self.tasks.drop(session, EDIT)
        self.session = None
        self.state = State(Selection.none(0))
        self.facts = self.resolved = self._fresh = None
        self._resolving = self._loading = False
        self._resolve_again = self._load_again = False
        self._flags = {}
        self.set_flags({"project": False})
        self._show_jobs()
        for left in self.on_leave:
            left()

        def close() -> None:
            if ids is not None:
                _remember(session, state, ids, map_views)
            _wait_for(jobs)
            session.close()

        self._closing = self.start("closing", lambda: once(close), OPEN, free=True)

    def shut_down(self, timeout_s: float) -> bool:
        """End all work; True when all of it has ended within the time."""
        self.leave()
        if self._closing is not None:
            self._closing.wait(timeout_s)
        return self.tasks.close(timeout_s)


def _remember(session: Session, state: State, ids: Any, map_views: MapViews) -> None:
    try:
        remember(session, state, ids, map_views)
    except EmbexError:  # a full disk must not keep a project from being closed
        _log.warning("where the user was could not be kept", exc_info=True)


def _wait_for(jobs: tuple[Job, ...]) -> None:
    until = time.monotonic() + _LEAVING_S
    for job in jobs:
        job.wait(max(0.0, until - time.monotonic()))


def once(function: Callable[[], Any]) -> Operation:
    """A single call as an operation; Outcome.value is what it returns."""
    yield Step(0, 1)
    return Outcome(value=function())
