"""The facet panel: a box per column, bars or a histogram, counts that follow the other filters."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from embexplorer.app.facetvalues import FacetBar, FacetView
from embexplorer.app.filterchips import FilterChips
from embexplorer.gui.conditionchips import ConditionChips
from embexplorer.gui.facetbar import Bar
from embexplorer.gui.histogram import Histogram
from embexplorer.gui.pieces import EmptyState, button, column, label, row, tool_button
from embexplorer.gui.tokens import GRID

_SHORT, _SEARCHABLE = 7, 12


class FacetBox(QWidget):
    """One column of the panel."""

    values_chosen = Signal(str, tuple)
    range_chosen = Signal(str, object, object)

    def __init__(self, facet: FacetView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all_shown = False
        self._bars: list[Bar] = []
        self._histogram: Histogram | None = None
        self._title = label(facet.label, "heading")
        self._clear = tool_button("close", f"Clear the filter on {facet.label}")
        self._clear.clicked.connect(self._on_clear)
        policy = self._clear.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that nothing jumps when a filter comes and goes
        self._clear.setSizePolicy(policy)
        self._clear.setFixedSize(GRID * 3, GRID * 3)
        self._find = QLineEdit()
        self._find.setPlaceholderText("Find a value")
        self._find.setAccessibleName(f"Find a value of {facet.label}")
        self._find.setClearButtonEnabled(True)
        self._find.textChanged.connect(lambda _text: self._lay_out())
        self._more: QPushButton = button("", "link")
        self._more.clicked.connect(self._on_more)
        self._note = label("", "small", wrap=True)
        self._body = QVBoxLayout()
        self._body.setSpacing(0)
        head = row(self._title, None, self._clear)
        self.setLayout(column(head, self._find, self._body, self._more, self._note, spacing=GRID // 2))
        self.set_facet(facet)

    def set_facet(self, facet: FacetView) -> None:
        self.facet = facet
        self._title.setText(facet.label)
        self._clear.setVisible(facet.active)
        if facet.edges is not None:
            self._show_histogram(facet)
        self._lay_out()

    def _show_histogram(self, facet: FacetView) -> None:
        if self._histogram is None:
            self._histogram = Histogram(facet)
            self._histogram.range_chosen.connect(lambda low, high: self.range_chosen.emit(self.facet.name, low, high))
            self._body.addWidget(self._histogram)
        else:
            self._histogram.set_facet(facet)

    def _lay_out(self) -> None:
        facet = self.facet
        self._find.setVisible(len(facet.bars) + facet.rest > _SEARCHABLE and self._all_shown)
        wanted = self._find.text().casefold() if self._all_shown else ""
        fitting = [bar for bar in facet.bars if wanted in bar.label.casefold()] if wanted else list(facet.bars)
        shown = fitting if self._all_shown else fitting[:_SHORT]
        shown += [bar for bar in fitting[len(shown) :] if bar.chosen]
        tallest = max((bar.total for bar in facet.bars if bar.value is not None), default=self.facet.missing)
        while len(self._bars) > len(shown):
            bar = self._bars.pop()
            self._body.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        for position, each in enumerate(shown):
            if position < len(self._bars):
                self._bars[position].set_bar(each, tallest)
            else:
                self._add_bar(each, tallest)
        self._say_more(len(fitting) - len(shown))

    def _add_bar(self, each: FacetBar, tallest: int) -> None:
        bar = Bar(each, tallest)
        bar.toggled.connect(self._on_toggled)
        self._bars.append(bar)
        self._body.addWidget(bar)

    def _say_more(self, hidden: int) -> None:
        rest = self.facet.rest
        self._more.setVisible(hidden > 0 or self._all_shown)
        self._more.setText("Show fewer" if self._all_shown else f"Show {hidden:,} more")
        self._note.setVisible(self._all_shown and (rest > 0 or not self._bars))
        if not self._bars:
            self._note.setText("No value has this in its name.")
        elif rest:
            self._note.setText(f"{rest:,} rarer values are not listed; type them in the filter.")

    def _on_more(self) -> None:
        self._all_shown = not self._all_shown
        self._lay_out()
        if self._all_shown and not self._find.isHidden():
            self._find.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_toggled(self, value: str | bool | None, add: bool) -> None:
        chosen = [bar.value for bar in self.facet.bars if bar.chosen]
        if value in chosen:
            kept = [v for v in chosen if v != value] if add or len(chosen) == 1 else [value]
        else:
            kept = [*chosen, value] if add else [value]
        self.values_chosen.emit(self.facet.name, tuple(kept))

    def _on_clear(self) -> None:
        if self.facet.edges is not None:
            self.range_chosen.emit(self.facet.name, None, None)
        else:
            self.values_chosen.emit(self.facet.name, ())

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """Esc takes the filter on this column away, from wherever in the box the keyboard is."""
        if event.key() == Qt.Key.Key_Escape and self.facet.active:
            self._on_clear()
        else:
            super().keyPressEvent(event)


class FacetPanel(QScrollArea):
    """All boxes under each other; boxes stay as they are while only their counts change."""

    values_chosen = Signal(str, tuple)  # column, values
    range_chosen = Signal(str, object, object)  # column, low, high
    condition_removed = Signal(int)  # position among the conditions of the filter
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Filters")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._boxes: dict[str, FacetBox] = {}
        self._empty = EmptyState("filter", "No filters yet", "Columns of your files appear here, with their counts.")
        inside = QWidget()
        self._conditions = ConditionChips()
        self._conditions.removed.connect(self.condition_removed)
        self._conditions.cleared.connect(self.cleared)
        self._column = column(self._conditions, self._empty, margin=GRID + GRID // 2, spacing=GRID * 2)
        self._column.addStretch(1)
        inside.setLayout(self._column)
        self.setWidget(inside)

    def set_facets(self, facets: tuple[FacetView, ...]) -> None:
        kinds = [(facet.name, facet.edges is None) for facet in facets]
        if kinds != [(name, box.facet.edges is None) for name, box in self._boxes.items()]:
            self._rebuild(facets)
        else:
            for facet in facets:
                self._boxes[facet.name].set_facet(facet)
        self._empty.setVisible(not facets)

    def set_conditions(self, conditions: FilterChips) -> None:
        """What the filter asks, above the boxes."""
        self._conditions.set_conditions(conditions)

    def _rebuild(self, facets: tuple[FacetView, ...]) -> None:
        for box in self._boxes.values():
            self._column.removeWidget(box)
            box.hide()
            box.deleteLater()
        self._boxes = {}
        for position, facet in enumerate(facets):
            box = self._boxes[facet.name] = FacetBox(facet)
            box.values_chosen.connect(self.values_chosen)
            box.range_chosen.connect(self.range_chosen)
            self._column.insertWidget(position + 2, box)
