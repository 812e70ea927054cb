"""Hand each view what differs."""

import polars as pl

from embexplorer.app.core import Core
from embexplorer.app.resolve import Aspect, Resolved
from embexplorer.app.views import View


class Showing:
    """Puts every changed aspect on the screen; nothing else touches the views' contents."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._pictured: pl.DataFrame | None = None
        core.after_show.append(self.show)

    def show(self, changed: frozenset[Aspect]) -> None:
        resolved, view = self._core.resolved, self._core.view
        if resolved is None:
            return
        self._show_map(changed, resolved, view)
        self._show_tables(changed, resolved, view)
        if Aspect.FACETS in changed:
            view.facets.set_facets(resolved.facets)
        if Aspect.CONDITIONS in changed:
            view.facets.set_conditions(resolved.conditions)
        if Aspect.QUERY in changed:
            view.query.set_query(resolved.query)
        if Aspect.TAGS in changed:
            view.tags.set_tags(resolved.tags)
        if Aspect.STATUS in changed:
            view.set_status(resolved.status)
        if Aspect.FLAGS in changed:
            self._core.set_flags(resolved.flags)
        if Aspect.UNDO in changed:
            view.set_undo_labels(*resolved.undo)

    def _show_map(self, changed: frozenset[Aspect], resolved: Resolved, view: View) -> None:
        if Aspect.CHOICE in changed:
            view.map.set_choice(resolved.choice)
        if Aspect.LOOK in changed:
            view.map.set_look(resolved.look)
        if Aspect.POINTS in changed:
            view.map.set_maps(resolved.maps)
            view.map.set_empty_text(_empty_text(resolved, self._core.board.running() > 0))
        if changed & {Aspect.POINTS, Aspect.COLOURS}:
            view.map.set_colours(resolved.colours.scale, resolved.colours.title)
        if changed & {Aspect.POINTS, Aspect.EMPHASIS}:
            view.map.set_state(resolved.point_state)
        if changed & {Aspect.POINTS, Aspect.SIZES}:
            view.map.set_sizes(resolved.sizes.classes)
        if changed & {Aspect.COLOURS, Aspect.LEGEND}:
            view.map.set_legend(resolved.legend)

        if changed & {Aspect.POINTS, Aspect.TABLE} and resolved.facts.frame is not self._pictured:
            self._pictured = resolved.facts.frame
            view.map.set_pictures(self._pictured["@uri"])

    def _show_tables(self, changed: frozenset[Aspect], resolved: Resolved, view: View) -> None:
        if Aspect.TABLE in changed:
            view.table.set_table(resolved.table)
            view.gallery.set_table(resolved.table)
        if changed & {Aspect.TABLE, Aspect.SELECTION}:
            view.table.set_selected(resolved.selected)
            view.gallery.set_selected(resolved.selected)
            view.results.set_selected(resolved.selected)


def _empty_text(resolved: Resolved, busy: bool) -> str:
    if not len(resolved.facts):
        return "Drop files or folders here to begin."
    if not any(space.count for space in resolved.facts.spaces):
        return "The map appears as soon as the first items are embedded."
    if resolved.facts.maps:
        return ""
    return "The map appears in a moment." if busy else "There is no map yet. Choose “Make a map” in the Project menu."
