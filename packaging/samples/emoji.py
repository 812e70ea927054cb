"""Noto's emoji as a folder of images: <group>/<name>.png, the bundled sample of 300.

    python packaging/samples/emoji.py resources/samples/emoji

Takes the pictures from the font of the Debian package fonts-noto-color-emoji, and names and groups from Unicode's
emoji-test.txt of the Debian package unicode-data.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

# Names become names of files, on every system.
_PLAIN = str.maketrans({":": "", "/": " ", "“": "", "”": "", "’": "'"})
NUMBER = 300
SEED = 7
BITMAP_SIZE = 109  # the only size that the font holds
PIXELS = 112
COLOURS = 128  # a palette halves the files and cannot be told from the original
FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
NAMES = Path("/usr/share/unicode/emoji/emoji-test.txt")


class Emoji(NamedTuple):
    character: str
    name: str
    group: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", type=Path)
    parser.add_argument("--font", type=Path, default=FONT)
    parser.add_argument("--names", type=Path, default=NAMES)
    arguments = parser.parse_args()
    font = ImageFont.truetype(str(arguments.font), BITMAP_SIZE)
    chosen = spread(list(read_names(arguments.names)), NUMBER)
    for emoji in chosen:
        path = arguments.target / emoji.group / f"{emoji.name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        picture(emoji.character, font).save(path, optimize=True)
    print(f"{len(chosen)} images written to {arguments.target}")


def read_names(path: Path) -> Iterator[Emoji]:
    """Emoji of a single character: no flags, no families, no second one that differs by skin only."""
    group = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# group: "):
            group = line.removeprefix("# group: ").lower().replace("&", "and")
        codes, _, rest = line.partition(";")
        points = [code for code in codes.split() if code != "FE0F"]
        if group == "component" or len(points) != 1 or not rest.strip().startswith("fully-qualified"):
            continue
        name = rest.partition("#")[2].split(maxsplit=2)[2]
        yield Emoji(chr(int(points[0], 16)), name.translate(_PLAIN), group)


def spread(emoji: list[Emoji], number: int) -> list[Emoji]:
    """As many from small groups as they have, the rest shared evenly, by a fixed seed."""
    chance = random.Random(SEED)
    by_group: dict[str, list[Emoji]] = defaultdict(list)
    for one in emoji:
        by_group[one.group].append(one)
    chosen: list[Emoji] = []
    waiting = sorted(by_group.values(), key=len)
    for position, group in enumerate(waiting):
        share = (number - len(chosen)) // (len(waiting) - position)
        chosen.extend(chance.sample(group, min(share, len(group))))
    return chosen


def picture(character: str, font: ImageFont.FreeTypeFont) -> Image.Image:
    """The emoji on a transparent square, centred."""
    canvas = Image.new("RGBA", (160, 160), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).text((12, 12), character, font=font, embedded_color=True)
    box = canvas.getbbox()
    if box is None:
        raise SystemExit(f"The font has no picture for U+{ord(character):04X}.")
    cut = canvas.crop(box)
    side = max(cut.size)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(cut, ((side - cut.width) // 2, (side - cut.height) // 2))
    small = square.resize((PIXELS, PIXELS), Image.Resampling.LANCZOS)
    return small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)


if __name__ == "__main__":
    main()
