"""Selecting, looking at items, searching and filtering in an open project."""

from pathlib import Path

import numpy as np
import pytest
from desk import Desk, rows_where

from embexplorer.app.legend import MISSING
from embexplorer.base import paths
from embexplorer.data.items import FieldType
from embexplorer.data.selection import Combine
from embexplorer.raster.look import DIMMED, HIDDEN, NORMAL, SELECTED


def selected(desk: Desk) -> list[int]:
    return desk.controller.state.selection.rows().tolist()


def facet(desk: Desk, name: str):
    return next(facet for facet in desk.shown("facets", "set_facets") if facet.name == name)


# -- selection ------------------------------------------------------------------------------------------------


def test_selections_combine(at_things: Desk) -> None:
    select = at_things.controller.selecting.select
    select(np.array([1, 2, 3]))
    select(np.array([3, 4]), Combine.ADD)
    assert selected(at_things) == [1, 2, 3, 4]
    select(np.array([1]), Combine.REMOVE)
    select(np.array([3, 4, 5]), Combine.INTERSECT)
    assert selected(at_things) == [3, 4]
    at_things.settle()
    for panel in ("table", "gallery", "results"):
        assert np.flatnonzero(at_things.shown(panel, "set_selected")).tolist() == [3, 4]
    assert at_things.shown("", "set_status").selected == "2 selected"
    assert at_things.shown("", "set_flags")["selection"]
    state = at_things.shown("map", "set_state")
    assert state[3] == SELECTED
    assert state[0] == DIMMED
    at_things.controller.trigger("select.clear")
    at_things.settle()
    assert not at_things.shown("", "set_flags")["selection"]
    assert set(at_things.shown("map", "set_state")) == {NORMAL}


def test_rows_that_are_no_longer_there_are_left_out(at_things: Desk) -> None:
    at_things.controller.selecting.select(np.array([2, 60, 900, -1]))
    assert selected(at_things) == [2]


def test_invert_and_select_shown_stay_within_the_filter(at_things: Desk) -> None:
    controller = at_things.controller
    controller.searching.set_filter_text('group = "animal"')
    at_things.settle()
    animals = rows_where(at_things, "group", "animal").tolist()
    controller.trigger("select.shown")
    assert selected(at_things) == animals
    controller.selecting.select(np.array(animals[:2]))
    controller.trigger("select.invert")
    assert selected(at_things) == animals[2:]


def test_the_legend_selects_a_value(at_things: Desk) -> None:
    at_things.controller.colour_by("group")
    at_things.settle()
    looking = at_things.controller.looking
    looking.select("tool")
    assert selected(at_things) == rows_where(at_things, "group", "tool").tolist()
    at_things.controller.colour_by("tame")
    at_things.settle()
    looking.select(MISSING)
    assert selected(at_things) == np.flatnonzero(at_things.facts.frame["tame"].is_null().to_numpy()).tolist()
    looking.select("yes")
    assert len(selected(at_things)) == 10


# -- hovering and looking -------------------------------------------------------------------------------------


def test_hovering_lights_an_item_up_everywhere_and_works_nothing_out(at_things: Desk) -> None:
    at_things.forget()
    at_things.controller.selecting.hover(5)
    at_things.settle()
    assert sorted(set(at_things.calls())) == [
        "gallery.set_hover", "map.set_hover", "map.set_neighbours", "map.show_card", "results.set_hover",
        "table.set_hover",
    ]  # fmt: skip
    card = at_things.shown("map", "show_card")
    assert card.row == 5
    assert card.title == "horse 0"
    assert card.colour == ("group", "animal")
    at_things.controller.selecting.hover(-1)
    assert at_things.shown("map", "show_card") is None


def test_an_item_is_shown_with_its_neighbours(at_things: Desk) -> None:
    at_things.controller.selecting.pick(0)
    at_things.settle()
    details = at_things.shown("item", "set_item")
    assert details.item.title == "cat 0"
    assert details.row == 0
    assert dict(details.fields)["group"] == "animal"
    assert len(details.neighbours) == 10
    assert 0 not in [row.row for row in details.neighbours]
    assert details.neighbours[0].title.startswith("cat")
    assert at_things.shown("table", "show_row") == 0
    at_things.controller.selecting.show_item(-1)
    at_things.settle()
    assert at_things.shown("item", "set_item").item is None


def test_text_and_path_are_copied_and_the_original_is_opened(at_things: Desk) -> None:
    at_things.controller.selecting.pick(0)
    at_things.controller.trigger("edit.copy_text")
    assert "The cat is an animal" in at_things.shown("", "copy_text")
    at_things.controller.trigger("edit.copy_path")
    at_things.controller.trigger("item.open_original")
    at_things.settle()
    assert at_things.view.copy_text.call_count + at_things.view.open_file.call_count >= 1


# -- searching ------------------------------------------------------------------------------------------------


def results(desk: Desk):
    desk.settle()
    return desk.shown("results", "set_results")


def test_a_text_finds_what_it_means(at_things: Desk) -> None:
    at_things.controller.searching.add_text("a large wild cat")
    found = results(at_things)
    assert found.asked
    assert not found.searching
    assert [row.rank for row in found.rows] == list(range(1, 51))
    assert {row.title.split()[0] for row in found.rows[:6]} <= {"cat", "lion", "tiger"}
    assert "60 items" in found.summary
    related = [row.row for row in found.rows if row.score > found.scores.line]
    assert 3 <= len(related) == found.above < 50
    assert at_things.shown("map", "set_hits").tolist() == related
    assert at_things.shown("", "set_flags")["hits"]
    assert at_things.shown("query", "set_query").chips[0].label == "a large wild cat"
    at_things.controller.trigger("select.results")
    assert selected(at_things) == sorted(related)
    at_things.controller.trigger("search.clear")
    assert not results(at_things).asked
    assert len(at_things.shown("map", "set_hits")) == 0
    assert not at_things.shown("", "set_flags")["hits"]


def test_terms_are_turned_muted_and_removed(at_things: Desk) -> None:
    searching = at_things.controller.searching
    searching.set_options(k=5)
    searching.add_rows(rows_where(at_things, "group", "animal")[:2])
    animals = results(at_things)
    assert {row.details[0][1] for row in animals.rows} == {"animal"}
    searching.add_text("tools for building houses")
    searching.turn_term(0)
    tools = results(at_things)
    assert {row.details[0][1] for row in tools.rows} == {"tool"}
    searching.mute_term(1, True)
    assert "only says what to avoid" in results(at_things).error
    searching.remove_term(0)
    assert not results(at_things).asked
    searching.mute_term(0, False)
    assert len(results(at_things).rows) == 5


def test_more_and_less_like_the_selection(at_things: Desk) -> None:
    at_things.controller.selecting.select(np.array([0, 1]))
    at_things.controller.trigger("search.more_like")
    at_things.controller.selecting.clear()
    at_things.controller.selecting.pick(30)
    at_things.controller.trigger("search.less_like")
    found = results(at_things)
    assert len(found.rows)
    chips = at_things.shown("query", "set_query").chips
    assert [(chip.kind, chip.label, chip.weight) for chip in chips] == [
        ("items", "2 items", 1.0),
        ("items", "hammer 1", -1.0),
    ]


def test_exact_and_words_and_the_number_of_results(at_things: Desk) -> None:
    searching = at_things.controller.searching
    searching.add_text("hammer")
    searching.set_options(k=3, mode="lexical")
    assert [row.title for row in results(at_things).rows] == ["hammer 0", "hammer 1", "hammer 2"]
    searching.set_options(mode="hybrid")
    assert len(results(at_things).rows) == 3
    at_things.controller.trigger("search.exact")
    assert at_things.controller.state.query.exact
    assert results(at_things).summary.count("exact")


def test_results_follow_the_filter(at_things: Desk) -> None:
    searching = at_things.controller.searching
    searching.add_text("a large wild cat")
    results(at_things)
    searching.set_filter_text('group = "tool"')
    found = results(at_things)
    assert {row.details[0][1] for row in found.rows} == {"tool"}
    assert "30 items" in found.summary
    searching.set_filter_text("selected")
    at_things.controller.selecting.select(np.array([7, 8]))
    assert sorted(row.row for row in results(at_things).rows) == [7, 8]


def test_an_image_finds_what_it_looks_like(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "emoji"
    folder.mkdir()
    sample = paths.resources() / "samples" / "emoji"
    for kind in ("flags", "animals and nature"):
        (folder / kind).mkdir()
        for picture in sorted((sample / kind).iterdir())[:8]:
            (folder / kind / picture.name).write_bytes(picture.read_bytes())
    desk.drop(folder)
    asked = sorted((sample / "flags").iterdir())[-1]
    desk.controller.searching.set_options(k=5)
    desk.controller.searching.add_images([str(asked)])
    found = results(desk)
    assert sum("flags" in row.uri for row in found.rows) >= 4
    assert desk.shown("query", "set_query").chips[0].uri == str(asked)
    desk.controller.thumbnails.ask(found.rows[0].uri)
    desk.controller.thumbnails.ask(str(tmp_path / "gone.png"))
    desk.settle()
    pictures = {call.args[0]: call.args[1] for call in desk.view.set_thumbnail.call_args_list}
    assert pictures[found.rows[0].uri].shape[2] == 4
    assert pictures[str(tmp_path / "gone.png")] is None
    desk.controller.searching.clear()
    desk.controller.searching.add_text("a flag")
    words = results(desk)
    assert words.rows and any("kind of thing" in note for note in words.notes), "and so does a text, as far as it can"


# -- filtering ------------------------------------------------------------------------------------------------


def test_a_filter_that_cannot_be_read_leaves_the_old_one(at_things: Desk) -> None:
    searching = at_things.controller.searching
    searching.set_filter_text("stars >= 5")
    at_things.settle()
    assert at_things.shown("", "set_status").shown == "15 shown"
    searching.set_filter_text("stars >= 5 and ")
    at_things.settle()
    query = at_things.shown("query", "set_query")
    assert query.error
    assert query.error_at >= 0
    assert query.filter_text == "stars >= 5 and "
    assert at_things.shown("", "set_status").shown == "15 shown"
    searching.set_filter_text("starz >= 5")
    at_things.settle()
    assert "stars" in at_things.shown("query", "set_query").error
    at_things.controller.trigger("search.clear_filter")
    at_things.settle()
    assert at_things.shown("", "set_status").shown == ""
    assert at_things.shown("query", "set_query").error == ""


@pytest.mark.parametrize(
    ("name", "values", "left"),
    [
        ("group", ("animal",), 30),
        ("group", ("animal", "tool"), 60),
        ("tame", (True,), 10),
        ("tame", (None,), 30),
        ("tame", (False, None), 50),
        ("words", ("fur",), 30),
        ("words", ("fur", "metal"), 60),
    ],
)
def test_facets_filter_by_values(at_things: Desk, name: str, values: tuple, left: int) -> None:
    at_things.controller.searching.set_values(name, values)
    at_things.settle()
    assert len(at_things.shown("table", "set_table").order) == left
    view = facet(at_things, name)
    assert view.active
    assert {bar.value for bar in view.bars if bar.chosen} == set(values)
    at_things.controller.searching.set_values(name, ())
    at_things.settle()
    assert not facet(at_things, name).active
    assert len(at_things.shown("table", "set_table").order) == 60


def test_facets_filter_by_ranges(at_things: Desk) -> None:
    searching = at_things.controller.searching
    searching.set_range("stars", 2, 4)  # the edges of bars of whole numbers: 2 and 3
    at_things.settle()
    assert len(at_things.shown("table", "set_table").order) == 6
    stars = facet(at_things, "stars")
    assert (stars.low, stars.high) == (2, 4)
    seen = facet(at_things, "seen")
    assert seen.type is FieldType.DATE
    assert seen.counts.sum() == 6, "counts follow the other filters"
    assert seen.totals.sum() == 60
    searching.set_range("stars", None, None)
    searching.set_range("seen", float(seen.edges[0]), None)
    searching.set_values("group", ("tool",))
    at_things.settle()
    assert len(at_things.shown("table", "set_table").order) == 30


def test_points_that_the_filter_leaves_out_are_dimmed_or_hidden(at_things: Desk) -> None:
    controller = at_things.controller
    controller.searching.set_filter_text('group = "tool"')
    at_things.settle()
    animal, tool = rows_where(at_things, "group", "animal")[0], rows_where(at_things, "group", "tool")[0]
    state = at_things.shown("map", "set_state")
    assert (state[animal], state[tool]) == (DIMMED, NORMAL)
    controller.trigger("view.hide_filtered")
    at_things.settle()
    assert at_things.shown("map", "set_state")[animal] == HIDDEN


def test_the_table_is_sorted_narrowed_and_its_columns_chosen(at_things: Desk) -> None:
    controller = at_things.controller
    controller.sort("stars", True)
    at_things.settle()
    table = at_things.shown("table", "set_table")
    assert table.frame["stars"][int(table.order[0])] == 9
    assert table.frame["stars"][int(table.order[-1])] is None, "missing values come last"
    controller.selecting.select(np.array([4, 5]))
    controller.trigger("view.only_selected")
    controller.set_columns(("stars", "@title"))
    at_things.settle()
    table = at_things.shown("table", "set_table")
    assert sorted(table.order.tolist()) == [4, 5]
    assert table.columns == ("stars", "@title")


# -- nothing is drawn twice -----------------------------------------------------------------------------------


def test_a_selection_draws_only_what_shows_it(at_things: Desk) -> None:
    at_things.forget()
    at_things.controller.selecting.select(np.array([1, 2]))
    at_things.settle()
    told = set(at_things.calls())
    assert "map.set_state" in told
    assert not told & {"map.set_maps", "map.set_colours", "table.set_table", "facets.set_facets", "query.set_query"}
    at_things.forget()
    at_things.controller.selecting.select(np.array([1, 2]))
    at_things.settle()
    assert at_things.calls() == [], "the same selection again is no change"


def test_reading_an_unchanged_project_again_draws_nothing(at_things: Desk) -> None:
    at_things.controller.selecting.pick(3)
    at_things.settle()
    at_things.forget()
    at_things.controller.core.refresh()
    at_things.settle()
    assert set(at_things.calls()) <= {"item.set_item"}


def test_a_tag_moves_no_point(at_things: Desk) -> None:
    at_things.forget()
    at_things.controller.editing.tag("keep", np.array([0]))
    at_things.settle()
    told = set(at_things.calls())
    assert {"table.set_table", "tags.set_tags"} <= told
    assert not told & {"map.set_maps", "map.set_colours", "map.set_state", "map.move_points"}
