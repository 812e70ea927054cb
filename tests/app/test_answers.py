"""What is shown of an answer: pages to the last hit, the line of relevance, other orders."""

import numpy as np
import pytest
from desk import Desk

from embexplorer.app.values import ResultsView


def shown(desk: Desk) -> ResultsView:
    desk.settle()
    return desk.shown("results", "set_results")


def titles(view: ResultsView) -> list[str]:
    return [row.title for row in view.rows]


@pytest.fixture
def asked(at_things: Desk) -> Desk:
    at_things.controller.searching.set_options(k=7)
    at_things.controller.searching.add_text("a large wild cat")
    at_things.settle()
    return at_things


def test_the_list_goes_on_to_the_last_item(asked: Desk) -> None:
    pages = [shown(asked)]
    while len(pages[-1].rows) < pages[-1].total:
        asked.controller.answering.more()
        pages.append(shown(asked))
        assert pages[-1].rows[: len(pages[-2].rows)] == pages[-2].rows
    last = pages[-1]
    assert last.total == 60
    assert len(pages) == 9
    assert sorted(row.row for row in last.rows) == list(range(60))
    assert [row.rank for row in last.rows] == list(range(1, 61))
    scores = [row.score for row in last.rows]
    assert scores == sorted(scores, reverse=True)
    asked.controller.answering.more()
    assert shown(asked).rows == last.rows


def test_pages_follow_the_filter_and_begin_anew_with_a_new_query(asked: Desk) -> None:
    asked.controller.answering.more()
    assert len(shown(asked).rows) == 14
    asked.controller.searching.set_filter_text('group = "tool"')
    assert (len(shown(asked).rows), shown(asked).total) == (7, 30)
    for _ in range(6):
        asked.controller.answering.more()
        asked.settle()
    assert len(shown(asked).rows) == 30


def test_what_was_shown_is_shown_again_when_the_project_changes(asked: Desk) -> None:
    asked.controller.answering.more()
    before = shown(asked)
    asked.controller.editing.tag("kept", np.array([before.rows[9].row]))
    after = shown(asked)
    assert [row.id for row in after.rows] == [row.id for row in before.rows]
    assert after.rows[9].tags == ("kept",)


def test_the_line_moves_rings_and_selection_and_comes_back(asked: Desk) -> None:
    answering = asked.controller.answering
    first = shown(asked)
    assert first.scores is not None
    assert first.scores.totals.sum() == 60
    assert first.headline == f"{first.above} likely related"
    answering.set_cut(first.rows[4].score - 1e-4)
    moved = shown(asked)
    assert (moved.above, moved.rows) == (5, first.rows)
    assert asked.shown("map", "set_hits").tolist() == [row.row for row in first.rows[:5]]
    answering.set_cut(-1.0)
    asked.controller.trigger("select.results")
    assert asked.controller.state.selection.count() == 60  # also those whose page was never seen
    answering.set_cut(2.0)
    assert shown(asked).headline == "Nothing likely related"
    assert not len(asked.shown("map", "set_hits"))
    assert asked.shown("", "set_flags")["hits"]
    answering.set_cut(None)
    assert shown(asked).above == first.above


def test_another_query_forgets_the_line_and_another_filter_keeps_it(asked: Desk) -> None:
    answering, searching = asked.controller.answering, asked.controller.searching
    answering.set_cut(0.2)
    searching.set_filter_text('group = "animal"')
    kept = shown(asked).scores
    assert kept is not None
    assert kept.line == 0.2
    searching.add_text("a dog")
    other = shown(asked).scores
    assert other is not None
    assert other.line == other.proposed


def test_results_are_sorted_within_what_is_related_and_the_rest(asked: Desk) -> None:
    answering = asked.controller.answering
    first = shown(asked)
    answering.set_cut(first.rows[4].score - 1e-4)
    answering.sort("@title", False)
    by_title = shown(asked)
    assert titles(by_title)[:5] == sorted(titles(first)[:5])
    assert titles(by_title)[5] < titles(by_title)[6]
    assert [row.rank for row in by_title.rows] == list(range(1, 8))
    answering.more()
    assert titles(shown(asked))[5:] == sorted(titles(shown(asked))[5:])
    answering.sort("stars", True)
    stars = [dict(row.details).get("stars") for row in shown(asked).rows[5:]]
    assert stars == sorted(stars, reverse=True)
    answering.sort("", True)
    assert titles(shown(asked)) == titles(first)


def test_every_column_that_has_an_order_is_offered(asked: Desk) -> None:
    order = shown(asked).order
    assert {"@title", "group", "stars", "seen", "tame"} <= {name for name, _ in order.columns}
    assert not {"words", "description", "@tags", "@text"} & {name for name, _ in order.columns}


def test_varied_results_are_others_and_keep_all(asked: Desk) -> None:
    plain = shown(asked)
    asked.controller.answering.vary(0.8)
    varied = shown(asked)
    assert varied.order.diversity == 0.8
    assert titles(varied)[0] == titles(plain)[0]
    assert set(titles(varied)) != set(titles(plain))
    assert varied.total == 60
    for _ in range(9):
        asked.controller.answering.more()
        asked.settle()
    assert sorted(row.row for row in shown(asked).rows) == list(range(60))


@pytest.mark.parametrize("mode", ["lexical", "hybrid"])
def test_words_and_fused_ranks_have_no_line_but_pages(asked: Desk, mode: str) -> None:
    asked.controller.searching.set_options(mode=mode, k=2)  # type: ignore[arg-type]
    found = shown(asked)
    assert (found.scores, found.above, found.order.diversity) == (None, None, None)
    assert found.total > 2
    assert found.headline == f"2 of {found.total} results"
    asked.controller.trigger("select.results")
    assert asked.controller.state.selection.count() == found.total


def test_cut_order_and_diversity_are_kept_with_the_project(asked: Desk) -> None:
    path = asked.controller.core.session.store.path  # type: ignore[union-attr]
    asked.controller.answering.set_cut(0.25)
    asked.controller.answering.sort("stars", False)
    asked.controller.answering.vary(0.4)
    asked.settle()
    asked.controller.trigger("file.close")
    asked.settle()
    asked.open(path)
    found = shown(asked)
    assert found.scores is not None
    assert found.scores.line == 0.25
    assert (found.order.by, found.order.descending, found.order.diversity) == ("stars", False, 0.4)
