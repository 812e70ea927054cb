"""The one way from worker threads to the window's thread."""

from PySide6.QtCore import QObject, Qt, Signal


class Bridge(QObject):
    """post() may be called from any thread; what it posts arrives in the thread that made the bridge."""

    arrived = Signal(object)
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self.arrived, Qt.ConnectionType.QueuedConnection)

    def post(self, event: object) -> None:
        self._posted.emit(event)
