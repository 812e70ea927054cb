"""The conditions of a filter above the facets, by the mouse and by the keyboard."""

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from embexplorer.app.filterchips import FilterChips, filter_chips
from embexplorer.app.state import Facts
from embexplorer.filters.parse import parse
from embexplorer.gui.conditionchips import ConditionChips
from embexplorer.gui.crosschip import CrossChip
from embexplorer.gui.facets import FacetPanel


@pytest.fixture
def panel(qtbot: QtBot) -> FacetPanel:
    result = FacetPanel()
    qtbot.addWidget(result)
    result.resize(260, 600)
    result.show()
    return result


def show(panel: FacetPanel, facts: Facts, text: str) -> list[CrossChip]:
    panel.set_conditions(filter_chips(parse(text), facts))
    QCoreApplication.processEvents()
    return [chip for chip in panel.findChildren(CrossChip) if chip.isVisible()]


def test_a_cross_and_the_delete_key_take_a_condition_away(panel: FacetPanel, gloss_facts: Facts) -> None:
    gone: list[int] = []
    panel.condition_removed.connect(gone.append)
    first, second = show(panel, gloss_facts, 'text contains "plant" and similar to "slow delivery" at least 0.5')
    assert (first.text, second.text) == ("text contains “plant”", "similar to “slow delivery” ≥ 0.5")
    cross = second.findChild(QToolButton)
    assert cross is not None
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Delete)
    assert gone == [1, 0]


def test_the_keyboard_stays_at_the_place_of_what_went(panel: FacetPanel, gloss_facts: Facts, qtbot: QtBot) -> None:
    chips = show(panel, gloss_facts, "selected and tagged 'a' and tagged 'b'")
    with qtbot.waitActive(panel):
        panel.activateWindow()
    chips[1].setFocus()
    assert chips[1].hasFocus()
    left = show(panel, gloss_facts, "selected and tagged 'b'")
    assert panel.focusWidget() is left[1]


def test_there_is_nothing_where_there_is_no_filter_and_room_for_many(panel: FacetPanel, gloss_facts: Facts) -> None:
    box = panel.findChild(ConditionChips)
    assert box is not None
    assert show(panel, gloss_facts, "") == []
    assert not box.isVisible()
    many = show(panel, gloss_facts, " and ".join(f"tagged 'number {n}'" for n in range(100)))
    assert len(many) == 24
    assert box.isVisible()
    assert all(box.rect().contains(chip.geometry()) for chip in many)
    clear = box.findChild(QPushButton)
    assert clear is not None
    assert clear.text() == "Clear, with 76 more"
    cleared: list[bool] = []
    panel.cleared.connect(lambda: cleared.append(True))
    QTest.mouseClick(clear, Qt.MouseButton.LeftButton)
    assert cleared == [True]
    panel.set_conditions(FilterChips())
    assert not box.isVisible()
