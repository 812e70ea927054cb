"""The query bar by typing, clicking and dropping."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QLabel, QMenu, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from embexplorer.app.values import Chip, QueryView
from embexplorer.data.items import FieldType
from embexplorer.gui.chips import ChipButton
from embexplorer.gui.querybar import QueryBar
from embexplorer.gui.querylines import FilterLine, SearchLine

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
NAMES = (("part of speech", FieldType.CATEGORY), ("senses", FieldType.NUMBER), ("@tags", FieldType.TAGS))
CHIPS = (
    Chip("text", "a running dog", 1.0, False),
    Chip("image", "sea.png", -1.0, False),
    Chip("items", "3 items", 1.0, True),
)
Log = list[tuple[Any, ...]]


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[QueryBar]:
    result = QueryBar()
    qtbot.addWidget(result)
    result.resize(1000, 80)
    result.set_query(QueryView(names=NAMES, tags=("to check",)))
    result.show()
    QTest.qWaitForWindowExposed(result)
    result.activateWindow()
    yield result
    for timer in result.findChildren(QTimer):
        timer.stop()


@pytest.fixture
def log(bar: QueryBar) -> Log:
    found: Log = []
    for name in ("text_added", "term_removed", "term_flipped", "term_muted", "cleared", "filter_edited"):
        getattr(bar, name).connect(lambda *what, name=name: found.append((name, *what)))
    for name in ("mode_chosen", "exact_chosen", "k_chosen", "space_chosen", "image_wanted", "images_dropped"):
        getattr(bar, name).connect(lambda *what, name=name: found.append((name, *what)))
    return found


def line(bar: QueryBar) -> SearchLine:
    return bar.findChild(SearchLine)


def filter_line(bar: QueryBar) -> FilterLine:
    return bar.findChild(FilterLine)


def chips(bar: QueryBar) -> list[ChipButton]:
    return [chip for chip in bar.findChildren(ChipButton) if not chip.isHidden()]


def show_chips(bar: QueryBar, some: tuple[Chip, ...] = CHIPS, **more: Any) -> None:
    bar.set_query(QueryView(chips=some, names=NAMES, **more))
    QCoreApplication.processEvents()


def test_enter_searches_and_shift_enter_pushes_away(bar: QueryBar, log: Log) -> None:
    bar.focus_text()
    QTest.keyClicks(line(bar), "  a dog ")
    QTest.keyClick(line(bar), Qt.Key.Key_Return)
    QTest.keyClicks(line(bar), "a cat")
    QTest.keyClick(line(bar), Qt.Key.Key_Return, SHIFT)
    QTest.keyClick(line(bar), Qt.Key.Key_Return)
    assert log == [("text_added", "a dog", 1.0), ("text_added", "a cat", -1.0)]
    assert line(bar).text() == ""


def test_a_chip_is_flipped_and_removed_by_the_mouse(bar: QueryBar, log: Log) -> None:
    show_chips(bar)
    QTest.mouseClick(chips(bar)[1], LEFT, pos=QPoint(20, 10))
    cross = chips(bar)[2].findChild(QToolButton)
    QTest.mouseClick(cross, LEFT)
    assert log == [("term_flipped", 1), ("term_removed", 2)]
    assert [chip.property("sign") for chip in chips(bar)] == ["plus", "minus", "muted"]
    assert chips(bar)[1].accessibleName() == "Less like sea.png"


def test_chips_by_the_keyboard(bar: QueryBar, log: Log) -> None:
    show_chips(bar)
    bar.focus_text()
    QTest.keyClick(line(bar), Qt.Key.Key_Backspace)
    assert chips(bar)[2].hasFocus() and log == []
    QTest.keyClick(chips(bar)[2], Qt.Key.Key_Left)
    assert chips(bar)[1].hasFocus()
    QTest.keyClick(chips(bar)[1], Qt.Key.Key_Space)
    QTest.keyClick(chips(bar)[1], Qt.Key.Key_Delete)
    assert log == [("term_flipped", 1), ("term_removed", 1)]
    show_chips(bar, (CHIPS[0], CHIPS[2]))
    assert chips(bar)[1].hasFocus(), "the keyboard stays where the removed chip stood"
    QTest.keyClick(chips(bar)[1], Qt.Key.Key_Right)
    assert line(bar).hasFocus()
    QTest.keyClick(line(bar), Qt.Key.Key_Left)
    QTest.keyClick(chips(bar)[1], Qt.Key.Key_Backspace)
    show_chips(bar, ())
    assert log[-1] == ("term_removed", 1) and line(bar).hasFocus()


def test_the_menu_of_a_chip_mutes_it(bar: QueryBar, log: Log, qtbot: QtBot) -> None:
    show_chips(bar)

    def choose() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        words = [action.text() for action in menu.actions()]
        menu.actions()[1].trigger()
        menu.close()
        assert words == ["Less like this", "Leave it out for now", "Remove"]

    QTimer.singleShot(0, choose)
    chips(bar)[0]._menu(chips(bar)[0].mapToGlobal(QPoint(0, 0)))
    assert log == [("term_muted", 0, True)]


def test_many_chips_wrap_and_leave_room_to_type(bar: QueryBar, qtbot: QtBot) -> None:
    low = bar.sizeHint().height()
    bar.resize(640, low)
    show_chips(bar, CHIPS * 6)
    bar.resize(640, bar.sizeHint().height())
    QCoreApplication.processEvents()
    assert bar.width() == 640 and bar.sizeHint().height() > low + 60
    assert line(bar).width() >= 140
    field = line(bar).parentWidget()
    assert field.rect().contains(line(bar).geometry()) and field.rect().contains(chips(bar)[-1].geometry())
    tops = {chip.y() for chip in chips(bar)}
    assert len(tops) > 2
    show_chips(bar, ())
    qtbot.waitUntil(lambda: bar.sizeHint().height() == low)


def test_a_long_text_is_cut_on_its_chip(bar: QueryBar) -> None:
    show_chips(bar, (Chip("text", "word " * 60, 1.0, False),))
    assert chips(bar)[0].width() < 400
    assert chips(bar)[0].toolTip().count("word") == 60


def test_the_filter_is_sent_after_a_pause_and_at_once_on_enter(bar: QueryBar, log: Log, qtbot: QtBot) -> None:
    bar.focus_filter()
    QTest.keyClicks(filter_line(bar), "senses > 2")
    assert log == []
    qtbot.waitUntil(lambda: log == [("filter_edited", "senses > 2")])
    QTest.keyClicks(filter_line(bar), "0")
    QTest.keyClick(filter_line(bar), Qt.Key.Key_Return)
    assert log[-1] == ("filter_edited", "senses > 20")
    filter_line(bar).clear()
    assert log[-1] == ("filter_edited", "") and len(log) == 3


def test_typing_offers_words_and_takes_the_chosen_one(bar: QueryBar) -> None:
    bar.focus_filter()
    QTest.keyClicks(filter_line(bar), "par")
    popup = bar._completer.popup()
    assert popup.isVisible()
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert filter_line(bar).text() == "`part of speech` "
    QTest.keyClicks(filter_line(bar), '= "n')
    assert not popup.isVisible()


def test_what_is_typed_is_not_overwritten_by_an_older_answer(bar: QueryBar) -> None:
    bar.focus_filter()
    QTest.keyClicks(filter_line(bar), "senses > 3 ")
    bar.set_query(QueryView(names=NAMES, filter_text="senses > 1"))
    assert filter_line(bar).text() == "senses > 3 "


def test_an_error_is_said_and_underlined(bar: QueryBar) -> None:
    text = "sensses > 2"
    bar.set_query(QueryView(names=NAMES, filter_text=text))
    filter_line(bar).setCursorPosition(0)
    plain = filter_line(bar).grab().toImage()
    bar.set_query(QueryView(names=NAMES, filter_text=text, error="There is no column “sensses”.", error_at=0))
    words = [label.text() for label in bar.findChildren(QLabel)]
    assert "There is no column “sensses”." in words
    assert filter_line(bar).parentWidget().property("state") == "error"
    assert filter_line(bar).grab().toImage() != plain, "the wrong word is underlined"
    assert filter_line(bar).text() == text
    bar.set_query(QueryView(names=NAMES, filter_text=text, filter_words="more than 2 senses"))
    assert filter_line(bar).parentWidget().property("state") == ""
    assert filter_line(bar).grab().toImage() == plain


def test_the_box_around_a_line_shows_the_keyboard(bar: QueryBar) -> None:
    bar.focus_filter()
    assert filter_line(bar).parentWidget().property("typing") == "true"
    bar.focus_text()
    assert line(bar).parentWidget().property("typing") == "true"
    assert filter_line(bar).parentWidget().property("typing") == ""


def test_choices_are_told_only_when_the_user_makes_them(bar: QueryBar, log: Log) -> None:
    bar.set_query(QueryView(k=200, mode="hybrid", exact=True, spaces=("text", "clip"), space="clip"))
    assert log == []
    spin = bar.findChild(QSpinBox)
    assert spin.value() == 200
    spin.setFocus()
    QTest.keyClick(spin, Qt.Key.Key_Up)
    mode, space = (each for each in bar.findChildren(QComboBox))
    assert (mode.currentData(), space.currentData()) == ("hybrid", "clip")
    QTest.keyClick(mode, Qt.Key.Key_Home)
    QTest.keyClick(space, Qt.Key.Key_Up)
    assert log == [("k_chosen", 201), ("mode_chosen", "vector"), ("space_chosen", "text")]


def test_a_dropped_picture_is_handed_on(bar: QueryBar, log: Log, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "a b.png")), QUrl("https://example.org/x.png")])
    copy, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 10), copy, data, buttons, none)
    QCoreApplication.sendEvent(bar, enter)
    assert enter.isAccepted()
    assert any(frame.property("over") == "true" for frame in bar.findChildren(QFrame))
    QCoreApplication.sendEvent(bar, QDropEvent(QPointF(50, 10), copy, data, buttons, none))
    assert log == [("images_dropped", [str(tmp_path / "a b.png")])]
    assert not any(frame.property("over") == "true" for frame in bar.findChildren(QFrame))
    text = QMimeData()
    text.setText("no file")
    refused = QDragEnterEvent(QPoint(50, 10), copy, text, buttons, none)
    refused.ignore()
    QCoreApplication.sendEvent(bar, refused)
    assert not refused.isAccepted()


def test_the_buttons_ask_for_an_image_and_clear(bar: QueryBar, log: Log) -> None:
    show_chips(bar)
    for name in ("Search with an image", "Clear the query"):
        QTest.mouseClick(next(b for b in bar.findChildren(QToolButton) if b.accessibleName() == name), LEFT)
    assert log == [("image_wanted",), ("cleared",)]
