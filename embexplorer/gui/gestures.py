"""What keys held during a click mean, the same in every view."""

from PySide6.QtCore import Qt

from embexplorer.data.selection import Combine


def combine_of(modifiers: Qt.KeyboardModifier, is_selected: bool = False) -> Combine:
    """A plain click replaces; Shift adds; Alt takes away; Ctrl turns one item round; Shift and Alt cut."""
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return Combine.REMOVE if is_selected else Combine.ADD
    if shift and alt:
        return Combine.INTERSECT
    if shift:
        return Combine.ADD
    return Combine.REMOVE if alt else Combine.REPLACE
