"""The items as a person wants them in a spreadsheet."""

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.operations.columns import project_frame, text_names
from embexplorer.operations.mapping import coordinates
from embexplorer.store.project import ProjectStore

_OWN = "item"  # what stands before a built-in name that a field of the user's has too


def item_table(store: ProjectStore, ids: np.ndarray | None = None, columns: tuple[str, ...] = ()) -> pl.DataFrame:
    """The items with id, title, text, fields, computed columns, tags, notes and map, ascending by id.

    A field of the user's keeps its name; a built-in column of the same name is then called “item id”, “item tags” and
    so on. Whole numbers are Int64 and dates without a time of day are Date, as they were in the file.
    ids: the items, None for all. columns: their names, () for all. Raises EmbexError for an unknown column.
    """
    frame = project_frame(store).drop("@uri")
    if ids is not None:
        frame = frame.filter(pl.Series(np.isin(frame["@id"].to_numpy(), ids)))
    of_items = frame["@id"].to_numpy()
    frame = frame.with_columns(_map_columns(store, of_items), *_notes(store, of_items))
    if not columns:  # text and title once, under the names that the files gave them
        known_as = {meant for names in text_names(store).values() for meant in names}
        frame = frame.drop(column for column in known_as if _all_named(store, frame, column))
    frame = _as_written(store, frame).rename(_plain_names(frame.columns))
    for name in columns:
        if name not in frame.columns:
            raise EmbexError(f"There is no column “{name}”.", f"There are {', '.join(frame.columns)}.")
    return frame.select(columns) if columns else frame


def _plain_names(columns: list[str]) -> dict[str, str]:
    """Built-in column -> what it is called in a table: without its "@", and told from a field of that name."""
    taken = set(columns)
    names: dict[str, str] = {}
    for column in columns:
        if column.startswith("@"):
            name = column.removeprefix("@")
            while name in taken:
                name = f"{_OWN} {name}"
            taken.add(name)
            names[column] = name
    return names


def _as_written(store: ProjectStore, frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers without a fraction as whole numbers, and midnights as days."""
    whole = [pl.col(field.name).cast(pl.Int64) for field in store.fields.all() if field.whole]
    dates = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Datetime)]
    days = [pl.col(name).cast(pl.Date) for name in dates if (frame[name] == frame[name].dt.truncate("1d")).all()]
    return frame.with_columns(*whole, *days)


def _all_named(store: ProjectStore, frame: pl.DataFrame, column: str) -> bool:
    """Every source calls this built-in column by a name that is in the frame."""
    named = {
        label for name, meant in text_names(store).items() if name in frame.columns for label in meant.get(column, ())
    }
    return set(frame["@source"].unique().to_list()) <= named


def _map_columns(store: ProjectStore, ids: np.ndarray) -> list[pl.Series]:
    series = []
    for info in store.maps.all():
        xy = coordinates(store, info.name, ids)
        if xy is not None:
            series += [pl.Series(info.x_column, xy[:, 0]), pl.Series(info.y_column, xy[:, 1])]
    return [s.fill_nan(None) for s in series]


def _notes(store: ProjectStore, ids: np.ndarray) -> list[pl.Series]:
    """The user's notes, where there are any."""
    notes = store.notes.all()
    return [pl.Series("@note", [notes.get(int(item)) for item in ids], dtype=pl.String)] if notes else []
