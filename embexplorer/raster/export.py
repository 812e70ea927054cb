"""The map as a PNG, drawn and written band by band: any size, little memory, and a place to stop after each band."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from embexplorer.base.progress import Step
from embexplorer.data.picture import MapPicture
from embexplorer.raster.contents import MapContents
from embexplorer.raster.drawing import Drawing, drawing
from embexplorer.raster.fonts import draw_line, width_of
from embexplorer.raster.marks import Dot, Line, Mark, Ramp, Words
from embexplorer.raster.pngfile import PngFile
from embexplorer.raster.view import View

_BAND_PIXELS = 9_000_000  # at a time, about 100 MB
_BEYOND = 8  # pixels
_SMOOTH = 3  # samples a pixel each way, of lines and discs


def write_png(path: Path, contents: MapContents, picture: MapPicture) -> Iterator[Step]:
    """Draw the map into a PNG. Rows with NaN or infinity are left out.

    Raises EmbexError for a size that cannot be drawn, OSError where the file cannot be written.
    """
    drawn = drawing(contents, picture)
    lines = max(16, _BAND_PIXELS // drawn.width)
    with PngFile(path, drawn.width, drawn.height, 4 if drawn.transparent else 3, picture.dpi) as file:
        for top in range(0, drawn.height, lines):
            bottom = min(top + lines, drawn.height)
            file.add(painted(drawn, top, bottom))
            yield Step(bottom, drawn.height, f"Drawing {path.name}")


def preview(contents: MapContents, picture: MapPicture, width: int, height: int) -> np.ndarray:
    """uint8 (h, w, 3 or 4): the picture as it will be, as large as it fits into width x height pixels."""
    wide, high = picture.pixels()
    drawn = drawing(contents, picture, min(width / wide, height / high, 1.0))
    return painted(drawn, 0, drawn.height)


def painted(drawn: Drawing, top: int, bottom: int) -> np.ndarray:
    """uint8 (bottom - top, width, 3 or 4): some lines of the page."""
    pixels = np.empty((bottom - top, drawn.width, 4 if drawn.transparent else 3), np.uint8)
    pixels[..., :3] = drawn.inks.background
    if drawn.transparent:
        pixels[..., 3] = 0
    first, last = max(top - drawn.top, 0), bottom - drawn.top
    if first < last:
        pixels[first + drawn.top - top :, : drawn.map_width] = _points(drawn, first, last)
    page = Image.fromarray(pixels)
    _paint_marks(page, drawn, top)
    return np.asarray(page)


def whole_map(drawn: Drawing) -> np.ndarray:
    """uint8 (map_height, map_width, 3 or 4): the points without any mark."""
    return _points(drawn, 0, drawn.map_height)


def _points(drawn: Drawing, first: int, last: int) -> np.ndarray:
    """Lines of the map. Transparent: drawn over black and over white, which tells colour and opacity apart."""
    if not drawn.transparent:
        return _channels(_render(drawn, first, last))
    raster, ink = drawn.raster, drawn.inks.ink
    raster.set_background((0, 0, 0), ink)
    black = _channels(_render(drawn, first, last)).astype(np.int32)
    raster.set_background((255, 255, 255), ink)
    white = _channels(_render(drawn, first, last)).astype(np.int32)
    opacity = 255 - (white - black).max(axis=-1).clip(0, 255)
    colours = black * 255 // np.maximum(opacity, 1)[..., None]
    colours[opacity == 0] = drawn.inks.background  # what smooth edges of letters mix with
    return np.concatenate([colours.clip(0, 255), opacity[..., None]], axis=-1).astype(np.uint8)


def _render(drawn: Drawing, first: int, last: int) -> np.ndarray:
    view, lines = drawn.view, last - first
    middle = drawn.map_height / 2 - (first + last) / 2
    shifted = View(view.cx, view.cy + middle / view.scale, view.scale)
    return drawn.raster.render(shifted, drawn.map_width, lines, drawn.radius, discs=drawn.discs)


def _channels(rgb: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(rgb).astype("<u4", copy=False).view(np.uint8).reshape(*rgb.shape, 4)[..., 2::-1]


def _paint_marks(page: Image.Image, drawn: Drawing, top: int) -> None:
    draw = ImageDraw.Draw(page)
    for mark in drawn.marks:
        low, high = _reach(mark)
        if high < top or low > top + page.height:
            continue
        if isinstance(mark, Words):
            _paint_words(draw, mark, drawn, top)
        elif isinstance(mark, Dot):
            _paint_dot(page, mark, top)
        elif isinstance(mark, Ramp):
            _paint_ramp(draw, mark, top)
        else:
            _paint_line(page, mark, drawn, top)


def _reach(mark: Mark) -> tuple[float, float]:
    """The first and the last line that a mark may touch."""
    if isinstance(mark, Words):
        return mark.y - 2 * mark.size, mark.y + mark.size
    if isinstance(mark, Dot):
        return mark.y - mark.radius - mark.ring_width, mark.y + mark.radius + mark.ring_width
    if isinstance(mark, Ramp):
        return mark.y, mark.y + mark.height
    return float(mark.points[:, 1].min()) - mark.width, float(mark.points[:, 1].max()) + mark.width


def _paint_words(draw: ImageDraw.ImageDraw, words: Words, drawn: Drawing, top: int) -> None:
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[words.anchor]
    x = words.x - share * width_of(words.text, words.size, words.bold)
    halo = drawn.inks.background if words.halo else None
    draw_line(
        draw, x, words.y - top, words.text, words.size, words.colour, bold=words.bold, halo=halo, halo_width=words.halo
    )


def _paint_dot(page: Image.Image, dot: Dot, top: int) -> None:
    if dot.ring is not None:
        _paint_disc(page, dot.x, dot.y - top, dot.radius + dot.ring_width / 2, dot.ring)
    _paint_disc(page, dot.x, dot.y - top, dot.radius - (dot.ring_width / 2), dot.fill)


def _paint_disc(page: Image.Image, x: float, y: float, radius: float, colour: tuple[int, ...]) -> None:
    left, top, side = int(x - radius) - 1, int(y - radius) - 1, int(2 * radius) + 4
    mask = Image.new("L", (side * _SMOOTH, side * _SMOOTH))
    box = [(at - half) * _SMOOTH for half in (radius, -radius) for at in (x - left, y - top)]
    ImageDraw.Draw(mask).ellipse(box, 255)
    page.paste(colour, (left, top), mask.resize((side, side), Image.Resampling.BOX))


def _paint_ramp(draw: ImageDraw.ImageDraw, ramp: Ramp, top: int) -> None:
    wide = max(1, round(ramp.width))
    for column in range(wide):
        colour = ramp.colours[column * len(ramp.colours) // wide]
        x = round(ramp.x) + column
        draw.line((x, ramp.y - top, x, ramp.y + ramp.height - top), colour)


def _paint_line(page: Image.Image, line: Line, drawn: Drawing, top: int) -> None:
    """Within the map. Only what lies in this band is drawn larger, however long the curve is."""
    points = line.points - (0, top)
    # some lines beyond the band too: Pillow rounds negative places the other way, which would show as a seam
    ends = [points[:, 1].min() - line.width, points[:, 1].max() + line.width]
    low, high = np.clip(ends, -_BEYOND, page.height + _BEYOND) // 1
    left, right = np.clip([points[:, 0].min() - line.width, points[:, 0].max() + line.width], 0, page.width)
    x0, y0 = int(left), int(low)
    wide, high_px = int(right) + 1 - x0, int(high) + 1 - y0
    mask = Image.new("L", (wide * _SMOOTH, high_px * _SMOOTH))
    corners = ((points - (x0, y0)) * _SMOOTH).ravel().tolist()
    ImageDraw.Draw(mask).line(corners, 255, max(1, round(line.width * _SMOOTH)), "curve")
    above = max(0, drawn.top - top - y0)
    room = (0, above, min(wide, drawn.map_width - x0), high_px)
    if room[0] < room[2] and room[1] < room[3]:
        page.paste(line.colour, (x0, y0 + above), mask.resize((wide, high_px), Image.Resampling.BOX).crop(room))
