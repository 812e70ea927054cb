"""What the facet panel is given: plain frozen values, ready to be shown."""

from dataclasses import dataclass

import numpy as np

from embexplorer.data.items import FieldType


@dataclass(frozen=True)
class FacetBar:
    """One value of a category, a boolean or a tag column. count follows the other filters; total is of all items.

    value None stands for "missing". chosen: the filter asks for this value.
    """

    value: str | bool | None
    label: str
    count: int
    total: int
    chosen: bool = False


@dataclass(frozen=True, eq=False)
class FacetView:
    """One column in the facet panel: bars, or a histogram for numbers and dates.

    edges: float64 (b + 1,), for dates milliseconds since 1970. counts, totals: int64 (b,).
    low, high: the range that the filter asks for, None where it asks for none. rest: values beyond the bars shown.
    active: the filter has a condition on this column. whole: numbers without fractions, so the bin from 2 to 3 is 2.
    name: as a filter writes it, "tags" rather than "@tags".
    """

    name: str
    label: str
    type: FieldType
    bars: tuple[FacetBar, ...] = ()
    rest: int = 0
    edges: np.ndarray | None = None
    counts: np.ndarray | None = None
    totals: np.ndarray | None = None
    low: float | None = None
    high: float | None = None
    missing: int = 0
    active: bool = False
    whole: bool = False
