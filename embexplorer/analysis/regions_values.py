"""Names for regions of items without texts: the value of a column that is far more frequent there than elsewhere."""

import numpy as np
import polars as pl

from embexplorer.analysis.regions import Level

_MOST_VALUES = 2_000  # a column with more tells items apart, not groups
_SHARE, _LIFT = 0.4, 1.5  # of a region's items, and times its share of the map
_LONGEST = 34


def values_of(levels: tuple[Level, ...], hill: np.ndarray, columns: pl.DataFrame) -> list[list[str]]:
    """A value for each region of each level, "" where none is telling. hill: int32 (n,), the hill of each row, all
    >= 0. columns: n rows of String, Categorical or List(String); of several telling columns the most telling speaks."""
    best = [pl.DataFrame(schema={"region": pl.Int32, "value": pl.String, "score": pl.Float64}) for _ in levels]
    for name in columns.columns:
        told = _told(columns[name], hill)
        if not told.height or told["value"].n_unique() > _MOST_VALUES:
            continue
        best = [pl.concat([known, _scored(level, told)]) for known, level in zip(best, levels, strict=True)]
    names = []
    for level, found in zip(levels, best, strict=True):
        ranked = found.sort(["score", "value"], descending=[True, False]).unique("region", keep="first")
        rows = dict(ranked.select("region", "value").iter_rows())
        names.append([rows.get(region, "") for region in range(len(level))])
    return names


def _told(column: pl.Series, hill: np.ndarray) -> pl.DataFrame:
    """hill, value, items, of: how many items of each hill have each value, and how many have any."""
    frame = pl.DataFrame({"hill": hill, "value": column}).drop_nulls()
    if isinstance(column.dtype, pl.List):
        frame = frame.with_columns(pl.col("value").list.unique()).explode("value", empty_as_null=False).drop_nulls()
    frame = frame.with_columns(pl.col("value").cast(pl.String).str.strip_chars())
    return frame.filter(pl.col("value") != "").group_by("hill", "value").agg(items=pl.len().cast(pl.Float64))


def _scored(level: Level, told: pl.DataFrame) -> pl.DataFrame:
    """region, value, score: the telling values."""
    of_hill = pl.Series(level.of_hill, dtype=pl.Int32)
    counts = told.with_columns(region=of_hill.gather(told["hill"])).group_by("region", "value").agg(pl.sum("items"))
    size = pl.Series(level.items.astype(np.float64))
    counts = counts.with_columns(size=size.gather(counts["region"]), all=pl.sum("items").over("value"))
    share = pl.col("items") / pl.col("size")
    lift = share / (pl.col("all") / float(level.items.sum()))
    counts = counts.with_columns(share=share, lift=lift)
    counts = counts.filter((share >= _SHARE) & (lift >= _LIFT) & (pl.col("value").str.len_chars() <= _LONGEST))
    return counts.select("region", "value", score=pl.col("share") * pl.col("lift").log())
