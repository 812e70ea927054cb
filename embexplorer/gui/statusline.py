"""The line at the bottom: how many items, shown, selected; the model and its device; the running job."""

from PySide6.QtWidgets import QLabel, QStatusBar

from embexplorer.app.values import StatusView
from embexplorer.gui.jobs_panel import JobChip
from embexplorer.gui.pieces import label
from embexplorer.gui.tokens import GRID

_PARTS = ("items", "shown", "selected", "note", "map", "model")


class StatusLine(QStatusBar):
    """job_chip: click it to see the jobs."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setAccessibleName("Status")
        self.parts: dict[str, QLabel] = {name: label("") for name in _PARTS}
        for name in _PARTS[:3]:
            self.addWidget(self.parts[name])
        self.addWidget(self.parts["note"], 1)
        self.addPermanentWidget(self.parts["map"])
        self.addPermanentWidget(self.parts["model"])
        self.job_chip = JobChip()
        self.addPermanentWidget(self.job_chip)
        self.setContentsMargins(GRID, 0, GRID, 0)
        self._sampled, self._note = 1, ""
        self.set_status(StatusView())

    def set_sampled(self, step: int) -> None:
        """Say while the map moves that not every point is drawn, and nothing when all are again."""
        self._sampled = step
        self._show_note()

    def set_status(self, status: StatusView) -> None:
        for name, part in self.parts.items():
            text = getattr(status, name)
            dotted = {"shown": f"·  {text}", "selected": f"·  {text}", "map": f"{text}  ·"}
            part.setText(dotted.get(name, text) if text else "")
            part.setVisible(bool(text) or name == "note")
        self.parts["map"].setToolTip(status.map_help)
        self._note = status.note
        self._show_note()

    def _show_note(self) -> None:
        moving = f"Moving: one point in {self._sampled} is drawn" if self._sampled > 1 else ""
        self.parts["note"].setText(moving or self._note)
