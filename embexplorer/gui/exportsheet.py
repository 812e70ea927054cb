"""The sheet that asks how the map leaves as a file, and shows beforehand how it will look."""

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from embexplorer.app.picturing import Picturing, SeenMap
from embexplorer.base.errors import EmbexError
from embexplorer.data.picture import MapPicture
from embexplorer.gui.choicebox import ChoiceBox
from embexplorer.gui.forms import Form
from embexplorer.gui.mappanel import MapPanel
from embexplorer.gui.pieces import button, column, hairline, label, row, set_property, tool_button
from embexplorer.gui.sheet import Sheet
from embexplorer.gui.theme import theme
from embexplorer.gui.tokens import GRID
from embexplorer.raster.contents import ShownMap

_WIDTH, _HEIGHT, _FORM_WIDTH = 1080, 680, 440
_REST_MS = 120  # after the last change, before the preview is drawn anew
_OWN_SIZE: Final = "own"
_SQUARE = 8  # pixels of the pattern that stands for no background


@dataclass(frozen=True)
class Format:
    """ending: of the file. kinds: what a file dialog calls it. leaves_out: choices that it has no use for."""

    ending: str
    words: str
    kinds: str
    text: str
    leaves_out: tuple[str, ...] = ()


FORMATS: Final = (
    Format("png", "PNG picture", "PNG picture (*.png)", "Pixels, for screens, slides and print."),
    Format("svg", "SVG drawing", "SVG drawing (*.svg)", "Words and lines stay sharp at any size."),
    Format(
        "html",
        "Web page",
        "Web page (*.html)",
        "One file that any browser opens, also without a network: with search, zoom, and a card for each item.",
        ("width", "height", "unit", "dpi", "density", "in_view", "point_size", "transparent"),
    ),
)
SIZES: Final[dict[str, tuple[str, dict[str, object]]]] = {
    "screen": ("Screen, 1,600 × 1,000", {"width": 1600, "height": 1000, "unit": "px", "dpi": 150}),
    "slide": ("Slide 16:9, 1,920 × 1,080", {"width": 1920, "height": 1080, "unit": "px", "dpi": 150}),
    "large": ("Large screen, 3,840 × 2,160", {"width": 3840, "height": 2160, "unit": "px", "dpi": 200}),
    "a4": ("A4 landscape, 300 dpi", {"width": 297, "height": 210, "unit": "mm", "dpi": 300}),
    "a4 upright": ("A4 upright, 300 dpi", {"width": 210, "height": 297, "unit": "mm", "dpi": 300}),
    "a0": ("A0 poster, 150 dpi", {"width": 1189, "height": 841, "unit": "mm", "dpi": 150}),
}
_SIZE_FIELDS = ("width", "height", "unit", "dpi")
_PAGE_SIZE = {"width": 1280, "height": 800, "unit": "px"}  # of a browser's window, for the preview of a page


def seen_map(panel: MapPanel) -> SeenMap:
    """What this map shows now."""
    canvas = panel.view
    width, height = canvas.width(), canvas.height()
    (x0, y1), (x1, y0) = canvas.view.to_data(0, 0, width, height), canvas.view.to_data(width, height, width, height)
    return SeenMap(panel.map, (x0, y0, x1, y1), canvas.labels.areas, canvas.hits.rows)


class ExportSheet(Sheet):
    """wanted: the format, the picture and the map that the user says go to. Enter does, Esc closes."""

    wanted = Signal(object, object, object)

    def __init__(self, host: QWidget, picturing: Picturing) -> None:
        super().__init__(host, _WIDTH, _HEIGHT)
        self.setAccessibleName("Export the map")
        self._picturing = picturing
        self._shown: ShownMap | None = None
        self._own_size = False
        self.picture = MapPicture()
        self.form: Form | None = None
        self.formats, self.sizes = ChoiceBox("Format"), ChoiceBox("Size")
        self.formats.set_choices([(each.ending, each.words) for each in FORMATS], "png")
        self.formats.value_chosen.connect(self._on_format_chosen)
        self.sizes.value_chosen.connect(self._on_size_chosen)
        self.preview = PicturePreview()
        self._about, self.size_words = label("", "muted", wrap=True), label("", "small")
        self._go = button("Export…", "primary")
        self._go.clicked.connect(self._accept)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._ask_preview)
        self.preview.resized.connect(self._rest.start)
        self.closed.connect(self._forget)
        self._lay_out()

    def _lay_out(self) -> None:
        close, cancel = tool_button("close", "Close"), button("Cancel")
        for each in (close, cancel):
            each.clicked.connect(self.dismiss)
        top = row(label("Export the map", "title"), None, close)
        top.setContentsMargins(GRID * 3, GRID * 2, GRID * 2, GRID * 2)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        choices = column(row(self.formats, self.sizes, spacing=GRID), self._about)
        choices.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        side = QWidget()
        side.setFixedWidth(_FORM_WIDTH)
        side.setLayout(column(choices, hairline(), self._area, spacing=0))
        self.preview.setLayout(column(None, row(None, self.size_words, None), margin=GRID * 2))
        middle = row(spacing=0)
        middle.addWidget(self.preview, 1)
        middle.addWidget(side)
        bottom = row(None, cancel, self._go)
        bottom.setContentsMargins(GRID * 3, GRID * 2, GRID * 3, GRID * 2)
        layout = column(top, hairline(), spacing=0)
        layout.addLayout(middle, 1)
        layout.addWidget(hairline())
        layout.addLayout(bottom)
        layout.setContentsMargins(1, 0, 1, 0)
        self.setLayout(layout)

    def open(self, shown: ShownMap, proposed: MapPicture) -> None:
        """Ask how this map is to be drawn. Sizes stay as they were the last time; the rest is as proposed."""
        self._shown = shown
        sized = {name: getattr(self.picture, name) for name in (*_SIZE_FIELDS, "point_size", "transparent", "legend")}
        self.picture = replace(proposed, **sized)
        self.preview.clear()
        self._build_form()
        self.present(self._go)
        self._ask_preview()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        else:
            super().keyPressEvent(event)

    @property
    def format(self) -> Format:
        return next(each for each in FORMATS if each.ending == self.formats.value())

    # -- what the user chooses ------------------------------------------------------------------------------------

    def _build_form(self) -> None:
        """Only what the format has a use for; the figures of a size only where it is none of those that are named."""
        chosen = self.format
        self._about.setText(chosen.text)
        self._show_size()
        named = () if self._own_size else _SIZE_FIELDS
        left_out = {*chosen.leaves_out, *named}
        only = tuple(field.name for field in fields(MapPicture) if field.name not in left_out)
        self.form = Form(self.picture, only=only)
        layout = self.form.layout()
        assert layout is not None
        layout.setContentsMargins(GRID * 3, GRID, GRID * 3, GRID)
        self.form.changed.connect(self._on_changed)
        self._area.setWidget(self.form)
        self._check()

    def _show_size(self) -> None:
        choices = [(name, words) for name, (words, _) in SIZES.items()] + [(_OWN_SIZE, "Own size")]
        now = {name: getattr(self.picture, name) for name in _SIZE_FIELDS}
        fitting = next((name for name, (_, size) in SIZES.items() if size == now), _OWN_SIZE)
        self._own_size = self._own_size or fitting == _OWN_SIZE
        self.sizes.set_choices(choices, _OWN_SIZE if self._own_size else fitting)
        self.sizes.setVisible("width" not in self.format.leaves_out)

    def _on_format_chosen(self, _ending: str) -> None:
        self._build_form()
        self._rest.start()

    def _on_size_chosen(self, name: str) -> None:
        self._own_size = name == _OWN_SIZE
        if not self._own_size:
            self.picture = replace(self.picture, **SIZES[name][1])  # type: ignore[arg-type]
        self._build_form()
        self._rest.start()

    def _on_changed(self, picture: MapPicture) -> None:
        self.picture = picture
        self._check()
        self._rest.start()

    def _check(self) -> None:
        """Say how large it becomes, or why it cannot be drawn."""
        try:
            width, height = self.picture.pixels()
        except EmbexError as error:
            self._say(f"{error.text} {error.hint}", "danger")
            self._go.setEnabled(False)
            return
        is_page = "width" in self.format.leaves_out
        self._say("" if is_page else f"{width:,} × {height:,} pixels", "small")
        self._go.setEnabled(True)

    def _say(self, text: str, role: str) -> None:
        self.size_words.setText(text)
        set_property(self.size_words, "role", role)

    def _accept(self) -> None:
        if self._shown is None or not self._go.isEnabled():
            return
        shown = self._shown
        self.dismiss()
        self.wanted.emit(self.format, self.picture, shown)

    def _forget(self) -> None:
        self._rest.stop()
        self._shown = None
        self.preview.clear()

    # -- how it will look -----------------------------------------------------------------------------------------

    def _ask_preview(self) -> None:
        if self._shown is None or not self.isVisible():
            return
        is_page = "width" in self.format.leaves_out
        picture = replace(self.picture, **_PAGE_SIZE) if is_page else self.picture  # type: ignore[arg-type]
        ratio = self.devicePixelRatioF()
        room = self.preview.room().size() * ratio
        size = (max(1, room.width()), max(1, room.height()))
        self._picturing.preview(self._shown, picture, size, self._on_drawn, self._on_failed)

    def _on_drawn(self, pixels: np.ndarray) -> None:
        if self._shown is not None:
            self.preview.show_pixels(pixels)

    def _on_failed(self, error: EmbexError) -> None:
        self._say(f"{error.text} {error.hint}", "danger")


class PicturePreview(QWidget):
    """A picture in the middle of a quiet field, which it fills as far as its shape lets it; below it is room for
    words."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.image: QImage | None = None
        self.setAccessibleName("Preview")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def clear(self) -> None:
        self.image = None
        self.update()

    def show_pixels(self, pixels: np.ndarray) -> None:
        """uint8 (h, w, 3 or 4), in pixels of the screen."""
        data = np.ascontiguousarray(pixels)
        height, width, channels = data.shape
        kind = QImage.Format.Format_RGBA8888 if channels == 4 else QImage.Format.Format_RGB888
        self.image = QImage(data.data, width, height, width * channels, kind).copy()
        self.image.setDevicePixelRatio(self.devicePixelRatioF())
        self.update()

    def room(self) -> QRect:
        """What the picture may fill."""
        return self.rect().adjusted(GRID * 2, GRID * 2, -GRID * 2, -GRID * 5)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent, /) -> None:
        painter, tokens = QPainter(self), theme().tokens
        painter.fillRect(self.rect(), QColor(tokens.background))
        if self.image is not None:
            size = self.image.deviceIndependentSize().toSize()
            corner = self.room().center() - QPoint(size.width() // 2, size.height() // 2)
            if self.image.hasAlphaChannel():
                _paint_pattern(painter, corner, size, QColor(tokens.raised), QColor(tokens.hover))
            painter.drawImage(corner, self.image)
            painter.setPen(QColor(tokens.control))
            painter.drawRect(corner.x(), corner.y(), size.width() - 1, size.height() - 1)
        painter.end()


def _paint_pattern(painter: QPainter, corner: QPoint, size: QSize, light: QColor, dark: QColor) -> None:
    """The chequered pattern that stands for no background."""
    painter.fillRect(corner.x(), corner.y(), size.width(), size.height(), light)
    painter.save()
    painter.setClipRect(corner.x(), corner.y(), size.width(), size.height())
    for line in range(0, size.height(), _SQUARE):
        for at in range(_SQUARE * (line // _SQUARE % 2), size.width(), 2 * _SQUARE):
            painter.fillRect(corner.x() + at, corner.y() + line, _SQUARE, _SQUARE, dark)
    painter.restore()
