"""The filter as chips: what they say, and what taking one away leaves."""

import numpy as np
from desk import Desk

from embexplorer.app.filterchips import filter_chips, with_similar, without
from embexplorer.filters.parse import parse
from embexplorer.filters.unparse import to_text


def words(desk: Desk) -> list[str]:
    return [chip.words for chip in desk.shown("facets", "set_conditions").chips]


def test_each_condition_is_a_chip_that_goes_alone(at_things: Desk) -> None:
    searching = at_things.controller.searching
    searching.set_filter_text('group = "animal" and (stars >= 3 or selected) and similar to 1 at least 0.5')
    at_things.settle()
    assert words(at_things) == [
        "group is animal",
        "stars at least 3 or selected",
        "similar to “cat 0” ≥ 0.5",
    ]
    assert at_things.shown("facets", "set_conditions").chips[2].whole == "similar to item 1 (at least 0.5)"
    searching.remove_condition(1)
    at_things.settle()
    assert words(at_things) == ["group is animal", "similar to “cat 0” ≥ 0.5"]
    assert at_things.controller.state.filter_text == 'group = "animal" and similar to 1 at least 0.5'
    searching.clear_filter()
    at_things.settle()
    assert words(at_things) == []


def test_hundreds_of_conditions_are_counted(at_things: Desk) -> None:
    tree = parse(" and ".join(f"stars != {n}" for n in range(500)))
    told = filter_chips(tree, at_things.facts)
    assert (len(told.chips), told.more) == (24, 476)
    assert without(tree, 900) == tree


def test_only_what_is_similar_to_the_current_item(at_things: Desk) -> None:
    controller = at_things.controller
    controller.searching.set_filter_text('group = "animal" and similar to 3 at least 0.9')
    controller.selecting.pick(0)
    at_things.settle()
    controller.trigger("search.only_similar")
    at_things.settle()
    assert controller.state.filter_text == 'group = "animal" and similar to 1'
    kept = np.flatnonzero(controller.core.resolved.mask)
    assert 0 in kept
    assert len(kept) < len(at_things.facts)
    assert at_things.shown("query", "set_query").error == ""


def test_the_same_filter_is_right_in_map_facets_and_search_and_evaluated_once(at_things: Desk) -> None:
    controller = at_things.controller
    controller.searching.set_filter_text('similar to "an animal" at least 0.2 and stars >= 2')
    controller.searching.add_text("lion")  # asked while the filter is still being resolved
    at_things.settle()
    facts, mask = at_things.facts, controller.core.resolved.mask
    assert 0 < mask.sum() < len(facts)
    assert len(facts.masks) == 2
    results = at_things.shown("results", "set_results")
    assert results.error == "", results
    assert {row.row for row in results.rows} == set(np.flatnonzero(mask).tolist())
    assert len(facts.masks) == 2
    own = next(facet for facet in at_things.shown("facets", "set_facets") if facet.name == "group")
    animals = (facts.frame["group"] == "animal").fill_null(False).to_numpy()
    assert next(bar for bar in own.bars if bar.value == "animal").count == (mask & animals).sum()


def test_what_cannot_be_evaluated_is_said_and_shows_everything(at_things: Desk) -> None:
    controller = at_things.controller
    controller.searching.set_filter_text("similar to 999 at least 0.5")
    at_things.settle()
    told = at_things.shown("query", "set_query")
    assert "There is no item 999 (character 12)" in told.error
    assert told.error_at == 11
    controller.searching.set_filter_text("similar to 2 at least 0.99")
    at_things.settle()
    assert controller.core.resolved.mask.sum() < 60
    controller.selecting.select(np.array([1]))
    controller.trigger("edit.trash")
    at_things.settle()
    told = at_things.shown("query", "set_query")
    assert "There is no item 2" in told.error
    assert controller.core.resolved.mask.all()
    controller.trigger("edit.undo")
    at_things.settle()
    assert at_things.shown("query", "set_query").error == ""
    assert 0 < controller.core.resolved.mask.sum() < 60


def test_with_similar_replaces_the_reference() -> None:
    assert to_text(with_similar(parse('similar to "x" at least 0.5 and stars = 1'), 7)) == "stars = 1 and similar to 7"
