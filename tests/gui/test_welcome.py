"""The first page."""

import os
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from embexplorer.gui.recent import day_words, look_up
from embexplorer.gui.welcome import WelcomePage

NOON = time.mktime((2026, 3, 20, 12, 0, 0, 0, 0, -1))
HOUR = 3600


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> WelcomePage:
    (tmp_path / "reviews.embx").write_bytes(b"x" * 2_400_000)
    page = WelcomePage()
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.set_recent((str(tmp_path / "reviews.embx"), str(tmp_path / "gone.embx")))
    page.show()
    return page


def button_called(page: WelcomePage, name: str) -> QPushButton:
    return next(b for b in page.findChildren(QPushButton) if name in (b.text(), b.accessibleName()))


def test_a_recent_project_opens_by_click_and_by_key(page: WelcomePage, qtbot: QtBot, tmp_path: Path) -> None:
    opened: list[Path] = []
    page.open_requested.connect(opened.append)
    qtbot.mouseClick(page.rows[0], Qt.MouseButton.LeftButton)
    qtbot.keyClick(page.rows[0], Qt.Key.Key_Return)
    assert opened == [tmp_path / "reviews.embx"] * 2
    assert page.rows[0].accessibleName() == "reviews, 2.4 MB · today"


def test_a_missing_project_cannot_be_opened_but_forgotten(page: WelcomePage, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.assertNotEmitted(page.open_requested):
        qtbot.mouseClick(page.rows[1], Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.forget_requested) as told:
        qtbot.mouseClick(page.rows[1].forget_button, Qt.MouseButton.LeftButton)
    assert told.args == [tmp_path / "gone.embx"]


@pytest.mark.parametrize(("card", "name"), [("WordNet glosses", "wordnet"), ("Emoji", "emoji")])
def test_samples(page: WelcomePage, qtbot: QtBot, card: str, name: str) -> None:
    with qtbot.waitSignal(page.sample_requested) as told:
        qtbot.mouseClick(button_called(page, f"Open the sample {card}"), Qt.MouseButton.LeftButton)
    assert told.args == [name]


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Choose files…", "file.add_files"),
        ("Choose a folder…", "file.add_folder"),
        ("Open a project…", "file.open"),
    ],
)
def test_buttons_are_actions(page: WelcomePage, qtbot: QtBot, text: str, action: str) -> None:
    with qtbot.waitSignal(page.action_triggered) as told:
        qtbot.keyClick(button_called(page, text), Qt.Key.Key_Space)
    assert told.args == [action]


def test_an_empty_list_is_not_shown_and_a_new_list_replaces_the_old(page: WelcomePage) -> None:
    page.set_recent(())
    assert page.rows == []
    assert not page._recent.isVisible()


@pytest.mark.parametrize(
    ("hours", "words"), [(1, "today"), (13, "yesterday"), (40, "2 days ago"), (24 * 30, "2026-02-18")]
)
def test_days_in_words(hours: int, words: str) -> None:
    assert day_words(NOON - hours * HOUR, NOON) == words


def test_look_up_tells_size_and_day(tmp_path: Path) -> None:
    path = tmp_path / "a.embx"
    path.write_bytes(b"x" * 1500)
    os.utime(path, (NOON, NOON))
    assert look_up(str(path), NOON).details == "1.5 KB · today"
    assert not look_up(str(tmp_path / "b.embx"), NOON).is_there
