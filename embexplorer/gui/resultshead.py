"""What stands above the results: how many there are, the relevance line, their order, and what can be done with all."""

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QSlider, QWidget, QWidgetAction

from embexplorer.app.scores import Order
from embexplorer.app.values import ResultsView
from embexplorer.gui.pieces import ElidedLabel, button, column, label, row, tool_button
from embexplorer.gui.scoreline import ScoreLine
from embexplorer.gui.tokens import GRID

_PAUSE_MS = 200  # after the slider was moved last, before it is searched again
_PARTS = 20  # of the slider
_VARIETY = "Results that are unlike each other come first; the best one stays in front."


_VALUES = (("Largest or latest first", True), ("Smallest or earliest first", False))
_LETTERS = (("Z to A", True), ("A to Z", False))


class ResultsHead(QWidget):
    exact_wanted = Signal()
    select_wanted = Signal()
    cut_chosen = Signal(object)  # float or None
    sort_chosen = Signal(str, bool)  # column, "" for the score; largest first
    diversity_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order = Order()
        self._found = ElidedLabel("", "heading")
        self._found.setObjectName("found")
        self._summary = ElidedLabel("", "muted")
        self._sort = tool_button("sort", "Order of the results")
        self._sort.setPopupMode(self._sort.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self._sort)
        self._sort.setMenu(self._menu)
        self._make_variety()
        self._exact = button("Make exact", "link", help_text="Search again and compare with every item.")
        self._exact.clicked.connect(self.exact_wanted)
        self._select = button("Select all", "link", help_text="Select all results.")
        self._select.clicked.connect(self.select_wanted)
        self.line = ScoreLine()
        self.line.cut_chosen.connect(self.cut_chosen)
        top = row(column(self._found, self._summary, spacing=0), self._sort, spacing=GRID)
        top.setStretch(0, 1)
        links = row(self._select, self._exact, None, spacing=GRID * 2)
        layout = column(top, self.line, links, spacing=GRID // 2)
        layout.setContentsMargins(GRID + 4, GRID, GRID + 4, GRID // 2)
        self.setLayout(layout)

    def _make_variety(self) -> None:
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _PARTS)
        self._slider.setPageStep(_PARTS // 4)
        self._slider.setFixedWidth(GRID * 14)
        self._slider.setAccessibleName("From similar to varied")
        self._slider.setToolTip(_VARIETY)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.diversity_chosen.emit(self._slider.value() / _PARTS))
        self._slider.valueChanged.connect(lambda _value: self._pause.start())
        scale = QWidget()
        layout = row(label("Similar", "muted"), self._slider, label("Varied", "muted"), spacing=GRID)
        layout.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        scale.setLayout(layout)
        self._variety = QWidgetAction(self)
        self._variety.setDefaultWidget(scale)

    def set_results(self, results: ResultsView) -> None:
        self._found.setText("Searching…" if results.searching else results.headline)
        self._summary.setText("" if results.searching else results.summary)
        self._exact.setVisible(results.can_be_exact)
        chosen = results.above if results.above is not None else len(results.rows)
        self._select.setVisible(chosen > 0)
        which = "likely related items" if results.above is not None else "results"
        self._select.setText(f"Select all {chosen:,}" if results.above is not None else "Select all")
        self._select.setToolTip(f"Select all {which}.")
        # while the line is worked out its place is kept, so that the list does not jump
        awaited = not results.is_whole and results.order.diversity is not None
        self.line.setVisible(results.scores is not None or awaited)
        self.line.set_scores(results.scores)
        self._set_order(results.order)

    def _set_order(self, order: Order) -> None:
        if not self._slider.isSliderDown() and not self._pause.isActive():
            with QSignalBlocker(self._slider):
                self._slider.setValue(round((order.diversity or 0.0) * _PARTS))
        if order == self._order and self._menu.actions():
            return
        self._order = order
        self._menu.clear()
        group = QActionGroup(self._menu)
        for name, words in (("", "Best first"), *order.columns):
            action = self._menu.addAction(words, partial(self.sort_chosen.emit, name, order.descending))
            action.setCheckable(True)
            action.setChecked(name == order.by)
            group.addAction(action)
        self._menu.addSeparator()
        ways = QActionGroup(self._menu)
        for words, descending in _LETTERS if order.by_letters and order.by else _VALUES:
            action = self._menu.addAction(words, partial(self.sort_chosen.emit, order.by, descending))
            action.setCheckable(True)
            action.setChecked(order.descending == descending and bool(order.by))
            action.setEnabled(bool(order.by))
            ways.addAction(action)
        if order.diversity is not None:
            self._menu.addSeparator()
            self._menu.addAction(self._variety)
        name = dict(order.columns).get(order.by, "")
        self._sort.setToolTip(f"Sorted by {name}" if name else "Order of the results")
