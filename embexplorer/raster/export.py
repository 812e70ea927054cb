"""The map as a picture file: PNG, or SVG with text that stays text. Needs no window."""

import base64
import io
from html import escape
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from embexplorer.base.errors import EmbexError
from embexplorer.raster import engine
from embexplorer.raster.colours import ColourScale, Legend, plain_scale
from embexplorer.raster.look import rgb32
from embexplorer.raster.picture import PointRaster
from embexplorer.raster.view import fitted

MOST_CIRCLES = 20_000  # in an SVG; more points become an embedded picture
_MOST_PIXELS = 100_000_000
_MARGIN, _HEADER, _SIDE, _ROW = 24, 56, 240, 22
_INKS = {False: ((255, 255, 255), (27, 30, 38), (90, 97, 112)), True: ((16, 18, 22), (231, 233, 238), (162, 169, 184))}
_Rgb = tuple[int, int, int]


def write_png(
    path: Path, xy: np.ndarray, scale: ColourScale | None = None, *, width: int = 1600, height: int = 1000,
    dpi: int = 150, title: str = "", legend: bool = True, dark: bool = False,
) -> None:  # fmt: skip
    """Draw points (n, 2) into a PNG of width x height pixels. Rows with NaN or infinity are left out. Raises
    EmbexError for a size that cannot be drawn or a path that cannot be written."""
    plan = _Plan(xy, scale, width, height, title, legend, dark)
    pixels = plan.picture()
    image = Image.fromarray(np.stack([pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255], axis=-1).astype(np.uint8))
    background, _, _ = _INKS[dark]
    page = Image.new("RGB", (width, height), background)
    page.paste(image, (0, plan.top))
    _draw_words(ImageDraw.Draw(page), plan)
    buffer = io.BytesIO()
    page.save(buffer, "PNG", dpi=(dpi, dpi), optimize=True)
    _write(path, buffer.getvalue())


def write_svg(
    path: Path, xy: np.ndarray, scale: ColourScale | None = None, *, width: int = 1600, height: int = 1000,
    title: str = "", legend: bool = True, dark: bool = False,
) -> None:  # fmt: skip
    """As write_png; up to 20,000 points are circles, more an embedded picture. Title and legend are text."""
    plan = _Plan(xy, scale, width, height, title, legend, dark)
    background, ink, quiet = (_hex(colour) for colour in _INKS[dark])
    body = plan.circles() if len(xy) <= MOST_CIRCLES else plan.embedded()
    words = [
        f'<text x="{_MARGIN}" y="36" font-size="20" font-weight="600" fill="{ink}">{_safe(title)}</text>'
        if title
        else "",
        *_svg_legend(plan, ink, quiet),
    ]
    _write(
        path,
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="system-ui, Segoe UI, DejaVu Sans, sans-serif">\n<title>{_safe(title)}</title>\n'
        f'<rect width="100%" height="100%" fill="{background}"/>\n{body}\n{chr(10).join(words)}\n</svg>\n'.encode(),
    )


class _Plan:
    """Where everything lies on the page."""

    def __init__(
        self, xy: np.ndarray, scale: ColourScale | None, width: int, height: int, title: str, legend: bool, dark: bool
    ) -> None:
        if width < 1 or height < 1 or width * height > _MOST_PIXELS:
            raise EmbexError(f"A picture of {width:,} × {height:,} pixels cannot be drawn.", "Choose another size.")
        self.xy, self.scale = np.asarray(xy, np.float32).reshape(-1, 2), scale or plain_scale(len(xy))
        self.title, self.dark, self.page = title, dark, (width, height)
        self.legend = self.scale.legend if legend else Legend()
        has_legend = bool(self.legend.entries or self.legend.range) and width > 2 * _SIDE
        self.legend = self.legend if has_legend else Legend()
        self.top = _HEADER if title and height > 2 * _HEADER else 0
        self.title = title if self.top else ""
        self.size = (width - (_SIDE if has_legend else 0), height - self.top)
        self.palette = self.scale.palette(dark)
        self.raster = PointRaster()
        self.raster.set_points(self.xy)
        self.raster.set_colours(self.scale.keys, self.palette)
        self.raster.set_background(*_INKS[dark][:2])
        self.view = fitted(self.raster.main_bounds(), *self.size)
        n, share = len(self.xy), max(0.5, min(self.size) / 900)
        self.radius = share * (4.5 if n <= 800 else 3.2 if n <= 5_000 else 2.2 if n <= 30_000 else 1.5)

    def picture(self) -> np.ndarray:
        if not engine.is_compiled() and len(self.xy):
            engine.warm_up()
        return self.raster.render(self.view, *self.size, self.radius)

    def circles(self) -> str:
        finite = np.flatnonzero(np.isfinite(self.xy).all(axis=1))
        x0, y0 = self.view.to_pixel(0.0, 0.0, *self.size)
        places = self.xy[finite].astype(np.float64) * (self.view.scale, -self.view.scale) + (x0, y0 + self.top)
        wide, high = self.page
        groups: dict[int, list[str]] = {}
        for key, (x, y) in zip(self.scale.keys[finite].tolist(), places.tolist(), strict=True):
            if 0 <= x <= wide and 0 <= y <= high:
                groups.setdefault(key, []).append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{self.radius:.1f}"/>')
        return "\n".join(
            f'<g fill="{_hex(self.palette[key].tolist())}" fill-opacity="0.85">{"".join(dots)}</g>'
            for key, dots in groups.items()
        )

    def embedded(self) -> str:
        pixels = self.picture()
        rgb = np.stack([pixels >> 16 & 255, pixels >> 8 & 255, pixels & 255], axis=-1).astype(np.uint8)
        buffer = io.BytesIO()
        Image.fromarray(rgb).save(buffer, "PNG")
        data = base64.b64encode(buffer.getvalue()).decode()
        wide, high = self.size
        return f'<image y="{self.top}" width="{wide}" height="{high}" href="data:image/png;base64,{data}"/>'

    def rows(self) -> list[tuple[float, str, str, _Rgb]]:
        """The legend's categories that fit on the page: (y, label, count, colour)."""
        left = int((self.page[1] - self._rows_top()) // _ROW)
        return [
            (self._rows_top() + k * _ROW, e.label, f"{e.count:,}", _rgb(self.palette[e.key]))
            for k, e in enumerate(self.legend.entries[: max(0, left)])
        ]

    def _rows_top(self) -> float:
        return self.top + _MARGIN + (60 if self.legend.range else 0)

    def bar(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the colour bar."""
        return self.size[0] + 8.0, self.top + _MARGIN, _SIDE - _MARGIN - 16.0, 12.0


def _rgb(colour: np.ndarray) -> _Rgb:
    red, green, blue = (int(part) for part in colour)
    return red, green, blue


def _hex(colour: _Rgb | list[int]) -> str:
    return f"#{int(rgb32(np.array(colour, np.uint32))) & 0xFFFFFF:06x}"


def _draw_words(draw: ImageDraw.ImageDraw, plan: _Plan) -> None:
    _, ink, quiet = _INKS[plan.dark]
    font, large = ImageFont.load_default(13), ImageFont.load_default(20)
    if plan.title:
        draw.text((_MARGIN, 18), plan.title[:200], ink, large)
    left = plan.size[0] + 8
    for y, text, number, colour in plan.rows():
        draw.ellipse((left, y + 3, left + 10, y + 13), colour)
        draw.text((left + 18, y), _cut(text, font, _SIDE - _MARGIN - 100), ink, font)
        draw.text((plan.page[0] - _MARGIN, y), number, quiet, font, anchor="ra")
    if plan.legend.range is not None:
        x, y, wide, high = plan.bar()
        steps = np.linspace(1, 255, int(wide)).astype(int)
        for k, key in enumerate(steps):
            draw.line((x + k, y, x + k, y + high), _rgb(plan.palette[key]))
        for place, text in plan.legend.range.ticks:
            draw.text((x + place * wide, y + high + 6), text, quiet, font, anchor="ma")


def _cut(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> str:
    text = " ".join(text[:200].split())
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text + "…"


def _svg_legend(plan: _Plan, ink: str, quiet: str) -> list[str]:
    left, right = plan.size[0] + 8, plan.page[0] - _MARGIN
    parts = []
    for y, text, number, colour in plan.rows():
        name = text if len(text) <= 22 else text[:21] + "…"
        parts.append(
            f'<circle cx="{left + 5}" cy="{y + 8:.0f}" r="5" fill="{_hex(colour)}"/>'
            f'<text x="{left + 18}" y="{y + 12:.0f}" font-size="13" fill="{ink}">{_safe(name)}</text>'
            f'<text x="{right}" y="{y + 12:.0f}" font-size="13" fill="{quiet}" text-anchor="end">{number}</text>'
        )
    if plan.legend.range is not None:
        x, y, wide, high = plan.bar()
        stops = "".join(
            f'<stop offset="{k / 8}" stop-color="{_hex(_rgb(plan.palette[1 + k * 254 // 8]))}"/>' for k in range(9)
        )
        parts.append(f'<defs><linearGradient id="ramp">{stops}</linearGradient></defs>')
        parts.append(f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" rx="3" fill="url(#ramp)"/>')
        parts += [
            f'<text x="{x + place * wide:.1f}" y="{y + high + 18}" font-size="12" fill="{quiet}" '
            f'text-anchor="middle">{_safe(text)}</text>'
            for place, text in plan.legend.range.ticks
        ]
    return parts


def _safe(text: str) -> str:
    """Text for XML, without the control characters that XML forbids."""
    return escape("".join(c if c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe" else " " for c in text))


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise EmbexError(f"“{path.name}” could not be written: {reason}.", "Choose another folder.") from error
