"""The density of the map, seen by a person at the real window."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from person import Person
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from embexplorer.gui.map.view import MapView
from embexplorer.raster.view import View


def canvas(person: Person) -> MapView:
    return person.view.map.view


def surveyed(person: Person) -> View | None:
    """The view that the contours on the map were made for."""
    sheet = canvas(person).density._sheet
    return sheet.place.view if sheet is not None else None


def at_rest(person: Person) -> None:
    person.wait(lambda: surveyed(person) == canvas(person).view, "the contours")
    person.breathe(0.1)


def ink(person: Person) -> np.ndarray:
    image = canvas(person).grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.width(), 4)[..., :3].astype(int)


def test_contours_are_switched_on_and_off_by_a_key_and_the_menu_says_so(reader: Person) -> None:
    reader.breathe(0.3)
    without = ink(reader)
    canvas(reader).setFocus()
    reader.press(Qt.Key.Key_D)
    at_rest(reader)
    assert (ink(reader) != without).any(axis=2).mean() > 0.02
    assert reader.window.commands.actions["view.density"].isChecked()
    reader.press(Qt.Key.Key_D)
    reader.breathe(0.1)
    assert surveyed(reader) is None and not reader.window.commands.actions["view.density"].isChecked()
    np.testing.assert_array_equal(ink(reader), without)


def test_contours_follow_the_view_and_what_is_shown(reader: Person) -> None:
    canvas(reader).setFocus()
    reader.press(Qt.Key.Key_D)
    at_rest(reader)
    reader.turn_wheel(canvas(reader), reader.place_of(0), 3)
    at_rest(reader)
    first = canvas(reader).density._sheet
    kind = reader.facts.frame["kind"].cast(str).to_list()[0]
    reader.controller.searching.set_values("kind", (kind,))
    reader.settle()
    reader.wait(lambda: canvas(reader).density._sheet is not first, "other contours")
    assert (canvas(reader).density._sheet.pixels != first.pixels).any()


def test_contours_are_there_again_the_next_morning(
    reader: Person, sit_down: Callable[[], Person], reviews: Path
) -> None:
    canvas(reader).setFocus()
    reader.press(Qt.Key.Key_D)
    at_rest(reader)
    reader.leave()
    tomorrow = sit_down()
    tomorrow.app.open((reviews,))
    tomorrow.wait(lambda: tomorrow.core.resolved is not None, "the project")
    at_rest(tomorrow)
