"""The one way from worker threads to the window's thread."""

from PySide6.QtCore import QObject, Qt, Signal

from embexplorer.app.mailbox import Mailbox


class Bridge(QObject):
    """post() may be called from any thread; what it posts arrives in the thread that made the bridge."""

    arrived = Signal(object)
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mailbox = Mailbox()
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)

    def post(self, event: object) -> None:
        sent = self._mailbox.put(event)  # type: ignore[arg-type]  # the window need not know what workers say
        if sent is not None:
            self._posted.emit(sent)

    def _on_posted(self, sent: object) -> None:
        self.arrived.emit(self._mailbox.take(sent))  # type: ignore[arg-type]
