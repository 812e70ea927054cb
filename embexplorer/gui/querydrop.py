"""What can be let go on the query bar: images to search with, and items to find more or less like."""

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from embexplorer.gui.dropping import dropped_paths
from embexplorer.gui.pieces import IconLabel, label, row, set_property
from embexplorer.gui.rowdrag import ROWS_MIME, rows_in
from embexplorer.gui.tokens import GRID

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
_ALT = Qt.KeyboardModifier.AltModifier


class QueryDrop(QObject):
    """Takes drops for a widget. Two zones lie over it while items are dragged; Alt makes either mean less."""

    images_dropped = Signal(list)  # paths
    rows_dropped = Signal(object, float)  # int64 rows, weight

    def __init__(self, bar: QWidget, field: QWidget) -> None:
        """field: what lights up while images are over the bar."""
        super().__init__(bar)
        self._bar, self._field = bar, field
        self._zones = QFrame(bar)
        self._zones.setObjectName("zones")
        self.more = _zone("plus", "More like this", "more")
        self.less = _zone("minus", "Less like this", "less")
        sides = row(self.more, self.less, spacing=GRID)
        sides.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._zones.setLayout(sides)
        self._zones.hide()
        bar.setAcceptDrops(True)
        bar.installEventFilter(self)

    def show_zones(self) -> None:
        """Items are being dragged somewhere in the window."""
        self._zones.setGeometry(self._bar.rect())
        self._zones.show()
        self._zones.raise_()

    def hide_zones(self) -> None:
        self._light("")
        self._zones.hide()

    def eventFilter(self, _watched: QObject, event: QEvent, /) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize:
            self._zones.setGeometry(self._bar.rect())
        elif kind == QEvent.Type.DragLeave:
            self._light("")
        elif isinstance(event, QDropEvent):  # which entering and moving are too
            return self._take(event)
        return False

    def _take(self, event: QDropEvent) -> bool:
        data = event.mimeData()
        images = [str(path) for path in dropped_paths(data) if _is_picture(path)]
        has_rows = data.hasFormat(ROWS_MIME)
        if not images and not has_rows:
            return False
        event.acceptProposedAction()
        weight = self._weight(event) if has_rows else 1.0
        if isinstance(event, (QDragEnterEvent, QDragMoveEvent)):
            self._light(("more" if weight > 0 else "less") if has_rows else "field")
        elif has_rows:
            self.hide_zones()
            self.rows_dropped.emit(rows_in(data), weight)
        else:
            self._light("")
            self.images_dropped.emit(images)
        return True

    def _weight(self, event: QDropEvent) -> float:
        is_right = event.position().x() >= self._bar.width() / 2
        return -1.0 if is_right or event.modifiers() & _ALT else 1.0

    def _light(self, where: str) -> None:
        set_property(self._field, "over", "true" if where == "field" else "")
        for zone in (self.more, self.less):
            set_property(zone, "over", "true" if zone.objectName() == f"zone.{where}" else "")


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in _PICTURES


def _zone(sign: str, words: str, name: str) -> QFrame:
    zone = QFrame()
    zone.setObjectName(f"zone.{name}")
    zone.setProperty("role", "zone")
    zone.setProperty("sign", name)
    text: QLabel = label(words, "heading")
    zone.setLayout(row(None, IconLabel(sign, "danger" if name == "less" else "soft_text"), text, None, spacing=GRID))
    zone.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # halves, whatever the words
    return zone
