"""Legends of a single column, without a project."""

import numpy as np
import polars as pl

from embexplorer.app.appearance import colouring, sizing
from embexplorer.app.legend import legend_view, tally
from embexplorer.app.state import Facts, MapLook, State
from embexplorer.app.values import LegendView
from embexplorer.data.items import FieldType
from embexplorer.data.selection import Selection
from embexplorer.raster.colours import ColourScale


def facts_of(values: pl.Series, kind: FieldType, whole: bool = False) -> Facts:
    """Items with this one column, called "it"."""
    n = len(values)
    return Facts(
        frame=pl.DataFrame({"it": values}),
        ids=np.arange(n),
        schema={"it": kind},
        whole=frozenset({"it"} if whole else ()),
        own_names=frozenset(),
        spaces=(),
        maps=(),
        map="",
        xy=np.zeros((n, 2), np.float32),
        tags={},
        tag_keys={},
    )


def legend_of(
    values: pl.Series,
    kind: FieldType,
    allowed: np.ndarray | None = None,
    muted: frozenset[str] = frozenset(),
    value_range: tuple[float, float] | None = None,
    whole: bool = False,
    sized: bool = False,
) -> tuple[ColourScale, LegendView]:
    """The colours of the column, and what the legend says of them."""
    facts = facts_of(values, kind, whole)
    look = MapLook(size_by="it" if sized else "")
    state = State(Selection.none(len(facts)), colour_by="it", muted=muted, value_range=value_range, look=look)
    colours = colouring(state, facts, None)
    counts = tally(colours, np.ones(len(facts), np.bool_) if allowed is None else allowed)
    return colours.scale, legend_view(state, facts, colours, counts, sizing(state, facts, None))
