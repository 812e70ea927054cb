"""The sheet that adds a model: what a folder holds, what its files do not say, and how a run on samples went."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QScrollArea, QStackedLayout, QWidget

from embexplorer.app.modelling import Modelling
from embexplorer.data.models import ModelChoices, ModelProposal, TrialLine
from embexplorer.gui.fieldlines import FieldLines
from embexplorer.gui.forms import Form
from embexplorer.gui.pieces import (
    ElidedLabel,
    EmptyState,
    IconLabel,
    button,
    column,
    hairline,
    label,
    row,
    tool_button,
)
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.tokens import GRID

_WIDTH, _HEIGHT = 680, 760
_REST_MS = 600  # after the last change, before the model is tried anew
_ONLY_WORDS = ("name", "query_prompt", "passage_prompt")  # changes that need no other run
_ASKED = (
    "No file of this model says how the vectors of its parts become one. What is proposed is the likeliest; the "
    "model's page knows."
)


class AddModelSheet(Sheet):
    """Enter adds the model, Esc closes."""

    def __init__(self, host: QWidget, modelling: Modelling) -> None:
        super().__init__(host, _WIDTH, _HEIGHT)
        self.setAccessibleName("Add a model")
        self._modelling = modelling
        self._folder = Path()
        self._choices: ModelChoices | None = None
        self.proposal: ModelProposal | None = None
        self.form: Form | None = None
        self._path = ElidedLabel("", "muted", Qt.TextElideMode.ElideMiddle)
        self._facts = FieldLines()
        self._asked, self._error = label(_ASKED, "warning", wrap=True), label("", "danger", wrap=True)
        self._link = QCheckBox("Share the files with the original instead of copying them")
        self._link.setToolTip("Takes no room twice where both are on one disk; keep the original unchanged then.")
        self._go = button("Add the model", "primary")
        self._go.clicked.connect(self._accept)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._look)
        self.closed.connect(self._forget)
        self._lay_out()

    def _lay_out(self) -> None:
        close, cancel = tool_button("close", "Close"), button("Cancel")
        for each in (close, cancel):
            each.clicked.connect(self.dismiss)
        top = row(column(label("Add a model", "title"), self._path, spacing=GRID // 2), close)
        top.setStretch(0, 1)
        top.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID * 2)
        self._form_place = column(spacing=0)
        self._results = column(spacing=GRID)
        content = QWidget()
        parts = column(self._facts, self._asked, self._form_place, None, spacing=GRID)
        parts.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID)
        content.setLayout(parts)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(content)
        middle = QWidget()
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(EmptyState("job", "Looking at the model…", "It is read, loaded and tried on samples."))
        self._stack.addWidget(area)
        self._refused = EmptyState("warning", "This model cannot be added", "")
        self._stack.addWidget(self._refused)
        judged = column(self._results, self._error, spacing=GRID)
        judged.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID)
        bottom = row(self._link, None, cancel, self._go)
        bottom.setContentsMargins(GRID * 3, GRID, GRID * 3, GRID * 2)
        layout = column(top, hairline(), spacing=0)
        layout.addWidget(middle, 1)
        layout.addWidget(hairline())
        layout.addLayout(judged)
        layout.addLayout(bottom)
        layout.setContentsMargins(1, 0, 1, 0)
        self.setLayout(layout)

    def open(self, folder: Path) -> None:
        """Look at a folder and ask what is to be asked."""
        self._folder, self._choices, self.proposal = folder, None, None
        self._path.setText(str(folder))
        self._facts.set_fields(())
        self._show_lines((), ())
        self._error.hide()
        self._asked.hide()
        self._link.setChecked(False)
        self._stack.setCurrentIndex(0)
        self._go.setEnabled(False)
        self.present(self)
        self._look()

    def _look(self) -> None:
        self._modelling.look(self._folder, self._choices, self._on_looked)

    def _on_looked(self, proposal: ModelProposal) -> None:
        if not self.isVisible():
            return
        is_first, self.proposal = self.proposal is None, proposal
        is_hopeless = bool(proposal.error) and not proposal.facts
        self._stack.setCurrentIndex(2 if is_hopeless else 1)
        self._refused.set_text("This model cannot be added", proposal.error)
        self._link.setVisible(not is_hopeless)
        self._facts.set_fields(proposal.facts)
        self._facts.setVisible(bool(proposal.facts))
        self._asked.setVisible(bool(proposal.asked))
        if is_first or self.form is None or set(proposal.offered) != set(self._offered):
            self._build_form(proposal)
        self._choices = proposal.choices if self._choices is None else self._choices
        self._show_lines(proposal.trial, proposal.warnings)
        self._error.setText(proposal.error)
        self._error.setVisible(bool(proposal.error) and not is_hopeless)
        self._go.setEnabled(not proposal.error)
        if is_first and not proposal.error:
            self._go.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build_form(self, proposal: ModelProposal) -> None:
        if self.form is not None:
            self._form_place.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        self._offered = proposal.offered
        self.form = Form(proposal.choices, proposal.options, only=proposal.offered) if proposal.offered else None
        if self.form is not None:
            self.form.changed.connect(self._on_changed)
            self._form_place.addWidget(self.form)

    def _on_changed(self, choices: ModelChoices) -> None:
        before = self._choices
        self._choices = choices
        is_new = before is None or any(
            getattr(before, name) != getattr(choices, name) for name in vars(choices) if name not in _ONLY_WORDS
        )
        if is_new:
            self._go.setEnabled(False)
            self._show_lines((TrialLine("Trying it again…"),), ())
            self._rest.start()
        elif self.proposal is not None and self.proposal.error:
            self._rest.start()  # another name may do

    def _show_lines(self, lines: tuple[TrialLine, ...], warnings: tuple[str, ...]) -> None:
        while (old := self._results.takeAt(0)) is not None:
            old.widget().deleteLater()  # type: ignore[union-attr]
        marks = {None: ("info", "muted"), True: ("check", "accent"), False: ("warning", "warning")}
        for line in (*lines, *(TrialLine(text, False) for text in warnings)):
            self._results.addWidget(_Judged(*marks[line.good], line.text))

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not isinstance(self.focusWidget(), QLineEdit):
                self._accept()
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        proposal = self.proposal
        if proposal is None or not self._go.isEnabled():
            return
        choices = self._choices if proposal.offered else None
        folder, link = self._folder, self._link.isChecked()
        self.dismiss()
        self._modelling.install(folder, choices, link=link)

    def _forget(self) -> None:
        self._rest.stop()
        self._modelling.forget()


class _Judged(QWidget):
    """A sign and a sentence."""

    def __init__(self, icon: str, tone: str, text: str) -> None:
        super().__init__()
        sign, words = IconLabel(icon, tone, 16), label(text, "muted" if tone == "muted" else "", wrap=True)
        line = row(sign, words, spacing=GRID)
        line.setStretchFactor(words, 1)
        line.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
