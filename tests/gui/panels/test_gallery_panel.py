"""The gallery by mouse and keys, on the emoji."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from embexplorer.app.values import TableView
from embexplorer.data.selection import Combine
from embexplorer.gui.gallery import GalleryPanel
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.theme import theme

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
Log = list[tuple[Any, ...]]


@pytest.fixture
def panel(qtbot: QtBot, pictures: Pictures, emoji_table: TableView) -> GalleryPanel:
    panel = GalleryPanel(pictures)
    qtbot.addWidget(panel)
    panel.resize(1200, 340)
    panel.set_table(emoji_table)
    panel.set_selected(np.zeros(len(emoji_table.frame), np.bool_))
    panel.show()
    QTest.qWaitForWindowExposed(panel)
    panel.setFocus()
    return panel


@pytest.fixture
def log(panel: GalleryPanel) -> Log:
    found: Log = []
    for name in ("hovered", "picked", "opened", "menu_requested"):
        getattr(panel, name).connect(lambda *what, name=name: found.append((name, *what)))
    return found


def spot(panel: GalleryPanel, position: int) -> QPoint:
    return panel._cell(position).center()


def only(log: Log, *names: str) -> Log:
    return [what for what in log if what[0] in names]


def test_all_pictures_are_there_and_only_those_in_view_are_asked_for(
    panel: GalleryPanel, pictures: Pictures, emoji: pl.DataFrame
) -> None:
    asked: list[str] = []
    pictures.forget()
    pictures.wanted.connect(asked.append)
    panel.viewport().grab()
    first = len(asked)
    assert asked[0] == emoji["@uri"][0] and 18 <= first <= 36
    panel.viewport().grab()
    assert len(asked) == first, "asked for once"
    panel.show_row(299)
    panel.viewport().grab()
    assert emoji["@uri"][299] in asked and len(asked) < 80


def test_the_mouse_hovers_picks_and_opens(panel: GalleryPanel, log: Log) -> None:
    viewport = panel.viewport()
    QTest.mouseMove(viewport, spot(panel, 4))
    QTest.mouseClick(viewport, LEFT, pos=spot(panel, 4))
    QTest.mouseClick(viewport, LEFT, CTRL, pos=spot(panel, 10))
    QTest.mouseDClick(viewport, LEFT, pos=spot(panel, 10))
    QTest.mouseClick(viewport, Qt.MouseButton.RightButton, pos=spot(panel, 5))
    QTest.mouseMove(viewport, QPoint(viewport.width() - 1, 2))
    QCoreApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    assert only(log, "hovered")[0] == ("hovered", 4) and log[-1] == ("hovered", -1)
    assert only(log, "picked")[:2] == [("picked", 4, Combine.REPLACE), ("picked", 10, Combine.ADD)]
    assert only(log, "opened") == [("opened", 10)]
    assert only(log, "menu_requested")[0][1] == 5


def test_the_keyboard_walks_the_grid(panel: GalleryPanel, log: Log) -> None:
    columns = panel._columns()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Space):
        QTest.keyClick(panel, key)
    assert log[-1] == ("picked", columns, Combine.REPLACE)
    assert panel.accessibleDescription(), "the current picture is told"
    QTest.keyClick(panel, Qt.Key.Key_Return)
    QTest.keyClick(panel, Qt.Key.Key_End)
    assert log[-2:] == [("opened", columns), ("hovered", 299)]
    assert panel.viewport().rect().contains(spot(panel, 299))
    QTest.keyClick(panel, Qt.Key.Key_PageUp)
    assert 299 - 4 * columns <= log[-1][1] < 299
    QTest.keyClick(panel, Qt.Key.Key_Home)
    assert log[-1] == ("hovered", 0) and panel.verticalScrollBar().value() == 0


def test_the_wheel_scrolls(panel: GalleryPanel) -> None:
    at = spot(panel, 4)
    none = Qt.KeyboardModifier.NoModifier
    wheel = QWheelEvent(
        at.toPointF(),
        panel.viewport().mapToGlobal(at).toPointF(),
        QPoint(0, 0),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QCoreApplication.sendEvent(panel.viewport(), wheel)
    assert panel.verticalScrollBar().value() > 100
    assert panel._row_at(at) > 4


def test_lines_are_filled_at_every_width(panel: GalleryPanel) -> None:
    for width in (120, 333, 700, 1200):
        panel.resize(width, 340)
        columns = panel._columns()
        last = panel._cell(columns - 1)
        assert columns == 1 or panel.viewport().width() - 24 <= last.right() <= panel.viewport().width()
        assert all(panel._position_at(panel._cell(place).center()) == place for place in range(columns))
        assert panel._cell(columns).left() == panel._cell(0).left()


def test_what_is_selected_or_lit_up_looks_so(panel: GalleryPanel) -> None:
    at = QPoint(panel._cell(1).center().x(), panel._cell(1).top() + 3)

    def colour() -> str:
        return panel.viewport().grab().toImage().pixelColor(at).name()

    panel.set_hover(1)
    mask = np.zeros(300, np.bool_)
    assert colour() == theme().tokens.hover
    mask[1] = True
    panel.set_selected(mask)
    assert colour() == theme().tokens.soft
    theme().choose("dark")
    assert colour() == theme().tokens.soft


def test_a_late_picture_is_painted(panel: GalleryPanel, pictures: Pictures, emoji: pl.DataFrame) -> None:
    at = spot(panel, 2) - QPoint(0, 12)
    assert panel.viewport().grab().toImage().pixelColor(at).name() == theme().tokens.hover
    pictures.put(emoji["@uri"][2], np.full((160, 80, 4), (0, 128, 255, 255), np.uint8))
    image = panel.viewport().grab().toImage()
    assert image.pixelColor(at).name() == "#0080ff"
    assert image.pixelColor(at + QPoint(40, 0)).name() != "#0080ff", "its shape is kept"


def test_only_pictures_of_the_shown_order_are_there(
    panel: GalleryPanel, emoji_table: TableView, gloss_table: TableView
) -> None:
    panel.show_row(7)
    panel.set_table(replace(emoji_table, order=np.array([9, 7, 3])))
    assert [panel._row(place) for place in range(4)] == [9, 7, 3, -1]
    assert panel._row(panel._current) == 7, "the keyboard stays on its picture"
    panel.set_table(gloss_table)
    words = " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())
    assert "Images of the project appear here." in words
    panel.set_table(replace(emoji_table, order=np.empty(0, np.int64)))
    words = " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())
    assert "No picture passes the filter" in words
