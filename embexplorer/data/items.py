"""Items as readers make them and as the project keeps them."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import polars as pl

from embexplorer.base.progress import Problem


class Kind(StrEnum):
    TEXT = "text"
    IMAGE = "image"
    VECTOR = "vector"  # came with its own vector and has nothing else to embed


class FieldType(StrEnum):
    """What a column of metadata means. The polars type that carries it stands in POLARS_TYPES."""

    CATEGORY = "category"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    TAGS = "tags"
    TEXT = "text"


POLARS_TYPES: dict[FieldType, pl.DataType] = {
    FieldType.CATEGORY: pl.Categorical(),
    FieldType.NUMBER: pl.Float64(),  # whole numbers too: exact to 2**53
    FieldType.DATE: pl.Datetime("ms"),  # UTC; a plain date is its midnight
    FieldType.BOOLEAN: pl.Boolean(),
    FieldType.TAGS: pl.List(pl.String()),
    FieldType.TEXT: pl.String(),
}


def field_type(dtype: pl.DataType) -> FieldType:
    """What a column of this polars type means."""
    if isinstance(dtype, pl.Categorical | pl.Enum):
        return FieldType.CATEGORY
    if isinstance(dtype, pl.Boolean):
        return FieldType.BOOLEAN
    if isinstance(dtype, pl.List):
        return FieldType.TAGS
    if dtype.is_temporal():
        return FieldType.DATE
    return FieldType.NUMBER if dtype.is_numeric() else FieldType.TEXT


@dataclass(frozen=True)
class Field:
    """A typed column of metadata that came with the items. whole: a NUMBER with no fraction anywhere."""

    name: str
    type: FieldType
    whole: bool = False


@dataclass(frozen=True)
class ItemBatch:
    """A run of items of one kind, as a reader yields them and the project stores them.

    titles, texts, uris: one str per item ("" where there is none). uri: the absolute path of the original file
    where the item is a file or a part of one. keys: int64 (n,), content keys that tell whether an item is known
    already. fields: one column per metadata field, n rows, in the types of POLARS_TYPES except that CATEGORY may
    be String. vectors: float32 (n, dims) for ready-made vectors, else None.
    """

    kind: Kind
    titles: list[str]
    texts: list[str]
    uris: list[str]
    keys: np.ndarray
    fields: pl.DataFrame
    vectors: np.ndarray | None = None
    problems: tuple[Problem, ...] = ()

    def __len__(self) -> int:
        return len(self.titles)


@dataclass(frozen=True)
class Item:
    """One item as the item view shows it. fields: (name, value) in the order of the project's fields."""

    id: int
    kind: Kind
    title: str
    text: str
    uri: str
    source: str
    fields: tuple[tuple[str, object], ...] = ()
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class ImportChoices:
    """What the preview sheet proposes and the user may change; kept per source.

    text, title: column names, "" for none. fields: the columns to keep, with types; None takes all as guessed.
    passages: 0 makes one item per document, n cuts it into passages of about n tokens.
    encoding, delimiter, sheet, vectors: "" means found by itself. vectors: the column or array that holds them.
    metadata: a table that goes with ready-made vectors, row by row.
    """

    text: str = ""
    title: str = ""
    fields: tuple[Field, ...] | None = None
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    passages: int = 0
    vectors: str = ""
    metadata: str = ""


@dataclass(frozen=True)
class Preview:
    """What a reader can say of a source before anything is imported.

    columns: every column of the source, typed as guessed. rows: the first 20 or so, all columns.
    choices: the reader's proposal, complete. items, size_bytes: estimates of the whole source.
    format: in words, for example "CSV table" or "folder of images".
    """

    format: str
    kind: Kind
    rows: pl.DataFrame
    columns: tuple[Field, ...]
    choices: ImportChoices
    items: int
    items_exact: bool
    size_bytes: int
    dims: int = 0
    sheets: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default_factory=tuple)
