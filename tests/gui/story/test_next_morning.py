"""The project is closed in the middle of things, opened again, copied, opened twice, and given bad files."""

import logging
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from person import Person
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QFileDialog
from reviews import write_reviews

from embexplorer.base.logs import log_file, start_logging
from embexplorer.base.settings import Settings, load_settings, save_settings
from embexplorer.gui.theme import theme

START = Callable[[], Person]


def opened(start: START, path: Path) -> Person:
    person = start()
    person.app.open((path,))
    person.wait(lambda: person.core.resolved is not None, "the project")
    return person


def test_the_window_comes_back_where_it_was(sit_down: START, reviews: Path) -> None:
    before = opened(sit_down, reviews)
    before.settle()
    before.controller.searching.set_filter_text("stars >= 2")
    before.controller.searching.add_text("a small bird")
    before.controller.colour_by("stars")
    before.controller.selecting.pick(before.alone())
    before.settle()
    canvas = before.view.map.view
    before.turn_wheel(canvas, QPoint(300, 200), 2)
    state, looked_at = before.core.state, canvas.camera.state()
    before.window.docks.reveal("gallery")
    before.window.docks.by_name["facets"].hide()
    before.leave()
    after = opened(sit_down, reviews)
    after.settle()
    now = after.core.state
    assert (now.filter_text, now.filter, now.query) == (state.filter_text, state.filter, state.query)
    assert (now.colour_by, now.current) == (state.colour_by, state.current)
    assert np.array_equal(now.selection.mask, state.selection.mask)
    assert after.view.map.view.camera.state() == pytest.approx(looked_at, rel=0.05)
    assert after.controller.answering.results.rows
    assert after.window.docks.by_name["facets"].isHidden()
    assert not after.window.docks.by_name["gallery"].visibleRegion().isEmpty()


def test_a_job_that_was_cut_off_goes_on_by_itself(sit_down: START, tmp_path: Path) -> None:
    save_settings(Settings(text_model="minilm", reduced_motion=True))
    source = write_reviews(tmp_path / "reviews.csv", 700)
    first = sit_down()
    first.drop([source])
    first.accept_import()
    first.wait(lambda: any(job.title.startswith("Embedding") and job.fraction for job in first.core.board.views()))
    assert "0:" in first.window.status.job_chip.text() or first.window.status.job_chip.isVisible()
    first.leave()
    second = opened(sit_down, tmp_path / "reviews.embx")
    second.wait(lambda: second.core.board.running() > 0, "the job to go on")
    second.settle()
    space = second.facts.spaces[0]
    assert (space.model, space.count) == ("minilm", 700)
    assert np.isfinite(second.view.map.view.xy).all()


def test_a_copy_is_a_whole_project(reader: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(tmp_path / "for you"), ""))
    reader.window.trigger("file.save_copy")
    reader.settle()
    assert any("for you.embx" in words for words in reader.said())
    reader.drop([tmp_path / "for you.embx"])
    reader.wait(lambda: reader.core.session is not None and reader.core.session.name == "for you", "the copy")
    reader.wait(lambda: reader.core.resolved is not None, "the copy")
    reader.settle()
    assert len(reader.facts) == 400
    assert reader.facts.maps
    assert "for you" in reader.window.windowTitle()


def test_a_second_window_only_reads(sit_down: START, reviews: Path) -> None:
    first = opened(sit_down, reviews)
    first.settle()
    second = opened(sit_down, reviews)
    second.settle()
    assert "read only" in second.window.windowTitle()
    assert any("read" in words for words in second.said())
    actions = second.window.commands.actions
    second.controller.selecting.pick(second.alone())
    second.settle()
    assert not actions["tag.add"].isEnabled()
    assert not actions["edit.trash"].isEnabled()
    assert "only be read" in actions["tag.add"].toolTip()
    second.view.tags_panel.tag_wanted.emit("mine")
    second.settle()
    assert second.facts.tags == {}
    assert any("read" in words for words in second.said())
    first.controller.selecting.pick(first.alone())
    first.controller.editing.tag("mine")
    first.settle()
    assert first.facts.tags == {"mine": 1}


def test_bad_files_are_told_and_the_good_ones_used(person: Person, tmp_path: Path) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    write_reviews(folder / "reviews.csv", 30)
    (folder / "broken.png").write_bytes(b"this is no picture")
    (folder / "broken.parquet").write_bytes(b"nor is this a table")
    person.drop([folder / "reviews.csv", folder / "broken.parquet"])
    person.accept_import()
    person.wait(lambda: person.core.facts is not None and bool(person.facts.maps), "the map")
    person.settle()
    assert len(person.facts) == 30
    person.drop([folder / "broken.png"])
    sheet = person.view.import_sheet
    person.wait(lambda: bool(person.said()) or sheet.isVisible(), "a word about the picture")
    if sheet.isVisible():
        person.wait(lambda: not person.controller.importing.proposal.reading, "the sheet")
        person.press(Qt.Key.Key_Return)
        person.settle()
    told = [*person.said(), *(str(p) for job in person.core.board.views() for p in job.problems)]
    told += [one.error for one in person.controller.importing.proposal.sources] if sheet.isVisible() else []
    assert any("picture" in words or "image" in words for words in told), told
    sheet.dismiss()


def test_the_theme_changes_while_the_settings_are_open(reader: Person) -> None:
    reader.window.trigger("edit.settings")
    light = reader.window.grab().toImage().pixelColor(5, 5)
    box = reader.part(QComboBox, "Theme")
    reader.click(box)
    box.setFocus()
    reader.press(Qt.Key.Key_End)
    reader.press(Qt.Key.Key_Return)
    reader.settle()
    assert theme().tokens.dark
    assert reader.window.grab().toImage().pixelColor(5, 5) != light
    assert reader.window.commands.actions["theme.dark"].isChecked()
    assert load_settings()[0].theme == "dark"


def test_the_log_is_quiet_and_the_home_folder_tidy(sit_down: START, own_home: Path, reviews: Path) -> None:
    start_logging()
    try:
        reader = opened(sit_down, reviews)
        reader.settle()
        reader.controller.searching.add_text("birds")
        reader.settle()
        reader.leave()
        lines = log_file().read_text(encoding="utf-8").splitlines() if log_file().exists() else []
        lines = [line for line in lines if "This plugin does not support" not in line]  # offscreen, of itself
        assert [line for line in lines if any(level in line for level in (" WARNING ", " ERROR ", " CRITICAL "))] == []
        assert {path.name for path in own_home.iterdir()} <= {"settings.json", "cache", "logs"}
        assert not list(own_home.glob("*.new"))
    finally:
        logger = logging.getLogger("embexplorer")
        for handler in [h for h in logger.handlers if isinstance(h, logging.FileHandler)]:
            logger.removeHandler(handler)
            handler.close()
