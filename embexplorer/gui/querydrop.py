"""What can be let go on the query bar, items, images and texts, and in which way each is then meant."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from embexplorer.gui.chippaint import Way
from embexplorer.gui.dropping import dropped_paths
from embexplorer.gui.pieces import IconLabel, label, row, set_property
from embexplorer.gui.rowdrag import ROWS_MIME, rows_in
from embexplorer.gui.tokens import GRID

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
_TEXTS = frozenset({".txt", ".md", ".rst"})
_ALT = Qt.KeyboardModifier.AltModifier
_WAYS: Final[dict[Way, tuple[str, str, str, float]]] = {
    "more": ("plus", "More like this", "soft_text", 1.0),
    "less": ("minus", "Less like this", "danger", -1.0),
    "aside": ("aside", "Whatever it is about", "text", 1.0),
}


class QueryDrop(QObject):
    """Takes drops for a widget. Three zones lie over it while something is dragged; Alt makes the first mean less.

    All signals: what, the weight (below 0 for less like it), and whether it is set aside."""

    images_dropped = Signal(list, float, bool)  # paths
    texts_dropped = Signal(list, float, bool)  # paths of text files
    rows_dropped = Signal(object, float, bool)  # int64 rows

    def __init__(self, bar: QWidget) -> None:
        super().__init__(bar)
        self._bar = bar
        self._zones = QFrame(bar)
        self._zones.setObjectName("zones")
        self.zones: dict[Way, QFrame] = {way: _zone(way) for way in _WAYS}
        sides = row(*self.zones.values(), spacing=GRID)
        sides.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._zones.setLayout(sides)
        self._zones.hide()
        bar.setAcceptDrops(True)
        bar.installEventFilter(self)

    def show_zones(self) -> None:
        """Something that can be let go here is being dragged."""
        self._zones.setGeometry(self._bar.rect())
        self._zones.show()
        self._zones.raise_()

    def hide_zones(self) -> None:
        self._light(None)
        self._zones.hide()

    def eventFilter(self, _watched: QObject, event: QEvent, /) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize:
            self._zones.setGeometry(self._bar.rect())
        elif kind == QEvent.Type.DragLeave:
            self.hide_zones()
        elif isinstance(event, QDropEvent):  # which entering and moving are too
            return self._take(event)
        return False

    def _take(self, event: QDropEvent) -> bool:
        data = event.mimeData()
        images, texts = _files(data, _PICTURES), _files(data, _TEXTS)
        if not images and not texts and not data.hasFormat(ROWS_MIME):
            return False
        event.acceptProposedAction()
        way = self._way(event)
        if isinstance(event, (QDragEnterEvent, QDragMoveEvent)):
            self.show_zones()
            self._light(way)
            return True
        self.hide_zones()
        weight, aside = _WAYS[way][3], way == "aside"
        if data.hasFormat(ROWS_MIME):
            self.rows_dropped.emit(rows_in(data), weight, aside)
        if images:
            self.images_dropped.emit(images, weight, aside)
        if texts:
            self.texts_dropped.emit(texts, weight, aside)
        return True

    def _way(self, event: QDropEvent) -> Way:
        third = min(2, max(0, int(3 * event.position().x() / max(1, self._bar.width()))))
        way = tuple(_WAYS)[third]
        return "less" if way == "more" and event.modifiers() & _ALT else way

    def _light(self, lit: Way | None) -> None:
        for way, zone in self.zones.items():
            set_property(zone, "over", "true" if way == lit else "")


def _files(data: QMimeData, suffixes: frozenset[str]) -> list[str]:
    return [str(path) for path in dropped_paths(data) if _suffix(path) in suffixes]


def _suffix(path: Path) -> str:
    return path.suffix.lower()


def _zone(way: Way) -> QFrame:
    sign, words, tone, _ = _WAYS[way]
    zone = QFrame()
    zone.setObjectName(f"zone.{way}")
    zone.setProperty("role", "zone")
    zone.setProperty("sign", way)
    text: QLabel = label(words, "heading")
    zone.setLayout(row(None, IconLabel(sign, tone), text, None, spacing=GRID))
    zone.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # thirds, whatever the words
    return zone
