"""The menu of a chip: which way it acts, how much it counts, and what else can be done with it."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from embexplorer.gui.chippaint import Way, way_of
from embexplorer.gui.icons import icon

if TYPE_CHECKING:
    from embexplorer.gui.chips import ChipButton

_WAYS: tuple[tuple[Way, str, str], ...] = (
    ("more", "More like this", "plus"),
    ("less", "Less like this", "minus"),
    ("aside", "Whatever it is about", "aside"),
)
_WEIGHTS = (0.5, 1.0, 2.0, 3.0, 5.0)


def chip_menu(button: "ChipButton") -> QMenu:
    """Built anew each time, for a chip as it is now."""
    chip, menu = button.chip, QMenu(button)
    group = QActionGroup(menu)
    for way, words, sign in _WAYS:
        entry = menu.addAction(icon(sign, "muted"), words)
        entry.triggered.connect(lambda _=False, way=way: button.way_chosen.emit(way))
        entry.setCheckable(True)
        entry.setChecked(way_of(chip) == way)
        group.addAction(entry)
    menu.addSeparator()
    if not chip.aside:
        weights = menu.addMenu("How much it counts")
        for weight in _WEIGHTS:
            words = "Once" if weight == 1 else f"×{weight:g}"
            entry = weights.addAction(words)
            entry.triggered.connect(lambda _=False, weight=weight: button.weighed.emit(weight))
            entry.setCheckable(True)
            entry.setChecked(abs(chip.weight) == weight)
    if chip.kind == "text":
        menu.addAction("Edit the text", button.edit)
    if chip.kind == "items":
        menu.addAction("Select these items", button.items_wanted.emit)
    turn = "Take it into account again" if chip.muted else "Leave it out for now"
    menu.addAction(turn, lambda: button.muted.emit(not chip.muted))
    menu.addSeparator()
    menu.addAction(icon("close", "muted"), "Remove", button.removed.emit)
    return menu
