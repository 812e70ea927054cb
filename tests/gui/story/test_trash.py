"""The trash, in the window: everything can come back, until a person says twice that it may not."""

import numpy as np
import pytest
from person import Person
from PySide6.QtWidgets import QMessageBox


def question(person: Person) -> QMessageBox:
    """What the menu's “Empty the trash…” asks."""
    person.window.commands.actions["edit.empty_trash"].trigger()
    person.wait(lambda: person.window.findChildren(QMessageBox), "the question")
    return person.window.findChildren(QMessageBox)[0]


def answer(person: Person, words: str) -> None:
    box = question(person)
    assert "2 items" in box.text() and "cannot be undone" in box.informativeText()
    assert box.defaultButton().text() == "Keep them"
    next(button for button in box.buttons() if button.text() == words).click()
    person.wait(lambda: not person.window.findChildren(QMessageBox), "the question to go")
    person.settle()


@pytest.fixture
def thrown(reader: Person) -> Person:
    """Two reviews lie in the trash."""
    reader.controller.selecting.select(np.array([0, 1]))
    reader.settle()
    reader.window.commands.actions["edit.trash"].trigger()
    reader.settle()
    return reader


def test_everything_comes_back_from_the_trash(thrown: Person) -> None:
    there = len(thrown.facts)
    answer(thrown, "Keep them")
    thrown.window.commands.actions["edit.restore"].trigger()
    thrown.settle()
    assert len(thrown.facts) == there + 2


def test_what_is_deleted_for_good_does_not_come_back(thrown: Person) -> None:
    there = len(thrown.facts)
    answer(thrown, "Delete for good")
    assert any("2 items deleted for good" in words for words in thrown.said())
    thrown.window.commands.actions["edit.restore"].trigger()
    thrown.settle()
    assert len(thrown.facts) == there
    assert any("The trash is empty." in words for words in thrown.said())
