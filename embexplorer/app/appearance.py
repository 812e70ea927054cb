"""How the points look: which column colours them, and which of them are dimmed, chosen or hidden."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from embexplorer.app.state import Facts, State
from embexplorer.app.valuetext import place_text
from embexplorer.data.items import FieldType
from embexplorer.raster.colours import ColourScale, numbers_of, scale_for
from embexplorer.raster.look import DIMMED, HIDDEN, NORMAL, SELECTED
from embexplorer.raster.shapes import SIZES

_COLOURABLE = (FieldType.CATEGORY, FieldType.NUMBER, FieldType.DATE, FieldType.BOOLEAN, FieldType.TAGS)
_RANGES = (FieldType.NUMBER, FieldType.DATE)
_FEW_NUMBERS = 20  # as many values of a number are taken for labels
_MOST = 0.02  # so much at each end of the numbers has the smallest or the largest size: a far value shrinks no other


def label_of(name: str) -> str:
    """A column's name as people read it: "@tags" is "tags"."""
    return name.removeprefix("@")


def unless_equal(new: np.ndarray, old: np.ndarray | None) -> np.ndarray:
    """The old array where the new one says the same, so that nothing is drawn anew."""
    return old if old is not None and np.array_equal(new, old) else new


@dataclass(frozen=True, eq=False)
class Colouring:
    """The colours of all items, and the column that they come from, in the frame as it was. numbers: float64 (n,),
    of a number or date (milliseconds since 1970), NaN where missing."""

    column: str
    frame: pl.DataFrame
    scale: ColourScale
    numbers: np.ndarray | None = None

    @property
    def title(self) -> str:
        return label_of(self.column)


def colouring(state: State, facts: Facts, old: Colouring | None) -> Colouring:
    """The colours that the user chose, or the proposed ones; the old ones where nothing differs."""
    name = state.colour_by if state.colour_by in colour_columns(facts) else proposed_colour(facts)
    if old is not None and old.column == name and _same_column(old.frame, facts.frame, name):
        return old
    numbers = numbers_of(facts.frame[name]) if facts.schema[name] in _RANGES else None
    return Colouring(name, facts.frame, scale_for(facts.frame[name], facts.schema[name]), numbers)


@dataclass(frozen=True, eq=False)
class Sizing:
    """How large each point is. column "" and classes None: all alike. classes: uint8 (n,), of raster.shapes.SIZES.
    marks: (class, value as text) of a few values, from small to large."""

    column: str = ""
    frame: pl.DataFrame | None = None
    classes: np.ndarray | None = None
    marks: tuple[tuple[int, str], ...] = ()

    @property
    def title(self) -> str:
        return label_of(self.column)


def sizing(state: State, facts: Facts, old: Sizing | None) -> Sizing:
    """The sizes by the number that the user chose; the old ones where nothing differs."""
    name = state.look.size_by if state.look.size_by in size_columns(facts) else ""
    if old is not None and old.column == name and (not name or _same_as(old.frame, facts.frame, name)):
        return old
    if not name:
        return Sizing()
    numbers = numbers_of(facts.frame[name])
    known = numbers[~np.isnan(numbers)]
    if not len(known):
        return Sizing(name, facts.frame, np.zeros(len(numbers), np.uint8))
    low, high = (float(end) for end in np.quantile(known / 4, [_MOST, 1 - _MOST]) * 4)
    if not low < high:
        low, high = float(known.min()), float(known.max())
    values: tuple[float, ...] = (low, low / 2 + high / 2, high) if low < high else (low,)
    if name in facts.whole:
        values = tuple(sorted({float(round(value)) for value in values}))
    texts = [place_text(value, FieldType.NUMBER, name in facts.whole, high - low) for value in values]
    marks = tuple(zip(size_classes(np.array(values), low, high).tolist(), texts, strict=True))
    return Sizing(name, facts.frame, size_classes(numbers, low, high), marks)


def size_classes(numbers: np.ndarray, low: float, high: float) -> np.ndarray:
    """uint8 (n,): the class whose area stands nearest to each number's place between low and high, since the eye
    compares areas. Missing numbers have the smallest size; all have the middle one where low is not below high."""
    if not low < high:
        return np.where(np.isnan(numbers), 0, len(SIZES) // 2).astype(np.uint8)
    areas = np.square(SIZES)
    places = (areas - areas[0]) / (areas[-1] - areas[0])
    share = np.nan_to_num((numbers / 2 - low / 2) / (high / 2 - low / 2), nan=0.0)
    return np.searchsorted((places[1:] + places[:-1]) / 2, share).astype(np.uint8)


def size_columns(facts: Facts) -> tuple[str, ...]:
    """The columns that points can have their size by."""
    return tuple(name for name in colour_columns(facts) if facts.schema[name] is FieldType.NUMBER)


def _same_as(old: pl.DataFrame | None, new: pl.DataFrame, name: str) -> bool:
    return old is not None and _same_column(old, new, name)


def _same_column(old: pl.DataFrame, new: pl.DataFrame, name: str) -> bool:
    return old is new or old[name].equals(new[name])


def point_state(state: State, allowed: np.ndarray, selected: np.ndarray, off: np.ndarray | None = None) -> np.ndarray:
    """uint8 (n,) of NORMAL, DIMMED, SELECTED, HIDDEN. allowed: bool (n,), what passes the filter. off: bool (n,), what
    the legend keeps off the map."""
    points = np.full(len(allowed), DIMMED if selected.any() else NORMAL, np.uint8)
    points[selected] = SELECTED
    points[~allowed] = HIDDEN if state.hide_filtered else DIMMED
    if off is not None:
        points[off] = HIDDEN
    return points


def colour_columns(facts: Facts) -> tuple[str, ...]:
    """The columns that a map can be coloured by, fields first."""
    names = [n for n, kind in facts.schema.items() if kind in _COLOURABLE and n != "@id"]
    return tuple(sorted(names, key=lambda n: n.startswith("@")))


def proposed_colour(facts: Facts) -> str:
    """The first category that tells the map's items apart: most have one, and there are far fewer than items. Without
    one a yes or no, or a number of few values, as the labels of ready-made vectors often are."""
    mapped = np.isfinite(facts.xy).all(axis=1)
    seen = facts.frame.filter(mapped) if mapped.any() and not mapped.all() else facts.frame
    for kind in (FieldType.CATEGORY, FieldType.BOOLEAN, FieldType.NUMBER):
        most = _FEW_NUMBERS if kind is FieldType.NUMBER else max(2, len(seen) // 4)
        for name in colour_columns(facts):
            is_own = not name.startswith("@") and name not in facts.computed
            if is_own and facts.schema[name] is kind and _tells_apart(seen[name], most):
                return name
    return "@kind"


def _tells_apart(values: pl.Series, most: int) -> bool:
    is_full = 2 * values.null_count() <= len(values)
    return is_full and 1 < values.n_unique() <= min(most, max(2, len(values) // 4))
