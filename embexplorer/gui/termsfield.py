"""The field in which a query is composed: its parts as chips, a line to type another, and how they act together."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QToolButton

from embexplorer.app.values import PastQuery, QueryView
from embexplorer.gui.chiparea import ChipArea
from embexplorer.gui.pastmenu import PastMenu
from embexplorer.gui.pieces import IconLabel, row, tool_button
from embexplorer.gui.querylines import SearchLine
from embexplorer.gui.tokens import CONTROL, GRID

_LINE = CONTROL - 4  # a line inside a field, its frame and margins taken off
_COMBINES = (
    ("blend", "Blend", "Look for what lies between all parts."),
    ("both", "Like all", "Look for what is like each of the parts at once."),
    ("either", "Like any", "Look for what is like at least one of the parts."),
)


class TermsField(QFrame):
    """Terms are told by their place. Everything that it tells is something that the user did."""

    text_added = Signal(str, float, bool)  # text, weight, aside
    cleared = Signal()
    image_wanted = Signal()
    combine_chosen = Signal(str)
    but_not_chosen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("queryField")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.line = SearchLine("Search text")
        self.line.setToolTip(
            "Enter searches. Shift and Enter looks for what is unlike the text; Ctrl and Enter sets aside what it says."
        )
        self.area = ChipArea(self.line)
        self.past = PastMenu(self)
        self._combine_menu = QMenu(self)
        self._combine = self._combine_button()
        self._buttons()
        self.line.returnPressed.connect(lambda: self._add_text(1.0))
        self.line.minus_wanted.connect(lambda: self._add_text(-1.0))
        self.line.aside_wanted.connect(lambda: self._add_text(1.0, aside=True))
        self.line.left_start.connect(lambda: self.area.focus_chip(len(self.area.chips) - 1))
        self.line.past_wanted.connect(self.open_past)

    def _buttons(self) -> None:
        image = tool_button("image", "Search with an image")
        image.clicked.connect(self.image_wanted)
        self._past = tool_button("history", "Earlier queries", "Earlier and saved queries (Ctrl+H)")
        self._past.clicked.connect(self.open_past)
        self._clear = tool_button("close", "Clear the query")
        self._clear.clicked.connect(self.cleared)
        icon = IconLabel("search", "muted", 18)
        icon.setFixedHeight(_LINE)  # stays at the first line when chips need more
        layout = row(spacing=GRID // 2)
        layout.setContentsMargins(GRID, 1, 1, 1)
        layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addSpacing(GRID // 2)
        layout.addWidget(self.area, 1)
        for each in (self._combine, image, self._past, self._clear):
            each.setFixedHeight(_LINE)
            layout.addWidget(each, 0, Qt.AlignmentFlag.AlignTop)
        for each in (image, self._past, self._clear):
            each.setFixedWidth(_LINE)
        self.setLayout(layout)

    def _combine_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("combine")
        button.setAccessibleName("How the parts act together")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setMenu(self._combine_menu)
        group = QActionGroup(self._combine_menu)
        self._combine_menu.setToolTipsVisible(True)
        for name, words, help_text in _COMBINES:
            entry = self._combine_menu.addAction(words)
            entry.setCheckable(True)
            entry.setData(name)
            entry.setToolTip(help_text)
            entry.triggered.connect(lambda _=False, name=name: self.combine_chosen.emit(name))
            group.addAction(entry)
        self._combine_menu.addSeparator()
        self._but_not = self._combine_menu.addAction("Leave out what is more like a minus part")
        self._but_not.setCheckable(True)
        self._but_not.setToolTip("Otherwise a minus part only pushes away.")
        self._but_not.triggered.connect(self.but_not_chosen)
        return button

    # -- what is shown ----------------------------------------------------------------------------------------

    def set_query(self, query: QueryView) -> None:
        self.area.set_chips(query.chips)
        self._show_combine(query)
        self._clear.setVisible(bool(query.chips))
        self.past.set_can_save(bool(query.chips))
        wanted = "Add another text" if query.chips else "Search for anything, in your own words"
        self.line.setPlaceholderText(wanted)

    def set_past(self, recent: tuple[PastQuery, ...], saved: tuple[PastQuery, ...]) -> None:
        self.past.set_past(recent, saved)

    def open_past(self) -> None:
        """The menu of earlier queries, under the field."""
        self.past.popup(self.mapToGlobal(QPoint(0, self.height() + 1)))
        first = next((a for a in self.past.actions() if a.isEnabled() and not a.isSeparator()), None)
        if first is not None:
            self.past.setActiveAction(first)

    def _show_combine(self, query: QueryView) -> None:
        active = [chip for chip in query.chips if not chip.muted and not chip.aside]
        pulls, pushes = sum(chip.weight > 0 for chip in active), sum(chip.weight < 0 for chip in active)
        words = {name: said for name, said, _ in _COMBINES}[query.combine] if pulls > 1 else "Blend"
        leaves_out = pushes > 0 and (query.but_not or words != "Blend")
        self._combine.setVisible(pulls > 1 or (pulls > 0 and pushes > 0))
        self._combine.setText(f"{words}, but not" if leaves_out else words)
        for entry in self._combine_menu.actions():
            if entry.data():
                entry.setChecked(entry.data() == query.combine)
                entry.setVisible(pulls > 1)
        self._but_not.setChecked(leaves_out)
        self._but_not.setEnabled(pushes > 0 and words == "Blend")
        helps = {name: said for name, _, said in _COMBINES}
        self._combine.setToolTip(helps[query.combine] if pulls > 1 else "How the minus parts act.")

    def _add_text(self, weight: float, *, aside: bool = False) -> None:
        text = self.line.text().strip()
        if text:
            self.line.clear()
            self.text_added.emit(text, weight, aside)
