"""Words in pictures without a window: with fonts of the system, and another one for letters that the first lacks."""

import os
import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, ...]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_Face = str  # a font's file, "" for the font that Pillow brings along

# File names as Windows, macOS and the usual Linux packages have them, the best first.
_PLAIN: Final = (
    "segoeui.ttf", "helveticaneue.ttc", "inter-regular.otf", "inter-regular.ttf", "notosans-regular.ttf",
    "dejavusans.ttf", "liberationsans-regular.ttf", "arial.ttf",
)  # fmt: skip
_BOLD: Final = (
    "seguisb.ttf", "inter-semibold.otf", "inter-semibold.ttf", "notosans-semibold.ttf", "notosans-bold.ttf",
    "dejavusans-bold.ttf", "liberationsans-bold.ttf", "arialbd.ttf",
)  # fmt: skip
_OTHERS: Final = (
    "dejavusans.ttf", "notosans-regular.ttf", "arial.ttf",
    "notosanscjk-regular.ttc", "notosanscjksc-regular.otf", "sourcehansanssc-regular.otf", "msyh.ttc", "yugothm.ttc",
    "yugothr.ttc", "meiryo.ttc", "malgun.ttf", "simsun.ttc", "msjh.ttc", "pingfang.ttc", "hiragino sans gb.ttc",
    "applesdgothicneo.ttc", "wqy-microhei.ttc", "wqy-zenhei.ttc", "droidsansfallbackfull.ttf",
    "droidsansfallback.ttf", "nanumgothic.ttf", "unbatang.ttf",
    "notosansarabic-regular.ttf", "notonaskharabic-regular.ttf", "notosanshebrew-regular.ttf", "sfarabic.ttf",
    "geezapro.ttc", "notosansdevanagari-regular.ttf", "nirmala.ttf", "nirmala.ttc", "kohinoor.ttc",
    "notosansbengali-regular.ttf", "notosanstamil-regular.ttf", "notosansthai-regular.ttf", "leelawui.ttf",
    "thonburi.ttc", "sylfaen.ttf", "notosansarmenian-regular.ttf", "notosansgeorgian-regular.ttf",
    "arial unicode.ttf", "arialuni.ttf", "freesans.ttf", "unifont.ttf", "unifont.otf",
    "seguisym.ttf", "seguiemj.ttf", "notoemoji-regular.ttf", "notosanssymbols2-regular.ttf",
    "notosanssymbols-regular.ttf", "symbola.ttf", "apple symbols.ttf",
)  # fmt: skip
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MOST_TRIED = 80  # fonts for one letter
_NOWHERE = "\U0010ffff"  # what no font has: the box that stands for a missing letter


def width_of(text: str, size: float, bold: bool = False) -> float:
    """The width of a line in pixels. size: of the letters, in pixels."""
    return sum(_font(face, round(size)).getlength(part) for face, part in _runs(text, bold))


def one_line(text: str) -> str:
    """Without line breaks, and without characters that no font has and XML forbids."""
    return " ".join(_UNWRITABLE.sub(" ", text).split())


def fitting(text: str, size: float, room: float, bold: bool = False) -> str:
    """The text on one line, cut with an ellipsis where it is wider than room."""
    text = one_line(text[:400])
    if width_of(text, size, bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(text[:middle] + "…", size, bold) <= room else (low, middle - 1)
    return text[:low].rstrip() + "…"


def draw_line(
    draw: ImageDraw.ImageDraw, x: float, y: float, text: str, size: float, fill: Colour, *, bold: bool = False,
    halo: Colour | None = None, halo_width: float = 0.0,
) -> None:  # fmt: skip
    """Write from x on, with y as the line that the letters stand on. halo: a rim around the letters."""
    pieces = []
    for face, part in _runs(text, bold):
        font = _font(face, round(size))
        pieces.append((x, part, font))
        x += font.getlength(part)
    if halo is not None:
        for at, part, font in pieces:
            draw.text((at, y), part, halo, font, anchor="ls", stroke_width=halo_width, stroke_fill=halo)
    for at, part, font in pieces:
        draw.text((at, y), part, fill, font, anchor="ls")


@lru_cache(maxsize=2_000)
def _runs(text: str, bold: bool) -> tuple[tuple[_Face, str], ...]:
    """The text in parts that one font has all letters of."""
    faces: list[_Face] = []
    for letter in text:
        follows = faces and (unicodedata.category(letter)[0] == "M" or unicodedata.category(letter) in ("Cf", "Zs"))
        faces.append(faces[-1] if follows else _face_for(letter, bold))
    places = groupby(range(len(text)), key=faces.__getitem__)
    return tuple((face, "".join(text[at] for at in group)) for face, group in places)


@lru_cache(maxsize=20_000)
def _face_for(letter: str, bold: bool) -> _Face:
    first = _first_face(bold)
    if ord(letter) < 128 or _has(first, letter):
        return first
    return next((face for face in _fallbacks() if _has(face, letter)), first)


@cache
def _first_face(bold: bool) -> _Face:
    return next((face for name in (_BOLD if bold else _PLAIN) if (face := _files().get(name))), "")


@cache
def _fallbacks() -> tuple[_Face, ...]:
    """The fonts to look through for a letter, in that order: known ones, then any of one plain Noto font a script."""
    files = _files()
    known = [files[name] for name in _OTHERS if name in files]
    rest = [path for name, path in sorted(files.items()) if name.startswith("noto") and "-regular" in name]
    return tuple(dict.fromkeys(["", *known, *rest]))[:_MOST_TRIED]


@cache
def _files() -> dict[str, _Face]:
    """Every font file of the system by its name in small letters."""
    found: dict[str, _Face] = {}
    places = (place for folder in _folders() for place in os.walk(folder))
    for place, _, names in places:
        fonts = [name for name in names if name.lower().endswith((".ttf", ".otf", ".ttc"))]
        found = {name.lower(): str(Path(place, name)) for name in fonts} | found
    return found


def _folders() -> Iterator[Path]:
    home = Path.home()
    if sys.platform == "win32":
        yield Path(os.environ.get("WINDIR", "C:/Windows"), "Fonts")
        yield home / "AppData/Local/Microsoft/Windows/Fonts"
    elif sys.platform == "darwin":
        yield from (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    else:
        yield from (home / ".local/share/fonts", home / ".fonts")
        yield from (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


@lru_cache(maxsize=20_000)
def _has(face: _Face, letter: str) -> bool:
    box = _drawn(face, _NOWHERE)
    return box is not None and _drawn(face, letter) != box


@lru_cache(maxsize=20_000)
def _drawn(face: _Face, letter: str) -> bytes | None:
    """How a letter looks, None where the font cannot be used: a damaged one, or one with coloured pictures only."""
    try:
        font = _font(face, 16)
    except OSError:
        return None
    image = Image.new("1", (40, 40))
    ImageDraw.Draw(image).text((8, 28), letter, 1, font, anchor="ls")
    return image.tobytes()


@lru_cache(maxsize=64)
def _font(face: _Face, size: int) -> Font:
    size = max(1, size)
    return ImageFont.truetype(face, size) if face else ImageFont.load_default(size)
