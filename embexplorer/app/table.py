"""Which columns the table shows at first, and in which order its rows stand."""

import numpy as np
import polars as pl

from embexplorer.app.state import Facts

_AT_FIRST = 9


def default_columns(facts: Facts) -> tuple[str, ...]:
    """The title, the first fields, the tags; the text only where there is room."""
    own = [name for name in facts.schema if not name.startswith("@") and name not in facts.own_names | facts.computed]
    titled = facts.frame["@title"].str.len_bytes().max() if len(facts) else None
    first = ["@title"] if titled else []
    texts = facts.frame["@text"].str.len_bytes().max() if len(facts) else None
    shown = first + (["@text"] if texts else []) + own[:_AT_FIRST]
    return (*shown, "@tags")


def sorted_rows(frame: pl.DataFrame, rows: np.ndarray, name: str, descending: bool) -> np.ndarray:
    """These rows sorted by a column, missing values last, equal ones in their old order; as they are for ""."""
    if not name or name not in frame.columns:
        return rows
    values = frame[name].gather(rows)
    if values.dtype == pl.List(pl.String):
        values = values.list.join(", ")
    elif values.dtype == pl.Categorical:
        values = values.cast(pl.String)
    keys = pl.DataFrame({"value": values, "row": rows})
    ordered = keys.sort("value", descending=descending, nulls_last=True, maintain_order=True)
    return ordered["row"].to_numpy()
