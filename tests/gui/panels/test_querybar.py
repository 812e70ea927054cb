"""The query bar by typing, clicking and dropping."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, QRect, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QLineEdit, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from embexplorer.app.values import Chip, PastQuery, QueryView
from embexplorer.data.items import FieldType
from embexplorer.gui.chipmenu import chip_menu
from embexplorer.gui.chips import ChipButton
from embexplorer.gui.querybar import QueryBar
from embexplorer.gui.querylines import FilterLine, SearchLine

LEFT, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier
NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NAMES = (("part of speech", FieldType.CATEGORY), ("senses", FieldType.NUMBER), ("@tags", FieldType.TAGS))
CHIPS = (
    Chip("text", "a running dog", 1.0, False),
    Chip("image", "sea.png", -2.0, False),
    Chip("items", "3 items", 1.0, True),
    Chip("text", "the colour", 1.0, False, aside=True),
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

    def note(source: Any, names: str, before: str = "") -> None:
        for name in names.split():
            getattr(source, name).connect(lambda *what, name=name: found.append((before + name, *what)))

    note(bar, "filter_edited mode_chosen exact_chosen k_chosen space_chosen")
    note(bar.terms, "text_added cleared image_wanted combine_chosen but_not_chosen")
    note(bar.terms.area, "turned way_chosen weighed nudged removed muted rewritten moved items_wanted")
    note(bar.terms.past, "recent_chosen saved_chosen delete_wanted save_wanted")
    note(bar.drop, "images_dropped texts_dropped rows_dropped")
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
    QTest.keyClicks(line(bar), "a bird")
    QTest.keyClick(line(bar), Qt.Key.Key_Return, CTRL)
    assert log == [
        ("text_added", "a dog", 1.0, False), ("text_added", "a cat", -1.0, False), ("text_added", "a bird", 1.0, True),
    ]  # fmt: skip
    assert line(bar).text() == ""


def box(bar: QueryBar) -> QFrame:
    """The field in which terms are typed."""
    return bar.terms


def test_a_chip_is_turned_and_removed_by_the_mouse(bar: QueryBar, log: Log) -> None:
    show_chips(bar)
    QTest.mouseClick(chips(bar)[1], LEFT, pos=QPoint(12, 10))
    QTest.mouseClick(chips(bar)[1], LEFT, pos=QPoint(60, 10))
    QTest.mouseClick(chips(bar)[2], LEFT, pos=chips(bar)[2].rect().center() * 2 - QPoint(12, 10))
    assert log == [("turned", 1), ("removed", 2)], "a click on the words only gives it the keyboard"
    names = [chip.accessibleName() for chip in chips(bar)]
    assert names == ["More like a running dog", "Less like sea.png, ×2", "More like 3 items, left out for now",
                     "Whatever it is about: the colour"]  # fmt: skip


def test_chips_by_the_keyboard(bar: QueryBar, log: Log) -> None:
    show_chips(bar)
    bar.focus_text()
    QTest.keyClick(line(bar), Qt.Key.Key_Backspace)
    assert chips(bar)[3].hasFocus() and log == []
    for _ in range(2):
        QTest.keyClick(bar.focusWidget(), Qt.Key.Key_Left)
    assert chips(bar)[1].hasFocus()
    keys = ((Qt.Key.Key_Space, NONE), (Qt.Key.Key_Space, SHIFT), (Qt.Key.Key_Plus, NONE), (Qt.Key.Key_Minus, NONE),
            (Qt.Key.Key_Delete, NONE))  # fmt: skip
    for key, held in keys:
        QTest.keyClick(chips(bar)[1], key, held)
    assert log == [
        ("turned", 1), ("muted", 1, True), ("way_chosen", 1, 1.0, False), ("way_chosen", 1, -1.0, False),
        ("removed", 1),
    ]  # fmt: skip
    show_chips(bar, (CHIPS[0], CHIPS[2]))
    assert chips(bar)[1].hasFocus(), "the keyboard stays where the removed chip stood"
    QTest.keyClick(chips(bar)[1], Qt.Key.Key_Right)
    assert line(bar).hasFocus()
    QTest.keyClick(line(bar), Qt.Key.Key_Left)
    QTest.keyClick(chips(bar)[1], Qt.Key.Key_Backspace)
    show_chips(bar, ())
    assert log[-1] == ("removed", 1) and line(bar).hasFocus()


def test_the_weight_by_keys_wheel_and_dragging(bar: QueryBar, log: Log) -> None:
    show_chips(bar)
    first = chips(bar)[0]
    first.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down):
        QTest.keyClick(first, key)
    assert log == [("nudged", 0, 1), ("nudged", 0, 1), ("nudged", 0, -1)]
    log.clear()
    turn(first, 1)
    turn(chips(bar)[1], 1)
    assert log == [("nudged", 0, 1)], "without the keyboard the wheel scrolls"
    log.clear()
    drag(first, QPoint(60, 12), QPoint(61, 2), QPoint(62, -18))
    assert log[-1] == ("weighed", 0, 1.5) and len(log) == 2
    drag(first, QPoint(60, 12), QPoint(60, 40), QPoint(60, 400))
    assert log[-1] == ("weighed", 0, 0.1), "it never counts for nothing"
    log.clear()
    QTest.keyClick(chips(bar)[3], Qt.Key.Key_Up)
    assert log == [], "what is set aside has no weight"


def test_chips_are_put_in_another_order(bar: QueryBar, log: Log) -> None:
    show_chips(bar)
    chips(bar)[0].setFocus()
    QTest.keyClick(chips(bar)[0], Qt.Key.Key_Left, ALT)
    QTest.keyClick(chips(bar)[0], Qt.Key.Key_Right, ALT)
    assert log == [("moved", 0, 1)] and chips(bar)[1].hasFocus()
    log.clear()
    first, third = chips(bar)[0], chips(bar)[2]
    drag(
        first,
        QPoint(60, 12),
        QPoint(90, 12),
        first.mapFromGlobal(third.mapToGlobal(third.rect().center())) + QPoint(9, 0),
    )
    assert log == [("moved", 0, 2)]
    drag(third, QPoint(60, 12), QPoint(30, 12), third.mapFromGlobal(first.mapToGlobal(QPoint(5, 12))))
    assert log[-1] == ("moved", 2, 0)
    drag(first, QPoint(60, 12), QPoint(40, 12), QPoint(58, 12))
    assert len(log) == 2, "let go where it was"
    assert bar.terms.area._caret.isHidden()


def test_a_text_is_edited_in_its_place(bar: QueryBar, log: Log) -> None:
    show_chips(bar)
    first = chips(bar)[0]
    QTest.mouseDClick(first, LEFT, pos=QPoint(60, 12))
    editor = first.findChild(QLineEdit)
    assert editor.hasFocus() and editor.text() == "a running dog"
    QTest.keyClicks(editor, "a cat")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert log == [] and first.hasFocus() and first.findChild(QLineEdit).isHidden()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QTest.keyClick(first, Qt.Key.Key_Return)
    QTest.keyClicks(first.findChild(QLineEdit), "a cat")
    QTest.keyClick(first.findChild(QLineEdit), Qt.Key.Key_Return)
    assert log == [("rewritten", 0, "a cat")] and first.hasFocus() and first._editor is None
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QTest.keyClick(first, Qt.Key.Key_F2)
    first.findChild(QLineEdit).setText("a bird")
    line(bar).setFocus()
    assert log[-1] == ("rewritten", 0, "a bird"), "going elsewhere takes what was typed"
    QTest.mouseDClick(chips(bar)[2], LEFT, pos=QPoint(60, 12))
    assert log[-1] == ("items_wanted", 2)


@pytest.mark.parametrize(
    ("at", "words", "told"),
    [
        (0, "Less like this", ("way_chosen", 0, -1.0, False)),
        (0, "Whatever it is about", ("way_chosen", 0, 1.0, True)),
        (3, "More like this", ("way_chosen", 3, 1.0, False)),
        (0, "Leave it out for now", ("muted", 0, True)),
        (2, "Take it into account again", ("muted", 2, False)),
        (2, "Select these items", ("items_wanted", 2)),
        (1, "Remove", ("removed", 1)),
    ],
)
def test_the_menu_of_a_chip(bar: QueryBar, log: Log, at: int, words: str, told: tuple[Any, ...]) -> None:
    show_chips(bar)
    menu = chip_menu(chips(bar)[at])
    ways = [entry.isChecked() for entry in menu.actions()[:3]]
    next(entry for entry in menu.actions() if entry.text() == words).trigger()
    assert log == [told]
    assert ways == [at in (0, 2), at == 1, at == 3]
    menu.deleteLater()


def test_the_menu_of_a_chip_weighs_it(bar: QueryBar, log: Log) -> None:
    show_chips(bar)
    weights = next(entry.menu() for entry in chip_menu(chips(bar)[1]).actions() if entry.menu())
    assert [entry.text() for entry in weights.actions() if entry.isChecked()] == ["×2"]
    weights.actions()[0].trigger()
    assert log == [("weighed", 1, 0.5)]


def test_chips_fill_two_lines_and_then_scroll(bar: QueryBar, qtbot: QtBot) -> None:
    low = bar.sizeHint().height()
    bar.resize(800, low)
    show_chips(bar, CHIPS * 125)
    area = bar.terms.area
    qtbot.waitUntil(lambda: len(chips(bar)) == 500)
    bar.resize(800, bar.sizeHint().height())
    QCoreApplication.processEvents()
    assert low + 20 <= bar.sizeHint().height() <= low + 32
    tops = {chip.y() for chip in chips(bar)}
    assert len(tops) > 100 and line(bar).width() >= 140
    for seen in (line(bar), chips(bar)[0], chips(bar)[250]):
        seen.setFocus()
        place = seen.mapTo(area.viewport(), QPoint(0, 0))
        assert area.viewport().rect().contains(QRect(place, seen.size()))
        assert (
            area.verticalScrollBar().value() % 28 == 0
            or area.verticalScrollBar().value() == area.verticalScrollBar().maximum()
        )
    show_chips(bar, ())
    qtbot.waitUntil(lambda: bar.sizeHint().height() == low)


def test_a_long_text_is_cut_on_its_chip(bar: QueryBar) -> None:
    show_chips(bar, (Chip("text", "word " * 60, 1.0, False),))
    assert chips(bar)[0].width() < 400
    QTest.mouseMove(chips(bar)[0], QPoint(60, 10))
    assert chips(bar)[0].toolTip().count("word ") == 60


def test_how_parts_act_together_shows_where_it_matters(bar: QueryBar, log: Log) -> None:
    button = bar.terms.findChild(QToolButton, "combine")
    one, other = Chip("text", "a dog", 1.0, False), Chip("text", "a cat", 1.0, False)
    less, quiet = Chip("text", "fur", -1.0, False), Chip("text", "a bird", 1.0, True)
    for shown, words, more in (
        ((one,), "", {}),
        ((one, quiet), "", {}),
        ((one, CHIPS[3]), "", {}),
        ((one, other), "Blend", {}),
        ((one, other), "Like all", {"combine": "both"}),
        ((one, other, less), "Like any, but not", {"combine": "either"}),
        ((one, less), "Blend", {"combine": "both"}),
        ((one, less), "Blend, but not", {"but_not": True}),
    ):
        show_chips(bar, shown, **more)
        assert ("" if button.isHidden() else button.text()) == words, (shown, more)
    show_chips(bar, (one, other, less))
    entries = {entry.text(): entry for entry in button.menu().actions() if entry.text()}
    assert [entry.isChecked() for entry in entries.values()] == [True, False, False, False]
    entries["Like any"].trigger()
    entries["Leave out what is more like a minus part"].trigger()
    assert log == [("combine_chosen", "either"), ("but_not_chosen", True)]


def test_earlier_queries_open_from_the_empty_line(bar: QueryBar, log: Log) -> None:
    recent = tuple(PastQuery(f"query {at} & more", "senses > 2" if at == 1 else "") for at in range(50))
    bar.set_past(recent, (PastQuery("a dog", "", "My dogs"),))
    bar.focus_text()
    QTest.keyClicks(line(bar), "x")
    QTest.keyClick(line(bar), Qt.Key.Key_Down)
    assert not bar.terms.past.isVisible()
    line(bar).clear()
    QTest.keyClick(line(bar), Qt.Key.Key_Down)
    menu = bar.terms.past
    assert menu.isVisible()
    words = [entry.text() for entry in menu.actions() if not entry.isSeparator()]
    assert words[:4] == ["Save the query…", "My dogs", "Delete a saved query", "query 0 && more"]
    assert words[4] == "query 1 && more\tsenses > 2"
    assert not menu.actions()[0].isEnabled(), "there is nothing to save"
    menu.setActiveAction(menu.actions()[6])
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert log == [("recent_chosen", 1)] and not menu.isVisible()
    menu.aboutToShow.emit()
    earlier = next(entry.menu() for entry in menu.actions() if entry.text() == "Earlier")
    assert len(earlier.actions()) == 38
    earlier.actions()[-1].trigger()
    next(entry for entry in menu.actions() if entry.text() == "My dogs").trigger()
    next(entry.menu() for entry in menu.actions() if entry.text() == "Delete a saved query").actions()[0].trigger()
    assert log[1:] == [("recent_chosen", 49), ("saved_chosen", "My dogs"), ("delete_wanted", "My dogs")]


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
    assert box(bar).property("typing") == "true"
    assert filter_line(bar).parentWidget().property("typing") == ""


def test_choices_are_told_only_when_the_user_makes_them(bar: QueryBar, log: Log) -> None:
    bar.set_query(QueryView(k=200, mode="hybrid", exact=True, spaces=("text", "clip"), space="clip"))
    assert log == []
    spin = bar.findChild(QSpinBox)
    assert spin.value() == 200
    spin.setFocus()
    QTest.keyClick(spin, Qt.Key.Key_Up)
    mode, _by, space = (each for each in bar.findChildren(QComboBox))
    assert (mode.currentData(), space.currentData()) == ("hybrid", "clip")
    QTest.keyClick(mode, Qt.Key.Key_Home)
    QTest.keyClick(space, Qt.Key.Key_Up)
    assert log == [("k_chosen", 201), ("mode_chosen", "vector"), ("space_chosen", "text")]


def test_words_and_meaning_are_mixed_by_a_slider_where_both_count(bar: QueryBar, log: Log) -> None:
    bar.set_query(QueryView(mode="vector"))
    assert not bar.mix.isVisible()
    bar.set_query(QueryView(mode="hybrid", lexical_weight=0.25))
    assert bar.mix.isVisible() and bar.mix.slider.value() == 5
    bar.mix.mixed.connect(lambda share: log.append(("mixed", share)))
    bar.mix.slider.setFocus()
    QTest.keyClick(bar.mix.slider, Qt.Key.Key_Right)
    QTest.keyClick(bar.mix.slider, Qt.Key.Key_Right)
    bar.set_query(QueryView(mode="hybrid", lexical_weight=0.25))  # an answer to what was asked before
    assert "Meaning counts 65 %" in bar.mix.slider.accessibleDescription()
    QTest.qWait(300)
    assert log == [("mixed", 0.35)]


def test_documents_or_passages_are_chosen_where_there_are_passages(bar: QueryBar, log: Log) -> None:
    bar.by_chosen.connect(lambda by: log.append(("by", by)))
    bar.set_query(QueryView())
    _mode, by, _space = bar.findChildren(QComboBox)
    assert not by.isVisible()
    bar.set_query(QueryView(has_passages=True))
    assert by.isVisible() and by.currentText() == "Documents"
    by.setFocus()
    QTest.keyClick(by, Qt.Key.Key_End)
    assert log == [("by", "passage")]


@pytest.mark.parametrize(
    ("share", "keys", "way"),
    [(0.1, NONE, (1.0, False)), (0.1, ALT, (-1.0, False)), (0.5, NONE, (-1.0, False)), (0.9, NONE, (1.0, True))],
)
def test_dropped_files_are_handed_on_as_the_zone_says(bar, log: Log, tmp_path: Path, share, keys, way) -> None:
    data = QMimeData()
    urls = [QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a b.png", "words.txt", "table.csv")]
    data.setUrls([*urls, QUrl("https://example.org/x.png")])
    copy, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    place = QPoint(round(bar.width() * share), 10)
    enter = QDragEnterEvent(place, copy, data, buttons, keys)
    QCoreApplication.sendEvent(bar, enter)
    assert enter.isAccepted()
    lit = [name for name, zone in bar.drop.zones.items() if zone.isVisible() and zone.property("over") == "true"]
    assert lit == ["aside" if way[1] else "more" if way[0] > 0 else "less"]
    QCoreApplication.sendEvent(bar, QDropEvent(QPointF(place), copy, data, buttons, keys))
    expected = [("images_dropped", [str(tmp_path / "a b.png")], *way)]
    assert log == [*expected, ("texts_dropped", [str(tmp_path / "words.txt")], *way)]
    assert not any(zone.isVisible() for zone in bar.drop.zones.values())


def test_what_is_no_file_of_use_is_refused(bar: QueryBar, tmp_path: Path) -> None:
    text, table = QMimeData(), QMimeData()
    text.setText("no file")
    table.setUrls([QUrl.fromLocalFile(str(tmp_path / "table.csv"))])
    for data in (text, table):
        refused = QDragEnterEvent(QPoint(50, 10), Qt.DropAction.CopyAction, data, LEFT, NONE)
        refused.ignore()
        QCoreApplication.sendEvent(bar, refused)
        assert not refused.isAccepted()


def test_the_buttons_ask_for_an_image_and_clear(bar: QueryBar, log: Log) -> None:
    show_chips(bar)
    for name in ("Search with an image", "Clear the query"):
        QTest.mouseClick(next(b for b in bar.findChildren(QToolButton) if b.accessibleName() == name), LEFT)
    assert log == [("image_wanted",), ("cleared",)]


def turn(chip: ChipButton, clicks: int) -> None:
    place, phase = QPointF(20, 10), Qt.ScrollPhase.NoScrollPhase
    turned = QPoint(0, 120 * clicks)
    QCoreApplication.sendEvent(
        chip, QWheelEvent(place, chip.mapToGlobal(place), QPoint(), turned, Qt.MouseButton.NoButton, NONE, phase, False)
    )


def drag(chip: ChipButton, start: QPoint, *places: QPoint) -> None:
    QTest.mousePress(chip, LEFT, NONE, start)
    for place in places:
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), QPointF(chip.mapToGlobal(place)), LEFT, LEFT, NONE)
        QCoreApplication.sendEvent(chip, event)
    QTest.mouseRelease(chip, LEFT, NONE, places[-1])
