"""The table of actions: nothing twice, nothing without words, everything reachable."""

import re
from collections import Counter

import pytest

from embexplorer.app.actions import ACTIONS, BY_ID, FLAGS, Action, Menu, missing_flag, why_not
from embexplorer.app.menus import MENUS, action_ids

IN_MENUS = [id_ for menu in MENUS for id_ in action_ids(menu)]


def normal(shortcut: str) -> frozenset[str]:
    """Keys in any order; a trailing plus is the plus key."""
    return frozenset(re.sub(r"\+$", "plus", shortcut).lower().split("+"))


def test_ids_are_unique() -> None:
    assert [i for i, n in Counter(a.id for a in ACTIONS).items() if n > 1] == []
    assert len(BY_ID) == len(ACTIONS) >= 60


def test_shortcuts_are_unique() -> None:
    keys = Counter(normal(s) for a in ACTIONS for s in a.shortcuts)
    assert [k for k, n in keys.items() if n > 1] == []


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.id)
def test_each_action_says_what_it_does(action: Action) -> None:
    assert action.text
    assert action.help.endswith(".")
    assert "!" not in action.help
    assert action.help[0].isupper()
    assert set(action.enabled_when) <= set(FLAGS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda a: a.id)
def test_each_action_is_in_one_menu_or_says_that_it_is_not(action: Action) -> None:
    assert IN_MENUS.count(action.id) == (0 if action.palette_only else 1)


def test_menus_name_only_actions_that_exist() -> None:
    assert set(IN_MENUS) <= set(BY_ID)


def test_menu_keys_are_unique_in_the_menu_bar() -> None:
    letters = [re.search(r"&(.)", menu.title) for menu in MENUS]
    found = [m.group(1).lower() for m in letters if m]
    assert len(found) == len(set(found)) == len(MENUS)


def test_an_action_that_cannot_be_used_says_why() -> None:
    export = BY_ID["file.export_selection"]
    assert missing_flag(export, {}) == "project"
    assert missing_flag(export, {"project": True}) == "selection"
    assert why_not(export, {"project": True}) == "Select some items first."
    assert why_not(export, {"project": True, "selection": True}) == ""


def test_action_ids_walks_into_inner_menus() -> None:
    assert list(action_ids(Menu("a", ("x", "-", Menu("b", ("y", "@recent")))))) == ["x", "y"]
