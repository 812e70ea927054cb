"""Which event of the query's chips is which intent; a part of wiring.py."""

from embexplorer.app.controller import Controller
from embexplorer.gui.appview import AppView


def wire_terms(view: AppView, controller: Controller) -> None:
    """Join the chips, the menu of earlier queries and the places to let go to the controller."""
    searching, past, terms, drop = controller.searching, controller.past, view.query.terms, view.query.drop
    terms.text_added.connect(searching.add_text)
    terms.cleared.connect(searching.clear)
    terms.combine_chosen.connect(searching.set_combine)
    terms.but_not_chosen.connect(searching.set_but_not)
    terms.area.turned.connect(searching.turn_term)
    terms.area.way_chosen.connect(searching.set_way)
    terms.area.weighed.connect(searching.weigh_term)
    terms.area.nudged.connect(searching.nudge_term)
    terms.area.removed.connect(searching.remove_term)
    terms.area.muted.connect(searching.mute_term)
    terms.area.rewritten.connect(searching.rewrite_term)
    terms.area.moved.connect(searching.move_term)
    terms.area.items_wanted.connect(lambda at: controller.selecting.select(searching.rows_of_term(at)))
    drop.images_dropped.connect(searching.add_images)
    drop.texts_dropped.connect(searching.add_text_files)
    drop.rows_dropped.connect(searching.add_rows)
    terms.past.recent_chosen.connect(past.open_recent)
    terms.past.saved_chosen.connect(past.open_saved)
    terms.past.delete_wanted.connect(past.delete)
    terms.past.save_wanted.connect(lambda: view.window.trigger("search.save"))
    for panel in (view.results, view.table, view.gallery):
        panel.drag.began.connect(drop.show_zones)
        panel.drag.ended.connect(drop.hide_zones)
    view.map.drag_began.connect(drop.show_zones)
    view.map.drag_ended.connect(drop.hide_zones)
