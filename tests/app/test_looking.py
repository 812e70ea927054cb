"""What the legend and the look of the maps do to what is shown, and that they are kept."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from desk import Desk, rows_where

from embexplorer.app.appearance import size_classes
from embexplorer.app.legend import END, MISSING
from embexplorer.data.selection import Combine
from embexplorer.raster.look import HIDDEN, NORMAL
from embexplorer.raster.shapes import SIZES


@pytest.fixture
def grouped(at_things: Desk) -> Desk:
    at_things.controller.colour_by("group")
    at_things.settle()
    return at_things


def hidden(desk: Desk) -> list[int]:
    return np.flatnonzero(desk.controller.core.resolved.point_state == HIDDEN).tolist()


def lines(desk: Desk) -> dict[str, tuple[int, int, bool]]:
    return {line.name: (line.shown, line.total, line.is_on) for line in desk.controller.core.resolved.legend.lines}


def test_a_category_that_is_off_is_hidden_and_still_counted(grouped: Desk) -> None:
    grouped.forget()
    grouped.controller.looking.toggle("tool")
    grouped.settle()
    assert hidden(grouped) == rows_where(grouped, "group", "tool").tolist()
    assert lines(grouped) == {"animal": (30, 30, True), "tool": (30, 30, False)}
    assert grouped.shown("map", "set_legend").hides
    told = set(grouped.calls())
    assert {"map.set_state", "map.set_legend"} <= told
    assert not told & {"map.set_colours", "table.set_table", "facets.set_facets", "map.set_sizes", "map.set_maps"}
    grouped.controller.looking.toggle("tool")
    grouped.settle()
    assert hidden(grouped) == [] and not grouped.shown("map", "set_legend").hides


def test_what_is_off_is_hidden_also_where_it_is_selected_or_filtered(grouped: Desk) -> None:
    looking, tools = grouped.controller.looking, rows_where(grouped, "group", "tool").tolist()
    grouped.controller.selecting.select(np.array(tools[:5]))
    looking.toggle("tool")
    grouped.controller.searching.set_filter_text("stars >= 5")
    grouped.settle()
    assert hidden(grouped) == tools
    assert grouped.controller.state.selection.count() == 5
    assert lines(grouped) == {"animal": (15, 30, True), "tool": (0, 30, False)}


def test_isolate_leaves_one_and_then_all(grouped: Desk) -> None:
    looking = grouped.controller.looking
    looking.isolate("tool")
    grouped.settle()
    assert hidden(grouped) == rows_where(grouped, "group", "animal").tolist()
    looking.isolate("animal")
    grouped.settle()
    assert hidden(grouped) == rows_where(grouped, "group", "tool").tolist()
    looking.isolate("animal")
    grouped.settle()
    assert hidden(grouped) == []
    looking.toggle("animal")
    looking.toggle("tool")
    grouped.settle()
    assert len(hidden(grouped)) == 60
    grouped.controller.trigger("view.show_all")
    grouped.settle()
    assert hidden(grouped) == []


def test_selecting_by_the_legend_follows_the_filter_and_joins(grouped: Desk) -> None:
    looking, state = grouped.controller.looking, lambda: grouped.controller.state.selection.rows().tolist()
    animals, tools = (rows_where(grouped, "group", name).tolist() for name in ("animal", "tool"))
    looking.select("animal")
    looking.select("tool", Combine.ADD)
    assert state() == sorted(animals + tools)
    looking.select("animal", Combine.REMOVE)
    assert state() == tools
    looking.select("animal", Combine.INTERSECT)
    assert state() == []
    grouped.controller.searching.set_filter_text("stars >= 8")
    grouped.settle()
    looking.select("animal")
    assert len(state()) == 6


def test_a_range_of_numbers_hides_what_is_outside_and_not_what_is_missing(at_things: Desk) -> None:
    at_things.controller.colour_by("stars")
    at_things.settle()
    stars = at_things.facts.frame["stars"]
    at_things.controller.looking.set_value_range((2.0, 4.0))
    at_things.settle()
    outside = ((stars < 2) | (stars > 4)).fill_null(False).to_numpy()
    assert hidden(at_things) == np.flatnonzero(outside).tolist()
    assert at_things.shown("map", "set_legend").bar.left == (2.0, 4.0)
    assert at_things.shown("map", "set_legend").bar.step == 1.0
    at_things.controller.looking.toggle(MISSING)
    at_things.settle()
    assert hidden(at_things) == np.flatnonzero(outside | stars.is_null().to_numpy()).tolist()
    at_things.controller.looking.set_value_range((-END, 1.0))
    at_things.controller.looking.show_all()
    at_things.settle()
    assert hidden(at_things) == []


def test_a_range_of_dates(at_things: Desk) -> None:
    at_things.controller.colour_by("seen")
    at_things.settle()
    bar = at_things.shown("map", "set_legend").bar
    assert bar.step == 86_400_000 and sum(bar.totals) == 60
    at_things.controller.looking.set_value_range((-END, bar.high / 2 + bar.low / 2))
    at_things.settle()
    assert hidden(at_things) == rows_where(at_things, "group", "tool").tolist()


def test_other_colours_forget_what_was_off(grouped: Desk) -> None:
    grouped.controller.looking.toggle("tool")
    grouped.settle()
    grouped.controller.colour_by("group")
    assert grouped.controller.state.muted == {"tool"}
    grouped.controller.colour_by("stars")
    grouped.controller.looking.toggle("tool")  # on the old legend, while the new one is on its way
    grouped.settle()
    assert grouped.controller.state.muted == frozenset() and hidden(grouped) == []
    grouped.controller.looking.set_value_range((2.0, 3.0))
    grouped.controller.colour_by("group")
    grouped.settle()
    assert grouped.controller.state.value_range is None and hidden(grouped) == []


def test_what_is_switched_off_is_of_the_column_that_was_shown(at_things: Desk) -> None:
    assert at_things.controller.state.colour_by == ""  # the proposed one is shown
    name = at_things.controller.core.resolved.legend.lines[0].name
    at_things.controller.looking.toggle(name)
    assert at_things.controller.state.colour_by == at_things.controller.core.resolved.choice.colour_by


def test_sizes_by_a_number(at_things: Desk) -> None:
    choice = at_things.shown("map", "set_choice")
    assert choice.sizes[0] == ("", "one size") and ("stars", "stars") in choice.sizes
    assert at_things.shown("map", "set_sizes") is None
    at_things.forget()
    at_things.controller.looking.set_look(size_by="stars")
    at_things.settle()
    sizes, stars = at_things.shown("map", "set_sizes"), at_things.facts.frame["stars"]
    assert sizes.dtype == np.uint8 and set(sizes[stars.is_null().to_numpy()].tolist()) == {0}
    known = np.flatnonzero(stars.is_not_null().to_numpy())
    order = known[np.argsort(stars.to_numpy()[known])]
    assert (np.diff(sizes[order].astype(int)) >= 0).all() and sizes.max() == 7
    assert [text for _, text in at_things.shown("map", "set_legend").sizes] == ["0", "4", "9"]
    assert at_things.shown("map", "set_choice").size_by == "stars"
    assert "map.set_colours" not in at_things.calls()
    at_things.controller.looking.set_look(size_by="")
    at_things.settle()
    assert at_things.shown("map", "set_sizes") is None


def test_areas_grow_with_the_numbers() -> None:
    numbers = np.linspace(0, 10, 1001)
    areas = np.square(SIZES)[size_classes(numbers, 0, 10)]
    wanted = areas[0] + (areas[-1] - areas[0]) * numbers / 10
    steps = np.diff(np.square(SIZES))
    assert np.abs(areas - wanted).max() <= steps.max() / 2 + 1e-9
    assert size_classes(np.array([np.nan, -5, 99]), 0, 10).tolist() == [0, 0, 7]
    assert size_classes(np.array([np.nan, 2.0]), 2, 2).tolist() == [0, 4]
    assert size_classes(np.array([-1.7e308, 1.7e308]), -1.7e308, 1.7e308).tolist() == [0, 7]


def test_labels_are_offered_and_chosen(at_things: Desk) -> None:
    choice = at_things.shown("map", "set_choice")
    assert ("@regions", "Parts of the map") in choice.labels and choice.label_by
    at_things.controller.looking.set_look(label_by="group")
    at_things.settle()
    assert at_things.shown("map", "set_choice").label_by == "group"


@pytest.mark.parametrize("field", ["labels", "density", "thumbnails", "minimap", "neighbour_lines", "legend"])
def test_each_part_of_the_look_is_switched_by_its_action(at_things: Desk, field: str) -> None:
    before = getattr(at_things.controller.state.look, field)
    at_things.controller.trigger(f"view.{field}")
    at_things.settle()
    assert getattr(at_things.shown("map", "set_look"), field) is not before


def test_the_legend_is_where_the_user_left_it(grouped: Desk, another_desk, things: Path) -> None:
    looking = grouped.controller.looking
    looking.toggle("tool")
    looking.set_look(size_by="stars", label_by="group", legend=False, density=True)
    grouped.settle()
    grouped.leave()
    later = another_desk()
    later.open(things)
    assert later.controller.state.muted == {"tool"}
    assert hidden(later) == rows_where(later, "group", "tool").tolist()
    look = later.shown("map", "set_look")
    assert (look.size_by, look.label_by, look.legend, look.density) == ("stars", "group", False, True)
    later.controller.colour_by("stars")
    later.settle()
    later.controller.looking.set_value_range((-END, 3.0))
    later.settle()
    later.leave()
    last = another_desk()
    last.open(things)
    assert last.controller.state.value_range == (-END, 3.0)
    assert len(hidden(last)) == 18


def test_nothing_to_size_by_and_nothing_at_all(desk: Desk, tmp_path: Path) -> None:
    desk.controller.looking.toggle("x")
    desk.controller.looking.isolate("x")
    desk.controller.looking.select("x")
    table = tmp_path / "texts.csv"
    pl.DataFrame({"text": ["one", "two", "three"], "empty": [None, None, None]}).write_csv(table)
    desk.drop(table)
    desk.settle()
    resolved = desk.controller.core.resolved
    assert (resolved.point_state == NORMAL).all()
    for column, _ in resolved.choice.colours:
        desk.controller.colour_by(column)
        desk.settle()
        assert desk.shown("map", "set_legend").title
