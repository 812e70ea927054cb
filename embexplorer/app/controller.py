"""The one object that the window talks to: every intent of the user, by what it is about."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from embexplorer.app.answering import Answering
from embexplorer.app.core import Core
from embexplorer.app.doubting import Doubting
from embexplorer.app.editing import Editing
from embexplorer.app.filling import Filling
from embexplorer.app.importing import Importing, free_path
from embexplorer.app.labels import Labelling
from embexplorer.app.looking import Looking
from embexplorer.app.mapmaking import MapMaking
from embexplorer.app.modelling import Modelling
from embexplorer.app.nearness import Nearness
from embexplorer.app.pastqueries import PastQueries
from embexplorer.app.projects import Projects
from embexplorer.app.searching import Searching
from embexplorer.app.selecting import Selecting
from embexplorer.app.showing import Showing
from embexplorer.app.sidebyside import SideBySide
from embexplorer.app.spacekeeping import SpaceKeeping
from embexplorer.app.state import State
from embexplorer.app.thumbnails import Thumbnails
from embexplorer.app.upkeep import Upkeep
from embexplorer.app.views import View
from embexplorer.base.settings import Settings
from embexplorer.operations.estimating import model_choices
from embexplorer.operations.importing import sources_of
from embexplorer.operations.selftest import sample_folder
from embexplorer.work.events import Event

_ZOOM = 1.5
_ENDING_S = 10.0  # of patience with work that is deep in a long step when the window closes


class Controller:
    """Joins the parts. Everything is called on the GUI thread and returns at once."""

    def __init__(self, view: View, post: Callable[[Event], None], settings: Settings) -> None:
        self.core = Core(view, post, settings)
        self.showing = Showing(self.core)
        self.selecting = Selecting(self.core)
        self.looking = Looking(self.core, self.selecting)
        self.nearness = Nearness(self.core, self.selecting)
        self.map_making = MapMaking(self.core)
        self.filling = Filling(self.core, self.map_making)
        self.projects = Projects(self.core, self.filling)
        self.searching = Searching(self.core)
        self.past = PastQueries(self.core)
        self.answering = Answering(self.core)
        self.editing = Editing(self.core)
        self.importing = Importing(self.core, self.projects, self.filling)
        self.upkeep = Upkeep(self.core)
        self.modelling = Modelling(self.core)
        self.space_keeping = SpaceKeeping(self.core, self.filling, self.past.texts)
        self.side_by_side = SideBySide(self.core)
        self.labelling = Labelling(self.core)
        self.doubting = Doubting(self.core)
        self.thumbnails = Thumbnails(self.core)
        self._actions = self._action_table()

    @property
    def settings(self) -> Settings:
        return self.core.settings

    @property
    def state(self) -> State:
        return self.core.state

    @property
    def actions(self) -> frozenset[str]:
        """The actions of app/actions.py that trigger does itself, beside the tag keys."""
        return frozenset(self._actions)

    def on_event(self, event: Event) -> None:
        self.core.on_event(event)

    def trigger(self, action: str) -> bool:
        """Do what an action of app/actions.py says; False for those that only concern the window itself."""
        if action.startswith("tag.key_"):
            self.editing.toggle_key(action.removeprefix("tag.key_"))
            return True
        do = self._actions.get(action)
        if do is not None:
            do()
        return do is not None

    def _action_table(self) -> dict[str, Callable[[], None]]:
        core, view = self.core, self.core.view
        selecting, searching, editing, projects = self.selecting, self.searching, self.editing, self.projects
        return {
            "file.close": projects.close,
            "edit.undo": editing.undo,
            "edit.redo": editing.redo,
            "edit.copy_text": selecting.copy_text,
            "edit.copy_path": selecting.copy_path,
            "edit.trash": editing.trash,
            "edit.restore": editing.restore,
            "select.shown": selecting.select_shown,
            "select.results": lambda: selecting.select(self.answering.hit_rows()),
            "select.invert": selecting.invert,
            "select.clear": selecting.clear,
            "select.grow": self.nearness.grow,
            "tool.pan": lambda: self.set_tool("pan"),
            "tool.lasso": lambda: self.set_tool("lasso"),
            "tool.rectangle": lambda: self.set_tool("rectangle"),
            "view.fit": view.map.fit,
            "view.fit_selection": lambda: view.map.fit_rows(core.state.selection.rows()),
            "view.locate": lambda: view.map.show_row(core.state.current),
            "view.zoom_in": lambda: view.map.zoom(_ZOOM),
            "view.zoom_out": lambda: view.map.zoom(1 / _ZOOM),
            "view.back": view.map.back,
            "view.forward": view.map.forward,
            "view.add_map": self.side_by_side.add,
            "view.one_map": self.side_by_side.keep_first,
            "view.labels": lambda: self.looking.turn("labels"),
            "view.density": lambda: self.looking.turn("density"),
            "view.thumbnails": lambda: self.looking.turn("thumbnails"),
            "view.minimap": lambda: self.looking.turn("minimap"),
            "view.neighbour_lines": lambda: self.looking.turn("neighbour_lines"),
            "view.legend": lambda: self.looking.turn("legend"),
            "view.show_all": self.looking.show_all,
            "view.hide_filtered": lambda: core.change(hide_filtered=not core.state.hide_filtered),
            "view.only_selected": lambda: core.change(only_selected=not core.state.only_selected),
            "search.more_like": lambda: searching.add_rows(self._chosen_rows()),
            "search.less_like": lambda: searching.add_rows(self._chosen_rows(), -1.0),
            "search.aside_like": lambda: searching.add_rows(self._chosen_rows(), aside=True),
            "search.blend": lambda: searching.set_combine("blend"),
            "search.both": lambda: searching.set_combine("both"),
            "search.either": lambda: searching.set_combine("either"),
            "search.but_not": lambda: searching.set_but_not(not core.state.query.but_not),
            "search.exact": lambda: searching.set_options(exact=not core.state.query.exact),
            "search.clear": searching.clear,
            "search.only_similar": self._only_similar,
            "search.clear_filter": searching.clear_filter,
            "item.open_original": lambda: selecting.open_original(core.state.current),
            "project.refine_map": self.map_making.refine,
            "project.delete_map": self.map_making.delete,
            "project.rebuild_index": self.filling.rebuild_index,
            "project.check": self.upkeep.check,
            "project.compact": self.upkeep.compact,
            "project.failures": self.upkeep.list_failures,
            "project.retry": self.filling.retry,
            "job.cancel": core.board.cancel_newest,
        }

    # -- small intents ----------------------------------------------------------------------------------------

    def set_tool(self, tool: str) -> None:
        self.core.state = replace(self.core.state, tool=tool)  # type: ignore[arg-type]
        self.core.view.map.set_tool(tool)

    def colour_by(self, column: str) -> None:
        self.looking.colour_by(column)

    def models(self) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
        """(id, name) of the installed text models and of the image models."""
        return model_choices()

    def sort(self, column: str, descending: bool) -> None:
        self.core.change(sort=column, descending=descending)

    def set_columns(self, columns: tuple[str, ...]) -> None:
        self.core.change(columns=columns)

    def open_sample(self, name: str, folder: Path) -> None:
        """A bundled sample as a new project in this folder."""
        self.projects.open(free_path(folder / name), then=lambda: sources_of([sample_folder(name)]), new=True)

    def apply_settings(self, settings: Settings) -> None:
        """Use these settings from now on. The device and the cores are those of the next work."""
        results = self.core.settings.results
        self.core.keep_settings(settings)
        if settings.results != results:
            self.searching.set_options(k=settings.results)

    def shut_down(self) -> bool:
        """Close the project and end all work; the next start continues it. True when all has ended."""
        return self.core.shut_down(_ENDING_S)

    def _only_similar(self) -> None:
        rows, current = self._chosen_rows(), self.core.state.current
        self.searching.only_similar(current if current in rows or not len(rows) else int(rows[0]))

    def _chosen_rows(self) -> np.ndarray:
        rows = self.core.state.selection.rows()
        current = self.core.state.current
        return rows if len(rows) else np.array([current] if current >= 0 else [], np.int64)
