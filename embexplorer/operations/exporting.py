"""What leaves the project: tables, vectors and pictures, written beside the target and then put in its place."""

import errno
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.base.wording import count
from embexplorer.data.items import FieldType
from embexplorer.filters.check import nearest_name
from embexplorer.filters.tree import column_of
from embexplorer.operations.columns import project_frame, schema_of
from embexplorer.operations.itemtable import item_table
from embexplorer.operations.mapping import coordinates
from embexplorer.operations.spaces import chosen_space
from embexplorer.store.project import ProjectStore


@dataclass(frozen=True)
class ExportParams:
    """ids: the items, None for all. columns: names, () for all. colour_by: a column, for pictures.
    width, height: of pictures, in pixels. dark: for pictures."""

    path: Path
    ids: np.ndarray | None = None
    columns: tuple[str, ...] = ()
    space: str = ""
    map: str = ""
    colour_by: str = ""
    width: int = 1600
    height: int = 1000
    dark: bool = False


def export(store: ProjectStore, params: ExportParams) -> Operation:
    """Write items, vectors or the map in the format that the file's ending names. Outcome.value is the path.

    Raises EmbexError for an unknown ending, an unknown column, or where the file cannot be written.
    """
    ending = params.path.suffix.lower().lstrip(".")
    writer = _WRITERS.get(ending)
    if writer is None:
        raise EmbexError(
            f"A file ending in “.{ending}” cannot be exported.",
            f"Choose one of {', '.join('.' + e for e in _WRITERS)}.",
        )
    yield Step(0, 1, f"Writing {params.path.name}")
    beside = params.path.with_name(f".{params.path.stem[:60]}.{os.getpid()}.part.{ending}")
    try:
        beside.touch()  # told here, in the system's words: polars' writers say it in a way of their own
        written = writer(store, params, beside)
        beside.replace(params.path)
    except OSError as error:
        raise _cannot_write(params.path, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return Outcome(f"{count(written, 'item')} written to {params.path.name}", value=params.path)


def _cannot_write(path: Path, error: OSError) -> EmbexError:
    """polars raises an OSError without a number, whose text ends in the path."""
    number = error.errno or next((n for n in _REASONS if f"(os error {n})" in str(error)), 0)
    name = f"{path.name[:40]}…" if len(path.name) > 100 else path.name
    text, hint = _REASONS.get(number, (f"the system says “{error.strerror or error}”", "Choose another folder."))
    return EmbexError(f"{name} could not be written to {path.parent}: {text}.", hint)


_REASONS = {
    errno.ENOENT: ("there is no such folder", "Make the folder first, or choose another."),
    errno.ENOTDIR: ("that is no folder", "Choose a folder."),
    errno.EISDIR: ("there is a folder of that name", "Choose another name."),
    errno.EACCES: ("you may not write there", "Choose another folder."),
    errno.EPERM: ("you may not write there", "Choose another folder."),
    errno.EROFS: ("its disk is read-only", "Choose another folder."),
    errno.ENOSPC: ("the disk is full", "Free some space and try again."),
    errno.ENAMETOOLONG: ("its name is too long for this system", "Choose a shorter one."),
}


def _write_csv(store: ProjectStore, params: ExportParams, path: Path) -> int:
    table = item_table(store, params.ids, params.columns)
    lists = [name for name, dtype in table.schema.items() if dtype == pl.List(pl.String)]
    table.with_columns(pl.col(lists).list.join("; ")).write_csv(path)
    return table.height


def _write_parquet(store: ProjectStore, params: ExportParams, path: Path) -> int:
    table = item_table(store, params.ids, params.columns)
    table.write_parquet(path)
    return table.height


def _write_jsonl(store: ProjectStore, params: ExportParams, path: Path) -> int:
    table = item_table(store, params.ids, params.columns)
    moments = [name for name, dtype in table.schema.items() if isinstance(dtype, pl.Datetime)]
    table.with_columns(pl.col(moments).dt.to_string("iso:strict")).write_ndjson(path)
    return table.height


def _write_npz(store: ProjectStore, params: ExportParams, path: Path) -> int:
    space = chosen_space(store, params.space)
    vectors = store.spaces.vectors(space.id)
    wanted = np.ones(len(vectors), np.bool_) if params.ids is None else np.isin(vectors.ids, params.ids)
    ids = vectors.ids[wanted]
    np.savez(path, ids=ids, vectors=vectors.matrix[wanted], titles=np.array(store.items.titles(ids), np.str_))
    return len(ids)


def _write_picture(store: ProjectStore, params: ExportParams, path: Path) -> int:
    from embexplorer.raster.colours import ColourScale, scale_for
    from embexplorer.raster.export import write_png, write_svg

    name, frame, xy = _picture_points(store, params)
    scale: ColourScale | None = None
    if params.colour_by:
        schema = schema_of(frame)
        column = _column_to_colour_by(params.colour_by, schema)
        scale = scale_for(frame[column], schema[column])
    write = write_svg if path.suffix == ".svg" else write_png
    title = f"{store.path.stem} · {name}"
    write(path, xy, scale, width=params.width, height=params.height, title=title, dark=params.dark)
    return int(np.isfinite(xy).all(axis=1).sum())


def _write_page(store: ProjectStore, params: ExportParams, path: Path) -> int:
    from embexplorer.raster.colours import scale_for
    from embexplorer.raster.page import write_page

    name, frame, xy = _picture_points(store, params)
    schema = schema_of(frame)
    first = next((n for n, t in schema.items() if t is FieldType.CATEGORY and n[0] != "@"), "@kind")
    column = _column_to_colour_by(params.colour_by or first, schema)
    titles, texts = frame["@title"].to_list(), frame["@text"].to_list()
    title = f"{store.path.stem} · {name}"
    scale, named = scale_for(frame[column], schema[column]), column.removeprefix("@")
    write_page(path, xy, scale, titles, texts, title=title, colour_name=named, dark=params.dark)
    return int(np.isfinite(xy).all(axis=1).sum())


def _column_to_colour_by(name: str, schema: Mapping[str, FieldType]) -> str:
    column = column_of(name, schema)
    if column is None or column not in schema:
        raise EmbexError(f"There is no column “{name}” to colour by.", nearest_name(name, schema))
    return column


def _picture_points(store: ProjectStore, params: ExportParams) -> tuple[str, pl.DataFrame, np.ndarray]:
    """The map's name, the items' table and their coordinates, row by row."""
    maps = [info.name for info in store.maps.all()]
    name = params.map or (maps[0] if maps else "")
    frame = project_frame(store)
    if params.ids is not None:
        frame = frame.filter(pl.Series(np.isin(frame["@id"].to_numpy(), params.ids)))
    xy = coordinates(store, name, frame["@id"].to_numpy()) if name in maps else None
    if xy is None:
        raise EmbexError("There is no map to draw yet.", "Make the map first.")
    return name, frame, xy


_WRITERS: dict[str, Callable[[ProjectStore, ExportParams, Path], int]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "jsonl": _write_jsonl,
    "npz": _write_npz,
    "png": _write_picture,
    "svg": _write_picture,
    "html": _write_page,
}
