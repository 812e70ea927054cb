"""A person draws the line between what is related and the rest, reads on to the end, and orders what was found."""

import numpy as np
from person import Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QListView, QPushButton

from embexplorer.gui.scoreline import ScoreLine


def ask(reader: Person, text: str) -> QListView:
    reader.view.query.focus_text()
    reader.write(text)
    reader.press(Qt.Key.Key_Return)
    reader.settle()
    return reader.view.results.findChild(QListView)


def found(reader: Person) -> str:
    return reader.view.results.findChild(QLabel, "found").text()


def rings(reader: Person) -> list[int]:
    return sorted(reader.view.map.view.hits.rows.tolist())


def test_the_line_is_drawn_by_mouse_and_keys_and_map_and_selection_follow(reader: Person) -> None:
    ask(reader, "a small bird that sings")
    answering, line = reader.controller.answering, reader.view.results.findChild(ScoreLine)
    proposed = answering.results.above
    assert proposed
    assert found(reader) == f"{proposed} likely related"
    assert rings(reader) == sorted(answering.hit_rows())
    low, high, middle = 2, line.width() - 2, line.height() // 2
    reader.drag(line, [QPoint(high // 2, middle), QPoint(high // 3, middle), QPoint(low, middle)])
    reader.settle()
    assert answering.results.above == 400 == len(rings(reader))
    link = next(each for each in reader.view.results.findChildren(QPushButton) if each.text() == "Select all 400")
    reader.click(link)
    reader.settle()
    assert reader.selected() == 400
    reader.drag(line, [QPoint(low, middle), QPoint(high, middle)])
    reader.settle()
    assert found(reader) == "Nothing likely related"
    assert rings(reader) == []
    line.setFocus()
    reader.press(Qt.Key.Key_Escape)
    reader.settle()
    assert answering.results.above == proposed


def test_one_reads_on_to_the_last_of_all(reader: Person) -> None:
    results = ask(reader, "money")
    for _ in range(60):
        if results.model().rowCount() == 400:
            break
        results.setFocus()
        reader.press(Qt.Key.Key_End)
        reader.settle()
        reader.breathe(0.05)
    rows = [row.row for row in reader.controller.answering.results.rows]
    assert sorted(rows) == list(range(400))
    scores = np.array([row.score for row in reader.controller.answering.results.rows])
    assert (np.diff(scores) <= 1e-6).all()


def test_what_is_related_is_put_in_the_order_of_a_column(reader: Person) -> None:
    results = ask(reader, "a small bird that sings")
    menu = reader.view.results.head._menu
    next(action for action in menu.actions() if action.text() == "title").trigger()
    reader.settle()
    view = reader.controller.answering.results
    titles = [row.title for row in view.rows[: view.above]]
    assert len(titles) > 1
    assert titles == sorted(titles, reverse=True)
    assert results.model().rowCount() == 50
    next(action for action in menu.actions() if action.text() == "A to Z").trigger()
    reader.settle()
    view = reader.controller.answering.results
    assert [row.title for row in view.rows[: view.above]] == titles[::-1]
