"""The facet panel: a box per column, bars or a histogram, counts that follow the other filters."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLineEdit, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from embexplorer.app.values import FacetBar, FacetView
from embexplorer.gui.histogram import Histogram
from embexplorer.gui.pieces import EmptyState, button, column, label, row, tool_button
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID, ROW

_SHORT, _SEARCHABLE = 7, 12


class Bar(QWidget):
    """One value: its name, how many pass, a bar behind. Click or Space asks for it; Ctrl adds to what is asked."""

    toggled = Signal(object, bool)  # value, whether others stay

    def __init__(self, bar: FacetBar, tallest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._hovered = False
        self.set_bar(bar, tallest)

    def sizeHint(self) -> QSize:
        return QSize(GRID * 24, ROW)

    def set_bar(self, bar: FacetBar, tallest: int) -> None:
        self._bar, self._tallest = bar, max(1, tallest)
        self.setAccessibleName(f"{bar.label}, {bar.count:,} items{', chosen' if bar.chosen else ''}")
        self.setToolTip(f"{bar.label}: {bar.count:,} of {bar.total:,}")
        self.update()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        tokens, painter, bar = theme().tokens, QPainter(self), self._bar
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(0, 2, self.width(), ROW - 4)
        if self._hovered:
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(whole, 4, 4)
        for number, colour in ((bar.total, tokens.hover), (bar.count, tokens.soft)):
            painter.setBrush(QColor(colour))
            width = whole.width() * min(1.0, number / self._tallest)
            if number:
                painter.drawRoundedRect(QRectF(0, 2, max(3.0, width), ROW - 4), 4, 4)
        if bar.chosen or self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent if bar.chosen else tokens.focus), 1.5))
            painter.drawRoundedRect(whole.adjusted(1, 0, -1, 0), 4, 4)
        self._paint_words(painter, bar)
        painter.end()

    def _paint_words(self, painter: QPainter, bar: FacetBar) -> None:
        tokens, metrics = theme().tokens, self.fontMetrics()
        number = f"{bar.count:,}"
        room = metrics.horizontalAdvance(number) + GRID * 2
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(tokens.muted))
        painter.drawText(QRectF(0, 0, self.width() - GRID, ROW), vertical | Qt.AlignmentFlag.AlignRight, number)
        faint = bar.value is None or bar.count == 0
        painter.setPen(QColor(tokens.muted if faint else tokens.text))
        font = painter.font()
        font.setItalic(bar.value is None)
        painter.setFont(font)
        text = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, self.width() - room - GRID)
        painter.drawText(QRectF(GRID, 0, self.width() - room, ROW), vertical | Qt.AlignmentFlag.AlignLeft, text)

    def enterEvent(self, event: object, /) -> None:
        self._hovered = True
        self.update()

    def leaveEvent(self, event: object, /) -> None:
        self._hovered = False
        self.update()

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggled.emit(self._bar.value, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return):
            self.toggled.emit(self._bar.value, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        else:
            super().keyPressEvent(event)


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
        self._find = QLineEdit()
        self._find.setPlaceholderText("Find a value")
        self._find.setAccessibleName(f"Find a value of {facet.label}")
        self._find.setClearButtonEnabled(True)
        self._find.textChanged.connect(lambda _text: self._lay_out())
        self._more: QPushButton = button("", "link")
        self._more.clicked.connect(self._on_more)
        self._note = label("", "small")
        self._body = QVBoxLayout()
        self._body.setSpacing(0)
        head = row(self._title, None, self._clear)
        self.setLayout(column(head, self._find, self._body, self._more, self._note, spacing=GRID // 2))
        self.set_facet(facet)

    def set_facet(self, facet: FacetView) -> None:
        self.facet = facet
        self._title.setText(facet.label)
        # the button keeps its room, so that nothing jumps when a filter comes and goes
        policy = self._clear.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._clear.setSizePolicy(policy)
        self._clear.setVisible(facet.active)
        if facet.edges is not None:
            self._show_histogram(facet)
        self._note.setText(f"{facet.missing:,} missing" if facet.missing and facet.edges is not None else "")
        self._note.setVisible(bool(self._note.text()))
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
        wanted = self._find.text().casefold()
        fitting = [bar for bar in facet.bars if wanted in bar.label.casefold()]
        shown = fitting if self._all_shown else fitting[:_SHORT]
        shown += [bar for bar in fitting[len(shown) :] if bar.chosen]
        tallest = max((bar.total for bar in facet.bars if bar.value is not None), default=1)
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
        if self._all_shown and rest:
            self._note.setText(f"{rest:,} rarer values are not listed; the filter text reaches them.")
            self._note.setWordWrap(True)
            self._note.show()

    def _on_more(self) -> None:
        self._all_shown = not self._all_shown
        self._lay_out()

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


class FacetPanel(QScrollArea):
    """All boxes under each other; boxes stay as they are while only their counts change."""

    values_chosen = Signal(str, tuple)  # column, values
    range_chosen = Signal(str, object, object)  # column, low, high

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Filters")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._boxes: dict[str, FacetBox] = {}
        self._empty = EmptyState("filter", "No filters yet", "Columns of your files appear here, with their counts.")
        inside = QWidget()
        self._column = column(self._empty, margin=GRID + GRID // 2, spacing=GRID * 2)
        self._column.addStretch(1)
        inside.setLayout(self._column)
        self.setWidget(inside)

    def set_facets(self, facets: tuple[FacetView, ...]) -> None:
        names = [facet.name for facet in facets]
        if names != list(self._boxes):
            self._rebuild(facets)
        for facet in facets:
            self._boxes[facet.name].set_facet(facet)
        self._empty.setVisible(not facets)

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
            self._column.insertWidget(position + 1, box)
