"""Composing a query, and finding earlier ones again: every intent on real projects."""

from pathlib import Path

import numpy as np
import pytest
from desk import Desk

from embexplorer.app.pastqueries import MOST
from embexplorer.data.query import ItemsTerm, TextTerm


def terms(desk: Desk) -> list[tuple[str, float, bool]]:
    shown = (getattr(term, "text", getattr(term, "label", "")) for term in desk.controller.state.query.terms)
    return [(words, t.weight, t.aside) for words, t in zip(shown, desk.controller.state.query.terms, strict=True)]


def past(desk: Desk) -> tuple[list[str], list[str]]:
    """The recent queries in words, and the names of the saved ones, as the window shows them."""
    recent, saved = desk.view.query.set_past.call_args.args
    return [query.words for query in recent], [query.name for query in saved]


def test_a_sign_goes_round_three_ways(at_things: Desk) -> None:
    searching = at_things.controller.searching
    searching.add_text("a cat", 2.0)
    seen = []
    for _ in range(3):
        searching.turn_term(0)
        seen.append(terms(at_things)[0][1:])
    assert seen == [(-2.0, False), (-2.0, True), (2.0, False)]
    searching.set_way(0, 1.0, True)
    at_things.settle()
    assert "only says what to avoid" in at_things.shown("results", "set_results").error
    chip = at_things.shown("query", "set_query").chips[0]
    assert (chip.label, chip.aside, chip.kind) == ("a cat", True, "text")


def test_weights_stay_within_their_range_and_keep_the_sign(at_things: Desk) -> None:
    searching = at_things.controller.searching
    searching.add_text("a cat")
    searching.add_text("a dog", -1.0)
    for _ in range(3):
        searching.nudge_term(0, 1)
        searching.nudge_term(1, -1)
    assert [weight for _, weight, _ in terms(at_things)] == [1.3, -0.7]
    searching.weigh_term(0, 99)
    searching.nudge_term(1, -400)
    assert [weight for _, weight, _ in terms(at_things)] == [10.0, -0.1]
    searching.weigh_term(7, 2.0)
    searching.nudge_term(-1, 1)
    assert [weight for _, weight, _ in terms(at_things)] == [10.0, -0.1]


def test_terms_are_rewritten_moved_and_selected(at_things: Desk) -> None:
    searching = at_things.controller.searching
    for text in ("one", "two", "three"):
        searching.add_text(text)
    searching.add_rows(np.array([5, 7]))
    searching.move_term(0, 2)
    assert [words for words, *_ in terms(at_things)] == ["two", "three", "one", "2 items"]
    searching.move_term(3, 0)
    searching.move_term(9, 0)
    searching.rewrite_term(1, "  zwei ")
    searching.rewrite_term(0, "not a text")
    searching.rewrite_term(2, "   ")
    assert [words for words, *_ in terms(at_things)] == ["2 items", "zwei", "one"]
    assert searching.rows_of_term(0).tolist() == [5, 7]
    assert searching.rows_of_term(1).tolist() == searching.rows_of_term(9).tolist() == []


def test_parts_act_together_as_chosen(at_things: Desk) -> None:
    controller = at_things.controller
    controller.searching.add_text("cats in the wild")
    controller.searching.add_text("tools for houses")
    found = {}
    for way in ("blend", "both", "either"):
        controller.trigger(f"search.{way}")
        at_things.settle()
        assert at_things.shown("query", "set_query").combine == way
        found[way] = [row.id for row in at_things.shown("results", "set_results").rows][:20]
    assert len({tuple(ids) for ids in found.values()}) == 3
    controller.searching.add_text("hammer", -1.0)
    controller.trigger("search.blend")
    controller.trigger("search.but_not")
    at_things.settle()
    assert at_things.shown("query", "set_query").but_not
    assert not any("hammer" in row.title for row in at_things.shown("results", "set_results").rows)


def test_text_files_are_read_and_others_refused(at_things: Desk, tmp_path: Path) -> None:
    good, empty, binary = (tmp_path / name for name in ("words.txt", "empty.txt", "binary.txt"))
    good.write_bytes("\ufeffA big cat,\r\n häppy".encode())
    empty.write_text(" \n")
    binary.write_bytes(bytes(range(256)) * 9)
    searching = at_things.controller.searching
    searching.add_text_files([str(good)], -1.0)
    searching.add_text_files([str(empty), str(binary), str(tmp_path / "gone.txt")])
    at_things.settle()
    assert [(words.split(), weight) for words, weight, _ in terms(at_things)] == [(["A", "big", "cat,", "häppy"], -1.0)]
    said = " ".join(at_things.said())
    assert "no words in empty.txt" in said and "no words in binary.txt" in said and "gone.txt could not be read" in said


def test_earlier_queries_are_listed_the_newest_first(at_things: Desk) -> None:
    searching, earlier = at_things.controller.searching, at_things.controller.past
    searching.add_text("a cat")
    at_things.settle()
    searching.set_filter_text('group = "animal"')
    at_things.settle()
    searching.weigh_term(0, 2.0)
    searching.turn_term(0)
    at_things.settle()
    searching.turn_term(0)
    searching.turn_term(0)
    at_things.settle()
    assert past(at_things)[0] == ["a cat"], "weights, signs and filters make no further one"
    searching.add_text("a dog", -1.0)
    at_things.settle()
    searching.clear()
    searching.clear_filter()
    at_things.settle()
    assert past(at_things)[0] == ["a cat − a dog", "a cat"]
    earlier.open_recent(1)
    at_things.settle()
    assert terms(at_things) == [("a cat", 2.0, False)]
    assert at_things.controller.state.filter_text == 'group = "animal"'
    assert past(at_things)[0] == ["a cat", "a cat − a dog"]
    earlier.open_recent(9)
    assert terms(at_things) == [("a cat", 2.0, False)]


def test_fifty_are_kept_for_the_next_time(at_things: Desk, another_desk, things: Path) -> None:
    searching = at_things.controller.searching
    for number in range(MOST + 3):
        searching.clear()
        searching.add_text(f"number {number}")
        at_things.settle()
    searching.add_rows(np.array([1]), aside=True)
    searching.set_combine("both")
    at_things.settle()
    at_things.leave()
    later = another_desk()
    later.open(things)
    recent = past(later)[0]
    assert len(recent) == MOST
    assert recent[0] == "number 52 ⟂ " + later.facts.frame["@title"][1]
    assert recent[1] == "number 52" and recent[-1] == "number 4"
    later.controller.past.open_recent(0)
    query = later.controller.state.query
    assert query.combine == "both"
    assert query.terms[1] == ItemsTerm((2,), query.terms[1].label, aside=True)


def test_a_query_is_saved_opened_replaced_and_deleted(at_things: Desk, another_desk, things: Path) -> None:
    controller = at_things.controller
    controller.searching.add_text("a cat")
    controller.searching.set_filter_text("stars > 2")
    at_things.settle()
    assert controller.past.proposed_name() == "a cat"
    controller.past.save("  my   cats ")
    at_things.settle()
    controller.past.save("Another")
    controller.past.save("   ")
    at_things.settle()
    assert past(at_things)[1] == ["Another", "my cats"]
    controller.searching.add_text("a tiger")
    controller.past.save("my cats")
    at_things.settle()
    assert "info: “my cats” is now this query." in at_things.said()
    at_things.leave()

    later = another_desk()
    later.open(things)
    later.controller.searching.clear()
    later.controller.searching.clear_filter()
    later.controller.past.open_saved("my cats")
    later.settle()
    assert [term.text for term in later.controller.state.query.terms] == ["a cat", "a tiger"]
    assert later.controller.state.filter_text == "stars > 2"
    later.controller.past.open_saved("nothing of the kind")
    later.controller.past.delete("nothing of the kind")
    later.controller.past.delete("Another")
    later.settle()
    assert past(later)[1] == ["my cats"]
    later.controller.projects.close()
    assert past(later) == ([], [])


def test_a_saved_query_whose_column_is_gone_says_so(at_things: Desk) -> None:
    past_queries = at_things.controller.past
    at_things.controller.searching.add_text("a cat")
    at_things.settle()
    kept = {"query": {"terms": [{"kind": "text", "text": "x", "colour": 3}, {"kind": "sound"}]}, "filter": "gone > 1"}
    store = at_things.controller.core.session.store
    store.saved.put_query("old", kept)
    past_queries._saved["old"] = kept
    past_queries.open_saved("old")
    at_things.settle()
    assert at_things.controller.state.query.terms == (TextTerm("x"),)
    assert "gone" in at_things.shown("query", "set_query").error


@pytest.mark.parametrize("size", [9_000, 20_000])
def test_huge_selections_do_not_fill_the_history(at_things: Desk, size: int) -> None:
    from dataclasses import replace

    query = at_things.controller.state.query
    huge = ItemsTerm(tuple(range(1, size)), f"{size} items")
    at_things.controller.core.change(query=replace(query, terms=(huge,)))
    at_things.settle()
    assert (f"{size} items" in past(at_things)[0]) == (size == 9_000)
