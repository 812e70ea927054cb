"""The query bar: what to look for, and which items to look among."""

from typing import TypeVar

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QFrame, QHBoxLayout, QSizePolicy, QSpinBox, QWidget

from embexplorer.app.completion import column_word, complete, word_start
from embexplorer.app.values import PastQuery, QueryView
from embexplorer.data.items import FieldType
from embexplorer.gui.mixslider import MixSlider
from embexplorer.gui.pieces import ElidedLabel, IconLabel, column, row, set_property
from embexplorer.gui.querydrop import QueryDrop
from embexplorer.gui.querylines import FilterLine
from embexplorer.gui.termsfield import TermsField
from embexplorer.gui.tokens import CONTROL, GRID

_MODES = (("vector", "By meaning"), ("lexical", "By words"), ("hybrid", "By both"))
_ANSWERS = (("document", "Documents"), ("whole", "Whole documents"), ("passage", "Passages"))
_EXAMPLES = {FieldType.NUMBER: ">= 2", FieldType.CATEGORY: 'contains "…"', FieldType.TEXT: 'contains "…"'}
_PAUSE_MS = 250  # after the last key, before the filter is read


_Box = TypeVar("_Box", bound=QFrame)


class QueryBar(QFrame):
    """Two lines: terms and how to compare them; the filter, what it means, or where it goes wrong."""

    filter_edited = Signal(str)
    mode_chosen = Signal(str)
    by_chosen = Signal(str)
    exact_chosen = Signal(bool)
    k_chosen = Signal(int)
    space_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queryBar")
        self.setAccessibleName("Search")
        self._query = QueryView()
        self._is_setting = False
        self._make_terms_line()
        self._make_filter_line()
        lines = column(self._terms_box, self._filter_box, spacing=GRID // 2)
        lines.setContentsMargins(GRID, GRID - 2, GRID, GRID - 2)
        self.setLayout(lines)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.drop = QueryDrop(self)

    def _make_terms_line(self) -> None:
        self.terms = TermsField()
        self._make_options()
        line = row(spacing=GRID)
        line.addWidget(self.terms, 1)
        for option in (self._mode, self.mix, self._by, self._space, self._k, self._exact):
            option.setFixedHeight(CONTROL)
            line.addWidget(option, 0, Qt.AlignmentFlag.AlignTop)
        self._terms_box = _plain(line)

    def _make_options(self) -> None:
        self._mode = QComboBox()
        self._mode.setAccessibleName("How to compare")
        self._mode.setToolTip("By meaning finds what is alike; by words finds the words themselves.")
        for name, words in _MODES:
            self._mode.addItem(words, name)
        self._mode.activated.connect(lambda _i: self.mode_chosen.emit(self._mode.currentData()))
        self.mix = MixSlider()
        self._by = QComboBox()
        self._by.setAccessibleName("What results are")
        self._by.setToolTip("Documents by their best passage, by all that they say on each part, or every passage.")
        for name, words in _ANSWERS:
            self._by.addItem(words, name)
        self._by.activated.connect(lambda _i: self.by_chosen.emit(self._by.currentData()))
        self._space = QComboBox()
        self._space.setAccessibleName("Space to search in")
        self._space.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._space.setMaximumWidth(GRID * 26)
        self._space.activated.connect(lambda _i: self.space_chosen.emit(self._space.currentData()))
        self._k = QSpinBox()
        self._k.setRange(1, 100_000)
        self._k.setSuffix(" results")
        self._k.setGroupSeparatorShown(True)
        self._k.setFixedWidth(GRID * 16)
        self._k.lineEdit().setTextMargins(GRID, 0, 0, 0)  # a spin box forgets the padding of the style sheet
        self._k.setAccessibleName("Number of results")
        self._k.setToolTip("How many results to show at most.")
        self._k.setKeyboardTracking(False)
        self._k.valueChanged.connect(self._on_k)
        self._exact = QCheckBox("Exact")
        self._exact.setToolTip("Compare with every item, even where that takes longer.")
        self._exact.clicked.connect(self.exact_chosen)

    def _make_filter_line(self) -> None:
        self._filter = FilterLine("Filter")
        self._filter.setClearButtonEnabled(True)
        self._words = ElidedLabel("", "muted")
        self._words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._timer.timeout.connect(self._send_filter)
        self._filter.textEdited.connect(self._on_filter_edited)
        self._filter.textChanged.connect(self._on_filter_changed)
        self._filter.returnPressed.connect(self._send_filter)
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setWidget(self._filter)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.activated.connect(self._on_completed)
        self._filter_field = _boxed(row(IconLabel("filter", "muted", 18), self._filter, spacing=GRID), QFrame())
        line = row(self._filter_field, self._words, spacing=GRID + GRID // 2)
        line.setStretch(0, 3)
        line.setStretch(1, 2)
        self._filter_box = _plain(line)

    # -- what is shown ----------------------------------------------------------------------------------------

    def set_query(self, query: QueryView) -> None:
        self._is_setting = True
        old, self._query = self._query, query
        self.terms.set_query(query)
        if not self._filter.hasFocus() or not self._timer.isActive():
            self._set_filter_text(query.filter_text)
        self._mode.setCurrentIndex(self._mode.findData(query.mode))
        self.mix.setVisible(query.mode == "hybrid")
        self.mix.set_share(query.lexical_weight)
        self._by.setVisible(query.has_passages)
        self._by.setCurrentIndex(self._by.findData("document" if query.by == "auto" else query.by))
        self._k.setValue(query.k)
        self._exact.setChecked(query.exact)
        self._show_spaces(old)
        example = _example(query)
        self._filter.setPlaceholderText(f"Filter, for example: {example}" if example else "Filter")
        self._words.setText(query.error or query.filter_words)
        set_property(self._words, "role", "danger" if query.error else "muted")
        set_property(self._filter_field, "state", "error" if query.error else "")
        self._filter.mark_error(query.error_at if query.error and self._filter.text() == query.filter_text else -1)
        self._filter.setAccessibleDescription(query.error or query.filter_words)
        self._is_setting = False

    def focus_text(self) -> None:
        self.terms.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.terms.line.selectAll()

    def set_past(self, recent: tuple[PastQuery, ...], saved: tuple[PastQuery, ...]) -> None:
        self.terms.set_past(recent, saved)

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

    # -- what the user does -----------------------------------------------------------------------------------

    def _on_k(self, value: int) -> None:
        if not self._is_setting:
            self.k_chosen.emit(value)

    def _on_filter_changed(self, text: str) -> None:
        self._filter.mark_error(-1)  # of the old text
        if not text:
            self._send_filter()

    def _on_filter_edited(self, _text: str) -> None:
        self._timer.start()
        words = complete(self._filter.text(), self._filter.cursorPosition(), self._query)
        if words:
            self._names.setStringList(list(words))
            self._completer.complete()
        elif (popup := self._completer.popup()) is not None:
            popup.hide()

    def _on_completed(self, word: str) -> None:
        text, at = self._filter.text(), self._filter.cursorPosition()
        start = word_start(text, at)
        rest = text[at:].lstrip(" ")
        self._filter.setText(f"{text[:start]}{word} {rest}")
        self._filter.setCursorPosition(start + len(word) + 1)
        self._timer.start()

    def _send_filter(self) -> None:
        self._timer.stop()
        self.filter_edited.emit(self._filter.text())


def _boxed(layout: QHBoxLayout, box: _Box) -> _Box:
    box.setObjectName("queryField")
    layout.setContentsMargins(GRID, 1, 1, 1)
    box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
    box.setLayout(layout)
    return box


def _plain(layout: QHBoxLayout) -> QWidget:
    box = QWidget()
    box.setLayout(layout)
    return box


def _example(query: QueryView) -> str:
    """A filter on one of the user's own columns, as it would be typed."""
    for name, kind in query.names:
        if name.startswith("@") or kind not in _EXAMPLES:
            continue
        return f"{column_word(name)} {_EXAMPLES[kind]}"
    return f"title {_EXAMPLES[FieldType.TEXT]}"
