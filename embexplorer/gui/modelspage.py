"""The page of models: which are installed, what they are, how fast they are here; adding, removing, trying."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from embexplorer.app.modelling import Modelling
from embexplorer.base.wording import size
from embexplorer.data.models import ModelView
from embexplorer.gui.pieces import button, column, hairline, label, row, set_property, tool_button
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.tokens import GRID, ROW
from embexplorer.gui.tryout import TryOut

_WIDTH, _HEIGHT = 1040, 680
_COLUMNS = ("Model", "Reads", "Dimensions", "Languages", "Licence", "Speed here", "On disk")
_NUMBERS = (2, 5, 6)
_READS = {"text": "texts", "image": "images", "pair": "texts and images"}
_MOST_LANGUAGES = 4


class ModelsPage(Sheet):
    """add_wanted: the user wants to choose a folder."""

    add_wanted = Signal()

    def __init__(self, host: QWidget, modelling: Modelling) -> None:
        super().__init__(host, _WIDTH, _HEIGHT)
        self.setAccessibleName("Models")
        self._modelling = modelling
        self.models: tuple[ModelView, ...] = ()
        self.table = _table()
        self.table.itemSelectionChanged.connect(self._on_chosen)
        self.try_out = TryOut(modelling)
        self._about = label("", "muted", wrap=True)
        self._about.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add = button("Add a model…", "primary", "add", "Choose a folder with an ONNX model.")
        self.measure = button("Measure its speed", "", "refresh", "Run it for about two seconds on this computer.")
        self.remove = button("Remove", "danger", "trash", "Delete the files of a model that you added.")
        self.add.clicked.connect(self.add_wanted)
        self.measure.clicked.connect(self._on_measure)
        self.remove.clicked.connect(self._on_remove)
        modelling.changed.append(self._on_changed)
        self._lay_out()

    def _lay_out(self) -> None:
        close = tool_button("close", "Close the models")
        close.clicked.connect(self.dismiss)
        words = label("Everything runs on this computer. Drop a model's folder on the window to add it.", "muted")
        top = row(column(label("Models", "title"), words, spacing=GRID // 2), None, close)
        top.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID * 2)
        deeds = row(self.add, None, self.measure, self.remove)
        below = column(self._about, deeds, spacing=GRID * 2)
        below.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        tried = column(self.try_out)
        tried.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        layout = column(top, hairline(), spacing=0)
        listed = column(self.table)
        listed.setContentsMargins(GRID * 2, 0, GRID * 2, 0)
        layout.addLayout(listed, 1)
        layout.addWidget(hairline())
        layout.addLayout(below)
        layout.addWidget(hairline())
        layout.addLayout(tried)
        layout.setContentsMargins(1, 0, 1, 0)
        self.setLayout(layout)

    def open(self) -> None:
        self.present(self.table)
        self._modelling.list(self.set_models)

    @property
    def chosen(self) -> ModelView | None:
        at = self.table.currentRow()
        return self.models[at] if 0 <= at < len(self.models) else None

    def choose(self, model_id: str) -> None:
        """Choose a model that is listed."""
        ids = [model.id for model in self.models]
        if model_id in ids:
            self.table.selectRow(ids.index(model_id))

    def set_models(self, models: tuple[ModelView, ...]) -> None:
        """Show these; what was chosen stays chosen where it is still there."""
        before = self.chosen
        self.models = models
        self.table.setRowCount(len(models))
        for at, model in enumerate(models):
            for place, text in enumerate(_cells(model)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(model.problem or text)
                if place in _NUMBERS:
                    cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(at, place, cell)
        if models:
            self.table.selectRow(0)
        self.choose(before.id if before is not None else "")
        self._on_chosen()

    def _on_chosen(self) -> None:
        model = self.chosen
        self.measure.setEnabled(model is not None and not model.problem)
        self.remove.setEnabled(model is not None and model.removable)
        if model is None:
            self._say("", "muted")
        elif model.problem:
            self._say(model.problem, "danger")
        else:
            files = f"Files: {', '.join(model.precisions)}. " if model.precisions else ""
            self._say(f"{files}{model.source[:1].upper()}{model.source[1:]}.", "muted")
        self.try_out.set_model(model)

    def _say(self, text: str, role: str) -> None:
        self._about.setText(text)
        set_property(self._about, "role", role)

    def _on_measure(self) -> None:
        if self.chosen is not None:
            self.measure.setEnabled(False)
            self._modelling.measure(self.chosen)

    def _on_remove(self) -> None:
        if self.chosen is not None:
            self._modelling.remove(self.chosen.id)

    def _on_changed(self) -> None:
        if self.isVisible():
            self._modelling.list(self.set_models)


def _table() -> QTableWidget:
    table = QTableWidget(0, len(_COLUMNS))
    table.setAccessibleName("Installed models")
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setStyleSheet("QTableView::item { padding: 0 5px; }")  # as the titles above have it
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW + GRID // 2)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    for place, name in enumerate(_COLUMNS):
        side = Qt.AlignmentFlag.AlignRight if place in _NUMBERS else Qt.AlignmentFlag.AlignLeft
        title = QTableWidgetItem(name)
        title.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        table.setHorizontalHeaderItem(place, title)
    return table


def _cells(model: ModelView) -> tuple[str, ...]:
    if model.problem:
        return (model.name, "cannot be used", "", "", "", "", "")
    shown = ", ".join(model.languages[:_MOST_LANGUAGES])
    more = f" and {len(model.languages) - _MOST_LANGUAGES} more" if len(model.languages) > _MOST_LANGUAGES else ""
    speed = model.speed.replace(" a second", " / s") or "not measured"
    return (
        model.name,
        _READS[model.kind],
        f"{model.dims:,}",
        f"{shown}{more}" or ("any" if model.kind == "image" else "not stated"),
        model.licence,
        speed,
        size(model.bytes),
    )
