"""A layout that fills lines from left to right, a new one where the room ends."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """The last part takes what is left of its line, at least last_width pixels; the others keep their size."""

    def __init__(self, spacing: int, last_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[QLayoutItem] = []
        self._sizes: list[QSize] | None = None  # of the parts, asked once for as long as none says that it changed
        self._last_width = last_width
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def insert(self, position: int, widget: QWidget) -> None:
        """Put a widget before the part that is at this position now."""
        self.addWidget(widget)
        self._parts.insert(position, self._parts.pop())
        self.invalidate()

    def addItem(self, item: QLayoutItem, /) -> None:
        self._parts.append(item)

    def invalidate(self) -> None:
        self._sizes = None
        super().invalidate()

    def count(self) -> int:
        return len(self._parts)

    def itemAt(self, index: int, /) -> QLayoutItem | None:
        return self._parts[index] if 0 <= index < len(self._parts) else None

    def takeAt(self, index: int, /) -> QLayoutItem | None:
        return self._parts.pop(index) if 0 <= index < len(self._parts) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation.Horizontal

    def height_for(self, width: int) -> int:
        """The height that the parts take at this width. Not told to Qt: within a layout of rows and columns it would
        stretch the neighbours; who holds the parts takes the height that they need."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        width = self.geometry().width() or self._last_width * 2
        return QSize(self._last_width * 2, self.height_for(width))

    def minimumSize(self) -> QSize:
        tallest = max((part.minimumSize().height() for part in self._parts), default=0)
        return QSize(self._last_width, tallest)

    def setGeometry(self, area: QRect, /) -> None:
        super().setGeometry(area)
        self._arrange(area, move=True)

    def _arrange(self, area: QRect, *, move: bool) -> int:
        """Place the parts in lines of equal height; gives the height that it takes."""
        if self._sizes is None or len(self._sizes) != len(self._parts):
            self._sizes = [part.sizeHint() for part in self._parts]
        line_height = max((size.height() for size in self._sizes), default=0)
        left, top = area.left(), area.top()
        for part, size in zip(self._parts, self._sizes, strict=True):
            is_last = part is self._parts[-1]
            width = self._last_width if is_last else min(size.width(), area.width())
            if left > area.left() and left + width > area.right() + 1:
                left, top = area.left(), top + line_height + self.spacing() // 2
            if is_last:
                width = max(width, area.right() + 1 - left)
            if move:
                space = (line_height - size.height()) // 2
                part.setGeometry(QRect(left, top + space, width, size.height()))
            left += width + self.spacing()
        return top + line_height - area.top()
