"""The middle of the window: the pages, and the messages that float over them, so that nothing jumps when one comes."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from embexplorer.gui.messages import MessageBar
from embexplorer.gui.pieces import column
from embexplorer.gui.tokens import GRID

_WIDEST = GRID * 90  # beyond it, words wrap


class Centre(QWidget):
    """messages: lies at the foot of the pages, as wide and as high as its words ask for."""

    def __init__(self, pages: QWidget, messages: MessageBar) -> None:
        super().__init__()
        self.setLayout(column(pages, spacing=0))
        self._messages = messages
        messages.setParent(self)
        messages.hide()
        messages.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if watched is self._messages and event.type() in (QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self._place()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        bar = self._messages
        width = min(_WIDEST, bar.natural_width(), self.width() - 4 * GRID)
        layout = bar.layout()
        wanted = layout.totalHeightForWidth(width) if layout is not None else 0
        height = min(max(wanted, bar.minimumSizeHint().height()), self.height() - 2 * GRID)
        bar.setGeometry((self.width() - width) // 2, self.height() - height - 2 * GRID, width, height)
        bar.raise_()
