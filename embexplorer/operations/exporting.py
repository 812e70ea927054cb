"""What leaves the project: tables, vectors and pictures, written beside the target and then put in its place."""

import errno
import os
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from embexplorer.base.errors import EmbexError
from embexplorer.base.progress import Operation, Outcome, Step
from embexplorer.base.wording import count
from embexplorer.data.picture import MapPicture
from embexplorer.operations.itemtable import item_table
from embexplorer.operations.spaces import chosen_space
from embexplorer.raster.contents import ShownMap
from embexplorer.store.project import ProjectStore

PICTURES = ("png", "svg", "html")


@dataclass(frozen=True)
class ExportParams:
    """ids: the items, None for all. columns: names, () for all. For the map: which one, the column to colour by, and
    how it is drawn; shown: as a window shows it, which then stands for all else that says what is drawn."""

    path: Path
    ids: np.ndarray | None = None
    columns: tuple[str, ...] = ()
    space: str = ""
    map: str = ""
    colour_by: str = ""
    picture: MapPicture = field(default_factory=MapPicture)
    shown: ShownMap | None = None


def export(store: ProjectStore, params: ExportParams) -> Operation:
    """Write items, vectors or the map in the format that the file's ending names. Outcome.value is the path.

    Raises EmbexError for an unknown ending, an unknown column, or where the file cannot be written.
    """
    ending = params.path.suffix.lower().lstrip(".")
    if ending not in _WRITERS and ending not in PICTURES:
        raise EmbexError(
            f"A file ending in “.{ending}” cannot be exported.",
            f"Choose one of {', '.join('.' + e for e in (*_WRITERS, *PICTURES))}.",
        )
    yield Step(0, 1, f"Writing {params.path.name}")
    beside = params.path.with_name(f".{params.path.stem[:60]}.{os.getpid()}.part.{ending}")
    try:
        beside.touch()  # told here, in the system's words: polars' writers say it in a way of their own
        if ending in PICTURES:
            written = yield from _draw(store, params, beside)
        else:
            written = _WRITERS[ending](store, params, beside)
        beside.replace(params.path)
    except OSError as error:
        raise _cannot_write(params.path, error) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return Outcome(f"{count(written, 'item')} written to {params.path.name}", value=params.path)


def _draw(store: ProjectStore, params: ExportParams, path: Path) -> Generator[Step, None, int]:
    from embexplorer.operations.picturing import draw_map, stored_map

    params.picture.pixels()  # a picture that cannot be drawn is told before the project is read
    is_page = path.suffix.lower() == ".html"
    shown = params.shown or stored_map(store, params.map, params.ids, params.colour_by, page=is_page)
    return (yield from draw_map(store, shown, params.picture, path))


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


_WRITERS: dict[str, Callable[[ProjectStore, ExportParams, Path], int]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "jsonl": _write_jsonl,
    "npz": _write_npz,
}
