"""The list of tags and the sheet that asks for one, driven by keys and clicks."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QMenu, QWidget

from embexplorer.app.values import TagView
from embexplorer.gui.tagdelegate import box_area, check_state, menu_area
from embexplorer.gui.tagspanel import TagList, TagSheet, TagsPanel

TAGS = (
    TagView("keep", 1240, "1", 37, 37),
    TagView("check again", 41, "2", 5, 37),
    TagView("unsure", 3, "", 0, 37),
)


@pytest.fixture
def panel(qtbot) -> TagsPanel:
    result = TagsPanel()
    qtbot.addWidget(result)
    result.resize(300, 400)
    with qtbot.waitActive(result):
        result.show()
        result.activateWindow()
    return result


@pytest.fixture
def told(panel) -> list[tuple]:
    result: list[tuple] = []
    for name in ("tag_wanted", "untag_wanted", "select_wanted", "filter_wanted"):
        getattr(panel, name).connect(lambda tag, name=name: result.append((name, tag)))
    panel.key_chosen.connect(lambda tag, key: result.append(("key_chosen", tag, key)))
    return result


def tag_list(panel: TagsPanel) -> TagList:
    return panel.findChild(TagList)


def line_of(panel: TagsPanel, position: int):
    return tag_list(panel).visualRect(tag_list(panel).model().index(position, 0))


def click(qtbot, panel: TagsPanel, at: QPoint) -> None:
    qtbot.mouseClick(tag_list(panel).viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def choose(panel: TagsPanel, words: str) -> None:
    """Trigger an entry of the open menu by its words, and close it."""
    menu = next(m for m in panel.findChildren(QMenu) if m.isVisible())
    every = [a for m in (menu, *menu.findChildren(QMenu)) for a in m.actions()]
    (action,) = [a for a in every if a.text() == words]
    assert action.isEnabled()
    action.trigger()
    menu.close()


def test_no_tags_say_what_to_do(panel) -> None:
    assert not tag_list(panel).isVisible()
    panel.set_tags(TAGS)
    assert tag_list(panel).isVisible()


def test_enter_tags_the_selection(panel, told, qtbot) -> None:
    line = panel.findChild(QLineEdit)
    qtbot.keyClicks(line, "  brand   new ")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert told == [("tag_wanted", "brand new")]
    assert line.text() == ""


@pytest.mark.parametrize(
    ("position", "state", "wanted"),
    [
        (0, Qt.CheckState.Checked, ("untag_wanted", "keep")),
        (1, Qt.CheckState.PartiallyChecked, ("tag_wanted", "check again")),
        (2, Qt.CheckState.Unchecked, ("tag_wanted", "unsure")),
    ],
)
def test_the_box_and_space_turn_a_tag_round(panel, told, qtbot, position, state, wanted) -> None:
    panel.set_tags(TAGS)
    assert check_state(TAGS[position]) is state
    click(qtbot, panel, box_area(line_of(panel, position)).center())
    assert told == [wanted]
    tag_list(panel).setFocus()
    tag_list(panel).setCurrentIndex(tag_list(panel).model().index(position, 0))
    qtbot.keyClick(tag_list(panel), Qt.Key.Key_Space)
    assert told == [wanted, wanted]


def test_without_a_selection_the_boxes_do_nothing(panel, told, qtbot) -> None:
    panel.set_tags((TagView("keep", 5),))
    click(qtbot, panel, box_area(line_of(panel, 0)).center())
    assert told == []


def test_the_items_of_a_tag_are_selected_by_double_click_and_enter(panel, told, qtbot) -> None:
    panel.set_tags(TAGS)
    at = line_of(panel, 1).center()
    viewport = tag_list(panel).viewport()
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert told == []  # Qt takes a double click for one only after a press
    click(qtbot, panel, at)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    tag_list(panel).setFocus()
    qtbot.keyClick(tag_list(panel), Qt.Key.Key_Down)
    qtbot.keyClick(tag_list(panel), Qt.Key.Key_Return)
    assert told == [("select_wanted", "check again"), ("select_wanted", "unsure")]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Select its items", ("select_wanted", "check again")),
        ("Show only its items", ("filter_wanted", "check again")),
        ("Put on the selection", ("tag_wanted", "check again")),
        ("Remove from the selection", ("untag_wanted", "check again")),
        ("7", ("key_chosen", "check again", "7")),
        ("1   keep", ("key_chosen", "check again", "1")),
        ("None", ("key_chosen", "check again", "")),
    ],
)
def test_the_menu_does_the_rest(panel, told, qtbot, words, wanted) -> None:
    panel.set_tags(TAGS)
    click(qtbot, panel, menu_area(line_of(panel, 1)).center())
    choose(panel, words)
    assert told == [wanted]


def test_the_menu_key_and_the_right_button_open_the_menu_too(panel, told, qtbot) -> None:
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QApplication

    panel.set_tags(TAGS)
    viewport = tag_list(panel).viewport()
    at = line_of(panel, 2).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, event)
    choose(panel, "Show only its items")
    tag_list(panel).setCurrentIndex(tag_list(panel).model().index(0, 0))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    QApplication.sendEvent(viewport, event)
    choose(panel, "Show only its items")
    assert told == [("filter_wanted", "unsure"), ("filter_wanted", "keep")]


def test_new_counts_keep_the_current_line_and_new_tags_too(panel) -> None:
    panel.set_tags(TAGS)
    tag_list(panel).setCurrentIndex(tag_list(panel).model().index(1, 0))
    panel.set_tags((*TAGS[:2], TagView("unsure", 4, "", 1, 37)))
    assert tag_list(panel).currentIndex().row() == 1
    panel.set_tags((TagView("about", 1), *TAGS))
    assert tag_list(panel).currentIndex().data() == "check again"


def test_each_line_says_everything_in_words(panel) -> None:
    panel.set_tags(TAGS)
    words = [tag_list(panel).model().index(i, 0).data(Qt.ItemDataRole.AccessibleTextRole) for i in range(3)]
    assert words == [
        "keep: 1,240 items, all of the selection, key 1",
        "check again: 41 items, some of the selection, key 2",
        "unsure: 3 items, none of the selection",
    ]


@pytest.fixture
def sheet(qtbot) -> TagSheet:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(600, 500)
    host.show()
    result = TagSheet(host)
    result.keep_alive = host
    return result


def offered(sheet: TagSheet) -> list[str]:
    found = sheet.findChild(QListWidget)
    return [found.item(i).text() for i in range(found.count())]


def test_the_sheet_offers_what_fits_and_a_new_tag(sheet, qtbot) -> None:
    told: list[str] = []
    sheet.chosen.connect(told.append)
    sheet.open(("sunk", "keep", "unsure"))
    line = sheet.findChild(QLineEdit)
    assert offered(sheet) == ["sunk", "keep", "unsure"]
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert told == []  # nothing typed, nothing picked
    qtbot.keyClicks(line, "un")
    assert offered(sheet) == ["unsure", "sunk", "New tag “un”"]
    qtbot.keyClick(line, Qt.Key.Key_Down)
    qtbot.keyClick(line, Qt.Key.Key_Down)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert told == ["un"]
    assert not sheet.isVisible()


def test_the_sheet_removes_only_what_is_there(sheet, qtbot) -> None:
    told: list[str] = []
    sheet.chosen.connect(told.append)
    sheet.open(("keep", "unsure"), True)
    line = sheet.findChild(QLineEdit)
    qtbot.keyClicks(line, "nothing")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert (offered(sheet), told) == ([], [])
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    sheet.open(("keep", "unsure"), True)
    listed = sheet.findChild(QListWidget)
    qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, pos=listed.visualItemRect(listed.item(1)).center())
    assert told == ["unsure"]
