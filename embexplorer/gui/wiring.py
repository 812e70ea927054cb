"""Which event of which widget is which intent: one table to read from top to bottom."""

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from embexplorer.app.actions import BY_ID, missing_flag
from embexplorer.app.controller import Controller
from embexplorer.app.resolve import Aspect
from embexplorer.app.values import Chip, MapChoice
from embexplorer.data.selection import Combine
from embexplorer.gui.appview import AppView
from embexplorer.gui.palette import Entry
from embexplorer.gui.querywiring import wire_terms

_ITEM_MENU = (
    "search.more_like", "search.less_like", "search.aside_like", "search.only_similar", "view.locate", "", "tag.add",
    "edit.trash", "", "item.open_original",
)  # fmt: skip
_CHECKED = {"view.hide_filtered": "hide_filtered", "view.only_selected": "only_selected"}
_LOOK = {
    "view.labels": "labels",
    "view.density": "density",
    "view.thumbnails": "thumbnails",
    "view.minimap": "minimap",
    "view.neighbour_lines": "neighbour_lines",
    "view.legend": "legend",
}
_OF_MAP = ("make_map", "refine_map", "rename_map", "delete_map")


def wire(view: AppView, controller: Controller) -> None:
    """Join the widgets to the controller."""
    _wire_items(view, controller)
    _wire_map(view, controller)
    _wire_search(view, controller)
    _wire_edits(view, controller)
    _wire_import(view, controller)
    _wire_window(view, controller)


def _wire_items(view: AppView, controller: Controller) -> None:
    """What every view of items has in common."""
    selecting = controller.selecting
    for panel in (view.map, view.results, view.table, view.gallery, view.item):
        panel.hovered.connect(selecting.hover)
        panel.picked.connect(selecting.pick)
        panel.opened.connect(selecting.open_original)
    for panel in (view.map, view.table, view.gallery):
        panel.picked.connect(lambda _row, _how: view.window.docks.bring_forward("item"))
    for panel in (view.map, view.results, view.table, view.gallery):
        panel.menu_requested.connect(lambda row, at: _item_menu(view, controller, row, at))
    for panel in (view.map, view.table, view.gallery):  # from the results one goes on to the next result
        panel.picked.connect(lambda _row, _how: view.reveal("item"))
    view.table.rows_selected.connect(selecting.select)
    view.table.sort_changed.connect(controller.sort)
    view.table.columns_changed.connect(controller.set_columns)
    _wire_results(view, controller)
    view.pictures.wanted.connect(controller.thumbnails.ask)


def _wire_results(view: AppView, controller: Controller) -> None:
    answering, head = controller.answering, view.results.head
    view.results.more_wanted.connect(answering.more)
    view.results.exact_wanted.connect(lambda: controller.searching.set_options(exact=True))
    view.results.select_wanted.connect(lambda: controller.trigger("select.results"))
    head.cut_chosen.connect(answering.set_cut)
    head.sort_chosen.connect(answering.sort)
    head.diversity_chosen.connect(answering.vary)


def _wire_map(view: AppView, controller: Controller) -> None:
    view.map.area_selected.connect(controller.selecting.select)
    view.map.cleared.connect(controller.selecting.clear)
    view.map.colour_chosen.connect(controller.colour_by)
    view.map.map_chosen.connect(controller.side_by_side.show)
    view.map.closed.connect(controller.side_by_side.close)
    view.map.tool_chosen.connect(controller.set_tool)
    view.map.tool_chosen.connect(lambda tool: view.window.set_checked(f"tool.{tool}", True))
    view.map.sampled.connect(view.window.status.set_sampled)
    _wire_legend(view, controller)


def _wire_legend(view: AppView, controller: Controller) -> None:
    looking, commands = controller.looking, view.window.commands
    view.map.switched.connect(looking.toggle)
    view.map.isolated.connect(looking.isolate)
    view.map.category_picked.connect(looking.select)
    view.map.all_wanted.connect(looking.show_all)
    view.map.range_chosen.connect(looking.set_value_range)
    view.map.size_chosen.connect(lambda column: looking.set_look(size_by=column))
    view.map.labels_chosen.connect(lambda column: looking.set_look(label_by=column))
    view.map.folded.connect(lambda folded: looking.set_look(legend=not folded))
    view.map.set_map_actions([commands.actions[f"project.{name}"] for name in _OF_MAP])
    view.map.set_actions([commands.actions[action] for action in _LOOK if action != "view.legend"])


def _wire_search(view: AppView, controller: Controller) -> None:
    searching, query = controller.searching, view.query
    wire_terms(view, controller)
    controller.past.changed.append(lambda: _offer(view, controller))
    query.filter_edited.connect(searching.set_filter_text)
    query.mode_chosen.connect(lambda mode: searching.set_options(mode=mode))
    query.mix.mixed.connect(searching.set_mix)
    query.by_chosen.connect(searching.answer_by)
    query.exact_chosen.connect(lambda exact: searching.set_options(exact=exact))
    query.k_chosen.connect(lambda k: searching.set_options(k=k))
    query.space_chosen.connect(searching.set_space)
    controller.core.after_show.append(_Answers(view, controller).on_show)
    controller.core.after_show.append(_Contents(view, controller).on_show)
    view.facets.values_chosen.connect(searching.set_values)
    view.facets.range_chosen.connect(searching.set_range)
    view.facets.condition_removed.connect(searching.remove_condition)
    view.facets.cleared.connect(searching.clear_filter)


class _Answers:
    """Brings the results to the front when something else is asked."""

    def __init__(self, view: AppView, controller: Controller) -> None:
        self._view, self._core = view, controller.core
        self._asked: tuple[Chip, ...] = ()

    def on_show(self, _changed: frozenset[Aspect]) -> None:
        chips = self._core.resolved.query.chips if self._core.resolved is not None else ()
        if chips and chips != self._asked:
            self._view.window.docks.bring_forward("results")
        self._asked = chips


class _Contents:
    """Of table and gallery, brings that one to the front which shows a project best, when it is seen first."""

    def __init__(self, view: AppView, controller: Controller) -> None:
        self._view, self._core = view, controller.core
        self._seen: object = None

    def on_show(self, changed: frozenset[Aspect]) -> None:
        resolved, session = self._core.resolved, self._core.session
        if Aspect.TABLE not in changed or resolved is None or session is self._seen or not len(resolved.facts.ids):
            return
        self._seen = session
        if session is None or session.was_seen:
            return  # as the user left it
        best = "gallery" if 2 * resolved.facts.images > len(resolved.facts.ids) else "table"
        self._view.window.docks.bring_forward(best)


def _wire_edits(view: AppView, controller: Controller) -> None:
    editing, item, tags = controller.editing, view.item, view.tags_panel
    item.more_like.connect(lambda row: controller.searching.add_rows(np.array([row])))
    item.less_like.connect(lambda row: controller.searching.add_rows(np.array([row]), -1.0))
    item.open_wanted.connect(controller.selecting.open_original)
    item.copy_wanted.connect(view.copy_text)
    item.tag_added.connect(lambda row, tag: editing.tag(tag, np.array([row])))
    item.tag_removed.connect(lambda row, tag: editing.untag(tag, np.array([row])))
    item.note_edited.connect(editing.write_note)
    tags.tag_wanted.connect(editing.tag)
    tags.untag_wanted.connect(editing.untag)
    tags.select_wanted.connect(controller.selecting.select_tag)
    tags.filter_wanted.connect(lambda tag: controller.searching.set_values("tags", (tag,)))
    tags.key_chosen.connect(editing.set_key)


def _wire_import(view: AppView, controller: Controller) -> None:
    sheet, importing = view.import_sheet, controller.importing
    sheet.accepted.connect(importing.accept)
    sheet.cancelled.connect(importing.cancel)
    sheet.choices_changed.connect(importing.change)
    sheet.wanted_changed.connect(importing.want)
    sheet.models_chosen.connect(importing.set_models)
    sheet.project_path_chosen.connect(importing.set_project_path)


def _wire_window(view: AppView, controller: Controller) -> None:
    window, board = view.window, controller.core.board
    window.recent_chosen.connect(lambda path: controller.projects.open(Path(path)))
    window.welcome.open_requested.connect(controller.projects.open)
    window.welcome.forget_requested.connect(lambda path: controller.projects.forget_recent(str(path)))
    window.entry_chosen.connect(lambda entry: _entry_chosen(controller, entry))
    window.jobs.cancel_requested.connect(board.cancel)
    window.jobs.pause_requested.connect(controller.core.toggle_pause)
    window.jobs.dismissed.connect(controller.core.dismiss)
    controller.core.after_show.append(lambda changed: _show_checks(view, controller, changed))


def _show_checks(view: AppView, controller: Controller, changed: frozenset[Aspect]) -> None:
    """Check marks in menus, and what the palette offers besides the actions."""
    for action, field in _CHECKED.items():
        view.window.set_checked(action, bool(getattr(controller.state, field)))
    for action, field in _LOOK.items():
        view.window.set_checked(action, bool(getattr(controller.state.look, field)))
    view.window.set_checked(f"tool.{controller.state.tool}", True)
    if changed & {Aspect.CHOICE, Aspect.TAGS}:
        _offer(view, controller)


def _offer(view: AppView, controller: Controller) -> None:
    """What the palette offers besides the actions."""
    resolved = controller.core.resolved
    if resolved is None:
        return
    tags = [
        Entry(f"tag:{tag.tag}", f"Tag with “{tag.tag}”", "Put this tag on the selected items.", "Tag")
        for tag in resolved.tags
    ]
    saved = [
        Entry(f"query:{name}", f"Search for “{name}”", "Open this saved query.", "Search", icon="bookmark")
        for name in controller.past.saved_names
    ]
    view.window.set_palette_entries([*_columns(resolved.choice), *_maps_beside(resolved.choice), *saved, *tags])


def _columns(choice: MapChoice) -> list[Entry]:
    """What the maps can be coloured, sized and labelled by."""
    sizes = [(name, label) for name, label in choice.sizes if name]
    offered = (
        ("colour", "Colour by", "Give the points their colours by this column.", choice.colours),
        ("size", "Size by", "Give the points their sizes by this column.", sizes),
        ("label", "Label by", "Write these names on the map.", choice.labels),
    )
    return [
        Entry(f"{kind}:{name}", f"{words} {label}", help_text, "View")
        for kind, words, help_text, columns in offered
        for name, label in columns
    ]


def _maps_beside(choice: MapChoice) -> list[Entry]:
    """The maps that are not shown."""
    help_text = "Show this map as well, to compare it with what is shown."
    return [
        Entry(f"beside:{name}", f"Show the map “{label}” beside", help_text, "View", icon="maps")
        for name, label in choice.maps
        if name not in (choice.map, *choice.beside)
    ]


def _entry_chosen(controller: Controller, entry: str) -> None:
    kind, _, name = entry.partition(":")
    if kind == "colour":
        controller.colour_by(name)
    elif kind == "size":
        controller.looking.set_look(size_by=name)
    elif kind == "label":
        controller.looking.set_look(label_by=name, labels=True)
    elif kind == "beside":
        controller.side_by_side.add(name)
    elif kind == "query":
        controller.past.open_saved(name)
    elif kind == "tag":
        controller.editing.tag(name)


def _item_menu(view: AppView, controller: Controller, row: int, at: QPoint) -> None:
    """What can be done with an item, or with the selection that it is part of."""
    mask = controller.state.selection.mask
    if not (row < len(mask) and mask[row]):
        controller.selecting.pick(row, Combine.REPLACE)
    menu = QMenu(view.window)
    # the item was picked just now: what follows from that is still being worked out
    flags = view.window.commands.flags | {"item": True, "selection": True}
    for action in _ITEM_MENU:
        if action:
            entry = menu.addAction(BY_ID[action].text, partial(view.window.action_triggered.emit, action))
            entry.setEnabled(not missing_flag(BY_ID[action], flags))
        else:
            menu.addSeparator()
    menu.exec(at)
    menu.deleteLater()
