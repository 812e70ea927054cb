"""Where on a map the names of a column's values belong: where their items are densest, never between two clumps."""

import math
from collections.abc import Mapping

import numpy as np
import polars as pl

from embexplorer.data.labels import MapLabels, no_labels

MOST_VALUES = 2_000  # the most frequent ones; no window has room for more
_MOST_PLACES = 6  # of one value
_FINEST, _COARSEST = 36, 8  # cells a side, for values of many and of few items
_SPLIT = 0.25  # a second place of a value counts from this share of the first one's density
_APART = 0.1  # of the map's extent between two places of a value
_HARDLY = 0.02  # of the items around a place: it is no longer worth a name
_REPEATED = 0.45  # of the window's extent between two labels of a value, at least


def value_labels(values: pl.Series, xy: np.ndarray, shown: np.ndarray, keys: Mapping[str, int]) -> MapLabels:
    """A label for each value of a column of categories, booleans or tags (lists), where its items are densest.

    xy: float (n, 2), NaN where an item is not on the map. shown: bool (n,), which items count. keys: the palette's row
    of a value, where it has one. A value of which much lies elsewhere has labels there too; further ones are offered
    as one zooms in, as soon as they are far enough apart in the window. Weights are how many items there are.
    Takes about 0.3 s for a million items; only the 2,000 most frequent values are taken.
    """
    rows = np.flatnonzero(shown & np.isfinite(xy).all(axis=1))
    names, codes, places = _coded(values, rows)
    if not names:
        return no_labels()
    places = xy[places].astype(np.float64)
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
    corner, extent = _frame(xy[rows])
    found = [
        (name, *place)
        for name, first, last in zip(names, ends[:-1].tolist(), ends[1:].tolist(), strict=True)
        for place in _places(places[order[first:last]], corner, extent)
    ]
    return MapLabels(
        tuple(name for name, *_ in found),
        np.array([(x, y) for _, x, y, _, _ in found], np.float64).reshape(-1, 2),
        np.array([weight for *_, weight, _ in found], np.float32),
        np.array([(zoom, math.inf) for *_, zoom in found], np.float32).reshape(-1, 2),
        np.array([keys.get(name, -1) for name, *_ in found], np.int16),
    )


def _coded(values: pl.Series, rows: np.ndarray) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The most frequent values that are not blank; then for each item that has one (with tags: for each of them) which
    one, int16, and the item's row."""
    frame = pl.DataFrame({"row": rows.astype(np.int32), "value": values.gather(rows)})
    if isinstance(frame["value"].dtype, pl.List):
        frame = frame.explode("value")
    frame = frame.drop_nulls("value")
    counts = frame.group_by("value").len().sort("len", "value", descending=[True, False]).head(MOST_VALUES)
    counts = counts.filter(pl.col("value").cast(pl.String).str.strip_chars() != "")
    counts = counts.with_columns(code=pl.int_range(pl.len(), dtype=pl.Int16))
    coded = frame.join(counts.select("value", "code"), on="value", how="inner")
    return counts["value"].cast(pl.String).to_list(), coded["code"].to_numpy(), coded["row"].to_numpy()


def _frame(xy: np.ndarray) -> tuple[np.ndarray, float]:
    """The lower left corner and the extent of a square around the points, without a few that are far away."""
    sample = xy[:: max(1, len(xy) // 20_000)].astype(np.float64)
    low, high = np.quantile(sample / 4, [0.002, 0.998], axis=0) * 4
    return low, float((high / 4 - low / 4).max() * 4) or 1.0


def _places(xy: np.ndarray, corner: np.ndarray, extent: float) -> list[tuple[float, float, float, float]]:
    """Of one value's items: (x, y, weight, zoom from which the place is offered), the densest first."""
    side = int(min(_FINEST, max(_COARSEST, 2 * math.sqrt(math.sqrt(len(xy)) * 8))))
    cells = np.clip((xy - corner) / extent * side, 0, side - 1).astype(np.int64)
    counts = np.bincount(cells[:, 1] * side + cells[:, 0], minlength=side * side).reshape(side, side)
    density = _smoothed(counts.astype(np.float64))
    peaks = _peaks(density, _MOST_PLACES if len(xy) >= 50 else 1)
    found: list[tuple[float, float, float, float]] = []
    for k, (line, column) in enumerate(peaks):
        near = (np.abs(cells[:, 0] - column) <= 1) & (np.abs(cells[:, 1] - line) <= 1)
        x, y = np.median(xy[near], axis=0).tolist()
        share = float(density[line, column] / density[peaks[0]])
        apart = min((math.hypot(line - other, column - across) for other, across in peaks[:k]), default=math.inf) / side
        zoom = 0.0 if k == 0 or apart >= _REPEATED else _REPEATED / apart
        found.append((x, y, len(xy) * (1.0 if k == 0 else 0.5 * share), zoom))
    return found


def _smoothed(counts: np.ndarray) -> np.ndarray:
    """The sum over each cell and its neighbours, which count half, and those at its corners a quarter."""
    wide = np.pad(counts, 1)
    lines = wide[1:-1] + (wide[:-2] + wide[2:]) / 2
    smooth: np.ndarray = lines[:, 1:-1] + (lines[:, :-2] + lines[:, 2:]) / 2
    return smooth


def _peaks(density: np.ndarray, most: int) -> list[tuple[int, int]]:
    """The densest cells (line, column) that are apart from each other, the densest first."""
    left, side = density.copy(), len(density)
    lines, columns = np.ogrid[:side, :side]
    found: list[tuple[int, int]] = []
    while len(found) < most:
        line, column = divmod(int(left.argmax()), side)
        if left[line, column] <= 0 or left[line, column] < _SPLIT * density.max():
            break
        found.append((line, column))
        left[(lines - line) ** 2 + (columns - column) ** 2 < max(2.0, _APART * side) ** 2] = 0
    return found


def labels_where_shown(labels: MapLabels, xy: np.ndarray, shown: np.ndarray) -> MapLabels:
    """Of the labels of areas those near which items are shown, weighed by how many of the items there are. xy, shown:
    as in value_labels."""
    if shown.all() or not len(labels):
        return labels
    on_map = np.isfinite(xy).all(axis=1)
    if not on_map.any():
        return no_labels()
    corner, extent = _frame(xy[on_map])
    side = _FINEST

    def cells(places: np.ndarray) -> np.ndarray:
        column, line = np.clip((places - corner) / extent * side, 0, side - 1).astype(np.int64).T
        numbers: np.ndarray = line * side + column
        return numbers

    def density(chosen: np.ndarray) -> np.ndarray:
        counts = np.bincount(cells(xy[chosen]), minlength=side * side).astype(np.float64)
        return _smoothed(counts.reshape(side, side)).ravel()

    share = density(on_map & shown) / np.maximum(density(on_map), 1e-9)
    near = share[cells(labels.xy)]
    kept = np.flatnonzero(near > _HARDLY)
    return MapLabels(
        tuple(labels.texts[k] for k in kept.tolist()),
        labels.xy[kept],
        (labels.weights[kept] * near[kept]).astype(np.float32),
        labels.scales[kept],
        labels.keys[kept],
    )
