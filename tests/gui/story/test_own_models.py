"""A person brings models along: drops a folder, says what is asked, adds it, embeds with it, measures and tries it."""

import csv
from pathlib import Path

import pytest
from onnxfolders import image_folder, last_token_folder, pair_folder, sentence_folder
from person import Person
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QLineEdit, QPushButton

from embexplorer.base.progress import finish
from embexplorer.gui.addmodelsheet import AddModelSheet
from embexplorer.gui.querylines import SearchLine
from embexplorer.operations.modelling import install_model, model_views

COLOURS = {"red": (230, 20, 20), "green": (20, 200, 40), "blue": (30, 30, 220)}


def dropped(person: Person, folder: Path) -> AddModelSheet:
    """The sheet, with what was found in the folder."""
    person.drop([folder])
    sheet = person.app.dialogs.models.sheet
    person.wait(lambda: sheet.isVisible() and sheet.proposal is not None, "the sheet of the model")
    person.settle()
    return sheet


def shown_words(widget: AddModelSheet) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def installed() -> set[str]:
    return {view.id for view in model_views() if view.removable}


def notes(tmp_path: Path) -> Path:
    path = tmp_path / "notes.csv"
    lines = [["a red cat"], ["the parcel arrived late"], ["blue sky"], ["a green circle"], ["good football"]]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["body"], *lines])
    return path


def test_a_dropped_model_is_added_and_a_project_embedded_with_it(person: Person, tmp_path: Path) -> None:
    sheet = dropped(person, sentence_folder(tmp_path / "Nice Model"))
    assert "paraphrase" in shown_words(sheet)
    assert sheet.form is not None
    person.press(Qt.Key.Key_Return)
    person.settle()
    assert not sheet.isVisible()
    assert installed() == {"nice-model"}
    assert any("Nice Model is installed" in words for words in person.said())
    person.drop([notes(tmp_path)])
    importing = person.view.import_sheet
    person.wait(lambda: importing.isVisible() and not person.controller.importing.proposal.reading, "the sheet")
    box = person.part(QComboBox, "Text model", importing)
    names = [box.itemText(at) for at in range(box.count())]
    box.setCurrentIndex(names.index("Nice Model"))
    box.activated.emit(names.index("Nice Model"))
    person.settle()
    person.press(Qt.Key.Key_Return)
    person.wait(lambda: person.core.facts is not None and bool(person.facts.maps), "the map")
    person.settle()
    assert [space.model for space in person.facts.spaces] == ["nice-model"]
    line = person.part(SearchLine, "Search text")
    person.click(line)
    person.write("a green circle")
    person.press(Qt.Key.Key_Return)
    person.settle()
    best = person.controller.answering.hit_rows()[0]
    assert person.core.session.store.items.texts(person.facts.ids[[int(best)]]) == ["a green circle"]


def test_what_no_file_says_is_asked_and_tried_again(person: Person, tmp_path: Path) -> None:
    sheet = dropped(person, last_token_folder(tmp_path / "qwen"))
    assert "No file of this model says" in shown_words(sheet)
    pooling = person.part(QComboBox, "Pooling", sheet)
    assert pooling.currentText() == "Last token"
    go = person.part(QPushButton, "Add the model", sheet)
    pooling.setCurrentIndex(pooling.findText("Mean of all tokens"))
    assert not go.isEnabled()  # until the model was tried with it
    person.wait(go.isEnabled, "the second trial")
    name = person.part(QLineEdit, "Name", sheet)
    name.setText("minilm")
    person.click(go)
    person.settle()
    assert installed() == set()  # a taken name is refused in the message bar
    assert any("already" in words for words in person.said())
    sheet = dropped(person, tmp_path / "qwen")
    person.click(person.part(QPushButton, "Add the model", sheet))
    person.settle()
    assert installed() == {"qwen"}


def test_a_model_that_cannot_be_used_says_why(person: Person, tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "bad")
    (folder / "tokenizer.json").unlink()
    sheet = dropped(person, folder)
    assert "tokenizer.json is missing" in shown_words(sheet)
    assert not person.part(QPushButton, "Add the model", sheet).isEnabled()
    person.press(Qt.Key.Key_Return)
    assert sheet.isVisible()
    person.press(Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert installed() == set()


def test_a_folder_that_is_no_model_is_imported_as_ever(person: Person, tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    notes(folder)
    person.drop([folder])
    person.wait(lambda: person.view.import_sheet.isVisible(), "the import sheet")
    person.settle()
    person.press(Qt.Key.Key_Escape)


def test_a_graph_itself_can_be_dropped(person: Person, tmp_path: Path) -> None:
    folder = sentence_folder(tmp_path / "nice-model-v1.5")
    assert dropped(person, folder / "onnx" / "model.onnx").proposal.folder == folder
    person.press(Qt.Key.Key_Escape)
    assert dropped(person, folder).proposal.choices.name == "nice-model-v1.5"
    person.press(Qt.Key.Key_Escape)


def test_a_pair_finds_pictures_by_words(person: Person, tmp_path: Path) -> None:
    finish(install_model(pair_folder(tmp_path / "clip")))
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name, colour in COLOURS.items():
        Image.new("RGB", (40, 30), colour).save(pictures / f"{name}-thing.png")
    person.drop([pictures])
    importing = person.view.import_sheet
    person.wait(lambda: importing.isVisible() and not person.controller.importing.proposal.reading, "the sheet")
    box = person.part(QComboBox, "Image model", importing)
    at = box.findText("clip")
    assert at >= 0
    box.setCurrentIndex(at)
    box.activated.emit(at)
    person.settle()
    person.press(Qt.Key.Key_Return)
    person.wait(lambda: person.core.facts is not None and bool(person.facts.spaces), "the space")
    person.settle()
    assert [space.model for space in person.facts.spaces] == ["clip"]
    line = person.part(SearchLine, "Search text")
    person.click(line)
    person.write("a blue picture")
    person.press(Qt.Key.Key_Return)
    person.settle()
    best = person.controller.answering.hit_rows()[0]
    assert str(person.facts.frame["@title"][int(best)]).startswith("blue")


def test_the_page_lists_measures_tries_and_removes(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = image_folder(tmp_path / "eye")
    person.window.trigger("project.models")
    person.settle()
    page = person.app.dialogs.models.page
    names = [page.table.item(at, 0).text() for at in range(page.table.rowCount())]
    assert {"EfficientNet-Lite0", "all-MiniLM-L6-v2", "MiniLM static (instant)"} <= set(names)
    page.choose("minilm-static")
    assert not page.remove.isEnabled()  # it comes with the program
    person.click(page.measure)
    person.settle()
    row = [model.id for model in page.models].index("minilm-static")
    assert page.table.item(row, 5).text().endswith("texts / s")
    assert page.chosen.id == "minilm-static"
    for line, text in zip(page.try_out.lines, ("a cat sleeps", "a cat sleeps"), strict=True):
        person.click(line)
        person.write(text)
    person.wait(lambda: page.try_out.score.text() == "1.00", "the similarity")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    person.click(page.add)
    sheet = person.app.dialogs.models.sheet
    person.wait(lambda: sheet.proposal is not None, "the sheet of the model")
    person.settle()
    person.click(person.part(QPushButton, "Add the model", sheet))
    person.settle()
    assert installed() == {"eye"}
    page.choose("eye")
    assert page.chosen.id == "eye"
    pictures = []
    for name, colour in COLOURS.items():
        pictures.append(str(tmp_path / f"{name}.png"))
        Image.new("RGB", (40, 30), colour).save(pictures[-1])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (pictures.pop(), ""))
    for picker in page.try_out.pickers:
        person.click(picker)
    person.wait(lambda: page.try_out.score.text() not in ("–", "1.00"), "the similarity of two images")
    person.click(page.remove)
    person.settle()
    assert installed() == set()
    assert "eye" not in {model.id for model in page.models}
    page.try_out.lines[0].setText("only one")
    assert page.try_out.score.text() == "–"
