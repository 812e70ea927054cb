"""The facet panel by real clicks and keys."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from embexplorer.app.facetvalues import FacetBar, FacetView
from embexplorer.app.facetviews import facet_views
from embexplorer.app.state import Facts
from embexplorer.data.items import FieldType
from embexplorer.filters.parse import parse
from embexplorer.gui.facetbar import Bar
from embexplorer.gui.facets import FacetBox, FacetPanel
from embexplorer.gui.histogram import Histogram
from embexplorer.gui.theme import theme

LEFT, CTRL, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
Chosen = list[tuple[str, tuple[object, ...]]]


@pytest.fixture
def panel(qtbot: QtBot) -> FacetPanel:
    result = FacetPanel()
    qtbot.addWidget(result)
    result.resize(260, 900)
    result.show()
    return result


@pytest.fixture
def show(panel: FacetPanel, gloss_facts: Facts) -> Callable[[str], None]:
    def show_filter(text: str) -> None:
        panel.set_facets(facet_views(gloss_facts, parse(text), np.zeros(len(gloss_facts), np.bool_)))
        QCoreApplication.processEvents()  # new boxes get their places

    return show_filter


@pytest.fixture
def chosen(panel: FacetPanel) -> Chosen:
    found: Chosen = []
    panel.values_chosen.connect(lambda name, values: found.append((name, values)))
    return found


def box(panel: FacetPanel, name: str) -> FacetBox:
    return next(each for each in panel.findChildren(FacetBox) if each.facet.name == name)


def bars(panel: FacetPanel, name: str) -> list[Bar]:
    found = [bar for bar in box(panel, name).findChildren(Bar) if not bar.isHidden()]
    for bar in found:
        bar.grab()  # what is painted has its name told
    return found


def bar(panel: FacetPanel, name: str, label: str) -> Bar:
    return next(each for each in bars(panel, name) if each.accessibleName().startswith(f"{label},"))


def test_a_click_asks_for_a_value_and_another_click_takes_it_away(
    panel: FacetPanel, show: Callable[[str], None], chosen: Chosen
) -> None:
    show("")
    QTest.mouseClick(bar(panel, "part of speech", "noun"), LEFT)
    show('`part of speech` = "noun"')
    assert bar(panel, "part of speech", "noun").accessibleName().endswith("chosen")
    QTest.mouseClick(bar(panel, "part of speech", "verb"), LEFT)
    QTest.mouseClick(bar(panel, "part of speech", "noun"), LEFT)
    assert chosen == [
        ("part of speech", ("noun",)),
        ("part of speech", ("verb",)),
        ("part of speech", ()),
    ]


def test_ctrl_adds_and_takes_away_one(panel: FacetPanel, show: Callable[[str], None], chosen: Chosen) -> None:
    show('`part of speech` = "noun"')
    QTest.mouseClick(bar(panel, "part of speech", "verb"), LEFT, CTRL)
    show('`part of speech` in ("noun", "verb")')
    QTest.mouseClick(bar(panel, "part of speech", "noun"), LEFT, CTRL)
    assert [set(values) for _, values in chosen] == [{"noun", "verb"}, {"verb"}]


def test_the_keyboard_does_the_same(panel: FacetPanel, show: Callable[[str], None], chosen: Chosen) -> None:
    show('`part of speech` = "noun"')
    first = bars(panel, "part of speech")[0]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    second = panel.focusWidget()
    assert isinstance(second, Bar) and second is bars(panel, "part of speech")[1]
    QTest.keyClick(second, Qt.Key.Key_Space, CTRL)
    QTest.keyClick(second, Qt.Key.Key_Up)
    QTest.keyClick(first, Qt.Key.Key_Return)
    QTest.keyClick(first, Qt.Key.Key_Escape)
    assert [len(values) for _, values in chosen] == [2, 0, 0]


def test_more_values_are_shown_and_found(panel: FacetPanel, show: Callable[[str], None], qtbot: QtBot) -> None:
    show("")
    assert len(bars(panel, "category")) == 7
    more = box(panel, "category").findChildren(QPushButton)[0]
    find = box(panel, "category").findChild(QLineEdit)
    assert find is not None and find.isHidden() and more.text() == "Show 38 more"
    QTest.mouseClick(more, LEFT)
    QCoreApplication.processEvents()
    assert len(bars(panel, "category")) == 45 and not find.isHidden() and more.text() == "Show fewer"
    QTest.keyClicks(find, "FEEL")
    assert [each.accessibleName().split(",")[0] for each in bars(panel, "category")] == ["noun: feeling"]
    QTest.keyClicks(find, "xyz")
    assert bars(panel, "category") == []
    find.clear()
    QTest.mouseClick(more, LEFT)
    QCoreApplication.processEvents()
    assert len(bars(panel, "category")) == 7


def test_what_is_chosen_is_shown_even_beyond_the_first(panel: FacetPanel, show: Callable[[str], None]) -> None:
    show('category = "noun: shape"')
    assert bar(panel, "category", "noun: shape").accessibleName().endswith("chosen")


def test_the_cross_takes_the_filter_away(panel: FacetPanel, show: Callable[[str], None], chosen: Chosen) -> None:
    ranges: list[tuple[str, object, object]] = []
    panel.range_chosen.connect(lambda *what: ranges.append(what))
    show('`part of speech` = "noun" and senses >= 3')
    for name in ("part of speech", "senses"):
        cross = box(panel, name).findChild(QToolButton)
        assert cross is not None and cross.isVisible()
        QTest.mouseClick(cross, LEFT)
    assert (chosen, ranges) == ([("part of speech", ())], [("senses", None, None)])
    show("")
    cross = box(panel, "senses").findChild(QToolButton)
    assert cross is not None and not cross.isVisible()


def test_widgets_stay_while_only_counts_change(panel: FacetPanel, show: Callable[[str], None]) -> None:
    show("")
    before = panel.findChildren(Bar)
    text = bar(panel, "part of speech", "noun").accessibleName()
    show("senses > 3")
    assert panel.findChildren(Bar) == before
    assert bar(panel, "part of speech", "noun").accessibleName() != text


def test_a_missing_number_is_a_bar_of_its_own(panel: FacetPanel, chosen: Chosen) -> None:
    missing = FacetBar(None, "missing", 3, 5)
    facet = FacetView(
        "score", "score", FieldType.NUMBER, (missing,), 0, np.array([0.0, 1.0, 2.0]), np.ones(2), np.ones(2)
    )
    panel.set_facets((replace(facet, missing=5),))
    QCoreApplication.processEvents()
    assert panel.findChild(Histogram) is not None
    QTest.mouseClick(bar(panel, "score", "missing"), LEFT)
    assert chosen == [("score", (None,))]


def test_other_columns_make_other_boxes(panel: FacetPanel, show: Callable[[str], None]) -> None:
    show("")
    panel.set_facets((FacetView("a", "a", FieldType.CATEGORY, (FacetBar("x", "x", 1, 1),)),))
    QCoreApplication.processEvents()
    names = [each.facet.name for each in panel.findChildren(FacetBox) if each.isVisible()]
    assert names == ["a"]
    panel.set_facets(())
    assert not any(each.isVisible() for each in panel.findChildren(FacetBox))


def test_the_theme_repaints_bars(panel: FacetPanel, show: Callable[[str], None], qtbot: QtBot) -> None:
    show("")
    target = bar(panel, "part of speech", "noun")
    spot = QPoint(2, target.height() // 2)
    assert target.grab().toImage().pixelColor(spot).name() == theme().tokens.soft
    theme().choose("dark")
    assert target.grab().toImage().pixelColor(spot).name() == theme().tokens.soft


def test_hovering_lights_a_bar(panel: FacetPanel, show: Callable[[str], None]) -> None:
    show("")
    target = bars(panel, "part of speech")[-1]
    before = target.grab().toImage()
    QTest.mouseMove(target, target.rect().center())
    target.enterEvent(None)  # type: ignore[arg-type]  # the offscreen platform sends none
    assert target.grab().toImage() != before
