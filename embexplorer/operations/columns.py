"""One table of everything that is known of each item: fields, computed columns, tags."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from embexplorer.data.columns import Column
from embexplorer.data.ids import rows_of
from embexplorer.data.items import POLARS_TYPES, FieldType, Kind, field_type
from embexplorer.filters.tree import BUILT_INS
from embexplorer.store.project import ProjectStore

_HIDDEN = frozenset({"@uri"})  # for views that show pictures; not a column that people know


def project_frame(store: ProjectStore, *, text: bool = True) -> pl.DataFrame:
    """One row per live item, ascending by "@id": the built-in columns, the fields, then the computed columns.

    A source's own name for its text or title column is a column too, so that people filter by the name they know.
    "@uri" holds the paths of image files.
    """
    frame = store.items.frame(text=text)
    ids = frame["@id"].to_numpy()
    tag_ids, tag_lists = store.tags.as_column()
    tags = _aligned(ids, tag_ids, tag_lists, "@tags")
    shown = [info.name for info in store.columns.all() if not info.hidden and info.name not in frame.columns]
    computed = (column_series(store.columns.get(name), ids) for name in shown)
    own_names = (
        _own_name(name, meant, frame) for name, meant in text_names(store).items() if name not in frame.columns
    )
    wide: pl.DataFrame = frame.with_columns(tags, _uris(store, frame), *computed).with_columns(
        *(series for series in own_names if series is not None)
    )
    return wide


def text_names(store: ProjectStore) -> dict[str, dict[str, list[str]]]:
    """How the sources call what they gave as text and title: {"body": {"@text": ["reviews.csv"]}}."""
    labels = store.sources.labels()
    names: dict[str, dict[str, list[str]]] = {}
    for source in store.sources.all():
        for name, meant in ((source.choices.text, "@text"), (source.choices.title, "@title")):
            if name and not name.startswith("@"):
                names.setdefault(name, {}).setdefault(meant, []).append(labels[source.id])
    return names


def column_series(column: Column, ids: np.ndarray) -> pl.Series:
    """The column's values for these item ids, in its polars type; missing where it has none."""
    return _aligned(ids, column.ids, column.values.cast(POLARS_TYPES[column.type]), column.name)


def schema_of(frame: pl.DataFrame) -> Mapping[str, FieldType]:
    """What each column of a project frame means, told by its polars type."""
    known = {name: BUILT_INS.get(name) or field_type(dtype) for name, dtype in frame.schema.items()}
    return {name: kind for name, kind in known.items() if name not in _HIDDEN}


def _own_name(name: str, meant: dict[str, list[str]], frame: pl.DataFrame) -> pl.Series | None:
    (column, labels), *more = meant.items()
    if more or column not in frame.columns:
        return None  # one source's text is another's title: the plain words stay unambiguous
    everywhere = set(frame["@source"].unique().to_list()) <= set(labels)
    if everywhere:
        return frame[column].alias(name)
    mine = frame["@source"].cast(pl.String).is_in(labels)
    return frame.select(pl.when(mine).then(pl.col(column)).alias(name)).to_series()


def _uris(store: ProjectStore, frame: pl.DataFrame) -> pl.Series:
    images = (frame["@kind"] == Kind.IMAGE.value).fill_null(False)
    if not images.any():
        return _nothing("@uri", frame.height, pl.String())
    ids = frame["@id"].filter(images).to_numpy()
    found = pl.Series(store.items.uris(ids), dtype=pl.String)
    return _aligned(frame["@id"].to_numpy(), ids, found, "@uri")


def _aligned(ids: np.ndarray, own_ids: np.ndarray, values: pl.Series, name: str) -> pl.Series:
    if len(own_ids) == len(ids) and np.array_equal(own_ids, ids):
        return values.alias(name)
    if not len(own_ids):
        return _nothing(name, len(ids), values.dtype)
    rows = rows_of(own_ids, ids)
    return values.gather(pl.Series(rows).set(pl.Series(rows < 0), None)).alias(name)


def _nothing(name: str, rows: int, dtype: pl.DataType) -> pl.Series:
    """Missing values only; from a list of None they would be read one by one."""
    return pl.Series(name, [None], dtype=dtype).new_from_index(0, rows)
