"""The facets of a real sample: which are offered, and that typed filters and clicked bars are the same."""

from dataclasses import replace

import numpy as np
import polars as pl

from embexplorer.app.conditions import values_condition
from embexplorer.app.facetvalues import FacetView
from embexplorer.app.facetviews import facet_columns, facet_views
from embexplorer.app.state import Facts
from embexplorer.data.items import FieldType
from embexplorer.filters.parse import parse
from embexplorer.filters.tree import replace_condition
from embexplorer.filters.unparse import to_text


def views(facts: Facts, text: str) -> dict[str, FacetView]:
    found = facet_views(facts, parse(text), np.zeros(len(facts), np.bool_))
    return {view.name: view for view in found}


def chosen(view: FacetView) -> set[object]:
    return {bar.value for bar in view.bars if bar.chosen}


def test_constant_columns_are_not_offered(emoji_facts: Facts) -> None:
    assert "format" in facet_columns(emoji_facts)
    assert {"format", "width", "height"}.isdisjoint(views(emoji_facts, ""))
    assert {"folder", "size"} <= set(views(emoji_facts, ""))


def test_a_column_with_another_value_for_each_item_is_not_offered(emoji_facts: Facts) -> None:
    each = pl.Series("code", [f"c{i}" for i in range(len(emoji_facts))], dtype=pl.Categorical())
    schema = {**emoji_facts.schema, "code": FieldType.CATEGORY}
    facts = replace(emoji_facts, frame=emoji_facts.frame.with_columns(each), schema=schema)
    assert "code" not in views(facts, "")
    assert chosen(views(facts, 'code = "c1"')["code"]) == {"c1"}, "what is asked for can be taken away"


def test_a_typed_filter_shows_as_chosen(gloss_facts: Facts) -> None:
    assert chosen(views(gloss_facts, '`part of speech` = "noun"')["part of speech"]) == {"noun"}
    for text in ('tags has "verbs"', '@tags has "verbs"'):
        view = views(gloss_facts, text)["tags"]
        assert (view.active, chosen(view)) == (True, {"verbs"}), text
    view = views(gloss_facts, "senses >= 2 and senses <= 4")["senses"]
    assert (view.active, view.low, view.high) == (True, 2.0, 5.0)


def test_a_clicked_bar_makes_a_text_that_reads_the_same(gloss_facts: Facts) -> None:
    view = views(gloss_facts, "senses > 1")["tags"]
    condition = values_condition(view.name, view.type, ("verbs", None))
    tree = replace_condition(parse("senses > 1"), view.name, condition)
    assert to_text(tree) == 'senses > 1 and (tags has "verbs" or tags is missing)'
    again = views(gloss_facts, to_text(tree))
    assert chosen(again["tags"]) == {"verbs", None}


def test_counts_follow_the_other_filters_but_not_their_own(gloss_facts: Facts) -> None:
    every, some = views(gloss_facts, ""), views(gloss_facts, '`part of speech` = "verb"')
    assert [b.count for b in every["part of speech"].bars] == [b.count for b in some["part of speech"].bars]
    counts, totals = some["senses"].counts, some["senses"].totals
    assert counts is not None and totals is not None and 0 < counts.sum() < totals.sum()
