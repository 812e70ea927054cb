"""The map leaves the window as a file: as it is seen, in the size that was asked for, and only when one says so."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from person import Person
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLineEdit, QPushButton, QSpinBox

from embexplorer.data.selection import Combine
from embexplorer.gui.exportsheet import FORMATS, SIZES, ExportSheet
from embexplorer.raster.look import DIMMED, SELECTED

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def saving(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], list[str]]:
    """saving(path): what the file dialog is answered with; the titles of the dialogs that came."""

    def answer(path: Path) -> list[str]:
        asked: list[str] = []

        def dialog(_window: object, title: str, _start: str, kinds: str) -> tuple[str, str]:
            asked.append(title)
            return (str(path) if path.name else ""), kinds

        monkeypatch.setattr(QFileDialog, "getSaveFileName", dialog)
        return asked

    return answer


def sheet_of(person: Person) -> ExportSheet:
    """Opened from the menu, with its preview."""
    person.window.commands.actions["file.export_map"].trigger()
    sheet = person.window.findChild(ExportSheet)
    person.wait(lambda: sheet.isVisible() and sheet.preview.image is not None, "the preview")
    return sheet


def choose(person: Person, sheet: ExportSheet, ending: str, size: str = "") -> None:
    """With the keyboard, as one walks through a list."""
    wanted = [(sheet.formats, [each.ending for each in FORMATS].index(ending))]
    if size:
        wanted.append((sheet.sizes, [*SIZES, "own"].index(size)))
    for box, place in wanted:
        box.setFocus()
        person.press(Qt.Key.Key_Home)
        for _ in range(place):
            person.press(Qt.Key.Key_Down)
        box.activated.emit(box.currentIndex())  # offscreen, keys move the choice without telling
    person.breathe()


def accept(person: Person, sheet: ExportSheet) -> None:
    sheet.setFocus()
    person.press(Qt.Key.Key_Return)
    person.settle()


def tick(person: Person, sheet: ExportSheet, name: str) -> None:
    assert sheet.form is not None
    box = person.part(QCheckBox, name, sheet.form)
    box.setFocus()
    person.press(Qt.Key.Key_Space)


def test_a_drawing_shows_what_is_seen(reader: Person, saving: Callable[[Path], list[str]], tmp_path: Path) -> None:
    reader.controller.colour_by("kind")
    reader.controller.searching.set_filter_text("stars >= 3")
    reader.settle()
    chosen = np.flatnonzero(reader.core.resolved.mask)[:12]
    reader.controller.selecting.select(chosen, Combine.REPLACE)
    reader.settle()
    asked = saving(tmp_path / "seen")
    sheet = sheet_of(reader)
    choose(reader, sheet, "svg")
    title = reader.part(QLineEdit, "Title", sheet)
    title.setFocus()
    title.selectAll()
    reader.write("A <fine> map & more")
    accept(reader, sheet)
    assert asked == ["Export the map"] and not sheet.isVisible()
    root = ElementTree.parse(tmp_path / "seen.svg").getroot()
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert "A <fine> map & more" in words and {"kind", "noun", "verb"} <= set(words)
    state = reader.core.resolved.point_state
    groups = root.findall(f"{SVG}g/{SVG}g")
    drawn = sum(len(group.findall(f"{SVG}circle")) for group in groups)
    ringed = sum(len(g.findall(f"{SVG}circle")) for g in groups if g.get("stroke") == "#1b1e26")
    assert (drawn, ringed) == (len(state), 12)
    assert np.count_nonzero(state == SELECTED) == 12 and np.count_nonzero(state == DIMMED) == len(state) - 12


def test_search_results_are_ringed_and_the_view_can_be_kept(
    reader: Person, saving: Callable[[Path], list[str]], tmp_path: Path
) -> None:  # fmt: skip
    reader.controller.searching.add_text("a small bird")
    reader.settle()
    reader.view.map.view.camera.zoom(6)
    reader.settle()
    seen = reader.view.map.view
    places = seen.scene().pixels(np.arange(len(seen.xy)))
    inside = ((places >= 0) & (places <= (seen.width(), seen.height()))).all(axis=1).sum()
    saving(tmp_path / "near.svg")
    sheet = sheet_of(reader)
    choose(reader, sheet, "svg")
    tick(reader, sheet, "Only what is in view")
    tick(reader, sheet, "Legend")
    accept(reader, sheet)
    root = ElementTree.parse(tmp_path / "near.svg").getroot()
    assert inside <= len(root.findall(f"{SVG}g/{SVG}g/{SVG}circle")) < len(seen.xy)
    saving(tmp_path / "all.svg")
    accept(reader, sheet_of(reader))
    root = ElementTree.parse(tmp_path / "all.svg").getroot()
    rings = [circle for circle in root.findall(f"{SVG}circle") if circle.get("stroke") == "#c2410c"]
    assert len(rings) == len(reader.controller.answering.hit_rows()) > 0


def test_sizes_by_name_and_by_figures(reader: Person, saving: Callable[[Path], list[str]], tmp_path: Path) -> None:
    saving(tmp_path / "a4")
    sheet = sheet_of(reader)
    choose(reader, sheet, "png", "a4")
    assert sheet.size_words.text() == "3,508 × 2,480 pixels"
    accept(reader, sheet)
    with Image.open(tmp_path / "a4.png") as image:
        assert image.size == (3508, 2480) and round(image.info["dpi"][0]) == 300
    sheet = sheet_of(reader)
    choose(reader, sheet, "png", "own")
    width = reader.part(QSpinBox, "Width", sheet)
    width.setValue(20_000)
    go = reader.part(QPushButton, "Export…", sheet)
    assert "is too large" in sheet.size_words.text() and not go.isEnabled()
    asked = saving(tmp_path / "never")
    accept(reader, sheet)
    assert sheet.isVisible() and asked == []
    width.setValue(100)
    assert go.isEnabled()


def test_the_preview_follows_the_choices(reader: Person) -> None:
    sheet = sheet_of(reader)
    light = sheet.preview.image
    assert light is not None and abs(light.width() / light.height() - 1.6) < 0.02
    assert light.pixelColor(2, 2).lightness() > 200
    tick(reader, sheet, "Dark")
    reader.wait(lambda: sheet.preview.image.pixelColor(2, 2).lightness() < 60, "the dark preview")
    choose(reader, sheet, "png", "a4 upright")
    reader.wait(lambda: sheet.preview.image.height() > sheet.preview.image.width(), "the upright preview")
    reader.press(Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    reader.settle()


def test_a_web_page_asks_only_for_what_it_uses(
    reader: Person, saving: Callable[[Path], list[str]], tmp_path: Path
) -> None:  # fmt: skip
    reader.controller.searching.set_filter_text("stars >= 3")
    reader.settle()
    saving(tmp_path / "page")
    sheet = sheet_of(reader)
    choose(reader, sheet, "html")
    assert sheet.form is not None and sheet.sizes.isHidden()
    names = {box.accessibleName() for box in sheet.form.findChildren(QCheckBox)}
    assert names == {"Legend", "Labels", "Leave out what is dimmed", "Dark"}
    tick(reader, sheet, "Leave out what is dimmed")
    accept(reader, sheet)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    titles, allowed = json.loads(found[1])["titles"], reader.core.resolved.mask
    assert titles == [title or "" for title in reader.facts.frame["@title"].filter(allowed)]


def test_nothing_is_written_when_one_thinks_better_of_it(
    reader: Person, saving: Callable[[Path], list[str]], tmp_path: Path
) -> None:  # fmt: skip
    before = sorted(tmp_path.iterdir())
    asked = saving(Path())
    accept(reader, sheet_of(reader))
    assert asked == ["Export the map"]
    sheet = sheet_of(reader)
    QTest.mouseClick(reader.part(QPushButton, "Cancel", sheet), Qt.MouseButton.LeftButton)
    reader.settle()
    assert not sheet.isVisible() and sorted(tmp_path.iterdir()) == before


def test_the_sheet_goes_with_its_project(reader: Person) -> None:
    sheet = sheet_of(reader)
    reader.window.commands.actions["file.close"].trigger()
    reader.settle()
    assert not sheet.isVisible() and sheet.preview.image is None


def test_a_large_picture_is_a_job_that_can_be_stopped(
    reader: Person, saving: Callable[[Path], list[str]], tmp_path: Path
) -> None:  # fmt: skip
    saving(tmp_path / "large.png")
    sheet = sheet_of(reader)
    choose(reader, sheet, "png", "own")
    reader.part(QComboBox, "Unit", sheet).setCurrentIndex(0)
    reader.part(QSpinBox, "Width", sheet).setValue(14_000)
    reader.part(QSpinBox, "Height", sheet).setValue(14_000)
    sheet.setFocus()
    reader.press(Qt.Key.Key_Return)
    board = reader.core.board
    reader.wait(lambda: any(job.fraction and job.title.startswith("Exporting") for job in board.views()), "a move")
    board.cancel_newest()
    reader.settle()
    assert [job.state for job in board.views() if job.title.startswith("Exporting")] == ["cancelled"]
    assert not [path for path in tmp_path.iterdir() if "large" in path.name]
