"""The message bar: what happened, what to do, nothing lost and nothing locked."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from embexplorer.app.values import Message
from embexplorer.gui.messages import MessageBar


@pytest.fixture
def bar(qtbot: QtBot) -> MessageBar:
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


def test_an_error_is_shown_with_its_hint_until_it_is_closed(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message(Message("error", "The file cannot be read.", "Close it in Excel."))
    assert bar.isVisible()
    assert bar.accessibleName() == "The file cannot be read. Close it in Excel."
    assert bar.property("level") == "error"
    qtbot.mouseClick(bar.close_button, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_errors_wait_for_each_other_and_the_same_one_comes_once(bar: MessageBar) -> None:
    one, two = Message("error", "One."), Message("warning", "Two.")
    for message in (one, one, two, two):
        bar.show_message(message)
    assert bar.current == one
    bar.dismiss()
    assert bar.current == two
    bar.dismiss()
    assert bar.current is None
    assert not bar.isVisible()


def test_an_info_goes_by_itself_and_a_newer_one_replaces_it(bar: MessageBar, qtbot: QtBot) -> None:
    bar._timer.setInterval(20)
    bar.show_message(Message("info", "Exported."))
    bar.show_message(Message("info", "Copied."))
    assert bar.current == Message("info", "Copied.")
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_an_info_waits_behind_an_error(bar: MessageBar) -> None:
    bar.show_message(Message("error", "Bad."))
    bar.show_message(Message("info", "Good."))
    assert bar.current == Message("error", "Bad.")
    bar.dismiss()
    assert bar.current == Message("info", "Good.")
    bar.dismiss()


def test_the_button_does_what_the_action_is_called(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message(Message("warning", "3 items have no vector.", action="project.failures"))
    assert bar.action_button.text() == "Items without a vector"
    with qtbot.waitSignal(bar.action_triggered) as told:
        qtbot.mouseClick(bar.action_button, Qt.MouseButton.LeftButton)
    assert told.args == ["project.failures"]
    assert not bar.isVisible()


def test_details_open_on_demand(bar: MessageBar, qtbot: QtBot) -> None:
    bar.show_message(Message("warning", "Two files were left out.", details=("a.csv: empty", "b.csv: empty")))
    assert not bar.details.isVisible()
    qtbot.mouseClick(bar.details_button, Qt.MouseButton.LeftButton)
    assert bar.details.isVisible()
    assert bar.details.toPlainText() == "a.csv: empty\nb.csv: empty"
    bar.dismiss()
