"""The sheet that asks for a map: its name, its kind, and for UMAP its settings, tried on a sample to choose from."""

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from embexplorer.app.mapmaking import MapWish
from embexplorer.gui.forms import Form
from embexplorer.gui.pieces import button, column, hairline, label, row, tool_button
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID

_WIDTH, _HEIGHT = 640, 760
_PICTURE, _MARGIN = GRID * 15, GRID
# Four ways to see the same items: what a setting of MapParams is in each. The first is what is chosen below.
TRIED: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("As set below", "The settings that you see.", {}),
    ("Details", "5 neighbours: small groups.", {"neighbors": 5, "min_dist": 0.05}),
    ("Overview", "50 neighbours: the whole.", {"neighbors": 50, "min_dist": 0.25}),
    ("Tight groups", "Distance 0: dense islands.", {"neighbors": 15, "min_dist": 0.0}),
)
_TEXT = "You can watch the map being made and stop it at any time."


class Preview(QAbstractButton):
    """A small map to choose."""

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self.setText(title)
        self.setToolTip(text)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._xy: np.ndarray | None = None
        self._colours: list[tuple[QColor, np.ndarray]] = []
        theme().changed.connect(self._on_theme_changed)  # a method, which is let go of with the widget

    def _on_theme_changed(self) -> None:
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_PICTURE, _PICTURE + GRID * 3)

    def set_map(self, xy: np.ndarray | None, colours: list[tuple[QColor, np.ndarray]]) -> None:
        """xy: float32 (m, 2), None while it is not there. colours: which rows of it have which colour."""
        self._xy, self._colours = xy, colours
        self.update()

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        tokens = theme().tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_strong = self.isChecked() or self.underMouse() or self.hasFocus()
        frame = QRectF(0, 0, self.width(), self.height() - GRID * 3).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(tokens.accent if is_strong else tokens.line), 2 if self.isChecked() else 1))
        painter.setBrush(QColor(tokens.map_background))
        painter.drawRoundedRect(frame, GRID / 2, GRID / 2)
        words = QRectF(0, self.height() - GRID * 3, self.width(), GRID * 3)
        painter.setPen(QColor(tokens.text if self.isChecked() else tokens.muted))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._xy is None:
            painter.setPen(QColor(tokens.muted))
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, "…")
        else:
            self._paint_points(painter, frame.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN), self._xy)
        painter.end()

    def _paint_points(self, painter: QPainter, room: QRectF, xy: np.ndarray) -> None:
        finite = np.isfinite(xy).all(axis=1)
        if not finite.any():
            return
        low, extent = xy[finite].min(axis=0), float(np.ptp(xy[finite], axis=0).max()) or 1.0
        middle = (xy[finite].max(axis=0) + low) / 2
        scale = min(room.width(), room.height()) / extent
        for colour, rows in self._colours:
            own = rows[finite[rows]]
            x = room.center().x() + (xy[own, 0] - middle[0]) * scale
            y = room.center().y() - (xy[own, 1] - middle[1]) * scale
            painter.setPen(QPen(colour, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPoints(QPolygonF([QPointF(*place) for place in zip(x.tolist(), y.tolist(), strict=True)]))


class MapSheet(Sheet):
    """wanted: a MapWish, when the user says go. tried: a MapWish whose settings and those of TRIED are to be shown.
    Enter does, Esc closes."""

    wanted = Signal(object)
    tried = Signal(object)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, _WIDTH, _HEIGHT)
        self.setAccessibleName("Make a map")
        self.wish = MapWish()
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        close = tool_button("close", "Close")
        close.clicked.connect(self.dismiss)
        top = row(column(label("Make a map", "title"), label(_TEXT, "muted"), spacing=GRID // 2), None, close)
        top.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID * 2)
        self.go = button("Make the map", "primary")
        self.go.clicked.connect(self._accept)
        cancel = button("Cancel")
        cancel.clicked.connect(self.dismiss)
        self._hint = label("", "muted")
        bottom = row(self._hint, None, cancel, self.go)
        bottom.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        layout: QVBoxLayout = column(top, hairline(), self._area, hairline(), bottom, spacing=0)
        layout.setContentsMargins(1, 0, 1, 0)
        self.setLayout(layout)
        self._names: tuple[str, ...] = ()
        self.previews: list[Preview] = []
        self._forms: dict[str, Form] = {}

    def open(self, wish: MapWish, names: tuple[str, ...], spaces: tuple[str, ...], numbers: tuple[str, ...]) -> None:
        """Ask, with these values at first. names: of the maps there are; numbers: the columns for own coordinates."""
        self.wish, self._names = wish, names
        choices = {
            "space": tuple((name, name) for name in spaces),
            "x_column": tuple((name, name) for name in numbers),
            "y_column": tuple((name, name) for name in numbers),
        }
        if not numbers:
            choices["method"] = tuple(MapWish.__dataclass_fields__["method"].metadata["choices"][:2])
        head = ("name", "space", "method") if len(spaces) > 1 else ("name", "method")
        self._forms = {
            "wish": Form(wish, choices, only=head),
            "columns": Form(wish, choices, only=("x_column", "y_column")),
            "follow": Form(wish, only=("follow",)),
            "layout": Form(wish.layout),
        }
        for name, form in self._forms.items():
            form.changed.connect(lambda values, own=name: self._on_changed(own, values))
        self._area.setWidget(self._page())
        self._arrange()
        self.present(self._forms["wish"].control("name"))
        self._try()

    def _page(self) -> QWidget:
        self.previews = [Preview(title, text) for title, text, _ in TRIED]
        for preview, (_, _, settings) in zip(self.previews, TRIED, strict=True):
            preview.clicked.connect(lambda _on=False, chosen=settings: self._choose(chosen))
        self.previews[0].setChecked(True)
        tried = column(
            label("Settings tried on a sample", "section"), row(*self.previews, spacing=GRID * 2), spacing=GRID
        )
        tried.setContentsMargins(0, GRID * 2, 0, GRID)
        self._tried = QWidget()
        self._tried.setLayout(tried)
        forms = self._forms
        page = QWidget()
        parts = (forms["wish"], forms["columns"], forms["follow"], self._tried, forms["layout"])
        lines = column(*parts, None, spacing=0)
        lines.setContentsMargins(GRID * 3, GRID, GRID * 3, GRID)
        page.setLayout(lines)
        return page

    def wanted_height(self) -> int:
        page, layout = self._area.widget(), self.layout()
        if page is None or layout is None:
            return _HEIGHT
        around = layout.sizeHint().height() - self._area.sizeHint().height()
        return min(_HEIGHT, page.sizeHint().height() + around + GRID)

    def set_previews(self, maps: tuple[np.ndarray, ...], colours: list[tuple[QColor, np.ndarray]]) -> None:
        """The small maps that are there so far, in the order of TRIED."""
        for preview, xy in zip(self.previews, maps, strict=False):
            preview.set_map(xy, colours)

    def _on_changed(self, form: str, values: Any) -> None:
        before = self.wish
        if form == "layout":
            self.wish = replace(self.wish, layout=values)
            self.previews[0].setChecked(True)
        else:
            shown = {"wish": ("name", "space", "method"), "columns": ("x_column", "y_column"), "follow": ("follow",)}
            taken: dict[str, Any] = {name: getattr(values, name) for name in shown[form]}
            self.wish = replace(self.wish, **taken)
        self._arrange()
        if (self.wish.layout, self.wish.space, self.wish.method) != (before.layout, before.space, before.method):
            self._try()

    def _arrange(self) -> None:
        """Only what belongs to the kind of map is shown."""
        is_umap, name = self.wish.method == "umap", " ".join(self.wish.name.split())
        self._forms["columns"].setVisible(self.wish.method == "columns")
        self._forms["follow"].setVisible(is_umap and bool(self._names))
        self._forms["layout"].setVisible(is_umap)
        self._tried.setVisible(is_umap)
        self._hint.setText(f"Replaces the map “{name}”." if name in self._names else "")
        self.go.setEnabled(bool(name))
        if self.isVisible():
            self.place()

    def _choose(self, settings: dict[str, Any]) -> None:
        form = self._forms["layout"]
        layout = replace(self.wish.layout, **settings)
        form.set_values(layout)
        self.wish = replace(self.wish, layout=layout)

    def _try(self) -> None:
        if self.wish.method == "umap":
            self.tried.emit(self.wish)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        else:
            super().keyPressEvent(event)

    def _accept(self) -> None:
        if self.go.isEnabled():
            self.dismiss()
            self.wanted.emit(self.wish)
