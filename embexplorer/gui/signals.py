"""Being asked to end, by Ctrl+C or when the desktop's session ends: the window is closed as by its cross."""

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

_ASKED = (signal.SIGINT, signal.SIGTERM)


class EndRequests(QObject):
    """Calls close in the window's thread. Python itself would notice a signal only when the window next does
    something; its wake-up socket is noticed at once."""

    def __init__(self, close: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._close = close
        self._heard, self._called = socket.socketpair()
        self._called.setblocking(False)
        self._before = [signal.signal(number, lambda *_: None) for number in _ASKED]
        self._wakeup = signal.set_wakeup_fd(self._called.fileno())
        self._notifier = QSocketNotifier(self._heard.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_called)

    def _on_called(self) -> None:
        self._heard.recv(16)
        self._close()

    def forget(self) -> None:
        """Leave the signals as they were."""
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._wakeup)
        for number, handler in zip(_ASKED, self._before, strict=True):
            signal.signal(number, handler)
        self._heard.close()
        self._called.close()
