"""A range of a histogram by drag, click and keys."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from embexplorer.app.facetvalues import FacetView
from embexplorer.data.items import FieldType
from embexplorer.gui.histogram import Histogram

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
DAY = 86_400_000.0
NUMBERS = FacetView(
    "senses",
    "senses",
    FieldType.NUMBER,
    edges=np.arange(0, 11, dtype=np.float64),
    counts=np.arange(10, dtype=np.int64),
    totals=np.arange(10, dtype=np.int64) * 2,
    whole=True,
)
Ranges = list[tuple[float | None, float | None]]


@pytest.fixture
def histogram(qtbot: QtBot) -> Histogram:
    result = Histogram(NUMBERS)
    qtbot.addWidget(result)
    result.resize(202, 80)  # twenty pixels a bin
    result.show()
    return result


@pytest.fixture
def ranges(histogram: Histogram) -> Ranges:
    found: Ranges = []
    histogram.range_chosen.connect(lambda low, high: found.append((low, high)))
    return found


def at(value: float) -> QPoint:
    return QPoint(round(1 + value * 20), 30)


def drag(histogram: Histogram, first: float, last: float) -> None:
    QTest.mousePress(histogram, LEFT, pos=at(first))
    for step in np.linspace(first, last, 7):
        QTest.mouseMove(histogram, at(float(step)))
    QTest.mouseRelease(histogram, LEFT, pos=at(last))


def test_a_drag_takes_whole_bins_and_tells_as_it_goes(histogram: Histogram, ranges: Ranges) -> None:
    drag(histogram, 2.1, 6.8)
    assert ranges[-1] == (2.0, 7.0)
    assert len(ranges) > 2 and len(ranges) == len(set(ranges)), "live, and never the same twice"


def test_a_drag_to_the_left_and_beyond_is_open_at_that_end(histogram: Histogram, ranges: Ranges) -> None:
    drag(histogram, 4.0, -3.0)
    assert ranges[-1] == (None, 4.0)


def test_a_click_takes_one_bin(histogram: Histogram, ranges: Ranges) -> None:
    QTest.mouseClick(histogram, LEFT, pos=at(3.6))
    assert ranges == [(3.0, 4.0)]


def test_bins_of_unequal_width_are_hit_where_they_are(histogram: Histogram, ranges: Ranges) -> None:
    edges = np.array([0.0, 1.0, 2.0, 10.0])
    histogram.set_facet(replace(NUMBERS, edges=edges, counts=np.ones(3, np.int64), totals=np.ones(3, np.int64)))
    QTest.mouseClick(histogram, LEFT, pos=at(1.5))
    assert ranges == [(1.0, 2.0)]


def test_an_end_can_be_taken_and_moved(histogram: Histogram, ranges: Ranges) -> None:
    histogram.set_facet(replace(NUMBERS, low=2.0, high=5.0, active=True))
    drag(histogram, 5.05, 8.0)
    assert ranges[-1] == (2.0, 8.0)


def test_a_double_click_and_esc_take_the_range_away(histogram: Histogram, ranges: Ranges) -> None:
    QTest.mouseDClick(histogram, LEFT, pos=at(3.5))
    assert ranges[-1] == (None, None)
    ranges.clear()
    QTest.keyClick(histogram, Qt.Key.Key_Escape)
    assert ranges == [], "Esc without a range is for somebody else"
    histogram.set_facet(replace(NUMBERS, low=2.0, high=5.0, active=True))
    QTest.keyClick(histogram, Qt.Key.Key_Escape)
    assert ranges == [(None, None)]


def test_arrows_move_an_end(histogram: Histogram, ranges: Ranges) -> None:
    histogram.set_facet(replace(NUMBERS, low=2.0, high=5.0, active=True))
    QTest.keyClick(histogram, Qt.Key.Key_Right)
    QTest.keyClick(histogram, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(histogram, Qt.Key.Key_Left)
    assert ranges == [(2.0, 6.0), (3.0, 5.0), (2.0, 4.0)]
    histogram.set_facet(replace(NUMBERS, low=4.0, high=5.0, active=True))
    QTest.keyClick(histogram, Qt.Key.Key_Left)
    assert len(ranges) == 3, "an empty range is none"


def test_the_ends_are_told_as_people_count(histogram: Histogram) -> None:
    histogram.set_facet(replace(NUMBERS, low=2.0, high=5.0, active=True))
    assert histogram.accessibleDescription() == "2 to 4"
    days = np.arange(5) * DAY
    dates = replace(NUMBERS, type=FieldType.DATE, edges=days, counts=np.ones(4, np.int64), totals=np.ones(4, np.int64))
    histogram.set_facet(dates)
    assert histogram.accessibleDescription() == "1970-01-01 to 1970-01-04"
    histogram.set_facet(replace(dates, edges=days / 24))
    assert histogram.accessibleDescription() == "1970-01-01 00:00 to 1970-01-01 04:00"
    QTest.mouseMove(histogram, at(5.0))
    assert "1 of 1" in histogram.toolTip()


def test_dates_long_before_1970_are_shown(histogram: Histogram) -> None:
    edges = np.array([-90_000 * DAY, -80_000 * DAY])
    facet = replace(NUMBERS, type=FieldType.DATE, edges=edges, counts=np.ones(1, np.int64), totals=np.ones(1, np.int64))
    histogram.set_facet(facet)
    assert histogram.accessibleDescription().startswith("1723-")


def test_what_is_outside_the_range_is_painted_quietly(histogram: Histogram) -> None:
    every = histogram.grab().toImage()
    histogram.set_facet(replace(NUMBERS, low=2.0, high=5.0, active=True))
    assert histogram.grab().toImage() != every
