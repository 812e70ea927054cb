"""Words that stand on a map."""

from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True, eq=False)
class MapLabels:
    """m labels, in no order. texts: what is written, not empty. xy: float64 (m, 2), the place in data units, finite.
    weights: float32 (m,), how important each is, such as how many items it stands for. scales: float32 (m, 2), the
    range of zoom in which a label is offered, as times the scale of the fitted map: 1 is the whole map, (0, inf) is
    always. keys: int16 (m,), the row of the palette of what it names, -1 for none."""

    texts: tuple[str, ...]
    xy: np.ndarray
    weights: np.ndarray
    scales: np.ndarray
    keys: np.ndarray

    def __len__(self) -> int:
        return len(self.texts)


def no_labels() -> MapLabels:
    """Labels of nothing."""
    return always_offered((), np.zeros((0, 2)), np.zeros(0))


def always_offered(
    texts: tuple[str, ...], xy: np.ndarray, weights: np.ndarray, keys: np.ndarray | None = None
) -> MapLabels:
    """Labels that are offered at every zoom. keys: None for labels without a colour of their own."""
    m = len(texts)
    return MapLabels(
        texts,
        np.asarray(xy, np.float64).reshape(m, 2),
        np.asarray(weights, np.float32).reshape(m),
        np.tile(np.array([0, np.inf], np.float32), (m, 1)),
        np.full(m, -1, np.int16) if keys is None else np.asarray(keys, np.int16).reshape(m),
    )


@dataclass(frozen=True, eq=False)
class ItemNames:
    """What single items of a map are called. texts: String (n,), null or "" where one has no name. shown: bool (n,),
    which items may be named. only_near: they are named only where few items are in view."""

    texts: pl.Series
    shown: np.ndarray
    only_near: bool = True
