"""How the points look: which column colours them, and which of them are dimmed, chosen or hidden."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from embexplorer.app.state import Facts, State
from embexplorer.data.items import FieldType
from embexplorer.raster.colours import ColourScale, scale_for
from embexplorer.raster.look import DIMMED, HIDDEN, NORMAL, SELECTED

_COLOURABLE = (FieldType.CATEGORY, FieldType.NUMBER, FieldType.DATE, FieldType.BOOLEAN, FieldType.TAGS)
_FEW_NUMBERS = 20  # as many values of a number are taken for labels


def label_of(name: str) -> str:
    """A column's name as people read it: "@tags" is "tags"."""
    return name.removeprefix("@")


def unless_equal(new: np.ndarray, old: np.ndarray | None) -> np.ndarray:
    """The old array where the new one says the same, so that nothing is drawn anew."""
    return old if old is not None and np.array_equal(new, old) else new


@dataclass(frozen=True, eq=False)
class Colouring:
    """The colours of all items, and the column that they come from, in the frame as it was."""

    column: str
    frame: pl.DataFrame
    scale: ColourScale

    @property
    def title(self) -> str:
        return label_of(self.column)


def colouring(state: State, facts: Facts, old: Colouring | None) -> Colouring:
    """The colours that the user chose, or the proposed ones; the old ones where nothing differs."""
    name = state.colour_by if state.colour_by in colour_columns(facts) else proposed_colour(facts)
    if old is not None and old.column == name and _same_column(old.frame, facts.frame, name):
        return old
    return Colouring(name, facts.frame, scale_for(facts.frame[name], facts.schema[name]))


def _same_column(old: pl.DataFrame, new: pl.DataFrame, name: str) -> bool:
    return old is new or old[name].equals(new[name])


def point_state(state: State, allowed: np.ndarray, selected: np.ndarray) -> np.ndarray:
    """uint8 (n,) of NORMAL, DIMMED, SELECTED, HIDDEN. allowed: bool (n,), what passes the filter."""
    points = np.full(len(allowed), DIMMED if selected.any() else NORMAL, np.uint8)
    points[selected] = SELECTED
    points[~allowed] = HIDDEN if state.hide_filtered else DIMMED
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
            if facts.schema[name] is kind and not name.startswith("@") and _tells_apart(seen[name], most):
                return name
    return "@kind"


def _tells_apart(values: pl.Series, most: int) -> bool:
    is_full = 2 * values.null_count() <= len(values)
    return is_full and 1 < values.n_unique() <= min(most, max(2, len(values) // 4))
