"""What is written on the map follows from the columns, the filter and what the user chose."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from desk import Desk, rows_where

from embexplorer.app.labelcolumns import label_columns
from embexplorer.app.state import REGIONS
from embexplorer.data.labels import ItemNames, MapLabels


def label_by(desk: Desk, column: str) -> None:
    core = desk.controller.core
    core.change(look=replace(core.state.look, label_by=column))
    desk.settle()


def areas(desk: Desk) -> MapLabels:
    """The last labels that the map was given."""
    desk.shown("map", "set_labels")
    name, labels = desk.view.map.set_labels.call_args_list[-1].args
    assert name == desk.facts.map
    return labels


def names(desk: Desk) -> ItemNames | None:
    found: Any = desk.shown("map", "set_names")
    return found


def test_a_map_of_texts_has_the_names_of_its_parts(at_things: Desk) -> None:
    assert len(areas(at_things)) > 0
    named = names(at_things)
    assert named is not None and named.only_near
    assert named.texts[0] == at_things.facts.frame["@title"][0]


def test_categories_are_written_where_their_items_are(at_things: Desk) -> None:
    label_by(at_things, "group")
    labels = areas(at_things)
    assert set(labels.texts) == {"animal", "tool"}
    animals = at_things.facts.xy[rows_where(at_things, "group", "animal")]
    place = labels.xy[labels.texts.index("animal")]
    assert np.hypot(*(animals - place).T).min() < np.ptp(animals, axis=0).max() / 4
    keys = {entry.value: entry.key for entry in at_things.controller.core.resolved.colours.scale.legend.entries}
    assert labels.keys[labels.texts.index("tool")] == keys["tool"]


def test_a_filter_takes_names_off_the_map(at_things: Desk) -> None:
    label_by(at_things, "group")
    at_things.controller.searching.set_values("group", ("tool",))
    at_things.settle()
    assert set(areas(at_things).texts) == {"tool"}
    named = names(at_things)
    assert named is not None
    np.testing.assert_array_equal(np.flatnonzero(named.shown), rows_where(at_things, "group", "tool"))
    at_things.controller.searching.clear_filter()
    at_things.settle()
    assert set(areas(at_things).texts) == {"animal", "tool"}


def test_parts_without_shown_items_are_not_named(at_things: Desk) -> None:
    before = areas(at_things)
    at_things.controller.searching.set_filter_text("stars > 1e9")
    at_things.settle()
    assert len(areas(at_things)) == 0
    at_things.controller.searching.clear_filter()
    at_things.settle()
    assert areas(at_things).texts == before.texts


def test_a_yes_or_no_says_of_what(at_things: Desk) -> None:
    label_by(at_things, "tame")
    assert set(areas(at_things).texts) == {"tame", "not tame"}


def test_every_tag_of_a_column_can_be_written(at_things: Desk) -> None:
    label_by(at_things, "words")
    assert {"living", "fur", "metal"} == set(areas(at_things).texts)


def test_titles_are_written_at_every_zoom_where_they_were_chosen(at_things: Desk) -> None:
    label_by(at_things, "@title")
    assert len(areas(at_things)) == 0
    named = names(at_things)
    assert named is not None and not named.only_near
    assert named.texts.to_list() == at_things.facts.frame["@title"].to_list()


def test_what_is_offered(at_things: Desk) -> None:
    offered = dict(label_columns(at_things.facts))
    assert {REGIONS, "@title", "group", "tame", "words", "@tags"} <= offered.keys()
    assert not {"@kind", "@id", "stars", "seen", "name", "description"} & offered.keys()
    assert all(label and not label.startswith("@") for label in offered.values())


@pytest.mark.parametrize("column", ["no such column", "stars"])
def test_what_cannot_label_a_map_leaves_the_proposed_names(at_things: Desk, column: str) -> None:
    before = areas(at_things)
    label_by(at_things, column)
    assert areas(at_things).texts == before.texts


def test_selecting_and_hovering_find_no_names_anew(at_things: Desk) -> None:
    at_things.forget()
    at_things.controller.selecting.select(np.array([1, 2]))
    at_things.controller.selecting.hover(3)
    at_things.settle()
    assert "map.set_labels" not in at_things.calls()


def test_names_that_are_switched_off_are_not_looked_for(at_things: Desk) -> None:
    core = at_things.controller.core
    core.change(look=replace(core.state.look, labels=False))
    at_things.settle()
    at_things.forget()
    at_things.controller.searching.set_values("group", ("tool",))
    at_things.settle()
    assert "map.set_labels" not in at_things.calls()
    core.change(look=replace(core.state.look, labels=True, label_by="group"))
    at_things.settle()
    assert set(areas(at_things).texts) == {"tool"}


def test_another_project_has_its_own_names(at_things: Desk, things_csv: Path, tmp_path: Path) -> None:
    label_by(at_things, "group")
    at_things.controller.trigger("file.close")
    at_things.settle()
    at_things.forget()
    other = tmp_path / "other.csv"
    other.write_text(things_csv.read_text("utf-8").replace("animal,", "beast,"), "utf-8")
    at_things.drop(other)
    label_by(at_things, "group")
    assert set(areas(at_things).texts) == {"beast", "tool"}
