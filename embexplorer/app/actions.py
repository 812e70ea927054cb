"""Everything that the user can do, in one table.

Menus, tool buttons, shortcuts, the command palette and the cheat sheet are all drawn from it, so that they agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from embexplorer.app.flags import FLAGS as FLAGS  # part of what this module offers


@dataclass(frozen=True)
class Action:
    """One thing to do. shortcuts: portable key names; Ctrl is Command on a Mac. menu: where the cheat sheet lists it.

    enabled_when: flags that must all be up. palette_only: in no menu, because a menu would only be cluttered by it.
    checkable: it switches something on and off.
    """

    id: str
    text: str
    help: str
    menu: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    enabled_when: tuple[str, ...] = ()
    checkable: bool = False
    palette_only: bool = False

    @property
    def plain_text(self) -> str:
        """The text without the ellipsis that a menu needs."""
        return self.text.removesuffix("…")


@dataclass(frozen=True)
class Menu:
    """entries: an action's id, SEPARATOR, RECENT (the recent projects) or a menu inside this one."""

    title: str
    entries: tuple["str | Menu", ...]


SEPARATOR: Final = "-"
RECENT: Final = "@recent"

_PROJECT, _WRITE, _ITEMS = ("project",), ("project", "writable"), ("project", "items")
_SELECTED, _MAPPED = ("project", "selection"), ("project", "map")
_TAGGING = ("project", "writable", "selection")


# A table reads best as rows.
# fmt: off
_FILE_ACTIONS = (
    Action("file.new", "New project…", "Make an empty project file.", "File", ("Ctrl+N",), "new"),
    Action("file.open", "Open project…", "Open a project file.", "File", ("Ctrl+O",), "open"),
    Action("file.add_files", "Add files…", "Add tables, texts, images or vectors to the project, or start a new one.",
           "File", ("Ctrl+Shift+O",), "add"),
    Action("file.add_folder", "Add a folder…", "Add everything in a folder and the folders in it.",
           "File", (), "folder"),
    Action("file.save_copy", "Save a copy…", "Write the whole project to another file, for sharing or keeping.",
           "File", ("Ctrl+Shift+S",), "copy", _PROJECT),
    Action("file.rescue", "Rescue a damaged project…", "Save what can be read of a damaged project into a new one.",
           "File", (), "warning"),
    Action("file.export_selection", "Export the selection…",
           "Write the selected items as CSV, Parquet, JSON Lines or vectors.",
           "File", ("Ctrl+E",), "export", _SELECTED),
    Action("file.export_all", "Export everything…", "Write all items as CSV, Parquet, JSON Lines or vectors.",
           "File", ("Ctrl+Shift+E",), "export", _ITEMS),
    Action("file.export_map", "Export the map…", "Draw the map into a picture for screen or print, or a web page.",
           "File", (), "image", _MAPPED),
    Action("file.close", "Close project", "Go back to the welcome page. Everything is already saved.",
           "File", ("Ctrl+W",), "close", _PROJECT),
    Action("file.quit", "Quit", "Close the window. Unfinished jobs continue next time.", "File", ("Ctrl+Q",), ""),
)

_EDIT_ACTIONS = (
    Action("edit.undo", "Undo", "Take back the last change, also one of an earlier day.",
           "Edit", ("Ctrl+Z",), "undo", ("project", "writable", "undo")),
    Action("edit.redo", "Redo", "Do again what was taken back.",
           "Edit", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", ("project", "writable", "redo")),
    Action("edit.copy_text", "Copy the text of the item", "Copy the whole text of the current item.",
           "Edit", ("Ctrl+Shift+C",), "copy", ("project", "item")),
    Action("edit.copy_path", "Copy the path of the item", "Copy where the current item came from.",
           "Edit", (), "copy", ("project", "item")),
    Action("edit.trash", "Move to the trash", "Take the selected items out of the project. Undo brings them back.",
           "Edit", ("Delete",), "trash", _TAGGING),
    Action("edit.restore", "Take all out of the trash", "Bring back every item that was moved to the trash.",
           "Edit", (), "undo", _WRITE),
    Action("edit.empty_trash", "Empty the trash…", "Delete for good what is in the trash. It asks first.",
           "Edit", (), "trash", _WRITE),
    Action("edit.settings", "Settings…", "Theme, models, device and other choices for all projects.",
           "Edit", ("Ctrl+,",), "settings"),
)

_SELECT_ACTIONS = (
    Action("select.shown", "Select all shown", "Select every item that the filter lets through.",
           "Select", ("Ctrl+A",), "select-all", _ITEMS),
    Action("select.results", "Select the results", "Select what the search found.",
           "Select", ("Ctrl+Shift+R",), "search", ("project", "hits")),
    Action("select.invert", "Invert the selection", "Select what is shown and not selected.",
           "Select", ("Ctrl+Shift+I",), "invert", _ITEMS),
    Action("select.clear", "Clear the selection", "Select nothing.", "Select", ("Esc",), "close", _SELECTED),
    Action("select.grow", "Grow by neighbours", "Add to the selection what is truly nearest to its items.",
           "Select", ("G",), "similar", ("project", "map", "item")),
    Action("tool.pan", "Move the map", "Drag moves the map; Shift and drag selects.",
           "Select", ("P",), "pan", _MAPPED, checkable=True),
    Action("tool.rectangle", "Select with a rectangle", "Drag a rectangle. Shift adds, Alt takes away.",
           "Select", ("R",), "rectangle", _MAPPED, checkable=True),
    Action("tool.lasso", "Select with a lasso", "Draw around points. Shift adds, Alt takes away.",
           "Select", ("L",), "lasso", _MAPPED, checkable=True),
)

_TAG_ACTIONS = (
    Action("tag.add", "Tag…", "Put a tag on the selected items; type a new one or pick one.",
           "Tag", ("T",), "tag", _TAGGING),
    Action("tag.remove", "Remove a tag…", "Take a tag off the selected items.",
           "Tag", ("Shift+T",), "untag", _TAGGING),
    *(
        Action(f"tag.key_{n}", f"Tag with key {n}",
               f"Put the tag of key {n} on the selected items, or take it off again.",
               "Tag", (str(n),), "tag", _TAGGING, palette_only=True)
        for n in range(1, 10)
    ),
)

_VIEW_ACTIONS = (
    Action("view.fit", "Fit the whole map", "Show all points.", "View", ("F",), "fit", _MAPPED),
    Action("view.fit_selection", "Fit the selection", "Show the selected points as large as possible.",
           "View", ("Shift+F",), "fit-selection", ("project", "map", "selection")),
    Action("view.locate", "Show the item on the map", "Bring the current item into the middle of the map.",
           "View", ("W",), "pin", ("project", "map", "item")),
    Action("view.zoom_in", "Zoom in", "Look closer.", "View", ("Ctrl+=", "Ctrl++"), "plus", _MAPPED),
    Action("view.zoom_out", "Zoom out", "See more of the map.", "View", ("Ctrl+-",), "minus", _MAPPED),
    Action("view.back", "Back", "Look at the part of the map that was seen before.",
           "View", ("Alt+Left",), "previous", _MAPPED),
    Action("view.forward", "Forward", "Look again at the part of the map that was left by going back.",
           "View", ("Alt+Right",), "next", _MAPPED),
    Action("view.add_map", "Show another map beside this", "Compare maps side by side, up to four of them.",
           "View", ("B",), "maps", ("project", "map", "other_map", "room_for_map")),
    Action("view.one_map", "Show one map only", "Close all maps but the first.",
           "View", ("Shift+B",), "map", ("project", "side_maps")),
    Action("view.colour_by", "Colour by…", "Choose the column that gives the points their colours.",
           "View", ("C",), "palette", _MAPPED),
    Action("view.labels", "Labels", "Write names over the points, as many as fit.",
           "View", ("Shift+L",), "label", _MAPPED, checkable=True),
    Action("view.density", "Density", "Show where many points lie, by shades and contour lines.",
           "View", ("D",), "density", _MAPPED, checkable=True),
    Action("view.thumbnails", "Thumbnails", "Show pictures in place of points when you look closely.",
           "View", ("I",), "image", _MAPPED, checkable=True),
    Action("view.minimap", "Overview", "Show in a corner which part of the map is seen.",
           "View", ("O",), "minimap", _MAPPED, checkable=True),
    Action("view.neighbour_lines", "Lines to neighbours",
           "Draw lines from the item under the pointer to those that are truly nearest to it.",
           "View", ("N",), "similar", _MAPPED, checkable=True),
    Action("view.legend", "Legend", "Unfold the legend of colours and sizes, or fold it.",
           "View", ("K",), "palette", _MAPPED, checkable=True),
    Action("view.show_all", "Show all categories", "Put back on the map what was switched off in the legend.",
           "View", ("Shift+H",), "select-all", _MAPPED),
    Action("view.hide_filtered", "Hide what the filter leaves out", "Hide these points instead of dimming them.",
           "View", ("H",), "hide", _MAPPED, checkable=True),
    Action("view.only_selected", "List only the selection",
           "Show only the selected items in the table and the gallery.",
           "View", ("S",), "filter", _ITEMS, checkable=True),
    Action("view.columns", "Columns of the table…", "Choose which columns the table shows.",
           "View", (), "columns", _ITEMS),
    Action("theme.system", "Follow the system", "Light or dark as the system is.",
           "View", (), "system", checkable=True),
    Action("theme.light", "Light", "Always light.", "View", (), "sun", checkable=True),
    Action("theme.dark", "Dark", "Always dark.", "View", (), "moon", checkable=True),
    Action("view.full_screen", "Full screen", "Use the whole screen, or go back.",
           "View", ("F11",), "fullscreen", checkable=True),
)

_PANELS_ACTIONS = (
    Action("panel.facets", "Filters", "Show or hide the filters.",
           "Panels", ("Ctrl+1",), "filter", _PROJECT, checkable=True),
    Action("panel.results", "Results", "Show or hide the results of the search.",
           "Panels", ("Ctrl+2",), "search", _PROJECT, checkable=True),
    Action("panel.item", "Item", "Show or hide the current item.",
           "Panels", ("Ctrl+3",), "item", _PROJECT, checkable=True),
    Action("panel.table", "Table", "Show or hide the table.", "Panels", ("Ctrl+4",), "table", _PROJECT, checkable=True),
    Action("panel.gallery", "Gallery", "Show or hide the pictures.",
           "Panels", ("Ctrl+5",), "gallery", _PROJECT, checkable=True),
    Action("panel.jobs", "Jobs", "Show or hide what is being worked on.", "Panels", ("Ctrl+6",), "job", checkable=True),
    Action("panel.next", "Next panel", "Move the keyboard to the next panel.", "Panels", ("F6",), "next"),
    Action("panel.previous", "Previous panel", "Move the keyboard to the panel before.",
           "Panels", ("Shift+F6",), "previous"),
    Action("panel.reset", "Reset the layout", "Put all panels back where they were at first.", "Panels", (), "layout"),
)

_SEARCH_ACTIONS = (
    Action("search.focus", "Search", "Go to the query bar.", "Search", ("Ctrl+F", "/"), "search", _ITEMS),
    Action("search.filter", "Write a filter", "Go to the filter in the query bar.",
           "Search", ("Ctrl+Shift+F",), "filter", _ITEMS),
    Action("search.image", "Search with an image…", "Find what looks like an image file.",
           "Search", (), "image", _ITEMS),
    Action("search.more_like", "More like this", "Add the selection, or the current item, to the query.",
           "Search", ("M",), "similar", ("project", "item")),
    Action("search.less_like", "Less like this", "Ask for what is unlike the selection or the current item.",
           "Search", ("Shift+M",), "unlike", ("project", "item")),
    Action("search.aside_like", "Set aside what this is about",
           "Set the selection or the current item aside: what they are about does not decide.",
           "Search", ("Alt+M",), "aside", ("project", "item")),
    Action("search.blend", "Blend the parts of the query", "Look for what lies between all parts.",
           "Search", (), "search", ("project", "query"), palette_only=True),
    Action("search.both", "Like all parts of the query", "Look for what is like each of the parts at once.",
           "Search", (), "search", ("project", "query"), palette_only=True),
    Action("search.either", "Like any part of the query", "Look for what is like at least one of the parts.",
           "Search", (), "search", ("project", "query"), palette_only=True),
    Action("search.but_not", "Leave out what is more like a minus part",
           "What is more like a minus part than like the rest is not found.",
           "Search", (), "minus", ("project", "query"), palette_only=True),
    Action("search.past", "Earlier queries…", "Open one of the last fifty queries, or one that you saved.",
           "Search", ("Ctrl+H",), "history", _ITEMS),
    Action("search.save", "Save the query…", "Keep the query and the filter under a name.",
           "Search", ("Ctrl+D",), "bookmark", ("project", "writable", "query")),
    Action("search.exact", "Make exact", "Search again and compare with every item.",
           "Search", ("X",), "exact", ("project", "query")),
    Action("search.clear", "Clear the query", "Forget the query and its results.",
           "Search", ("Ctrl+Shift+Backspace",), "close", ("project", "query")),
    Action("search.only_similar", "Only what is similar", "Filter to what is likely related to the current item.",
           "Search", ("Ctrl+Shift+M",), "filter", ("project", "item")),
    Action("search.clear_filter", "Clear the filter", "Show all items again.",
           "Search", ("Ctrl+Shift+L",), "filter", ("project", "filter")),
    Action("item.open_original", "Open the original file", "Open the file of the current item in its own program.",
           "Search", ("Ctrl+Return",), "external", ("project", "item")),
)

_PROJECT_ACTIONS = (
    Action("project.embed", "Embed with another model…", "Give every item a vector of another model.",
           "Project", (), "embed", ("project", "writable", "items")),
    Action("project.make_map", "Make a map…", "Lay out a new map with parameters of your choice.",
           "Project", ("Ctrl+M",), "map", ("project", "writable", "items")),
    Action("project.refine_map", "Refine the map", "Let all points move a little, so that new ones settle in.",
           "Project", (), "refresh", ("project", "writable", "map")),
    Action("project.rename_map", "Rename the map…", "Give the first map another name.",
           "Project", (), "map", ("project", "writable", "map")),
    Action("project.delete_map", "Delete the map", "Delete the first map. The items and their vectors stay.",
           "Project", (), "trash", ("project", "writable", "map")),
    Action("project.models", "Models…", "See which models there are, how fast they are here, and try them.",
           "Project", (), "model"),
    Action("project.add_model", "Add a model…", "Add a text or image model from a folder with its ONNX files.",
           "Project", (), "add"),
    Action("project.spaces", "Spaces…", "See what the vectors take, and keep them in fewer bytes.",
           "Project", (), "layers", _PROJECT),
    Action("project.rebuild_index", "Rebuild the search index", "Make the search index again from the vectors.",
           "Project", (), "refresh", _ITEMS),
    Action("project.retry", "Try failed items again", "Embed the items again that could not be embedded before.",
           "Project", (), "refresh", ("project", "writable", "items")),
    Action("project.failures", "Items without a vector", "List the items that could not be embedded, and why.",
           "Project", (), "warning", _ITEMS),
    Action("project.check", "Check the project", "Read the whole file and report any damage.",
           "Project", (), "check", _PROJECT),
    Action("project.compact", "Compact the file", "Give back the space that deleted things left behind.",
           "Project", (), "compact", _WRITE),
    Action("job.cancel", "Stop the running job", "Stop it now. What is finished stays.",
           "Project", ("Ctrl+.",), "close", ("job",)),
)

_HELP_ACTIONS = (
    Action("help.palette", "Do something…", "Find any action by typing a part of its name.",
           "Help", ("Ctrl+K", "Ctrl+Shift+P"), "command"),
    Action("help.cheatsheet", "Keyboard shortcuts", "See all keys on one page.", "Help", ("F1", "?"), "keyboard"),
    Action("help.log_folder", "Open the log folder", "Show where the log of this program lies.", "Help", (), "folder"),
    Action("help.copy_diagnostics", "Copy diagnostics", "Copy versions, device and the end of the log, for a report.",
           "Help", (), "copy"),
    Action("help.about", "About embexplorer", "Version, licence and notices.", "Help", (), "info"),
)

ACTIONS: Final[tuple[Action, ...]] = (
    *_FILE_ACTIONS, *_EDIT_ACTIONS, *_SELECT_ACTIONS, *_TAG_ACTIONS, *_VIEW_ACTIONS,
    *_PANELS_ACTIONS, *_SEARCH_ACTIONS, *_PROJECT_ACTIONS, *_HELP_ACTIONS,
)
# fmt: on

BY_ID: Final[Mapping[str, Action]] = {action.id: action for action in ACTIONS}


def missing_flag(action: Action, flags: Mapping[str, bool]) -> str:
    """The first flag that the action needs and that is not up; "" when the action can be used."""
    return next((flag for flag in action.enabled_when if not flags.get(flag, False)), "")


def why_not(action: Action, flags: Mapping[str, bool]) -> str:
    """The sentence that says why the action cannot be used now; "" when it can."""
    return FLAGS.get(missing_flag(action, flags), "")
