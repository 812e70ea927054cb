"""Everything that stands on a picture of the map, in pixels of the page: PNG and SVG are painted from the same list."""

from dataclasses import dataclass

import numpy as np

from embexplorer.data.picture import MapPicture
from embexplorer.raster import engine
from embexplorer.raster.colours import Legend
from embexplorer.raster.contents import MapContents
from embexplorer.raster.density import density, in_pixels
from embexplorer.raster.fonts import fitting, width_of
from embexplorer.raster.labels import OVER, Window, candidates, nothing_stands, place
from embexplorer.raster.look import DIMMED, NORMAL, SELECTED, Look
from embexplorer.raster.marks import (
    HEADER,
    INKS,
    MARGIN,
    ROW,
    SIDE,
    SMALL_SIZE,
    TEXT_SIZE,
    TITLE_SIZE,
    Dot,
    Inks,
    Line,
    Mark,
    Ramp,
    Rgb,
    Words,
)
from embexplorer.raster.picture import MOST_DISCS, PointRaster
from embexplorer.raster.shapes import SIZES
from embexplorer.raster.view import Bounds, View, fitted

_PAGE_SIDE = 1130.0  # the root of the area of a page whose unit is a pixel
_LEAST_PAGE = (640.0, 400.0)  # units; smaller ones have smaller letters
_MOST_RINGS = 2_000  # as in the window; more would hide the map
_WIDEST_CROWDED = 3.0  # pixels; the widest dot of a crowd


@dataclass(frozen=True, eq=False)
class Drawing:
    """A page of width x height pixels. The map fills what lies below top and left of its own width; over it, and
    beside it, stand the marks. raster shows the map's points in view at map_width x map_height. unit: pixels."""

    width: int
    height: int
    unit: float
    inks: Inks
    transparent: bool
    top: int
    map_width: int
    map_height: int
    raster: PointRaster
    view: View
    radius: float
    discs: bool
    marks: tuple[Mark, ...]
    title: str


def drawing(contents: MapContents, picture: MapPicture, share: float = 1.0) -> Drawing:
    """Put everything in its place. share: of the picture's size, for a smaller one of the same look.

    Raises EmbexError for a size that cannot be drawn.
    """
    engine.warm_up()
    contents = contents.only_strong() if picture.only_strong else contents
    whole_width, whole_height = picture.pixels()
    width, height = max(1, round(whole_width * share)), max(1, round(whole_height * share))
    unit = min((width * height) ** 0.5 / _PAGE_SIDE, width / _LEAST_PAGE[0], height / _LEAST_PAGE[1])
    legend = contents.legend() if picture.legend else Legend()
    has_legend = picture.legend and bool(legend.entries or legend.range or contents.size_marks)
    title = (picture.title or "").strip()
    top = round(HEADER * unit) if title else 0
    map_width = max(1, width - (round(SIDE * unit) if has_legend else 0))
    inks = INKS[picture.dark]
    raster, size = _points(contents, picture.dark, inks), (map_width, max(1, height - top))
    view = _view(contents.part if picture.in_view else None, raster, *size)
    seen = raster.visible(view, *size)
    radius = _radius(len(contents.xy), size) * picture.point_size
    discs = seen <= MOST_DISCS
    page = _Page(contents, inks, unit, width, height, top, size, view, picture.dark, radius)
    marks: list[Mark] = [
        *(page.contours() if picture.density else ()),
        *page.hits(),
        *(page.labels(raster.main_bounds()) if picture.labels else ()),
        *page.title(title),
        *(page.legend(legend) if has_legend else ()),
    ]
    return Drawing(
        width, height, unit, inks, picture.transparent, top, *size, raster, view,
        radius if discs else min(radius, _WIDEST_CROWDED), discs, tuple(marks), title,
    )  # fmt: skip


def _points(contents: MapContents, dark: bool, inks: Inks) -> PointRaster:
    raster = PointRaster()
    raster.set_points(contents.xy)
    raster.set_colours(contents.scale.keys, contents.scale.palette(dark))
    raster.set_state(contents.state)
    raster.set_sizes(contents.sizes)
    raster.set_background(inks.background, inks.ink)
    return raster


def _view(part: Bounds | None, raster: PointRaster, width: int, height: int) -> View:
    if part is None:
        return fitted(raster.main_bounds(), width, height)
    x0, y0, x1, y1 = part
    scales = [size / extent for size, extent in ((width, x1 - x0), (height, y1 - y0)) if extent > 0]
    whole = fitted(part, width, height)
    return View(whole.cx, whole.cy, min(scales)) if scales else whole


def _radius(n: int, size: tuple[int, int]) -> float:
    """Of a point, in pixels."""
    return max(0.3, min(size) / 900) * (4.5 if n <= 800 else 3.2 if n <= 5_000 else 2.2 if n <= 30_000 else 1.5)


@dataclass(frozen=True, eq=False)
class _Page:
    """What the marks are made from."""

    contents: MapContents
    inks: Inks
    unit: float
    width: int
    height: int
    top: int
    size: tuple[int, int]
    view: View
    dark: bool
    radius: float

    def title(self, title: str) -> list[Mark]:
        if not title:
            return []
        size = TITLE_SIZE * self.unit
        text = fitting(title, size, self.width - 2 * MARGIN * self.unit, bold=True)
        return [Words(MARGIN * self.unit, 37 * self.unit, text, size, self.inks.ink, bold=True)]

    def contours(self) -> list[Mark]:
        """At the same places whatever the size of the picture."""
        contents, (width, height) = self.contents, self.size
        raster = PointRaster()
        grid = raster.arranged(contents.xy)
        looks = ((contents.state.astype(np.uint16) << 8) | contents.scale.keys).take(grid.order)
        seen = self.view.magnified(1 / self.unit)
        made = density(grid, looks, seen, round(width / self.unit), round(height / self.unit))
        lines: list[Mark] = []
        for level, found in in_pixels(made, self.view, width, height):
            shade = _between(self.inks.background, self.inks.quiet, 0.35 + 0.5 * level)
            lines += [Line(line + np.array([0, self.top]), shade, self.unit * 1.1) for line in found]
        return lines

    def hits(self) -> list[Mark]:
        """What the search found, with a ring, the best on top."""
        contents, radius = self.contents, max(self.radius, 2.5 * self.unit) + 2 * self.unit
        rows = contents.hits[(contents.hits >= 0) & (contents.hits < len(contents.xy))]
        rows = rows[contents.has_place()[rows]][:_MOST_RINGS][::-1]
        palette = contents.scale.palette(self.dark)
        places = self.pixels(contents.xy[rows])
        inside = ((places >= (0, self.top)) & (places <= (self.size[0], self.height))).all(axis=1)
        colours = palette[contents.scale.keys[rows[inside]]].tolist()
        return [
            Dot(x, y, radius, (red, green, blue), self.inks.hit, 2 * self.unit)
            for (x, y), (red, green, blue) in zip(places[inside].tolist(), colours, strict=True)
        ]

    def pixels(self, xy: np.ndarray) -> np.ndarray:
        """float64 (k, 2): where data points lie on the page."""
        x0, y0 = self.view.to_pixel(0.0, 0.0, *self.size)
        placed: np.ndarray = xy.astype(np.float64) * (self.view.scale, -self.view.scale) + (x0, y0 + self.top)
        return placed

    def labels(self, bounds: Bounds) -> list[Mark]:
        labels, unit = self.contents.labels, self.unit
        if not len(labels):
            return []
        width, height = round(self.size[0] / unit), round(self.size[1] / unit)
        window = Window(self.view.magnified(1 / unit), width, height, fitted(bounds, width, height).scale)
        rows = candidates(labels, window, nothing_stands())
        size = TEXT_SIZE * unit
        texts = {row: fitting(labels.texts[row], size, SIDE * unit, bold=True) for row in rows.tolist()}
        sizes = np.array([(width_of(text, size, True) / unit + 4, TEXT_SIZE * 1.4) for text in texts.values()])
        standing = place(labels, rows, sizes.reshape(-1, 2), window, nothing_stands(), OVER)
        return [
            Words(
                (left + right) / 2 * unit, self.top + (low + high) / 2 * unit + size * 0.36, texts[row], size,
                self.inks.ink, "middle", bold=True, halo=unit * 2.5,
            )
            for row, (left, low, right, high) in zip(standing.rows.tolist(), standing.boxes.tolist(), strict=True)
        ]  # fmt: skip

    def legend(self, legend: Legend) -> list[Mark]:
        """The column's name, a bar for numbers, and the categories that fit on the page."""
        unit, left, room = self.unit, self.size[0] + 8 * self.unit, (SIDE - MARGIN - 8) * self.unit
        y, marks = self.top + MARGIN * unit, list[Mark]()
        if self.contents.colour_name:
            name = fitting(self.contents.colour_name, TEXT_SIZE * unit, room, bold=True)
            marks.append(Words(left, y + 12 * unit, name, TEXT_SIZE * unit, self.inks.ink, bold=True))
            y += (ROW + 4) * unit
        if legend.range is not None:
            marks += self._bar(legend.range.ticks, left, y, room)
            y += 52 * unit
        fit = max(0, int((self.height - MARGIN * unit / 2 - y) // (ROW * unit)))
        shown = legend.entries if len(legend.entries) <= fit else legend.entries[: max(0, fit - 1)]
        palette = self.contents.scale.palette(self.dark)
        for entry in shown:
            marks += self._entry(left, y, room, entry.label, f"{entry.count:,}", _rgb(palette[entry.key]))
            y += ROW * unit
        marks += self._sizes(left, y + ROW / 2 * unit) if len(shown) == len(legend.entries) else []
        if len(shown) < len(legend.entries) and fit:
            more = f"and {len(legend.entries) - len(shown):,} more"
            marks.append(Words(left + 18 * unit, y + 12 * unit, more, TEXT_SIZE * unit, self.inks.quiet))
        return marks

    def _sizes(self, left: float, y: float) -> list[Mark]:
        """What the sizes of points mean, where there is room for all of it."""
        contents, unit = self.contents, self.unit
        if not contents.size_marks or y + (len(contents.size_marks) + 2) * ROW * unit > self.height:
            return []
        size, largest = TEXT_SIZE * unit, max(SIZES[each] for each, _ in contents.size_marks)
        radius = min(self.radius, 8 * unit / largest)
        name = fitting(contents.size_name, size, (SIDE - MARGIN - 8) * unit, bold=True)
        marks: list[Mark] = [Words(left, y + 12 * unit, name, size, self.inks.ink, bold=True)]
        for row, (each, text) in enumerate(contents.size_marks, 1):
            at = y + (row * ROW + 4) * unit
            marks.append(Dot(left + 8 * unit, at + 7.5 * unit, radius * SIZES[each], self.inks.quiet))
            marks.append(Words(left + 24 * unit, at + 12 * unit, text, size, self.inks.ink))
        return marks

    def _entry(self, left: float, y: float, room: float, label: str, number: str, colour: Rgb) -> list[Mark]:
        unit, size = self.unit, TEXT_SIZE * self.unit
        text = fitting(label, size, room - 26 * unit - width_of(number, size))
        return [
            Dot(left + 5 * unit, y + 7.5 * unit, 5 * unit, colour),
            Words(left + 18 * unit, y + 12 * unit, text, size, self.inks.ink),
            Words(left + room, y + 12 * unit, number, size, self.inks.quiet, "end"),
        ]

    def _bar(self, ticks: tuple[tuple[float, str], ...], left: float, y: float, room: float) -> list[Mark]:
        palette, unit = self.contents.scale.palette(self.dark), self.unit
        marks: list[Mark] = [Ramp(left, y, room, 12 * unit, tuple(_rgb(colour) for colour in palette[1:]))]
        size = SMALL_SIZE * unit
        for at, text in ticks:
            half = width_of(text, size) / 2
            middle = min(max(left + at * room, left + half), left + room - half)
            marks.append(Words(middle, y + 29 * unit, text, size, self.inks.quiet, "middle"))
        return marks


def disc_colours(drawn: Drawing, contents: MapContents, dark: bool) -> tuple[np.ndarray, np.ndarray]:
    """Fill and rim of single points, uint32 (1024,), 0xffRRGGBB by state * 256 + key."""
    return Look(contents.scale.palette(dark), drawn.inks.background, drawn.inks.ink).discs()


DRAWN_IN_ORDER = (DIMMED, NORMAL, SELECTED)


def _rgb(colour: np.ndarray) -> Rgb:
    red, green, blue = (int(part) for part in colour)
    return red, green, blue


def _between(first: Rgb, second: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
