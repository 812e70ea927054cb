"""Two texts or images, and how similar they are to a model."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from embexplorer.app.modelling import Modelling
from embexplorer.base.errors import EmbexError
from embexplorer.data.models import ModelView
from embexplorer.gui.pieces import column, label, row, set_property, tool_button
from embexplorer.gui.tokens import CONTROL, GRID

_REST_MS = 350  # after the last key
_IMAGES = "Images (*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff)"
_READS = {"text": "Type two texts.", "image": "Choose two images.", "pair": "Type texts or choose images."}


class TryOut(QWidget):
    """answered: a similarity is shown, or why there is none."""

    answered = Signal()

    def __init__(self, modelling: Modelling) -> None:
        super().__init__()
        self._modelling = modelling
        self._model: ModelView | None = None
        self.lines = (QLineEdit(), QLineEdit())
        self.pickers = (
            tool_button("image", "Choose the first image"),
            tool_button("image", "Choose the second image"),
        )
        self.score, self.words = label("–", "display"), label("", "muted", wrap=True)
        self.score.setAccessibleName("Similarity")
        self.score.setFixedWidth(GRID * 12)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._ask)
        inputs = column(spacing=GRID)
        names = ("First text or image", "Second text or image")
        for line, picker, name in zip(self.lines, self.pickers, names, strict=True):
            line.setFixedHeight(CONTROL)
            line.setAccessibleName(name)
            line.textChanged.connect(lambda _text: self._on_changed())
            picker.clicked.connect(lambda _on=False, line=line: self._choose(line))
            inputs.addLayout(row(line, picker))
        result = column(label("Similarity", "section"), self.score, spacing=0)
        sides = row(inputs, result, spacing=GRID * 3)
        sides.setStretch(0, 1)
        self.setLayout(column(label("Try it", "heading"), sides, self.words))

    def set_model(self, model: ModelView | None) -> None:
        """Ask this model from now on; None for none."""
        same = self._model is not None and model is not None and self._model.id == model.id
        self._model = model
        kind = model.kind if model is not None and not model.problem else ""
        for line, picker in zip(self.lines, self.pickers, strict=True):
            line.setEnabled(bool(kind))
            line.setPlaceholderText({"text": "A text", "image": "An image file", "pair": "A text or an image file"}
                                    .get(kind, ""))  # fmt: skip
            picker.setVisible(kind in ("image", "pair"))
        if not same:
            self._on_changed()

    def _choose(self, line: QLineEdit) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Choose an image", "", _IMAGES)
        if path:
            line.setText(path)

    def _on_changed(self) -> None:
        self.score.setText("–")
        kind = self._model.kind if self._model is not None else ""
        self._say(_READS.get(kind, ""), "muted")
        if kind and all(line.text().strip() for line in self.lines):
            self._rest.start()
        else:
            self._rest.stop()

    def _ask(self) -> None:
        if self._model is not None and self.isVisible():
            self._say("Asking the model…", "muted")
            one, other = (line.text().strip() for line in self.lines)
            self._modelling.compare(self._model.id, one, other, self._on_known, self._on_failed)

    def _on_known(self, similarity: float) -> None:
        self.score.setText(f"{similarity:.2f}".replace("-", "−"))
        self._say("1 is the same direction, 0 has nothing in common.", "muted")
        self.answered.emit()

    def _on_failed(self, error: EmbexError) -> None:
        self._say(str(error), "danger")
        self.answered.emit()

    def _say(self, text: str, role: str) -> None:
        self.words.setText(text)
        set_property(self.words, "role", role)
