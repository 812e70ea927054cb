"""The command palette and the cheat sheet, by keyboard and mouse."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from embexplorer.app.actions import ACTIONS
from embexplorer.gui.cheatsheet import CheatSheet, sections
from embexplorer.gui.palette import CommandPalette, Entry, entry_of, ranked
from embexplorer.gui.pieces import shortcut_words

EVERYTHING = dict.fromkeys(
    ("project", "writable", "items", "selection", "item", "query", "filter", "hits", "map", "undo", "redo", "job"), True
)


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    widget.resize(1000, 700)
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def palette(host: QWidget, qtbot: QtBot) -> CommandPalette:
    sheet = CommandPalette(host)
    sheet.open_with(EVERYTHING, [Entry("colour:stars", "Colour by stars", group="Column")])
    return sheet


def test_typing_and_enter_choose_an_action(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.line, "invert")
    with qtbot.waitSignal(palette.chosen) as told:
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert told.args == ["select.invert"]
    assert not palette.isVisible()


def test_extra_entries_are_found(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.line, "stars")
    with qtbot.waitSignal(palette.chosen) as told:
        qtbot.keyClick(palette.line, Qt.Key.Key_Enter)
    assert told.args == ["colour:stars"]


def test_arrows_move_and_stop_at_the_ends(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClick(palette.line, Qt.Key.Key_Up)
    assert palette.list.currentRow() == 0
    qtbot.keyClick(palette.line, Qt.Key.Key_Down)
    assert palette.list.currentRow() == 1
    for _ in range(len(ACTIONS)):
        qtbot.keyClick(palette.line, Qt.Key.Key_PageDown)
    assert palette.list.currentRow() == palette.list.count() - 1


def test_a_click_chooses(palette: CommandPalette, qtbot: QtBot) -> None:
    place = palette.list.visualItemRect(palette.list.item(2)).center()
    with qtbot.waitSignal(palette.chosen) as told:
        qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [ACTIONS[2].id]


def test_escape_closes_and_tells(palette: CommandPalette, qtbot: QtBot) -> None:
    with qtbot.waitSignal(palette.closed):
        qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_a_blocked_action_says_why_and_cannot_be_chosen(host: QWidget, qtbot: QtBot) -> None:
    palette = CommandPalette(host)
    palette.open_with({})
    qtbot.keyClicks(palette.line, "close project")
    item = palette.list.currentItem()
    assert item.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "Open or make a project first."
    with qtbot.assertNotEmitted(palette.chosen):
        qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.dismiss()


def test_nothing_that_fits_says_so(palette: CommandPalette, qtbot: QtBot) -> None:
    qtbot.keyClicks(palette.line, "qqqq")
    assert palette.list.count() == 0
    texts = [part.text() for part in palette.findChildren(QLabel) if part.isVisible()]
    assert "Nothing is called like that." in texts
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)


def test_usable_entries_come_first() -> None:
    entries = [Entry("a", "Tag", blocked="no"), Entry("b", "Tag")]
    assert [entry.id for entry in ranked("tag", entries)] == ["b", "a"]


def test_the_name_counts_more_than_the_menu() -> None:
    entries = [Entry("a", "Move the map", group="Select"), Entry("b", "Clear the selection", group="Select")]
    assert [entry.id for entry in ranked("sel", entries)] == ["b", "a"]


def test_entries_show_the_first_shortcut() -> None:
    redo = next(a for a in ACTIONS if a.id == "edit.redo")
    assert entry_of(redo, EVERYTHING).shortcut == shortcut_words("Ctrl+Shift+Z")


def test_the_cheat_sheet_has_every_key(host: QWidget, qtbot: QtBot) -> None:
    sheet = CheatSheet(host)
    sheet.open()
    shown = {part.text() for part in sheet.findChildren(QLabel)}
    for action in ACTIONS:
        if not action.palette_only:
            assert {shortcut_words(key) for key in action.shortcuts} <= shown, action.id
    assert "1–9" in shown
    assert len({menu for menu, _lines in sections()}) == len(sections())
    with qtbot.waitSignal(sheet.closed):
        qtbot.keyClick(sheet.focusWidget() or sheet, Qt.Key.Key_Escape)


def test_sheets_stay_inside_a_window_that_shrinks(palette: CommandPalette, host: QWidget) -> None:
    host.resize(500, 400)
    assert host.rect().contains(palette.geometry())
    assert palette.mapToParent(QPoint(0, 0)).x() >= 0
    palette.dismiss()


def test_the_keyboard_goes_back_to_where_it_was(host: QWidget, qtbot: QtBot) -> None:
    line, other = QLineEdit(host), QLineEdit(host)
    other.move(0, 60)
    for widget in (line, other):
        widget.show()
    host.activateWindow()
    line.setFocus()
    palette = CommandPalette(host)
    palette.open_with({})
    qtbot.keyClick(palette.line, Qt.Key.Key_Escape)
    assert line.hasFocus()
    palette.open_with({})
    other.setFocus()
    assert not palette.isVisible()
    assert other.hasFocus()
