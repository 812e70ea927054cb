"""True neighbours: lines on the map from what is pointed at, and selections that grow by them."""

from collections import deque

import numpy as np
import pytest
from desk import Desk

from embexplorer.app.state import MapLook
from embexplorer.data.query import ItemsTerm, Query
from embexplorer.data.selection import Combine
from embexplorer.operations.indexing import drop_indexes
from embexplorer.operations.nearness import NEAREST, find_nearest, kept_nearest, strengths


def lines(desk: Desk) -> tuple[int, list[int], np.ndarray]:
    row, rows, strong = desk.view.map.set_neighbours.call_args_list[-1].args
    return row, rows.tolist(), strong


def nearest(desk: Desk, row: int) -> list[int]:
    """By a search that compares with every item."""
    session = desk.controller.core.session
    hits = session.searcher.search(Query((ItemsTerm((int(desk.facts.ids[row]),)),), k=NEAREST, exact=True))
    return desk.facts.rows_of(hits.ids).tolist()


@pytest.fixture(params=[True, False], ids=["graph", "search"])
def is_kept(at_things: Desk, request: pytest.FixtureRequest) -> bool:
    """Whether the graph that the map was made with is there; if not, other ways have to answer."""
    store = at_things.controller.core.session.store
    drop_indexes(store)
    if request.param:
        deque(find_nearest(store, at_things.facts.map))
    assert (kept_nearest(store, at_things.facts.map) is not None) == request.param
    return bool(request.param)


@pytest.mark.usefixtures("is_kept")
def test_lines_lead_from_the_hovered_item_else_from_the_current_one(at_things: Desk) -> None:
    selecting = at_things.controller.selecting
    selecting.hover(7)
    at_things.settle()
    row, rows, strong = lines(at_things)
    assert row == 7
    assert rows == nearest(at_things, 7)
    assert strong[0] == 1 and (np.diff(strong) <= 0).all() and strong[-1] > 0
    selecting.hover(-1)
    at_things.settle()
    assert lines(at_things)[0] == -1
    selecting.pick(3)
    at_things.settle()
    assert lines(at_things)[:2] == (3, lines(at_things)[1]) and lines(at_things)[1]
    selecting.hover(9)
    at_things.settle()
    assert lines(at_things)[0] == 9
    selecting.hover(-1)
    at_things.settle()
    assert lines(at_things)[0] == 3


def test_only_the_newest_answer_is_shown(at_things: Desk) -> None:
    at_things.forget()
    for row in range(20):
        at_things.controller.selecting.hover(row)
    at_things.settle()
    answered = [call.args[0] for call in at_things.view.map.set_neighbours.call_args_list]
    assert answered == [19]


def test_lines_can_be_switched_off(at_things: Desk) -> None:
    at_things.controller.selecting.hover(7)
    at_things.settle()
    at_things.controller.core.change(look=MapLook(neighbour_lines=False))
    at_things.settle()
    assert lines(at_things)[:2] == (-1, [])


@pytest.mark.usefixtures("is_kept")
def test_neighbours_that_were_removed_are_left_out(at_things: Desk) -> None:
    at_things.controller.selecting.hover(7)
    at_things.settle()
    gone = lines(at_things)[1][0]
    gone_id, kept_id = at_things.facts.ids[gone], at_things.facts.ids[7]
    at_things.controller.selecting.pick(gone)
    at_things.controller.trigger("edit.trash")
    at_things.settle()
    row = int(at_things.facts.rows_of(np.array([kept_id]))[0])
    at_things.controller.selecting.hover(-1)
    at_things.controller.selecting.hover(row)
    at_things.settle()
    shown, rows, _ = lines(at_things)
    assert shown == row and rows
    assert gone_id not in at_things.facts.ids[rows]


@pytest.mark.usefixtures("is_kept")
def test_a_selection_grows_by_its_neighbours(at_things: Desk) -> None:
    rows = np.array([2, 30])
    wanted = set(rows.tolist()) | set(nearest(at_things, 2)) | set(nearest(at_things, 30))
    at_things.controller.selecting.select(rows)
    at_things.settle()
    at_things.controller.trigger("select.grow")
    at_things.settle()
    grown = set(at_things.controller.state.selection.rows().tolist())
    assert grown == wanted
    at_things.controller.trigger("select.grow")
    at_things.settle()
    assert at_things.controller.state.selection.count() > len(grown)
    assert kept_nearest(at_things.controller.core.session.store, at_things.facts.map) is not None


def test_growing_leaves_out_what_is_hidden(at_things: Desk) -> None:
    at_things.controller.searching.set_filter_text('group = "animal"')
    at_things.controller.trigger("view.hide_filtered")
    at_things.settle()
    animals = at_things.controller.core.resolved.mask
    at_things.controller.selecting.select(np.flatnonzero(animals))
    at_things.controller.trigger("select.grow")
    at_things.settle()
    assert np.array_equal(at_things.controller.state.selection.mask, animals)


def test_growing_from_the_current_item_and_from_nothing(at_things: Desk) -> None:
    at_things.controller.trigger("select.grow")
    at_things.settle()
    assert at_things.controller.state.selection.count() == 0
    at_things.controller.selecting.pick(5)
    at_things.controller.selecting.select(np.array([5]), Combine.REMOVE)
    at_things.controller.trigger("select.grow")
    at_things.settle()
    assert {5, *nearest(at_things, 5)} == set(at_things.controller.state.selection.rows().tolist())


def test_the_card_leads_with_the_column_of_the_colours(at_things: Desk) -> None:
    at_things.controller.colour_by("stars")
    at_things.settle()
    at_things.controller.selecting.hover(1)
    card = at_things.shown("map", "show_card")
    assert card.colour == ("stars", "1")
    assert "stars" not in dict(card.lines)
    assert dict(card.lines)["group"] == "animal"
    at_things.controller.selecting.hover(10)
    assert at_things.shown("map", "show_card").colour == ("stars", "missing")


def test_strengths() -> None:
    assert strengths(np.array([0.2, 0.3, 0.4])).tolist() == pytest.approx([1, 0.65, 0.3])
    assert strengths(np.array([0.5, 0.5])).tolist() == [1, 1]
    assert len(strengths(np.zeros(0))) == 0


def test_an_item_that_is_not_in_the_space_has_no_neighbours(at_things: Desk) -> None:
    store, name = at_things.controller.core.session.store, at_things.facts.map
    steps = find_nearest(store, name)
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    kept = kept_nearest(store, name)
    assert kept is not None and np.array_equal(end.value.value.rows, kept.rows)
    assert kept.of(10**9) is None
    assert not len(kept.around(np.array([10**9])))
