"""The long work in a project: import, embed, index, map. Each step follows from what the last one changed."""

from collections.abc import Callable
from typing import Any

from embexplorer.app.core import EDIT, Core, once
from embexplorer.app.mapmaking import MapMaking
from embexplorer.app.session import Session
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.data.vectors import SpaceInfo
from embexplorer.operations.bridging import at_home, is_bridge
from embexplorer.operations.embedding import EmbedParams, embed_pending, forget_failures, pending_work
from embexplorer.operations.estimating import model_name
from embexplorer.operations.importing import ImportParams, import_sources
from embexplorer.operations.indexing import build_index, drop_indexes
from embexplorer.operations.mapping import BuildMapParams, first_picture
from embexplorer.operations.resuming import recorded, unfinished_work
from embexplorer.operations.spaces import unmapped
from embexplorer.work.job import INDEX, MAP, WRITE

# The first map is made of so many items while the rest is still being embedded.
FIRST_MAP_ITEMS = 2_000


class Filling:
    """Long work runs as jobs in lanes of their own, so that a map is made while embedding goes on."""

    def __init__(self, core: Core, maps: MapMaking) -> None:
        self._core, self._maps = core, maps
        self._early: set[str] = set()
        # by its parameters, how work goes on that was cut off
        self.going_on: dict[type, Callable[[Any, int], None]] = {EmbedParams: self.embed}
        self.going_on[ImportParams] = self.import_sources
        core.on_leave.append(self._forget)

    def _forget(self) -> None:
        self._early.clear()

    # -- items and vectors ------------------------------------------------------------------------------------

    def import_sources(self, params: ImportParams, record: int | None = None) -> None:
        """Import, then embed, index and map what is new. record: of the import that this one goes on with."""
        session = self._core.session
        if session is None:
            return
        names = ", ".join(source.path.name for source, _ in params.sources[:3])
        store, quitting = session.store, session.quitting
        self._core.start(
            f"Importing {names}",
            lambda: recorded(store, params, import_sources(store, params), quitting, record),
            WRITE,
            shown=True,
            on_done=self._imported,
            on_stopped=self._core.refresh,
        )

    def _imported(self, outcome: Outcome) -> None:
        if outcome.problems:
            text = f"{outcome.summary}. Some things could not be used."
            self._core.inform(text, action="panel.jobs", level="warning")
        else:
            self._core.inform(f"{outcome.summary}.")
        self._core.refresh()
        self.embed_pending()

    def embed_pending(self) -> None:
        """Embed whatever has no vector yet, with the models that the items ask for; map ready-made vectors."""
        session, settings = self._core.session, self._core.settings
        if session is None:
            return
        store = session.store

        def asked() -> tuple[tuple[EmbedParams, ...], tuple[SpaceInfo, ...]]:
            models = settings.text_model, settings.image_model
            return pending_work(store, *models, settings.device, settings.threads), store.spaces.all()

        def known(outcome: Outcome) -> None:
            work, spaces = outcome.value
            for params in work:
                self.embed(params)
            for space in spaces:
                if not space.model and space.count:
                    self.index(space.name)

        self._core.start("models", lambda: once(asked), EDIT, on_done=known)

    def embed(self, params: EmbedParams, record: int | None = None) -> None:
        session = self._core.session
        if session is None:
            return
        store, quitting = session.store, session.quitting
        self._core.start(
            f"Embedding with {model_name(params.model)}",
            lambda: recorded(store, params, embed_pending(store, params), quitting, record),
            WRITE,
            shown=True,
            on_step=self._embedding,
            on_done=self._embedded,
            on_stopped=self._core.refresh,
        )

    def retry(self) -> None:
        """Try the items again that could not be embedded."""
        session = self._core.session
        if session is None:
            return

        def forgotten(outcome: Outcome) -> None:
            if outcome.value:
                self.embed_pending()
            else:
                self._core.inform("Every item has its vector.")

        self._core.start("try again", lambda: once(lambda: forget_failures(session.store)), EDIT, on_done=forgotten)

    def embed_with(self, model: str, space: str = "", device: str = "") -> None:
        """Give every item of the model's kind a vector of it, beside those that are there. device: "" for the usual."""
        settings = self._core.settings
        self.embed(EmbedParams(model, space.strip(), device or settings.device, settings.threads))

    def _embedding(self, step: Step) -> None:
        """The first map is made as soon as there is enough to see, and more to come."""
        space, facts = step.payload, self._core.facts
        if not isinstance(space, SpaceInfo) or facts is None or space.name in self._early:
            return
        more = step.total - step.done >= FIRST_MAP_ITEMS
        if space.count >= FIRST_MAP_ITEMS and more and all(info.space_id != space.id for info in facts.maps):
            self._early.add(space.name)
            self._maps.start(BuildMapParams(space.name))

    def _embedded(self, outcome: Outcome) -> None:
        self._core.refresh()
        space = outcome.value
        if isinstance(space, SpaceInfo) and space.count:
            self.index(space.name, with_map=at_home(space))

    # -- index and map ----------------------------------------------------------------------------------------

    def index(self, space: str, *, with_map: bool = True) -> None:
        """Bring the search index of a space up to date, then its map."""
        session = self._core.session
        if session is None:
            return
        threads = self._core.settings.threads
        if with_map:
            self._core.start(
                "first picture", lambda: first_picture(session.store, space), MAP, on_step=self._maps.moved
            )
        self._core.start(
            "Indexing",
            lambda: _indexing(session, space, threads),
            INDEX,
            shown=True,
            on_done=lambda _outcome: self._maps.make(BuildMapParams(space)) if with_map else None,
        )

    def rebuild_index(self) -> None:
        """Forget the index of every space and make it again."""
        session = self._core.session
        if session is None:
            return

        def forget() -> tuple[SpaceInfo, ...]:
            drop_indexes(session.store)
            session.searcher.forget_index()
            return session.store.spaces.all()

        def forgotten(outcome: Outcome) -> None:
            for space in outcome.value:
                if space.count and at_home(space):
                    self.index(space.name)

        self._core.start("forget", lambda: once(forget), INDEX, on_done=forgotten)

    # -- continuing -------------------------------------------------------------------------------------------

    def resume(self) -> None:
        """Go on with what was running when the project was last closed, or the computer died."""
        session = self._core.session
        if session is None or session.store.read_only or not self._core.settings.resume_jobs:
            return
        store = session.store

        def known(outcome: Outcome) -> None:
            work, bare = outcome.value
            for one in work:
                self.going_on[type(one.work)](one.work, one.record)
            for space in bare:
                self.index(space)

        self._core.start(
            "unfinished", lambda: once(lambda: (unfinished_work(store), unmapped(store))), EDIT, on_done=known
        )


def _indexing(session: Session, space: str, threads: int) -> Operation:
    outcome = yield from build_index(session.store, space, threads)
    for other in {filled.name for filled in session.store.spaces.all() if is_bridge(filled) and filled.count} - {space}:
        yield from build_index(session.store, other, threads)  # filled in the same run
    session.searcher.forget_index()
    return outcome
