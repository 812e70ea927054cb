"""Work that takes longer than the window may wait is done beside it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from PySide6.QtCore import QThreadPool, SignalInstance


def aside(work: Callable[[], tuple[Any, ...]], done: SignalInstance) -> None:
    """Call work in another thread, then emit done with what it returns. Nothing is told to a widget that is gone."""

    def run() -> None:
        values = work()
        with suppress(RuntimeError):  # the signal's widget was deleted while the work went on
            done.emit(*values)

    QThreadPool.globalInstance().start(run)
