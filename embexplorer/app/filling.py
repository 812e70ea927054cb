"""The long work in a project: import, embed, index, map. Each step follows from what the last one changed."""

from collections.abc import Callable
from typing import Any

import numpy as np

from embexplorer.app.core import EDIT, Core, once
from embexplorer.app.resolve import Aspect
from embexplorer.app.session import Session
from embexplorer.app.sidebyside import asked_for, exchanged
from embexplorer.app.state import Facts
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.data.columns import MapInfo
from embexplorer.data.vectors import SpaceInfo
from embexplorer.operations.bridging import at_home, is_bridge
from embexplorer.operations.embedding import EmbedParams, embed_pending, forget_failures, pending_work
from embexplorer.operations.estimating import model_name
from embexplorer.operations.importing import ImportParams, import_sources
from embexplorer.operations.indexing import build_index, drop_indexes
from embexplorer.operations.mapping import BuildMapParams, MapFrame, MapParams, build_map, first_picture, layout_params
from embexplorer.operations.resuming import recorded, unfinished_work
from embexplorer.operations.spaces import unmapped
from embexplorer.work.job import INDEX, MAP, WRITE, Job

# The first map is made of so many items while the rest is still being embedded.
FIRST_MAP_ITEMS = 2_000


class Filling:
    """Long work runs as jobs in lanes of their own, so that a map is made while embedding goes on."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._mapping: dict[str, Job] = {}
        self._early: set[str] = set()
        self._frame: MapFrame | None = None  # of the map that is being made
        self._frame_rows: tuple[np.ndarray, Facts, np.ndarray, bool] | None = None
        # by its parameters, how work goes on that was cut off
        self.going_on: dict[type, Callable[[Any, int], None]] = {EmbedParams: self.embed}
        self.going_on[ImportParams] = self.import_sources
        core.on_leave.append(self._forget)
        core.after_show.append(self._on_show)

    def _forget(self) -> None:
        self._mapping.clear()
        self._early.clear()
        self._frame = self._frame_rows = None

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
            self._start_map(BuildMapParams(space.name))

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
            self._core.start("first picture", lambda: first_picture(session.store, space), MAP, on_step=self._map_moved)
        self._core.start(
            "Indexing",
            lambda: _indexing(session, space, threads),
            INDEX,
            shown=True,
            on_done=lambda _outcome: self.make_map(BuildMapParams(space)) if with_map else None,
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

    def make_map(self, params: BuildMapParams, *, look: bool = False) -> None:
        """Lay a space out, live. A map of the same space that is still being made is given up for this one.
        look: look at it when it is done, whatever map is shown now."""
        running = self._mapping.pop(params.space, None)
        if running is not None:
            running.cancel()
        job = self._start_map(params, look=look)
        if job is not None:
            self._mapping[params.space] = job

    def _start_map(self, params: BuildMapParams, *, look: bool = False) -> Job | None:
        """The first map, of a part of the items, is not given up when the whole one is asked for: that one starts
        from it."""
        session = self._core.session
        if session is None or session.store.read_only:
            return None

        def made(outcome: Outcome) -> None:
            info: MapInfo = outcome.value
            self._frame = None
            if look:
                self._core.look_at_maps(exchanged(asked_for(self._core), 0, info.name))
            else:
                self._core.refresh()

        def stopped() -> None:
            self._frame = None
            self._core.refresh()

        return self._core.start(
            "Making the map",
            lambda: build_map(session.store, params),
            MAP,
            shown=True,
            on_step=self._map_moved,
            on_done=made,
            on_stopped=stopped,
        )

    def map_params(self) -> MapParams:
        """The parameters of the shown map, or the usual ones."""
        facts = self._core.facts
        shown = [info for info in facts.maps if info.name == facts.map] if facts is not None else []
        return layout_params(shown[0]) if shown else MapParams()

    def make_map_with(self, layout: MapParams, space: str = "") -> None:
        """Lay the shown map's space, or another one, out anew with these parameters."""
        facts = self._core.facts
        if facts is not None and not space:
            ids = [info.space_id for info in facts.maps if info.name == facts.map]
            space = next((s.name for s in facts.spaces if s.id in ids), "")
        self.make_map(BuildMapParams(space, layout=layout, again=True), look=True)

    def _map_moved(self, step: Step) -> None:
        if isinstance(step.payload, MapFrame):
            self._frame = step.payload
            self._show_frame()

    def _on_show(self, changed: frozenset[Aspect]) -> None:
        """The project was read anew while a map is being made: what is seen of it stays on the screen."""
        if Aspect.POINTS in changed:
            self._show_frame()

    def _show_frame(self) -> None:
        frame, facts = self._frame, self._core.facts
        if frame is None or facts is None or (facts.map and frame.map_name not in facts.shown_maps):
            return  # nothing to draw, or other maps are being looked at
        xy = self._on_rows(frame, facts)
        if np.isfinite(xy).any():  # else its items are not on the screen yet
            self._core.view.map.set_empty_text("")
            self._core.view.map.move_points(frame.map_name, xy)

    def _on_rows(self, frame: MapFrame, facts: Facts) -> np.ndarray:
        """The frame's coordinates by row. Which item is which row is found out once for all frames of a map."""
        known = self._frame_rows
        if known is None or known[0] is not frame.ids or known[1] is not facts:
            rows = facts.rows_of(frame.ids)
            known = self._frame_rows = (frame.ids, facts, rows, bool((rows >= 0).all()))
        _, _, rows, all_there = known
        if all_there and len(rows) == len(facts):
            return frame.xy  # both are in the order of the ids
        xy = np.full((len(facts), 2), np.nan, np.float32)
        if all_there:
            xy[rows] = frame.xy
        else:
            xy[rows[rows >= 0]] = frame.xy[rows >= 0]
        return xy

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
