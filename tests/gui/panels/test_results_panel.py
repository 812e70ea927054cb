"""The list of results by mouse and keys."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListView, QPushButton
from pytestqt.qtbot import QtBot

from embexplorer.app.values import ResultRow, ResultsView
from embexplorer.data.selection import Combine
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.results import ResultsPanel
from embexplorer.gui.theme import theme

LEFT, CTRL, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Log = list[tuple[Any, ...]]


def result(frame: pl.DataFrame, row: int, rank: int) -> ResultRow:
    values = frame.row(row, named=True)
    details = (("category", "noun"), ("senses", "3"))
    kind, tags = str(values["@kind"]), tuple(values["@tags"])
    return ResultRow(row, row + 1, rank, 0.9, values["@title"], values["@text"], kind, values["@uri"], details, tags)


@pytest.fixture
def panel(qtbot: QtBot, pictures: Pictures) -> ResultsPanel:
    panel = ResultsPanel(pictures)
    qtbot.addWidget(panel)
    panel.resize(380, 600)
    panel.show()
    QTest.qWaitForWindowExposed(panel)
    return panel


@pytest.fixture
def texts(panel: ResultsPanel, glosses: pl.DataFrame) -> ResultsView:
    rows = tuple(result(glosses, row, rank) for rank, row in enumerate((40, 3, 7, 1500, 12, 90, 200, 201), 1))
    view = ResultsView(rows, "8 results from 2,000 items · exact · 3 ms", asked=True)
    panel.set_selected(np.zeros(len(glosses), np.bool_))
    panel.set_results(view)
    QCoreApplication.processEvents()
    return view


@pytest.fixture
def log(panel: ResultsPanel) -> Log:
    found: Log = []
    for name in ("hovered", "picked", "opened", "exact_wanted", "select_wanted", "menu_requested"):
        getattr(panel, name).connect(lambda *what, name=name: found.append((name, *what)))
    return found


def spot(panel: ResultsPanel, position: int) -> QPoint:
    view = panel.findChild(QListView)
    return view.visualRect(view.model().index(position, 0)).center()


def words(panel: ResultsPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def test_hovering_tells_the_row_and_leaving_tells_none(panel: ResultsPanel, texts: ResultsView, log: Log) -> None:
    viewport = panel.findChild(QListView).viewport()
    QTest.mouseMove(viewport, spot(panel, 1))
    QTest.mouseMove(viewport, spot(panel, 3))
    QCoreApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    assert [what for what in log if what[0] == "hovered"] == [("hovered", 3), ("hovered", 1500), ("hovered", -1)]


def test_clicks_pick_by_the_rules_of_every_view(panel: ResultsPanel, texts: ResultsView, log: Log) -> None:
    viewport = panel.findChild(QListView).viewport()
    QTest.mouseClick(viewport, LEFT, pos=spot(panel, 0))
    QTest.mouseClick(viewport, LEFT, CTRL, pos=spot(panel, 1))
    mask = np.zeros(2000, np.bool_)
    mask[3] = True
    panel.set_selected(mask)
    QTest.mouseClick(viewport, LEFT, CTRL, pos=spot(panel, 1))
    QTest.mouseClick(viewport, LEFT, SHIFT, pos=spot(panel, 2))
    assert [what for what in log if what[0] == "picked"] == [
        ("picked", 40, Combine.REPLACE),
        ("picked", 3, Combine.ADD),
        ("picked", 3, Combine.REMOVE),
        ("picked", 7, Combine.ADD),
    ]


def test_a_double_click_opens(panel: ResultsPanel, texts: ResultsView, log: Log) -> None:
    viewport = panel.findChild(QListView).viewport()
    QTest.mouseClick(viewport, LEFT, pos=spot(panel, 1))
    QTest.mouseDClick(viewport, LEFT, pos=spot(panel, 1))
    assert ("opened", 3) in log


def test_the_keyboard_moves_picks_and_opens(panel: ResultsPanel, texts: ResultsView, log: Log) -> None:
    view = panel.findChild(QListView)
    view.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Return):
        QTest.keyClick(view, key)
    assert log[-2:] == [("picked", 3, Combine.REPLACE), ("opened", 3)]
    assert ("hovered", 3) in log
    QTest.keyClick(view, Qt.Key.Key_Space, CTRL)
    assert log[-1] == ("picked", 3, Combine.ADD)


def test_the_context_menu_is_asked_for_where_the_result_is(panel: ResultsPanel, texts: ResultsView, log: Log) -> None:
    view = panel.findChild(QListView)
    view.customContextMenuRequested.emit(spot(panel, 2))
    view.customContextMenuRequested.emit(QPoint(5, 5000))
    name, row, at = log[-1]
    assert (name, row) == ("menu_requested", 7) and view.rect().contains(view.mapFromGlobal(at))
    assert len(log) == 1


def test_what_is_selected_or_lit_up_looks_so(panel: ResultsPanel, texts: ResultsView) -> None:
    viewport = panel.findChild(QListView).viewport()
    at = spot(panel, 1) + QPoint(0, 30)

    def colour() -> str:
        return viewport.grab().toImage().pixelColor(at).name()

    plain = colour()
    panel.set_hover(3)
    assert colour() == theme().tokens.hover != plain
    mask = np.zeros(2000, np.bool_)
    mask[3] = True
    panel.set_selected(mask)
    assert colour() == theme().tokens.soft
    theme().choose("dark")
    assert colour() == theme().tokens.soft
    panel.set_hover(-1)
    panel.set_selected(~mask)
    assert colour() == theme().tokens.surface


def test_a_picture_that_arrives_late_is_shown(
    panel: ResultsPanel, emoji: pl.DataFrame, pictures: Pictures, qtbot: QtBot
) -> None:
    asked: list[str] = []
    pictures.wanted.connect(asked.append)
    rows = tuple(result(emoji, row, row + 1) for row in range(20))
    panel.set_results(ResultsView(rows, "20 results", asked=True))
    viewport = panel.findChild(QListView).viewport()
    before = viewport.grab().toImage()
    assert emoji["@uri"][0] in asked and len(asked) < 12, "only what is in view is asked for"
    assert len(asked) == len(set(asked)), "and only once"
    red = np.full((160, 160, 4), (255, 0, 0, 255), np.uint8)
    pictures.put(emoji["@uri"][0], red)
    after = viewport.grab().toImage()
    assert after != before
    assert after.pixelColor(70, spot(panel, 0).y()).name() == "#ff0000"
    pictures.put(emoji["@uri"][1], None)
    viewport.grab()
    assert asked.count(emoji["@uri"][1]) == 1, "a picture that cannot be had is not asked for again"


def test_the_links_make_exact_and_select(panel: ResultsPanel, texts: ResultsView, log: Log) -> None:
    links = {link.text(): link for link in panel.findChildren(QPushButton)}
    exact, select = links["Make exact"], links["Select all"]
    assert exact.isHidden() and not select.isHidden()
    panel.set_results(replace(texts, can_be_exact=True, notes=("The index is being made.",)))
    QCoreApplication.processEvents()
    QTest.mouseClick(exact, LEFT)
    QTest.mouseClick(select, LEFT)
    assert log == [("exact_wanted",), ("select_wanted",)]
    assert "The index is being made." in words(panel)


def test_the_list_says_why_it_is_empty(panel: ResultsPanel, texts: ResultsView) -> None:
    for view, said in (
        (ResultsView(), "Nothing searched for yet"),
        (ResultsView(asked=True), "Nothing found"),
        (ResultsView(asked=True, searching=True), "Searching"),
        (ResultsView(asked=True, error="The text model is not here."), "The text model is not here."),
    ):
        panel.set_results(view)
        assert said in words(panel), said


def test_results_stay_while_a_new_search_runs(panel: ResultsPanel, texts: ResultsView) -> None:
    panel.set_results(replace(texts, searching=True))
    assert "Searching" in words(panel)
    assert panel.findChild(QListView).isVisible()


def test_a_title_with_signs_and_a_row_that_is_gone_do_no_harm(panel: ResultsPanel, texts: ResultsView) -> None:
    odd = replace(texts.rows[0], title="<b>&amp; \n\t" * 50, text="", details=(), tags=("a" * 300, "b"), row=10**6)
    empty = replace(odd, title="", text="x" * 5000, kind="image", uri="")
    panel.set_results(ResultsView((odd, empty), "2 results", asked=True))
    assert not panel.findChild(QListView).viewport().grab().isNull()


def test_a_text_without_a_title_is_shown_beyond_its_first_line(panel: ResultsPanel, glosses: pl.DataFrame) -> None:
    panel.set_selected(np.zeros(len(glosses), np.bool_))
    start = "The courier left the parcel in the rain and nobody in the shop "
    seen = []
    for end in ("answered", "listened"):
        row = replace(result(glosses, 40, 1), title="", text=f"{start}{end}.", kind="text")
        panel.set_results(ResultsView((row,), "1 result", asked=True))
        QCoreApplication.processEvents()
        seen.append(panel.findChild(QListView).viewport().grab().toImage())
    assert seen[0] != seen[1]


def test_a_long_name_of_a_picture_takes_two_lines(panel: ResultsPanel, glosses: pl.DataFrame) -> None:
    panel.set_selected(np.zeros(len(glosses), np.bool_))
    seen = []
    for end in ("answered", "listened"):
        name = f"smiling face with a tear in each of its eyes {end}"
        row = replace(result(glosses, 40, 1), title=name, text="", kind="image")
        panel.set_results(ResultsView((row,), "1 result", asked=True))
        QCoreApplication.processEvents()
        seen.append(panel.findChild(QListView).viewport().grab().toImage())
    assert seen[0] != seen[1]
