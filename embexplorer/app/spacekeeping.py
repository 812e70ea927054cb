"""What is kept of each space: looked at, measured and chosen, all of it in the background."""

from collections.abc import Callable

import numpy as np

from embexplorer.app.core import EXPORT, READ, Core, once
from embexplorer.app.filling import Filling
from embexplorer.app.spaceviews import SpacesView, spaces_view
from embexplorer.base.progress import Outcome, Step
from embexplorer.data.vectors import SpaceInfo
from embexplorer.operations.ownsearches import own_searches
from embexplorer.operations.resuming import recorded
from embexplorer.operations.shrinking import ShrinkParams, shrink_space
from embexplorer.operations.weighing import all_sizes, weigh_space
from embexplorer.work.job import WRITE

Shown = Callable[[SpacesView], None]
Moved = Callable[[str, float], None]


def _nobody(*_what: object) -> None:
    """Until a page listens."""


class SpaceKeeping:
    """on_view: the page anew. on_moved: how far work on a space is, 0 to 1; below 0 when it has ended."""

    def __init__(self, core: Core, filling: Filling, texts: Callable[[], tuple[str, ...]]) -> None:
        """texts: what the user searched for lately."""
        self._core, self._filling, self._texts = core, filling, texts
        self.on_view: Shown = _nobody
        self.on_moved: Moved = _nobody
        filling.going_on[ShrinkParams] = self.keep

    def look(self) -> None:
        """Show the spaces as they are now."""
        session = self._core.session
        if session is None:
            return
        store = session.store

        def done(outcome: Outcome) -> None:
            self.on_view(spaces_view(outcome.value, store.read_only_reason))

        self._core.start("spaces", lambda: once(lambda: all_sizes(store)), READ, on_done=done)

    def measure(self, space: str) -> None:
        """Try every form of a space on its own vectors."""
        session = self._core.session
        if session is None:
            return
        store, texts, settings = session.store, self._texts(), self._core.settings

        def asked(info: SpaceInfo) -> np.ndarray:
            return own_searches(info, texts, settings.device, settings.threads)

        self.on_moved(space, 0.0)
        self._core.start(
            f"Measuring “{space}”",
            lambda: weigh_space(store, space, asked),
            EXPORT,
            shown=True,
            on_step=lambda step: self.on_moved(space, _share(step)),
            on_done=lambda _outcome: self._ended(space),
            on_stopped=lambda: self._ended(space),
        )

    def keep(self, params: ShrinkParams, record: int | None = None) -> None:
        """Keep a space in another form. record: of the work that this one goes on with."""
        session = self._core.session
        if session is None:
            return
        store, quitting, space = session.store, session.quitting, params.space
        self.on_moved(space, 0.0)

        def done(outcome: Outcome) -> None:
            self._ended(space)
            self._kept(outcome)

        self._core.start(
            f"Keeping “{space}” as {params.form}",
            lambda: recorded(store, params, shrink_space(store, params), quitting, record),
            WRITE,
            shown=True,
            on_step=lambda step: self.on_moved(space, _share(step)),
            on_done=done,
            on_stopped=lambda: self._ended(space),
        )

    def keep_as(self, space: str, form: str) -> None:
        self.keep(ShrinkParams(form, space))

    def _ended(self, space: str) -> None:
        self.on_moved(space, -1.0)
        self.look()

    def _kept(self, outcome: Outcome) -> None:
        kept: SpaceInfo = outcome.value
        words = "Compacting the file gives the room back; until then Undo brings every digit back."
        self._core.inform(f"{outcome.summary}. {words}", action="project.compact")
        self._core.refresh()
        self._filling.index(kept.name)


def _share(step: Step) -> float:
    return step.done / step.total if step.total else 0.0
