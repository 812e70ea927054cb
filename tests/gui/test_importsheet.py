"""The import sheet over previews that the real readers made, driven by keys and clicks."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from embexplorer.app.values import ImportProposal, SourceProposal
from embexplorer.base import paths
from embexplorer.base.errors import EmbexError
from embexplorer.data.items import FieldType, ImportChoices
from embexplorer.files.sources import expand, preview
from embexplorer.gui.choicebox import ChoiceBox
from embexplorer.gui.columnroles import Role, read_anew, roles, with_role
from embexplorer.gui.importsheet import ImportSheet
from embexplorer.gui.previewtable import PreviewTable
from embexplorer.gui.sourcelist import SourceList, box_area

SAMPLES = paths.resources() / "samples"
MODELS = {
    "text_models": (("minilm", "MiniLM"), ("minilm-static", "MiniLM static")),
    "image_models": (("net", "EfficientNet"),),
    "text_model": "minilm",
    "image_model": "net",
}


def source_of(path: Path, choices: ImportChoices | None = None) -> SourceProposal:
    (source,) = expand([path])
    try:
        seen = preview(source, choices)
    except EmbexError as error:
        return SourceProposal(path.name, str(path), None, ImportChoices(), str(error))
    return SourceProposal(path.name, str(path), seen, seen.choices)


def proposal_of(*given: Path, **more: object) -> ImportProposal:
    return ImportProposal(tuple(source_of(path) for path in given), **{**MODELS, "estimate": "About a minute", **more})


@pytest.fixture
def glosses() -> ImportProposal:
    return proposal_of(SAMPLES / "wordnet" / "glosses.csv", project_path=str(Path("home") / "glosses.embx"))


@pytest.fixture
def broken(tmp_path) -> Path:
    path = tmp_path / "broken.json"
    path.write_text('{"a": ')
    return path


@pytest.fixture
def sheet(qtbot) -> ImportSheet:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(1100, 760)
    with qtbot.waitActive(host):
        host.show()
        host.activateWindow()
    result = ImportSheet(host)
    result.keep_alive = host
    return result


@pytest.fixture
def told(sheet) -> list[tuple]:
    result: list[tuple] = []
    names = ("accepted", "cancelled", "choices_changed", "wanted_changed", "models_chosen", "project_path_chosen")
    for name in names:
        getattr(sheet, name).connect(lambda *values, name=name: result.append((name, *values)))
    return result


def button_of(sheet: ImportSheet, words: str) -> QPushButton:
    (found,) = [b for b in sheet.findChildren(QPushButton) if b.text().startswith(words)]
    return found


def box_of(sheet: ImportSheet, name: str) -> ChoiceBox:
    (found,) = [b for b in sheet.findChildren(ChoiceBox) if b.accessibleName() == name]
    return found


def table_of(sheet: ImportSheet) -> PreviewTable:
    return sheet.findChild(PreviewTable)


def shown_words(sheet: ImportSheet) -> str:
    return " | ".join(w.text() for w in sheet.findChildren(QLabel) if w.isVisible())


def pick(qtbot, box: ChoiceBox, words: str) -> None:
    """Choose by typing the first letters and Enter, as one does in an open list."""
    box.setFocus()
    box.showPopup()
    box.view().setCurrentIndex(box.model().index(box.findText(words), 0))
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)


def choose_in_menu(table: PreviewTable, words: str) -> None:
    menu = next(m for m in table.findChildren(QMenu) if m.isVisible())
    (action,) = [a for a in menu.actions() if a.text() == words]
    action.trigger()
    menu.close()


def answer_file_dialog(path: str) -> None:
    """Answer the next file dialog: this path, or Cancel for ""."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(20, answer)
        elif path:
            dialog.findChild(QLineEdit, "fileNameEdit").setText(path)
            dialog.accept()
        else:
            dialog.reject()

    QTimer.singleShot(20, answer)


def test_a_proposal_slides_in_and_says_what_there_is(sheet, glosses) -> None:
    sheet.set_proposal(glosses)
    assert sheet.isVisible()
    words = shown_words(sheet)
    for expected in ("Import glosses.csv", "CSV table · 2,000 items · 251 KB", "About a minute", "glosses.embx"):
        assert expected in words
    assert button_of(sheet, "Import").text() == "Import 2,000 items"
    assert [box_of(sheet, name).value() for name in ("Text to embed", "Title", "Encoding", "Cells end at")] == [
        "gloss",
        "title",
        "utf-8",
        ",",
    ]
    model = table_of(sheet).model()
    assert (model.rowCount(), model.columnCount()) == (20, 6)
    heads = [model.headerData(i, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole) for i in range(6)]
    assert heads[:3] == ["title: Title", "gloss: Text to embed", "category: Category"]
    assert model.index(0, 0).data() == "dismiss"


def test_while_the_files_are_looked_at_nothing_can_be_started(sheet, told, qtbot) -> None:
    sheet.set_proposal(ImportProposal((SourceProposal("a.csv", "a.csv", None, ImportChoices()),), reading=True))
    assert "Looking at the files…" in shown_words(sheet)
    assert QApplication.focusWidget() is sheet, "the keyboard still belongs to the window below"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert told == []
    sheet.set_proposal(proposal_of(SAMPLES / "wordnet" / "glosses.csv"))
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert told == [("accepted",)]


def test_enter_imports_and_esc_cancels(sheet, glosses, told, qtbot) -> None:
    sheet.set_proposal(glosses)
    qtbot.keyClick(sheet.focusWidget() or sheet, Qt.Key.Key_Return)
    qtbot.keyClick(table_of(sheet), Qt.Key.Key_Return)
    assert told == [("accepted",), ("accepted",)]
    sheet.set_proposal(None)
    assert not sheet.isVisible()
    assert told == [("accepted",), ("accepted",)]
    sheet.set_proposal(glosses)
    qtbot.keyClick(table_of(sheet), Qt.Key.Key_Escape)
    assert told[2:] == [("cancelled",)]
    assert not sheet.isVisible()


def test_enter_on_a_button_presses_that_button(sheet, glosses, told, qtbot) -> None:
    sheet.set_proposal(glosses)
    button_of(sheet, "Cancel").setFocus()
    qtbot.keyClick(button_of(sheet, "Cancel"), Qt.Key.Key_Return)
    assert told == [("cancelled",)]


def test_another_text_column_frees_the_old_one(sheet, glosses, told, qtbot) -> None:
    sheet.set_proposal(glosses)
    pick(qtbot, box_of(sheet, "Text to embed"), "category")
    ((name, position, choices),) = told
    assert (name, position, choices.text, choices.title) == ("choices_changed", 0, "category", "title")
    assert [field.name for field in choices.fields] == ["gloss", "part of speech", "words", "senses"]
    model = table_of(sheet).model()
    head = model.headerData(2, Qt.Orientation.Horizontal, Qt.ItemDataRole.AccessibleTextRole)
    assert head == "category: Text to embed", "the header did not follow at once"


@pytest.mark.parametrize(
    ("words", "kind"),
    [("Free text", FieldType.TEXT), ("Tags", FieldType.TAGS), ("Yes or no", FieldType.BOOLEAN), ("Leave it out", None)],
)
def test_the_header_changes_what_becomes_of_a_column(sheet, glosses, told, qtbot, words, kind) -> None:
    sheet.set_proposal(glosses)
    table = table_of(sheet)
    header = table.horizontalHeader()
    at = table.rect().topLeft()
    at.setX(header.sectionViewportPosition(2) + 20)
    at.setY(header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    choose_in_menu(table, words)
    ((_, _, choices),) = told
    assert {field.name: field.type for field in choices.fields}.get("category") is kind
    assert (choices.text, choices.title, choices.encoding) == ("gloss", "title", "utf-8")


def test_space_opens_the_menu_of_the_column_with_the_keyboard(sheet, glosses, told, qtbot) -> None:
    sheet.set_proposal(glosses)
    table = table_of(sheet)
    table.setFocus()
    for _ in range(5):
        qtbot.keyClick(table, Qt.Key.Key_Right)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    choose_in_menu(table, "Title")
    ((_, _, choices),) = told
    assert choices.title == "senses"
    assert "title" in {field.name for field in choices.fields}


def test_an_encoding_or_delimiter_is_read_anew_with_columns_guessed_again(sheet, glosses, told, qtbot) -> None:
    sheet.set_proposal(glosses)
    pick(qtbot, box_of(sheet, "Cells end at"), "Semicolon")
    pick(qtbot, box_of(sheet, "Encoding"), "Greek")
    assert [choices for _, _, choices in told] == [
        ImportChoices(encoding="utf-8", delimiter=";"),
        ImportChoices(encoding="cp1253", delimiter=";"),
    ]
    again = source_of(SAMPLES / "wordnet" / "glosses.csv", told[0][2])
    sheet.set_proposal(replace(glosses, sources=(again,)))
    assert box_of(sheet, "Cells end at").value() == ";"
    assert len(told) == 2, "showing a proposal told of a change"


def test_a_new_proposal_for_the_same_sources_keeps_what_is_looked_at(sheet, glosses, wait_until) -> None:
    emoji = source_of(SAMPLES / "emoji")
    both = replace(glosses, sources=(emoji, *glosses.sources))
    sheet.set_proposal(both)
    chosen = sheet.findChild(SourceList)
    chosen.setCurrentIndex(chosen.model().index(1, 0))
    table = table_of(sheet)
    wait_until(lambda: table.horizontalScrollBar().maximum() > 60)
    table.setCurrentIndex(table.model().index(7, 3))
    table.horizontalScrollBar().setValue(60)
    fresh = source_of(SAMPLES / "wordnet" / "glosses.csv", glosses.sources[0].choices)
    sheet.set_proposal(replace(both, sources=(emoji, fresh), estimate="Two minutes"))
    assert chosen.currentIndex().row() == 1
    assert (table.currentIndex().row(), table.currentIndex().column()) == (7, 3)
    assert table.horizontalScrollBar().value() == 60


def test_sources_are_wanted_or_not_by_click_and_space(sheet, glosses, broken, told, qtbot) -> None:
    sheet.set_proposal(replace(glosses, sources=(*glosses.sources, source_of(broken), source_of(SAMPLES / "emoji"))))
    listed = sheet.findChild(SourceList)
    assert listed.isVisible()
    for position in (0, 1):
        at = box_area(listed.visualRect(listed.model().index(position, 0))).center()
        qtbot.mouseClick(listed.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert "broken.json breaks off" in shown_words(sheet)
    listed.setFocus()
    qtbot.keyClick(listed, Qt.Key.Key_Down)
    qtbot.keyClick(listed, Qt.Key.Key_Space)
    assert told == [("wanted_changed", 0, False), ("wanted_changed", 2, False)]
    words = listed.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert words.startswith("broken.json, left out, broken.json breaks off or is damaged")


def test_only_what_is_wanted_and_sound_counts(sheet, glosses, broken) -> None:
    only_broken = proposal_of(broken)
    sheet.set_proposal(only_broken)
    assert not button_of(sheet, "Import").isEnabled()
    unwanted = replace(glosses, sources=(replace(glosses.sources[0], wanted=False), source_of(SAMPLES / "emoji")))
    sheet.set_proposal(unwanted)
    assert button_of(sheet, "Import").text() == "Import 300 items"
    assert not box_of(sheet, "Text model").isVisible()
    assert box_of(sheet, "Image model").isVisible()


def test_models_are_chosen(sheet, glosses, told, qtbot) -> None:
    sheet.set_proposal(glosses)
    pick(qtbot, box_of(sheet, "Text model"), "MiniLM static")
    assert told == [("models_chosen", "minilm-static", "net")]


def test_the_project_file_can_be_elsewhere(sheet, glosses, told, qtbot, tmp_path) -> None:
    sheet.set_proposal(glosses)
    for answer in ("", str(tmp_path / "words"), str(tmp_path / "words.embx")):
        answer_file_dialog(answer)
        qtbot.mouseClick(button_of(sheet, "Change"), Qt.MouseButton.LeftButton)
    assert told == [("project_path_chosen", str(tmp_path / "words.embx"))] * 2
    sheet.set_proposal(replace(glosses, project_path=""))
    assert not button_of(sheet, "Change").isVisible()


def test_documents_can_be_cut_into_passages(sheet, told, tmp_path, qtbot) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in ("one.md", "two.txt"):
        (folder / name).write_text("A heading.\n\nSome words. " * 20)
    sheet.set_proposal(proposal_of(folder))
    passages = box_of(sheet, "Passages")
    assert (passages.isVisible(), passages.currentText()) == (True, "Whole documents")
    pick(qtbot, passages, "About 100 tokens")
    ((_, _, choices),) = told
    assert choices.passages == 100
    sheet.set_proposal(proposal_of(folder))
    again = source_of(folder, replace(choices, passages=150))
    assert again.preview.items >= 2
    sheet.set_proposal(ImportProposal((again,), **MODELS))
    assert passages.currentText() == "About 150 tokens"


def test_vectors_name_their_array_and_their_table(sheet, told, tmp_path, qtbot) -> None:
    path = tmp_path / "points.npz"
    np.savez(path, emb=np.eye(6, dtype=np.float32), other=np.ones((6, 3), np.float32))
    sheet.set_proposal(proposal_of(path))
    assert "6 dimensions" in shown_words(sheet)
    (line,) = [w for w in sheet.findChildren(QLineEdit) if w.accessibleName() == "Vectors in"]
    assert line.text() == "emb"
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "other")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    table = str(tmp_path / "labels.csv")
    Path(table).write_text("name\na\nb\n")
    answer_file_dialog(table)
    qtbot.mouseClick(button_of(sheet, "Choose a table"), Qt.MouseButton.LeftButton)
    assert [(choices.vectors, choices.metadata) for _, _, choices in told] == [("other", ""), ("other", table)]


def test_pictures_have_no_text_to_choose(sheet, qtbot) -> None:
    sheet.set_proposal(proposal_of(SAMPLES / "emoji"))
    assert not box_of(sheet, "Text to embed").isVisible()
    table = table_of(sheet)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    menu = next(m for m in table.findChildren(QMenu) if m.isVisible())
    words = [action.text() for action in menu.actions()]
    assert "Text to embed" not in words
    assert "Title" in words
    menu.close()


def test_problems_open_and_close(sheet, tmp_path, qtbot) -> None:
    path = tmp_path / "ragged.jsonl"
    path.write_text('{"text": "one"}\n{"text": \n{"text": "three"}\n')
    proposal = proposal_of(path)
    problems = proposal.sources[0].preview.problems
    assert problems
    sheet.set_proposal(proposal)
    listed = sheet.findChild(QPlainTextEdit)
    assert not listed.isVisible()
    qtbot.mouseClick(button_of(sheet, f"Show {len(problems)} problem"), Qt.MouseButton.LeftButton)
    assert listed.isVisible()
    assert str(problems[0]) in listed.toPlainText()
    qtbot.mouseClick(button_of(sheet, f"Hide {len(problems)} problem"), Qt.MouseButton.LeftButton)
    assert not listed.isVisible()


def test_three_hundred_columns_are_all_there(sheet, tmp_path, told) -> None:
    path = tmp_path / "wide.csv"
    names = ",".join(f"column {i}" for i in range(300))
    path.write_text(names + "\n" + "\n".join(",".join(str(i * j) for i in range(300)) for j in range(30)))
    sheet.set_proposal(proposal_of(path))
    assert table_of(sheet).model().columnCount() == 300
    assert told == []


def test_everything_has_a_name_for_screen_readers(sheet, glosses, broken) -> None:
    sheet.set_proposal(replace(glosses, sources=(*glosses.sources, source_of(broken))))
    for widget in sheet.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and not widget.focusProxy():
            name = widget.accessibleName() or (widget.text() if isinstance(widget, QPushButton) else "")
            assert name, widget


def test_roles_and_choices_say_the_same(glosses) -> None:
    seen, choices = glosses.sources[0].preview, glosses.sources[0].choices
    assert list(roles(seen, choices).values()) == [
        Role.TITLE,
        Role.EMBEDDED,
        FieldType.CATEGORY,
        FieldType.CATEGORY,
        FieldType.TAGS,
        FieldType.NUMBER,
    ]
    assert roles(seen, replace(choices, fields=None)) == roles(seen, choices)
    for name in roles(seen, choices):
        for role in (*Role, *FieldType):
            changed = with_role(seen, choices, name, role)
            assert roles(seen, changed)[name] is role
            assert with_role(seen, changed, name, role) == changed
    nothing = with_role(seen, choices, "", Role.EMBEDDED)
    assert (nothing.text, len(nothing.fields)) == ("", 5)
    assert read_anew(choices, sheet="2023") == ImportChoices(encoding="utf-8", delimiter=",", sheet="2023")
