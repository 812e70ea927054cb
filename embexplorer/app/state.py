"""What the user wants to see (State) and what is there to be seen (Facts)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import polars as pl

from embexplorer.data.columns import MapInfo
from embexplorer.data.ids import is_among, rows_of
from embexplorer.data.items import FieldType
from embexplorer.data.query import Query
from embexplorer.data.selection import Selection
from embexplorer.data.vectors import SpaceInfo
from embexplorer.filters.facets import FacetCache
from embexplorer.filters.mask import Likeness, MaskContext
from embexplorer.filters.maskcache import MaskCache
from embexplorer.filters.tree import Everything, Filter

REGIONS = "@regions"  # as MapLook.label_by: names found for the parts of the map


@dataclass(frozen=True)
class MapLook:
    """How maps are drawn. size_by: a number column, "" for points of one size. label_by: a column or REGIONS, "" for
    the proposed one. neighbour_lines: from the hovered point to its true neighbours. legend: unfolded."""

    size_by: str = ""
    labels: bool = True
    label_by: str = ""
    density: bool = False
    thumbnails: bool = True
    neighbour_lines: bool = True
    minimap: bool = True
    legend: bool = True


@dataclass(frozen=True, eq=False)
class State:
    """The user's intent. map, colour_by: names, "" for the proposed ones. filter_text differs from the filter's own
    text only while it cannot be read. columns: of the table, () for the proposed ones.

    side_maps: names of the maps beside the first. muted: the categories that are switched off in the legend, by the
    names of app.legend.name_of; value_range: what of the colour bar is left, both ends included, in its units; both
    belong to colour_by. cut: the score that the user wants results to have at least, None for the one that is proposed.
    results_by: the column that results are sorted by, "" for the score."""

    selection: Selection
    filter: Filter = field(default_factory=Everything)
    filter_text: str = ""
    query: Query = field(default_factory=Query)
    map: str = ""
    side_maps: tuple[str, ...] = ()
    look: MapLook = field(default_factory=MapLook)
    colour_by: str = ""
    muted: frozenset[str] = frozenset()
    value_range: tuple[float, float] | None = None
    current: int = -1  # row of the item in the item view
    hide_filtered: bool = False
    only_selected: bool = False  # the table shows only what is selected
    sort: str = ""
    descending: bool = False
    columns: tuple[str, ...] = ()
    tool: Literal["pan", "lasso", "rectangle"] = "pan"
    cut: float | None = None
    results_by: str = ""
    results_descending: bool = True


@dataclass(frozen=True, eq=False)
class MapPlaces:
    """A map that is shown. xy: float32 (n, 2), a row per item, NaN where it is not on the map."""

    name: str
    xy: np.ndarray


@dataclass(frozen=True, eq=False)
class Facts:
    """A snapshot of the project. frame: one row per live item; ids: int64 (n,), ascending, its "@id".
    map, xy: the first map that is shown, "" and NaN where there is none; beside: the maps that are shown beside it.
    likeness: how like an item or a text the rows are, as filters ask; version: of the project that was read."""

    frame: pl.DataFrame
    ids: np.ndarray
    schema: Mapping[str, FieldType]
    whole: frozenset[str]  # NUMBER columns without fractions
    own_names: frozenset[str]  # columns that only repeat the text or the title under the source's own name
    spaces: tuple[SpaceInfo, ...]
    maps: tuple[MapInfo, ...]
    map: str
    xy: np.ndarray
    tags: dict[str, int]
    tag_keys: dict[str, str]
    undo: str = ""
    redo: str = ""
    images: int = 0  # how many of the items are pictures
    failures: int = 0  # items that could not be embedded
    writable: bool = True
    computed: frozenset[str] = frozenset()  # columns that were worked out from the items, not imported with them
    facet_cache: FacetCache = field(default_factory=FacetCache)
    beside: tuple[MapPlaces, ...] = ()
    masks: MaskCache = field(default_factory=MaskCache)
    likeness: Callable[[int | str], Likeness] | None = None
    version: int = 0
    has_passages: bool = False  # documents were cut into passages

    def filtering(self, selected: np.ndarray | None = None) -> MaskContext:
        """What a filter over the frame may speak of. selected: bool (n,)."""
        return MaskContext(selected, self.likeness, self.version, self.masks)

    def has_item(self, number: int) -> bool:
        return is_among(self.ids, number)

    @property
    def shown_maps(self) -> tuple[str, ...]:
        """The names of all maps that are shown, the first one first; () where there is no map."""
        return (self.map, *(places.name for places in self.beside)) if self.map else ()

    def is_placed(self, row: int) -> bool:
        """Whether an item lies on any of the shown maps."""
        every = (self.xy, *(places.xy for places in self.beside))
        return 0 <= row < len(self) and any(bool(np.isfinite(xy[row]).all()) for xy in every)

    def __len__(self) -> int:
        return len(self.ids)

    def rows_of(self, ids: np.ndarray) -> np.ndarray:
        """int64: the rows of these item ids, -1 where an item is not (or no longer) there."""
        return rows_of(self.ids, ids)


Json = dict[str, Any]
