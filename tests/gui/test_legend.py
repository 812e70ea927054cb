"""The legend: what it says, what each part of it does by mouse and keys, and that it keeps within its map."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from embexplorer.app.legend import MISSING, OTHERS
from embexplorer.app.values import LegendView, MapChoice
from embexplorer.data.items import FieldType
from embexplorer.data.selection import Combine
from embexplorer.gui.map.legend import Legend
from embexplorer.gui.map.legendrow import LegendRow
from embexplorer.gui.stayingmenu import StayingMenu
from embexplorer.gui.theme import theme

sys.path.insert(0, str(Path(__file__).parent))

from legends import legend_of

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
ON_COLOUR, ON_NAME = QPoint(16, 12), QPoint(80, 12)
GROUPS = pl.Series(["cats"] * 3 + ["birds"] * 2 + [None])


@pytest.fixture
def legend(qtbot) -> Iterator[Legend]:
    room = QWidget()
    room.resize(600, 600)
    made = Legend(room)
    with qtbot.waitExposed(room):
        room.show()
    show(made, GROUPS, FieldType.CATEGORY)
    yield made
    room.close()
    room.deleteLater()


def show(legend: Legend, values: pl.Series, kind: FieldType, **how: object) -> None:
    scale, view = legend_of(values, kind, **how)
    legend.set_scale(scale, theme().tokens.dark)
    legend.set_legend(view)


def rows(legend: Legend) -> list[LegendRow]:
    return [row for row in legend.findChildren(LegendRow) if not row.isHidden()]


def told_by(legend: Legend) -> list[tuple[object, ...]]:
    said: list[tuple[object, ...]] = []
    for name in ("switched", "isolated", "category_picked", "all_wanted"):
        getattr(legend, name).connect(lambda *values, name=name: said.append((name, *values)))
    return said


def test_it_says_what_each_colour_means_and_how_many_there_are(legend: Legend) -> None:
    assert [row.accessibleName() for row in rows(legend)] == ["cats, 3", "birds, 2", "missing, 1"]
    show(legend, GROUPS, FieldType.CATEGORY, allowed=np.array([1, 0, 0, 1, 1, 0], np.bool_), muted={"birds", MISSING})
    assert [row.accessibleName() for row in rows(legend)] == ["cats, 1 of 3", "birds, 2", "missing, 0 of 1"]
    assert [row.isChecked() for row in rows(legend)] == [True, False, False]


def test_the_colour_switches_and_the_name_selects(legend: Legend) -> None:
    said, (cats, birds, missing) = told_by(legend), rows(legend)
    QTest.mouseClick(birds, LEFT, NONE, ON_COLOUR)
    QTest.mouseClick(birds, LEFT, ALT, ON_COLOUR)
    for keys in (NONE, SHIFT, ALT, SHIFT | ALT):
        QTest.mouseClick(cats, LEFT, keys, ON_NAME)
    QTest.mouseClick(missing, LEFT, NONE, ON_NAME)
    QTest.mouseClick(missing, Qt.MouseButton.MiddleButton, NONE, ON_NAME)
    assert said == [
        ("switched", "birds"),
        ("isolated", "birds"),
        ("category_picked", "cats", Combine.REPLACE),
        ("category_picked", "cats", Combine.ADD),
        ("category_picked", "cats", Combine.REMOVE),
        ("category_picked", "cats", Combine.INTERSECT),
        ("category_picked", MISSING, Combine.REPLACE),
    ]


def test_a_press_that_ends_elsewhere_does_nothing(legend: Legend) -> None:
    said, (cats, *_) = told_by(legend), rows(legend)
    QTest.mousePress(cats, LEFT, NONE, ON_COLOUR)
    QTest.mouseRelease(cats, LEFT, NONE, ON_NAME)
    QTest.mousePress(cats, LEFT, NONE, ON_NAME)
    QTest.mouseRelease(cats, LEFT, NONE, QPoint(80, 200))
    assert said == []


def test_keys_switch_isolate_select_and_walk(legend: Legend) -> None:
    said, (cats, birds, missing) = told_by(legend), rows(legend)
    reached = [row for row in rows(legend) if row.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert reached == [cats]  # one stop for Tab
    cats.setFocus()
    QTest.keyClick(cats, Qt.Key.Key_Down)
    assert birds.hasFocus() and birds.focusPolicy() == Qt.FocusPolicy.TabFocus
    QTest.keyClick(birds, Qt.Key.Key_Space)
    QTest.keyClick(birds, Qt.Key.Key_Space, SHIFT)
    QTest.keyClick(birds, Qt.Key.Key_Return)
    QTest.keyClick(birds, Qt.Key.Key_Return, SHIFT)
    QTest.keyClick(birds, Qt.Key.Key_Down)
    QTest.keyClick(missing, Qt.Key.Key_Down)
    assert missing.hasFocus()
    assert said == [
        ("switched", "birds"),
        ("isolated", "birds"),
        ("category_picked", "birds", Combine.REPLACE),
        ("category_picked", "birds", Combine.ADD),
    ]


def test_switching_keeps_the_rows_and_the_keyboard(legend: Legend) -> None:
    before = rows(legend)
    before[1].setFocus()
    show(legend, GROUPS, FieldType.CATEGORY, muted={"birds"})
    assert rows(legend) == before and before[1].hasFocus()
    show(legend, pl.Series(["dogs"] * 6), FieldType.CATEGORY)
    assert [row.text() for row in rows(legend)] == ["dogs"]


def test_the_menu_offers_the_same(legend: Legend, qapp: QApplication) -> None:
    said, (cats, *_) = told_by(legend), rows(legend)

    def choose(words: str) -> None:
        menu = qapp.activePopupWidget()
        assert isinstance(menu, QMenu)
        actions = {action.text(): action for action in menu.actions()}
        assert not actions["Show all"].isEnabled()
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(actions[words]).center())

    for words in ("Take off the map", "Show only these", "Keep only these selected"):
        QTimer.singleShot(50, lambda words=words: choose(words))
        cats.menu_wanted.emit("cats", cats.mapToGlobal(ON_NAME))
    assert said == [("switched", "cats"), ("isolated", "cats"), ("category_picked", "cats", Combine.INTERSECT)]


def test_show_all_is_there_while_anything_is_off(legend: Legend) -> None:
    said = told_by(legend)
    assert legend._foot.isHidden()
    show(legend, GROUPS, FieldType.CATEGORY, muted={"birds", "cats"})
    assert not legend._foot.isHidden() and legend._hidden.text() == "2 hidden"
    QTest.mouseClick(legend._all, LEFT)
    assert said == [("all_wanted",)]


def test_more_than_twenty_share_one_row(legend: Legend) -> None:
    said = told_by(legend)
    show(legend, pl.Series([f"c{k % 50_000:05}" for k in range(60_000)]), FieldType.CATEGORY)
    assert len(rows(legend)) == 21
    assert rows(legend)[-1].accessibleName().startswith("49,980 others")
    rows(legend)[-1].setFocus()
    QTest.keyClick(rows(legend)[-1], Qt.Key.Key_Space)
    assert said == [("switched", OTHERS)]


@pytest.mark.parametrize("height", [160, 300, 600])
def test_it_is_never_higher_than_its_map(legend: Legend, qapp: QApplication, height: int) -> None:
    choice = MapChoice(
        (("a", "a"), ("b", "b")), "a", (), (), (("it", "it"),), "it", (("", "one size"), ("n", "n")), "", (("t", "t"),)
    )
    legend.parentWidget().resize(600, height)
    legend.set_choice(choice)
    show(legend, pl.Series([f"c{k % 30}" for k in range(900)]), FieldType.CATEGORY)
    qapp.processEvents()
    assert legend.parentWidget().rect().contains(legend.geometry().translated(0, 12 - legend.y()))
    assert not rows(legend)[0].visibleRegion().isEmpty()


def test_a_second_map_takes_no_room_from_the_rows(legend: Legend, qapp: QApplication) -> None:
    colours = (("group", "group"),)
    legend.set_choice(MapChoice((("map", "map"),), "map", colours=colours, colour_by="group"))
    before = legend.height()
    legend.set_choice(MapChoice((("map", "map"), ("other", "other")), "map", colours=colours, colour_by="group"))
    qapp.processEvents()
    assert legend.height() > before
    assert legend.rect().contains(rows(legend)[-1].mapTo(legend, rows(legend)[-1].rect().bottomRight()))


def test_folded_only_the_choice_of_colours_is_left(legend: Legend) -> None:
    said: list[bool] = []
    legend.folded.connect(said.append)
    before = legend.height()
    QTest.mouseClick(legend._fold, LEFT)
    assert said == [True] and legend.is_folded and legend.height() < before / 2
    assert legend._fold.accessibleName() == "Unfold the legend"
    legend.set_folded(False)
    assert legend.height() == before and said == [True]


@pytest.mark.parametrize(
    "name", ["two\nlines\tand a tab", "עברית ואנגלית mixed", "😀" * 40, "x" * 500, "<b>bold</b> & <img src=x>", "   "]
)
def test_any_name_stays_in_its_line(legend: Legend, name: str) -> None:
    show(legend, pl.Series([name, name, "other"]), FieldType.CATEGORY)
    row = rows(legend)[0]
    assert row.height() == rows(legend)[1].height() and row.width() <= legend.width()
    assert "\n" not in row.accessibleName() and len(row.accessibleName()) < 220
    assert "<b>" not in row.toolTip() and "<img" not in row.toolTip()
    assert not row.grab().isNull()
    said = told_by(legend)
    QTest.mouseClick(row, LEFT, NONE, ON_COLOUR)
    assert said == [("switched", name)]


def test_short_names_are_not_cut(legend: Legend) -> None:
    names = ["Mathematics", "Computer science", "Comedy and drama"]
    show(legend, pl.Series([name for name in names for _ in range(12_000)]), FieldType.CATEGORY)
    for row in rows(legend):
        room = row.width() - 32 - row.fontMetrics().horizontalAdvance("12,000") - 16
        assert row.fontMetrics().horizontalAdvance(row.text()) <= room


def test_the_menu_of_what_is_drawn_stays_open(qtbot, legend: Legend) -> None:
    actions = [QAction(words, legend, checkable=True) for words in ("Labels", "Density")]
    legend.set_actions(actions)
    menu = legend._show.menu()
    assert isinstance(menu, StayingMenu)
    menu.popup(legend.mapToGlobal(QPoint(0, 0)))
    qtbot.waitUntil(menu.isVisible)
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(actions[1]).center())
    assert [action.isChecked() for action in actions] == [False, True] and menu.isVisible()
    menu.setActiveAction(actions[0])
    QTest.keyClick(menu, Qt.Key.Key_Space)
    assert actions[0].isChecked() and menu.isVisible()
    menu.close()


def test_sizes_are_explained_by_a_few_values(legend: Legend) -> None:
    assert legend._sizes.isHidden()
    show(legend, pl.Series(np.arange(1000)), FieldType.NUMBER, whole=True, sized=True)
    assert not legend._sizes.isHidden()
    assert legend._sizes.accessibleName() == "Sizes by it: 20, 500, 979"
    legend.set_legend(LegendView())
    assert legend.isHidden()


def test_on_a_small_map_the_menu_has_the_choices(legend: Legend, qapp: QApplication) -> None:
    said: list[str] = []
    legend.size_chosen.connect(said.append)
    legend.set_actions([QAction("Labels", legend, checkable=True)])
    legend.set_choice(MapChoice(sizes=(("", "one size"), ("n", "R&D")), size_by="n", colours=(("it", "it"),)))
    by_size = legend._size_by.menu.menuAction()
    assert not legend._size_by.isHidden() and not by_size.isVisible()
    legend.parentWidget().resize(420, 330)
    legend.arrange()
    assert legend._size_by.isHidden() and by_size.isVisible() and legend._colours.isVisible()
    legend._size_by.menu.aboutToShow.emit()
    one, chosen = legend._size_by.menu.actions()
    assert (chosen.text(), chosen.isChecked(), one.isChecked()) == ("R&&D", True, False)
    one.trigger()
    assert said == [""]


def test_a_column_that_is_all_empty_has_one_row_to_switch(legend: Legend) -> None:
    said = told_by(legend)
    show(legend, pl.Series([None, None], dtype=pl.String), FieldType.CATEGORY)
    assert [row.accessibleName() for row in rows(legend)] == ["missing, 2"]
    QTest.mouseClick(rows(legend)[0], LEFT, NONE, ON_COLOUR)
    assert said == [("switched", MISSING)]
