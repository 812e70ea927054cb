"""A layout that fills lines from left to right, a new one where the room ends, and a frame as high as it needs."""

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """The last part takes what is left of its line, at least last_width pixels; the others keep their size."""

    def __init__(self, spacing: int, last_width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[QLayoutItem] = []
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
        stretch the neighbours; FlowFrame takes the height that it needs."""
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
        line_height = max((part.sizeHint().height() for part in self._parts), default=0)
        left, top = area.left(), area.top()
        for part in self._parts:
            size = part.sizeHint()
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


class FlowFrame(QFrame):
    """Always as high as the flow inside needs at the width that there is."""

    def __init__(self, flow: FlowLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow = flow

    def event(self, event: QEvent, /) -> bool:
        result = super().event(event)
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):  # the layout has done its work already
            self.fit()
        return result

    def fit(self) -> None:
        """Take the height; to be called when parts of the flow come or go."""
        layout, width = self.layout(), self._flow.geometry().width()
        if layout is not None and width > 0:
            margins = layout.contentsMargins()
            around = self.height() - self.contentsRect().height() + margins.top() + margins.bottom()
            self.setFixedHeight(self._flow.height_for(width) + around)
