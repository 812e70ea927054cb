"""What colours and sizes mean: a small card over the map, with the choices of what the map shows."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QComboBox, QFrame, QMenu, QScrollArea, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from embexplorer.app.values import LegendView, MapChoice
from embexplorer.data.selection import Combine
from embexplorer.gui.choicebox import ChoiceBox
from embexplorer.gui.icons import dress
from embexplorer.gui.map.colourbar import ColourBar
from embexplorer.gui.map.legendrow import HEIGHT, LegendRow
from embexplorer.gui.map.sizekey import SizeKey
from embexplorer.gui.pieces import button, column, label, row, tool_button
from embexplorer.gui.stayingmenu import StayingMenu
from embexplorer.gui.tokens import GRID
from embexplorer.raster.colours import ColourScale

_WIDTH, _SMALL, _CAPTION, _MARGIN = GRID * 30, GRID * 3, GRID * 6, 12
_LOW, _NARROW = GRID * 36, GRID * 58  # on a map no larger than this only the colours and the map have room


class Choice(QWidget):
    """A caption and a list to choose from, in one line of the legend's head."""

    def __init__(self, caption: str, name: str, *buttons: QToolButton) -> None:
        super().__init__()
        self.box = ChoiceBox(name)
        self.box.setProperty("kind", "flat")
        self.box.setToolTip(name)
        self.box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        words = label(caption, "small")
        words.setFixedWidth(_CAPTION)
        line = row(words, self.box, *buttons, spacing=0)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.is_offered = False
        self._options: Sequence[tuple[str, str]] = ()
        self.menu = QMenu(name, self)  # stands for it where it has no room
        self.menu.aboutToShow.connect(self._fill_menu)

    def set_options(self, options: Sequence[tuple[str, str]], chosen: str, least: int = 1) -> None:
        """options: (value, words); shown where there are at least so many."""
        self.is_offered, self._options = len(options) >= least, options
        if options:
            self.box.set_choices(options, chosen)

    def _fill_menu(self) -> None:
        self.menu.clear()
        for value, words in self._options:
            action = self.menu.addAction(words.replace("&", "&&"), partial(self.box.value_chosen.emit, value))
            action.setCheckable(True)
            action.setChecked(value == self.box.value())


class Legend(QFrame):
    """Category rows or a colour bar under the choices of what the map shows; can be folded. Every signal is something
    that the user did; a category is told by its name."""

    switched = Signal(str)
    isolated = Signal(str)
    category_picked = Signal(str, Combine)
    all_wanted = Signal()
    range_chosen = Signal(object)  # of ColourBar
    colour_chosen = Signal(str)
    size_chosen = Signal(str)
    labels_chosen = Signal(str)
    map_chosen = Signal(str)
    folded = Signal(bool)
    resized = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName("Legend")
        self.view, self._palette, self._rows = LegendView(), [QColor()], list[LegendRow]()
        self._is_wanted, self._folded = True, False
        self._make_head()
        self._bar, self._sizes = ColourBar(), SizeKey()
        self._bar.range_chosen.connect(self.range_chosen)
        self._scroll, self._list = self._make_list()
        self._hidden = label("", "small")
        self._all = button("Show all", "link", help_text="Put back on the map what is switched off here")
        self._all.clicked.connect(self.all_wanted)
        self._foot = QWidget()
        self._foot.setLayout(row(self._hidden, None, self._all, GRID, spacing=0))
        parts = (*self._choices, self._bar, self._scroll, self._foot, self._sizes)
        self._layout = column(*parts, margin=GRID - 2, spacing=2)
        self.setLayout(self._layout)
        self.setFixedWidth(_WIDTH)
        self.hide()

    def _make_head(self) -> None:
        self._show = tool_button("eye", "On the map", "What is drawn on the map")
        self._show.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._show.setMenu(StayingMenu(self._show))
        self._show.menu().setToolTipsVisible(True)
        self._show.hide()
        self._fold = tool_button("chevron-down", "Fold the legend")
        self._fold.clicked.connect(self._on_fold_clicked)
        for small in (self._show, self._fold):
            small.setFixedSize(_SMALL, _SMALL)
        self._colours = Choice("Colour", "Colour by", self._show, self._fold)
        self._size_by, self._label_by = Choice("Size", "Size by"), Choice("Labels", "Label by")
        self._more = tool_button("more", "This map", "Refine, rename or delete this map")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setMenu(QMenu(self._more))
        self._more.setFixedSize(_SMALL, _SMALL)
        self._maps = Choice("Map", "Map", self._more)
        self._choices = (self._colours, self._size_by, self._label_by, self._maps)
        told = (self.colour_chosen, self.size_chosen, self.labels_chosen, self.map_chosen)
        for choice, signal in zip(self._choices, told, strict=True):
            choice.box.value_chosen.connect(signal)

    def _make_list(self) -> tuple[QScrollArea, QVBoxLayout]:
        inside, lines = QWidget(), column(spacing=0)
        inside.setLayout(lines)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return scroll, lines

    # -- what is shown ----------------------------------------------------------------------------------------

    @property
    def is_folded(self) -> bool:
        return self._folded

    def set_folded(self, folded: bool) -> None:
        """Only the choice of colours is left of a folded one."""
        if folded != self._folded:
            self._folded = folded
            dress(self._fold, "chevron-right" if folded else "chevron-down", "muted")
            words = "Unfold the legend" if folded else "Fold the legend"
            self._fold.setAccessibleName(words)
            self._fold.setToolTip(words)
            self.arrange()

    def set_wanted(self, is_wanted: bool) -> None:
        """Maps side by side have one legend between them."""
        self._is_wanted = is_wanted
        self.arrange()

    def set_map_actions(self, actions: Sequence[QAction]) -> None:
        """What can be done with the map that is shown."""
        self._more.menu().clear()
        self._more.menu().addActions(list(actions))

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """What can be switched on and off on the map."""
        self._show.menu().clear()
        self._show.menu().addActions(list(actions))
        self._show.menu().addSeparator()
        for choice in (self._size_by, self._label_by):
            self._show.menu().addMenu(choice.menu)
        self._show.setVisible(bool(actions))

    def open_colours(self) -> None:
        """Open the list of columns to colour by."""
        self._colours.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._colours.box.showPopup()

    def set_choice(self, choice: MapChoice) -> None:
        self._colours.set_options(choice.colours, choice.colour_by)
        self._size_by.set_options(choice.sizes, choice.size_by, 2)
        nothing = [] if choice.label_by else [("", "none")]
        self._label_by.set_options([*nothing, *choice.labels] if choice.labels else (), choice.label_by)
        self._maps.set_options(choice.maps, choice.map, 2)
        self.arrange()

    def set_scale(self, scale: ColourScale, dark: bool) -> None:
        """The colours that the keys of the lines stand for."""
        self._palette = [QColor(*colour) for colour in scale.palette(dark).tolist()]
        self._fill()

    def set_legend(self, legend: LegendView) -> None:
        """What the colours of set_scale mean."""
        self.view = legend
        self._fill()
        self.arrange()

    def _fill(self) -> None:
        lines = self.view.lines if all(line.key < len(self._palette) for line in self.view.lines) else ()
        if [each.line.name for each in self._rows] != [line.name for line in lines]:
            self._clear()
            self._rows = [self._make_row(LegendRow(line, self._palette[line.key])) for line in lines]
        for each, line in zip(self._rows, lines, strict=True):
            each.set_line(line, self._palette[line.key])
        if self.view.bar is not None and len(self._palette) == 256:
            self._bar.set_bar(self.view.bar, self._palette[1:256:5])
        self._sizes.set_legend(self.view)
        off = sum(not line.is_on for line in lines)
        self._hidden.setText(f"{off} hidden" if off else "Only these values")

    def _clear(self) -> None:
        for old in self._rows:
            old.hide()
            old.deleteLater()
            self._list.removeWidget(old)

    def _make_row(self, made: LegendRow) -> LegendRow:
        made.switched.connect(self.switched)
        made.isolated.connect(self.isolated)
        made.picked.connect(self.category_picked)
        made.menu_wanted.connect(self._open_menu)
        made.stepped.connect(partial(self._step, made))
        made.focused.connect(partial(self._on_focused, made))
        first = self._list.count() == 0
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus if first else Qt.FocusPolicy.NoFocus)
        self._list.addWidget(made)
        made.show()
        return made

    def arrange(self) -> None:
        """As high as the content, and never higher than the room."""
        bar, parent = self.view.bar, self.parentWidget()
        has_content, is_open = bool(self._rows or bar is not None), not self._folded
        height = (parent.height() if parent is not None else 0) - 2 * _MARGIN
        is_small = height < _LOW or (parent is not None and parent.width() < _NARROW)
        for choice in self._choices:
            has_room = is_open and (choice is self._maps or not is_small)
            choice.setVisible(choice.is_offered and (choice is self._colours or has_room))
            choice.menu.menuAction().setVisible(choice.is_offered and choice.isHidden())
        self._bar.setVisible(bar is not None and is_open)
        self._sizes.setVisible(bool(self.view.sizes) and is_open and height >= _LOW)
        self._foot.setVisible(self.view.hides)
        self._scroll.setVisible(bool(self._rows) and is_open)
        self._scroll.setFixedHeight(HEIGHT)
        self._layout.activate()
        left = height - self._layout.sizeHint().height() + HEIGHT
        self._scroll.setFixedHeight(max(HEIGHT, min(len(self._rows) * HEIGHT, left)))
        self.setVisible(has_content and self._is_wanted)
        self._layout.activate()
        self.resize(_WIDTH, self._layout.sizeHint().height())
        self.resized.emit()

    # -- the user ---------------------------------------------------------------------------------------------

    def _on_fold_clicked(self) -> None:
        self.set_folded(not self._folded)
        self.folded.emit(self._folded)

    def _step(self, from_row: LegendRow, step: int) -> None:
        at = self._rows.index(from_row) + step
        if 0 <= at < len(self._rows):
            self._rows[at].setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_focused(self, focused: LegendRow) -> None:
        """One of the rows is reached by Tab, the others by the arrow keys."""
        for each in self._rows:
            each.setFocusPolicy(Qt.FocusPolicy.TabFocus if each is focused else Qt.FocusPolicy.NoFocus)
        self._scroll.ensureWidgetVisible(focused, 0, 0)

    def _open_menu(self, name: str, at: QPoint) -> None:
        line = next(line for line in self.view.lines if line.name == name)
        menu = QMenu(self)
        menu.addAction("Take off the map" if line.is_on else "Put back on the map", partial(self.switched.emit, name))
        menu.addAction("Show only these", partial(self.isolated.emit, name))
        menu.addAction("Show all", self.all_wanted.emit).setEnabled(self.view.hides)
        menu.addSeparator()
        for words, how in (
            ("Select these", Combine.REPLACE),
            ("Add to the selection", Combine.ADD),
            ("Take out of the selection", Combine.REMOVE),
            ("Keep only these selected", Combine.INTERSECT),
        ):
            menu.addAction(words, partial(self.category_picked.emit, name, how))
        menu.exec(at)
        menu.deleteLater()
