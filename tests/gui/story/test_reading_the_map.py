"""A person reads the map: the card, the lines to true neighbours, the overview, and how far it is enlarged."""

import numpy as np
from person import Person
from PySide6.QtCore import QPoint, QPointF, Qt


def test_hovering_shows_the_card_and_the_true_neighbours(reader: Person) -> None:
    canvas, row = reader.view.map.view, reader.alone()
    reader.hover(canvas, QPoint(3, canvas.height() - 3))
    reader.hover(canvas, reader.place_of(row))
    reader.wait(lambda: canvas.card.is_shown, "the card")
    assert canvas.card.card is not None and canvas.card.card.row == row
    reader.wait(lambda: canvas.lines.row == row, "the lines")
    assert len(canvas.lines.rows) == 10
    assert row not in canvas.lines.rows
    canvas.setFocus()
    reader.press(Qt.Key.Key_N)
    assert not canvas.lines.is_on
    reader.press(Qt.Key.Key_N)
    assert canvas.lines.is_on


def test_zooming_shows_where_one_is(reader: Person) -> None:
    canvas = reader.view.map.view
    assert canvas.minimap.isHidden()
    reader.turn_wheel(canvas, canvas.rect().center(), 8)
    reader.wait(lambda: canvas.note.text.endswith(f"of {len(reader.facts)} in view"), "the note")
    assert canvas.minimap.isVisible()
    before = canvas.view
    reader.click(canvas.minimap, QPoint(20, 20))
    assert canvas.view.scale == before.scale
    assert (canvas.view.cx, canvas.view.cy) != (before.cx, before.cy)
    canvas.setFocus()
    reader.press(Qt.Key.Key_O)
    assert canvas.minimap.isHidden()
    reader.press(Qt.Key.Key_O)
    assert canvas.minimap.isVisible()
    reader.press(Qt.Key.Key_F)
    assert canvas.minimap.isHidden() and canvas.note.text == ""


def test_growing_the_selection_by_a_key(reader: Person) -> None:
    canvas, row = reader.view.map.view, reader.alone()
    reader.click(canvas, reader.place_of(row))
    assert reader.selected() == 1
    canvas.setFocus()
    reader.press(Qt.Key.Key_G)
    reader.wait(lambda: reader.selected() > 5, "the neighbours")
    assert reader.core.state.selection.mask[row]
    assert set(canvas.lines.rows.tolist()) <= set(np.flatnonzero(reader.core.state.selection.mask).tolist())


def test_the_item_of_the_table_is_found_on_the_map(reader: Person) -> None:
    canvas, row = reader.view.map.view, reader.alone()
    reader.controller.selecting.show_item(row)
    reader.wait(lambda: reader.window.commands.flags["item"], "the item")
    canvas.setFocus()
    reader.press(Qt.Key.Key_W)
    middle = QPointF((canvas.covered()[0] + canvas.width() - canvas.covered()[1]) / 2, canvas.height() / 2)
    reader.wait(lambda: (canvas.place_of(row) - middle).manhattanLength() < 2, "the item in the middle")
    assert canvas.view.scale > 3 * canvas.camera.fit_scale
