"""Opening and leaving projects: where the user was, what cannot be opened, and what is never mixed up."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest
from desk import Desk

from embexplorer.base.settings import load_settings
from embexplorer.store.project import ProjectStore


def test_everything_is_where_the_user_left_it(at_things: Desk, another_desk, things: Path) -> None:
    controller = at_things.controller
    controller.searching.set_filter_text('group = "tool"')
    controller.searching.add_text("a tool that cuts")
    controller.searching.set_options(k=7, exact=True)
    controller.selecting.pick(12)
    controller.selecting.select(np.array([12, 13]))
    controller.colour_by("stars")
    controller.sort("name", True)
    controller.set_columns(("name", "stars"))
    controller.trigger("view.hide_filtered")
    at_things.settle()
    seen = {"map": {"x": 1.5, "y": -2.0, "scale": 30.0}}
    at_things.view.map.view_state.return_value = seen
    before = at_things.shown("results", "set_results")
    at_things.leave()

    later = another_desk()
    later.open(things)
    state = later.controller.state
    assert state.filter_text == 'group = "tool"'
    assert (state.query.k, state.query.exact, state.query.terms[0].text) == (7, True, "a tool that cuts")
    assert state.selection.rows().tolist() == [12, 13]
    assert (state.current, state.colour_by, state.sort, state.descending) == (12, "stars", "name", True)
    assert state.columns == ("name", "stars")
    assert state.hide_filtered
    assert later.view.map.restore_view.call_args.args == (seen,)
    assert later.shown("item", "set_item").item.title == "drill 0"
    assert [row.id for row in later.shown("results", "set_results").rows] == [row.id for row in before.rows]
    assert later.shown("", "set_status").shown == "30 shown"


def test_recent_projects_are_remembered_and_forgotten(desk: Desk, things: Path, tmp_path: Path) -> None:
    desk.open(things)
    copy = tmp_path / "copy.embx"
    desk.controller.upkeep.save_copy(copy)
    desk.settle()
    desk.open(copy)
    assert desk.shown("", "show_project") == "copy"
    desk.controller.projects.close()
    recent = desk.shown("", "show_welcome")
    assert recent == (str(copy), str(things))
    desk.controller.projects.forget_recent(str(copy))
    assert desk.shown("", "show_welcome") == (str(things),)
    assert load_settings()[0].recent == (str(things),)


def test_settings_are_applied_and_kept(at_things: Desk) -> None:
    from dataclasses import replace

    at_things.controller.searching.add_text("cat")
    at_things.controller.apply_settings(replace(at_things.controller.settings, results=4, theme="dark"))
    at_things.settle()
    assert len(at_things.shown("results", "set_results").rows) == 4
    assert (load_settings()[0].results, load_settings()[0].theme) == (4, "dark")


@pytest.mark.parametrize("content", ["missing", "empty", "garbage", "text", "newer", "another database"])
def test_what_is_no_project_is_told_and_nothing_else_happens(
    desk: Desk, things: Path, tmp_path: Path, content: str
) -> None:
    path = tmp_path / "odd.embx"
    if content == "empty":
        path.touch()
    elif content == "garbage":
        path.write_bytes(np.random.default_rng(1).bytes(50_000))
    elif content == "text":
        path.write_text("Dear Sir or Madam,", encoding="utf-8")
    elif content == "newer":
        path.write_bytes(things.read_bytes())
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 999999")
        connection.close()
    elif content == "another database":
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE other (x)")
        connection.close()
    desk.open(path)
    (message,) = desk.messages()
    assert message.level == "error"
    assert "odd.embx" in message.text
    assert message.text.endswith(".")
    assert "Traceback" not in message.text
    assert desk.controller.core.session is None
    assert desk.shown("", "show_welcome") == ()
    desk.open(things)
    assert len(desk.facts) == 60


def test_only_the_last_of_two_openings_counts(desk: Desk, things: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.embx"
    ProjectStore.create(other).close()
    desk.controller.projects.open(other)
    desk.controller.projects.open(things)
    desk.settle()
    assert desk.view.show_project.call_args.args[0] == "things"
    assert len(desk.facts) == 60
    with ProjectStore.open(other) as store:
        assert not store.read_only, "the one that was given up is closed"


def test_answers_of_a_project_that_was_left_are_never_shown(at_things: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other.embx"
    ProjectStore.create(other).close()
    controller = at_things.controller
    controller.searching.add_text("a large wild cat")
    controller.selecting.pick(0)
    controller.editing.tag("kept in any case", np.array([0]))
    controller.importing.drop([tmp_path])
    at_things.forget()
    controller.projects.open(other)
    assert at_things.shown("", "set_jobs") == ()
    assert at_things.shown("", "show_import") is None
    at_things.settle()
    assert len(at_things.facts) == 0
    assert at_things.shown("results", "set_results").rows == ()
    assert all(call.args[0].item is None for call in at_things.view.item.set_item.call_args_list)
    assert at_things.shown("map", "set_maps")[0].xy.shape == (0, 2)
    with ProjectStore.open(tmp_path / "things.embx") as store:
        assert store.tags.all() == {"kept in any case": 1}, "what the user did is written though the project was left"


def test_a_filter_whose_column_is_gone_shows_everything_and_says_why(things: Path, desk: Desk) -> None:
    desk.open(things)
    desk.controller.searching.set_filter_text("stars > 3")
    desk.settle()
    desk.controller.projects.close()
    desk.settle()
    with ProjectStore.open(things) as store:
        store.fields.rename("stars", "points")
    desk.open(things)
    assert desk.shown("", "set_status").shown == ""
    assert "stars" in desk.shown("query", "set_query").error
    assert desk.shown("facets", "set_facets")
    assert not [text for text in desk.said() if text.startswith("error")]
