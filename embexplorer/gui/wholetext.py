"""The whole text of an item, to read and to select, shown at once however long it is."""

from collections.abc import Iterator

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from embexplorer.data.wordquery import Words
from embexplorer.gui.pieces import button, column
from embexplorer.gui.tokens import GRID
from embexplorer.gui.wordmarks import WordMarks

_FIRST = 12_000  # characters that are shown at once: 5 ms where they are one paragraph
_PARAGRAPH = 8_000  # Qt lays a paragraph out as a whole: 285 ms at a million characters
_STEP = 16_000  # characters that are added between two turns of the event loop
_MOST_LINES = 18
_PAUSE_MS = 1500


class WholeText(QWidget):
    """As high as its text up to some lines, then it scrolls. A very long text is shown in part until all is wanted."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QPlainTextEdit()
        self.edit.setReadOnly(True)
        self.edit.setAccessibleName(name)
        self.edit.setProperty("kind", "bare")
        self.edit.setTabChangesFocus(True)
        self.edit.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.edit.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.edit.document().setDocumentMargin(0)
        self.more = button("", "link")
        self.more.clicked.connect(self._on_more_clicked)
        self.more.hide()
        self._text = ""
        self._rest: Iterator[str] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._add_step)
        self._marks = WordMarks(self.edit.document())
        self.setLayout(column(self.edit, self.more, spacing=GRID // 2))

    def set_words(self, words: tuple[Words, ...]) -> None:
        """Mark these words wherever they stand."""
        self._marks.set_words(words)

    def set_text(self, text: str) -> None:
        if text == self._text:
            return
        self._timer.stop()
        self._text = text
        self.edit.setPlainText(text[:_FIRST])
        self.more.setText(f"Show all {len(text):,} characters")
        self.more.setVisible(len(text) > _FIRST)
        self._fit()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _on_more_clicked(self) -> None:
        self.more.hide()
        self.edit.setFocus()
        self.edit.clear()
        self._rest = portions(self._text)
        self._timer.start()

    def _add_step(self) -> None:
        portion = next(self._rest, None)
        if portion is None:
            self._timer.stop()
        else:
            self.edit.appendPlainText(portion)
            self._fit()

    def _fit(self) -> None:
        """The document of a QPlainTextEdit counts its height in lines."""
        lines = min(_MOST_LINES, max(1, round(self.edit.document().size().height())))
        height = lines * self.edit.fontMetrics().lineSpacing() + 4
        if self.edit.height() != height:
            self.edit.setFixedHeight(height)


class NoteEditor(QPlainTextEdit):
    """A note that is kept by itself. edited: the focus left, a pause was made or the note goes out of sight."""

    edited = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Note")
        self.setPlaceholderText("Write a note")
        self.setTabChangesFocus(True)
        self.setFixedHeight(GRID * 9)
        self._kept = ""
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self.keep)
        self.textChanged.connect(self._on_text_changed)

    def set_note(self, note: str) -> None:
        """Show what is kept; what is being typed stays."""
        if note == self._kept:
            return
        was_typing = self.toPlainText() != self._kept
        self._kept = note
        if not was_typing and self.toPlainText() != note:
            self.blockSignals(True)
            self.setPlainText(note)
            self.blockSignals(False)

    def start_over(self, note: str) -> None:
        """Show the note of another item."""
        self._timer.stop()
        self._kept = note
        if self.toPlainText() != note:
            self.blockSignals(True)
            self.setPlainText(note)
            self.blockSignals(False)

    def keep(self) -> None:
        """Tell what was typed, if anything was."""
        self._timer.stop()
        text = self.toPlainText()
        if text != self._kept:
            self._kept = text
            self.edited.emit(text)

    def focusOutEvent(self, event: QFocusEvent, /) -> None:
        super().focusOutEvent(event)
        self.keep()

    def hideEvent(self, event: QHideEvent, /) -> None:
        super().hideEvent(event)
        self.keep()

    def _on_text_changed(self) -> None:
        if self.toPlainText() != self._kept:
            self._timer.start()


def portions(text: str) -> Iterator[str]:
    """The text in portions of some 16,000 characters, each of whole paragraphs. A paragraph that is much too long for
    Qt is broken at a space."""
    portion: list[str] = []
    length = 0
    for paragraph in text.splitlines():
        for part in _parts(paragraph):
            portion.append(part)
            length += len(part) + 1
            if length >= _STEP:
                yield "\n".join(portion)
                portion, length = [], 0
    if portion:
        yield "\n".join(portion)


def _parts(paragraph: str) -> Iterator[str]:
    start = 0
    while len(paragraph) - start > _PARAGRAPH:
        cut = paragraph.rfind(" ", start + _PARAGRAPH // 2, start + _PARAGRAPH)
        end = cut + 1 if cut >= 0 else start + _PARAGRAPH
        yield paragraph[start:end]
        start = end
    yield paragraph[start:]
