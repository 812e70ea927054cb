"""How much meaning and how much the words themselves count: a slider with two ends."""

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QSlider, QWidget

from embexplorer.gui.pieces import label, row
from embexplorer.gui.tokens import GRID

_PAUSE_MS = 200  # after it was moved last, before it is searched again
_PARTS = 20


class MixSlider(QWidget):
    """mixed: the share of the words, 0 to 1, when a pause is made."""

    mixed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setProperty("kind", "balance")
        self.slider.setRange(0, _PARTS)
        self.slider.setPageStep(_PARTS // 4)
        self.slider.setFixedWidth(GRID * 10)
        self.slider.setAccessibleName("From meaning to words")
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(lambda: self.mixed.emit(self.slider.value() / _PARTS))
        self.slider.valueChanged.connect(self._on_moved)
        ends = (label("Meaning", "muted"), label("Words", "muted"))
        self.setLayout(row(ends[0], self.slider, ends[1], spacing=GRID))
        self.set_share(0.5)

    def set_share(self, share: float) -> None:
        """Show a share; while the slider is being moved it stays where it is."""
        if self._pause.isActive() or self.slider.isSliderDown():
            return
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(share * _PARTS))
        self._tell()

    def _on_moved(self, _value: int) -> None:
        self._tell()
        self._pause.start()

    def _tell(self) -> None:
        words = round(100 * self.slider.value() / _PARTS)
        told = f"Meaning counts {100 - words} %, the words themselves {words} %."
        self.setToolTip(told)
        self.slider.setAccessibleDescription(told)
