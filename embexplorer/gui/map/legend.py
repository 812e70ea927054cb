"""What the colours mean: a small card over the map, with a choice of the column to colour by."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QFrame, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from embexplorer.app.values import MapChoice
from embexplorer.gui.icons import dress
from embexplorer.gui.pieces import column, label, row, tool_button
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID
from embexplorer.raster.colours import ColourScale, LegendEntry, LegendRange

_WIDTH, _ROW = GRID * 27, GRID * 3


class LegendRow(QToolButton):
    """A category: its colour, its name, how many; a click isolates it."""

    def __init__(self, entry: LegendEntry, colour: QColor) -> None:
        super().__init__()
        self._entry, self._colour = entry, colour
        self.setFixedHeight(_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{entry.label}, {entry.count:,}")
        self.setToolTip(f"{entry.label}: {entry.count:,}")
        self.setEnabled(entry.value is not None)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _ROW)

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        tokens, painter = theme().tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QColor(tokens.focus) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover) if self.isEnabled() else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour)
        painter.drawEllipse(QPointF(14, self.height() / 2), 5, 5)
        count, metrics = f"{self._entry.count:,}", self.fontMetrics()
        room = self.width() - 26 - metrics.horizontalAdvance(count) - 18
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.muted))
        name = metrics.elidedText(self._entry.label, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(26, 0, room, self.height()), middle, name)
        painter.setPen(QColor(tokens.muted))
        right = QRectF(0, 0, self.width() - 8, self.height())
        painter.drawText(right, middle | Qt.AlignmentFlag.AlignRight, count)
        painter.end()


class ColourBar(QWidget):
    """The colours from low to high, with some values."""

    def __init__(self) -> None:
        super().__init__()
        self._range = LegendRange(0, 1, ())
        self._colours: list[QColor] = []
        self.setFixedHeight(GRID * 5)

    def set_range(self, shown: LegendRange, colours: list[QColor]) -> None:
        self._range, self._colours = shown, colours
        words = ", ".join(text for _, text in shown.ticks)
        self.setAccessibleName(f"Colours from low to high: {words}")
        beyond = " Values beyond the ends have the ends' colours." if shown.cut_low or shown.cut_high else ""
        self.setToolTip(f"From low to high: {words}.{beyond}")
        self.update()

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        tokens, painter = theme().tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(8, 4, self.width() - 16, 10)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        for k, colour in enumerate(self._colours):
            gradient.setColorAt(k / max(1, len(self._colours) - 1), colour)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(QColor(tokens.muted))
        free = 0.0
        for place, text in self._range.ticks:
            wide = self.fontMetrics().horizontalAdvance(text)
            left = min(max(bar.left() + place * bar.width() - wide / 2, 4.0), self.width() - wide - 4.0)
            if left >= free:
                painter.drawText(QRectF(left, 18, wide + 2, 20), Qt.AlignmentFlag.AlignLeft, text)
                free = left + wide + 8
        painter.end()


class Legend(QFrame):
    """Category rows or a colour bar under a choice of columns; can be folded."""

    category_clicked = Signal(object)  # the category's value
    colour_chosen = Signal(str)
    map_chosen = Signal(str)
    resized = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("Legend")
        self._title = label("", "section")
        self._columns, self._maps = self._combo("Colour by"), self._combo("Map")
        self._columns.activated.connect(lambda k: self.colour_chosen.emit(self._columns.itemData(k)))
        self._maps.activated.connect(lambda k: self.map_chosen.emit(self._maps.itemData(k)))
        self._fold = tool_button("chevron-down", "Fold the legend")
        self._fold.clicked.connect(self._on_fold_clicked)
        self._bar = ColourBar()
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        inside = QWidget()
        inside.setLayout(self._rows)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = row(self._title, self._columns, self._fold, spacing=4)
        self.setLayout(column(head, self._maps, self._bar, self._scroll, margin=GRID, spacing=4))
        self.setFixedWidth(_WIDTH)
        self._is_wanted = True
        self._folded, self._entries, self._has_range = False, 0, False
        self._maps.hide()
        self._columns.hide()
        self.hide()

    @staticmethod
    def _combo(name: str) -> QComboBox:
        combo = QComboBox()
        combo.setAccessibleName(name)
        combo.setToolTip(name)
        combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        combo.setMinimumContentsLength(4)
        combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return combo

    @property
    def is_folded(self) -> bool:
        return self._folded

    def set_wanted(self, is_wanted: bool) -> None:
        """Maps side by side have one legend between them."""
        self._is_wanted = is_wanted
        self.arrange()

    def open_colours(self) -> None:
        """Open the list of columns to colour by."""
        self._columns.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._columns.showPopup()

    def set_choice(self, choice: MapChoice) -> None:
        for combo, options, chosen in (
            (self._columns, choice.colours, choice.colour_by),
            (self._maps, choice.maps, choice.map),
        ):
            combo.clear()
            for name, text in options:
                combo.addItem(text, name)
            combo.setCurrentIndex(combo.findData(chosen))
        self._columns.setVisible(bool(choice.colours))
        self._title.setVisible(not choice.colours)
        self._maps.setVisible(len(choice.maps) > 1 and not self._folded)
        self.arrange()

    def set_scale(self, scale: ColourScale, title: str, dark: bool) -> None:
        self._title.setText(title)
        palette = [QColor(*colour) for colour in scale.palette(dark).tolist()]
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for entry in scale.legend.entries:
            button = LegendRow(entry, palette[entry.key])
            button.clicked.connect(lambda _=False, value=entry.value: self.category_clicked.emit(value))
            self._rows.addWidget(button)
        self._entries, self._has_range = len(scale.legend.entries), scale.legend.range is not None
        if scale.legend.range is not None:
            self._bar.set_range(scale.legend.range, palette[1:256:8])
        self.arrange()

    def arrange(self) -> None:
        """As high as the content, and never higher than the room."""
        has_content = bool(self._entries or self._has_range)
        self._bar.setVisible(self._has_range and not self._folded)
        self._scroll.setVisible(bool(self._entries) and not self._folded)
        parent = self.parentWidget()
        room = (parent.height() if parent else 400) - GRID * 16
        self._scroll.setFixedHeight(max(_ROW, min(self._entries * _ROW, room)))
        self.setVisible(has_content and self._is_wanted)
        self.adjustSize()
        self.resized.emit()

    def _on_fold_clicked(self) -> None:
        self._folded = not self._folded
        dress(self._fold, "chevron-right" if self._folded else "chevron-down", "muted")
        self._fold.setAccessibleName("Unfold the legend" if self._folded else "Fold the legend")
        self._maps.setVisible(self._maps.count() > 1 and not self._folded)
        self.arrange()
