"""The legend at the real window: switch, isolate, select, drag a range, choose sizes and what is drawn, come again."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from person import SHIFT, Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton

from embexplorer.gui.choicebox import ChoiceBox
from embexplorer.gui.map.colourbar import ColourBar
from embexplorer.gui.map.legend import Legend
from embexplorer.gui.map.legendrow import LegendRow
from embexplorer.gui.map.sizekey import SizeKey
from embexplorer.raster.look import HIDDEN, NORMAL

ALT, LEFT = Qt.KeyboardModifier.AltModifier, Qt.MouseButton.LeftButton
ON_COLOUR, ON_NAME = QPoint(16, 12), QPoint(60, 12)
KINDS = {"noun": 228, "verb": 140, "adjective": 25, "adverb": 7}


@pytest.fixture
def legend(reader: Person) -> Legend:
    return reader.view.map.view.legend


def row(person: Person, name: str) -> LegendRow:
    return next(
        row for row in person.view.map.view.legend.findChildren(LegendRow) if row.text() == name and row.isVisible()
    )


def click(person: Person, name: str, at: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    person.click(row(person, name), at, keys)
    person.settle()


def hidden(person: Person) -> list[str]:
    """The kinds that are not on the map at all."""
    state = person.core.resolved.point_state
    kinds = person.facts.frame["kind"].to_numpy()
    return [kind for kind in KINDS if (state[kinds == kind] == HIDDEN).all()]


def can_be_picked(person: Person, kind: str) -> bool:
    """Whether the map finds any point of a kind under the pointer."""
    canvas = person.view.map.view
    rows = np.flatnonzero(person.facts.frame["kind"].to_numpy() == kind)
    size = (canvas.width(), canvas.height())
    found = (
        canvas.raster.pick(canvas.view, *size, *canvas.view.to_pixel(*canvas.xy[r].tolist(), *size), 1.0) for r in rows
    )
    return any(at in rows for at in found)


def test_the_colour_takes_off_the_map_and_brings_back(reader: Person, legend: Legend) -> None:
    assert can_be_picked(reader, "noun")
    click(reader, "noun", ON_COLOUR)
    assert hidden(reader) == ["noun"] and not can_be_picked(reader, "noun")
    assert not row(reader, "noun").isChecked() and row(reader, "noun").accessibleName() == "noun, 228"
    assert reader.status().startswith("400 items")
    click(reader, "adverb", ON_COLOUR)
    assert hidden(reader) == ["noun", "adverb"]
    click(reader, "noun", ON_COLOUR)
    assert hidden(reader) == ["adverb"] and can_be_picked(reader, "noun")
    reader.click(reader.part(QPushButton, "Show all", legend))
    reader.settle()
    assert hidden(reader) == []


def test_a_double_click_or_alt_leaves_only_one(reader: Person) -> None:
    others = ["noun", "adjective", "adverb"]
    noun = row(reader, "verb")
    reader.click(noun, ON_COLOUR)
    QTest.mouseDClick(noun, LEFT, pos=ON_COLOUR)
    reader.settle()
    assert hidden(reader) == others
    reader.click(noun, ON_COLOUR)
    QTest.mouseDClick(noun, LEFT, pos=ON_COLOUR)
    reader.settle()
    assert hidden(reader) == []
    click(reader, "verb", ON_COLOUR, ALT)
    assert hidden(reader) == others
    click(reader, "verb", ON_COLOUR, ALT)
    assert hidden(reader) == []


def test_names_select_and_join(reader: Person) -> None:
    click(reader, "noun", ON_NAME)
    assert reader.selected() == KINDS["noun"] and "228 selected" in reader.status()
    click(reader, "verb", ON_NAME, SHIFT)
    assert reader.selected() == KINDS["noun"] + KINDS["verb"]
    click(reader, "noun", ON_NAME, ALT)
    assert reader.selected() == KINDS["verb"]
    click(reader, "noun", ON_NAME, SHIFT | ALT)
    assert reader.selected() == 0
    assert hidden(reader) == []


def test_by_keys_alone(reader: Person, legend: Legend) -> None:
    row(reader, "noun").setFocus(Qt.FocusReason.TabFocusReason)
    reader.press(Qt.Key.Key_Down)
    assert row(reader, "verb").hasFocus()
    reader.press(Qt.Key.Key_Space)
    reader.settle()
    assert hidden(reader) == ["verb"] and row(reader, "verb").hasFocus()
    reader.press(Qt.Key.Key_Return)
    reader.settle()
    assert reader.selected() == KINDS["verb"]


def test_the_menu_of_a_category(reader: Person, choose_in_menu: Callable[[str], None]) -> None:
    choose_in_menu("Show only these")
    verb = row(reader, "verb")
    verb.menu_wanted.emit("verb", verb.mapToGlobal(ON_NAME))
    reader.settle()
    assert hidden(reader) == ["noun", "adjective", "adverb"]


def test_counts_follow_the_filter(reader: Person) -> None:
    reader.controller.searching.set_filter_text("stars >= 4")
    reader.settle()
    kinds, stars = reader.facts.frame["kind"].to_numpy(), reader.facts.frame["stars"].to_numpy()
    for kind, total in KINDS.items():
        shown = int(((kinds == kind) & (stars >= 4)).sum())
        assert row(reader, kind).accessibleName() == f"{kind}, {shown} of {total}"
    click(reader, "noun", ON_NAME)
    assert reader.selected() == int(((kinds == "noun") & (stars >= 4)).sum())


def test_a_range_of_numbers_by_mouse_and_keys(reader: Person, legend: Legend) -> None:
    box = reader.part(ChoiceBox, "Colour by", legend)
    box.value_chosen.emit("stars")
    reader.settle()
    bar, stars = legend.findChild(ColourBar), reader.facts.frame["stars"].to_numpy()
    places = [QPoint(round(bar._x(value)), 33) for value in (1, 2, 2.9)]
    reader.drag(bar, places)
    reader.settle()
    assert ((reader.core.resolved.point_state == NORMAL) == (stars >= 3)).all()
    bar.ends[1].setFocus(Qt.FocusReason.TabFocusReason)
    reader.press(Qt.Key.Key_Left)
    reader.settle()
    assert ((reader.core.resolved.point_state == NORMAL) == ((stars >= 3) & (stars <= 4))).all()
    assert bar.words() == ("3", "4")
    assert len(reader.core.resolved.table.order) == 400  # the table keeps all
    QTest.mouseDClick(bar, LEFT, pos=places[2])
    reader.settle()
    assert (reader.core.resolved.point_state == NORMAL).all()


def test_sizes_by_a_number_have_their_legend(reader: Person, legend: Legend) -> None:
    key = legend.findChild(SizeKey)
    assert key.isHidden()
    before = reader.view.map.view.grab().toImage()
    reader.part(ChoiceBox, "Size by", legend).value_chosen.emit("stars")
    reader.settle()
    assert key.isVisible() and key.accessibleName() == "Sizes by stars: 1, 3, 5"
    assert reader.view.map.view.grab().toImage() != before


def test_the_menu_of_what_is_drawn_and_the_keys_agree(reader: Person, legend: Legend) -> None:
    menu = reader.part(QToolButton, "On the map", legend).menu()
    words = [action.text() for action in menu.actions() if action.isVisible() and action.text()]
    assert words == ["Labels", "Density", "Thumbnails", "Overview", "Lines to neighbours"]
    density = menu.actions()[1]
    assert not density.isChecked()
    reader.view.map.view.setFocus()
    reader.press(Qt.Key.Key_D)
    reader.settle()
    assert density.isChecked() and reader.core.state.look.density
    menu.popup(legend.mapToGlobal(QPoint(0, 0)))
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(density).center())
    reader.settle()
    assert not density.isChecked() and not reader.core.state.look.density and menu.isVisible()
    menu.close()


def test_the_palette_sizes_and_labels(reader: Person) -> None:
    for words in ("Size by stars", "Label by kind"):
        reader.window.trigger("help.palette")
        reader.write(words)
        reader.press(Qt.Key.Key_Return)
        reader.settle()
    look = reader.core.state.look
    assert (look.size_by, look.label_by) == ("stars", "kind")


def test_it_is_all_there_the_next_morning(
    reader: Person, legend: Legend, reviews: Path, sit_down: Callable[[], Person]
) -> None:
    click(reader, "noun", ON_COLOUR)
    reader.part(ChoiceBox, "Size by", legend).value_chosen.emit("stars")
    reader.click(reader.part(QToolButton, "Fold the legend", legend))
    reader.settle()
    reader.leave()
    later = sit_down()
    later.app.open((reviews,))
    later.wait(lambda: later.core.resolved is not None, "the project")
    later.settle()
    assert hidden(later) == ["noun"]
    again = later.view.map.view.legend
    assert again.is_folded and not again.findChild(LegendRow).isVisible()
    later.click(later.part(QToolButton, "Unfold the legend", again))
    later.settle()
    assert not row(later, "noun").isChecked() and again.findChild(SizeKey).isVisible()


def test_on_a_narrow_map_the_legend_is_folded_until_it_is_wanted(reader: Person, legend: Legend) -> None:
    assert not legend.is_folded
    reader.window.resize(1024, 700)
    reader.wait(lambda: legend.is_folded, "the legend to make room")
    fold = next(b for b in legend.findChildren(QToolButton) if b.accessibleName() == "Unfold the legend")
    reader.click(fold)
    assert not legend.is_folded
    reader.window.resize(1040, 700)
    reader.breathe()
    assert not legend.is_folded, "what the user unfolded stays so"
    reader.window.resize(1440, 900)
    reader.wait(lambda: not legend.is_folded, "the legend to come back")
