"""Opening and leaving a project."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from embexplorer.app.core import OPEN, Core, once
from embexplorer.app.filling import Filling
from embexplorer.app.session import Session, open_session, remembered
from embexplorer.app.state import State
from embexplorer.app.views import MapViews
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Outcome
from embexplorer.base.settings import with_recent
from embexplorer.operations.importing import ImportParams
from embexplorer.work.job import INDEX

ENDING = ".embx"


class Projects:
    """One project is open at a time."""

    def __init__(self, core: Core, filling: Filling) -> None:
        self._core = core
        self._filling = filling
        self._map_views: MapViews = {}
        self._asked = 0  # how often something was opened: an opening that was overtaken is given up
        self._first: Callable[[], None] | None = None  # to be done once the project is on the screen
        core.after_show.append(lambda _changed: self._shown())
        core.on_leave.append(core.view.map.forget)

    def open(self, path: Path, then: Callable[[], ImportParams] | None = None, *, new: bool = False) -> None:
        """Open or make a project, in the background; then: what to import into it, found in the background too."""
        self._core.leave()
        self._asked += 1
        asked, settings = self._asked, self._core.settings

        def made() -> tuple[Session, tuple[State, MapViews], ImportParams | None]:
            sources = then() if then is not None else None
            session = open_session(path, new=new, device=settings.device, threads=settings.threads)
            return session, remembered(session, settings.results), sources

        self._core.start(
            f"Opening {path.stem}",
            lambda: once(made),
            OPEN,
            free=True,
            on_done=lambda outcome: self._opened(outcome, asked),
            on_failed=lambda error: self._not_opened(error, asked),
        )

    def _opened(self, outcome: Outcome, asked: int) -> None:
        core = self._core
        session, (state, map_views), sources = outcome.value
        if asked != self._asked:
            core.start("closing", lambda: once(session.close), OPEN, free=True)
            return
        self._map_views = map_views
        self._first = self._filling.resume if sources is None else lambda: self._filling.import_sources(sources)
        core.enter(session, state)
        core.keep_settings(with_recent(core.settings, str(session.store.path.resolve())))
        core.view.show_project(session.name, session.store.read_only_reason)

    def _not_opened(self, error: EmbexError, asked: int) -> None:
        self._core.tell(error)
        if asked == self._asked:
            self._core.view.show_welcome(self._core.settings.recent)

    def _shown(self) -> None:
        """The project is on the screen: go on with its work, and show the parts of the maps that were seen."""
        first, self._first = self._first, None
        if first is not None:
            first()
            self._warm_up()
        resolved = self._core.resolved
        if self._map_views and resolved is not None and np.isfinite(resolved.maps[0].xy).any():
            self._core.view.map.restore_view(self._map_views)
            self._map_views = {}

    def _warm_up(self) -> None:
        """Load what the first search would wait for; where that fails, the search will say so."""
        session = self._core.session
        if session is not None:
            searcher, known = session.searcher, dict(self._core.settings.search_costs)
            self._core.start("warm up", lambda: once(searcher.warm_up), INDEX, on_failed=lambda _error: None)
            measuring = partial(once, partial(searcher.measure_costs, known))
            self._core.start("costs", measuring, INDEX, on_done=self._measured)

    def _measured(self, outcome: Outcome) -> None:
        """What searches cost on this machine, measured once for all projects."""
        settings = self._core.settings
        if outcome.value != settings.search_costs:
            self._core.keep_settings(replace(settings, search_costs=outcome.value))

    def close(self) -> None:
        """Leave the project; running work continues the next time."""
        self._asked += 1
        if self._core.session is not None:
            self._core.leave()
        self._core.view.show_welcome(self._core.settings.recent)

    def forget_recent(self, path: str) -> None:
        kept = tuple(p for p in self._core.settings.recent if p != path)
        self._core.keep_settings(replace(self._core.settings, recent=kept))
        if self._core.session is None:
            self._core.view.show_welcome(kept)
