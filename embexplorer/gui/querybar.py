"""The query bar: what to look for, and which items to look among."""

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QFrame, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from embexplorer.app.completion import complete
from embexplorer.app.values import QueryView
from embexplorer.gui.chips import ChipButton
from embexplorer.gui.pieces import ElidedLabel, IconLabel, column, row, set_property, tool_button
from embexplorer.gui.tokens import GRID

_MODES = (("vector", "By meaning"), ("lexical", "By words"), ("hybrid", "By both"))
_PAUSE_MS = 250  # after the last key, before the filter is read


class SearchLine(QLineEdit):
    """Where a text is typed; Backspace in the empty line goes to the last chip."""

    left_empty = Signal()
    minus_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Backspace and not self.text():
            self.left_empty.emit()
        elif enter and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.minus_wanted.emit()
        else:
            super().keyPressEvent(event)


class QueryBar(QFrame):
    """Two lines: terms and how to compare them; the filter, what it means, or where it goes wrong."""

    text_added = Signal(str, float)  # text, weight
    term_removed = Signal(int)
    term_flipped = Signal(int)
    term_muted = Signal(int, bool)
    cleared = Signal()
    filter_edited = Signal(str)
    mode_chosen = Signal(str)
    exact_chosen = Signal(bool)
    k_chosen = Signal(int)
    space_chosen = Signal(str)
    image_wanted = Signal()
    images_dropped = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queryBar")
        self.setAccessibleName("Search")
        self.setAcceptDrops(True)
        self._query = QueryView()
        self._is_setting = False
        self._chips: list[ChipButton] = []
        self._make_terms_line()
        self._make_filter_line()
        lines = column(self._terms_box, self._filter_box, spacing=GRID // 2)
        lines.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self.setLayout(lines)

    def _make_terms_line(self) -> None:
        self._text = SearchLine()
        self._text.setProperty("kind", "bare")
        self._text.setAccessibleName("Search text")
        self._text.setToolTip("Enter searches; Shift and Enter looks for what is unlike the text.")
        self._text.returnPressed.connect(lambda: self._add_text(1.0))
        self._text.minus_wanted.connect(lambda: self._add_text(-1.0))
        self._text.left_empty.connect(self._on_left_empty)
        self._chip_row = QHBoxLayout()
        self._chip_row.setSpacing(GRID // 2)
        self._mode = QComboBox()
        self._mode.setAccessibleName("How to compare")
        self._mode.setToolTip("By meaning finds what is alike; by words finds the words themselves.")
        for name, words in _MODES:
            self._mode.addItem(words, name)
        self._mode.activated.connect(lambda _i: self.mode_chosen.emit(self._mode.currentData()))
        self._space = QComboBox()
        self._space.setAccessibleName("Space to search in")
        self._space.activated.connect(lambda _i: self.space_chosen.emit(self._space.currentData()))
        self._k = QSpinBox()
        self._k.setRange(1, 100_000)
        self._k.setSuffix(" results")
        self._k.setAccessibleName("Number of results")
        self._k.setKeyboardTracking(False)
        self._k.valueChanged.connect(self._on_k)
        self._exact = QCheckBox("Exact")
        self._exact.setToolTip("Compare with every item, even where that takes longer.")
        self._exact.clicked.connect(self.exact_chosen)
        image = tool_button("image", "Search with an image")
        image.clicked.connect(self.image_wanted)
        self._clear = tool_button("close", "Clear the query")
        self._clear.clicked.connect(self.cleared)
        field = row(IconLabel("search", "muted", 18), self._chip_row, self._text, image, self._clear, spacing=GRID)
        self._field = _boxed(field)
        self._terms_box = _plain(row(self._field, self._mode, self._space, self._k, self._exact))

    def _make_filter_line(self) -> None:
        self._filter = QLineEdit()
        self._filter.setProperty("kind", "bare")
        self._filter.setAccessibleName("Filter")
        self._filter.setClearButtonEnabled(True)
        self._words = ElidedLabel("", "muted")
        self._words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._send_filter)
        self._filter.textEdited.connect(self._on_filter_edited)
        self._filter.textChanged.connect(lambda text: None if text else self._send_filter())
        self._filter.returnPressed.connect(self._send_filter)
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setWidget(self._filter)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(self._on_completed)
        self._filter_field = _boxed(row(IconLabel("filter", "muted", 18), self._filter, spacing=GRID))
        line = row(self._filter_field, self._words)
        line.setStretch(0, 3)
        line.setStretch(1, 2)
        self._filter_box = _plain(line)

    # -- what is shown ----------------------------------------------------------------------------------------

    def set_query(self, query: QueryView) -> None:
        self._is_setting = True
        old, self._query = self._query, query
        if old.chips != query.chips or len(self._chips) != len(query.chips):
            self._rebuild_chips()
        if not self._filter.hasFocus() or not self._timer.isActive():
            self._set_filter_text(query.filter_text)
        self._mode.setCurrentIndex(self._mode.findData(query.mode))
        self._k.setValue(query.k)
        self._exact.setChecked(query.exact)
        self._show_spaces(old)
        self._clear.setVisible(bool(query.chips))
        wanted = "Add another text" if query.chips else "Search for anything, in your own words"
        self._text.setPlaceholderText(wanted)
        example = _example(query)
        self._filter.setPlaceholderText(f"Filter, for example: {example}" if example else "Filter")
        self._words.setText(query.error or query.filter_words)
        set_property(self._words, "role", "danger" if query.error else "muted")
        set_property(self._filter_field, "state", "error" if query.error else "")
        self._is_setting = False

    def focus_text(self) -> None:
        self._text.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._text.selectAll()

    def focus_filter(self) -> None:
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    def _set_filter_text(self, text: str) -> None:
        if self._filter.text() != text:
            at = self._filter.cursorPosition()
            self._filter.blockSignals(True)
            self._filter.setText(text)
            self._filter.blockSignals(False)
            self._filter.setCursorPosition(min(at, len(text)))

    def _show_spaces(self, old: QueryView) -> None:
        if old.spaces != self._query.spaces or self._space.count() == 0:
            self._space.clear()
            self._space.addItem("Best space", "")
            for name in self._query.spaces:
                self._space.addItem(name, name)
        self._space.setVisible(len(self._query.spaces) > 1)
        self._space.setCurrentIndex(max(0, self._space.findData(self._query.space)))

    def _rebuild_chips(self) -> None:
        for chip in self._chips:
            self._chip_row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [ChipButton(chip) for chip in self._query.chips]
        for position, chip in enumerate(self._chips):
            chip.flipped.connect(lambda at=position: self.term_flipped.emit(at))
            chip.removed.connect(lambda at=position: self.term_removed.emit(at))
            chip.muted.connect(lambda muted, at=position: self.term_muted.emit(at, muted))
            self._chip_row.addWidget(chip)

    # -- what the user does -----------------------------------------------------------------------------------

    def _add_text(self, weight: float) -> None:
        text = self._text.text().strip()
        if text:
            self._text.clear()
            self.text_added.emit(text, weight)

    def _on_left_empty(self) -> None:
        if self._chips:
            self._chips[-1].setFocus(Qt.FocusReason.BacktabFocusReason)

    def _on_k(self, value: int) -> None:
        if not self._is_setting:
            self.k_chosen.emit(value)

    def _on_filter_edited(self, _text: str) -> None:
        self._timer.start()
        words = complete(self._filter.text(), self._filter.cursorPosition(), self._query)
        if words:
            self._names.setStringList(list(words))
            self._completer.complete()
        else:
            popup = self._completer.popup()
            if popup is not None:
                popup.hide()

    def _on_completed(self, word: str) -> None:
        text, at = self._filter.text(), self._filter.cursorPosition()
        start = at
        while start > 0 and (text[start - 1].isalnum() or text[start - 1] in '_`"@'):
            start -= 1
        self._filter.setText(f"{text[:start]}{word} {text[at:]}")
        self._filter.setCursorPosition(start + len(word) + 1)
        self._timer.start()

    def _send_filter(self) -> None:
        self._timer.stop()
        self.filter_edited.emit(self._filter.text())

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent, /) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.images_dropped.emit(paths)


def _boxed(layout: QHBoxLayout) -> QFrame:
    box = QFrame()
    box.setObjectName("queryField")
    layout.setContentsMargins(GRID, 2, GRID // 2, 2)
    box.setLayout(layout)
    return box


def _plain(layout: QHBoxLayout) -> QWidget:
    box = QWidget()
    box.setLayout(layout)
    return box


def _example(query: QueryView) -> str:
    from embexplorer.data.items import FieldType

    own = [(name, kind) for name, kind in query.names if not name.startswith("@")]
    for name, kind in own:
        shown = name if name.isidentifier() else f"`{name}`"
        if kind is FieldType.NUMBER:
            return f"{shown} >= 2"
        if kind is FieldType.CATEGORY:
            return f'{shown} = "…"'
    return 'title contains "…"'
