"""What is on a map when it leaves as a file: the points and all that is said about them."""

from dataclasses import dataclass, field, replace

import numpy as np

from embexplorer.data.labels import MapLabels, no_labels
from embexplorer.raster.colours import ColourScale, Legend
from embexplorer.raster.look import DIMMED, HIDDEN
from embexplorer.raster.view import Bounds


@dataclass(frozen=True, eq=False)
class MapContents:
    """xy: float32 (n, 2), NaN or infinite where an item has no place. scale: n keys. colour_name: what the legend is
    headed with. state: uint8 (n,) of look.NORMAL, DIMMED, SELECTED, HIDDEN. hits: int64, rows that a search found.
    sizes: uint8 (n,), classes as PointRaster.set_sizes takes them, None for points of one size; size_name, size_marks:
    what they are of, and (class, value as text) of a few. part: the part of the map that is in view, None for all."""

    xy: np.ndarray
    scale: ColourScale
    state: np.ndarray
    colour_name: str = ""
    hits: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    labels: MapLabels = field(default_factory=no_labels)
    sizes: np.ndarray | None = None
    part: Bounds | None = None
    size_name: str = ""
    size_marks: tuple[tuple[int, str], ...] = ()

    def only_strong(self) -> "MapContents":
        """Without what is dimmed."""
        return replace(self, state=np.where(self.state == DIMMED, HIDDEN, self.state).astype(np.uint8))

    def legend(self) -> Legend:
        """Of what is drawn: with its numbers, and without categories of which nothing is."""
        counts = np.bincount(self.scale.keys[self.has_place()], minlength=256).tolist()
        whole = self.scale.legend
        entries = (replace(entry, count=counts[entry.key]) for entry in whole.entries)
        return replace(whole, entries=tuple(entry for entry in entries if entry.count))

    def has_place(self) -> np.ndarray:
        """bool (n,): what is drawn at all."""
        placed: np.ndarray = np.isfinite(self.xy).all(axis=1) & (self.state != HIDDEN)
        return placed


@dataclass(frozen=True, eq=False)
class ShownMap:
    """A map as it is drawn. name: the map's. ids: int64 (n,), the item of each row of the contents."""

    name: str
    ids: np.ndarray
    contents: MapContents


def plain_contents(xy: np.ndarray, scale: ColourScale) -> MapContents:
    """Points of which none stands out."""
    return MapContents(np.asarray(xy, np.float32).reshape(-1, 2), scale, np.zeros(len(xy), np.uint8))
