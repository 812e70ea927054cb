"""The story of the first day, told by one person at the real window: drop, look, filter, search, tag, export."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from person import SHIFT, Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QListView, QTableView, QWidget
from reviews import write_reviews

from embexplorer.gui.chips import ChipButton
from embexplorer.gui.facetbar import Bar
from embexplorer.gui.histogram import Histogram
from embexplorer.gui.map.view import MapView
from embexplorer.gui.querylines import SearchLine

CTRL = Qt.KeyboardModifier.ControlModifier


def canvas(person: Person) -> MapView:
    return person.view.map.view


def ask(person: Person, text: str) -> None:
    line = person.part(SearchLine, "Search text")
    person.click(line)
    person.write(text)
    person.press(Qt.Key.Key_Return)
    person.settle()


def test_a_table_dropped_on_the_welcome_page_becomes_a_map(person: Person, tmp_path: Path) -> None:
    frames: list[np.ndarray] = []
    source = write_reviews(tmp_path / "reviews.csv")
    person.drop([source])
    person.accept_import()
    person.wait(lambda: person.core.facts is not None and len(person.facts) == 400, "the items")
    if not np.isfinite(canvas(person).xy).any():
        assert "The map appears" in canvas(person).words.text
    person.wait(lambda: frames.append(canvas(person).xy.copy()) or bool(person.facts.maps), "the map")
    person.settle()
    assert (tmp_path / "reviews.embx").exists()
    assert len({frame.tobytes() for frame in frames if np.isfinite(frame).any()}) > 1, "the map did not move"
    assert np.isfinite(canvas(person).xy).all()
    assert "400 items" in person.status()
    assert {"kind", "stars", "published"} <= {facet.name for facet in person.core.resolved.facets}
    assert sum(bar._bar.count for bar in person.view.facets.findChildren(Bar) if bar.isVisible()) >= 400
    table = person.view.table.findChild(QTableView)
    assert table.model().rowCount() == 400
    assert table.model().index(0, 0).data() == person.facts.frame["@title"][0]


def test_a_point_shows_its_card_and_its_item(reader: Person) -> None:
    row = reader.alone()
    title = reader.facts.frame["@title"][row]
    reader.hover(canvas(reader), reader.place_of(row))
    assert canvas(reader).card.card.title == title
    assert reader.view.table._model.hovered == row
    reader.click(canvas(reader), reader.place_of(row))
    reader.settle()
    shown = reader.view.item
    assert reader.view.window.docks.by_name["item"].visibleRegion().isEmpty() is False
    assert any(title in part.text() for part in shown.findChildren(type(reader.window.status.parts["items"])))
    assert len(shown.findChildren(QListView)) >= 1
    assert reader.core.state.current == row
    assert "1 selected" in reader.status()


def test_messages_float_over_the_map(reader: Person) -> None:
    size = canvas(reader).size()
    reader.controller.selecting.pick(3)
    reader.settle()
    reader.controller.editing.tag("seen")
    reader.settle()
    assert reader.window.messages.isVisible()
    assert canvas(reader).size() == size, "the map jumped when a message came"
    words = reader.window.messages._text
    assert words.fontMetrics().horizontalAdvance(words.text()) <= words.width()


def test_the_legend_and_the_facets(reader: Person) -> None:
    combo = reader.part(QComboBox, "Colour by", canvas(reader))
    before = canvas(reader).scale
    combo.setCurrentIndex(combo.findText("stars"))
    combo.activated.emit(combo.currentIndex())
    reader.settle()
    assert reader.core.state.colour_by == "stars"
    assert canvas(reader).scale is not before
    histogram = reader.part(Histogram, "Histogram of published")
    left = QPoint(histogram.width() // 4, 20)
    reader.drag(histogram, [left, left + QPoint(20, 0), QPoint(histogram.width() - 4, 20)])
    reader.settle()
    assert "published" in reader.core.state.filter_text
    between = int(reader.core.resolved.mask.sum())
    assert 0 < between < 400
    bar = next(bar for bar in reader.view.facets.findChildren(Bar) if bar._bar.value == "noun")
    reader.click(bar)
    reader.settle()
    assert 0 < int(reader.core.resolved.mask.sum()) < between
    assert f"{int(reader.core.resolved.mask.sum()):,} shown" in reader.status()
    assert reader.view.table.findChild(QTableView).model().rowCount() == int(reader.core.resolved.mask.sum())


def test_words_find_items_and_keys_ask_for_more_like_them(reader: Person) -> None:
    ask(reader, "a small bird that sings")
    found = reader.controller.answering.results.rows
    assert found
    related = [hit.row for hit in found][: reader.controller.answering.results.above]
    assert related
    assert list(canvas(reader).hits.rows) == related
    results = reader.view.results.findChild(QListView)
    assert results.isVisible()
    reader.click(results.viewport(), results.visualRect(results.model().index(0, 0)).center())
    reader.settle()
    assert reader.selected() == 1
    results.setFocus()
    reader.press(Qt.Key.Key_M)
    reader.settle()
    reader.press(Qt.Key.Key_M, SHIFT)
    reader.settle()
    chips = [chip for chip in reader.view.query.findChildren(ChipButton) if not chip.isHidden()]
    assert len(chips) == 3
    assert [term.weight for term in reader.core.state.query.terms] == [1.0, 1.0, -1.0]


def lasso_everything(person: Person) -> None:
    """Shift and a drag around the middle of the map."""
    w, h = canvas(person).width(), canvas(person).height()
    corners = [(70, 20), (w - 240, 20), (w - 240, h - 10), (70, h - 10), (70, 30)]
    person.drag(canvas(person), [QPoint(*corner) for corner in corners], SHIFT)
    person.settle()


def type_tag(person: Person, tag: str) -> None:
    canvas(person).setFocus()
    person.press(Qt.Key.Key_T)
    person.write(tag)
    person.press(Qt.Key.Key_Return)
    person.settle()


def tagged(person: Person, tag: str) -> int:
    return person.facts.tags.get(tag, 0)


def test_tagging_undoing_and_exporting(reader: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lasso_everything(reader)
    chosen = reader.selected()
    assert 0 < chosen <= 400
    assert f"{chosen:,} selected" in reader.status()
    type_tag(reader, "to read")
    assert tagged(reader, "to read") == chosen
    reader.view.tags_panel.key_chosen.emit("to read", "1")
    reader.settle()
    canvas(reader).setFocus()
    reader.press(Qt.Key.Key_1)
    reader.settle()
    assert tagged(reader, "to read") == 0
    undo = reader.window.commands.actions["edit.undo"]
    assert undo.text() != "Undo"
    for _ in range(2):
        reader.press(Qt.Key.Key_Z, CTRL)
        reader.settle()
    assert tagged(reader, "to read") == chosen
    reader.press(Qt.Key.Key_Z, CTRL | SHIFT)
    reader.press(Qt.Key.Key_Z, CTRL | SHIFT)
    reader.settle()
    assert tagged(reader, "to read") == 0
    out = tmp_path / "chosen v1.2 things"
    kinds = "Comma-separated values (*.csv)"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(out), kinds))
    reader.press(Qt.Key.Key_E, CTRL)
    reader.settle()
    with (tmp_path / "chosen v1.2 things.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == chosen
    frame = reader.facts.frame
    expected = {frame["@title"][int(row)] for row in reader.core.state.selection.rows()}
    assert {row["title"] for row in rows} == expected


def test_esc_f1_f6_and_the_palette(reader: Person) -> None:
    row = reader.alone()
    reader.click(canvas(reader), reader.place_of(row))
    reader.settle()
    assert reader.selected() == 1
    reader.press(Qt.Key.Key_Escape)
    reader.settle()
    assert reader.selected() == 0
    reader.press(Qt.Key.Key_F1)
    assert reader.window.cheat_sheet.isVisible()
    reader.press(Qt.Key.Key_Escape)
    assert not reader.window.cheat_sheet.isVisible()
    reader.press(Qt.Key.Key_K, CTRL)
    reader.write("colour by stars")
    reader.press(Qt.Key.Key_Return)
    reader.settle()
    assert reader.core.state.colour_by == "stars"
    seen: list[QWidget] = []
    for _ in range(6):
        reader.press(Qt.Key.Key_F6)
        seen.append(reader.window.focusWidget())
    assert len(set(map(id, seen))) >= 4


def test_the_wheel_looks_closer_and_f_shows_all_again(reader: Person) -> None:
    before = canvas(reader).view
    reader.turn_wheel(canvas(reader), QPoint(300, 200), 3)
    closer = canvas(reader).view
    assert closer.scale > before.scale
    canvas(reader).setFocus()
    reader.press(Qt.Key.Key_F)
    reader.breathe(0.3)
    assert canvas(reader).view.scale == pytest.approx(before.scale, rel=0.01)


def test_the_item_menu_asks_for_more_like_this(reader: Person, choose_in_menu: Callable[[str], None]) -> None:
    row = reader.alone()
    choose_in_menu("More like this")
    reader.view.map.menu_requested.emit(row, canvas(reader).mapToGlobal(reader.place_of(row)))
    reader.settle()
    assert [term.ids for term in reader.core.state.query.terms] == [(int(reader.facts.ids[row]),)]
