"""When the names of regions are shown: coarse ones on the whole map, finer ones as one comes nearer."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from embexplorer.analysis.regions import Level

_AT_ONCE = 16.0  # names that are read easily in one window
_EARLIER = 0.75  # a level comes a little before its regions fill the window
_STEP = 1.35  # at least so much nearer than the level before
_COVERED = 0.6  # the share of a region that its parts' names must stand for to take its place
_SCHEMA = {
    "text": pl.String, "x": pl.Float64, "y": pl.Float64, "items": pl.Int64, "level": pl.Int32, "from": pl.Float64,
    "to": pl.Float64,
}  # fmt: skip


@dataclass
class _Label:
    text: str
    x: float
    y: float
    items: int
    level: int
    begins: float
    ends: float = math.inf


def shown_regions(levels: tuple[Level, ...], names: list[list[str]]) -> pl.DataFrame:
    """text, x, y, items, level (from 1), from, to: each name once, the largest region first.

    A region that is not divided further keeps its name, and so does one most of whose parts have none.
    """
    labels: list[_Label] = []
    above: list[_Label | None] = []
    begins = 0.0
    for number, (level, texts) in enumerate(zip(levels, names, strict=True), 1):
        if number > 1:
            begins = max(begins * _STEP, _STEP, _EARLIER * math.sqrt(len(level) / _AT_ONCE))
        inherited = _inherited(level, texts, above, begins)
        above = []
        for region, text in enumerate(texts):
            label = inherited.get(region)
            if label is None and text:
                x, y = level.xy[region].tolist()
                label = _Label(text, x, y, int(level.items[region]), number, begins)
                labels.append(label)
            above.append(label)
    labels.sort(key=lambda label: (-label.items, label.level, label.text))
    rows = [(one.text, one.x, one.y, one.items, one.level, one.begins, one.ends) for one in labels]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _inherited(level: Level, texts: list[str], above: list[_Label | None], begins: float) -> dict[int, _Label]:
    """Region -> the label of the region above, which goes on as its own; all other labels from above end here."""
    kept: dict[int, _Label] = {}
    for parent, label in enumerate(above):
        if label is None:
            continue
        parts = np.flatnonzero(level.parent == parent).tolist()
        unnamed = [region for region in parts if not texts[region]]
        named_items = sum(int(level.items[region]) for region in parts if texts[region])
        if len(parts) == 1:
            kept[parts[0]] = label
        elif unnamed and named_items < _COVERED * level.items[parts].sum():
            kept[max(unnamed, key=lambda region: int(level.items[region]))] = label
        else:
            label.ends = begins
    return kept
