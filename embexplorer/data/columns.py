"""Every computed thing is a column, so that map, filter, table and export need no new code for it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from embexplorer.data.items import FieldType


@dataclass(frozen=True)
class Provenance:
    """What made a column: the operation's name, its parameters, and a fingerprint of what went in."""

    operation: str
    params: dict[str, Any] = field(default_factory=dict)
    fingerprint: str = ""


@dataclass(frozen=True)
class Column:
    """A computed value per item. ids: int64 (n,) ascending. values: polars Series of n values, in the type of
    POLARS_TYPES. Items that are not in ids have no value. hidden: not offered for colour or filter."""

    name: str
    type: FieldType
    ids: np.ndarray
    values: pl.Series
    provenance: Provenance
    hidden: bool = False


@dataclass(frozen=True)
class MapInfo:
    """A 2-D layout of a space. Its coordinates are the columns x_column and y_column. quality: what
    operations.doubting.Quality says of it, empty until it was compared with its vectors."""

    name: str
    space_id: int
    params: dict[str, Any]
    finished: bool
    quality: dict[str, float] = field(default_factory=dict)

    @property
    def x_column(self) -> str:
        return f"{self.name} x"

    @property
    def y_column(self) -> str:
        return f"{self.name} y"

    @property
    def trust_column(self) -> str:
        """Of the share of each item's true neighbours that are its neighbours on the map."""
        return f"{self.name} trust"
