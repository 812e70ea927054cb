"""The head of the results by mouse and keys: the line, the order, the end of the list, what is less likely related."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from embexplorer.app.scores import Order, ScoresView
from embexplorer.app.values import ResultRow, ResultsView
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.results import ResultsPanel
from embexplorer.gui.scoreline import ScoreLine
from embexplorer.gui.theme import theme

LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def rows_of(frame: pl.DataFrame, start: int, end: int) -> tuple[ResultRow, ...]:
    return tuple(
        ResultRow(row, row + 1, row + 1, 0.9 - row / 100, frame["@title"][row], frame["@text"][row], "text", "")
        for row in range(start, end)
    )


SCORES = ScoresView(np.linspace(-0.2, 0.8, 51), np.arange(50, 0, -1), 0.4, 0.4, 6)
ORDER = Order("", True, (("@title", "title"), ("stars", "stars")), False, 0.0)


@pytest.fixture
def panel(qtbot: QtBot, pictures: Pictures) -> ResultsPanel:
    panel = ResultsPanel(pictures)
    qtbot.addWidget(panel)
    panel.resize(300, 700)
    panel.show()
    QTest.qWaitForWindowExposed(panel)
    return panel


@pytest.fixture
def answer(panel: ResultsPanel, glosses: pl.DataFrame) -> ResultsView:
    view = ResultsView(rows_of(glosses, 0, 20), "from 2,000 items", asked=True, total=2_000, above=6)
    view = replace(view, scores=SCORES, order=ORDER, headline="6 likely related", is_whole=True)
    panel.set_selected(np.zeros(len(glosses), np.bool_))
    panel.set_results(view)
    QCoreApplication.processEvents()
    return view


@pytest.fixture
def cuts(panel: ResultsPanel) -> list[object]:
    found: list[object] = []
    panel.head.cut_chosen.connect(found.append)
    return found


def place(line: ScoreLine, score: float) -> QPoint:
    return QPoint(round(1 + (score + 0.2) * (line.width() - 2)), line.height() // 2)


def test_the_line_is_dragged_and_put_back(panel: ResultsPanel, answer: ResultsView, cuts: list[object]) -> None:
    line = panel.head.line
    QTest.mousePress(line, LEFT, PLAIN, place(line, 0.4))
    assert cuts == []  # taking hold of it moves nothing
    QTest.mouseMove(line, place(line, 0.6))
    assert cuts == [pytest.approx(0.6, abs=0.01)]
    panel.set_results(replace(answer, scores=replace(SCORES, line=0.5)))  # an older answer does not pull it away
    QTest.mouseMove(line, place(line, 0.61))
    QTest.mouseRelease(line, LEFT, PLAIN, place(line, 0.61))
    assert cuts[-1] == pytest.approx(0.61, abs=0.01)
    QTest.mouseDClick(line, LEFT, PLAIN, place(line, 0.1))
    assert cuts[-1] is None


def test_a_press_takes_the_line_there(panel: ResultsPanel, answer: ResultsView, cuts: list[object]) -> None:
    line = panel.head.line
    QTest.mouseClick(line, LEFT, PLAIN, place(line, 0.0))
    assert cuts == [pytest.approx(0.0, abs=0.01)]
    QTest.mouseMove(line, place(line, 0.5))
    assert len(cuts) == 1


def test_the_keys_move_it_by_steps_within_its_ends(
    panel: ResultsPanel, answer: ResultsView, cuts: list[object]
) -> None:
    line = panel.head.line
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Right)
    assert cuts[-1] == pytest.approx(0.41)
    QTest.keyClick(line, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert cuts[-1] == pytest.approx(0.408)
    for _ in range(80):
        QTest.keyClick(line, Qt.Key.Key_Right)
    assert cuts[-1] == pytest.approx(0.8)
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert cuts[-1] is None


def test_it_is_told_to_those_who_cannot_see_it(panel: ResultsPanel, answer: ResultsView) -> None:
    assert panel.head.line.accessibleName() == "Relevance line"
    assert "6 items score more than 0.40, as proposed" in panel.head.line.accessibleDescription()
    panel.set_results(replace(answer, scores=replace(SCORES, line=0.5, above=1_200)))
    assert "1,200 items score more than 0.50, proposed 0.40" in panel.head.line.accessibleDescription()


@pytest.mark.parametrize("name", ["light", "dark"])
def test_what_is_above_has_the_colour(panel: ResultsPanel, answer: ResultsView, name: str) -> None:
    theme().choose(name)
    line = panel.head.line
    shot = line.grab().toImage()
    accent, grey = QColor(theme().tokens.accent), QColor(theme().tokens.control)
    assert count_of(shot, accent, 0, place(line, 0.38).x()) == 0
    assert count_of(shot, accent, place(line, 0.42).x(), line.width()) > 50
    assert count_of(shot, grey, place(line, 0.42).x(), line.width()) == 0
    theme().choose("light")


def count_of(shot: QImage, colour: QColor, left: int, right: int) -> int:
    return sum(shot.pixelColor(x, y) == colour for x in range(left, right) for y in range(10, shot.height() - 20))


def test_the_divider_stands_after_what_is_related_and_the_rest_is_dimmed(
    panel: ResultsPanel, answer: ResultsView
) -> None:
    view = panel.findChild(QListView)
    view.scrollTo(view.model().index(10, 0))

    def picture(row: int) -> QImage:
        return view.viewport().grab(view.visualRect(view.model().index(row, 0))).toImage()

    with_line = [picture(row) for row in (4, 5, 6, 8)]
    panel.set_results(replace(answer, above=None, scores=None))
    without = [picture(row) for row in (4, 5, 6, 8)]
    assert [one != other for one, other in zip(with_line, without, strict=True)] == [False, True, True, True]


def test_more_is_asked_for_once_before_the_end(
    panel: ResultsPanel, answer: ResultsView, glosses: pl.DataFrame, qtbot: QtBot
) -> None:
    wanted: list[bool] = []
    panel.more_wanted.connect(lambda: wanted.append(True))
    view = panel.findChild(QListView)
    QTest.qWait(20)
    assert not wanted
    view.scrollToBottom()
    qtbot.waitUntil(lambda: bool(wanted))
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() - 3)
    QTest.qWait(20)
    assert len(wanted) == 1
    at = view.verticalScrollBar().value()
    panel.set_results(replace(answer, rows=rows_of(glosses, 0, 60)))
    QTest.qWait(20)
    assert view.model().rowCount() == 60
    assert view.verticalScrollBar().value() == at
    assert len(wanted) == 1
    panel.set_results(replace(answer, rows=rows_of(glosses, 0, 60), total=60))
    view.scrollToBottom()
    QTest.qWait(20)
    assert len(wanted) == 1


def test_a_page_that_does_not_fill_the_window_is_followed_by_the_next(
    panel: ResultsPanel, answer: ResultsView, glosses: pl.DataFrame, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.more_wanted):
        panel.set_results(replace(answer, rows=rows_of(glosses, 40, 43)))


def test_the_list_stays_where_it_is_when_a_row_changes(
    panel: ResultsPanel, answer: ResultsView, glosses: pl.DataFrame
) -> None:
    view = panel.findChild(QListView)
    view.verticalScrollBar().setValue(300)
    rows = (*answer.rows[:3], replace(answer.rows[3], tags=("seen",)), *answer.rows[4:])
    panel.set_results(replace(answer, rows=rows))
    assert view.verticalScrollBar().value() == 300
    panel.set_results(replace(answer, rows=rows_of(glosses, 100, 120)))
    assert view.verticalScrollBar().value() == 0


def test_the_menu_orders_the_results(panel: ResultsPanel, answer: ResultsView) -> None:
    chosen: list[tuple[str, bool]] = []
    panel.head.sort_chosen.connect(lambda name, descending: chosen.append((name, descending)))
    menu = next(button.menu() for button in panel.findChildren(QToolButton) if button.menu() is not None)

    def actions() -> dict[str, Callable[[], None]]:
        return {action.text(): action.trigger for action in menu.actions() if action.isEnabled()}

    assert {"Best first", "title", "stars"} <= set(actions())
    assert "Largest or latest first" not in actions()
    actions()["stars"]()
    panel.set_results(replace(answer, order=replace(ORDER, by="stars")))
    actions()["Smallest or earliest first"]()
    panel.set_results(replace(answer, order=replace(ORDER, by="@title", by_letters=True)))
    actions()["A to Z"]()
    actions()["Best first"]()
    assert chosen == [("stars", True), ("stars", False), ("@title", False), ("", True)]


def test_the_slider_goes_from_similar_to_varied(panel: ResultsPanel, answer: ResultsView, qtbot: QtBot) -> None:
    slider = panel.head._slider
    with qtbot.waitSignal(panel.head.diversity_chosen) as told:
        slider.setValue(slider.maximum() // 2)
    assert told.args == [0.5]
    panel.set_results(replace(answer, order=replace(ORDER, diversity=0.25)))
    assert slider.value() == slider.maximum() // 4


def test_the_head_says_what_is_selected(panel: ResultsPanel, answer: ResultsView) -> None:
    def links() -> list[str]:
        return [link.text() for link in panel.findChildren(QPushButton) if link.isVisible()]

    assert links() == ["Select all 6"]
    panel.set_results(replace(answer, above=0))
    assert links() == []
    panel.set_results(replace(answer, above=None, scores=None, can_be_exact=True))
    assert links() == ["Select all", "Make exact"]
    assert not panel.head.line.isVisible()
    panel.set_results(replace(answer, above=None, scores=None, is_whole=False))
    assert panel.head.line.isVisible()  # its place, so that the list does not jump
