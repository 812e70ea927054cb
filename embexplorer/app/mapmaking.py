"""Maps of the project: made, watched while they are made, refined, renamed and deleted."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from embexplorer.app.core import EDIT, Core, once
from embexplorer.app.resolve import Aspect
from embexplorer.app.sidebyside import asked_for, exchanged
from embexplorer.app.state import Facts
from embexplorer.base.progress import Outcome, Step
from embexplorer.base.settings import setting
from embexplorer.data.columns import MapInfo
from embexplorer.data.items import FieldType
from embexplorer.operations.mapping import BuildMapParams, MapFrame, MapParams, Method, build_map, layout_params
from embexplorer.operations.mappreviews import MapPreviews as MapPreviews  # part of what this module offers
from embexplorer.operations.mappreviews import preview_maps
from embexplorer.store.changes import Change, delete_map, rename_map
from embexplorer.work.job import MAP, Job, Lane

PREVIEW = Lane("map previews", newest_wins=True, steps_back=True)
_MOSTLY = 0.5  # of the items: a map that shows so many of them is worth starting from


def _choice(default: str, label: str, text: str, choices: tuple[tuple[str, str], ...] = ()) -> str:
    chosen: str = field(default=default, metadata={"label": label, "help": text, "choices": choices})
    return chosen


_METHODS = (("umap", "What is alike together"), ("axes", "Main axes"), ("columns", "Own coordinates"))


@dataclass(frozen=True)
class MapWish:
    """What “Make a map” asks for. x_column, y_column: for own coordinates. layout: for what is alike together."""

    name: str = setting("", "Name", "A new name keeps the map that is shown; the same name replaces it.")
    space: str = _choice("", "Space", "Whose vectors are laid out.")
    method: str = _choice(
        "umap",
        "Kind",
        "UMAP puts what is alike together; main axes are PCA; own coordinates are two columns.",
        _METHODS,
    )
    x_column: str = _choice("", "Across", "The column of numbers that runs from left to right.")
    y_column: str = _choice("", "Up", "The column of numbers that runs from bottom to top.")
    follow: bool = setting(True, "Start from the map that is shown", "The points move from where they are now.")
    layout: MapParams = field(default_factory=MapParams)


class MapMaking:
    """A map is made as a job in a lane of its own, so that embedding goes on beside it."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._running: dict[str, Job] = {}
        self._awaited = ""  # the map that will be looked at when it is done
        self._frame: MapFrame | None = None  # of the map that is being made
        self._frame_rows: tuple[np.ndarray, Facts, np.ndarray, bool] | None = None
        core.on_leave.append(self._forget)
        core.after_show.append(self._on_show)

    def _forget(self) -> None:
        self._running.clear()
        self._awaited, self._frame, self._frame_rows = "", None, None

    # -- making -----------------------------------------------------------------------------------------------

    def make(self, params: BuildMapParams, *, look: bool = False) -> None:
        """Lay a space out, live. The same map, where it is still being made, is given up for this one.
        look: look at it when it is done, whatever map is shown now."""
        key = params.name or params.space
        running = self._running.pop(key, None)
        if running is not None:
            running.cancel()
        job = self.start(params, look=look)
        if job is not None:
            self._running[key] = job

    def start(self, params: BuildMapParams, *, look: bool = False) -> Job | None:
        """The first map, of a part of the items, is not given up when the whole one is asked for: that one starts
        from it."""
        session = self._core.session
        if session is None or session.store.read_only:
            return None
        self._awaited = params.name if look else self._awaited

        def made(outcome: Outcome) -> None:
            info: MapInfo = outcome.value
            self._end(info.name if look else "")

        return self._core.start(
            "Refining the map" if params.refine else "Making the map",
            lambda: build_map(session.store, params),
            MAP,
            shown=True,
            on_step=self.moved,
            on_done=made,
            on_stopped=lambda: self._stopped(look),
        )

    def _end(self, look_at: str) -> None:
        self._frame, self._awaited = None, ""
        if look_at:
            self._core.look_at_maps(exchanged(asked_for(self._core), 0, look_at))
        else:
            self._core.refresh()

    def _stopped(self, look: bool) -> None:
        """What is kept of a map that was given up is looked at; else the points go back to where they were."""
        session, frame = self._core.session, self._frame
        if session is None or frame is None:
            self._end("")
            return
        self._frame = None

        def known(outcome: Outcome) -> None:
            kept = {info.name: info.finished for info in outcome.value}
            facts = self._core.facts
            if kept.get(frame.map_name, True) and facts is not None and facts.map:
                self._core.view.map.move_points(facts.map, facts.xy)
            self._end(frame.map_name if look and frame.map_name in kept else "")

        self._core.start("kept maps", lambda: once(session.store.maps.all), EDIT, on_done=known)

    def refine(self) -> None:
        """Let all points of the shown map move a little from where they are."""
        facts = self._core.facts
        if facts is not None and facts.map:
            self.make(BuildMapParams(self._space_of(facts, facts.map), facts.map, refine=True), look=True)

    # -- what is asked for ------------------------------------------------------------------------------------

    def proposed(self) -> MapWish:
        """What the sheet shows at first: the shown map's own parameters and a name that replaces it."""
        facts = self._core.facts
        if facts is None:
            return MapWish()
        shown = next((info for info in facts.maps if info.name == facts.map), None)
        layout = layout_params(shown) if shown is not None else MapParams()
        numbers = (*self.number_columns(), "", "")
        across, up = layout.x_column or numbers[0], layout.y_column or numbers[1] or numbers[0]
        mostly = bool(len(facts)) and float(np.isfinite(facts.xy[:, 0]).mean()) > _MOSTLY
        follow = mostly and layout.method == "umap"
        return MapWish(facts.map or "map", self._space_of(facts, facts.map), layout.method, across, up, follow, layout)

    def spaces(self) -> tuple[str, ...]:
        """The names of the spaces that hold vectors."""
        facts = self._core.facts
        return tuple(space.name for space in facts.spaces if space.count) if facts is not None else ()

    def number_columns(self) -> tuple[str, ...]:
        """What own coordinates can be."""
        facts = self._core.facts
        schema = facts.schema if facts is not None else {}
        return tuple(name for name, kind in schema.items() if kind is FieldType.NUMBER and not name.startswith("@"))

    def make_wished(self, wish: MapWish) -> None:
        """Make the map that was asked for, and look at it."""
        facts = self._core.facts
        if facts is None:
            return
        method: Method = wish.method  # type: ignore[assignment]
        layout = replace(wish.layout, method=method, x_column="", y_column="")
        if method == "columns":
            layout = replace(layout, x_column=wish.x_column, y_column=wish.y_column)
        name = " ".join(wish.name.split()) or facts.map
        start = facts.map if wish.follow and method == "umap" else ""
        self.make(BuildMapParams(wish.space, name, layout, again=True, start=start), look=True)

    def preview(self, wish: MapWish, layouts: tuple[MapParams, ...], show: Callable[[MapPreviews], None]) -> None:
        """Small maps of a sample with these settings, told as they come; a newer request replaces this one."""
        session = self._core.session
        if session is None:
            return
        store = session.store

        def step(step: Step) -> None:
            if isinstance(step.payload, MapPreviews):
                show(step.payload)

        self._core.start(
            "map previews",
            lambda: preview_maps(store, wish.space, layouts),
            PREVIEW,
            key="previews",
            on_step=step,
            on_failed=lambda _error: None,  # making the map says what is wrong
        )

    def stop_previews(self) -> None:
        self._core.cancel(PREVIEW)

    @staticmethod
    def _space_of(facts: Facts, map_name: str) -> str:
        ids = [info.space_id for info in facts.maps if info.name == map_name]
        return next((space.name for space in facts.spaces if space.id in ids), "")

    # -- names ------------------------------------------------------------------------------------------------

    def rename(self, new: str) -> None:
        """Give the first map that is shown another name."""
        facts = self._core.facts
        if facts is not None and facts.map and new != facts.map:
            self._perform(rename_map(facts.map, new), {facts.map: new})

    def delete(self) -> None:
        """Delete the first map that is shown."""
        facts = self._core.facts
        if facts is not None and facts.map:
            self._perform(delete_map(facts.map), {})

    def _perform(self, change: Change, renamed: dict[str, str]) -> None:
        session = self._core.session
        if session is None:
            return
        history = session.store.history

        def done(_outcome: Outcome) -> None:
            self._core.inform(f"{change.label}.", action="edit.undo")
            state = self._core.state
            sides = tuple(renamed.get(name, name) for name in state.side_maps)
            self._core.state = replace(state, map=renamed.get(state.map, state.map), side_maps=sides)
            self._core.refresh()

        self._core.start("change", lambda: once(lambda: history.perform(change)), EDIT, on_done=done)

    # -- frames -----------------------------------------------------------------------------------------------

    def moved(self, step: Step) -> None:
        """A step of a map that is being made."""
        if isinstance(step.payload, MapFrame):
            self._frame = step.payload
            self._show_frame()

    def _on_show(self, changed: frozenset[Aspect]) -> None:
        """The project was read anew while a map is being made: what is seen of it stays on the screen."""
        if Aspect.POINTS in changed:
            self._show_frame()

    def _show_frame(self) -> None:
        """A map of a new name that is waited for is seen in the place of the first one until it is there."""
        frame, facts = self._frame, self._core.facts
        if frame is None or facts is None:
            return
        is_shown = not facts.map or frame.map_name in facts.shown_maps
        if not is_shown and frame.map_name != self._awaited:
            return  # other maps are being looked at
        xy = self._on_rows(frame, facts)
        if np.isfinite(xy).any():  # else its items are not on the screen yet
            self._core.view.map.set_empty_text("")
            self._core.view.map.move_points(frame.map_name if is_shown else facts.map, xy)

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
