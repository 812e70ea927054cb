"""What the files of a folder have in common as items: facts of the file system, and how they become fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from embexplorer.data.items import POLARS_TYPES, Field, FieldType, ImportChoices
from embexplorer.files.contract import Source

_STATED = 500  # sizes of more files than these are estimated from them


@dataclass(frozen=True)
class FileFacts:
    """folder: the folder's path below the source's, with "/", or the source's own name. modified: in UTC, naive."""

    folder: str
    format: str
    size: int
    modified: datetime


def facts_of(source: Source, path: Path) -> FileFacts:
    """Raises OSError."""
    status = path.stat()
    modified = datetime.fromtimestamp(status.st_mtime, UTC).replace(tzinfo=None)
    return FileFacts(folder_of(source, path), path.suffix.lower().lstrip("."), status.st_size, modified)


def folder_of(source: Source, path: Path) -> str:
    if source.path == path or path.parent == source.path or not path.is_relative_to(source.path):
        return path.parent.name
    return path.parent.relative_to(source.path).as_posix()


def total_bytes(files: Sequence[Path]) -> int:
    """The bytes of these files together, estimated where there are very many."""
    some = files[:: max(1, len(files) // _STATED)]
    known = []
    for path in some:
        try:
            known.append(path.stat().st_size)
        except OSError:
            continue
    return round(sum(known) / len(known) * len(files)) if known else 0


def frame(fields: Sequence[Field], rows: Sequence[dict[str, object]]) -> pl.DataFrame:
    """Rows as columns in the types of the fields, a category as String."""
    columns = []
    for field in fields:
        kind = pl.String() if field.type is FieldType.CATEGORY else POLARS_TYPES[field.type]
        columns.append(pl.Series(field.name, [row.get(field.name) for row in rows], kind))
    return pl.DataFrame(columns)


def kept_fields(choices: ImportChoices | None, offered: tuple[Field, ...]) -> tuple[Field, ...]:
    """The offered fields that the user kept; their types are facts and stay as they are."""
    if choices is None or choices.fields is None:
        return offered
    wanted = {field.name for field in choices.fields}
    return tuple(field for field in offered if field.name in wanted)
