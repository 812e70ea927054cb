"""What a person chooses for a picture of the map: one value for the window, the command line and the Python API."""

from dataclasses import dataclass
from typing import Literal

from embexplorer.base.errors import EmbexError
from embexplorer.base.settings import setting

LONGEST_SIDE = 30_000  # pixels
MOST_PIXELS = 200_000_000  # a poster of 84 x 119 cm at 300 dpi; what programs that open pictures still put up with
_MM_PER_INCH = 25.4
_UNITS = (("px", "pixels"), ("mm", "millimetres"))


@dataclass(frozen=True)
class MapPicture:
    """How the map is drawn into a PNG, an SVG or a web page; a page takes of it only the title, the labels, dark and
    only_strong. title: None for the names of the project and the map, "" for none."""

    width: int = setting(1600, "Width", "How wide the picture is.", minimum=1, maximum=LONGEST_SIDE)
    height: int = setting(1000, "Height", "How high the picture is.", minimum=1, maximum=LONGEST_SIDE)
    unit: Literal["px", "mm"] = setting("px", "Unit", "What width and height are given in.", choices=_UNITS)
    dpi: int = setting(150, "Resolution", "Pixels per inch on paper.", minimum=10, maximum=2400, step=50, suffix=" dpi")
    title: str | None = setting(None, "Title", "Stands above the map; leave it empty for none.")
    legend: bool = setting(True, "Legend", "What the colours mean, at the right.")
    labels: bool = setting(True, "Labels", "Words on the map.")
    density: bool = setting(False, "Contours", "Lines around where many points lie.")
    in_view: bool = setting(False, "Only what is in view", "The part of the map that the window shows now.")
    only_strong: bool = setting(False, "Leave out what is dimmed", "Draw only what stands out now.")
    point_size: float = setting(
        1.0, "Size of points", "1 suits the number of points.", minimum=0.1, maximum=10.0, step=0.25, decimals=2
    )
    dark: bool = setting(False, "Dark", "Light words on a dark background.")
    transparent: bool = setting(False, "No background", "See-through where no point lies.")

    def pixels(self) -> tuple[int, int]:
        """Width and height in pixels. Raises EmbexError for a picture that is too small or too large to be drawn."""
        ratio = self.dpi / _MM_PER_INCH if self.unit == "mm" else 1.0
        width, height = round(self.width * ratio), round(self.height * ratio)
        if width < 1 or height < 1:
            raise EmbexError(
                f"A picture of {width:,} × {height:,} pixels cannot be drawn.", "Choose at least one pixel each way."
            )
        if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
            raise EmbexError(
                f"A picture of {width:,} × {height:,} pixels is too large.",
                f"Choose at most {LONGEST_SIDE:,} pixels a side and {MOST_PIXELS // 1_000_000} million in all.",
            )
        return width, height
