"""The line over a map that stands beside others: which map it is, of which model, and how to be rid of it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFrame, QSizePolicy

from embexplorer.app.values import MapChoice
from embexplorer.gui.choicebox import ChoiceBox
from embexplorer.gui.pieces import ElidedLabel, row, tool_button
from embexplorer.gui.tokens import GRID

_HEIGHT = GRID * 5
_MODEL_FROM = GRID * 34  # narrower, there is no room for the model's name


class Heading(QFrame):
    """map_chosen: another map is wanted here. closed: none is."""

    map_chosen = Signal(str)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self.setFixedHeight(_HEIGHT)
        self._choice, self._name = MapChoice(), ""
        self.maps = ChoiceBox("Map")
        self.maps.setToolTip("Choose another map")
        self.maps.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.maps.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.maps.value_chosen.connect(self.map_chosen)
        self._model = ElidedLabel("", "small")
        self.close_button = tool_button("close", "Close this map", "Show this map no longer")
        self.close_button.clicked.connect(self.closed)
        line = row(self.maps, self._model, self.close_button)
        line.setContentsMargins(GRID // 2, 0, GRID // 2, 0)
        line.setStretch(1, 1)
        line.insertStretch(2, 0)
        self.setLayout(line)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._model.setVisible(event.size().width() >= _MODEL_FROM)

    def set_choice(self, choice: MapChoice) -> None:
        """The maps that there are to choose from."""
        self._choice = choice
        self.set_map(self._name)

    def set_map(self, name: str) -> None:
        """The map that is seen under it."""
        self._name = name
        self.maps.set_choices(self._choice.maps, name)
        models = dict(zip((known for known, _ in self._choice.maps), self._choice.models, strict=False))
        self._model.setText(models.get(name, ""))
        self.maps.setAccessibleName(f"Map {name}")
        self.close_button.setAccessibleName(f"Close the map {name}")
