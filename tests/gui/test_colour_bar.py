"""The colour bar: its two ends by mouse and keys, what it tells, and values that are hard to draw."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from embexplorer.app.legend import END
from embexplorer.data.items import FieldType
from embexplorer.gui.map.colourbar import ColourBar, laid_out
from embexplorer.gui.map.legend import Legend

sys.path.insert(0, str(Path(__file__).parent))

from legends import legend_of

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SPREAD = pl.Series(np.linspace(0.0, 100.0, 2001))
DAYS = pl.Series([datetime(2024, 1, 1) + timedelta(days=day) for day in range(366)])


@pytest.fixture
def legend(qtbot) -> Iterator[Legend]:
    room = QWidget()
    room.resize(700, 500)
    made = Legend(room)
    with qtbot.waitExposed(room):
        room.show()
    yield made
    room.close()
    room.deleteLater()


def show(legend: Legend, values: pl.Series, kind: FieldType = FieldType.NUMBER, **how: object) -> ColourBar:
    scale, view = legend_of(values, kind, **how)
    legend.set_scale(scale, False)
    legend.set_legend(view)
    bar = legend.findChild(ColourBar)
    bar.grab()
    return bar


def told_by(legend: Legend) -> list[tuple[float, float] | None]:
    said: list[tuple[float, float] | None] = []
    legend.range_chosen.connect(said.append)
    return said


def at(bar: ColourBar, value: float) -> QPoint:
    return QPoint(round(bar._x(value)), 33)


def drag(bar: ColourBar, *values: float) -> None:
    QTest.mousePress(bar, LEFT, NONE, at(bar, values[0]))
    for value in values[1:]:
        QTest.mouseMove(bar, at(bar, value))
    QTest.mouseRelease(bar, LEFT, NONE, at(bar, values[-1]))


def test_an_end_is_dragged_and_tells_with_every_movement(legend: Legend) -> None:
    bar, said = show(legend, SPREAD), told_by(legend)
    drag(bar, 0, 10, 20)
    assert [round(low) for low, _ in said] == [10, 20]
    assert all(high == END for _, high in said)
    drag(bar, 100, 60)
    low, high = said[-1]
    assert round(low) == 20 and round(high) == 60
    assert bar.words() == (f"{low:.0f}", f"{high:.0f}")
    assert [end.accessibleDescription() for end in bar.ends] == list(bar.words())


def test_an_end_stops_at_the_other(legend: Legend) -> None:
    bar, said = show(legend, SPREAD, value_range=(20.0, 60.0)), told_by(legend)
    drag(bar, 60, 5)
    assert said[-1] == (20.0, 20.0)
    drag(bar, 20, 40)
    assert said[-1][0] == 20.0 and said[-1][1] > 20.0  # the upper one can be taken again


def test_back_at_the_ends_there_is_no_range(legend: Legend) -> None:
    bar, said = show(legend, SPREAD), told_by(legend)
    drag(bar, 0, 30)
    drag(bar, 30, 0)
    assert said[-1] is None and not bar.has_range


def test_a_drag_over_the_bars_leaves_these_values(legend: Legend) -> None:
    bar, said = show(legend, SPREAD), told_by(legend)
    drag(bar, 70, 50, 30)
    low, high = said[-1]
    assert round(low) == 30 and round(high) == 70
    QTest.mouseClick(bar, LEFT, NONE, at(bar, 50))
    assert len(said) == 2  # a click alone chooses nothing
    QTest.mouseDClick(bar, LEFT, NONE, at(bar, 50))
    assert said[-1] is None and not bar.has_range


def test_keys_move_an_end(legend: Legend) -> None:
    bar, said = show(legend, SPREAD), told_by(legend)
    low, high = bar.ends
    assert low.accessibleName() == "Lowest value shown" and high.focusPolicy() & Qt.FocusPolicy.TabFocus
    QTest.keyClick(low, Qt.Key.Key_Right)
    QTest.keyClick(low, Qt.Key.Key_PageUp)
    QTest.keyClick(high, Qt.Key.Key_Left)
    assert said == [(pytest.approx(1), END), (pytest.approx(11), END), (pytest.approx(11), pytest.approx(99))]
    QTest.keyClick(low, Qt.Key.Key_Home)
    assert said[-1] == (-END, pytest.approx(99))
    QTest.keyClick(high, Qt.Key.Key_Home)
    assert said[-1] == (-END, 0)
    QTest.keyClick(high, Qt.Key.Key_End)
    assert said[-1] is None
    QTest.keyClick(low, Qt.Key.Key_PageUp)
    QTest.keyClick(low, Qt.Key.Key_Escape)
    assert said[-1] is None and not bar.has_range


def test_whole_numbers_stay_whole(legend: Legend) -> None:
    bar, said = show(legend, pl.Series([1, 2, 3, 4, 5] * 4), whole=True), told_by(legend)
    drag(bar, 1, 2.2)
    drag(bar, 5, 3.7)
    assert said == [(2.0, END), (2.0, 4.0)]
    assert bar.words() == ("2", "4")


def test_dates_stay_whole_days(legend: Legend) -> None:
    bar, said = show(legend, DAYS, FieldType.DATE), told_by(legend)
    noon = datetime(2024, 3, 5, 12, tzinfo=UTC).timestamp() * 1000
    drag(bar, bar._bar.low, noon)
    drag(bar, bar._bar.high, datetime(2024, 9, 1, 12, tzinfo=UTC).timestamp() * 1000)
    low, high = said[-1]
    assert low % 86_400_000 == 0 and high % 86_400_000 == 86_400_000 - 1
    assert bar.words()[0].startswith("2024-03-0") and bar.words()[1].startswith(("2024-08-3", "2024-09-0"))


def test_what_is_under_the_hand_does_not_jump_back(legend: Legend) -> None:
    bar, said = show(legend, SPREAD), told_by(legend)
    QTest.mousePress(bar, LEFT, NONE, at(bar, 0))
    QTest.mouseMove(bar, at(bar, 10))
    QTest.mouseMove(bar, at(bar, 40))
    show(legend, SPREAD, value_range=said[0])  # an answer to the first movement, late
    assert round(bar._left[0]) == 40
    QTest.mouseRelease(bar, LEFT, NONE, at(bar, 40))
    show(legend, SPREAD, value_range=said[0])
    assert round(bar._left[0]) == 40
    show(legend, SPREAD, value_range=said[-1])
    show(legend, SPREAD, value_range=(5.0, 50.0))  # by somebody else, later
    assert bar._left == (5.0, 50.0)
    show(legend, SPREAD)
    assert not bar.has_range


def test_the_bars_follow_the_filter(legend: Legend) -> None:
    before = show(legend, SPREAD).grab().toImage()
    after = show(legend, SPREAD, allowed=SPREAD.to_numpy() < 50).grab().toImage()
    assert before != after
    assert sum(legend.view.bar.shown) == 1000 and sum(legend.view.bar.totals) == 2001


def test_missing_values_keep_a_row_to_switch(legend: Legend) -> None:
    said: list[str] = []
    legend.switched.connect(said.append)
    show(legend, pl.Series([1.0, None, float("nan"), 3.0]), value_range=(2.0, 3.0))
    assert [line.label for line in legend.view.lines] == ["missing"] and legend.view.lines[0].total == 2
    assert not legend._foot.isHidden()


@pytest.mark.parametrize(
    "values",
    [
        [3.5] * 5,
        [None, None],
        [float("nan")] * 3,
        [float("inf"), float("-inf"), 1.0, 2.0],
        [-1.7e308, 1.7e308],
        [1e-300, 2e-300],
        [1e15, 1e15 + 2],
    ],
)
def test_values_that_are_hard_to_draw(legend: Legend, values: list[float | None]) -> None:
    bar, said = show(legend, pl.Series(values, dtype=pl.Float64)), told_by(legend)
    known = {value for value in values if value is not None and np.isfinite(value)}
    assert bar.isHidden() == (not known)
    assert [end.isHidden() for end in bar.ends] == [len(known) < 2] * 2 or not known
    if len(known) > 1:
        for key in (Qt.Key.Key_PageUp, Qt.Key.Key_Right, Qt.Key.Key_Home):
            QTest.keyClick(bar.ends[0], key)
        drag(bar, bar._bar.low, bar._bar.high)
        bar.grab()
        assert said and all(said is None or low <= high for low, high in filter(None, said))


def test_words_never_touch() -> None:
    wide = len
    assert laid_out([(10, "aaa"), (50, "bbb")], 60, wide) == [(8.5, "aaa"), (48.5, "bbb")]
    (first, _), (second, _) = laid_out([(30, "aaaaaaaa"), (31, "bbbbbbbb")], 60, wide)
    assert second >= first + 8 + 8 and first >= 4 and second + 8 <= 56
    assert [text for _, text in laid_out([(0, "aaa"), (3, "b"), (40, "c")], 60, wide)] == ["aaa", "c"]
