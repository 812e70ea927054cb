"""The item view, driven by keys and clicks on the real widgets."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QToolButton, QWidget

from embexplorer.app.values import ItemDetails, ResultRow
from embexplorer.base import paths
from embexplorer.data.items import Item, Kind
from embexplorer.data.selection import Combine
from embexplorer.gui.crosschip import CrossChip
from embexplorer.gui.fieldlines import FieldLines
from embexplorer.gui.itemview import ItemPanel
from embexplorer.gui.largepicture import LargePicture, read_image
from embexplorer.gui.neighbours import NeighbourList
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.tagchips import TagLine
from embexplorer.gui.theme import theme
from embexplorer.gui.wholetext import NoteEditor, WholeText, portions

PARROT = paths.resources() / "samples" / "emoji" / "animals and nature" / "parrot.png"
NEAR = tuple(
    ResultRow(row, row, rank, 1 - rank / 10, f"near {row}", "", "text", "") for rank, row in enumerate((7, 3), 1)
)


def text_item(item_id: int = 1, text: str = "end an encounter", note: str = "", tags: tuple[str, ...] = ()) -> Item:
    return Item(item_id, Kind.TEXT, "dismiss", text, "", "glosses.csv", (), tags, note)


@pytest.fixture
def panel(qtbot) -> ItemPanel:
    result = ItemPanel(Pictures())
    qtbot.addWidget(result)
    result.resize(340, 900)
    with qtbot.waitActive(result):
        result.show()
        result.activateWindow()
    return result


def named(panel: QWidget, kind: type, name: str) -> QWidget:
    found = [w for w in panel.findChildren(kind) if name in (w.accessibleName(), getattr(w, "text", str)())]
    assert len(found) == 1, name
    return found[0]


def child(panel: QWidget, kind: type) -> QWidget:
    (found,) = panel.findChildren(kind)
    return found


def shown_words(panel: QWidget) -> str:
    return " ".join(w.text() for w in panel.findChildren(QWidget) if w.isVisible() and hasattr(w, "text"))


def test_nothing_chosen_says_what_to_do(panel) -> None:
    panel.set_item(ItemDetails())
    assert "Click a point on the map" in shown_words(panel)
    panel.set_item(ItemDetails(text_item(), 4))
    assert "Click a point on the map" not in shown_words(panel)
    assert "Text · glosses.csv" in shown_words(panel)


def test_the_buttons_tell_the_row(panel, qtbot) -> None:
    told: list[tuple] = []
    panel.more_like.connect(lambda row: told.append(("more", row)))
    panel.less_like.connect(lambda row: told.append(("less", row)))
    panel.open_wanted.connect(lambda row: told.append(("open", row)))
    panel.copy_wanted.connect(lambda text: told.append(("copy", text)))
    item = Item(1, Kind.TEXT, "notes", "the whole text", "/somewhere/notes.md", "notes.md")
    panel.set_item(ItemDetails(item, 4))
    qtbot.mouseClick(named(panel, QPushButton, "More like this"), Qt.MouseButton.LeftButton)
    for name in ("Less like this", "Open the original", "Copy the text"):
        qtbot.mouseClick(named(panel, QToolButton, name), Qt.MouseButton.LeftButton)
    assert told == [("more", 4), ("less", 4), ("open", 4), ("copy", "the whole text")]
    panel.set_item(ItemDetails(text_item(2), 5))
    assert not named(panel, QToolButton, "Open the original").isVisible()


def test_a_long_text_is_shown_in_part_and_then_whole(panel, qtbot, wait_until) -> None:
    text = "word " * 40_000 + "\n\nthe end"
    panel.set_item(ItemDetails(text_item(text=text), 0))
    whole = child(panel, WholeText)
    assert 0 < len(whole.edit.toPlainText()) <= 12_000
    assert whole.more.text() == f"Show all {len(text):,} characters"
    qtbot.mouseClick(whole.more, Qt.MouseButton.LeftButton)
    wait_until(lambda: whole.edit.toPlainText().endswith("the end"))
    assert whole.edit.toPlainText().split() == text.split()
    panel.set_item(ItemDetails(text_item(2, "short"), 1))
    assert (whole.edit.toPlainText(), whole.more.isVisible()) == ("short", False)


def test_portions_keep_every_letter_and_every_paragraph() -> None:
    text = "\n".join(["x" * 70_000, "", "a b " * 20_000, "last"])
    joined = "\n".join(portions(text))
    assert joined.replace("\n", "") == text.replace("\n", "")
    assert max(map(len, joined.split("\n"))) <= 8_000
    assert joined.endswith("\nlast")
    assert len(list(portions(text))) > 1


def test_fields_are_plain_text_that_can_be_selected(panel) -> None:
    panel.set_item(ItemDetails(text_item(), 0, (("senses", "6"), ("<b>", "a < b & c"))))
    fields = child(panel, FieldLines)
    fields.selectAll()
    assert fields.textCursor().selectedText().split("\u2029")[-1].strip()
    for words in ("senses", "6", "<b>", "a < b & c"):
        assert words in fields.toPlainText()
    theme().choose("dark")
    assert "a < b & c" in fields.toPlainText()


def test_many_fields_are_shown_in_part_and_then_all(panel, qtbot) -> None:
    many = tuple((f"field {i}", f"value {i}") for i in range(300))
    panel.set_item(ItemDetails(text_item(), 0, many))
    fields = child(panel, FieldLines)
    assert "value 39" in fields.toPlainText()
    assert "value 40" not in fields.toPlainText()
    qtbot.mouseClick(named(panel, QPushButton, "Show all 300 fields"), Qt.MouseButton.LeftButton)
    assert "value 299" in fields.toPlainText()
    panel.set_item(ItemDetails(text_item(tags=("keep",)), 0, many))
    assert "value 299" in fields.toPlainText(), "a refresh folded the fields again"


def test_tags_are_added_with_enter_and_taken_off_by_cross_and_key(panel, qtbot, wait_until) -> None:
    told: list[tuple] = []
    panel.tag_added.connect(lambda row, tag: told.append(("added", row, tag)))
    panel.tag_removed.connect(lambda row, tag: told.append(("removed", row, tag)))
    panel.set_item(ItemDetails(text_item(tags=("keep", "later")), 9))
    panel.set_tag_names(("keep", "later", "unsure"))
    line = child(panel, TagLine)
    assert line.completer().model().stringList() == ["keep", "later", "unsure"]
    qtbot.keyClicks(line, "  two  words ")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.keyClick(line, Qt.Key.Key_Return)
    keep, later = panel.findChildren(CrossChip)
    panel.activateWindow()  # the list of completions had taken that
    wait_until(lambda: panel.isActiveWindow() and later.isVisible())
    later.setFocus()
    qtbot.mouseClick(keep.findChild(QToolButton), Qt.MouseButton.LeftButton)
    qtbot.keyClick(later, Qt.Key.Key_Delete)
    assert told == [("added", 9, "two words"), ("removed", 9, "keep"), ("removed", 9, "later")]
    panel.set_item(ItemDetails(text_item(tags=("later",)), 9))
    assert line.hasFocus(), "the keyboard was lost with the chip"
    wait_until(lambda: [chip.text for chip in panel.findChildren(CrossChip) if chip.isVisible()] == ["later"])


def test_a_note_is_kept_when_the_focus_leaves_and_for_its_own_item(panel, qtbot) -> None:
    told: list[tuple] = []
    panel.note_edited.connect(lambda row, text: told.append((row, text)))
    panel.set_item(ItemDetails(text_item(1, note="old"), 3))
    note = child(panel, NoteEditor)
    note.setFocus()
    qtbot.keyClicks(note, "new ")
    assert told == []
    panel.set_item(ItemDetails(text_item(1, note="old", tags=("x",)), 3))
    assert note.toPlainText() == "new old", "a refresh threw away what was being typed"
    child(panel, TagLine).setFocus()
    assert told == [(3, "new old")]
    note.setFocus()
    qtbot.keyClicks(note, "newer ")
    panel.set_item(ItemDetails(text_item(2, note="of two"), 8))
    assert told == [(3, "new old"), (3, "new newer old")]
    assert note.toPlainText() == "of two"


def test_a_note_is_kept_after_a_pause(panel, qtbot, wait_until) -> None:
    panel.set_item(ItemDetails(text_item(), 3))
    told: list[tuple] = []
    panel.note_edited.connect(lambda row, text: told.append((row, text)))
    note = child(panel, NoteEditor)
    note.setFocus()
    qtbot.keyClicks(note, "look again")
    wait_until(lambda: told == [(3, "look again")])
    panel.set_item(ItemDetails(text_item(note=""), 3))  # undone from elsewhere
    assert note.toPlainText() == ""


def test_neighbours_are_linked(panel, qtbot) -> None:
    told: list[tuple] = []
    panel.hovered.connect(lambda row: told.append(("hovered", row)))
    panel.picked.connect(lambda row, how: told.append(("picked", row, how)))
    panel.opened.connect(lambda row: told.append(("opened", row)))
    panel.set_item(ItemDetails(text_item(), 0, neighbours=NEAR))
    near = child(panel, NeighbourList)
    at = near.visualRect(near.model().index(1, 0)).center()
    QTest.mouseMove(near.viewport(), at)
    qtbot.mouseClick(near.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert ("hovered", 3) in told
    assert ("picked", 3, Combine.REPLACE) in told
    told.clear()
    qtbot.mouseDClick(near.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert ("opened", 3) in told
    told.clear()
    near.setFocus()
    qtbot.keyClick(near, Qt.Key.Key_Up)
    qtbot.keyClick(near, Qt.Key.Key_Space)
    qtbot.keyClick(near, Qt.Key.Key_Return)
    assert told == [("hovered", 7), ("picked", 7, Combine.REPLACE), ("opened", 7)]


def test_a_problem_stands_where_the_neighbours_would(panel) -> None:
    panel.set_item(ItemDetails(text_item(), 0, problem="This item has no vector yet."))
    assert "This item has no vector yet." in shown_words(panel)
    assert not child(panel, NeighbourList).isVisible()


def test_a_read_only_item_can_only_be_read(panel) -> None:
    panel.set_item(ItemDetails(text_item(note="a note", tags=("keep",)), 0, read_only=True))
    assert child(panel, NoteEditor).isReadOnly()
    assert not child(panel, TagLine).isVisible()
    assert not child(panel, CrossChip).findChild(QToolButton).isVisible()
    panel.set_item(ItemDetails(text_item(note="a note", tags=("keep",)), 0))
    assert not child(panel, NoteEditor).isReadOnly()
    assert child(panel, TagLine).isVisible()


def image_details(path: Path, row: int = 0) -> ItemDetails:
    return ItemDetails(Item(row + 1, Kind.IMAGE, path.name, "", str(path), "emoji"), row)


def test_a_picture_is_read_in_the_background(panel, wait_until) -> None:
    panel.set_item(image_details(PARROT))
    picture = child(panel, LargePicture)
    assert picture.isVisible()
    wait_until(lambda: picture.height() == 224, "twice the size of the file's 112 pixels")
    assert picture.grab().toImage().pixelColor(picture.width() // 2, 112).green() > 150
    panel.set_item(ItemDetails(text_item(5), 5))
    assert not picture.isVisible()


def test_a_large_picture_is_made_smaller_while_it_is_read(tmp_path) -> None:
    QImage(4000, 1000, QImage.Format.Format_RGB32).save(str(tmp_path / "large.jpg"))
    small = read_image(str(tmp_path / "large.jpg"))
    assert small is not None
    assert (small.width(), small.height()) == (1600, 400)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\nbroken", b"no picture at all"])
def test_a_broken_picture_says_so(panel, tmp_path, wait_until, qt_does_not_warn, content: bytes) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(content)
    panel.set_item(image_details(path))
    picture = child(panel, LargePicture)
    wait_until(lambda: picture.height() == 64, "the place of a picture that cannot be shown")
    qt_does_not_warn.clear()  # Qt's readers say what they dislike


def test_the_thumbnail_stands_in_for_a_file_that_qt_cannot_read(qtbot, tmp_path, wait_until) -> None:
    pictures = Pictures()
    panel = ItemPanel(pictures)
    qtbot.addWidget(panel)
    panel.resize(340, 900)
    panel.show()
    gone = tmp_path / "gone.png"
    panel.set_item(image_details(gone))
    picture = child(panel, LargePicture)
    wait_until(lambda: picture.height() == 64)
    pictures.put(str(gone), np.full((50, 100, 4), 255, np.uint8))
    assert picture.height() == 100


def test_everything_has_a_name_for_screen_readers(panel) -> None:
    panel.set_item(ItemDetails(text_item(tags=("keep",)), 0, (("a", "b"),), NEAR))
    for widget in panel.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            name = widget.accessibleName() or (widget.text() if isinstance(widget, QPushButton) else "")
            assert name, widget
    assert child(panel, WholeText).findChild(QPlainTextEdit).accessibleName() == "Text of the item"


def test_a_short_text_without_a_title_is_said_once(panel) -> None:
    panel.set_item(ItemDetails(Item(1, Kind.TEXT, "", "end an encounter", "", "glosses.csv", ()), 0))
    assert panel._title.text() == "end an encounter"
    assert not child(panel, WholeText).isVisible()
    panel.set_item(ItemDetails(Item(2, Kind.VECTOR, "", "", "", "digits.npy", ()), 1, (("row", "6"),)))
    assert panel._title.text() == "row 6"
