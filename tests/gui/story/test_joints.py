"""Every action of the table does something, and only when it can; nothing is left behind when the window goes."""

import gc
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from person import Person
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QTableView

from embexplorer.app.actions import ACTIONS, BY_ID
from embexplorer.gui.formsheet import FormSheet
from embexplorer.operations.importing import sources_of

# Away from this project, or out of the program: tried by other tests.
_LEAVES = ("file.quit", "file.close", "view.full_screen")
_NO_FILE = {"getSaveFileName": ("", ""), "getOpenFileName": ("", ""), "getOpenFileNames": ([], "")}


@pytest.fixture
def no_questions(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> list[str]:
    """Every file dialog is cancelled, every menu closed; the names of the questions that were asked."""
    asked: list[str] = []
    for name, answer in _NO_FILE.items():
        monkeypatch.setattr(QFileDialog, name, lambda *_a, name=name, answer=answer: asked.append(name) or answer)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_a: asked.append("folder") or "")
    return asked


def everything_ready(person: Person) -> None:
    """All flags up but those of a running job."""
    person.controller.searching.set_filter_text("stars >= 1")
    person.controller.searching.add_text("a small bird")
    person.controller.selecting.pick(person.alone())
    person.settle()
    person.controller.editing.tag("one")
    person.settle()
    person.controller.editing.tag("two")
    person.settle()
    person.controller.editing.undo()
    person.settle()


def close_what_opened(qt: QApplication, person: Person) -> None:
    for popup in [w for w in qt.topLevelWidgets() if w.isVisible() and w is not person.window]:
        popup.close()
    for sheet in (person.window.palette_sheet, person.window.cheat_sheet):
        sheet.dismiss()
    for sheet in person.window.findChildren(FormSheet):
        sheet.dismiss()


@pytest.fixture
def opened_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr("embexplorer.gui.appview.QDesktopServices.openUrl", lambda url: found.append(url.toString()))
    return found


def test_every_action_is_known_to_somebody(
    reader: Person, qapp: QApplication, no_questions: list[str], opened_files: list[str]
) -> None:
    everything_ready(reader)
    unhandled = []
    trigger = reader.controller.trigger
    reader.controller.trigger = lambda action: trigger(action) or unhandled.append(action)
    closer = QTimer(singleShot=False, interval=5)
    closer.timeout.connect(lambda: qapp.activePopupWidget().close() if qapp.activePopupWidget() else None)
    closer.start()
    for action in ACTIONS:
        if action.id in _LEAVES or action.id == "job.cancel":
            continue
        if not reader.window.commands.actions[action.id].isEnabled():
            everything_ready(reader)
        cannot = {"edit.redo", "view.add_map", "view.one_map"}  # the project has one map only
        assert reader.window.commands.actions[action.id].isEnabled() or action.id in cannot, action.id
        reader.window.trigger(action.id)
        reader.settle()
        close_what_opened(qapp, reader)
    closer.stop()
    assert unhandled == []
    assert {"getSaveFileName", "getOpenFileName", "getOpenFileNames", "folder"} <= set(no_questions)
    assert opened_files


def test_what_needs_a_selection_waits_for_one(reader: Person) -> None:
    waiting = [action.id for action in ACTIONS if "selection" in action.enabled_when]
    actions = reader.window.commands.actions
    assert [id_ for id_ in waiting if actions[id_].isEnabled()] == []
    assert all("Select some items first" in actions[id_].toolTip() for id_ in waiting)
    reader.controller.selecting.pick(3)
    reader.settle()
    assert [id_ for id_ in waiting if not actions[id_].isEnabled()] == []


def test_without_a_project_only_beginnings_can_be_chosen(person: Person) -> None:
    usable = {id_ for id_, action in person.window.commands.actions.items() if action.isEnabled()}
    assert {"file.new", "file.open", "file.add_files", "file.add_folder", "edit.settings", "help.palette"} <= usable
    assert all(not BY_ID[id_].enabled_when for id_ in usable)


def test_another_model_gives_another_space_and_a_map_with_parameters(reader: Person) -> None:
    reader.window.trigger("project.make_map")
    sheet = reader.app.dialogs.maps.sheet
    assert sheet.isVisible()
    before = reader.view.map.view.xy.copy()
    reader.press(Qt.Key.Key_Return)
    reader.settle()
    assert not sheet.isVisible()
    assert len(reader.facts.maps) >= 1
    assert before.shape == reader.view.map.view.xy.shape
    reader.window.trigger("project.embed")
    reader.press(Qt.Key.Key_Return)
    reader.settle()
    models = {space.model for space in reader.facts.spaces}
    assert len(models) == 2
    assert all(space.count == 400 for space in reader.facts.spaces)
    assert len(reader.facts.maps) >= 2


def test_one_click_is_one_change(reader: Person) -> None:
    changes = []
    change = reader.core.change
    reader.core.change = lambda **fields: changes.append(tuple(fields)) or change(**fields)
    view = reader.view.table.findChild(QTableView)
    reader.click(view.viewport(), QPoint(30, view.rowHeight(0) * 2 + 5))
    reader.settle()
    assert changes == [("selection",), ("current",)]
    changes.clear()
    reader.view.query.terms.text_added.emit("bird", 1.0, False)
    reader.settle()
    assert changes == [("query",)]


def test_closing_leaves_nothing_behind(sit_down: Callable[[], Person], reviews: Path, qapp: QApplication) -> None:
    before = {thread for thread in threading.enumerate() if thread.is_alive()}
    person = sit_down()
    person.app.open((reviews,))
    person.wait(lambda: person.core.facts is not None, "the project")
    person.leave()
    gc.collect()
    qapp.processEvents()
    left = {t.name for t in threading.enumerate() if t.is_alive() and t not in before}
    assert left == set()
    assert [w for w in qapp.topLevelWidgets() if w.isVisible()] == []
    assert not reviews.with_name(reviews.name + "-wal").exists()


def test_texts_open_with_their_table_and_pictures_with_their_gallery(person: Person, tmp_path: Path) -> None:
    texts = tmp_path / "texts.csv"
    texts.write_text("body\nA slow delivery.\nA quick answer.\n", encoding="utf-8")
    docks = person.window.docks.by_name
    person.controller.open_sample("emoji", tmp_path)
    person.wait(lambda: not docks["gallery"].visibleRegion().isEmpty(), "the gallery in front")
    person.settle()
    person.controller.projects.open(tmp_path / "texts.embx", then=lambda: sources_of([texts]), new=True)
    person.wait(lambda: not docks["table"].visibleRegion().isEmpty(), "the table in front")
