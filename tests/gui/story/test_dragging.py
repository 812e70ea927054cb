"""Dragging: items onto the query bar, pictures onto it, files onto the rest of the window."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from person import LEFT, NO_KEY, Person
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QListView, QTableView, QWidget
from reviews import write_reviews

from embexplorer.gui import rowdrag
from embexplorer.gui.rowdrag import rows_in
from embexplorer.operations.selftest import sample_folder


@pytest.fixture
def carried(monkeypatch: pytest.MonkeyPatch) -> list[QMimeData]:
    """What is dragged, without the system's own loop that waits for a real mouse."""
    found: list[QMimeData] = []
    monkeypatch.setattr(rowdrag, "run_drag", lambda _source, data, _words: found.append(data))
    return found


def pull(person: Person, widget: QWidget, at: QPoint) -> None:
    """Press on something and move away with it."""
    QTest.mousePress(widget, LEFT, NO_KEY, at)
    for step in (4, 12, 30):
        QTest.mouseMove(widget, at + QPoint(step, 0))
        person.breathe()
    QTest.mouseRelease(widget, LEFT, NO_KEY, at + QPoint(30, 0))
    person.breathe()


def let_go(person: Person, data: QMimeData, share: float, keys: Qt.KeyboardModifier = NO_KEY) -> None:
    bar = person.view.query
    assert person.drop_data(data, bar, QPoint(round(bar.width() * share), bar.height() // 2), keys)
    person.settle()


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def signs(person: Person) -> list[float]:
    return [term.weight for term in person.core.state.query.terms]


def test_a_row_of_the_table_goes_where_it_is_let_go(reader: Person, carried: list[QMimeData]) -> None:
    view = reader.view.table.findChild(QTableView)
    pull(reader, view.viewport(), QPoint(30, view.rowHeight(0) * 2 + 5))
    row = int(reader.core.resolved.table.order[2])
    assert list(rows_in(carried[0])) == [row]
    let_go(reader, carried[0], 0.2)
    let_go(reader, carried[0], 0.5)
    let_go(reader, carried[0], 0.2, Qt.KeyboardModifier.AltModifier)
    let_go(reader, carried[0], 0.9)
    assert signs(reader) == [1.0, -1.0, -1.0, 1.0]
    assert [term.aside for term in reader.core.state.query.terms] == [False, False, False, True]
    assert reader.core.state.query.terms[0].ids == (int(reader.facts.ids[row]),)


def test_a_result_carries_the_selection_that_it_is_part_of(reader: Person, carried: list[QMimeData]) -> None:
    reader.controller.searching.add_text("a small bird")
    reader.settle()
    reader.controller.selecting.select(reader.controller.answering.hit_rows()[:5])
    reader.settle()
    results = reader.view.results.findChild(QListView)
    pull(reader, results.viewport(), results.visualRect(results.model().index(1, 0)).center())
    assert sorted(rows_in(carried[0])) == sorted(reader.controller.answering.hit_rows()[:5])
    pull(reader, results.viewport(), results.visualRect(results.model().index(5, 0)).center())
    assert list(rows_in(carried[1])) == [reader.controller.answering.hit_rows()[5]]
    assert reader.selected() == 5, "dragging is not clicking"
    let_go(reader, carried[0], 0.5)
    assert signs(reader) == [1.0, -1.0]


def test_the_places_to_let_go_show_while_items_are_dragged(reader: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    drop, seen = reader.view.query.drop, []

    def look(_source: QWidget, data: QMimeData, words: str) -> None:
        seen.append(([zone.isVisible() for zone in drop.zones.values()], words))
        let_go(reader, data, 0.5)

    monkeypatch.setattr(rowdrag, "run_drag", look)
    view = reader.view.table.findChild(QTableView)
    pull(reader, view.viewport(), QPoint(30, 5))
    assert seen == [([True, True, True], "1 item")]
    assert not any(zone.isVisible() for zone in drop.zones.values())
    assert signs(reader) == [-1.0]


def test_pictures_in_the_gallery_and_a_picture_file(person: Person, tmp_path: Path, carried: list[QMimeData]) -> None:
    folder = tmp_path / "faces"
    source = next(iter(sorted(path for path in sample_folder("emoji").iterdir() if path.is_dir())))
    shutil.copytree(source, folder)
    person.drop([folder], person.view.map)  # the first page is over it, but the window takes it
    person.accept_import()
    person.wait(lambda: person.core.facts is not None and bool(person.facts.maps), "the map")
    person.settle()
    person.window.docks.reveal("gallery")
    gallery = person.view.gallery
    person.wait(gallery.isVisible, "the gallery")
    uri = person.facts.frame["@uri"][1]
    person.wait(lambda: person.view.pictures.get(uri) is not None, "a small picture")
    cell = gallery._cell(1).center()
    person.click(gallery.viewport(), cell)
    person.settle()
    assert person.selected() == 1
    pull(person, gallery.viewport(), cell)
    let_go(person, carried[0], 0.1)
    picture = next(iter(sorted(folder.rglob("*.png"))))
    let_go(person, files(picture), 0.1)
    assert signs(person) == [1.0, 1.0]
    assert person.controller.answering.results.rows
    assert np.isfinite([row.score for row in person.controller.answering.results.rows]).all()
    person.window.trigger("project.embed")
    box = person.part(QComboBox, "Model")
    assert [box.itemText(at) for at in range(box.count())] == ["EfficientNet-Lite0"], "no text model for pictures"
    person.press(Qt.Key.Key_Escape)


def test_a_table_on_the_query_bar_or_the_map_is_added(reader: Person, tmp_path: Path) -> None:
    source = write_reviews(tmp_path / "more.csv", 20)
    reader.drop([source], reader.view.query)
    reader.accept_import()
    reader.wait(lambda: len(reader.facts) == 420, "the new items")
    reader.settle()
    assert signs(reader) == []
    assert reader.facts.spaces[0].count == 420


def hold_and_pull(person: Person, at: QPoint, wait_ms: int) -> None:
    """Press on a place of the map, wait, and move away."""
    canvas = person.view.map.view
    QTest.mousePress(canvas, LEFT, NO_KEY, at)
    person.breathe(wait_ms / 1000)
    for step in (3, 12, 30):
        QTest.mouseMove(canvas, at + QPoint(step, 0))
        person.breathe()
    QTest.mouseRelease(canvas, LEFT, NO_KEY, at + QPoint(30, 0))
    person.breathe()


def test_points_that_are_held_come_off_the_map(reader: Person, carried: list[QMimeData]) -> None:
    canvas, row = reader.view.map.view, reader.alone()
    before = canvas.camera.state()
    hold_and_pull(reader, reader.place_of(row), 450)
    assert [list(rows_in(data)) for data in carried] == [[row]]
    assert canvas.camera.state() == before, "the map stays"
    reader.hover(canvas, QPoint(200, 200))
    assert canvas.camera.state() == before, "and does not stick to the pointer"
    let_go(reader, carried[0], 0.9)
    assert [term.aside for term in reader.core.state.query.terms] == [True]
    others = np.unique(np.append(np.arange(0, 400, 50), row))
    reader.controller.selecting.select(others)
    reader.settle()
    hold_and_pull(reader, reader.place_of(row), 450)
    assert list(rows_in(carried[1])) == list(others)
    hold_and_pull(reader, reader.place_of(row), 0)
    assert len(carried) == 2
    assert canvas.camera.state() != before, "a quick drag moves the map"
