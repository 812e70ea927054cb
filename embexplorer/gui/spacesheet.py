"""The page about a project's spaces: what their vectors take, what fewer bytes would find, and what is kept."""

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from embexplorer.app.spaceviews import FormView, SpacesView, SpaceView
from embexplorer.gui.pieces import EmptyState, IconLabel, button, column, hairline, label, row, tool_button
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import CONTROL, GRID

_WIDTH, _TOP, _HEIGHT = 840, 96, 720
_STEPS = 1000
_BAR = 6  # height
_COLUMNS = ("Kept as", "Room", "Of the 10 nearest", "A search")
_TEXT = (
    "What the vectors of this project take, and what they would take and still find in fewer bytes. The titles, texts "
    "and tags of the items stay as they are."
)


class SpaceSheet(Sheet):
    """measure_wanted: a space's name. keep_wanted: a space's name and a form's. compact_wanted: give the room back."""

    measure_wanted = Signal(str)
    keep_wanted = Signal(str, str)
    compact_wanted = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, _WIDTH, _HEIGHT)
        self.setAccessibleName("Spaces")
        self.parts: dict[str, SpacePart] = {}
        self._moving: dict[str, float] = {}
        self._close = tool_button("close", "Close")
        self._close.clicked.connect(self.dismiss)
        words = column(label("Spaces", "title"), label(_TEXT, "muted", wrap=True), spacing=GRID // 2)
        top = row(spacing=GRID * 2)
        top.addLayout(words, 1)
        top.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        top.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID * 2)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        empty = EmptyState("layers", "Nothing is embedded yet", "Add some files. Their vectors will be listed here.")
        self._stack = QStackedLayout()
        self._stack.addWidget(empty)
        self._stack.addWidget(self._area)
        self._spare = label("", "muted", wrap=True)
        self.compact = button("Compact the file", "", "compact")
        self.compact.clicked.connect(self._on_compact)
        self._foot = QWidget()
        foot = row(spacing=GRID * 2)
        foot.addWidget(self._spare, 1)
        foot.addWidget(self.compact)
        foot.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        self._foot.setLayout(column(hairline(), foot, spacing=0))
        layout: QVBoxLayout = column(top, hairline(), spacing=0)
        layout.addLayout(self._stack, 1)
        layout.addWidget(self._foot)
        layout.setContentsMargins(1, 0, 1, 1)
        self.setLayout(layout)
        self._foot.hide()

    def wanted_height(self) -> int:
        page = self._area.widget()
        inside = page.sizeHint().height() if page is not None and self.parts else GRID * 30
        foot = self._foot.sizeHint().height() if self._foot.isVisibleTo(self) else 0
        return min(_HEIGHT, _TOP + inside + foot)

    def open(self) -> None:
        """Show the page; what is on it comes with set_view."""
        self.present(self._close)

    def set_view(self, view: SpacesView) -> None:
        """Show these spaces."""
        self.parts = {space.name: self._part(space, view.read_only) for space in view.spaces}
        page = QWidget()
        lines = column(margin=0, spacing=GRID * 3)
        for number, part in enumerate(self.parts.values()):
            if number:
                lines.addWidget(hairline())
            lines.addWidget(part)
        lines.addStretch(1)
        lines.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 3)
        page.setLayout(lines)
        at = self._area.verticalScrollBar().value()
        self._area.setWidget(page)
        self._area.verticalScrollBar().setValue(at)
        self._stack.setCurrentIndex(1 if view.spaces else 0)
        self._spare.setText(
            view.read_only
            or f"{view.spare} of digits that are not used any more can be given back. After that there is no way back."
        )
        self.compact.setVisible(bool(view.spare) and not view.read_only)
        self._foot.setVisible(bool(view.spare or view.read_only))
        if self.isVisible():
            self.place()

    def forget(self) -> None:
        """The project was closed."""
        self.dismiss()
        self._moving.clear()
        self.set_view(SpacesView(()))

    def set_moving(self, space: str, share: float) -> None:
        """How far the work on a space is, 0 to 1; below 0 where it has ended."""
        self._moving[space] = share
        part = self.parts.get(space)
        if part is not None:
            part.set_moving(share)

    def _part(self, space: SpaceView, read_only: str) -> "SpacePart":
        part = SpacePart(space, bool(read_only))
        part.measure.clicked.connect(partial(self.measure_wanted.emit, space.name))
        for form, control in part.keeps.items():
            control.clicked.connect(partial(self.keep_wanted.emit, space.name, form))
        part.set_moving(self._moving.get(space.name, -1.0))
        return part

    def _on_compact(self) -> None:
        self.dismiss()
        self.compact_wanted.emit()


class SpacePart(QWidget):
    """One space: its forms under each other."""

    def __init__(self, space: SpaceView, is_read_only: bool) -> None:
        super().__init__()
        self.keeps: dict[str, QPushButton] = {}
        self._is_read_only = is_read_only
        self.measure = button("Measure again" if space.measured else "Measure", "" if space.measured else "primary")
        self.measure.setAccessibleName(f"{self.measure.text()} {space.name}")
        self.progress = QProgressBar(textVisible=False)
        self.progress.setRange(0, _STEPS)
        self.progress.setFixedWidth(GRID * 16)
        self.progress.setAccessibleName(f"Progress of {space.name}")
        head = row(spacing=GRID * 2)
        head.addLayout(column(label(space.name, "heading"), label(space.words, "muted"), spacing=2), 1)
        head.addWidget(self.progress)
        head.addWidget(self.measure)
        parts: list[QWidget | QLayout] = [head]
        if space.forms:
            parts += [_advice(space), self._table(space)]
        else:
            self.measure.hide()
        lines = column(*parts, spacing=GRID * 2)
        for note in space.notes:
            lines.addWidget(label(note, "small", wrap=True))
        self.setLayout(lines)

    def set_moving(self, share: float) -> None:
        is_moving = share >= 0
        self.progress.setVisible(is_moving)
        self.progress.setValue(round(_STEPS * max(0.0, share)))
        self.measure.setEnabled(not is_moving)
        for control in self.keeps.values():
            control.setEnabled(not is_moving and not self._is_read_only)

    def _table(self, space: SpaceView) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID * 3)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        for at, words in enumerate(_COLUMNS[: 4 if space.measured else 2]):
            grid.addWidget(label(words, "section"), 0, at)
        for number, form in enumerate(space.forms, 1):
            self._add(grid, number, form)
        return grid

    def _add(self, grid: QGridLayout, at: int, form: FormView) -> None:
        name = label(form.title, "heading" if form.sign else "")
        grid.addLayout(column(name, label(form.detail, "small"), spacing=0), at, 0)
        room = row(spacing=GRID)
        room.addWidget(Bar(form.share, is_strong=bool(form.sign)), 1)
        size = label(form.size)
        size.setMinimumWidth(GRID * 8)
        size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        room.addWidget(size)
        grid.addLayout(room, at, 1)
        if form.found:
            grid.addLayout(column(label(form.found), label(form.worst, "small"), spacing=0), at, 2)
            grid.addWidget(label(form.ms), at, 3, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._choice(form), at, 4)

    def _choice(self, form: FormView) -> QWidget:
        if not form.keep:
            kept: QLabel = label("Kept", "muted")
            kept.setAlignment(Qt.AlignmentFlag.AlignCenter)
            kept.setMinimumSize(QSize(GRID * 12, CONTROL))
            return kept
        keep = button(form.keep, "primary" if form.sign == "advised" else "")
        keep.setMinimumWidth(GRID * 12)
        keep.setAccessibleName(f"{form.keep}: {form.title}, {form.size}")
        self.keeps[form.name] = keep
        return keep


def _advice(space: SpaceView) -> QWidget:
    """What to choose, or what to do to know it."""
    words = space.advice or "Measure to see what each form would still find, on a sample of these vectors."
    line = QWidget()
    text = label(words, "" if space.advice else "muted", wrap=True)
    lines = row(spacing=GRID)
    lines.addWidget(IconLabel("info", "accent" if space.advice else "muted", 18), 0, Qt.AlignmentFlag.AlignTop)
    lines.addWidget(text, 1)
    line.setLayout(lines)
    return line


class Bar(QWidget):
    """A share of a length, 0 to 1. is_strong: in the accent colour."""

    def __init__(self, share: float, is_strong: bool) -> None:
        super().__init__()
        self._share, self._is_strong = min(1.0, max(0.0, share)), is_strong
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_BAR)
        self.setMinimumWidth(GRID * 8)

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        room = QRectF(self.rect())
        for share, colour in ((1.0, tokens.hover), (self._share, tokens.accent if self._is_strong else tokens.faint)):
            painter.setBrush(QColor(colour))
            width = max(_BAR, room.width() * share)
            painter.drawRoundedRect(QRectF(0, 0, width, room.height()), _BAR / 2, _BAR / 2)
        painter.end()
