"""The table by mouse and keys, on the glosses and on a million rows."""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QTableView
from pytestqt.qtbot import QtBot

from embexplorer.app.values import TableView
from embexplorer.data.items import FieldType
from embexplorer.data.selection import Combine
from embexplorer.gui.table import TablePanel
from embexplorer.gui.theme import theme

LEFT, CTRL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Log = list[tuple[Any, ...]]


@pytest.fixture
def panel(qtbot: QtBot, gloss_table: TableView) -> TablePanel:
    panel = TablePanel()
    qtbot.addWidget(panel)
    panel.resize(1200, 300)
    panel.set_table(gloss_table)
    panel.set_selected(np.zeros(len(gloss_table.frame), np.bool_))
    panel.show()
    QTest.qWaitForWindowExposed(panel)
    return panel


@pytest.fixture
def log(panel: TablePanel) -> Log:
    found: Log = []
    for name in ("hovered", "picked", "opened", "sort_changed", "columns_changed", "menu_requested"):
        getattr(panel, name).connect(lambda *what, name=name: found.append((name, *what)))
    panel.rows_selected.connect(lambda rows, how: found.append(("rows_selected", rows.tolist(), how)))
    return found


def view(panel: TablePanel) -> QTableView:
    return panel.findChild(QTableView)


def spot(panel: TablePanel, position: int, column: int = 0) -> QPoint:
    table = view(panel)
    return table.visualRect(table.model().index(position, column)).center()


def header_spot(panel: TablePanel, column: int) -> QPoint:
    header = view(panel).horizontalHeader()
    return QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)


def only(log: Log, *names: str) -> Log:
    return [what for what in log if what[0] in names]


def choose_in_menu(text: str) -> None:
    def choose() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        menu.setActiveAction(next(action for action in menu.actions() if action.text() == text))
        QTest.keyClick(menu, Qt.Key.Key_Return)

    QTimer.singleShot(0, choose)


def test_cells_say_what_the_frame_holds(panel: TablePanel, glosses: pl.DataFrame) -> None:
    model = view(panel).model()
    titles = [model.index(row, 0).data() for row in range(5)]
    assert titles == glosses["@title"].head(5).to_list()
    senses = panel._model.table.columns.index("senses")
    assert model.index(0, senses).data() == "6"
    assert model.headerData(0, Qt.Orientation.Horizontal) == "title"


def test_a_click_picks_ctrl_adds_and_shift_takes_a_range(panel: TablePanel, log: Log) -> None:
    viewport = view(panel).viewport()
    QTest.mouseClick(viewport, LEFT, pos=spot(panel, 2))
    QTest.mouseClick(viewport, LEFT, SHIFT, pos=spot(panel, 5))
    QTest.mouseClick(viewport, LEFT, CTRL | SHIFT, pos=spot(panel, 1))
    QTest.mouseClick(viewport, LEFT, CTRL, pos=spot(panel, 0))
    assert only(log, "picked", "rows_selected") == [
        ("picked", 2, Combine.REPLACE),
        ("rows_selected", [2, 3, 4, 5], Combine.REPLACE),
        ("rows_selected", [1, 2], Combine.ADD),
        ("picked", 0, Combine.ADD),
    ]


def test_a_range_is_of_the_rows_as_they_stand(panel: TablePanel, log: Log, table_of: Callable[..., TableView]) -> None:
    panel.set_table(table_of(np.array([9, 4, 700, 2])))
    viewport = view(panel).viewport()
    QTest.mouseClick(viewport, LEFT, pos=spot(panel, 0))
    QTest.mouseClick(viewport, LEFT, SHIFT, pos=spot(panel, 2))
    assert log[-1] == ("rows_selected", [9, 4, 700], Combine.REPLACE)
    panel.set_table(table_of(np.array([1, 2, 3])))
    QTest.mouseClick(viewport, LEFT, SHIFT, pos=spot(panel, 2))
    assert log[-1] == ("picked", 3, Combine.ADD), "the range began in rows that stand elsewhere now"


def test_the_keyboard_moves_picks_opens_and_takes_ranges(panel: TablePanel, log: Log) -> None:
    table = view(panel)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Home)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Space)
    QTest.keyClick(table, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(table, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert only(log, "picked", "rows_selected", "opened") == [
        ("picked", 1, Combine.REPLACE),
        ("rows_selected", [1, 2], Combine.REPLACE),
        ("rows_selected", [1, 2, 3], Combine.REPLACE),
        ("opened", 3),
    ]
    assert only(log, "hovered")[-1] == ("hovered", 3)
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.currentIndex().row() == 1999 and table.visualRect(table.currentIndex()).bottom() <= table.height()


def test_hover_double_click_and_menu(panel: TablePanel, log: Log) -> None:
    viewport = view(panel).viewport()
    QTest.mouseMove(viewport, spot(panel, 3))
    QTest.mouseClick(viewport, LEFT, pos=spot(panel, 3))
    QTest.mouseDClick(viewport, LEFT, pos=spot(panel, 3))
    QCoreApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    view(panel).customContextMenuRequested.emit(spot(panel, 4))
    assert ("opened", 3) in log and only(log, "hovered")[0] == ("hovered", 3) and log[-2] == ("hovered", -1)
    assert log[-1][:2] == ("menu_requested", 4)


def test_the_header_sorts_up_then_down_then_not(
    panel: TablePanel, log: Log, table_of: Callable[..., TableView]
) -> None:
    header = view(panel).horizontalHeader()
    order = np.arange(2000)
    for sort, descending in (("", False), ("@text", False), ("@text", True)):
        panel.set_table(table_of(order, sort=sort, descending=descending))
        QTest.mouseClick(header.viewport(), LEFT, pos=header_spot(panel, 1))
    assert log == [("sort_changed", "@text", False), ("sort_changed", "@text", True), ("sort_changed", "", False)]
    assert header.isSortIndicatorShown() and header.sortIndicatorSection() == 1
    panel.set_table(table_of(order))
    assert not header.isSortIndicatorShown()


def test_columns_are_chosen_in_a_menu(panel: TablePanel, log: Log) -> None:
    choose_in_menu("tags")
    panel.choose_columns()
    choose_in_menu("senses")
    panel.choose_columns()
    with_tags, without = (what[1] for what in only(log, "columns_changed"))
    assert "@tags" in with_tags and "senses" in with_tags
    assert "senses" not in without and "@tags" not in without and "category" in without


def test_the_last_column_cannot_be_taken_away(panel: TablePanel, log: Log, table_of: Callable[..., TableView]) -> None:
    panel.set_table(table_of(np.arange(10), columns=("senses",)))
    choose_in_menu("senses")
    panel.choose_columns()
    assert only(log, "columns_changed") == [("columns_changed", ("senses",))]


def test_what_is_selected_or_lit_up_looks_so(panel: TablePanel) -> None:
    viewport = view(panel).viewport()
    at = spot(panel, 1) + QPoint(view(panel).columnWidth(0) // 2 - 4, 8)

    def colour() -> str:
        return viewport.grab().toImage().pixelColor(at).name()

    plain = colour()
    panel.set_hover(1)
    assert colour() == theme().tokens.hover != plain
    mask = np.zeros(2000, np.bool_)
    mask[1] = True
    panel.set_selected(mask)
    assert colour() == theme().tokens.soft
    theme().choose("dark")
    assert colour() == theme().tokens.soft
    panel.set_hover(-1)
    panel.set_selected(~mask)
    assert colour() == theme().tokens.surface


def test_a_width_that_the_user_made_stays(panel: TablePanel, table_of: Callable[..., TableView]) -> None:
    header = view(panel).horizontalHeader()
    edge = QPoint(header.sectionSize(0) - 1, 10)
    QTest.mousePress(header.viewport(), LEFT, pos=edge)
    QTest.mouseMove(header.viewport(), edge + QPoint(30, 0))
    QTest.mouseMove(header.viewport(), edge + QPoint(77, 0))
    QTest.mouseRelease(header.viewport(), LEFT, pos=edge + QPoint(77, 0))
    made = header.sectionSize(0)
    assert made >= edge.x() + 60
    panel.set_table(table_of(np.arange(10), columns=("senses", "@title")))
    assert header.sectionSize(1) == made


def test_nothing_to_show_is_said(panel: TablePanel, table_of: Callable[..., TableView]) -> None:
    panel.set_table(table_of(np.empty(0, np.int64)))
    assert not view(panel).isVisible()
    panel.set_table(table_of(np.arange(3)))
    assert view(panel).isVisible()


@pytest.fixture(scope="module")
def million() -> TableView:
    count = 1_000_000
    frame = pl.DataFrame(
        {
            "@id": np.arange(count, dtype=np.float64),
            "@kind": pl.Series(["text"], dtype=pl.Categorical()).new_from_index(0, count),
            "@title": pl.Series(np.arange(count)).cast(pl.String),
            "value": np.linspace(0, 1, count),
        }
    )
    types = {"@title": FieldType.TEXT, "value": FieldType.NUMBER}
    return TableView(frame, np.arange(count)[::-1], ("@title", "value"), ("@title", "value"), types)


def test_a_million_rows_scroll_hover_and_are_selected(panel: TablePanel, million: TableView, log: Log) -> None:
    panel.set_table(million)
    panel.set_selected(np.zeros(len(million.order), np.bool_))
    changes: list[object] = []
    view(panel).model().dataChanged.connect(lambda *what: changes.append(what))
    assert view(panel).model().rowCount() == 1_000_000
    panel.show_row(250_000)
    position = 749_999
    assert view(panel).model().index(position, 0).data() == "250000"
    viewport = view(panel).viewport()
    assert viewport.rect().contains(spot(panel, position))
    QTest.mouseClick(viewport, LEFT, pos=spot(panel, position))
    panel.show_row(0)
    QTest.mouseClick(viewport, LEFT, SHIFT, pos=spot(panel, 999_999))
    panel.set_selected(np.ones(len(million.order), np.bool_))
    panel.set_hover(3)
    assert only(log, "picked")[0] == ("picked", 250_000, Combine.REPLACE)
    assert only(log, "rows_selected")[0][1] == list(range(250_000, -1, -1))
    assert changes == [], "telling of a change of a million rows would take its time"
    assert view(panel).selectionModel().hasSelection() is False
