"""A picture as large as there is room: its file is read in the background, and the window never waits for it."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QColor, QImage, QImageReader, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from embexplorer.gui.bridge import Bridge
from embexplorer.gui.pictures import Pictures
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID

_LARGEST = 1600  # pixels of a side; a larger picture is made smaller while it is read
_TALLEST, _WAITING = GRID * 42, GRID * 18
_MOST_ENLARGED = 2.0


@dataclass
class _Wanted:
    """The file that is wanted now; a reader that comes too late for it doesn't begin."""

    uri: str = ""


class _Reading(QRunnable):
    def __init__(self, uri: str, wanted: _Wanted, bridge: Bridge) -> None:
        super().__init__()
        self._uri, self._wanted, self._bridge = uri, wanted, bridge

    def run(self) -> None:
        if self._wanted.uri == self._uri:
            self._bridge.post((self._uri, read_image(self._uri)))


class LargePicture(QWidget):
    """opened: double click."""

    opened = Signal()

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._wanted = _Wanted()
        self._bridge = Bridge()  # has no parent: a reader may still post when this widget is gone
        self._bridge.arrived.connect(self._on_read)
        self._picture: QPixmap | None = None
        self._is_broken = False
        pictures.arrived.connect(self._on_thumbnail)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_picture(self, uri: str, name: str) -> None:
        """uri: the file; "" for none. name: what a screen reader says."""
        self.setAccessibleName(f"Picture {name}")
        self.setToolTip("Double-click opens the original file." if uri else "")
        if uri == self._wanted.uri:
            return
        self._wanted.uri = uri
        self._is_broken = not uri
        self._picture = self._pictures.get(uri)
        self._fit()
        if uri:
            QThreadPool.globalInstance().start(_Reading(uri, self._wanted, self._bridge))

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._fit()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        tokens, painter = theme().tokens, QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self._picture is not None:
            area = QRect(QPoint(0, 0), self._shown(self.width()))
            area.moveCenter(self.rect().center())
            painter.drawPixmap(area, self._picture)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.hover))
            painter.drawRoundedRect(self.rect(), 6, 6)
            painter.setPen(QColor(tokens.muted))
            words = "This picture cannot be shown." if self._is_broken else "Reading the picture…"
            flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(GRID, GRID, -GRID, -GRID), flags, words)
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent, /) -> None:
        self.opened.emit()

    def _shown(self, width: int) -> QSize:
        """How large the picture is drawn; small ones are not blown up beyond twice their size."""
        if self._picture is None:
            return QSize(width, GRID * 8 if self._is_broken else _WAITING)
        own = self._picture.size()
        room = QSize(
            min(width, round(own.width() * _MOST_ENLARGED)), min(_TALLEST, round(own.height() * _MOST_ENLARGED))
        )
        return own.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)

    def _fit(self) -> None:
        height = max(GRID * 4, self._shown(self.width()).height())
        if self.height() != height:
            self.setFixedHeight(height)
        self.update()

    def _on_read(self, answer: tuple[str, QImage | None]) -> None:
        uri, image = answer
        if uri != self._wanted.uri:
            return
        if image is not None:
            self._picture = QPixmap.fromImage(image)
        self._is_broken = self._picture is None
        self._fit()

    def _on_thumbnail(self, uri: str) -> None:
        if uri == self._wanted.uri and self._picture is None:
            self._picture = self._pictures.get(uri)
            self._fit()


def read_image(uri: str) -> QImage | None:
    """The picture in a file, turned as its camera said, its longer side at most 1,600 pixels; None where Qt cannot
    read it. May be called in any thread."""
    reader = QImageReader(uri)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > _LARGEST:
        reader.setScaledSize(size.scaled(_LARGEST, _LARGEST, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image
