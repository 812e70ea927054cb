"""The words on the map, seen by a person at the real window."""

from dataclasses import replace

import numpy as np
from person import SHIFT, Person
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from embexplorer.gui.map.view import MapView


def canvas(person: Person) -> MapView:
    return person.view.map.view


def words(person: Person) -> list[str]:
    """What is written, after the next frame."""
    canvas(person).grab()
    return canvas(person).labels.words


def label_by(person: Person, column: str) -> None:
    person.core.change(look=replace(person.core.state.look, label_by=column))
    person.settle()


def ink(person: Person) -> np.ndarray:
    words(person)
    person.wait(lambda: not canvas(person).labels.is_unfinished, "all words to be drawn")
    image = canvas(person).grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def test_a_map_of_texts_is_named_by_itself_and_the_names_change_with_the_zoom(reader: Person) -> None:
    whole = words(reader)
    assert whole
    map_ = canvas(reader)
    reader.turn_wheel(map_, reader.place_of(0), 12)
    reader.wait(lambda: words(reader) and words(reader) != whole, "other words")
    titles = set(reader.facts.frame["@title"].to_list())
    assert any(word in titles for word in words(reader))  # single items, from near


def test_categories_are_written_on_the_map_and_a_filter_takes_them_off(reader: Person) -> None:
    label_by(reader, "kind")
    kinds = set(reader.facts.frame["kind"].cast(str).to_list())
    assert set(words(reader)) <= kinds and words(reader)
    kept = words(reader)[0]
    reader.controller.searching.set_values("kind", (kept,))
    reader.settle()
    assert set(words(reader)) == {kept}


def test_the_words_are_switched_off_and_on_by_a_key(reader: Person) -> None:
    label_by(reader, "kind")
    with_words = ink(reader)
    canvas(reader).setFocus()
    reader.press(Qt.Key.Key_L, SHIFT)
    reader.settle()
    assert words(reader) == []
    without = ink(reader)
    assert (with_words != without).any()
    reader.press(Qt.Key.Key_L, SHIFT)
    reader.settle()
    assert words(reader)
    np.testing.assert_array_equal(ink(reader), with_words)
