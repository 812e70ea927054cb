"""The menu bar as data: which actions are where, in which order."""

from collections.abc import Iterator
from typing import Final

from embexplorer.app.actions import RECENT, SEPARATOR, Menu

_FILE = Menu(
    "&File",
    (
        "file.new",
        "file.open",
        Menu("Open recent", (RECENT,)),
        SEPARATOR,
        "file.add_files",
        "file.add_folder",
        SEPARATOR,
        "file.save_copy",
        "file.rescue",
        "file.export_selection",
        "file.export_all",
        "file.export_map",
        SEPARATOR,
        "file.close",
        "file.quit",
    ),
)
_EDIT = Menu(
    "&Edit",
    (
        "edit.undo",
        "edit.redo",
        SEPARATOR,
        "edit.copy_text",
        "edit.copy_path",
        SEPARATOR,
        "tag.add",
        "tag.remove",
        "edit.trash",
        "edit.restore",
        "edit.empty_trash",
        SEPARATOR,
        "edit.settings",
    ),
)
_SELECT = Menu(
    "&Select",
    (
        "select.shown",
        "select.results",
        "select.invert",
        "select.grow",
        "select.clear",
        SEPARATOR,
        "tool.pan",
        "tool.rectangle",
        "tool.lasso",
    ),
)
_PANELS = Menu(
    "Panels",
    (
        "panel.facets",
        "panel.results",
        "panel.item",
        "panel.table",
        "panel.gallery",
        "panel.jobs",
        SEPARATOR,
        "panel.next",
        "panel.previous",
        "panel.reset",
    ),
)
_ON_THE_MAP = Menu(
    "On the map",
    (
        "view.labels",
        "view.density",
        "view.thumbnails",
        "view.minimap",
        "view.neighbour_lines",
        "view.legend",
    ),
)
_VIEW = Menu(
    "&View",
    (
        "view.fit",
        "view.fit_selection",
        "view.locate",
        "view.zoom_in",
        "view.zoom_out",
        "view.back",
        "view.forward",
        SEPARATOR,
        "view.add_map",
        "view.one_map",
        SEPARATOR,
        _ON_THE_MAP,
        "view.colour_by",
        "view.show_all",
        "view.hide_filtered",
        "view.only_selected",
        "view.columns",
        SEPARATOR,
        _PANELS,
        Menu("Theme", ("theme.system", "theme.light", "theme.dark")),
        "view.full_screen",
    ),
)
_SEARCH = Menu(
    "Sea&rch",
    (
        "search.focus",
        "search.filter",
        "search.image",
        SEPARATOR,
        "search.more_like",
        "search.less_like",
        "search.only_similar",
        "search.aside_like",
        "search.exact",
        SEPARATOR,
        "search.past",
        "search.save",
        "search.clear",
        "search.clear_filter",
        SEPARATOR,
        "item.open_original",
    ),
)
_PROJECT = Menu(
    "&Project",
    (
        "project.embed",
        SEPARATOR,
        "project.make_map",
        "project.refine_map",
        "project.rename_map",
        "project.delete_map",
        SEPARATOR,
        "project.models",
        "project.add_model",
        "project.spaces",
        "project.rebuild_index",
        SEPARATOR,
        "project.failures",
        "project.retry",
        "project.check",
        "project.compact",
        SEPARATOR,
        "job.cancel",
    ),
)
_HELP = Menu(
    "&Help",
    (
        "help.palette",
        "help.cheatsheet",
        SEPARATOR,
        "help.log_folder",
        "help.copy_diagnostics",
        SEPARATOR,
        "help.about",
    ),
)

MENUS: Final[tuple[Menu, ...]] = (_FILE, _EDIT, _SELECT, _VIEW, _SEARCH, _PROJECT, _HELP)


def action_ids(menu: Menu) -> Iterator[str]:
    """The ids of the actions in a menu and in the menus inside it."""
    for entry in menu.entries:
        if isinstance(entry, Menu):
            yield from action_ids(entry)
        elif entry not in (SEPARATOR, RECENT):
            yield entry
