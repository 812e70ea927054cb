"""Opening, filling and leaving a project, and the long work in it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from embexplorer.app.core import EDIT, OPEN, Core, once
from embexplorer.app.session import Session, open_session, remember, remembered
from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Outcome, Step
from embexplorer.base.settings import save_settings, with_recent
from embexplorer.data.vectors import SpaceInfo
from embexplorer.operations.embedding import EmbedParams, embed_pending, pending_models
from embexplorer.operations.importing import ImportParams, import_sources, params_json
from embexplorer.operations.indexing import build_index, drop_indexes
from embexplorer.operations.mapping import BuildMapParams, MapFrame, MapParams, build_map, layout_params
from embexplorer.operations.resuming import recorded, take_unfinished
from embexplorer.work.job import INDEX, MAP, WRITE, Job

# The first map is made of so many items while the rest is still being embedded.
FIRST_MAP_ITEMS = 2_000
ENDING = ".embx"


class Projects:
    """One project is open at a time. Long work runs as jobs; the next one follows from what the last one changed."""

    def __init__(self, core: Core, show_item: Callable[[int], None]) -> None:
        self._core = core
        self._show_item = show_item
        self._map_view: dict[str, float] = {}
        self._mapping: dict[str, Job] = {}
        self._early: set[str] = set()
        core.after_show.append(lambda _changed: self._restore_map_view())

    # -- opening and leaving ----------------------------------------------------------------------------------

    def open(self, path: Path, then: ImportParams | None = None, *, new: bool = False) -> None:
        """Open or make a project, in the background; then: what to import into it."""
        self.close()
        settings = self._core.settings

        def made() -> tuple[Session, object]:
            session = open_session(path, new=new, device=settings.device, threads=settings.threads)
            return session, remembered(session)

        self._core.start(
            f"Opening {path.stem}",
            lambda: once(made),
            OPEN,
            on_done=lambda outcome: self._opened(outcome, then),
            on_failed=self._not_opened,
        )

    def _opened(self, outcome: Outcome, then: ImportParams | None) -> None:
        core = self._core
        session, (state, self._map_view) = outcome.value
        core.enter(session, state)
        core.settings = with_recent(core.settings, str(session.store.path.resolve()))
        self._save_settings()
        core.view.show_project(session.name, session.store.read_only_reason)
        if state.current >= 0:
            core.after_show.append(self._show_remembered)
        if then is not None:
            self.import_sources(then)
        elif core.settings.resume_jobs and not session.store.read_only:
            self._resume(session)

    def _show_remembered(self, _changed: object) -> None:
        self._core.after_show.remove(self._show_remembered)
        self._show_item(self._core.state.current)

    def _not_opened(self, error: EmbexError) -> None:
        self._core.tell(error)
        self._core.view.show_welcome(self._core.settings.recent)

    def close(self) -> None:
        """Keep where the user was and leave; running work continues the next time."""
        core = self._core
        if core.session is None:
            return
        if core.facts is not None:
            try:
                remember(core.session, core.state, core.facts.ids, core.view.map.view_state())
            except EmbexError as error:
                core.tell(error)
        self._mapping.clear()
        self._early.clear()
        core.leave()
        core.view.show_welcome(core.settings.recent)

    def forget_recent(self, path: str) -> None:
        kept = tuple(p for p in self._core.settings.recent if p != path)
        self._core.settings = replace(self._core.settings, recent=kept)
        self._save_settings()
        if self._core.session is None:
            self._core.view.show_welcome(kept)

    def _save_settings(self) -> None:
        try:
            save_settings(self._core.settings)
        except OSError as error:
            self._core.inform(f"The settings could not be saved: {error.strerror}.", level="warning")

    def _restore_map_view(self) -> None:
        resolved = self._core.resolved
        if self._map_view and resolved is not None and np.isfinite(resolved.xy).any():
            self._core.view.map.restore_view(self._map_view)
            self._map_view = {}

    # -- filling ----------------------------------------------------------------------------------------------

    def import_sources(self, params: ImportParams) -> None:
        """Import, then embed, index and map what is new."""
        session = self._core.session
        if session is None:
            return
        names = ", ".join(source.path.name for source, _ in params.sources[:3])
        record = params_json(params)
        self._core.start(
            f"Importing {names}",
            lambda: recorded(session.store, "import", record, import_sources(session.store, params), session.quitting),
            WRITE,
            shown=True,
            on_done=self._imported,
        )

    def _imported(self, outcome: Outcome) -> None:
        if outcome.problems:
            self._core.inform(
                f"{outcome.summary}. Some things could not be used.", action="panel.jobs", level="warning"
            )
        else:
            self._core.inform(f"{outcome.summary}.")
        self._core.refresh()
        self.embed_pending()
        self.make_maps()

    def embed_pending(self) -> None:
        """Embed whatever has no vector yet, with the models that the items ask for."""
        session, settings = self._core.session, self._core.settings
        if session is None or session.store.read_only:
            return

        def known(outcome: Outcome) -> None:
            for model in outcome.value:
                self.embed(EmbedParams(model, device=settings.device, threads=settings.threads))

        self._core.start(
            "models",
            lambda: once(lambda: pending_models(session.store, settings.text_model, settings.image_model)),
            EDIT,
            on_done=known,
        )

    def embed(self, params: EmbedParams) -> None:
        session = self._core.session
        if session is None:
            return
        record = {"model": params.model, "space": params.space, "device": params.device}
        self._core.start(
            f"Embedding with {params.model}",
            lambda: recorded(session.store, "embed", record, embed_pending(session.store, params), session.quitting),
            WRITE,
            shown=True,
            on_step=lambda step: self._embedding(step, params),
            on_done=self._embedded,
        )

    def _embedding(self, step: Step, params: EmbedParams) -> None:
        """The first map is made as soon as there is enough to see."""
        name = params.space or params.model
        if name in self._early or step.done < FIRST_MAP_ITEMS or step.total < 2 * FIRST_MAP_ITEMS:
            return
        self._early.add(name)
        self.make_map(BuildMapParams(name))

    def _embedded(self, outcome: Outcome) -> None:
        self._core.refresh()
        space = outcome.value
        if isinstance(space, SpaceInfo) and space.count:
            self.index(space.name)

    def make_maps(self) -> None:
        """A map for every space of ready-made vectors; the others get theirs when they are embedded."""
        session = self._core.session
        if session is None:
            return

        def known(outcome: Outcome) -> None:
            for space in outcome.value:
                if not space.model and space.count:
                    self.index(space.name)

        self._core.start("spaces", lambda: once(session.store.spaces.all), EDIT, on_done=known)

    def index(self, space: str) -> None:
        session = self._core.session
        if session is None:
            return

        def done(_outcome: Outcome) -> None:
            session.searcher.forget_index()
            self.make_map(BuildMapParams(space))

        threads = self._core.settings.threads
        self._core.start(
            "Indexing", lambda: build_index(session.store, space, threads), INDEX, shown=True, on_done=done
        )

    def rebuild_index(self) -> None:
        """Forget the index of every space and make it again."""
        session = self._core.session
        if session is None:
            return

        def known(outcome: Outcome) -> None:
            for space in outcome.value:
                if space.count:
                    self.index(space.name)

        def forget() -> tuple[SpaceInfo, ...]:
            drop_indexes(session.store)
            session.searcher.forget_index()
            return tuple(session.store.spaces.all())

        self._core.start("forget", lambda: once(forget), EDIT, on_done=known)

    def make_map(self, params: BuildMapParams) -> None:
        """Lay a space out, live. A map of the same space that is still being made is given up for this one."""
        session = self._core.session
        if session is None:
            return
        running = self._mapping.pop(params.space, None)
        if running is not None:
            running.cancel()
        self._mapping[params.space] = self._core.start(
            "Making the map",
            lambda: build_map(session.store, params),
            MAP,
            shown=True,
            on_step=self._map_moved,
            on_done=self._map_made,
        )

    def embed_with(self, model: str, space: str = "") -> None:
        """Give every item of the model's kind a vector of it, beside those that are there."""
        settings = self._core.settings
        self.embed(EmbedParams(model, space.strip(), settings.device, settings.threads))

    def map_params(self) -> MapParams:
        """The parameters of the shown map, or the usual ones."""
        facts = self._core.facts
        shown = [info for info in facts.maps if info.name == facts.map] if facts is not None else []
        return layout_params(shown[0]) if shown else MapParams()

    def make_map_with(self, layout: MapParams, space: str = "") -> None:
        """Lay the shown map's space out anew with these parameters."""
        facts = self._core.facts
        if facts is not None and not space:
            ids = [info.space_id for info in facts.maps if info.name == facts.map]
            space = next((s.name for s in facts.spaces if s.id in ids), "")
        self.make_map(BuildMapParams(space, layout=layout, again=True))

    def _map_moved(self, step: Step) -> None:
        frame, facts = step.payload, self._core.facts
        if not isinstance(frame, MapFrame) or facts is None:
            return
        if facts.map not in ("", frame.map_name):
            return  # another map is being looked at
        xy = np.full((len(facts), 2), np.nan, np.float32)
        rows = facts.rows_of(frame.ids)
        xy[rows[rows >= 0]] = frame.xy[rows >= 0]
        self._core.view.map.set_empty_text("")
        self._core.view.map.move_points(xy)

    def _map_made(self, _outcome: Outcome) -> None:
        self._core.refresh()

    # -- continuing -------------------------------------------------------------------------------------------

    def _resume(self, session: Session) -> None:
        """Go on with what was running when the project was last closed, or the computer died."""

        def known(outcome: Outcome) -> None:
            for work in outcome.value:
                if isinstance(work, ImportParams):
                    self.import_sources(work)
                else:
                    self.embed(work)

        self._core.start("unfinished", lambda: once(lambda: take_unfinished(session.store)), EDIT, on_done=known)
