"""The map as an SVG drawing: words stay words, lines stay lines, points are circles while they are not too many."""

import base64
import io
from collections.abc import Iterator
from html import escape
from itertools import count
from pathlib import Path

import numpy as np
from PIL import Image

from embexplorer.base.progress import Step
from embexplorer.data.picture import MapPicture
from embexplorer.raster.contents import MapContents
from embexplorer.raster.drawing import DRAWN_IN_ORDER, Drawing, disc_colours, drawing
from embexplorer.raster.export import whole_map
from embexplorer.raster.fonts import one_line
from embexplorer.raster.marks import Dot, Line, Mark, Ramp, Rgb, Words
from embexplorer.raster.shapes import SIZES

MOST_CIRCLES = 20_000  # more points become an embedded picture
_FONTS = "Segoe UI, Helvetica Neue, Inter, Noto Sans, DejaVu Sans, Arial, sans-serif"  # the order of raster.fonts


def write_svg(path: Path, contents: MapContents, picture: MapPicture) -> Iterator[Step]:
    """As write_png. Where width and height are millimetres, the drawing has that size on paper."""
    contents = contents.only_strong() if picture.only_strong else contents
    drawn = drawing(contents, picture)
    yield Step(1, 3, f"Drawing {path.name}")
    few = np.count_nonzero(contents.has_place()) <= MOST_CIRCLES
    body = _circles(drawn, contents, picture.dark) if few else _embedded(drawn)
    yield Step(2, 3, f"Drawing {path.name}")
    unit = "mm" if picture.unit == "mm" else ""
    paper = "" if drawn.transparent else f'<rect width="100%" height="100%" fill="{_hex(drawn.inks.background)}"/>\n'
    names = count(1)
    marks = "\n".join(_mark(mark, drawn, names) for mark in drawn.marks)
    area = f'y="{drawn.top}" width="{drawn.map_width}" height="{drawn.map_height}"'
    page = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{picture.width}{unit}" height="{picture.height}{unit}" '
        f'viewBox="0 0 {drawn.width} {drawn.height}" font-family="{_FONTS}">\n<title>{_safe(drawn.title)}</title>\n'
        f'<defs><clipPath id="map"><rect {area}/></clipPath></defs>\n{paper}'
        f'<g clip-path="url(#map)">\n{body}\n</g>\n{marks}\n</svg>\n'
    )
    path.write_bytes(page.encode())
    yield Step(3, 3, f"Drawing {path.name}")


def _circles(drawn: Drawing, contents: MapContents, dark: bool) -> str:
    """Circles in groups of one colour; the selected ones last and with a ring."""
    x0, y0 = drawn.view.to_pixel(0.0, 0.0, drawn.map_width, drawn.map_height)
    scale, radius = drawn.view.scale, drawn.radius
    places = np.full(contents.xy.shape, np.nan)
    rows = contents.has_place()
    places[rows] = contents.xy[rows].astype(np.float64) * (scale, -scale) + (x0, y0 + drawn.top)
    size = (drawn.map_width + radius, drawn.height + radius)
    seen = ((places >= -radius) & (places <= size)).all(axis=1)
    radii = np.full(len(places), radius) if contents.sizes is None else radius * np.array(SIZES)[contents.sizes]
    fills, rims = disc_colours(drawn, contents, dark)
    groups = []
    for state in DRAWN_IN_ORDER:
        for key in np.unique(contents.scale.keys[seen & (contents.state == state)]).tolist():
            chosen = seen & (contents.state == state) & (contents.scale.keys == key)
            dots = "".join(
                f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{r:.2f}"/>'
                for (x, y), r in zip(places[chosen].tolist(), radii[chosen].tolist(), strict=True)
            )
            fill, rim = (int(colours[state * 256 + key]) & 0xFFFFFF for colours in (fills, rims))
            groups.append(
                f'<g fill="#{fill:06x}" stroke="#{rim:06x}" stroke-width="{drawn.unit * 0.7:.2f}" '
                f'fill-opacity="0.88">{dots}</g>'
            )
    return "\n".join(groups)


def _embedded(drawn: Drawing) -> str:
    buffer = io.BytesIO()
    Image.fromarray(whole_map(drawn)).save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    size = f'width="{drawn.map_width}" height="{drawn.map_height}"'
    return f'<image y="{drawn.top}" {size} href="data:image/png;base64,{data}"/>'


def _mark(mark: Mark, drawn: Drawing, names: "count[int]") -> str:
    if isinstance(mark, Words):
        return _words(mark, drawn)
    if isinstance(mark, Dot):
        ring = f' stroke="{_hex(mark.ring)}" stroke-width="{mark.ring_width:.2f}"' if mark.ring else ""
        return f'<circle cx="{mark.x:.2f}" cy="{mark.y:.2f}" r="{mark.radius:.2f}" fill="{_hex(mark.fill)}"{ring}/>'
    if isinstance(mark, Line):
        return _line(mark)
    return _ramp(mark, f"ramp{next(names)}")


def _words(words: Words, drawn: Drawing) -> str:
    anchor = f' text-anchor="{words.anchor}"' if words.anchor != "start" else ""
    bold = ' font-weight="600"' if words.bold else ""
    halo = (
        f' stroke="{_hex(drawn.inks.background)}" stroke-width="{2 * words.halo:.2f}" stroke-linejoin="round" '
        'paint-order="stroke"'
        if words.halo
        else ""
    )
    place = f'x="{words.x:.2f}" y="{words.y:.2f}" font-size="{words.size:.2f}" fill="{_hex(words.colour)}"'
    return f"<text {place}{anchor}{bold}{halo}>{_safe(words.text)}</text>"


def _line(line: Line) -> str:
    corners = "L".join(f"{x:.1f} {y:.1f}" for x, y in line.points.tolist())
    stroke = f'stroke="{_hex(line.colour)}" stroke-width="{line.width:.2f}" stroke-linejoin="round"'
    return f'<path clip-path="url(#map)" d="M{corners}" fill="none" {stroke}/>'


def _ramp(ramp: Ramp, name: str) -> str:
    picked = [ramp.colours[k * (len(ramp.colours) - 1) // 16] for k in range(17)]
    stops = "".join(f'<stop offset="{k / 16:g}" stop-color="{_hex(colour)}"/>' for k, colour in enumerate(picked))
    box = f'x="{ramp.x:.2f}" y="{ramp.y:.2f}" width="{ramp.width:.2f}" height="{ramp.height:.2f}"'
    return f'<defs><linearGradient id="{name}">{stops}</linearGradient></defs><rect {box} fill="url(#{name})"/>'


def _hex(colour: Rgb) -> str:
    red, green, blue = colour
    return f"#{red:02x}{green:02x}{blue:02x}"


def _safe(text: str) -> str:
    """Text for XML, without the control characters that XML forbids."""
    return escape(one_line(text))
