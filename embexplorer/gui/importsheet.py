"""The import sheet: what was dropped, what will be made of it, and one key to start."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from embexplorer.app.values import ImportProposal, SourceProposal
from embexplorer.base.wording import count
from embexplorer.data.items import ImportChoices, Kind
from embexplorer.gui.choicebox import ChoiceBox
from embexplorer.gui.pieces import ElidedLabel, EmptyState, button, column, hairline, label, row, tool_button
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.sourcelist import SourceList
from embexplorer.gui.sourcepane import SourcePane
from embexplorer.gui.tokens import GRID

_WIDTH, _HEIGHT, _LIST_WIDTH = 1040, 720, 264
_PROJECTS = "embexplorer projects (*.embx)"


class ImportSheet(Sheet):
    """Shows a proposal and tells each change of it. Enter imports, Esc cancels."""

    accepted = Signal()
    cancelled = Signal()
    choices_changed = Signal(int, object)  # position, ImportChoices
    wanted_changed = Signal(int, bool)
    models_chosen = Signal(str, str)  # text model, image model
    project_path_chosen = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, _WIDTH, _HEIGHT)
        self.setAccessibleName("Import")
        self._proposal: ImportProposal | None = None
        self._title = label("Import", "title")
        self._close = tool_button("close", "Cancel the import")
        self._close.clicked.connect(self.dismiss)
        self._list, self._pane = SourceList(), SourcePane()
        self._list.setFixedWidth(_LIST_WIDTH)
        self._waiting = EmptyState("job", "Looking at the files…", "The first rows appear here in a moment.")
        self._make_foot()
        self._lay_out()
        self.closed.connect(self.cancelled)
        self._list.chosen.connect(self._on_chosen)
        self._list.wanted_changed.connect(self.wanted_changed)
        self._pane.choices_changed.connect(self._on_choices_changed)

    def _make_foot(self) -> None:
        self._text_model, self._image_model = ChoiceBox("Text model"), ChoiceBox("Image model")
        self._text_label, self._image_label = label("Text model", "muted"), label("Image model", "muted")
        for words, box in ((self._text_label, self._text_model), (self._image_label, self._image_model)):
            words.setBuddy(box)
            box.value_chosen.connect(lambda _value: self._on_model_chosen())
        self._device = ElidedLabel("", "muted")
        self._estimate = ElidedLabel("", "heading")
        self._path = ElidedLabel("", "", Qt.TextElideMode.ElideMiddle)
        self._path_label = label("Project file", "muted")
        self._change_path = button("Change…", "link", help_text="Choose where the project file is made.")
        self._change_path.clicked.connect(self._on_change_path)
        self._cancel = button("Cancel")
        self._cancel.clicked.connect(self.dismiss)
        self._import = button("Import", "primary", help_text="Enter")
        self._import.clicked.connect(self._accept)

    def _lay_out(self) -> None:
        top = row(self._title, None, self._close)
        top.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID + GRID // 2)
        left = QWidget()
        left.setLayout(column(self._list, margin=GRID))
        self._list_side = left
        content = QWidget()
        sides = row(left, self._pane, spacing=0)
        self._pane.layout().setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID)  # type: ignore[union-attr]
        sides.setStretchFactor(self._pane, 1)
        content.setLayout(sides)
        below = QWidget()
        self._stack = QStackedLayout(below)
        self._stack.addWidget(self._waiting)
        self._stack.addWidget(content)
        models = row(self._text_label, self._text_model, self._image_label, self._image_model, self._device)
        models.setStretchFactor(self._device, 1)
        path = row(self._path_label, self._path, self._change_path)
        path.setStretchFactor(self._path, 1)
        go = row(self._estimate, self._cancel, self._import)
        go.setStretchFactor(self._estimate, 1)
        foot = column(models, path, go, spacing=GRID)
        foot.setContentsMargins(GRID * 3, GRID + GRID // 2, GRID * 3, GRID * 2)
        layout: QVBoxLayout = column(top, hairline(), below, hairline(), foot, spacing=0)
        layout.setStretchFactor(below, 1)
        layout.setContentsMargins(1, 0, 1, 0)
        self.setLayout(layout)

    # -- what is shown ----------------------------------------------------------------------------------------

    def set_proposal(self, proposal: ImportProposal | None) -> None:
        """Show a proposal, or put the sheet away with None. The same sources keep what is looked at."""
        self._proposal = proposal
        if proposal is None:
            self._list.set_sources(())
            if self.isVisible():
                self.hide()
                self._host.setFocus(Qt.FocusReason.PopupFocusReason)
            return
        self._list.set_sources(proposal.sources)
        self._list_side.setVisible(len(proposal.sources) > 1)
        self._stack.setCurrentIndex(0 if proposal.reading else 1)
        self._show_chosen()
        self._show_foot(proposal)
        if not self.isVisible():
            self.present(self._import if self._import.isEnabled() else self)
        elif not self._proposal_has_focus():
            self._import.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_chosen(self) -> None:
        at = self._list.currentIndex().row()
        if self._proposal is not None and 0 <= at < len(self._proposal.sources):
            self._pane.set_source(self._proposal.sources[at])

    def _show_foot(self, proposal: ImportProposal) -> None:
        wanted = wanted_sources(proposal)
        items = sum(source.preview.items for source in wanted if source.preview is not None)
        kinds = {source.preview.kind for source in wanted if source.preview is not None}
        first = proposal.sources[0].name if len(proposal.sources) == 1 else f"{len(proposal.sources)} sources"
        self._title.setText(f"Import {first}" if proposal.sources else "Import")
        self._text_model.set_choices(proposal.text_models, proposal.text_model)
        self._image_model.set_choices(proposal.image_models, proposal.image_model)
        for words, box, kind in (
            (self._text_label, self._text_model, Kind.TEXT),
            (self._image_label, self._image_model, Kind.IMAGE),
        ):
            is_there = kind in kinds and bool(box.value())
            words.setVisible(is_there)
            box.setVisible(is_there)
        self._device.setText(f"Runs on {proposal.device}" if proposal.device else "")
        self._device.setVisible(bool(kinds & {Kind.TEXT, Kind.IMAGE}))
        self._estimate.setText("" if proposal.reading else proposal.estimate)
        self._path.setText(proposal.project_path)
        for widget in (self._path_label, self._path, self._change_path):
            widget.setVisible(bool(proposal.project_path))
        self._import.setText(f"Import {count(items, 'item')}" if items else "Import")
        self._import.setEnabled(bool(wanted) and not proposal.reading)

    def _proposal_has_focus(self) -> bool:
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused) and focused.isVisible()

    # -- what the user does -----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focused = QApplication.focusWidget()
        if isinstance(focused, QPushButton) and focused is not self._import and self.isAncestorOf(focused):
            focused.click()
        elif not isinstance(focused, QLineEdit):  # there, Enter ends the typing, and the source is read anew
            self._accept()

    def _accept(self) -> None:
        if self._import.isEnabled():
            self.accepted.emit()

    def _on_chosen(self, _position: int) -> None:
        self._show_chosen()

    def _on_choices_changed(self, choices: ImportChoices) -> None:
        self.choices_changed.emit(self._list.currentIndex().row(), choices)

    def _on_model_chosen(self) -> None:
        self.models_chosen.emit(self._text_model.value(), self._image_model.value())

    def _on_change_path(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, "Where to make the project", self._path.text(), _PROJECTS)
        if path:
            self.project_path_chosen.emit(path if path.endswith(".embx") else f"{path}.embx")


def wanted_sources(proposal: ImportProposal) -> tuple[SourceProposal, ...]:
    """What would be imported now."""
    return tuple(s for s in proposal.sources if s.wanted and not s.error and s.preview is not None)
