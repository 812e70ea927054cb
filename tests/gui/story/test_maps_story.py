"""Maps are made under names, tried before they are made, refined, renamed and deleted, at the real window."""

import numpy as np
from person import NO_KEY, Person
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from embexplorer.gui.mapsheet import MapSheet


def asked(reader: Person) -> MapSheet:
    reader.window.commands.actions["project.make_map"].trigger()
    (sheet,) = reader.window.findChildren(MapSheet)
    assert sheet.isVisible()
    return sheet


def named(sheet: MapSheet, name: str) -> None:
    line = sheet._forms["wish"].control("name")
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, name)


def test_a_new_name_keeps_the_old_map_and_its_settings_are_tried_first(reader: Person) -> None:
    before = reader.core.facts.xy.copy()
    sheet = asked(reader)
    reader.wait(lambda: all(preview._xy is not None for preview in sheet.previews), "the small maps")
    named(sheet, "details")
    QTest.mouseClick(sheet.previews[1], Qt.MouseButton.LeftButton, NO_KEY)
    assert sheet.wish.layout.neighbors == 5 and sheet.wish.follow
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    reader.wait(lambda: reader.core.facts.map == "details", "the new map")
    assert [info.name for info in reader.core.facts.maps] == ["map", "details"]
    assert reader.core.session.store.maps.get("details").params["neighbors"] == 5
    reader.controller.side_by_side.add("map")
    reader.wait(lambda: reader.core.facts.shown_maps == ("details", "map"), "both maps")
    np.testing.assert_array_equal(reader.core.facts.beside[0].xy, before)


def test_a_map_is_refined_renamed_and_deleted_and_all_but_refining_undone(reader: Person) -> None:
    before = reader.core.facts.xy.copy()
    actions = reader.window.commands.actions
    actions["project.refine_map"].trigger()
    reader.wait(lambda: not np.array_equal(reader.core.facts.xy, before), "the refined map")
    moved = np.linalg.norm(reader.core.facts.xy - before, axis=1)
    assert 0 < np.median(moved) < 0.05 * np.ptp(before)
    reader.settle()
    reader.controller.map_making.rename("plan")
    reader.wait(lambda: reader.core.facts.map == "plan", "the new name")
    actions["project.delete_map"].trigger()
    reader.wait(lambda: not reader.core.facts.maps, "the map to go")
    actions["edit.undo"].trigger()
    reader.wait(lambda: reader.core.facts.map == "plan", "the map again")
    actions["edit.undo"].trigger()
    reader.wait(lambda: reader.core.facts.map == "map", "its old name")


def test_main_axes_and_own_coordinates_are_maps(reader: Person) -> None:
    sheet = asked(reader)
    sheet.wish = sheet.wish.__class__("axes", method="axes")
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    reader.wait(lambda: reader.core.facts.map == "axes", "the main axes")
    column = reader.controller.map_making.number_columns()[0]
    sheet = asked(reader)
    sheet.wish = sheet.wish.__class__("own", method="columns", x_column=column, y_column=column)
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    reader.wait(lambda: reader.core.facts.map == "own", "the own coordinates")
    xy = reader.core.facts.xy
    np.testing.assert_array_equal(xy[:, 0], xy[:, 1])
