"""The frame of the window, through real menus, keys and drops."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QListWidget,
    QMenu,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from embexplorer.app.actions import BY_ID, FLAGS
from embexplorer.app.jobview import JobView
from embexplorer.app.menus import MENUS, action_ids
from embexplorer.app.values import Message, StatusView
from embexplorer.gui.palette import Entry
from embexplorer.gui.window import MainWindow

ALL = dict.fromkeys(FLAGS, True)
COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    yield window
    window.close()


@pytest.fixture
def project(window: MainWindow, qapp: QApplication) -> MainWindow:
    window.set_flags(ALL)
    window.show_project("reviews")
    qapp.processEvents()
    return window


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def menu_entry(window: MainWindow, title: str, text: str) -> None:
    menu = next(m for m in window.menuBar().findChildren(QMenu) if m.title() == title)
    next(a for a in menu.actions() if a.text() == text).trigger()


# Actions by all their routes


def test_the_menu_bar_is_the_table(window: MainWindow) -> None:
    assert [a.text() for a in window.menuBar().actions()] == [menu.title for menu in MENUS]
    shown = {a.text() for m in window.menuBar().findChildren(QMenu) for a in m.actions() if not a.isSeparator()}
    assert {BY_ID[id_].text for menu in MENUS for id_ in action_ids(menu)} <= shown


def test_menu_key_and_trigger_tell_the_same(project: MainWindow, qtbot: QtBot) -> None:
    told: list[str] = []
    project.action_triggered.connect(told.append)
    menu_entry(project, "&Select", "Select all shown")
    qtbot.keyClick(project, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    project.trigger("select.shown")
    assert told == ["select.shown"] * 3


def test_a_tag_key_works_and_a_letter_typed_into_a_line_does_not(project: MainWindow, qtbot: QtBot) -> None:
    line = QLineEdit()
    project.set_panel("query", line)
    told: list[str] = []
    project.action_triggered.connect(told.append)
    qtbot.keyClick(project, Qt.Key.Key_3)
    assert told == ["tag.key_3"]
    line.setFocus()
    qtbot.keyClicks(line, "3 lasso")
    assert line.text() == "3 lasso"
    assert told == ["tag.key_3"]


def test_flags_enable_and_a_disabled_action_does_nothing(window: MainWindow, qtbot: QtBot) -> None:
    undo = window.commands.actions["edit.undo"]
    window.set_flags({"project": True, "writable": True})
    assert not undo.isEnabled()
    assert "There is nothing to undo." in undo.toolTip()
    with qtbot.assertNotEmitted(window.action_triggered):
        window.trigger("edit.undo")
    window.set_flags({"project": True, "writable": True, "undo": True})
    with qtbot.waitSignal(window.action_triggered):
        window.trigger("edit.undo")


def test_undo_says_what(window: MainWindow) -> None:
    window.set_undo_labels("tagging 40 items", "")
    assert window.commands.actions["edit.undo"].text() == "Undo tagging 40 items"
    assert window.commands.actions["edit.redo"].text() == "Redo"


def test_tools_and_themes_are_one_of_several(project: MainWindow) -> None:
    project.set_checked("tool.lasso", True)
    project.set_checked("tool.pan", True)
    assert not project.commands.actions["tool.lasso"].isChecked()


def test_the_palette_opens_by_key_and_does_what_was_chosen(project: MainWindow, qtbot: QtBot) -> None:
    project.set_palette_entries([Entry("colour:stars", "Colour by stars")])
    qtbot.keyClick(project, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert project.palette_sheet.isVisible()
    qtbot.keyClicks(project.palette_sheet.line, "fit the whole")
    with qtbot.waitSignal(project.action_triggered) as told:
        qtbot.keyClick(project.palette_sheet.line, Qt.Key.Key_Return)
    assert told.args == ["view.fit"]
    project.trigger("help.palette")
    qtbot.keyClicks(project.palette_sheet.line, "stars")
    with qtbot.waitSignal(project.entry_chosen) as chosen:
        qtbot.keyClick(project.palette_sheet.line, Qt.Key.Key_Return)
    assert chosen.args == ["colour:stars"]


def test_escape_in_a_sheet_keeps_the_selection(project: MainWindow, qtbot: QtBot) -> None:
    project.trigger("help.palette")
    with qtbot.assertNotEmitted(project.action_triggered):
        qtbot.keyClick(project.palette_sheet.line, Qt.Key.Key_Escape)
    assert not project.palette_sheet.isVisible()
    with qtbot.waitSignal(project.action_triggered) as told:
        qtbot.keyClick(project, Qt.Key.Key_Escape)
    assert told.args == ["select.clear"]


@pytest.mark.parametrize("key", [Qt.Key.Key_F1, Qt.Key.Key_Question])
def test_the_cheat_sheet_opens_and_closes_by_its_keys(window: MainWindow, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(window, key)
    assert window.cheat_sheet.isVisible()
    qtbot.keyClick(window.cheat_sheet.focusWidget() or window, key)
    assert not window.cheat_sheet.isVisible()


# Pages and panels


def test_welcome_has_no_panels_and_a_project_has(window: MainWindow, qapp: QApplication) -> None:
    assert window.welcome.isVisible()
    assert not any(dock.isVisible() for dock in window.docks.by_name.values())
    window.show_project("reviews", "Another window has it open.")
    qapp.processEvents()
    assert not window.welcome.isVisible()
    shown = {name for name, dock in window.docks.by_name.items() if not dock.isHidden()}
    assert shown == {"facets", "tags", "results", "item", "table", "gallery"}
    assert window.windowTitle() == "reviews (read only) – embexplorer"
    assert window.messages.current == Message("warning", "Another window has it open.")


def test_panels_are_put_in_place(project: MainWindow) -> None:
    for name in ("map", "facets", "tags", "results", "item", "table", "gallery", "query"):
        widget = QLineEdit(name)
        project.set_panel(name, widget)
        assert project.isAncestorOf(widget)
    with pytest.raises(KeyError):
        project.set_panel("attic", QWidget())


def test_a_panel_is_hidden_and_shown_and_the_menu_knows(project: MainWindow, qapp: QApplication) -> None:
    dock = project.docks.by_name["facets"]
    assert project.commands.actions["panel.facets"].isChecked()
    project.trigger("panel.facets")
    qapp.processEvents()
    assert dock.isHidden()
    assert not project.commands.actions["panel.facets"].isChecked()
    project.trigger("panel.facets")
    qapp.processEvents()
    assert dock.isVisible()


def test_the_layout_is_remembered(project: MainWindow, qtbot: QtBot, qapp: QApplication) -> None:
    project.resize(1100, 700)
    project.trigger("panel.facets")
    project.docks.reveal("gallery")
    qapp.processEvents()
    state = project.layout_state()
    assert all(isinstance(value, str) for value in state.values())
    other = MainWindow()
    qtbot.addWidget(other)
    other.restore_layout(state)
    other.show()
    other.show_project("reviews")
    qapp.processEvents()
    assert other.docks.by_name["facets"].isHidden()
    assert not other.docks.by_name["results"].isHidden()
    project.show_welcome()
    assert project.layout_state()["docks"] == state["docks"]
    other.close()


def test_a_damaged_layout_is_the_first_one(project: MainWindow, qapp: QApplication) -> None:
    project.restore_layout({"geometry": "!!", "docks": "bm90IGEgbGF5b3V0"})
    qapp.processEvents()
    assert not project.docks.by_name["facets"].isHidden()


def test_the_keyboard_walks_through_the_panels(project: MainWindow, qtbot: QtBot) -> None:
    places = {}
    for name in ("query", "map", "facets", "table"):
        places[name] = QLineEdit()
        project.set_panel(name, places[name])
    seen = []
    for _ in range(8):
        qtbot.keyClick(QApplication.focusWidget() or project, Qt.Key.Key_F6)
        seen += [name for name, line in places.items() if line.hasFocus()]
    assert {"query", "map", "facets", "table"} <= set(seen)
    last = seen[-1]
    qtbot.keyClick(QApplication.focusWidget() or project, Qt.Key.Key_F6)
    qtbot.keyClick(QApplication.focusWidget() or project, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert places[last].hasFocus()


def test_every_control_has_a_name(project: MainWindow) -> None:
    project.set_jobs((JobView("1", "Embedding", 0.5),))
    nameless = []
    for kind in (QAbstractButton, QLineEdit, QComboBox, QListWidget):
        for control in project.findChildren(kind):
            words = control.accessibleName() or (control.text() if isinstance(control, QAbstractButton) else "")
            if not words and not control.objectName().startswith("qt_") and not control.isHidden():
                nameless.append(control)
    assert nameless == []


# Status, jobs, drops


def test_the_status_line(project: MainWindow, qapp: QApplication) -> None:
    project.set_status(StatusView("12 items", "3 shown", "", "MiniLM on CPU"))
    shown = [part.text() for part in project.status.parts.values() if part.isVisible() and part.text()]
    assert shown == ["12 items", "·  3 shown", "MiniLM on CPU"]


def test_the_job_chip_opens_the_jobs(project: MainWindow, qtbot: QtBot, qapp: QApplication) -> None:
    project.set_jobs((JobView("1", "Embedding", 0.5),))
    assert project.docks.by_name["jobs"].isHidden()
    qtbot.mouseClick(project.status.job_chip, LEFT)
    qapp.processEvents()
    assert project.docks.by_name["jobs"].isVisible()


@pytest.mark.parametrize("is_project", [False, True])
def test_files_can_be_dropped_on_the_window(
    window: MainWindow, qtbot: QtBot, qapp: QApplication, tmp_path: Path, is_project: bool
) -> None:
    if is_project:
        window.show_project("reviews")
    paths = [tmp_path / "a b.csv", tmp_path / "ü.png"]
    data = mime(*paths)
    enter = QDragEnterEvent(QPoint(50, 50), COPY, data, LEFT, PLAIN)
    qapp.sendEvent(window, enter)
    assert enter.isAccepted()
    assert window._overlay.isVisible() == is_project
    assert window.welcome.drop_zone.property("over") == "true"
    with qtbot.waitSignal(window.files_dropped) as told:
        qapp.sendEvent(window, QDropEvent(QPointF(50, 50), COPY, data, LEFT, PLAIN))
    assert told.args == [paths]
    assert not window._overlay.isVisible()


def test_a_drag_away_or_without_files_does_nothing(window: MainWindow, qapp: QApplication, tmp_path: Path) -> None:
    data = mime(tmp_path)
    qapp.sendEvent(window, QDragEnterEvent(QPoint(50, 50), COPY, data, LEFT, PLAIN))
    qapp.sendEvent(window, QDragLeaveEvent())
    assert window.welcome.drop_zone.property("over") == "false"
    text = QMimeData()
    text.setText("hello")
    enter = QDragEnterEvent(QPoint(50, 50), COPY, text, LEFT, PLAIN)
    qapp.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_recent_projects_are_in_the_menu(window: MainWindow, qtbot: QtBot) -> None:
    window.show_welcome(("/data/a & b.embx",))
    menu = next(m for m in window.menuBar().findChildren(QMenu) if m.title() == "Open recent")
    with qtbot.waitSignal(window.recent_chosen) as told:
        menu.actions()[0].trigger()
    assert told.args == ["/data/a & b.embx"]


def test_closing_is_told(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.closing):
        window.trigger("file.quit")
    assert not window.isVisible()


def test_all_keys_are_seen_at_once_where_the_window_has_room(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1440, 900)
    window.trigger("help.cheatsheet")
    area = window.cheat_sheet.findChild(QScrollArea)
    qtbot.waitUntil(area.isVisible)
    assert area.verticalScrollBar().maximum() == 0
