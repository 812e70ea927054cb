"""The page of the spaces, in the window: looked at, measured, kept smaller, taken back, and given back for good."""

import numpy as np
from person import Person
from PySide6.QtWidgets import QLabel

from embexplorer.gui.spacesheet import SpacePart, SpaceSheet
from embexplorer.operations.ownsearches import FEWEST
from embexplorer.store.project import ProjectStore


def page(person: Person) -> SpaceSheet:
    person.window.commands.actions["project.spaces"].trigger()
    sheet = person.window.findChildren(SpaceSheet)[0]
    person.settle()
    assert sheet.isVisible()
    return sheet


def part(sheet: SpaceSheet) -> SpacePart:
    return sheet.parts["minilm-static"]


def words(sheet: SpaceSheet) -> str:
    return "\n".join(label.text() for label in sheet.findChildren(QLabel) if label.isVisibleTo(sheet))


def store_of(person: Person) -> ProjectStore:
    assert person.core.session is not None
    return person.core.session.store


def test_a_space_is_measured_kept_smaller_and_taken_back(reader: Person) -> None:
    store = store_of(reader)
    before = np.array(store.spaces.vectors(1).matrix)
    sheet = page(reader)
    assert "Measure to see" in words(sheet)
    assert "finds" not in words(sheet)
    reader.click(part(sheet).measure)
    assert part(sheet).progress.isVisible()
    assert not part(sheet).measure.isEnabled()
    reader.settle()
    assert not part(sheet).progress.isVisible()
    assert "finds the same" in words(sheet)
    assert "400 vectors" in words(sheet)
    assert set(part(sheet).keeps) >= {"float16", "int8", "binary"}
    reader.click(part(sheet).keeps["float16"])
    reader.settle()
    assert store.spaces.get(1).kept == "float16"
    assert "“minilm-static” is kept as float16" in reader.said()[-1]
    assert part(sheet).keeps["float32"].text() == "Go back"
    assert sheet.compact.isVisible()
    sheet.dismiss()
    reader.window.commands.actions["edit.undo"].trigger()
    reader.settle()
    assert store.spaces.get(1).kept == "float32"
    np.testing.assert_array_equal(store.spaces.vectors(1).matrix, before)


def test_the_room_is_given_back_and_then_nothing_is_to_undo(reader: Person) -> None:
    sheet = page(reader)
    reader.click(part(sheet).keeps["int8"])
    reader.settle()
    reader.click(sheet.compact)
    reader.settle()
    assert not sheet.isVisible()
    assert "smaller" in reader.said()[-1]
    assert not reader.window.commands.actions["edit.undo"].isEnabled()
    sheet = page(reader)
    assert "float32" not in part(sheet).keeps
    assert "gone since the file was compacted" in words(sheet)
    assert not sheet.compact.isVisible()


def test_searches_of_before_are_what_is_measured_with(reader: Person) -> None:
    for number in range(FEWEST):
        reader.controller.searching.clear()
        reader.controller.searching.add_text(f"the delivery took {number} weeks")
        reader.settle()
    sheet = page(reader)
    reader.click(part(sheet).measure)
    reader.settle()
    assert f"Measured here with {FEWEST} searches" in words(sheet)


def test_a_project_without_vectors_says_what_to_do(person: Person, tmp_path) -> None:
    with ProjectStore.create(tmp_path / "empty.embx"):
        pass
    person.app.open((tmp_path / "empty.embx",))
    person.settle()
    sheet = page(person)
    assert "Nothing is embedded yet" in words(sheet)
    person.window.commands.actions["file.close"].trigger()
    person.settle()
    assert not sheet.isVisible()


def test_a_project_that_can_only_be_read_is_measured_and_not_changed(person: Person, reviews) -> None:
    with ProjectStore.open(reviews):
        person.app.open((reviews,))
        person.wait(lambda: person.core.resolved is not None, "the project")
        person.settle()
        sheet = page(person)
        assert "already open" in words(sheet)
        assert not any(control.isEnabled() for control in part(sheet).keeps.values())
        reader = part(sheet).measure
        person.click(reader)
        person.settle()
        assert "finds" in words(sheet)
